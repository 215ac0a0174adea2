#include "stages/layers/mask.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "filters/rasterize.h"
#include "io/product/gmlmask.h"
#include "io/source/wholefile.h"
#include "stages/layers/mask_rows.h"
#include "stages/layers/mask_sums.h"

enum { SIDE_MAX = 32768, GML_BYTES_MAX = 64 << 20 };

struct mask {
    char *file;
    struct source *source; /* NULL: the file is outside of a product */
    const struct class_map *map;
    struct source_file *handle; /* of a raster */
    struct classraster *raster;
    struct gmlmask gml; /* of polygons, in pixels of the target grid; then raster is NULL */
    uint8_t *scratch;
    size_t scratch_len;
    int32_t width, height; /* of the raster, or of the product for polygons */
    struct mask_place place;
    enum tile_decoder_choice decoder;
    pthread_mutex_t lock; /* guards what follows, the raster and the scratch memory */
    struct mask_sums sums;
    struct mask_tiles *tiles; /* of a JPEG 2000 image, unless whole rows need less memory */
    struct mask_reader *reader; /* of `tiles` */
    struct mask_rows rows; /* of other rasters */
    uint8_t *wanted_row; /* per row of those: 1 where it is wanted */
    int32_t wanted_from, wanted_to; /* the columns of them that are wanted */
};

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
    mask_rows_init(&m->rows, m->raster, m->file);
    const struct jp2 *j = classraster_jp2(m->raster);
    if (j && f->decoder == TILE_DECODER_OWN && jp2_style(j)->outside)
        return err_set(e, ERR_INPUT, "%s: --decoder own does not cover it: it has %s", m->file,
                       jp2_style(j)->outside);
    return mask_place_find(m->file, info, f, &m->place, e);
}

/* Opens a file outside of a product, as the only file of a source in memory. */
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
    m->source = source;
    m->decoder = frame->decoder;
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
    mask_tiles_destroy(m->tiles);
    mask_reader_destroy(m->reader);
    mask_rows_clear(&m->rows);
    classraster_close(m->raster);
    source_file_close(m->handle);
    gmlmask_clear(&m->gml);
    mask_sums_clear(&m->sums);
    free(m->wanted_row);
    free(m->scratch);
    free(m->file);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

const char *mask_file(const struct mask *m) { return m->file; }

/* ---- memory ---- */

/* The largest number of the raster's rows under `size` target rows. */
static int32_t rows_under(const struct mask *m, int32_t size)
{
    int64_t n = ((int64_t)size * m->place.grid.down + m->place.grid.up - 1) / m->place.grid.up + 1;
    return n < m->height ? (int32_t)n : m->height;
}

/* Two rows of subscenes are made at the same time. */
static int32_t rows_in_memory(const struct mask *m, int32_t size)
{
    const int64_t n = (int64_t)2 * rows_under(m, size);
    return n < m->height ? (int32_t)n : m->height;
}

static size_t tiles_bytes(const struct mask *m, int32_t size)
{
    const struct jp2 *j = classraster_jp2(m->raster);
    const size_t held =
        classraster_index_bytes(m->raster) + mask_tiles_bytes(j, rows_in_memory(m, size));
    const size_t reader = mask_reader_bytes(j);
    return reader < SIZE_MAX - held ? held + reader : SIZE_MAX;
}

/* Tiles usually need less memory. Rows are for images with few, large tiles. */
static bool has_tiles(const struct mask *m, int32_t size)
{
    const struct jp2 *j = m->raster ? classraster_jp2(m->raster) : NULL;
    return j && mask_tiles_covers(j, m->decoder) &&
           tiles_bytes(m, size) <= mask_rows_bytes(&m->rows, rows_under(m, size));
}

size_t mask_bytes(const struct mask *m, int32_t size)
{
    if (!m->raster) /* polygons are part of what the program needs anyway; the scratch memory is not
                     */
        return (size_t)size * (size_t)size;
    return has_tiles(m, size) ? tiles_bytes(m, size)
                              : mask_rows_bytes(&m->rows, rows_under(m, size));
}

size_t mask_decoding_bytes(const struct mask *m, int32_t size)
{
    return has_tiles(m, size) ? mask_reader_bytes(classraster_jp2(m->raster)) : 0;
}

/* ---- pixels of a raster ---- */

/* Half-open. */
struct span {
    int32_t from, to;
};

/* The raster's columns, or rows, under `size` target pixels from `at` on. */
static struct span span_under(const struct mask *m, int32_t at, int32_t size, int32_t limit)
{
    const int32_t from = at < 0 ? 0 : classify_src_row(&m->place.grid, at);
    const int32_t to = at + size > 0 ? classify_src_row(&m->place.grid, at + size - 1) + 1 : 0;
    return (struct span){from, to < limit ? to : limit};
}

