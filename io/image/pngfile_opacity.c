#include <stdlib.h>

#include "core/mem.h"
#include "io/image/pnglib.h"

/* Asks libpng for whole samples: gray alone, or colours with alpha as the last one. */
static void prepare(struct pnglib *w)
{
    png_set_expand(w->png);
    png_set_interlace_handling(w->png);
    png_read_update_info(w->png, w->info);
}

/* Reads all rows. An interlaced image takes several passes. */
static void read_rows(struct pnglib *w)
{
    const int passes = png_get_interlace_type(w->png, w->info) == PNG_INTERLACE_NONE
                           ? 1
                           : PNG_INTERLACE_ADAM7_PASSES;
    for (int pass = 0; pass < passes; pass++)
        for (w->row = 0; w->row < w->image->height; w->row++)
            png_read_row(w->png, w->raw + (size_t)w->row * w->raw_stride, NULL);
    png_read_end(w->png, NULL);
}

static int read_samples(const char *name, struct pnglib *w, struct err *e)
{
    if (!pnglib_run(w, prepare))
        return pnglib_failed(name, w, e);
    if (png_get_channels(w->png, w->info) == 3)
        return err_set(e, ERR_INPUT, "%s: is a PNG with colours and without alpha: no mask", name);
    w->raw_stride = png_get_rowbytes(w->png, w->info);
    w->raw = mem_alloc((size_t)w->image->height, w->raw_stride);
    if (!w->raw)
        return err_nomem(e, (size_t)w->image->height * w->raw_stride);
    return pnglib_run(w, read_rows) ? 0 : pnglib_failed(name, w, e);
}

static int take_opacity(struct pnglib *w, struct err *e)
{
    struct pngfile *p = w->image;
    const size_t width = (size_t)p->width, height = (size_t)p->height;
    const size_t step = w->raw_stride / width; /* bytes of a pixel */
    const size_t two = png_get_bit_depth(w->png, w->info) == 16; /* its last sample has two */
    uint8_t *to = p->px = mem_alloc(height, width);
    if (!to)
        return err_nomem(e, height * width);
    for (size_t y = 0; y < height; y++) {
        const unsigned char *last = w->raw + y * w->raw_stride + step - 1;
        for (size_t x = 0; x < width; x++, last += step)
            *to++ = last[0] != 0 || last[-(ptrdiff_t)two] != 0;
    }
    p->kind = PNGFILE_GRAY;
    p->bits = p->bytes = 1;
    return 0;
}

int pngfile_decode_opacity(const char *name, struct pngfile_bytes in, int32_t max_width,
                           int32_t max_height, struct pngfile *out, struct err *e)
{
    *out = (struct pngfile){0};
    struct pnglib w = {.in = in, .image = out};
    int r = pnglib_begin(name, &w, max_width, max_height, e);
    r = r ? r : read_samples(name, &w, e);
    r = r ? r : take_opacity(&w, e);
    pnglib_finish(&w);
    if (r)
        pngfile_clear(out);
    return r;
}
