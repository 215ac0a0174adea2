#include "io/pngfile.h"

#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* libpng reports errors by longjmp. All that a step owns lies in this struct, which whoever runs the steps clears; a jump never leaves anything
 * behind on a stack. */
struct work {
    png_structp png;
    png_infop info;
    char msg[160]; /* the error */
    bool no_memory;
    /* reading */
    struct pngfile_bytes in;
    size_t at;
    struct pngfile *image;
    unsigned char *raw; /* RGB or RGBA samples, or NULL when they are read into the image */
    size_t raw_stride;
    png_bytep *row;
    /* writing */
    const struct pngfile_picture *picture;
    unsigned char *out;
    size_t len, capacity;
};

static void on_error(png_structp png, png_const_charp msg)
{
    struct work *w = png_get_error_ptr(png);
    snprintf(w->msg, sizeof w->msg, "%s", msg);
    w->no_memory |= strstr(msg, "memory") != NULL;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp msg)
{
    (void)png;
    (void)msg;
}

static bool run(struct work *w, void (*step)(struct work *))
{
    if (setjmp(png_jmpbuf(w->png)))
        return false;
    step(w);
    return true;
}

/* ---- reading ---- */

static void read_bytes(png_structp png, png_bytep to, size_t n)
{
    struct work *w = png_get_io_ptr(png);
    if (n > w->in.len - w->at)
        png_error(png, "it is cut off");
    memcpy(to, w->in.data + w->at, n);
    w->at += n;
}

static void read_header(struct work *w)
{
    png_set_read_fn(w->png, w, read_bytes);
    png_set_user_limits(w->png, PNG_UINT_31_MAX,
                        PNG_UINT_31_MAX); /* the caller's are checked before anything is allocated */
    png_set_chunk_malloc_max(w->png, 8000000);
    png_read_info(w->png, w->info);
}

static int take_kind(const char *name, struct work *w, struct err *e)
{
    struct pngfile *p = w->image;
    int colour = png_get_color_type(w->png, w->info), bits = png_get_bit_depth(w->png, w->info);
    bool is_rgb = colour == PNG_COLOR_TYPE_RGB || colour == PNG_COLOR_TYPE_RGB_ALPHA;
    if (colour == PNG_COLOR_TYPE_GRAY_ALPHA || (is_rgb && bits != 8))
        return err_set(e, ERR_INPUT,
                       "%s: is a PNG with %s; gray, palette, and 8-bit RGB or RGBA with ids are what masks can be",
                       name, is_rgb ? "16-bit colours" : "gray and alpha");
    p->kind = is_rgb ? PNGFILE_ID : colour == PNG_COLOR_TYPE_PALETTE ? PNGFILE_INDEX : PNGFILE_GRAY;
    p->bits = is_rgb ? 24 : bits;
    p->bytes = is_rgb ? 4 : bits == 16 ? 2 : 1;
    return 0;
}

static int check_size(const char *name, struct work *w, int32_t max_width, int32_t max_height, struct err *e)
{
    png_uint_32 width = png_get_image_width(w->png, w->info), height = png_get_image_height(w->png, w->info);
    if (width > (png_uint_32)max_width || height > (png_uint_32)max_height)
        return err_set(e, ERR_INPUT, "%s: is %lu x %lu px, more than the %d x %d that are allowed", name,
                       (unsigned long)width, (unsigned long)height, (int)max_width, (int)max_height);
    w->image->width = (int32_t)width;
    w->image->height = (int32_t)height;
    return 0;
}

/* Raw values: bytes, or 16 bits in the machine's order. */
static void prepare_rows(struct work *w)
{
    png_set_packing(w->png);
    const uint16_t one = 1;
    if (w->image->bits == 16 && *(const unsigned char *)&one == 1)
        png_set_swap(w->png);
    png_set_interlace_handling(w->png);
    png_read_update_info(w->png, w->info);
}

static int allocate(struct work *w, struct err *e)
{
    struct pngfile *p = w->image;
    size_t row = (size_t)p->width * (size_t)p->bytes, height = (size_t)p->height;
    size_t stored = png_get_rowbytes(w->png, w->info);
    p->px = mem_alloc(height, row);
    w->row = mem_alloc(height, sizeof *w->row);
    if (p->kind == PNGFILE_ID)
        w->raw = mem_alloc(height, stored);
    if (!p->px || !w->row || (p->kind == PNGFILE_ID && !w->raw))
        return err_nomem(e, (unsigned long long)height * (row + stored));
    unsigned char *begin = w->raw ? w->raw : p->px;
    w->raw_stride = w->raw ? stored : row;
    for (size_t y = 0; y < height; y++)
        w->row[y] = begin + y * w->raw_stride;
    return 0;
}