/* x and y are target pixels from the raster's corner. */
static struct rect window_under(const struct mask *m, int32_t x, int32_t y, int32_t size)
{
    const struct span columns = span_under(m, x, size, m->width),
                      rows = span_under(m, y, size, m->height);
    if (columns.from >= columns.to || rows.from >= rows.to)
        return (struct rect){0};
    return (struct rect){columns.from, rows.from, columns.to - columns.from, rows.to - rows.from};
}

/* Room for the tiles under subscenes of that size. */
static int reserve_tiles(struct mask *m, int32_t size, struct err *e)
{
    int r = m->tiles ? 0 : mask_tiles_create(classraster_jp2(m->raster), m->decoder, &m->tiles, e);
    return r ? r : mask_tiles_reserve(m->tiles, rows_in_memory(m, size), e);
}

static int want_rows(struct mask *m, struct rect window, struct err *e)
{
    const bool first = !m->wanted_row;
    if (first && !(m->wanted_row = mem_zalloc((size_t)m->height, 1)))
        return err_nomem(e, (size_t)m->height);
    memset(m->wanted_row + window.y, 1, (size_t)window.h);
    if (first || window.x < m->wanted_from)
        m->wanted_from = window.x;
    if (first || window.x + window.w > m->wanted_to)
        m->wanted_to = window.x + window.w;
    return 0;
}

int mask_want(struct mask *m, int32_t x, int32_t y, int32_t size, struct err *e)
{
    if (!m->raster)
        return 0;
    const struct rect window = window_under(m, x - m->place.origin_x, y - m->place.origin_y, size);
    if (rect_is_empty(window))
        return 0;
    if (!has_tiles(m, size))
        return want_rows(m, window, e);
    int r = reserve_tiles(m, size, e);
    if (r == 0)
        mask_tiles_want(m->tiles, window);
    return r;
}

/* The decoded pixels of a window: in tiles, or in whole rows. */
struct pixels {
    const struct mask_tiles *tiles; /* NULL: `rows` is set */
    const struct mask_rows_part *rows;
};

/* Adds the file's name to an error, unless the message begins with it. */
static int add_name(const struct mask *m, int failed, struct err *e)
{
    const char *name = source_file_name(m->handle);
    return failed && strncmp(e->msg, name, strlen(name)) != 0 ? err_wrap(e, "%s", name) : failed;
}

static int decode_window(struct mask *m, struct rect window, int32_t size, struct pixels *out,
                         struct err *e)
{
    if (!has_tiles(m, size))
        return mask_rows_load(&m->rows, window.y, window.h, &out->rows, e);
    int r = reserve_tiles(m, size, e);
    if (r == 0 && !m->reader)
        r = mask_reader_create(&m->reader, e);
    if (r)
        return r;
    out->tiles = m->tiles;
    return add_name(m, mask_tiles_load(m->tiles, window, m->reader, e), e);
}

static int unknown_value(const struct mask *m, int32_t row, int32_t value, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: row %d: the value %d is not in the class map %s", m->file,
                   row, value, m->map->name);
}

static struct classify_src row_at(const struct mask *m, const struct pixels *px, int32_t row)
{
    if (px->tiles)
        return mask_tiles_row(px->tiles, row);
    return (struct classify_src){px->rows->px + (size_t)(row - px->rows->y) * (size_t)m->width, 0};
}

/* Row y of the target, counted from the raster's corner. `px` has the raster's pixels under it.
 * NULL: there are none. */
static int take_row(const struct mask *m, const struct pixels *px, int32_t x, int32_t y,
                    int32_t size, uint8_t *codes, struct err *e)
{
    int32_t skip = x < 0 ? (-(int64_t)x < size ? -x : size) : 0, unknown = -1;
    int32_t row = y < 0 ? -1 : classify_src_row(&m->place.grid, y);
    struct classify_src src = {NULL, 0};
    if (px && row >= 0 && row < m->height)
        src = row_at(m, px, row);
    memset(codes, 0, (size_t)skip);
    classify_row(&m->place.grid, m->map, src, x + skip, size - skip, codes + skip, &unknown);
    return unknown >= 0 ? unknown_value(m, row, unknown, e) : 0;
}

static int take_raster(struct mask *m, int32_t x, int32_t y, int32_t size, uint8_t *codes,
                       struct err *e)
{
    struct pixels px = {0};
    const struct rect window = window_under(m, x, y, size);
    const bool any = !rect_is_empty(window);
    int r = any ? decode_window(m, window, size, &px, e) : 0;
    for (int32_t i = 0; r == 0 && i < size; i++)
        r = take_row(m, any ? &px : NULL, x, y + i, size, codes + (size_t)i * (size_t)size, e);
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
    int r = m->raster ? take_raster(m, x - m->place.origin_x, y - m->place.origin_y, size, codes, e)
                      : take_polygons(m, x, y, size, codes, e);
    pthread_mutex_unlock(&m->lock);
    return r;
}

