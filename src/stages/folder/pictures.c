#include "stages/folder/pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cellname.h"
#include "core/classes.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/product.h"
#include "filters/picture.h"
#include "io/folder/outfile.h"
#include "io/image/pngfile.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"

struct picture {
    char what[CLASS_NAME_SIZE]; /* band or layer */
    struct pngfile_image file;
};

struct pictures {
    int32_t size;
    band_set bands;
    struct picture *picture;
    size_t n; /* pictures of the current subscene */
    size_t used, cap; /* the first `used` elements of `picture` own memory */
    struct picture_stretch *stretch;
    uint8_t *px; /* a band in grey, or a layer from a file */
    uint8_t *rgb; /* the three colours; NULL if one is missing */
    uint16_t *dn; /* allocated when a file is first read */
    void *scratch; /* likewise */
};

static size_t samples(int32_t size) { return (size_t)size * (size_t)size; }

static struct pngfile_picture picture_of(int32_t size, int32_t channels, const uint8_t *px)
{
    return (struct pngfile_picture){.width = size,
                                    .height = size,
                                    .bits = 8,
                                    .channels = channels,
                                    .px = px,
                                    .stride = (size_t)channels * (size_t)size};
}

static bool has_colours(band_set bands) { return (bands & BAND_SET_TCI) == BAND_SET_TCI; }

/* The name of the picture that is made when this band comes. NULL: none is made, because the last
 * colour makes the picture of all three. */
static const char *picture_name(band_set bands, int band_id)
{
    if (!band_is_byte(band_id) || !has_colours(bands))
        return band_table[band_id].name;
    return band_id == BAND_TCI_B ? band_table[band_id].image : NULL;
}

int pictures_create(int32_t size, band_set bands, struct pictures **out, struct err *e)
{
    struct pictures *p = mem_zalloc(1, sizeof *p);
    if (!p)
        return err_nomem(e, sizeof *p);
    p->size = size;
    p->bands = bands;
    p->stretch = mem_alloc(1, sizeof *p->stretch);
    p->px = mem_alloc(samples(size), 1);
    p->rgb = has_colours(bands) ? mem_alloc(3 * samples(size), 1) : NULL;
    if (!p->stretch || !p->px || (has_colours(bands) && !p->rgb)) {
        pictures_destroy(p);
        return err_nomem(e, pictures_bytes(size, bands, 0));
    }
    *out = p;
    return 0;
}

void pictures_destroy(struct pictures *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->used; i++)
        pngfile_image_clear(&p->picture[i].file);
    free(p->picture);
    free(p->stretch);
    free(p->px);
    free(p->rgb);
    free(p->dn);
    free(p->scratch);
    free(p);
}

size_t pictures_bytes(int32_t size, band_set bands, size_t layers)
{
    struct pngfile_picture one = picture_of(size, 1, NULL), rgb = picture_of(size, 3, NULL);
    size_t n = (size_t)band_set_count(bands) + layers;
    size_t colours = has_colours(bands) ? 3 * samples(size) + pngfile_image_bytes(&rgb) : 0;
    return n * (sizeof(struct picture) + pngfile_image_bytes(&one)) + colours +
           pngfile_encode_bytes() + sizeof(struct picture_stretch) + samples(size);
}

void pictures_begin(struct pictures *p) { p->n = 0; }

static int add(struct pictures *p, const char *what, int32_t channels, const uint8_t *px,
               struct err *e)
{
    struct picture *grown = mem_grown(p->picture, p->n, &p->cap, sizeof *p->picture, e);
    if (!grown)
        return ERR_TEMPORARY;
    p->picture = grown;
    struct picture *now = &p->picture[p->n];
    if (p->n == p->used) {
        *now = (struct picture){0};
        p->used++;
    }
    struct pngfile_picture picture = picture_of(p->size, channels, px);
    int r = pngfile_encode(&picture, &now->file, e);
    if (r)
        return r;
    snprintf(now->what, sizeof now->what, "%s", what);
    p->n++;
    return 0;
}

static int add_colour(struct pictures *p, int band_id, const uint16_t *dn, struct err *e)
{
    const char *name = picture_name(p->bands, band_id);
    if (p->rgb)
        picture_plane(dn, samples(p->size), p->rgb + (band_id - BAND_TCI_R), 3);
    else
        picture_plane(dn, samples(p->size), p->px, 1);
    if (!name)
        return 0;
    return p->rgb ? add(p, name, 3, p->rgb, e) : add(p, name, 1, p->px, e);
}

int pictures_band(struct pictures *p, int band_id, const uint16_t *dn, struct err *e)
{
    if (band_is_byte(band_id))
        return add_colour(p, band_id, dn, e);
    picture_stretch(p->stretch, dn, samples(p->size), p->px);
    return add(p, band_table[band_id].name, 1, p->px, e);
}

int pictures_layer(struct pictures *p, const char *layer, const uint8_t *codes, struct err *e)
{
    return add(p, layer, 1, codes, e);
}

