#include "stages/look/mosaic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/composite.h"
#include "io/folder/outfile.h"
#include "io/image/pngfile.h"

/* ---- composites ---- */

size_t mosaic_composites(band_set bands, struct composite out[MOSAIC_COMPOSITES_MAX])
{
    size_t n = 0;
    for (int i = 0; i < COMPOSITE_COUNT; i++)
        if ((composite_bands(&composite_table[i]) & ~bands) == 0)
            out[n++] = composite_table[i];
    if (n > 0)
        return n;
    const bool has_colours = (bands & BAND_SET_TCI) == BAND_SET_TCI;
    const int first = band_set_nth(bands, 0);
    out[0] = (struct composite){.band = {first, first, first}, .shows = ""};
    for (int k = 0; has_colours && k < 3; k++)
        out[0].band[k] = BAND_TCI_R + k;
    return 1;
}

static size_t pixels(const struct sheet_grid *g) { return (size_t)g->width * (size_t)g->height; }

/* The stretch is of the whole sheet, as the sheet is of the whole product. */
static int draw(const struct sheet *s, const struct composite *c, uint8_t *rgb, struct err *e)
{
    const uint16_t *const dn[3] = {s->band[c->band[0]], s->band[c->band[1]], s->band[c->band[2]]};
    struct composite_work *work = mem_alloc(1, sizeof *work);
    if (!work)
        return err_nomem(e, sizeof *work);
    composite_draw_whole(work, dn, pixels(&s->grid), rgb);
    free(work);
    return 0;
}

/* ---- files ---- */

bool mosaic_is_plain(const char *text, size_t size)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    size_t n = strlen(text);
    return n > 0 && n < size && text[0] != '.' && strspn(text, allowed) == n;
}

void mosaic_composite_file(const struct composite *c, char file[MOSAIC_FILE])
{
    char name[COMPOSITE_TEXT];
    snprintf(file, MOSAIC_FILE, "%s.png", composite_format(c, name));
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

int mosaic_write_composite(const struct sheet *s, const struct composite *c, const char *folder,
                           bool with_thumb, struct err *e)
{
    char file[MOSAIC_FILE];
    uint8_t *rgb = mem_alloc(pixels(&s->grid), 3);
    if (!rgb)
        return err_nomem(e, pixels(&s->grid) * 3);
    int r = draw(s, c, rgb, e);
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
