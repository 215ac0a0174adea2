#include "stages/layers/mask.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "filters/classify.h"
#include "filters/rasterize.h"
#include "io/image/classraster.h"
#include "io/product/gmlmask.h"
#include "io/source/wholefile.h"

enum { SIDE_MAX = 32768, GML_BYTES_MAX = 64 << 20 };

/* Some whole rows of the raster, as bytes. */
struct rows {
    int32_t y, n; /* none: n = 0 */
    size_t cap; /* bytes */
    uint8_t *px;
};

struct mask {
    char *file;
    const struct class_map *map;
    struct source_file *handle; /* of a raster */
    struct classraster *raster;
    struct gmlmask gml; /* of polygons: raster is NULL; pixels are those of the target grid */
    uint8_t *scratch;
    size_t scratch_len;
    int32_t width, height; /* of the raster, or of the product for polygons */
    int32_t origin_x, origin_y; /* its corner on the target grid */
    struct classify_grid grid; /* from there */
    pthread_mutex_t lock; /* guards what follows, the raster and the scratch memory */
    struct rows
        rows[2]; /* of the last two rows of subscenes: strips overlap in time, subscenes in space */
    uint16_t *wide; /* one row of a 16-bit raster */
};

/* ---- where a raster lies ---- */

struct mask_frame mask_frame_of(const struct geogrid *product, const struct geogrid *target)
{
    return (struct mask_frame){*target, (int32_t)(product->width * product->pixel_m),
                               (int32_t)(product->height * product->pixel_m), false};
}

static bool is_whole(double v) { return v == floor(v) && fabs(v) < 1e9; }

/* Pixels of 10, 20 or 60 m that cover the product as the raster does; 0 when none does. */
static int32_t pixel_of_size(const struct classraster_info *info, const struct mask_frame *f)
{
    static const int32_t pixels[] = {10, 20, 60};
    for (size_t i = 0; i < sizeof pixels / sizeof *pixels; i++) {
        int32_t p = pixels[i];
        if (info->width == (f->width_m + p - 1) / p && info->height == (f->height_m + p - 1) / p)
            return p;
    }
    return 0;
}

/* Georeferencing that is not the product's must not pass for none. */
static int check_place(const struct mask *m, const struct classraster_info *info,
                       const struct mask_frame *f, struct err *e)
{
    if (info->has_other_place)
        return err_set(e, ERR_INPUT,
                       "%s: is georeferenced, but not with square pixels of a projection, north "
                       "up; gdalwarp brings it "
                       "onto EPSG:%d",
                       m->file, f->target.epsg);
    if (info->has_place && info->epsg && info->epsg != f->target.epsg)
        return err_set(
            e, ERR_INPUT,
            "%s: is in EPSG:%d, the product in EPSG:%d; gdalwarp -r near brings it there", m->file,
            info->epsg, f->target.epsg);
    return 0;
}

static int place(struct mask *m, const struct classraster_info *info, const struct mask_frame *f,
                 struct err *e)
{
    double pixel_m = info->has_place ? info->pixel_m : pixel_of_size(info, f);
    double x = info->has_place ? (info->ulx_m - f->target.ulx_m) / f->target.pixel_m : 0;
    double y = info->has_place ? (f->target.uly_m - info->uly_m) / f->target.pixel_m : 0;
    if (check_place(m, info, f, e))
        return ERR_INPUT;
    if (pixel_m == 0)
        return err_set(e, ERR_INPUT,
                       "%s: is %d × %d px: that is no raster of a product of %d × %d m%s with "
                       "pixels of 10, 20 or 60 m, and "
                       "it does not say where it lies",
                       m->file, info->width, info->height, f->width_m, f->height_m,
                       f->is_assumed ? " (assumed; --product says how large it is)" : "");
    if (!is_whole(pixel_m) || pixel_m < 1 || pixel_m > 10000 || !is_whole(x) || !is_whole(y))
        return err_set(e, ERR_INPUT,
                       "%s: its corner is at %.10g, %.10g with pixels of %.10g m: not on the "
                       "pixels of %.10g m of the "
                       "product",
                       m->file, info->ulx_m, info->uly_m, pixel_m, f->target.pixel_m);
    double side_x = info->width * pixel_m / f->target.pixel_m,
           side_y = info->height * pixel_m / f->target.pixel_m;
    if (x + side_x <= 0 || y + side_y <= 0 || x * f->target.pixel_m >= f->width_m ||
        y * f->target.pixel_m >= f->height_m)
        return err_set(e, ERR_INPUT,
                       "%s: its corner is at %.10g, %.10g: no pixel of it lies on the product",
                       m->file, info->ulx_m, info->uly_m);
    m->origin_x = (int32_t)x;
    m->origin_y = (int32_t)y;
    m->grid =
        classify_grid_of((int32_t)pixel_m, (int32_t)f->target.pixel_m, info->width, info->height);
    return 0;
}