int pictures_store(const struct pictures *p, const struct picture_names_cell *cell, struct err *e)
{
    for (size_t i = 0; i < p->n; i++) {
        char path[PICTURE_NAMES_PATH];
        int r = picture_names_path(cell, p->picture[i].what, path, e);
        if (r)
            return r;
        r = outfile_write(path, p->picture[i].file.data, p->picture[i].file.len, e);
        if (r)
            return r;
    }
    return 0;
}

/* ---- pictures of existing files ---- */

static int reserve_for_files(struct pictures *p, struct err *e)
{
    size_t n = samples(p->size);
    if (!p->dn)
        p->dn = mem_alloc(n, sizeof *p->dn);
    if (!p->scratch)
        p->scratch = mem_alloc(n, 8);
    return p->dn && p->scratch ? 0 : err_nomem(e, n * 10);
}

static int take_bands(struct pictures *p, struct h5file *f, struct err *e)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(p->bands, b))
            continue;
        int r = subscene_nc_read_band(f, band_table[b].name, p->size, p->dn, p->scratch, e);
        if (r)
            return r;
        r = pictures_band(p, b, p->dn, e);
        if (r)
            return r;
    }
    return 0;
}

static int take_layers(struct pictures *p, struct h5file *f, struct err *e)
{
    struct strlist layers;
    int r = layers_names(f, &layers, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < layers.n; i++) {
        r = layers_read(f, layers.s[i], p->size, p->px, e);
        if (r == 0)
            r = pictures_layer(p, layers.s[i], p->px, e);
    }
    strlist_clear(&layers);
    return r;
}

int pictures_of_file(struct pictures *p, const struct picture_names_cell *cell, struct err *e)
{
    struct h5file *f;
    pictures_begin(p);
    int r = reserve_for_files(p, e);
    if (r)
        return r;
    r = h5file_open(cell->file, &f, e);
    if (r)
        return r;
    r = take_bands(p, f, e);
    if (r == 0)
        r = take_layers(p, f, e);
    h5file_close(f);
    if (r)
        return err_wrap(e, "%s", cell->file);
    return pictures_store(p, cell, e);
}

/* ---- existing pictures ---- */

bool pictures_are_there(const struct picture_names *g, const struct picture_names_cell *cell,
                        band_set bands, const struct strlist *layers)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        const char *name = band_in(bands, b) ? picture_name(bands, b) : NULL;
        if (name && !picture_names_has(g, cell, name))
            return false;
    }
    for (size_t i = 0; i < layers->n; i++)
        if (!picture_names_has(g, cell, layers->s[i]))
            return false;
    return true;
}

int pictures_remove_layer(const struct picture_names_cell *cell, const char *layer, struct err *e)
{
    char path[PICTURE_NAMES_PATH];
    int r = picture_names_path(cell, layer, path, e);
    return r ? r : outfile_remove(path, e);
}

int pictures_remove(const struct picture_names_cell *cell, band_set bands, struct err *e)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        const char *name = band_in(bands, b) ? picture_name(bands, b) : NULL;
        int r = name ? pictures_remove_layer(cell, name, e) : 0;
        if (r)
            return r;
    }
    return 0;
}

/* ---- a layer of a file whose layout is unknown ---- */

/* The path of its picture. Where the file's name has the product, the picture's has it too
 * (core/layout.h). */
static int find_picture(const struct pictures_subscene *s, const char *layer,
                        char path[PICTURE_NAMES_PATH], struct err *e)
{
    struct cellname name;
    char stem[140];
    snprintf(stem, sizeof stem, "%.*s", (int)product_name_length(s->product, strlen(s->product)),
             s->product);
    if (!strstr(path_base(s->file), stem) && cellname_product(s->product, &name))
        snprintf(stem, sizeof stem, "%s_%s", name.tile_id, name.sensing);
    const struct picture_names_cell cell = {s->file, stem, s->x, s->y};
    return picture_names_path(&cell, layer, path, e);
}

bool pictures_has_layer(const struct pictures_subscene *s, const char *layer)
{
    char path[PICTURE_NAMES_PATH];
    return find_picture(s, layer, path, NULL) == 0 && access(path, F_OK) == 0;
}

int pictures_redraw_layer(const struct pictures_subscene *s, const char *layer,
                          const uint8_t *codes, int32_t size, bool always, struct err *e)
{
    const struct pngfile_picture picture = picture_of(size, 1, codes);
    struct pngfile_image image = {0};
    char path[PICTURE_NAMES_PATH];
    if (!always && !pictures_has_layer(s, layer))
        return 0;
    int r = find_picture(s, layer, path, e);
    if (r)
        return r;
    r = pngfile_encode(&picture, &image, e);
    if (r == 0)
        r = outfile_write(path, image.data, image.len, e);
    pngfile_image_clear(&image);
    return r;
}
