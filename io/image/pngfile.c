#include "io/image/pngfile.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/mem.h"
#include "io/image/pnglib.h"

/* libpng's structs, zlib's window and state, a buffer of 8192 compressed bytes, a palette */
enum { LIBRARY_BYTES = 98304 };

/* ---- reading ---- */

static int take_kind(const char *name, struct pnglib *w, struct err *e)
{
    struct pngfile *p = w->image;
    int colour = png_get_color_type(w->png, w->info), bits = png_get_bit_depth(w->png, w->info);
    bool is_rgb = colour == PNG_COLOR_TYPE_RGB || colour == PNG_COLOR_TYPE_RGB_ALPHA;
    if (colour == PNG_COLOR_TYPE_GRAY_ALPHA || (is_rgb && bits != 8))
        return err_set(e, ERR_INPUT,
                       "%s: is a PNG with %s; a mask needs gray, palette, or 8-bit RGB or RGBA "
                       "with ids",
                       name, is_rgb ? "16-bit colours" : "gray and alpha");
    p->kind = is_rgb ? PNGFILE_ID : colour == PNG_COLOR_TYPE_PALETTE ? PNGFILE_INDEX : PNGFILE_GRAY;
    p->bits = is_rgb ? 24 : bits;
    p->bytes = is_rgb ? 4 : bits == 16 ? 2 : 1;
    return 0;
}

/* Asks libpng for raw values: bytes, or 16 bits in the machine's byte order. */
static void prepare_rows(struct pnglib *w)
{
    png_set_packing(w->png);
    const uint16_t one = 1;
    if (w->image->bits == 16 && *(const unsigned char *)&one == 1)
        png_set_swap(w->png);
    png_set_interlace_handling(w->png);
    png_read_update_info(w->png, w->info);
}

/* Reads everything before the first row into w->image. */
static int begin(const char *name, struct pnglib *w, int32_t max_width, int32_t max_height,
                 struct err *e)
{
    int r = pnglib_begin(name, w, max_width, max_height, e);
    r = r ? r : take_kind(name, w, e);
    if (r)
        return r;
    return pnglib_run(w, prepare_rows) ? 0 : pnglib_failed(name, w, e);
}

static int allocate(struct pnglib *w, struct err *e)
{
    struct pngfile *p = w->image;
    size_t row = (size_t)p->width * (size_t)p->bytes, height = (size_t)p->height;
    size_t stored = png_get_rowbytes(w->png, w->info);
    p->px = mem_alloc(height, row);
    if (p->kind == PNGFILE_ID)
        w->raw = mem_alloc(height, stored);
    if (!p->px || (p->kind == PNGFILE_ID && !w->raw))
        return err_nomem(e, (unsigned long long)height * (row + stored));
    w->to = w->raw ? w->raw : p->px;
    w->raw_stride = w->raw ? stored : row;
    return 0;
}

/* Reads all rows. An interlaced image takes seven passes. */
static void read_rows(struct pnglib *w)
{
    int passes = png_get_interlace_type(w->png, w->info) == PNG_INTERLACE_NONE
                     ? 1
                     : PNG_INTERLACE_ADAM7_PASSES;
    for (int pass = 0; pass < passes; pass++)
        for (w->row = 0; w->row < w->image->height; w->row++)
            png_read_row(w->png, w->to + (size_t)w->row * w->raw_stride, NULL);
    png_read_end(w->png, NULL);
}

/* Turns RGB and RGBA into ids. */
static int join_ids(const char *name, struct pnglib *w, struct err *e)
{
    struct pngfile *p = w->image;
    size_t channels = w->raw_stride / (size_t)p->width;
    uint32_t *to = p->px;
    for (int32_t y = 0; y < p->height; y++) {
        const unsigned char *from = w->raw + (size_t)y * w->raw_stride;
        for (int32_t x = 0; x < p->width; x++, from += channels) {
            uint32_t id = from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16;
            if (channels == 4 && from[3] != 255 && (id != 0 || from[3] != 0))
                return err_set(e, ERR_INPUT,
                               "%s: column %d, row %d has alpha %d: not an id (255 is needed)",
                               name, (int)x, (int)y, from[3]);
            *to++ = id;
        }
    }
    return 0;
}

static int decode_rows(const char *name, struct pnglib *w, struct err *e)
{
    int r = allocate(w, e);
    if (r)
        return r;
    if (!pnglib_run(w, read_rows))
        return pnglib_failed(name, w, e);
    return w->raw ? join_ids(name, w, e) : 0;
}

int pngfile_decode(const char *name, struct pngfile_bytes in, int32_t max_width, int32_t max_height,
                   struct pngfile *out, struct err *e)
{
    *out = (struct pngfile){0};
    struct pnglib w = {.in = in, .image = out};
    int r = begin(name, &w, max_width, max_height, e);
    r = r ? r : decode_rows(name, &w, e);
    pnglib_finish(&w);
    if (r)
        pngfile_clear(out);
    return r;
}