/* ---- open ---- */

static int open_raster(struct mask *m, struct source *source, const struct mask_frame *f,
                       struct err *e)
{
    int r = source ? source_file_open(source, m->file, &m->handle, e)
                   : source_file_open_plain(m->file, &m->handle, e);
    if (r == 0 && source_file_check(m->handle, e))
        r = err_wrap(e, "%s", source ? source_path(source) : m->file);
    if (r == 0)
        r = classraster_open(m->handle, SIDE_MAX, SIDE_MAX, &m->raster, e);
    if (r)
        return r;
    const struct classraster_info *info = classraster_info(m->raster);
    m->width = info->width;
    m->height = info->height;
    if (info->bits > 8 && !(m->wide = mem_alloc((size_t)m->width, sizeof *m->wide)))
        return err_nomem(e, (size_t)m->width * sizeof *m->wide);
    return place(m, info, f, e);
}

/* A file that is part of no product becomes the only one of a product in memory. */
static int read_polygons(struct mask *m, struct source *source, const struct mask_frame *f,
                         struct err *e)
{
    const struct geogrid *grid = &f->target;
    unsigned char *data;
    size_t len;
    struct source *one;
    m->width = (int32_t)(f->width_m / grid->pixel_m);
    m->height = (int32_t)(f->height_m / grid->pixel_m);
    if (source)
        return gmlmask_read(source, m->file, grid, &m->gml, e);
    int r = wholefile_read(m->file, GML_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = source_open_memory(&(struct source_entry){"mask.gml", data, len}, 1, &one, e);
    if (r == 0) {
        r = gmlmask_read(one, "mask.gml", grid, &m->gml, e);
        source_close(one);
        if (r)
            err_wrap(e, "%s", m->file);
    }
    free(data);
    return r;
}

int mask_open(struct source *source, const char *file, const struct class_map *map,
              const struct mask_frame *frame, struct mask **out, struct err *e)
{
    struct mask *m = mem_zalloc(1, sizeof *m);
    if (!m)
        return err_nomem(e, sizeof *m);
    pthread_mutex_init(&m->lock, NULL);
    m->map = map;
    m->file = mem_strdup(file);
    int r = !m->file                        ? err_nomem(e, strlen(file))
            : path_has_suffix(file, ".gml") ? read_polygons(m, source, frame, e)
                                            : open_raster(m, source, frame, e);
    if (r)
        mask_close(m);
    else
        *out = m;
    return r;
}

void mask_close(struct mask *m)
{
    if (!m)
        return;
    classraster_close(m->raster);
    source_file_close(m->handle);
    gmlmask_clear(&m->gml);
    free(m->rows[0].px);
    free(m->rows[1].px);
    free(m->wide);
    free(m->scratch);
    free(m->file);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

const char *mask_file(const struct mask *m) { return m->file; }

/* The raster's rows under `size` target rows: at most so many. */
static int32_t rows_under(const struct mask *m, int32_t size)
{
    int64_t n = ((int64_t)size * m->grid.down + m->grid.up - 1) / m->grid.up + 1;
    return n < m->height ? (int32_t)n : m->height;
}

size_t mask_bytes(const struct mask *m, int32_t size)
{
    if (!m->raster) /* polygons are part of what the program needs anyway; the scratch memory is not
                     */
        return (size_t)size * (size_t)size;
    return classraster_bytes(m->raster) + (size_t)m->width * 2 * (size_t)rows_under(m, size) +
           (m->wide ? (size_t)m->width * sizeof *m->wide : 0);
}

/* ---- rows of a raster ---- */

static int read_row(struct mask *m, int32_t y, uint8_t *to, struct err *e)
{
    int32_t unknown = -1;
    if (!m->wide)
        return classraster_read(m->raster, y, 1, to, (size_t)m->width, e);
    int r = classraster_read(m->raster, y, 1, m->wide, (size_t)m->width * sizeof *m->wide, e);
    if (r)
        return r;
    classify_narrow(m->wide, m->width, to, &unknown);
    if (unknown >= 0)
        return err_set(e, ERR_INPUT, "%s: row %d: the value %d; classes are 0 to 255", m->file, y,
                       unknown);
    return 0;
}

static int fill(struct mask *m, struct rows *to, const struct rows *other, int32_t y, int32_t n,
                struct err *e)
{
    size_t w = (size_t)m->width, len = w * (size_t)n;
    int32_t have = 0;
    if (to->cap < len) {
        free(to->px);
        to->cap = 0;
        to->n = 0;
        to->px = mem_alloc(len, 1);
        if (!to->px)
            return err_nomem(e, len);
        to->cap = len;
    }
    to->n = 0;
    if (other->n > 0 && other->y <= y && y < other->y + other->n) {
        have = other->y + other->n - y < n ? other->y + other->n - y : n;
        memcpy(to->px, other->px + (size_t)(y - other->y) * w, (size_t)have * w);
    }
    for (int32_t i = have; i < n; i++) {
        int r = read_row(m, y + i, to->px + (size_t)i * w, e);
        if (r)
            return r;
    }
    to->y = y;
    to->n = n;
    return 0;
}

/* Rows y to y + n − 1, inside of the raster, held. */
static int hold(struct mask *m, int32_t y, int32_t n, const struct rows **out, struct err *e)
{
    for (int i = 0; i < 2; i++) {
        const struct rows *r = &m->rows[i];
        if (r->n > 0 && r->y <= y && y + n <= r->y + r->n) {
            *out = r;
            return 0;
        }
    }
    /* the strips run from north to south: the northern rows are needed least */
    int old = m->rows[0].n == 0 || (m->rows[1].n > 0 && m->rows[0].y < m->rows[1].y) ? 0 : 1;
    *out = &m->rows[old];
    return fill(m, &m->rows[old], &m->rows[1 - old], y, n, e);
}

static int unknown_value(const struct mask *m, int32_t row, int32_t value, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: row %d: the value %d is not in the class map %s", m->file,
                   row, value, m->map->name);
}

/* Row y of the target, counted from the raster's corner; `held` are the raster's rows that are
 * there. */
static int take_row(const struct mask *m, const struct rows *held, int32_t x, int32_t y,
                    int32_t size, uint8_t *codes, struct err *e)
{
    int32_t skip = x < 0 ? (-(int64_t)x < size ? -x : size) : 0, unknown = -1;
    int32_t row = y < 0 ? -1 : classify_src_row(&m->grid, y);
    const uint8_t *src = NULL;
    if (row >= 0 && row < m->height)
        src = held->px + (size_t)(row - held->y) * (size_t)m->width;
    memset(codes, 0, (size_t)skip);
    classify_row(&m->grid, m->map, src, x + skip, size - skip, codes + skip, &unknown);
    return unknown >= 0 ? unknown_value(m, row, unknown, e) : 0;
}

static int take_raster(struct mask *m, int32_t x, int32_t y, int32_t size, uint8_t *codes,
                       struct err *e)
{
    const struct rows *held = NULL;
    int32_t from = y < 0 ? 0 : classify_src_row(&m->grid, y), to = -1;
    if (y + size > 0)
        to = classify_src_row(&m->grid, y + size - 1);
    if (to >= m->height)
        to = m->height - 1;
    int r = from <= to ? hold(m, from, to - from + 1, &held, e) : 0;
    for (int32_t i = 0; r == 0 && i < size; i++)
        r = take_row(m, held, x, y + i, size, codes + (size_t)i * (size_t)size, e);
    return r;
}

/* ---- polygons ---- */

static int take_polygons(struct mask *m, int32_t x, int32_t y, int32_t size, uint8_t *codes,
                         struct err *e)
{
    static const enum gmlmask_type order[] = {GMLMASK_CIRRUS,
                                              GMLMASK_OPAQUE}; /* opaque clouds on top */
    size_t n = (size_t)size * (size_t)size;
    if (m->scratch_len < n) {
        free(m->scratch);
        m->scratch = mem_zalloc(n, 1);
        m->scratch_len = m->scratch ? n : 0;
        if (!m->scratch)
            return err_nomem(e, n);
    }
    struct byte_part to = {codes, size, {x, y, size, size}};
    memset(codes, 0, n);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < m->gml.polygons; i++)
            if (m->gml.polygon[i].type == order[k]) {
                struct polygon p = gmlmask_polygon(&m->gml, i);
                rasterize_polygon(&p, (uint8_t)order[k], to, m->scratch);
            }
    for (size_t i = 0; i < n; i++) {
        int32_t column = x + (int32_t)(i % (size_t)size), row = y + (int32_t)(i / (size_t)size);
        if (column >= m->width || row >= m->height)
            codes[i] = 0;
        else if (m->map->known[codes[i]])
            codes[i] = m->map->code[codes[i]];
        else
            return unknown_value(m, row, codes[i], e);
    }
    return 0;
}

