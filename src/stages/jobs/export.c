#include "stages/jobs/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/product.h"
#include "core/strlist.h"
#include "core/text.h"
#include "io/labels/label_set.h"
#include "io/netcdf/layers_nc.h"
#include "stages/export/export_image.h"
#include "stages/export/export_tool.h"
#include "stages/jobs/label_targets.h"

/* Warnings name this many cells of the list without a subscene; -v names all. */
enum { UNMATCHED_NAMED = 5 };

static const struct export_tool *const tools[LABELS_TOOLS] = {
    [LABELS_CVAT] = &cvat_export,
    [LABELS_SEGMENTS] = &segments_export,
    [LABELS_SUPERVISELY] = &supervisely_export,
};

struct item {
    const struct label_target *target;
    size_t product; /* its index */
    char name[CELLNAME_SIZE + 4]; /* of the image */
    bool suggested;
};

struct job {
    const struct export_options *options;
    const struct export_observer *observer;
    struct export_result *result;
    struct label_targets found;
    struct item *item; /* the selected ones, sorted by name */
    size_t items;
    struct label_set set;
    struct export_files files;
    struct strlist products;
    struct export_stretch *stretch; /* of each product */
    struct export_image *image;
    uint8_t *codes;
    size_t codes_cap;
};

static int check_stop(const struct job *j, struct err *e)
{
    return j->options->stopped && j->options->stopped()
               ? err_set(e, ERR_STOPPED, "stopped by a signal")
               : 0;
}

/* ---- which images ---- */

static bool is_in(const struct selection *s, size_t i, const struct label_target *t)
{
    if (s->cells[i].x != t->x || s->cells[i].y != t->y)
        return false;
    const char *product = s->products.n > 0 ? s->products.s[i] : "";
    const size_t n = product_name_length(t->product, strlen(t->product));
    return product[0] == '\0' || (strlen(product) == n && memcmp(product, t->product, n) == 0);
}

/* Is the subscene selected? Marks the cells of the list that name it. */
static bool is_selected(const struct selection *s, const struct label_target *t, bool *used)
{
    bool any = s->cells == NULL;
    for (size_t i = 0; s->cells && i < s->n_cells; i++)
        if (is_in(s, i, t))
            any = used[i] = true;
    return any;
}

static void warn_of_unused(const struct selection *s, const bool *used)
{
    size_t n = 0;
    for (size_t i = 0; s->cells && i < s->n_cells; i++) {
        if (used[i])
            continue;
        n++;
        const char *product = s->products.n > 0 ? s->products.s[i] : "";
        log_message(n <= UNMATCHED_NAMED ? LOG_WARNING : LOG_DEBUG, "",
                    "--tiles: no subscene found for %s%s%d_%d", product, product[0] ? "/" : "",
                    s->cells[i].x, s->cells[i].y);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name);
}

static int check_names(const struct job *j, struct err *e)
{
    for (size_t i = 1; i < j->items; i++) {
        const struct item *a = &j->item[i - 1], *b = &j->item[i];
        if (strcmp(a->name, b->name) == 0)
            return err_set(e, ERR_INPUT,
                           "%s and %s would have the same image, %s; export them to two folders",
                           a->target->path, b->target->path, a->name);
    }
    return 0;
}

static int choose_items(struct job *j, struct err *e)
{
    const struct selection *s = j->options->tiles;
    bool *used = mem_zalloc(s->n_cells, sizeof *used);
    j->item = mem_zalloc(j->found.n, sizeof *j->item);
    if (!used || !j->item) {
        free(used);
        return err_nomem(e, j->found.n * sizeof *j->item);
    }
    for (size_t i = 0; i < j->found.n; i++) {
        const struct label_target *t = &j->found.target[i];
        if (!is_selected(s, t, used))
            continue;
        char stem[CELLNAME_SIZE];
        struct item *now = &j->item[j->items++];
        now->target = t;
        cellname_format(t->product, t->x, t->y, stem);
        snprintf(now->name, sizeof now->name, "%s.png", stem);
    }
    warn_of_unused(s, used);
    free(used);
    qsort(j->item, j->items, sizeof *j->item, by_name);
    if (j->items == 0 && s->n_cells > 0)
        return err_set(e, ERR_INPUT, "--tiles: names none of the %zu subscene%s found", j->found.n,
                       text_s(j->found.n));
    return check_names(j, e);
}

