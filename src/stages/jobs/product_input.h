/* An open product: its files, its metadata, and the images of the wanted bands. */
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
    struct jp2
        *jp2[BAND_COUNT]; /* NULL for unwanted bands; bands in one image share it and its file */
    enum tile_decoder_choice decoder; /* of all images; set before the bands are opened */
    struct layerset *layers; /* for its subscenes; NULL: none, or not opened */
};

/* Opens the product's metadata only. Not thread-safe. Errors: ERR_INPUT, ERR_TEMPORARY, with the
 * product's path in front. */
int product_input_open(const char *path, struct product_input *in, struct err *e) MUST_CHECK;

/* Finds the product's bands among `wanted` (product_bands). With BAND_SET_ALL, a missing image of
 * TCI, AOT or WVP causes a warning only. ERR_INPUT: the product has no such band, or its offset is
 * unknown (product_check_offset). With `keep_offset` an unknown offset is a warning only. */
int product_input_bands(const struct product_input *in, band_set wanted, bool keep_offset,
                        band_set *out, struct err *e) MUST_CHECK;

/* Deflated files of a .zip are unpacked into memory up to half of `memory_limit`, the limit of the
 * plan (0: no limit). The rest goes to temporary files. Call it before bands and layers are opened.
 */
void product_input_limit_memory(struct product_input *in, size_t memory_limit);

/* product_input_kept_bytes returns the size of the files unpacked in memory, for the plan.
 * product_input_spill moves the images among them to temporary files, if a plan has no room for
 * them. ERR_OUTPUT: no temporary file can be made. */
size_t product_input_kept_bytes(const struct product_input *in);
int product_input_spill(struct product_input *in, struct err *e) MUST_CHECK;

/* Opens the image of a band and checks its header against the metadata. */
int product_input_open_band(struct product_input *in, int band_id, struct err *e) MUST_CHECK;

/* Opens the sources of class layers for subscenes of that pixel. `request` NULL: none. Errors as
 * layerset_open. */
int product_input_open_layers(struct product_input *in, const struct layer_request *request,
                              int32_t resolution_m, struct err *e) MUST_CHECK;

/* Compares the images of all open bands with the checksums in the product's .zip. Does nothing for
 * a folder. ERR_INPUT: the message names archive, band, file and both checksums. `stopped` may be
 * NULL. */
int product_input_check_archive(const struct product_input *in, int threads, int (*stopped)(void),
                                struct err *e) MUST_CHECK;

/* Compares the images of all open bands with the checksums in the product's manifest.safe.
 * ERR_INPUT: the message names band, file and both checksums. `stopped` may be NULL. */
int product_input_check_images(const struct product_input *in, int threads, int (*stopped)(void),
                               struct err *e) MUST_CHECK;

/* The sources of the open images, by band_id. */
void product_input_sources(const struct product_input *in, struct band_source out[BAND_COUNT]);

void product_input_close(struct product_input *in);

#endif
