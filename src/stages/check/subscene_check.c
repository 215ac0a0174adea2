#include "stages/check/subscene_check.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cellname.h"
#include "core/path.h"
#include "io/netcdf/examine.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/schema.h"

const char *subscene_check_strip(const char *msg, const char *path)
{
    size_t n = strlen(path);
    return strncmp(msg, path, n) == 0 && strncmp(msg + n, ": ", 2) == 0 ? msg + n + 2 : msg;
}

/* ---- a file by itself ---- */

bool subscene_parameters(struct ncfile *f, struct params *out)
{
    char text[PARAMS_TEXT_SIZE];
    return ncfile_text(f, NULL, SCHEMA_ATT_PARAMETERS, text, sizeof text) &&
           params_parse(text, out, NULL) == 0;
}

static int look_at_attributes(struct subscene_look *l, struct ncfile *f, struct err *e)
{
    char text[256];
    double overlap, x, y;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, l->product, sizeof l->product) ||
        !ncfile_text(f, NULL, "version", text, sizeof text) ||
        !ncfile_number(f, NULL, "overlap", &overlap))
        return err_set(e, ERR_INPUT,
                       "one of the attributes version, product_name, overlap is missing");
    if (!ncfile_text(f, NULL, SCHEMA_ATT_COMPAT, l->compat, sizeof l->compat))
        l->compat[0] = '\0';
    if (!l->shape.georeferenced)
        return 0;
    if (!ncfile_number(f, NULL, "subscene_x", &x) || !ncfile_number(f, NULL, "subscene_y", &y))
        return err_set(e, ERR_INPUT, "subscene_x or subscene_y is missing");
    l->row.x = (int32_t)x;
    l->row.y = (int32_t)y;
    return ncfile_text(f, NULL, SCHEMA_ATT_DIGEST, l->row.digest, sizeof l->row.digest)
               ? 0
               : err_set(e, ERR_INPUT, "%s is missing", SCHEMA_ATT_DIGEST);
}

/* The attributes of profile georef that describe the samples and the parameters. */
static int compare_attributes(const struct subscene_look *l, struct ncfile *f, struct err *e)
{
    char text[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    double number;
    if (!l->shape.georeferenced)
        return 0;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_HASH, text, sizeof text) ||
        strcmp(text, l->row.content_hash) != 0)
        return err_set(e, ERR_INPUT, "content_hash is not %s, which the samples have",
                       l->row.content_hash);
    if (!ncfile_number(f, NULL, SCHEMA_ATT_VALID, &number) ||
        fabs(number - l->row.valid_fraction) > 5e-7)
        return err_set(e, ERR_INPUT, "valid_fraction is not %.6f, which the samples have",
                       l->row.valid_fraction);
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PARAMETERS, text, sizeof text))
        return err_set(e, ERR_INPUT, "%s is missing", SCHEMA_ATT_PARAMETERS);
    params_digest(text, digest);
    return strcmp(digest, l->row.digest) == 0
               ? 0
               : err_set(e, ERR_INPUT, "%s is not %s, which the parameters have", SCHEMA_ATT_DIGEST,
                         digest);
}

static int reserve(struct subscene_look *l, struct err *e)
{
    if (*l->work && measure_size(*l->work) != l->shape.size) {
        measure_work_destroy(*l->work);
        *l->work = NULL;
    }
    return *l->work ? 0 : measure_work_create(l->shape.size, l->work, e);
}

static int look_at_layers(struct subscene_look *l, struct ncfile *f,
                          const struct subscene_codes *codes, struct err *e)
{
    const size_t n = (size_t)l->shape.size * (size_t)l->shape.size;
    int r = layers_list(ncfile_h5(f), &l->layers, e);
    for (size_t i = 0; r == 0 && i < l->layers.n; i++) {
        const struct class_layer *layer = &l->layers.s[i];
        const uint8_t *px;
        r = measure_codes(*l->work, ncfile_h5(f), layer->name, &px, e);
        if (r == 0)
            r = layers_check(layer, px, l->shape.size, e);
        if (r == 0 && codes)
            r = codes->layer(codes->ctx, layer, px, n, e);
    }
    return r;
}

