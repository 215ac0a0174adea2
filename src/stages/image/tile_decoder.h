/* Tiles of JPEG 2000 images into samples, by the project's own decoder where its profile covers the
 * image (io/image/j2k_style.h), by OpenJPEG everywhere else. Both give the same numbers.
 *
 * The own decoder exists for its speed: decoding is three quarters of a run's work. It decodes the
 * code-blocks that reach the window and no others. A tile that it finds damaged is OpenJPEG's to
 * judge, so errors are the same whichever decodes.
 *
 * Steps: packets (io/image/j2k_packets.h), coefficients (filters/codeblock.h), wavelet
 * (filters/wavelet53.h), then colours and level shift (T.800 Annex G). */
#ifndef SUBSCENE_STAGES_IMAGE_TILE_DECODER_H
#define SUBSCENE_STAGES_IMAGE_TILE_DECODER_H

#include "io/image/jp2.h"

enum tile_decoder_choice {
    TILE_DECODER_AUTO,
    TILE_DECODER_OWN, /* ERR_INPUT with the reason where it does not cover an image or tile */
    TILE_DECODER_OPENJPEG, /* always */
};

/* What is to be decoded: pixels of the image, inside of tile `t` and not empty. */
struct tile_wanted {
    const struct jp2 *jp2;
    int32_t t;
    struct rect window;
    enum tile_decoder_choice choice;
};

/* What one thread needs. */
struct tile_decoder;
int tile_decoder_create(struct tile_decoder **out, struct err *e) MUST_CHECK;
void tile_decoder_destroy(struct tile_decoder *d);

/* As jp2_decode_planes. */
int tile_decoder_read(struct tile_decoder *d, const struct tile_wanted *wanted,
                      const struct jp2_planes *to, struct err *e) MUST_CHECK;

/* The most bytes that decoding a tile of `j` needs beside the samples, with either decoder. */
size_t tile_decoder_bytes(const struct jp2 *j);

#endif
