#include "stages/jobs/product_input.h"

#include <string.h>

#include "core/log.h"
#include "exec/pipeline.h"
#include "io/product/safe.h"
#include "io/product/safe_checksum.h"

int product_input_open(const char *path, struct product_input *in, struct err *e)
{
    *in = (struct product_input){0};
    int r = source_open(path, &in->source, e);
    if (r)
        return r;
    r = safe_read_product(in->source, &in->product, e);
    if (r) {
        source_close(in->source);
        in->source = NULL;
        return err_wrap(e, "%s", path);
    }
    return 0;
}

/* Removes bands from "all" whose images are missing and not needed (TCI, AOT, WVP). */
static void leave_out_missing(const struct product_input *in, band_set *bands)
{
    const char *warned = "";
    for (int b = 0; b < BAND_COUNT; b++) {
        const char *image = in->product.band[b].image;
        if (!band_in(*bands, b) || band_table[b].kind == BAND_REFLECTANCE ||
            source_has(in->source, image))
            continue;
        *bands &= ~((band_set)1 << b);
        if (strcmp(warned, image) != 0)
            log_message(LOG_WARNING, in->product.name,
                        "%s: is in the metadata, but the file is missing; the band is left out",
                        image);
        warned = image;
    }
}

int product_input_bands(const struct product_input *in, band_set wanted, bool keep_offset,
                        band_set *out, struct err *e)
{
    struct err why = ERR_INIT;
    int r = product_bands(&in->product, wanted, out, e);
    if (r)
        return err_wrap(e, "%s", source_path(in->source));
    if (wanted == BAND_SET_ALL)
        leave_out_missing(in, out);
    if (product_check_offset(&in->product, *out, &why) == 0)
        return 0;
    if (!keep_offset)
        return err_set(e, ERR_INPUT, "%s: %s", source_path(in->source), why.msg);
    log_message(LOG_WARNING, in->product.name, "%s", why.msg);
    return 0;
}

void product_input_limit_memory(struct product_input *in, size_t memory_limit)
{
    if (memory_limit > 0)
        source_set_unpack(in->source, (struct source_unpack){.keep_bytes = memory_limit / 2});
}

size_t product_input_kept_bytes(const struct product_input *in)
{
    return (size_t)source_kept_bytes(in->source);
}

/* A file that several bands share is moved once. */
int product_input_spill(struct product_input *in, struct err *e)
{
    int r = 0;
    for (int b = 0; r == 0 && b < BAND_COUNT; b++)
        if (in->file[b] && source_file_spill(in->file[b], e))
            r = err_wrap(e, "%s: band %s", source_path(in->source), band_table[b].name);
    return r;
}

/* The first band that has the image `jp2`. It owns the image and closes it. */
static int owner_of(const struct product_input *in, const struct jp2 *jp2)
{
    int b = 0;
    while (b < BAND_COUNT && in->jp2[b] != jp2)
        b++;
    return b;
}

/* Shares the image of another band, if that has the same file open. */
static bool share_image(struct product_input *in, int band_id)
{
    for (int b = 0; b < BAND_COUNT; b++)
        if (in->jp2[b] && strcmp(in->product.band[b].image, in->product.band[band_id].image) == 0) {
            in->jp2[band_id] = in->jp2[b];
            in->file[band_id] = in->file[b];
            return true;
        }
    return false;
}

static int open_image(struct product_input *in, int band_id, struct err *e)
{
    const char *name = in->product.band[band_id].image;
    if (name[0] == '\0')
        return err_set(e, ERR_INPUT, "the product's metadata lists no image of this band");
    if (share_image(in, band_id))
        return 0;
    const struct geogrid *grid = product_band_grid(&in->product, band_id);
    int r = source_file_open(in->source, name, &in->file[band_id], e);
    if (r)
        return r;
    return band_table[band_id].kind == BAND_COLOUR
               ? jp2_open_colours(in->file[band_id], grid->width, grid->height, &in->jp2[band_id],
                                  e)
               : jp2_open(in->file[band_id], grid->width, grid->height, &in->jp2[band_id], e);
}

