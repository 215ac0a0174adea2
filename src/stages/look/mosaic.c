#include "stages/look/mosaic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/picture.h"
#include "io/folder/outfile.h"
#include "io/image/pngfile.h"

/* ---- composites ---- */

static const struct {
    const char *name;
    const char *band[3];
} named[] = {
    {"natural", {"B04", "B03", "B02"}},
    {"cirrus", {"B11", "B8A", "B10"}},
};

size_t mosaic_composites(band_set bands, struct mosaic_composite out[MOSAIC_COMPOSITES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct mosaic_composite c = {.name = ""};
        band_set needs = 0;
        snprintf(c.name, sizeof c.name, "%s", named[i].name);
        for (int k = 0; k < 3; k++) {
            c.band[k] = band_find(named[i].band[k]);
            needs |= (band_set)1 << c.band[k];
        }
        if ((bands & needs) == needs)
            out[n++] = c;
    }
    if (n == 0) {
        int b = band_set_nth(bands, 0);
        out[n] = (struct mosaic_composite){.band = {b, b, b}};
        snprintf(out[n++].name, MOSAIC_NAME, "%s", band_table[b].name);
    }
    return n;
}

band_set mosaic_bands(const struct mosaic_composite *c, size_t n)
{
    band_set bands = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            bands |= (band_set)1 << c[i].band[k];
    return bands;
}

static size_t pixels(const struct sheet_grid *g) { return (size_t)g->width * (size_t)g->height; }

static int stretch(const struct sheet *s, const struct mosaic_composite *c, uint8_t *rgb,
                   struct err *e)
{
    const size_t n = pixels(&s->grid);
    struct picture_stretch *w = mem_alloc(1, sizeof *w);
    uint8_t *grey = mem_alloc(n, 1);
    if (w && grey) {
        for (int k = 0; k < 3; k++) {
            picture_stretch(w, s->band[c->band[k]], n, grey);
            for (size_t i = 0; i < n; i++)
                rgb[3 * i + (size_t)k] = grey[i];
        }
    }
    bool ok = w && grey;
    free(w);
    free(grey);
    return ok ? 0 : err_nomem(e, sizeof *w + n);
}

/* ---- files ---- */

bool mosaic_is_plain(const char *text, size_t size)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    size_t n = strlen(text);
    return n > 0 && n < size && text[0] != '.' && strspn(text, allowed) == n;
}

void mosaic_composite_file(const struct mosaic_composite *c, char file[MOSAIC_FILE])
{
    snprintf(file, MOSAIC_FILE, "%s.png", c->name);
}

void mosaic_layer_file(const struct sheet *s, size_t layer, char file[MOSAIC_FILE])
{
    const char *name = s->layer[layer].legend.layer.name;
    if (mosaic_is_plain(name, CLASS_NAME_SIZE))
        snprintf(file, MOSAIC_FILE, "class_%s.png", name);
    else
        snprintf(file, MOSAIC_FILE, "class+%zu.png", layer);
}

static int write_png(const struct pngfile_picture *p, const char *folder, const char *file,
                     struct err *e)
{
    struct pngfile_image image = {0};
    char path[OUTFILE_PATH];
    int r = pngfile_encode(p, &image, e);
    if (r == 0 && snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path)
        r = err_set(e, ERR_OUTPUT, "%s: the path is too long", folder);
    if (r == 0)
        r = outfile_write(path, image.data, image.len, e);
    pngfile_image_clear(&image);
    return r;
}

/* Each pixel of a thumbnail is the mean of a block of the picture. */
static void shrink(const struct sheet_grid *g, const uint8_t *rgb, size_t block, uint8_t *to)
{
    const size_t width = (size_t)g->width, height = (size_t)g->height;
    for (size_t y = 0; y < height; y += block)
        for (size_t x = 0; x < width; x += block)
            for (size_t k = 0; k < 3; k++) {
                uint32_t sum = 0, n = 0;
                for (size_t v = y; v < y + block && v < height; v++)
                    for (size_t u = x; u < x + block && u < width; u++, n++)
                        sum += rgb[3 * (v * width + u) + k];
                *to++ = (uint8_t)((sum + n / 2) / n);
            }
}

static int write_thumb(const struct sheet_grid *g, const uint8_t *rgb, const char *folder,
                       struct err *e)
{
    const int32_t longer = g->width > g->height ? g->width : g->height;
    const int32_t block = (longer - 1) / THUMB_SIDE + 1;
    const int32_t w = (g->width - 1) / block + 1, h = (g->height - 1) / block + 1;
    uint8_t *px = mem_alloc((size_t)w * (size_t)h, 3);
    if (!px)
        return err_nomem(e, (size_t)w * (size_t)h * 3);
    shrink(g, rgb, (size_t)block, px);
    const struct pngfile_picture p = {
        .width = w, .height = h, .bits = 8, .channels = 3, .px = px, .stride = 3 * (size_t)w};
    int r = write_png(&p, folder, MOSAIC_THUMB, e);
    free(px);
    return r;
}

int mosaic_write_composite(const struct sheet *s, const struct mosaic_composite *c,
                           const char *folder, bool with_thumb, struct err *e)
{
    char file[MOSAIC_FILE];
    uint8_t *rgb = mem_alloc(pixels(&s->grid), 3);
    if (!rgb)
        return err_nomem(e, pixels(&s->grid) * 3);
    int r = stretch(s, c, rgb, e);
    if (r == 0) {
        const struct pngfile_picture p = {.width = s->grid.width,
                                          .height = s->grid.height,
                                          .bits = 8,
                                          .channels = 3,
                                          .px = rgb,
                                          .stride = 3 * (size_t)s->grid.width};
        mosaic_composite_file(c, file);
        r = write_png(&p, folder, file, e);
    }
    if (r == 0 && with_thumb)
        r = write_thumb(&s->grid, rgb, folder, e);
    free(rgb);
    return r;
}

int mosaic_write_layer(const struct sheet *s, size_t i, const char *folder, struct err *e)
{
    const struct sheet_layer *l = &s->layer[i];
    struct pngfile_palette palette = {.transparent = l->none};
    const struct pngfile_picture p = {.width = s->grid.width,
                                      .height = s->grid.height,
                                      .bits = 8,
                                      .channels = 1,
                                      .px = l->px,
                                      .stride = (size_t)s->grid.width,
                                      .palette = &palette};
    char file[MOSAIC_FILE];
    memcpy(palette.rgb, l->legend.colour, sizeof palette.rgb);
    mosaic_layer_file(s, i, file);
    return write_png(&p, folder, file, e);
}
