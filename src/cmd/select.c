#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/console.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "stages/manifests.h"
#include "stages/rank.h"

/* The best of one product. */
struct choice {
    char product[MANIFESTS_PRODUCT];
    char *path; /* of the manifest; owned */
    struct ranked *best; /* owned */
    size_t n, of; /* of how many subscenes */
};

struct choices {
    struct choice *choice;
    size_t n, cap;
};

static void clear(struct choices *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->choice[i].path);
        free(c->choice[i].best);
    }
    free(c->choice);
}

static int choose(const struct settings *s, const struct manifest *m, struct choice *c, struct err *e)
{
    int r = manifests_product(c->path, m, c->product, e);
    if (r)
        return r;
    r = rank_subscenes(m, (enum rank_by)s->by, s->min_valid, &c->best, &c->n, e);
    c->of = m->n;
    if (c->n > (size_t)s->top)
        c->n = (size_t)s->top;
    return r ? err_wrap(e, "%s", c->path) : 0;
}

static int add_manifest(const struct settings *s, const char *path, struct choices *c, struct err *e)
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
            r = err_set(e, ERR_INPUT, "%s and %s are both of %s: give one of them", c->choice[i].path, path,
                        now->product);
    return r;
}

static int add_folder(const struct settings *s, const char *folder, struct choices *c, struct err *e)
{
    struct strlist manifests;
    int r = manifests_find(folder, &manifests, e);
    for (size_t i = 0; r == 0 && i < manifests.n; i++)
        r = add_manifest(s, manifests.s[i], c, e);
    strlist_clear(&manifests);
    return r;
}

/* A list for --tiles @FILE: lines that begin with # are remarks there, and so is what stands behind one. */
static void print(const struct settings *s, const struct choices *c)
{
    size_t products = 0, subscenes = 0;
    for (size_t i = 0; i < c->n; i++)
        products += c->choice[i].of > 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct choice *p = &c->choice[i];
        char line[400];
        if (p->of == 0)
            continue;
        if (p->n == 0)
            log_message(LOG_WARNING, p->product, "none of its %zu subscene%s can be chosen", p->of, text_s(p->of));
        snprintf(line, sizeof line, "# %s: %zu of %zu subscene%s, by %s", p->product, p->n, p->of, text_s(p->of),
                 rank_by_names[s->by]);
        console_result(line);
        for (size_t k = 0; k < p->n; k++) {
            snprintf(line, sizeof line, "%s%s%d_%d  # %.6f", products > 1 ? p->product : "", products > 1 ? "/" : "",
                     p->best[k].x, p->best[k].y, p->best[k].score);
            console_result(line);
        }
        subscenes += p->n;
    }
    if (products == 0) /* a list without a line would be taken for one that failed */
        console_result("# no product has any subscene");
    log_message(LOG_INFO, "", "%zu subscene%s of %zu product%s, by %s", subscenes, text_s(subscenes), products,
                text_s(products), rank_by_names[s->by]);
}

int cmd_select(const struct settings *s)
{
    struct choices c = {0};
    struct err err = ERR_INIT;
    int failed = 0;
    for (int i = 0; failed == 0 && i < s->n_operands; i++)
        failed = add_folder(s, s->operands[i], &c, &err);
    if (failed == 0)
        print(s, &c);
    clear(&c);
    return failed ? command_fail(&err) : 0;
}