void pngfile_clear(struct pngfile *p)
{
    free(p->px);
    *p = (struct pngfile){0};
}

/* ---- row by row ---- */

struct pngfile_rows {
    struct source_file *file;
    struct pnglib work;
    /* the image's properties; px: all rows of an interlaced image, after the first read */
    struct pngfile info;
    struct pngfile now; /* the same, read again at each restart */
    unsigned char *line; /* the row decoded last: neighbours on a finer grid ask for it again */
    bool interlaced, begun;
    unsigned char piece[PNGLIB_PIECE];
};

static void stop_rows(struct pngfile_rows *r)
{
    pnglib_finish(&r->work);
    pngfile_clear(&r->now);
    r->begun = false;
}

static int begin_rows(struct pngfile_rows *r, int32_t max_width, int32_t max_height, struct err *e)
{
    const char *name = source_file_name(r->file);
    stop_rows(r);
    r->work = (struct pnglib){.file = r->file, .piece = r->piece, .image = &r->now};
    int rc = begin(name, &r->work, max_width, max_height, e);
    if (!rc && r->now.kind == PNGFILE_ID)
        rc =
            err_set(e, ERR_INPUT, "%s: is a colour image; gray or palette values are needed", name);
    if (rc)
        stop_rows(r);
    r->begun = !rc;
    return rc;
}

int pngfile_rows_open(struct source_file *f, int32_t max_width, int32_t max_height,
                      struct pngfile_rows **out, struct err *e)
{
    *out = NULL;
    struct pngfile_rows *r = mem_zalloc(1, sizeof *r);
    if (!r)
        return err_nomem(e, sizeof *r);
    r->file = f;
    int rc = begin_rows(r, max_width, max_height, e);
    if (rc) {
        pngfile_rows_close(r);
        return rc;
    }
    r->info = r->now;
    r->interlaced = png_get_interlace_type(r->work.png, r->work.info) != PNG_INTERLACE_NONE;
    r->line = r->interlaced ? NULL : mem_alloc((size_t)r->info.width, (size_t)r->info.bytes);
    if (!r->line && !r->interlaced) {
        rc = err_nomem(e, (unsigned long long)r->info.width * (unsigned long long)r->info.bytes);
        pngfile_rows_close(r);
        return rc;
    }
    *out = r;
    return 0;
}

void pngfile_rows_close(struct pngfile_rows *r)
{
    if (!r)
        return;
    stop_rows(r);
    pngfile_clear(&r->info);
    free(r->line);
    free(r);
}

const struct pngfile *pngfile_rows_info(const struct pngfile_rows *r) { return &r->info; }

size_t pngfile_rows_bytes(const struct pngfile_rows *r)
{
    size_t row = (size_t)r->info.width * (size_t)r->info.bytes;
    return sizeof *r + LIBRARY_BYTES + 3 * row + (r->interlaced ? row * (size_t)r->info.height : 0);
}

static int begin_again(struct pngfile_rows *r, struct err *e)
{
    const struct pngfile *a = &r->info, *b = &r->now;
    int rc = begin_rows(r, a->width, a->height, e);
    if (!rc && (a->kind != b->kind || a->width != b->width || a->height != b->height ||
                a->bits != b->bits)) {
        stop_rows(r);
        rc = err_set(e, ERR_INPUT, "%s: was changed while it was read", source_file_name(r->file));
    }
    return rc;
}

static int decode_interlaced(struct pngfile_rows *r, struct err *e)
{
    int rc = r->begun ? 0 : begin_again(r, e);
    if (!rc)
        rc = decode_rows(source_file_name(r->file), &r->work, e);
    if (!rc) {
        r->info = r->now;
        r->now = (struct pngfile){0};
    }
    stop_rows(r);
    return rc;
}

static void next_row(struct pnglib *w)
{
    w->row++;
    png_read_row(w->png, w->to, NULL);
    if (w->row == w->image->height - 1)
        png_read_end(w->png, NULL);
}

static int decode_to(struct pngfile_rows *r, int32_t y, struct err *e)
{
    struct pnglib *w = &r->work;
    int rc = r->begun && w->row <= y ? 0 : begin_again(r, e);
    if (rc)
        return rc;
    w->to = r->line;
    while (w->row < y) {
        if (pnglib_run(w, next_row))
            continue;
        rc = pnglib_failed(source_file_name(r->file), w, e);
        stop_rows(r);
        return rc;
    }
    return 0;
}