int subscene_look(struct subscene_look *l, struct ncfile *f, const struct subscene_codes *codes,
                  struct err *e)
{
    int r = conform_check(f, l->bands, &l->shape, e);
    if (r == 0)
        r = look_at_attributes(l, f, e);
    if (r == 0)
        r = reserve(l, e);
    if (r)
        return r;
    r = measure_file(*l->work, l->bands, ncfile_h5(f), &l->row, e);
    l->shape.is_unreadable = r != 0;
    if (r == 0)
        r = compare_attributes(l, f, e);
    return r ? r : look_at_layers(l, f, codes, e);
}

/* ---- a file and its row ---- */

struct check {
    struct check_manifest *m;
    const struct manifest_row *row;
    struct subscene_look look;
    enum filesum_state state;
    enum fault_kind kind; /* of the next error */
    int32_t x, y; /* of the file */
    struct manifest_row now; /* the row's class columns, from the layers */
    struct err column; /* the first layer without columns */
};

/* Ends the check: the file is not damaged. FAULT_MANIFEST: its row is out of date; the message says
 * so. FAULT_OTHER: it is no file of this row. */
PRINTF_LIKE(4, 5)
static int judge(struct check *c, enum fault_kind kind, struct err *e, const char *fmt, ...)
{
    char msg[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    c->kind = kind;
    return err_set(
        e, ERR_INPUT, "%s%s", msg,
        kind == FAULT_MANIFEST ? "; the file is good, its row in the manifest is out of date" : "");
}

/* All files of a manifest must belong to one product. */
static int check_product(struct check *c, struct err *e)
{
    struct check_manifest *m = c->m;
    const char *name = c->look.product;
    pthread_mutex_lock(&m->lock);
    if (!m->product[0])
        snprintf(m->product, sizeof m->product, "%s", name);
    bool same = strcmp(m->product, name) == 0;
    pthread_mutex_unlock(&m->lock);
    return same ? 0
                : judge(c, FAULT_OTHER, e,
                        "belongs to product %s, other files of its manifest to %s; move it away",
                        name, m->product);
}

static int check_numbers(struct check *c, struct err *e)
{
    int whose = COMPAT_NONE;
    if (c->look.compat[0]) {
        for (whose = 1;
             whose < COMPAT_COUNT && strcmp(c->look.compat, compat_declared[whose]) != 0;)
            whose++;
        if (whose == COMPAT_COUNT)
            return judge(c, FAULT_OTHER, e, "compat is \"%s\", which is unknown", c->look.compat);
    }
    pthread_mutex_lock(&c->m->lock);
    c->m->numbers[whose]++;
    c->m->untold += !c->look.shape.georeferenced;
    pthread_mutex_unlock(&c->m->lock);
    return 0;
}

/* Fills the layer's columns of `now`. */
static int take_codes(void *ctx, const struct class_layer *layer, const uint8_t *px, size_t n,
                      struct err *e)
{
    struct check *c = ctx;
    struct err why = ERR_INIT;
    int r = manifest_row_layer(&c->m->manifest, &c->now, layer, px, n, &why);
    if (r == ERR_INPUT && c->column.code == ERR_NONE)
        c->column = why;
    if (r && r != ERR_INPUT)
        *e = why;
    return r == ERR_INPUT ? 0 : r;
}

/* The class columns of the row must agree with the file's layers. If nothing else changed, the
 * samples of a layer were changed in place: an uncompressed layer has no checksum. */
static int compare_classes(struct check *c, struct err *e)
{
    const struct manifest *m = &c->m->manifest;
    char name[MANIFEST_CLASS_NAME], is[MANIFEST_FRACTION_SIZE], said[MANIFEST_FRACTION_SIZE];
    if (c->column.code != ERR_NONE)
        return judge(c, FAULT_MANIFEST, e, "%s", c->column.msg);
    const struct manifest_class *column = manifest_class_difference(m, &c->now, c->row);
    if (!column)
        return 0;
    manifest_class_name(column, name);
    manifest_fraction_format(column, c->now.fraction[column - m->class], is);
    manifest_fraction_format(column, c->row->fraction[column - m->class], said);
    const char *file = is[0] ? is : "nothing", *row = said[0] ? said : "nothing";
    return c->state == FILESUM_SAME && !c->row->is_altered && is[0] && said[0]
               ? judge(c, FAULT_OTHER, e,
                       "%s is %s in the file, and %s in the manifest, and nothing tells which is "
                       "right; subscene label with the layer's source does",
                       name, file, row)
               : judge(c, FAULT_MANIFEST, e, "%s is %s in the file, and %s in the manifest", name,
                       file, row);
}

/* Another row with the samples of the file at hand, or NULL. */
static const struct manifest_row *owner_of_samples(const struct check *c)
{
    return manifest_find_hash(&c->m->manifest, c->look.row.content_hash, c->row);
}

/* The file has the samples of another row: it is a copy, or the two were exchanged. */
static int judge_owned(struct check *c, const struct manifest_row *owner, struct err *e)
{
    char file[MANIFESTS_PATH];
    manifests_file(c->m->path, owner, file);
    return filesum_look(file, &owner->file_sum) == FILESUM_SAME
               ? judge(c, FAULT_OTHER, e, "is a copy of %s; move it away", owner->file)
               : judge(c, FAULT_OTHER, e, "has the samples of %s; rename it", owner->file);
}

/* A file of the same size with other metadata was changed in place, or exchanged with another one.
 */
static int judge_changed(struct check *c, struct err *e)
{
    const struct manifest_row *owner = owner_of_samples(c);
    if (owner && strcmp(c->row->content_hash, owner->content_hash) != 0)
        return judge_owned(c, owner, e);
    return err_set(e, ERR_INPUT, "its metadata do not have the checksum in the manifest");
}

/* A file of profile kappazeta whose samples are not those of its row. */
static int judge_samples(struct check *c, struct err *e)
{
    const char *hash = c->look.row.content_hash, *said = c->row->content_hash;
    const struct manifest_row *owner = owner_of_samples(c);
    if (owner)
        return judge_owned(c, owner, e);
    if (c->row->is_altered)
        return judge(c, FAULT_MANIFEST, e, "the samples have hash %s, the manifest says %s", hash,
                     said);
    if (c->state == FILESUM_SAME || c->state == FILESUM_CHANGED)
        return err_set(e, ERR_INPUT, "the samples have hash %s, the manifest says %s", hash, said);
    return judge(c, FAULT_OTHER, e,
                 "the samples have hash %s, the manifest says %s, and nothing tells which is "
                 "right; subscene run with --overwrite --tiles %d_%d makes it again",
                 hash, said, c->row->x, c->row->y);
}

/* Sets the subscene that the file is: it says so, or its name does. */
static void find_place(struct check *c)
{
    struct cellname name;
    const bool by_name = cellname_parse(path_base(c->look.path), &name);
    c->x = c->look.shape.georeferenced ? c->look.row.x : by_name ? name.x : c->row->x;
    c->y = c->look.shape.georeferenced ? c->look.row.y : by_name ? name.y : c->row->y;
}

/* Is the file of the subscene that its row says? If the row was changed, the file is right, unless
 * another row has its place. */
static int compare_place(struct check *c, struct err *e)
{
    const struct manifest_row *row = c->row;
    if (c->x == row->x && c->y == row->y)
        return 0;
    const struct manifest_row *there = manifest_find(&c->m->manifest, c->x, c->y);
    if (row->is_altered && !there)
        return judge(c, FAULT_MANIFEST, e, "is subscene %d_%d, its row says %d_%d", c->x, c->y,
                     row->x, row->y);
    if (there && strcmp(there->content_hash, c->look.row.content_hash) == 0)
        return judge_owned(c, there, e);
    return c->look.shape.georeferenced
               ? judge(c, FAULT_OTHER, e, "is subscene %d_%d, not %d_%d; rename it", c->x, c->y,
                       row->x, row->y)
               : 0;
}

static int compare_georef(struct check *c, struct err *e)
{
    const struct manifest_row *is = &c->look.row, *row = c->row;
    if (strcmp(is->digest, row->digest) == 0)
        return 0;
    if (row->is_altered)
        return judge(c, FAULT_MANIFEST, e, "was made with parameters %s, the manifest says %s",
                     is->digest, row->digest);
    return judge(c, FAULT_OTHER, e,
                 "was made with other parameters (%s) than the manifest says (%s); subscene run "
                 "with --overwrite --tiles %d_%d makes it again",
                 is->digest, row->digest, row->x, row->y);
}

/* The file is whole; is it the file that the row describes? */
static int compare_row(struct check *c, struct err *e)
{
    const struct manifest_row *row = c->row;
    const struct manifest *m = &c->m->manifest;
    const bool georeferenced = c->look.shape.georeferenced;
    int r = compare_place(c, e);
    if (r == 0 && georeferenced)
        r = compare_georef(c, e);
    if (r)
        return r;
    if (strcmp(c->now.content_hash, row->content_hash) != 0)
        return georeferenced
                   ? judge(c, FAULT_MANIFEST, e, "the samples have hash %s, the manifest says %s",
                           c->now.content_hash, row->content_hash)
                   : judge_samples(c, e);
    if (!manifest_row_equal(&c->now, row, m->bands))
        return judge(c, FAULT_MANIFEST, e, "the samples' statistics are not those of the manifest");
    r = compare_classes(c, e);
    if (r == 0 && row->is_altered)
        r = judge(c, FAULT_MANIFEST, e, "its row in the manifest does not have its row_checksum");
    return r;
}

/* Is the file whole, and only of other bands than the manifest? */
static bool has_other_bands(const struct check *c, struct ncfile *f)
{
    struct params own;
    struct conform_shape shape = {0};
    return subscene_parameters(f, &own) && own.bands != c->m->manifest.bands &&
           conform_check(f, own.bands, &shape, NULL) == 0;
}

static int check_open(struct check *c, struct ncfile *f, struct err *e)
{
    const struct subscene_codes codes = {take_codes, c};
    int r = subscene_look(&c->look, f, &codes, e);
    if (r == ERR_INPUT && has_other_bands(c, f))
        return judge(c, FAULT_OTHER, e,
                     "has other bands than its manifest; subscene run with --overwrite --tiles "
                     "%d_%d makes it again",
                     c->row->x, c->row->y);
    if (r)
        return r;
    struct manifest_row now = c->look.row;
    find_place(c);
    now.x = c->row->x;
    now.y = c->row->y;
    memcpy(now.file, c->row->file, sizeof now.file);
    memcpy(now.digest, c->row->digest, sizeof now.digest);
    now.file_sum = c->row->file_sum;
    now.is_altered = c->row->is_altered;
    memcpy(now.fraction, c->now.fraction, sizeof now.fraction);
    c->now = now;
    r = c->state == FILESUM_CHANGED ? judge_changed(c, e) : check_product(c, e);
    if (r == 0)
        r = check_numbers(c, e);
    return r ? r : compare_row(c, e);
}

/* A file that is there but is not a plain file, or may not be read, is not damaged. */
static int look_for(struct check *c, struct err *e)
{
    struct stat st;
    if (stat(c->look.path, &st) == 0)
        return S_ISREG(st.st_mode) ? 0 : judge(c, FAULT_OTHER, e, "is not a plain file");
    if (errno == ENOENT || errno == ENOTDIR) {
        c->kind = FAULT_MISSING;
        return err_set(e, ERR_INPUT, "is missing; its manifest names it");
    }
    c->kind = FAULT_OTHER;
    return err_sys(e, ERR_INPUT, errno, "cannot be examined");
}

static int check_file(struct check *c, struct err *e)
{
    struct ncfile *f;
    int r = look_for(c, e);
    if (r)
        return r;
    c->state = c->row->is_altered ? FILESUM_UNKNOWN : filesum_look(c->look.path, &c->row->file_sum);
    if (c->state == FILESUM_SAME)
        examine_trust(c->look.path);
    r = ncfile_open(c->look.path, &f, e);
    c->look.shape.is_unreadable = r != 0;
    if (r && e->sys_errno != 0 && e->sys_errno != ENOENT)
        c->kind = FAULT_OTHER;
    if (r)
        return r;
    r = check_open(c, f, e);
    ncfile_close(f);
    free(c->look.layers.s);
    return r;
}

int subscene_check(struct check_manifest *m, size_t i, struct measure_work **work,
                   struct subscene_finding *out, struct err *e)
{
    char path[MANIFESTS_PATH];
    struct check c = {.m = m, .row = &m->manifest.row[i], .kind = FAULT_DAMAGED};
    c.x = c.row->x;
    c.y = c.row->y;
    *out = (struct subscene_finding){.kind = FAULT_NONE};
    manifests_file(m->path, c.row, path);
    c.look = (struct subscene_look){.path = path, .bands = m->manifest.bands, .work = work};
    manifest_row_no_classes(&c.now);
    int r = check_file(&c, &out->why);
    if (r == ERR_TEMPORARY) {
        *e = out->why;
        return r;
    }
    out->is_unreadable = c.look.shape.is_unreadable;
    if (r)
        out->kind = c.kind;
    out->x = c.x;
    out->y = c.y;
    return 0;
}
