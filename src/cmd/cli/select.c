#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/arguments.h"
#include "cmd/cli/resources.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "exec/stop.h"
#include "stages/check/rank.h"
#include "stages/folder/manifests.h"
#include "stages/jobs/look_product.h"

/* The chosen subscenes of one product. */
struct choice {
    char product[MANIFESTS_PRODUCT];
    char *path; /* of the manifest; owned */
    struct ranks ranks; /* owns its list */
    size_t n, of; /* number of chosen subscenes, of all subscenes */
    bool is_product; /* it is not converted */
    char *fault; /* why the product cannot be ranked; owned; NULL: it can be ranked */
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
        free(c->choice[i].fault);
    }
    free(c->choice);
}

static bool is_near(const struct ranked *a, const struct ranked *b, int32_t spacing)
{
    return abs(a->x - b->x) < spacing && abs(a->y - b->y) < spacing;
}

/* Moves the chosen ones to the front, the best first: each is far enough from those before it. */
static size_t thin_out(struct ranks *ranks, size_t top, int32_t spacing)
{
    size_t n = 0;
    if (spacing <= 1)
        return ranks->n < top ? ranks->n : top;
    for (size_t i = 0; n < top && i < ranks->n; i++) {
        const struct ranked now = ranks->best[i];
        bool near = false;
        for (size_t k = 0; !near && k < n; k++)
            near = is_near(&ranks->best[k], &now, spacing);
        if (!near)
            ranks->best[n++] = now;
    }
    return n;
}

/* The product's name is known. */
static int choose(const struct settings *s, const struct manifest *m, struct choice *c,
                  struct err *e)
{
    struct err why = ERR_INIT;
    int r = rank_subscenes(m, (enum rank_by)s->by, s->min_valid, &c->ranks, &why);
    c->of = m->n;
    c->n = thin_out(&c->ranks, (size_t)s->top, s->spacing);
    if (r == ERR_INPUT) { /* other products may be ranked */
        c->fault = mem_strdup(why.msg);
        return c->fault ? 0 : err_nomem(e, strlen(why.msg));
    }
    if (r)
        *e = why;
    return r;
}

/* Checks that the last product is not in an earlier manifest. */
static int check_unique(const struct choices *c, struct err *e)
{
    const struct choice *last = &c->choice[c->n - 1];
    if (last->of == 0)
        return 0;
    for (size_t i = 0; i + 1 < c->n; i++)
        if (strcmp(c->choice[i].product, last->product) == 0)
            return err_set(e, ERR_INPUT, "%s and %s are the same product, %s; give one of them",
                           c->choice[i].path, last->path, last->product);
    return 0;
}

static int add_choice(struct choices *c, const char *path, struct choice **out, struct err *e)
{
    struct choice *grown = mem_grown(c->choice, c->n, &c->cap, sizeof *c->choice, e);
    if (!grown)
        return ERR_TEMPORARY;
    c->choice = grown;
    *out = &c->choice[c->n];
    **out = (struct choice){.path = mem_strdup(path)};
    if (!(*out)->path)
        return err_nomem(e, strlen(path));
    c->n++;
    return 0;
}

static int add_manifest(const struct settings *s, const char *path, struct choices *c,
                        struct err *e)
{
    struct manifest m;
    struct choice *now;
    int r = manifest_read(path, &m, e);
    if (r)
        return r;
    log_message(LOG_DEBUG, "", "%s: %zu subscenes", path, m.n);
    r = add_choice(c, path, &now, e);
    if (r == 0 && m.n > 0) { /* without subscenes the product's name is unknown */
        r = manifests_product(path, &m, now->product, e);
        if (r == 0)
            r = choose(s, &m, now, e);
    }
    manifest_clear(&m);
    return r ? r : check_unique(c, e);
}

