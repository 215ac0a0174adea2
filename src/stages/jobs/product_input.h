/* An open product: where its files come from, what its metadata says, and the images of the wanted
 * bands. */
#ifndef SUBSCENE_STAGES_JOBS_PRODUCT_INPUT_H
#define SUBSCENE_STAGES_JOBS_PRODUCT_INPUT_H

#include "core/product.h"
#include "io/image/jp2.h"
#include "io/source/source.h"
#include "stages/image/band_reader.h"
#include "stages/layers/layerset.h"

struct product_input {
    struct source *source;
    struct product product;
    struct source_file *file[BAND_COUNT];
    struct jp2 *jp2[BAND_COUNT]; /* NULL for bands that are not wanted; bands in one image share it,
                                    and its file */
    enum tile_decoder_choice decoder; /* of all images; set before the bands are opened */
    struct layerset *layers; /* of its subscenes; NULL: none, or not opened */
};

/* Opens the product's metadata only. Not thread-safe. Errors: ERR_INPUT, ERR_TEMPORARY, with the
 * product's path in front. */
int product_input_open(const char *path, struct product_input *in, struct err *e) MUST_CHECK;

/* The bands to make of the product when `wanted` are asked for (product_bands). With BAND_SET_ALL
 * an image that is listed and not there is left out with a warning where it is no spectral band
 * (TCI, AOT, WVP). ERR_INPUT: the product has no such band; or `keep_offset` is false and its
 * offset is not known (product_check_offset), which is else a warning. */
int product_input_bands(const struct product_input *in, band_set wanted, bool keep_offset,
                        band_set *out, struct err *e) MUST_CHECK;

/* How much of a .zip that is deflated may be unpacked into memory, for a plan with that limit (0:
 * none): half of it, the rest goes to temporary files. Before bands and layers are opened. */
void product_input_limit_memory(struct product_input *in, size_t memory_limit);

/* What is unpacked in memory, for the plan; and moving the images among it into temporary files,
 * where a plan has no room for them. ERR_OUTPUT: no such file can be made. */
size_t product_input_kept_bytes(const struct product_input *in);
int product_input_spill(struct product_input *in, struct err *e) MUST_CHECK;

/* Opens the image of a band and checks its header against the metadata. */
int product_input_open_band(struct product_input *in, int band_id, struct err *e) MUST_CHECK;

/* Opens what gives class layers to subscenes of that pixel. `request` NULL: nothing. Errors as
 * layerset_open. */
int product_input_open_layers(struct product_input *in, const struct layer_request *request,
                              int32_t resolution_m, struct err *e) MUST_CHECK;

/* Compares the images of all open bands with the checksums of the .zip that they are stored in;
 * nothing to do elsewhere. ERR_INPUT names archive, band, file and both checksums. `stopped` may be
 * NULL. */
int product_input_check_archive(const struct product_input *in, int threads, int (*stopped)(void),
                                struct err *e) MUST_CHECK;

/* Compares the images of all open bands with the checksums in the product's manifest.safe.
 * ERR_INPUT names band, file and both checksums. `stopped` may be NULL. */
int product_input_check_images(const struct product_input *in, int threads, int (*stopped)(void),
                               struct err *e) MUST_CHECK;

/* The sources of the open images, by band_id. */
void product_input_sources(const struct product_input *in, struct band_source out[BAND_COUNT]);

void product_input_close(struct product_input *in);

#endif