int mask_take(struct mask *m, int32_t x, int32_t y, int32_t size, uint8_t *codes, struct err *e)
{
    pthread_mutex_lock(&m->lock);
    int r = m->raster ? take_raster(m, x - m->origin_x, y - m->origin_y, size, codes, e)
                      : take_polygons(m, x, y, size, codes, e);
    pthread_mutex_unlock(&m->lock);
    return r;
}

/* ---- check ---- */

static int check_row(const struct mask *m, int32_t y, const uint8_t *row, struct err *e)
{
    bool known = true;
    for (int32_t x = 0; x < m->width; x++)
        known &= m->map->known[row[x]];
    for (int32_t x = 0; !known && x < m->width; x++)
        if (!m->map->known[row[x]])
            return unknown_value(m, y, row[x], e);
    return 0;
}

int mask_check(struct mask *m, int (*stopped)(void), struct err *e)
{
    uint8_t *row = m->raster ? mem_alloc((size_t)m->width, 1) : NULL;
    int r = m->raster && !row ? err_nomem(e, (size_t)m->width) : 0;
    pthread_mutex_lock(&m->lock);
    for (int32_t y = 0; r == 0 && m->raster && y < m->height; y++) {
        r = stopped && stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal")
                                 : read_row(m, y, row, e);
        if (r == 0)
            r = check_row(m, y, row, e);
    }
    pthread_mutex_unlock(&m->lock);
    free(row);
    return r;
}

bool mask_reaches(const struct mask *m, int32_t x, int32_t y, int32_t size)
{
    if (!m->raster)
        return true; /* of polygons nothing is a place too */
    /* in pixels of the target, counted from the raster's corner */
    int64_t left = (int64_t)x - m->origin_x, top = (int64_t)y - m->origin_y;
    return left + size > 0 && top + size > 0 &&
           left * m->grid.down < (int64_t)m->width * m->grid.up &&
           top * m->grid.down < (int64_t)m->height * m->grid.up;
}