static int add_product(const struct settings *s, const char *path, struct choices *c, struct err *e)
{
    struct manifest m;
    struct params params;
    struct resources resources;
    struct choice *now;
    int r = arguments_params(s, &params, e);
    if (r == 0)
        r = add_choice(c, path, &now, e);
    if (r)
        return r;
    now->is_product = true;
    resources_find(s, &resources);
    log_message(LOG_DEBUG, "", "%d threads", resources.threads);
    const struct look_options options = {.decoder = (enum tile_decoder_choice)s->decoder,
                                         .threads = resources.threads,
                                         .stopped = stop_signal};
    r = look_survey(path, &params, &options, &m, now->product, e);
    if (r == 0)
        r = choose(s, &m, now, e);
    manifest_clear(&m);
    return r ? r : check_unique(c, e);
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

/* Describes the score, for a comment in the list. */
static void format_score(const struct settings *s, const struct choice *c, char buf[120])
{
    const char *by = rank_by_names[s->by], *layer = c->ranks.layer;
    if (s->by == RANK_CHALLENGE)
        snprintf(buf, 120, "%s: bands%s%s", by, layer[0] ? " and " : " alone", layer);
    else
        snprintf(buf, 120, "%s%s%s", by, layer[0] ? ": " : "", layer);
}

/* Prints the part of one product: a comment, then a line for each chosen subscene. */
static void print_choice(const struct settings *s, const struct choice *c, bool with_name)
{
    char line[700], score[120];
    if (c->fault) {
        log_message(LOG_ERROR, c->product, "%s: %s; left out", c->path, c->fault);
        snprintf(line, sizeof line, "# %s: left out: %s", c->product, c->fault);
        console_result(line);
        return;
    }
    if (c->n == 0)
        log_message(LOG_WARNING, c->product, "none of its %zu subscene%s can be chosen", c->of,
                    text_s(c->of));
    format_score(s, c, score);
    snprintf(line, sizeof line, "# %s: %zu of %zu subscene%s, by %s", c->product, c->n, c->of,
             text_s(c->of), score);
    console_result(line);
    if (c->is_product) { /* the list is right only for this lattice */
        snprintf(line, sizeof line, "# for run --size %d --overlap %g --edge %s --resolution %d",
                 (int)s->size, s->overlap, edge_policy_names[s->edge],
                 (int)options_resolution_m(s));
        console_result(line);
    }
    for (size_t k = 0; k < c->n; k++) {
        const struct ranked *r = &c->ranks.best[k];
        snprintf(line, sizeof line, "%s%s%d_%d  # %.6f", with_name ? c->product : "",
                 with_name ? "/" : "", r->x, r->y, r->score);
        console_result(line);
    }
}

/* Counts for all products. */
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
        sum.left_out += p->fault != NULL;
        sum.with_layer += p->ranks.layer[0] != '\0';
    }
    return sum;
}

/* Prints a list for --tiles @FILE. `#` starts a comment in it. */
static void print(const struct settings *s, const struct choices *c, const struct sum *sum)
{
    size_t ranked = sum->products - sum->left_out;
    for (size_t i = 0; i < c->n; i++)
        if (c->choice[i].of > 0)
            print_choice(s, &c->choice[i], sum->products > 1);
    if (sum->products == 0) /* --tiles rejects a list without a line */
        console_result("# no product has any subscene");
    if (s->by == RANK_CHALLENGE && sum->with_layer > 0 && sum->with_layer < ranked)
        log_message(LOG_INFO, "",
                    "by challenge: bands and classes count for %zu product%s, bands alone for %zu",
                    sum->with_layer, text_s(sum->with_layer), ranked - sum->with_layer);
    log_message(LOG_INFO, "", "%zu subscene%s of %zu product%s, by %s", sum->subscenes,
                text_s(sum->subscenes), ranked, text_s(ranked), rank_by_names[s->by]);
}

/* No product can be ranked: the error is that of the first one. */
static int fail_all(const struct choices *c, struct err *e)
{
    size_t i = 0;
    while (!c->choice[i].fault)
        i++;
    return err_set(e, ERR_INPUT, "%s: %s", c->choice[i].path, c->choice[i].fault);
}

int cmd_select(const struct settings *s)
{
    struct choices c = {0};
    struct err err = ERR_INIT;
    int status = 0;
    int r = stop_install(&err);
    for (int i = 0; r == 0 && i < s->n_operands; i++)
        r = arguments_is_product(s->operands[i]) ? add_product(s, s->operands[i], &c, &err)
                                                 : add_folder(s, s->operands[i], &c, &err);
    if (r) {
        status = r == ERR_STOPPED ? 128 + stop_signal() : command_fail(&err);
        goto clear_choices;
    }
    struct sum sum = sum_up(&c);
    if (sum.left_out > 0 && sum.left_out == sum.products) {
        fail_all(&c, &err);
        status = command_fail(&err);
        goto clear_choices;
    }
    print(s, &c, &sum);
    status = sum.left_out > 0 ? 1 : 0;
clear_choices:
    clear(&c);
    return status;
}
