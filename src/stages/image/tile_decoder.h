/* Decodes tiles of JPEG 2000 images. The project's own decoder decodes the images that it supports
 * (io/image/j2k_style.h); OpenJPEG decodes the others. Both give the same numbers.
 *
 * The own decoder exists for its speed, because decoding is three quarters of a run's work. It
 * decodes only the code-blocks that reach the window, of a reduced image only those of its
 * resolutions. If it finds a tile damaged, OpenJPEG decodes
 * the tile again and decides. So errors do not depend on the decoder.
 *
 * Steps: packets (io/image/j2k_packets.h), coefficients (filters/codeblock.h), wavelet
 * (filters/wavelet53.h), then colours and level shift (T.800 Annex G). */
#ifndef SUBSCENE_STAGES_IMAGE_TILE_DECODER_H
#define SUBSCENE_STAGES_IMAGE_TILE_DECODER_H

#include "io/image/jp2.h"

enum tile_decoder_choice {
    TILE_DECODER_AUTO, /* the own decoder if possible, else OpenJPEG */
    TILE_DECODER_OWN, /* ERR_INPUT with the reason if it does not support the image or tile */
    TILE_DECODER_OPENJPEG /* always */
};

/* The pixels to decode. */
struct tile_wanted {
    const struct jp2 *jp2;
    struct jp2_window part; /* its window is inside of the reduced tile and not empty */
    enum tile_decoder_choice choice;
};

/* The state that one thread needs to decode. */
struct tile_decoder;
int tile_decoder_create(struct tile_decoder **out, struct err *e) MUST_CHECK;
void tile_decoder_destroy(struct tile_decoder *d);

/* Decodes as jp2_decode_planes does, with the same errors. */
int tile_decoder_read(struct tile_decoder *d, const struct tile_wanted *wanted,
                      const struct jp2_planes *to, struct err *e) MUST_CHECK;

/* The most memory that decoding a tile of `j` takes besides the samples, with either decoder. */
size_t tile_decoder_bytes(const struct jp2 *j);

#endif
