#include "stages/jobs/look_product.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "io/folder/outfile.h"
#include "io/image/pngfile.h"
#include "stages/image/plan.h"
#include "stages/jobs/product_input.h"
#include "stages/overview/sketch.h"
#include "stages/overview/survey.h"

/* Files of a .zip are unpacked into memory up to half of it. */
#define UNPACK_BYTES ((size_t)160 << 20)

/* A product being looked at. */
struct look {
    const struct params *params;
    const struct look_options *options;
    struct product_input input;
    struct geogrid target;
    struct lattice lattice;
    struct reduced reduced;
};

static int open_look(struct look *l, const char *path, struct err *e)
{
    int r = product_input_open(path, &l->input, e);
    if (r)
        return r;
    product_input_limit_memory(&l->input, UNPACK_BYTES);
    l->input.decoder = l->options->decoder;
    return plan_lattice(&l->input.product, l->params, &l->target, &l->lattice, e);
}

static void close_look(struct look *l)
{
    reduced_clear(&l->reduced);
    product_input_close(&l->input);
}

/* Pixels of 10 m in a pixel of the lattice's raster. */
static int scale_of(const struct look *l) { return l->params->resolution_m / 10; }

static int read_bands(struct look *l, band_set bands, struct err *e)
{
    struct band_source sources[BAND_COUNT];
    band_set found;
    int r = product_input_bands(&l->input, bands, l->params->keep_offset, &found, e);
    for (int b = 0; r == 0 && b < BAND_COUNT; b++)
        if (band_in(found, b))
            r = product_input_open_band(&l->input, b, e);
    if (r)
        return r;
    product_input_sources(&l->input, sources);
    const struct reduced_request q = {.product = &l->input.product,
                                      .source = sources,
                                      .bands = found,
                                      .keep_offset = l->params->keep_offset,
                                      .threads = l->options->threads,
                                      .stopped = l->options->stopped};
    r = reduced_read(&q, &l->reduced, e);
    return r == ERR_INPUT ? err_wrap(e, "%s", l->input.product.name) : r;
}

/* ---- pictures ---- */

enum { COMPOSITES_MAX = 32 };

/* Has the product the composite's bands, and their images? */
static bool can_make(const struct look *l, const struct composite *c)
{
    const band_set has = product_level(&l->input.product)->bands;
    for (int i = 0; i < 3; i++) {
        const char *image = l->input.product.band[c->band[i]].image;
        if (!band_in(has, c->band[i]) || !image[0] || !source_has(l->input.source, image))
            return false;
    }
    return true;
}

static int choose_composites(const struct look *l, struct composite chosen[COMPOSITES_MAX],
                             size_t *n, struct err *e)
{
    static const char *const usual[] = {"natural", "cloud"};
    *n = l->options->n;
    if (*n > COMPOSITES_MAX)
        return err_set(e, ERR_USAGE, "%zu composites are more than %d", *n, COMPOSITES_MAX);
    for (size_t i = 0; i < *n; i++)
        chosen[i] = l->options->composite[i];
    for (size_t i = 0; l->options->n == 0 && i < 2; i++) {
        int r = composite_parse(usual[i], &chosen[*n], e);
        if (r)
            return r;
        if (can_make(l, &chosen[*n]))
            (*n)++;
        else
            log_message(LOG_INFO, l->input.product.name,
                        "no composite %s: the product lacks one of its bands", usual[i]);
    }
    return *n > 0 ? 0
                  : err_set(e, ERR_INPUT,
                            "%s: lacks bands for the composites natural and cloud; name others "
                            "with --composite",
                            l->input.product.name);
}

static int write_picture(const struct look *l, const struct composite *c, const uint8_t *rgb,
                         char path[2048], struct err *e)
{
    char name[COMPOSITE_TEXT];
    const int32_t width = l->reduced.grid.width, height = l->reduced.grid.height;
    const struct pngfile_picture picture = {.width = width,
                                            .height = height,
                                            .bits = 8,
                                            .channels = 3,
                                            .px = rgb,
                                            .stride = (size_t)width * 3};
    struct pngfile_image file = {NULL, 0, 0};
    int n = snprintf(path, 2048, "%s/%s_%s.png", l->options->folder, l->input.product.name,
                     composite_format(c, name));
    if (n >= 2048)
        return err_set(e, ERR_USAGE, "%s: the path is too long", l->options->folder);
    int r = pngfile_encode(&picture, &file, e);
    if (r == 0)
        r = outfile_write(path, file.data, file.len, e);
    pngfile_image_clear(&file);
    return r;
}

static int draw(const struct look *l, const struct composite *c, char path[2048], struct err *e)
{
    const size_t n = (size_t)l->reduced.grid.width * (size_t)l->reduced.grid.height;
    uint8_t *rgb = mem_alloc(n, 3);
    if (!rgb)
        return err_nomem(e, 3 * n);
    int r = sketch_composite(&l->reduced, c, rgb, e);
    if (r == 0) {
        sketch_lattice(&l->reduced, &l->lattice, scale_of(l), rgb);
        r = write_picture(l, c, rgb, path, e);
    }
    free(rgb);
    return r;
}

int look_product(const char *path, const struct params *params, const struct look_options *options,
                 void (*made)(void *ctx, const char *path), void *ctx, struct err *e)
{
    struct look l = {.params = params, .options = options};
    struct composite chosen[COMPOSITES_MAX];
    size_t n = 0;
    band_set bands = 0;
    char file[2048];
    int r = open_look(&l, path, e);
    if (r == 0)
        r = choose_composites(&l, chosen, &n, e);
    for (size_t i = 0; i < n; i++)
        bands |= composite_bands(&chosen[i]);
    if (r == 0)
        r = read_bands(&l, bands, e);
    if (r == 0)
        r = outfile_make_folders(options->folder, e);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = draw(&l, &chosen[i], file, e);
        if (r == 0)
            made(ctx, file);
    }
    close_look(&l);
    return r;
}

/* ---- rows ---- */

int look_survey(const char *path, const struct params *params, const struct look_options *options,
                struct manifest *out, char product[128], struct err *e)
{
    struct look l = {.params = params, .options = options};
    manifest_init(out, 0);
    int r = open_look(&l, path, e);
    if (r == 0)
        r = read_bands(&l, params->bands, e);
    for (int b = 0; r == 0 && b < BAND_COUNT; b++)
        out->bands |= l.reduced.dn[b] ? (band_set)1 << b : 0;
    if (r == 0)
        r = survey_subscenes(&l.reduced, &l.lattice, scale_of(&l), out, e);
    if (r == 0)
        snprintf(product, 128, "%s", l.input.product.name);
    close_look(&l);
    return r;
}
