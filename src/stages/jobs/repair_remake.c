#include "stages/jobs/repair_remake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/text.h"
#include "io/folder/walk.h"
#include "io/netcdf/ncfile.h"
#include "stages/check/subscene_check.h"
#include "stages/folder/manifests.h"
#include "stages/jobs/product_input.h"
#include "stages/jobs/repair_layout.h"
#include "stages/jobs/run.h"
#include "stages/keep/kept_layers.h"

struct remake {
    const struct repair_options *options;
    const struct repair_teller *teller;
    struct product product;
    struct strlist files; /* below the folder */
    struct strlist paths; /* subscenes to make again */
};

static int read_product(struct remake *d, struct err *e)
{
    struct product_input in = {.source = NULL};
    int r = product_input_open(d->options->product, &in, e);
    if (r == 0)
        d->product = in.product;
    product_input_close(&in);
    return r;
}

/* Subscenes with a list and without a file. */
static int find_paths(struct remake *d, const char *folder, struct err *e)
{
    char path[MANIFESTS_PATH];
    int r = walk_folder(folder, &d->files, e);
    for (size_t i = 0; r == 0 && i < d->files.n; i++)
        if (kept_layers_subscene(d->files.s[i], path, sizeof path) && access(path, F_OK) != 0)
            r = strlist_add(&d->paths, path, strlen(path), e);
    strlist_sort(&d->paths);
    return r;
}

/* ---- one manifest ---- */

/* The subscenes of one manifest. */
struct batch {
    char manifest_path[MANIFESTS_PATH];
    struct manifest manifest;
    bool is_of_product;
    struct params params;
    struct repair_layout layout;
    struct cell *cells;
    size_t n;
};

/* The parameters of the first file that says them. */
static bool find_params(struct batch *b)
{
    bool found = false;
    for (size_t i = 0; !found && i < b->manifest.n; i++) {
        char file[MANIFESTS_PATH];
        struct ncfile *f;
        manifests_file(b->manifest_path, &b->manifest.row[i], file);
        if (ncfile_open(file, &f, NULL))
            continue;
        found = subscene_parameters(f, &b->params);
        ncfile_close(f);
    }
    return found;
}

static int plan_batch(struct remake *d, struct batch *b, struct err *e)
{
    char name[MANIFESTS_PRODUCT];
    int r = manifest_read(b->manifest_path, &b->manifest, e);
    if (r)
        return r;
    r = manifests_product(b->manifest_path, &b->manifest, name, e);
    if (r)
        return r;
    b->is_of_product = strcmp(name, d->product.name) == 0;
    if (!b->is_of_product)
        return 0;
    if (!find_params(b))
        return err_set(e, ERR_INPUT,
                       "%s: no file tells its parameters (profile kappazeta never does); repeat "
                       "the run that made the subscenes",
                       b->manifest_path);
    if (!repair_layout_find(&d->product, b->manifest_path, &b->manifest, &b->layout))
        return err_set(e, ERR_INPUT,
                       "%s: the layout of its files is not understood; repeat the run that made "
                       "the subscenes",
                       b->manifest_path);
    return 0;
}

static int list_cells(struct remake *d, struct batch *b, size_t first, size_t n, struct err *e)
{
    b->cells = mem_alloc(n, sizeof *b->cells);
    if (!b->cells)
        return err_nomem(e, n * sizeof *b->cells);
    for (size_t i = first; i < first + n; i++)
        if (repair_layout_cell(&b->layout, &d->product, d->paths.s[i], &b->cells[b->n]))
            b->n++;
        else
            log_message(LOG_DEBUG, d->product.name,
                        "%s: is not made again: it is not a name of "
                        "the layout %s",
                        d->paths.s[i], b->layout.template);
    return 0;
}

/* Does the manifest have layers that masks give? */
static bool has_masks(const struct manifest *m)
{
    for (size_t i = 0; i < m->classes; i++)
        if (strcmp(m->class[i].layer, "Label") != 0)
            return true;
    return false;
}

static bool has_pictures(const struct remake *d, const struct batch *b)
{
    size_t n = path_folder_length(b->manifest_path);
    for (size_t i = 0; i < d->files.n; i++)
        if (strncmp(d->files.s[i], b->manifest_path, n) == 0 &&
            text_ends_with(d->files.s[i], ".png"))
            return true;
    return false;
}

static int run_batch(struct remake *d, struct batch *b, struct err *e)
{
    const struct repair_options *o = d->options;
    const struct layer_request layers = {.find = has_masks(&b->manifest)};
    struct run_result result;
    const struct run_options options = {.folder = {.output = b->layout.root,
                                                   .layout = b->layout.template,
                                                   .timestamp = o->timestamp,
                                                   .png = has_pictures(d, b),
                                                   .lock = o->lock},
                                        .selection = {.cells = b->cells, .n_cells = b->n},
                                        .layers = &layers,
                                        .limits = o->limits,
                                        .stopped = o->stopped};
    return b->n == 0 ? 0 : run_product(o->product, &b->params, &options, NULL, &result, e);
}

static void tell_made(const struct remake *d, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++)
        if (access(d->paths.s[i], F_OK) == 0)
            d->teller->tell(d->teller->ctx, d->paths.s[i], "is made again");
}

/* Subscenes first … first + n − 1 of the list have this manifest. */
static int remake_batch(struct remake *d, struct batch *b, size_t first, size_t n, struct err *e)
{
    struct err why = ERR_INIT;
    int r = plan_batch(d, b, &why);
    if (r == 0 && b->is_of_product)
        r = list_cells(d, b, first, n, &why);
    if (r == 0 && b->is_of_product)
        r = run_batch(d, b, &why);
    tell_made(d, first, n);
    free(b->cells);
    manifest_clear(&b->manifest);
    if (r == ERR_TEMPORARY || r == ERR_STOPPED) {
        *e = why;
        return r;
    }
    if (r)
        log_message(LOG_ERROR, d->product.name, "%s", why.msg);
    return 0;
}

/* Paths of one manifest are adjacent, unless products share a folder. */
static int remake_all(struct remake *d, struct err *e)
{
    size_t strangers = 0;
    for (size_t i = 0, n; i < d->paths.n; i += n) {
        struct batch b = {.n = 0};
        char next[MANIFESTS_PATH];
        n = 1;
        if (!manifests_of(d->paths.s[i], d->product.name, b.manifest_path)) {
            strangers++;
            continue;
        }
        while (i + n < d->paths.n && manifests_of(d->paths.s[i + n], d->product.name, next) &&
               strcmp(next, b.manifest_path) == 0)
            n++;
        int r = remake_batch(d, &b, i, n, e);
        if (r)
            return r;
        strangers += b.is_of_product ? 0 : n;
    }
    if (strangers > 0)
        log_message(LOG_WARNING, "", "%zu missing subscene%s of other products than %s", strangers,
                    text_s(strangers), d->product.name);
    return 0;
}

int repair_remake_check(const struct repair_options *options, struct err *e)
{
    struct remake d = {.options = options};
    return options->product ? read_product(&d, e) : 0;
}

int repair_remake(const char *folder, const struct repair_options *options,
                  const struct repair_teller *teller, struct err *e)
{
    struct remake d = {.options = options, .teller = teller};
    int r = read_product(&d, e);
    if (r == 0)
        r = find_paths(&d, folder, e);
    if (r == 0)
        r = remake_all(&d, e);
    strlist_clear(&d.files);
    strlist_clear(&d.paths);
    return r;
}