/* OpenJPEG decodes images that the own decoder does not cover. */
static int check_decoder(const struct product_input *in, int band_id, struct err *e)
{
    const char *outside = jp2_style(in->jp2[band_id])->outside;
    if (outside && in->decoder == TILE_DECODER_OWN)
        return err_set(e, ERR_INPUT, "%s: --decoder own does not cover it: it has %s",
                       source_file_name(in->file[band_id]), outside);
    if (outside)
        log_message(LOG_DEBUG, in->product.name, "band %s: OpenJPEG decodes it: it has %s",
                    band_table[band_id].name, outside);
    return 0;
}

int product_input_open_band(struct product_input *in, int band_id, struct err *e)
{
    if (in->jp2[band_id])
        return 0;
    if (open_image(in, band_id, e) == 0) {
        if (check_decoder(in, band_id, e) == 0)
            return 0;
        return err_wrap(e, "%s: band %s", source_path(in->source), band_table[band_id].name);
    }
    source_file_close(in->file[band_id]);
    in->file[band_id] = NULL;
    return err_wrap(e, "%s: band %s", source_path(in->source), band_table[band_id].name);
}

int product_input_open_layers(struct product_input *in, const struct layer_request *request,
                              int32_t resolution_m, struct err *e)
{
    const struct geogrid *g = &in->product.grid[PRODUCT_GRID_10];
    const struct geogrid target = geogrid_with_pixel(g, resolution_m);
    struct mask_frame frame = mask_frame_of(g, &target);
    frame.decoder = in->decoder;
    if (!request || !layer_request_any(request))
        return 0;
    return layerset_open(request, in->source, in->product.name, &frame, &in->layers, e);
}

struct image_check {
    const struct product_input *in;
    bool with_manifest; /* otherwise with the .zip */
    struct safe_checksum expected[BAND_COUNT];
};

static int check_image(void *ctx, int32_t batch, size_t band_id, int worker, struct err *e)
{
    const struct image_check *c = ctx;
    struct source_file *file = c->in->file[band_id];
    (void)batch;
    (void)worker;
    if (!file || owner_of(c->in, c->in->jp2[band_id]) != (int)band_id)
        return 0;
    int r = c->with_manifest ? safe_checksum_check(file, &c->expected[band_id], e)
                             : source_file_check(file, e);
    return r ? err_wrap(e, "%s: band %s", source_path(c->in->source), band_table[band_id].name) : 0;
}

int product_input_check_archive(const struct product_input *in, int threads, int (*stopped)(void),
                                struct err *e)
{
    struct image_check c = {.in = in};
    return pipeline_for(BAND_COUNT, threads, stopped, check_image, &c, e);
}

int product_input_check_images(const struct product_input *in, int threads, int (*stopped)(void),
                               struct err *e)
{
    struct image_check c = {.in = in, .with_manifest = true};
    int r = safe_checksum_read(in->source, &in->product, c.expected, e);
    if (r)
        return err_wrap(e, "%s", source_path(in->source));
    return pipeline_for(BAND_COUNT, threads, stopped, check_image, &c, e);
}

void product_input_sources(const struct product_input *in, struct band_source out[BAND_COUNT])
{
    for (int b = 0; b < BAND_COUNT; b++)
        out[b] = in->jp2[b] ? band_source_of_jp2(in->jp2[b], band_table[b].component, in->decoder)
                            : (struct band_source){0};
}

void product_input_close(struct product_input *in)
{
    for (int b = BAND_COUNT - 1; b >= 0;
         b--) /* the owner last, because the others compare with it */
        if (in->jp2[b] && owner_of(in, in->jp2[b]) == b) {
            jp2_close(in->jp2[b]);
            source_file_close(in->file[b]);
        }
    layerset_close(in->layers);
    source_close(in->source);
    *in = (struct product_input){0};
}
