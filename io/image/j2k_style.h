/* How a JPEG 2000 codestream is coded, and whether the project's own decoder covers it: the profile
 * of Sentinel-2's images. That is one to three components of equal size without sub-sampling, the
 * reversible 5/3 transform, quantization style 0, code-block style 0, blocks of up to 64 × 64, the
 * same coding for all tiles and components, packet headers in their place, no region of interest.
 *
 * Source: ITU-T T.800 Annex A. */
#ifndef SUBSCENE_IO_IMAGE_J2K_STYLE_H
#define SUBSCENE_IO_IMAGE_J2K_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { J2K_LEVELS_MAX = 10, J2K_BANDS_MAX = 3 * J2K_LEVELS_MAX + 1 };

/* Progression orders (Table A.16), by their codes. */
enum j2k_order { J2K_LRCP, J2K_RLCP, J2K_RPCL, J2K_PCRL, J2K_CPRL, J2K_ORDERS };

struct j2k_style {
    const char *outside; /* why the profile does not cover the image; NULL: it does, and the rest
                          * is filled in */
    int components;
    int precision; /* bits of every component */
    bool sop, eph; /* packets begin, and their headers end, with a marker */
    enum j2k_order order;
    int layers, levels;
    bool colour_transform; /* RCT (Annex G) of three components */
    int block_w_log2, block_h_log2; /* xcb, ycb */
    uint8_t precinct_log2[J2K_LEVELS_MAX + 1]; /* by resolution: PPx, and PPy in the high 4 bits */
    int planes[J2K_BANDS_MAX]; /* Mb (Equation E-2) of LL, then of HL, LH, HH from the lowest on */
};

/* `header` is a main header that io/image/jp2_index.h has checked: SOC, SIZ, and all up to SOT. */
struct j2k_style j2k_style_read(const unsigned char *header, size_t len);

#endif
