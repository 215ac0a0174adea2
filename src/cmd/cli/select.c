#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/commands.h"
#include "cmd/cli/console.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "stages/check/rank.h"
#include "stages/folder/manifests.h"

/* The best of one product. */
struct choice {
    char product[MANIFESTS_PRODUCT];
    char *path; /* of the manifest; owned */
    struct ranks ranks; /* its list is owned */
    size_t n, of; /* so many are taken, of how many subscenes */
    char *lacks; /* why it cannot be ranked; owned; NULL: it can */
};

struct choices {
    struct choice *choice;
    size_t n, cap;
};

static void clear(struct choices *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->choice[i].path);
        free(c->choice[i].ranks.best);
        free(c->choice[i].lacks);
    }
    free(c->choice);
}

static int choose(const struct settings *s, const struct manifest *m, struct choice *c,
                  struct err *e)
{
    int r = manifests_product(c->path, m, c->product, e);
    if (r)
        return r;
    struct err why = ERR_INIT;
    r = rank_subscenes(m, (enum rank_by)s->by, s->min_valid, &c->ranks, &why);
    c->of = m->n;
    c->n = c->ranks.n > (size_t)s->top ? (size_t)s->top : c->ranks.n;
    if (r == ERR_INPUT) /* others may be better off */
        return (c->lacks = mem_strdup(why.msg)) ? 0 : err_nomem(e, strlen(why.msg));
    if (r)
        *e = why;
    return r;
}

static int add_manifest(const struct settings *s, const char *path, struct choices *c,
                        struct err *e)
{
    struct manifest m;
    struct choice *grown = mem_grown(c->choice, c->n, &c->cap, sizeof *c->choice, e);
    if (!grown)
        return ERR_TEMPORARY;
    c->choice = grown;
    int r = manifest_read(path, &m, e);
    if (r)
        return r;
    log_message(LOG_DEBUG, "", "%s: %zu subscenes", path, m.n);
    struct choice *now = &c->choice[c->n];
    *now = (struct choice){.path = mem_strdup(path)};
    c->n++;
    if (!now->path)
        r = err_nomem(e, strlen(path));
    else if (m.n > 0) /* nothing is known of a product without subscenes */
        r = choose(s, &m, now, e);
    manifest_clear(&m);
    for (size_t i = 0; r == 0 && i + 1 < c->n; i++)
        if (now->of > 0 && strcmp(c->choice[i].product, now->product) == 0)
            r = err_set(e, ERR_INPUT, "%s and %s are both of %s: give one of them",
                        c->choice[i].path, path, now->product);
    return r;
}

static int add_folder(const struct settings *s, const char *folder, struct choices *c,
                      struct err *e)
{
    struct strlist manifests;
    int r = manifests_find(folder, &manifests, e);
    for (size_t i = 0; r == 0 && i < manifests.n; i++)
        r = add_manifest(s, manifests.s[i], c, e);
    strlist_clear(&manifests);
    return r;
}

/* What the scores are made of, for a remark. */
static void name_score(const struct settings *s, const struct choice *c, char buf[120])
{
    const char *by = rank_by_names[s->by], *layer = c->ranks.layer;
    if (s->by == RANK_CHALLENGE)
        snprintf(buf, 120, "%s: bands%s%s", by, layer[0] ? " and " : " alone", layer);
    else
        snprintf(buf, 120, "%s%s%s", by, layer[0] ? ": " : "", layer);
}

/* The head of a product's part of the list, and its lines. */
static void print_choice(const struct settings *s, const struct choice *c, bool with_name)
{
    char line[700], score[120];
    if (c->lacks) {
        log_message(LOG_ERROR, c->product, "%s: %s; left out", c->path, c->lacks);
        snprintf(line, sizeof line, "# %s: left out: %s", c->product, c->lacks);
        console_result(line);
        return;
    }
    if (c->n == 0)
        log_message(LOG_WARNING, c->product, "none of its %zu subscene%s can be chosen", c->of,
                    text_s(c->of));
    name_score(s, c, score);
    snprintf(line, sizeof line, "# %s: %zu of %zu subscene%s, by %s", c->product, c->n, c->of,
             text_s(c->of), score);
    console_result(line);
    for (size_t k = 0; k < c->n; k++) {
        const struct ranked *r = &c->ranks.best[k];
        snprintf(line, sizeof line, "%s%s%d_%d  # %.6f", with_name ? c->product : "",
                 with_name ? "/" : "", r->x, r->y, r->score);
        console_result(line);
    }
}

/* Of all products. */
struct sum {
    size_t products, subscenes, left_out, with_layer;
};

static struct sum sum_up(const struct choices *c)
{
    struct sum sum = {0};
    for (size_t i = 0; i < c->n; i++) {
        const struct choice *p = &c->choice[i];
        sum.products += p->of > 0;
        sum.subscenes += p->n;
        sum.left_out += p->lacks != NULL;
        sum.with_layer += p->ranks.layer[0] != '\0';
    }
    return sum;
}

/* A list for --tiles @FILE: lines that begin with # are remarks there, and so is what stands behind
 * one. */
static void print(const struct settings *s, const struct choices *c, const struct sum *sum)
{
    size_t ranked = sum->products - sum->left_out;
    for (size_t i = 0; i < c->n; i++)
        if (c->choice[i].of > 0)
            print_choice(s, &c->choice[i], sum->products > 1);
    if (sum->products == 0) /* a list without a line would be taken for one that failed */
        console_result("# no product has any subscene");
    if (s->by == RANK_CHALLENGE && sum->with_layer > 0 && sum->with_layer < ranked)
        log_message(LOG_INFO, "",
                    "by challenge: bands and classes count for %zu product%s, bands alone for %zu",
                    sum->with_layer, text_s(sum->with_layer), ranked - sum->with_layer);
    log_message(LOG_INFO, "", "%zu subscene%s of %zu product%s, by %s", sum->subscenes,
                text_s(sum->subscenes), ranked, text_s(ranked), rank_by_names[s->by]);
}

/* None can be ranked: the first one says why. */
static int all_lack(const struct choices *c, struct err *e)
{
    size_t i = 0;
    while (!c->choice[i].lacks)
        i++;
    return err_set(e, ERR_INPUT, "%s: %s", c->choice[i].path, c->choice[i].lacks);
}

int cmd_select(const struct settings *s)
{
    struct choices c = {0};
    struct err err = ERR_INIT;
    int failed = 0;
    for (int i = 0; failed == 0 && i < s->n_operands; i++)
        failed = add_folder(s, s->operands[i], &c, &err);
    struct sum sum = sum_up(&c);
    if (failed == 0 && sum.left_out > 0 && sum.left_out == sum.products)
        failed = all_lack(&c, &err);
    if (failed == 0)
        print(s, &c, &sum);
    clear(&c);
    return failed ? command_fail(&err) : sum.left_out > 0 ? 1 : 0;
}
