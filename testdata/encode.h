/* JP2 files coded as ESA codes them: LRCP, one layer, reversible 5-3, 5 resolutions, precincts,
 * PLT, a GMLJP2 box.
 *
 * Coding runs tile by tile, so memory holds one JP2 tile and its code. One difference to ESA's
 * Kakadu remains, which OpenJPEG fixes: 2 guard bits instead of 1, and so other exponents in
 * QCD. */
#ifndef SUBSCENE_TESTDATA_ENCODE_H
#define SUBSCENE_TESTDATA_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

struct encode_format {
    int32_t width, height; /* pixels */
    int32_t components; /* 1, or 3 (sRGB, coded with the reversible colour transform) */
    bool components_are_bits; /* component c is bit c of the samples of component 0 */
    int32_t bits; /* 8, 15 or 16, unsigned */
    int32_t tile; /* side of the JP2 tiles */
    int32_t precinct,
        block; /* sides of the precincts (every resolution) and of the code-blocks: powers of two */
    int32_t epsg, ulx_m, uly_m, pixel_m; /* for the GMLJP2 box; ulx, uly: the outer corner */
};

/* Fills `out` with the pixels `part` of one component: 16-bit samples. Returns 0 or an error
 * code. */
typedef int encode_pixels(void *context, int component, struct rect part, struct view out,
                          struct err *e);

/* Writes one JP2 file. After an error a partial file may remain. Several threads may call it at
 * once. */
MUST_CHECK int encode_jp2(const char *path, const struct encode_format *f, encode_pixels *pixels,
                          void *context, struct err *e);

#endif
