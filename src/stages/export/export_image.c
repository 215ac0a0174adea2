#include "stages/export/export_image.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/picture.h"
#include "io/netcdf/subscene_nc.h"

struct export_image {
    struct composite composite;
    struct composite_counts counts[3];
    struct composite_tables tables;
    struct export_stretch stretch; /* of the tables */
    bool has_tables;
    struct pngfile_image png;
    uint16_t *dn; /* three bands, one after the other */
    uint8_t *rgb;
    void *scratch;
    size_t pixels; /* the buffers have room for */
};

int export_image_create(const struct composite *c, struct export_image **out, struct err *e)
{
    struct export_image *i = mem_zalloc(1, sizeof *i);
    *out = i;
    if (!i)
        return err_nomem(e, sizeof *i);
    i->composite = *c;
    return 0;
}

static void free_buffers(struct export_image *i)
{
    free(i->dn);
    free(i->rgb);
    free(i->scratch);
    i->dn = NULL;
    i->rgb = NULL;
    i->scratch = NULL;
    i->pixels = 0;
}

void export_image_destroy(struct export_image *i)
{
    if (!i)
        return;
    free_buffers(i);
    pngfile_image_clear(&i->png);
    free(i);
}

static int reserve(struct export_image *i, size_t pixels, struct err *e)
{
    if (pixels <= i->pixels)
        return 0;
    free_buffers(i);
    i->dn = mem_alloc(pixels, 3 * sizeof *i->dn);
    i->rgb = mem_alloc(pixels, 3);
    i->scratch = mem_alloc(pixels, 8);
    if (!i->dn || !i->rgb || !i->scratch)
        return err_nomem(e, 17 * pixels);
    i->pixels = pixels;
    return 0;
}

static int read_bands(struct export_image *i, struct h5file *f, int32_t size, struct err *e)
{
    const size_t n = (size_t)size * (size_t)size;
    int r = reserve(i, n, e);
    for (int k = 0; r == 0 && k < 3; k++) {
        const char *name = band_table[i->composite.band[k]].name;
        r = subscene_nc_read_band(f, name, size, i->dn + (size_t)k * n, i->scratch, e);
    }
    return r;
}

int export_image_count(struct export_image *i, struct h5file *f, int32_t size, struct err *e)
{
    const size_t n = (size_t)size * (size_t)size;
    int r = read_bands(i, f, size, e);
    for (int k = 0; r == 0 && k < 3; k++)
        composite_count(&i->counts[k], i->dn + (size_t)k * n, n);
    return r;
}

struct export_stretch export_image_stretch(struct export_image *i)
{
    const struct composite_stretch none = {PICTURE_DARKEST, PICTURE_BRIGHTEST};
    struct export_stretch s;
    for (int k = 0; k < 3; k++) {
        const bool is_byte = band_is_byte(i->composite.band[k]);
        s.channel[k] = is_byte ? none : composite_stretch_of(&i->counts[k]);
    }
    memset(i->counts, 0, sizeof i->counts);
    return s;
}

static void prepare_tables(struct export_image *i, const struct export_stretch *s)
{
    if (i->has_tables && memcmp(&i->stretch, s, sizeof *s) == 0)
        return;
    composite_tables_init(&i->tables, s->channel);
    i->stretch = *s;
    i->has_tables = true;
}

int export_image_draw(struct export_image *i, struct h5file *f, const struct export_stretch *s,
                      int32_t size, const struct pngfile_image **png, struct err *e)
{
    const size_t n = (size_t)size * (size_t)size;
    int r = read_bands(i, f, size, e);
    if (r)
        return r;
    prepare_tables(i, s);
    const uint16_t *const dn[3] = {i->dn, i->dn + n, i->dn + 2 * n};
    composite_draw(&i->tables, dn, n, i->rgb);
    const struct pngfile_picture picture = {.width = size,
                                            .height = size,
                                            .bits = 8,
                                            .channels = 3,
                                            .px = i->rgb,
                                            .stride = 3 * (size_t)size};
    *png = &i->png;
    return pngfile_encode(&picture, &i->png, e);
}