static void read_rows(struct work *w)
{
    png_read_image(w->png, w->row);
    png_read_end(w->png, NULL);
}

/* RGB and RGBA to ids. */
static int join_ids(const char *name, struct work *w, struct err *e)
{
    struct pngfile *p = w->image;
    size_t channels = w->raw_stride / (size_t)p->width;
    uint32_t *to = p->px;
    for (int32_t y = 0; y < p->height; y++) {
        const unsigned char *from = w->row[y];
        for (int32_t x = 0; x < p->width; x++, from += channels) {
            uint32_t id = from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16;
            if (channels == 4 && from[3] != 255 && (id != 0 || from[3] != 0))
                return err_set(e, ERR_INPUT, "%s: column %d, row %d has alpha %d: not an id (255 is needed)", name,
                               (int)x, (int)y, from[3]);
            *to++ = id;
        }
    }
    return 0;
}

static int failed(const char *name, const struct work *w, struct err *e)
{
    if (w->no_memory)
        return err_set(e, ERR_TEMPORARY, "%s: %s", name, w->msg);
    return err_set(e, ERR_INPUT, "%s: is damaged: %s", name, w->msg);
}

static int decode(const char *name, struct work *w, int32_t max_width, int32_t max_height, struct err *e)
{
    if (!run(w, read_header))
        return failed(name, w, e);
    int r = check_size(name, w, max_width, max_height, e);
    r = r ? r : take_kind(name, w, e);
    if (r)
        return r;
    if (!run(w, prepare_rows))
        return failed(name, w, e);
    r = allocate(w, e);
    if (r)
        return r;
    if (!run(w, read_rows))
        return failed(name, w, e);
    return w->raw ? join_ids(name, w, e) : 0;
}

int pngfile_decode(const char *name, struct pngfile_bytes in, int32_t max_width, int32_t max_height,
                   struct pngfile *out, struct err *e)
{
    *out = (struct pngfile){0};
    if (in.len < 8 || png_sig_cmp(in.data, 0, 8) != 0)
        return err_set(e, ERR_INPUT, "%s: is not a PNG image", name);
    struct work w = {.in = in, .image = out};
    w.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &w, on_error, on_warning);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    int r = w.info ? decode(name, &w, max_width, max_height, e) : err_nomem(e, 0);
    png_destroy_read_struct(&w.png, &w.info, NULL);
    free(w.raw);
    free(w.row);
    if (r)
        pngfile_clear(out);
    return r;
}

void pngfile_clear(struct pngfile *p)
{
    free(p->px);
    *p = (struct pngfile){0};
}

/* ---- writing ---- */

static void write_bytes(png_structp png, png_bytep data, size_t n)
{
    struct work *w = png_get_io_ptr(png);
    if (n > w->capacity - w->len) {
        size_t capacity = (w->len + n) * 2;
        unsigned char *grown = realloc(w->out, capacity);
        if (!grown)
            png_error(png, "out of memory");
        w->out = grown;
        w->capacity = capacity;
    }
    memcpy(w->out + w->len, data, n);
    w->len += n;
}

static void no_flush(png_structp png) { (void)png; }

static void write_picture(struct work *w)
{
    const struct pngfile_picture *p = w->picture;
    const uint16_t one = 1;
    png_set_write_fn(w->png, w, write_bytes, no_flush);
    png_set_IHDR(w->png, w->info, (png_uint_32)p->width, (png_uint_32)p->height, p->bits,
                 p->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(w->png, w->info);
    if (p->bits == 16 && *(const unsigned char *)&one == 1)
        png_set_swap(w->png);
    for (int32_t y = 0; y < p->height; y++)
        png_write_row(w->png, (png_const_bytep)p->px + (size_t)y * p->stride);
    png_write_end(w->png, NULL);
}

int pngfile_encode(const struct pngfile_picture *p, unsigned char **data, size_t *len, struct err *e)
{
    *data = NULL;
    *len = 0;
    if (p->width < 1 || p->height < 1 || (p->bits != 8 && p->bits != 16) || (p->channels != 1 && p->channels != 3))
        return err_set(e, ERR_INTERNAL, "a PNG of %d x %d px, %d x %d bits", (int)p->width, (int)p->height,
                       (int)p->channels, (int)p->bits);
    struct work w = {.picture = p};
    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, on_error, on_warning);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    int r = 0;
    if (!w.info)
        r = err_nomem(e, 0);
    else if (!run(&w, write_picture))
        r = err_set(e, w.no_memory ? ERR_TEMPORARY : ERR_INTERNAL, "writing a PNG: %s", w.msg);
    png_destroy_write_struct(&w.png, &w.info);
    if (r) {
        free(w.out);
        return r;
    }
    *data = w.out;
    *len = w.len;
    return 0;
}
