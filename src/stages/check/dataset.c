#include "stages/check/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/product.h"
#include "core/text.h"
#include "io/folder/outfile.h"
#include "stages/folder/manifests.h"

static const char FIRST[] = "file,product,month,tile_id,sensing,x,y,valid_fraction";
static const char LAST[] = ",content_hash,parameters";

/* The state of dataset_collect. */
struct collect {
    const char *folder;
    size_t folder_len; /* without trailing slashes */
    struct dataset *out;
    struct manifest columns; /* the class columns of all manifests; no rows */
};

static int collect_columns(struct collect *c, const char *path, struct err *e)
{
    struct manifest m;
    int r = manifest_read(path, &m, e);
    if (r)
        return r;
    r = manifest_add_classes(&c->columns, &m, e);
    manifest_clear(&m);
    return r ? err_wrap(e, "%s", path) : 0;
}

static int make_header(struct collect *c, struct err *e)
{
    struct text t = {0};
    text_put(&t, "%s", FIRST);
    for (size_t i = 0; i < c->columns.classes; i++) {
        char name[MANIFEST_CLASS_NAME];
        manifest_class_name(&c->columns.class[i], name);
        text_put(&t, ",%s", name);
    }
    text_put(&t, "%s", LAST);
    c->out->header = t.s;
    c->out->columns = c->columns.classes;
    return t.failed ? err_nomem(e, t.cap * 2) : 0;
}

/* Writes the columns that are the same for all subscenes of a product. */
static int describe_product(const char *path, const struct manifest *m, char buf[256],
                            struct err *e)
{
    char name[MANIFESTS_PRODUCT];
    struct cellname facts;
    struct product p = {.name = ""};
    int r = manifests_product(path, m, name, e);
    if (r)
        return r;
    if (cellname_product(name, &facts))
        snprintf(p.sensing_time, sizeof p.sensing_time, "%.4s-%.2s-", facts.sensing,
                 facts.sensing + 4);
    const char *month = product_month_name(product_month(&p));
    if (!month || strcmp(name, facts.product) != 0)
        return err_set(e, ERR_INPUT,
                       "%s: tile and time cannot be read from the product name \"%s\"", path, name);
    snprintf(buf, 256, "%s,%s,%s,%s", name, month, facts.tile_id, facts.sensing);
    return 0;
}

static int add_line(struct collect *c, const char *path, const char *product,
                    const struct manifest_row *row, struct err *e)
{
    char file[MANIFESTS_PATH];
    struct text t = {0};
    manifests_file(path, row, file);
    const char *relative = file + c->folder_len + (file[c->folder_len] == '/');
    if (strpbrk(relative, ",\"\r\n"))
        return err_set(
            e, ERR_INPUT,
            "%s: the path has a comma, quotation mark or line break, which the table cannot hold",
            file);
    text_put(&t, "%s,%s,%d,%d,%.6f", relative, product, row->x, row->y, row->valid_fraction);
    for (size_t i = 0; i < c->columns.classes; i++) {
        char value[MANIFEST_FRACTION_SIZE];
        manifest_fraction_format(&c->columns.class[i], row -> fraction[i], value);
        text_put(&t, ",%s", value);
    }
    text_put(&t, ",%s,%s", row->content_hash, row->digest);
    int r = t.failed ? err_nomem(e, t.cap * 2) : strlist_add(&c->out->line, t.s, t.len, e);
    free(t.s);
    return r;
}

static int collect_rows(struct collect *c, const char *path, struct err *e)
{
    struct manifest m;
    char product[256] = "";
    int r = manifest_read(path, &m, e);
    if (r)
        return r;
    if (manifest_altered(&m) > 0)
        log_message(LOG_WARNING, "",
                    "%s: %zu row%s with a wrong checksum; subscene verify lists them", path,
                    manifest_altered(&m), text_s(manifest_altered(&m)));
    if (m.n > 0)
        r = describe_product(path, &m, product, e);
    if (r)
        goto clear;
    for (size_t i = 0; i < m.n; i++) {
        struct manifest_row row = m.row[i];
        manifest_row_move(&m, &c->columns, &row);
        r = add_line(c, path, product, &row, e);
        if (r)
            goto clear;
    }
    log_message(LOG_DEBUG, "", "%s: %zu subscenes", path, m.n);
    c->out->manifests++;
clear:
    manifest_clear(&m);
    return r;
}

/* Compares only the files: the comma after them sorts behind some characters of paths. */
static int by_file(const void *a, const void *b)
{
    const char *s = *(char *const *)a, *t = *(char *const *)b;
    size_t m = strcspn(s, ","), n = strcspn(t, ",");
    int order = memcmp(s, t, m < n ? m : n);
    return order ? order : (m > n) - (m < n);
}

static int collect_from(struct collect *c, const struct strlist *manifests, int (*stopped)(void),
                        struct err *e)
{
    for (size_t i = 0; i < manifests->n; i++) {
        int r = collect_columns(c, manifests->s[i], e);
        if (r)
            return r;
    }
    int r = make_header(c, e);
    if (r)
        return r;
    for (size_t i = 0; i < manifests->n; i++) {
        if (stopped && stopped())
            return err_set(e, ERR_STOPPED, "stopped by a signal");
        r = collect_rows(c, manifests->s[i], e);
        if (r)
            return r;
    }
    if (c->out->line.n > 0)
        qsort(c->out->line.s, c->out->line.n, sizeof *c->out->line.s, by_file);
    return 0;
}

int dataset_collect(const char *folder, int (*stopped)(void), struct dataset *out, struct err *e)
{
    struct collect c = {.folder = folder, .folder_len = path_trimmed_length(folder), .out = out};
    struct strlist manifests;
    *out = (struct dataset){0};
    int r = manifests_find(folder, &manifests, e);
    if (r)
        return r;
    manifest_init(&c.columns, 0);
    r = collect_from(&c, &manifests, stopped, e);
    strlist_clear(&manifests);
    return r;
}

void dataset_clear(struct dataset *d)
{
    free(d->header);
    strlist_clear(&d->line);
    *d = (struct dataset){0};
}

int dataset_write(const struct dataset *d, const char *folder, char path[4096], struct err *e)
{
    struct text t = {0};
    if (snprintf(path, 4096, "%.*s/%s", (int)path_trimmed_length(folder), folder, DATASET_FILE) >=
        4096)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", folder);
    text_put(&t, "%s\n", d->header);
    for (size_t i = 0; i < d->line.n; i++)
        text_put(&t, "%s\n", d->line.s[i]);
    int r = t.failed ? err_nomem(e, t.cap * 2) : outfile_remove_stale(folder, e);
    if (r == 0)
        r = outfile_write(path, t.s, t.len, e);
    free(t.s);
    return r;
}