/* ---- suggestions ---- */

/* Describes the layer of an open file. `*has`: it has it. */
static int describe(const struct job *j, struct h5file *f, struct label_values *values, bool *has,
                    struct err *e)
{
    struct class_layer layer;
    *has = j->options->suggest && h5file_is_byte_raster(f, j->options->suggest);
    if (!*has)
        return 0;
    int r = layers_describe_one(f, j->options->suggest, &layer, e);
    return r ? r : label_values_of(j->options->map, &layer, values, e);
}

static int check_layer(struct job *j, struct item *i, struct err *e)
{
    struct label_values values;
    struct h5file *f;
    int r = h5file_open(i->target->path, &f, e);
    if (r)
        return r;
    r = describe(j, f, &values, &i->suggested, e);
    h5file_close(f);
    if (r)
        return err_wrap(e, "%s", i->target->path);
    j->result->suggested += i->suggested;
    return 0;
}

static int check_layers(struct job *j, struct err *e)
{
    const char *layer = j->options->suggest;
    int r = 0;
    for (size_t i = 0; layer && r == 0 && i < j->items; i++) {
        r = check_stop(j, e);
        r = r ? r : check_layer(j, &j->item[i], e);
    }
    const size_t lacking = j->items - j->result->suggested;
    if (r || !layer || lacking == 0)
        return r;
    if (j->result->suggested == 0)
        return err_set(e, ERR_INPUT, "--suggest %s: none of the %zu subscene%s has this layer",
                       layer, j->items, text_s(j->items));
    log_message(LOG_WARNING, "", "%zu of %zu subscenes have no layer %s, so no suggestions",
                lacking, j->items, layer);
    return 0;
}

/* Reads the layer as codes of the map. */
static int read_codes(struct job *j, struct h5file *f, int32_t size, struct err *e)
{
    struct label_values values;
    const size_t n = (size_t)size * (size_t)size;
    bool has;
    int r = describe(j, f, &values, &has, e);
    if (r == 0 && !has)
        r = err_set(e, ERR_INPUT, "its layer %s has gone", j->options->suggest);
    if (r)
        return r;
    j->codes = mem_scratch(j->codes, n, &j->codes_cap, 1, e);
    if (!j->codes)
        return ERR_TEMPORARY;
    r = layers_read(f, j->options->suggest, size, j->codes, e);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (!values.known[j->codes[i]])
            return err_set(e, ERR_INPUT,
                           "%s: column %zu, row %zu is %d, which is none of its "
                           "classes",
                           j->options->suggest, i % (size_t)size, i / (size_t)size, j->codes[i]);
        j->codes[i] = values.code[j->codes[i]];
    }
    return r;
}

/* ---- images ---- */

/* Finds the product of each image. */
static int list_products(struct job *j, struct err *e)
{
    for (size_t i = 0; i < j->items; i++) {
        const char *product = j->item[i].target->product;
        size_t k = i > 0 ? j->item[i - 1].product : 0; /* neighbours are mostly alike */
        if (k >= j->products.n || strcmp(j->products.s[k], product) != 0)
            for (k = 0; k < j->products.n && strcmp(j->products.s[k], product) != 0; k++)
                ;
        j->item[i].product = k;
        int r = k == j->products.n ? strlist_add(&j->products, product, strlen(product), e) : 0;
        if (r)
            return r;
    }
    j->stretch = mem_zalloc(j->products.n, sizeof *j->stretch);
    return j->stretch ? 0 : err_nomem(e, j->products.n * sizeof *j->stretch);
}

static int count_target(struct job *j, const struct label_target *t, struct err *e)
{
    struct h5file *f;
    int r = check_stop(j, e);
    r = r ? r : h5file_open(t->path, &f, e);
    if (r)
        return r;
    r = export_image_count(j->image, f, t->size, e);
    h5file_close(f);
    if (r)
        return err_wrap(e, "%s", t->path);
    j->observer->step(j->observer->ctx);
    return 0;
}

static size_t count_subscenes(const struct job *j)
{
    size_t n = 0;
    for (size_t i = 0; i < j->found.n; i++)
        n += strlist_has(&j->products, j->found.target[i].product);
    return n;
}