/* ---- checksum ---- */

static int sum_polygons(struct mask *m, struct err *e)
{
    unsigned char *data;
    size_t len;
    int r = m->source ? source_read(m->source, m->file, GML_BYTES_MAX, &data, &len, e)
                      : wholefile_read(m->file, GML_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    mask_sums_set(&m->sums, data, len);
    free(data);
    return 0;
}

int mask_sum(struct mask *m, int32_t x, int32_t y, int32_t size, struct checksum *out,
             struct err *e)
{
    const struct jp2 *j = m->raster ? classraster_jp2(m->raster) : NULL;
    pthread_mutex_lock(&m->lock);
    int r = m->raster || m->sums.is_known ? 0 : sum_polygons(m, e);
    if (r == 0 && j)
        r = mask_sums_of_tiles(&m->sums, j,
                               window_under(m, x - m->place.origin_x, y - m->place.origin_y, size),
                               out, e);
    else if (r == 0)
        r = mask_sums_of_file(&m->sums, m->handle, out, e);
    pthread_mutex_unlock(&m->lock);
    return r;
}

/* ---- check ---- */

/* Orders faults as they are met row by row; of tiles, row of tiles by row of tiles, which are
 * decoded first. Sides are less than 2^15 or equal. */
static uint64_t place_of(int32_t tile_row, bool is_unknown, int32_t row, int32_t column)
{
    return (((uint64_t)tile_row << 1 | is_unknown) << 15 | (uint64_t)row) << 15 | (uint64_t)column;
}

/* Checks n pixels of row y. *column becomes the first one that the map does not have. */
static int check_row(const struct mask *m, int32_t y, const uint8_t *px, int32_t n, int32_t *column,
                     struct err *e)
{
    bool known = true;
    for (int32_t x = 0; x < n; x++)
        known &= m->map->known[px[x]];
    for (int32_t x = 0; !known && x < n; x++)
        if (!m->map->known[px[x]]) {
            *column = x;
            return unknown_value(m, y, px[x], e);
        }
    return 0;
}

static int check_tile(struct mask *m, int32_t i, struct mask_reader *reader, uint64_t *place,
                      struct err *e)
{
    const int32_t across = jp2_info(classraster_jp2(m->raster))->tiles_x;
    struct rect part;
    const uint8_t *px;
    int r = add_name(m, mask_tiles_read(m->tiles, i, reader, &part, &px, e), e);
    *place = place_of(i / across, false, 0, i % across);
    for (int32_t y = 0; r == 0 && y < part.h; y++) {
        int32_t column = 0;
        r = check_row(m, part.y + y, px + (size_t)y * (size_t)part.w, part.w, &column, e);
        *place = place_of(i / across, true, part.y + y, part.x + column);
    }
    return r;
}

static int check_rows(struct mask *m, int (*stopped)(void), struct err *e)
{
    uint8_t *row = mem_alloc((size_t)m->width, 1);
    int r = row ? 0 : err_nomem(e, (size_t)m->width);
    pthread_mutex_lock(&m->lock);
    for (int32_t y = 0; r == 0 && y < m->height; y++) {
        int32_t column;
        if (!m->wanted_row[y])
            continue;
        r = stopped && stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal")
                                 : mask_rows_read(&m->rows, y, row, e);
        if (r == 0)
            r = check_row(m, y, row + m->wanted_from, m->wanted_to - m->wanted_from, &column, e);
    }
    pthread_mutex_unlock(&m->lock);
    free(row);
    return r;
}

size_t mask_check_begin(struct mask *m)
{
    if (!m->tiles)
        return m->wanted_row ? 1 : 0;
    const struct jp2_info *i = jp2_info(classraster_jp2(m->raster));
    mask_tiles_begin(m->tiles);
    return (size_t)i->tiles_x * (size_t)i->tiles_y;
}

uint64_t mask_part_place(const struct mask *m, size_t part)
{
    if (!m->tiles)
        return 0;
    return place_of((int32_t)part / jp2_info(classraster_jp2(m->raster))->tiles_x, false, 0, 0);
}

int mask_check(struct mask *m, size_t part, struct mask_reader *reader, int (*stopped)(void),
               uint64_t *place, struct err *e)
{
    *place = 0;
    return m->tiles ? check_tile(m, (int32_t)part, reader, place, e) : check_rows(m, stopped, e);
}

bool mask_reaches(const struct mask *m, int32_t x, int32_t y, int32_t size)
{
    if (!m->raster)
        return true; /* polygons cover the whole product */
    /* in pixels of the target, counted from the raster's corner */
    int64_t left = (int64_t)x - m->place.origin_x, top = (int64_t)y - m->place.origin_y;
    return left + size > 0 && top + size > 0 &&
           left * m->place.grid.down < (int64_t)m->width * m->place.grid.up &&
           top * m->place.grid.down < (int64_t)m->height * m->place.grid.up;
}