int pngfile_rows_read(struct pngfile_rows *r, int32_t y, void *to, struct err *e)
{
    size_t row = (size_t)r->info.width * (size_t)r->info.bytes;
    int rc = !r->interlaced ? decode_to(r, y, e) : r->info.px ? 0 : decode_interlaced(r, e);
    if (!rc)
        memcpy(to, r->interlaced ? (const unsigned char *)r->info.px + (size_t)y * row : r->line,
               row);
    return rc;
}

/* ---- writing ---- */

/* zlib's window, hash tables and output, and libpng's rows */
enum { WRITER_BYTES = 400000 };

/* The worst case of deflate for n bytes, in chunks of 8192, plus the chunks around them. */
size_t pngfile_image_bytes(const struct pngfile_picture *p)
{
    size_t n =
        (size_t)p->height * (1 + (size_t)p->width * (size_t)p->channels * (size_t)p->bits / 8);
    return n + n / 8 + n / 64 + 12 * (n / 8192) + 2048;
}

size_t pngfile_encode_bytes(void) { return WRITER_BYTES; }

static bool reserve(struct pngfile_image *out, size_t capacity)
{
    if (capacity <= out->capacity)
        return true;
    unsigned char *grown = realloc(out->data, capacity);
    if (!grown)
        return false;
    out->data = grown;
    out->capacity = capacity;
    return true;
}

static void write_bytes(png_structp png, png_bytep data, size_t n)
{
    struct pngfile_image *out = ((struct pnglib *)png_get_io_ptr(png))->out;
    if (n > out->capacity - out->len && !reserve(out, (out->len + n) * 2))
        png_error(png, "out of memory");
    memcpy(out->data + out->len, data, n);
    out->len += n;
}

static void no_flush(png_structp png) { (void)png; }

static void write_palette(struct pnglib *w, const struct pngfile_palette *p)
{
    png_byte alpha[256];
    memset(alpha, 255, sizeof alpha);
    png_set_PLTE(w->png, w->info, (png_const_colorp)(const void *)p->rgb, 256);
    if (p->transparent >= 0) {
        alpha[p->transparent] = 0;
        png_set_tRNS(w->png, w->info, alpha, p->transparent + 1, NULL);
    }
}

static int colour_type(const struct pngfile_picture *p)
{
    return p->palette         ? PNG_COLOR_TYPE_PALETTE
           : p->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA
           : p->channels == 3 ? PNG_COLOR_TYPE_RGB
                              : PNG_COLOR_TYPE_GRAY;
}

static void write_picture(struct pnglib *w)
{
    const struct pngfile_picture *p = w->picture;
    const uint16_t one = 1;
    png_set_write_fn(w->png, w, write_bytes, no_flush);
    /* Stores differences to the row above and searches them for runs only. A band of 512 x 512 px
     * takes 2.7 ms and 68 KB, with zlib's own strategy at level 1 3.1 ms and 75 KB (without
     * filters 3.4 ms and 96 KB), at level 6 with all filters 15.5 ms and 66 KB. */
    png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_set_compression_level(w->png, 1);
    png_set_compression_strategy(w->png, Z_RLE);
    png_set_IHDR(w->png, w->info, (png_uint_32)p->width, (png_uint_32)p->height, p->bits,
                 colour_type(p), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (p->palette)
        write_palette(w, p->palette);
    png_write_info(w->png, w->info);
    if (p->bits == 16 && *(const unsigned char *)&one == 1)
        png_set_swap(w->png);
    for (int32_t y = 0; y < p->height; y++)
        png_write_row(w->png, (png_const_bytep)p->px + (size_t)y * p->stride);
    png_write_end(w->png, NULL);
}

int pngfile_encode(const struct pngfile_picture *p, struct pngfile_image *out, struct err *e)
{
    out->len = 0;
    if (p->width < 1 || p->height < 1 || (p->bits != 8 && p->bits != 16) ||
        (p->channels != 1 && p->channels != 3 && p->channels != 4) ||
        (p->palette && p->bits * p->channels != 8))
        return err_set(e, ERR_INTERNAL, "a PNG of %d x %d px, %d x %d bits", (int)p->width,
                       (int)p->height, (int)p->channels, (int)p->bits);
    struct pnglib w = {.picture = p, .out = out};
    if (!reserve(out, pngfile_image_bytes(p)))
        return err_nomem(e, pngfile_image_bytes(p));
    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, pnglib_on_error, pnglib_on_warning);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    int r = 0;
    if (!w.info)
        r = err_nomem(e, 0);
    else if (!pnglib_run(&w, write_picture))
        r = err_set(e, w.no_memory ? ERR_TEMPORARY : ERR_INTERNAL, "writing a PNG: %s", w.msg);
    png_destroy_write_struct(&w.png, &w.info);
    return r;
}

void pngfile_image_clear(struct pngfile_image *p)
{
    free(p->data);
    *p = (struct pngfile_image){0};
}
