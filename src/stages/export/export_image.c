#include "stages/export/export_image.h"

#include <stdlib.h>

#include "core/mem.h"
#include "filters/picture.h"
#include "io/netcdf/subscene_nc.h"

struct export_image {
    struct picture_stretch stretch;
    struct pngfile_image png;
    uint8_t *grey, *rgb;
    uint16_t *dn;
    void *scratch;
    size_t pixels; /* the buffers have room for */
};

int export_image_create(struct export_image **out, struct err *e)
{
    *out = mem_zalloc(1, sizeof **out);
    return *out ? 0 : err_nomem(e, sizeof **out);
}

static void free_buffers(struct export_image *i)
{
    free(i->grey);
    free(i->rgb);
    free(i->dn);
    free(i->scratch);
    i->grey = i->rgb = NULL;
    i->dn = NULL;
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
    i->grey = mem_alloc(pixels, 1);
    i->rgb = mem_alloc(pixels, 3);
    i->dn = mem_alloc(pixels, sizeof *i->dn);
    i->scratch = mem_alloc(pixels, 8);
    if (!i->grey || !i->rgb || !i->dn || !i->scratch)
        return err_nomem(e, 14 * pixels);
    i->pixels = pixels;
    return 0;
}

int export_image_draw(struct export_image *i, struct h5file *f, const int band[3], int32_t size,
                      const struct pngfile_image **png, struct err *e)
{
    const size_t n = (size_t)size * (size_t)size;
    int r = reserve(i, n, e);
    for (int k = 0; r == 0 && k < 3; k++) {
        r = subscene_nc_read_band(f, band_table[band[k]].name, size, i->dn, i->scratch, e);
        if (r)
            return r;
        picture_stretch(&i->stretch, i->dn, n, i->grey);
        for (size_t p = 0; p < n; p++)
            i->rgb[3 * p + (size_t)k] = i->grey[p];
    }
    const struct pngfile_picture picture = {size, size, 8, 3, i->rgb, 3 * (size_t)size};
    r = r ? r : pngfile_encode(&picture, &i->png, e);
    *png = &i->png;
    return r;
}