static int find_stretches(struct job *j, struct err *e)
{
    int r = list_products(j, e);
    if (r)
        return r;
    j->observer->begin(j->observer->ctx, count_subscenes(j) + j->items);
    r = export_image_create(j->options->composite, &j->image, e);
    for (size_t p = 0; r == 0 && p < j->products.n; p++) {
        for (size_t i = 0; r == 0 && i < j->found.n; i++)
            if (strcmp(j->found.target[i].product, j->products.s[p]) == 0)
                r = count_target(j, &j->found.target[i], e);
        if (r == 0)
            j->stretch[p] = export_image_stretch(j->image);
    }
    return r;
}

static int read_image(struct job *j, const struct item *i, const struct pngfile_image **png,
                      struct err *e)
{
    struct h5file *f;
    int r = h5file_open(i->target->path, &f, e);
    if (r)
        return r;
    r = export_image_draw(j->image, f, &j->stretch[i->product], i->target->size, png, e);
    if (r == 0 && i->suggested)
        r = read_codes(j, f, i->target->size, e);
    h5file_close(f);
    return r ? err_wrap(e, "%s", i->target->path) : 0;
}

static int put_images(struct job *j, const struct export_tool *tool, void *export, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < j->items; i++) {
        const struct item *now = &j->item[i];
        const struct pngfile_image *png;
        r = check_stop(j, e);
        r = r ? r : read_image(j, now, &png, e);
        const struct label_image image = {now->name, now->target->size,
                                          now->suggested ? j->codes : NULL};
        r = r ? r : tool->image(export, &image, png, e);
        if (r == 0) {
            log_message(LOG_DEBUG, "", "image %s: %s", now->name, now->target->path);
            j->observer->step(j->observer->ctx);
        }
    }
    return r ? r : tool->finish(export, e);
}

static int write_export(struct job *j, struct err *e)
{
    const struct export_tool *tool = tools[j->options->tool];
    const struct export_plan plan = {&j->files, &j->set, j->items, j->result->suggested > 0};
    void *export;
    int r = export_files_folder(&j->files, "", e);
    r = r ? r : tool->open(&plan, &export, e);
    if (r)
        return r;
    r = put_images(j, tool, export, e);
    tool->close(export);
    return r;
}

/* ---- the job ---- */

static int find_subscenes(struct job *j, const char *const *folder, size_t n, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = label_targets_find(&j->found, folder[i], j->options->stopped, e);
    if (r == 0 && j->found.n == 0)
        r = err_set(e, ERR_INPUT, "%s: no subscene found below this folder", folder[0]);
    return r;
}

static int fail_others(const struct job *j, struct err *e)
{
    const size_t n = j->files.n_other;
    return err_set(e, ERR_OUTPUT,
                   "%s%s: other contents are there, and stay; --overwrite replaces %s",
                   j->files.other, n > 1 ? " and others" : "", n > 1 ? "them" : "it");
}

static enum outstream_mode mode_of(const struct export_options *o)
{
    if (o->dry_run)
        return o->overwrite ? OUTSTREAM_TRY_REPLACE : OUTSTREAM_TRY_KEEP;
    return o->overwrite ? OUTSTREAM_REPLACE : OUTSTREAM_KEEP;
}

static void clear(struct job *j)
{
    export_image_destroy(j->image);
    free(j->codes);
    free(j->item);
    free(j->stretch);
    strlist_clear(&j->products);
    label_targets_clear(&j->found);
}

int export_folders(const char *const *folder, size_t n, const struct export_options *options,
                   const struct export_observer *observer, struct export_result *result,
                   struct err *e)
{
    struct job j = {.options = options,
                    .observer = observer,
                    .result = result,
                    .files = {.folder = options->output,
                              .mode = mode_of(options),
                              .made = observer->file,
                              .ctx = observer->ctx}};
    *result = (struct export_result){0};
    int r = label_set_of(options->map, &j.set, e);
    r = r ? r : find_subscenes(&j, folder, n, e);
    r = r ? r : choose_items(&j, e);
    r = r ? r : check_layers(&j, e);
    result->images = j.items;
    if (r == 0 && j.items > 0)
        r = find_stretches(&j, e);
    if (r == 0 && j.items > 0)
        r = write_export(&j, e);
    result->made = j.files.n_made;
    result->same = j.files.n_same;
    result->other = j.files.n_other;
    if (r == 0 && j.files.n_other > 0)
        r = fail_others(&j, e);
    clear(&j);
    return r;
}
