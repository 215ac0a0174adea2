/* JPEG 2000 images in memory, made with OpenJPEG's encoder from parameters of any kind. */
#ifndef SUBSCENE_TESTS_SUPPORT_CODED_IMAGE_H
#define SUBSCENE_TESTS_SUPPORT_CODED_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct coding {
    int32_t width, height, tile_w, tile_h; /* pixels */
    int components; /* 1, or 3 with the colour transform */
    int bits; /* 1 … 16 */
    int levels; /* decompositions */
    int block_w, block_h; /* powers of two from 4, their product at most 4096 */
    int precinct_w, precinct_h; /* powers of two; 0: the largest */
    int order; /* LRCP, RLCP, RPCL, PCRL, CPRL */
    int layers; /* of more than one, all but the last are cut off at some rate */
    float rate; /* of the last layer: 0 lossless, else the compression ratio */
    bool sop, eph, plt, tlm;
    int parts; /* 0; or tile-parts by 'R'esolution, 'L'ayer or 'C'omponent */
};

/* `px`: component after component. Returns the file, freed with free(); NULL where OpenJPEG does
 * not code it: it makes too small a buffer for some combinations of tiny blocks and markers. */
unsigned char *coded_image(const struct coding *c, const uint16_t *px, size_t *len);

/* The parameters in one line, for messages. */
void coding_format(const struct coding *c, char *buf, size_t size);

#endif
