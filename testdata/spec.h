/* The options of the command line, and the names that follow from them. Plain values, read-only
 * after spec_parse. */
#ifndef SUBSCENE_TESTDATA_SPEC_H
#define SUBSCENE_TESTDATA_SPEC_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "core/err.h"
#include "core/level.h"
#include "testdata/scene.h"

enum { SPEC_GRIDS = 3 }; /* 10, 20, 60 m */

enum {
    BASELINE_0204 = 204,
    BASELINE_0206 = 206,
    BASELINE_0209 = 209,
    BASELINE_0400 = 400,
    BASELINE_0511 = 511
};

/* Bits of spec.masks: class rasters of other tools, and clouds in the product's own mask. */
enum {
    SPEC_MASK_FMASK = 1,
    SPEC_MASK_S2CLOUDLESS = 2,
    SPEC_MASK_MAJA = 4,
    SPEC_MASK_GSFC = 8,
    SPEC_MASK_BHC = 16,
    SPEC_MASK_FMSC = 32,
    SPEC_MASK_DLUV = 64,
    SPEC_MASK_CLASSI = 128,
    SPEC_MASK_ALL = 255
};

struct spec {
    const char *out_dir;
    const char *truth; /* file for the true classes, or NULL */
    int32_t size_px; /* pixels at 10 m: a multiple of 6 */
    int32_t baseline; /* 511 is 05.11 */
    char platform; /* 'A', 'B' or 'C' */
    time_t sensing; /* seconds, UTC */
    char tile[6]; /* "35VLF" */
    int32_t epsg;
    enum level level;
    band_set wanted, missing; /* from --bands and --missing; 0: not given */
    bool tci; /* Level-1C: the true-colour image has a file too */
    int32_t jp2_tile[SPEC_GRIDS]; /* side of the JP2 tiles at 10, 20 and 60 m */
    int32_t threads;
    unsigned masks; /* SPEC_MASK_… */
    bool drop_qi, zip, zip_deflate;
    struct scene scene;

    /* set by spec_parse from the members above */
    band_set bands; /* bands with a file */
    char sensing_compact[16]; /* "20220125T151701" */
    char made_compact[16]; /* generation time, in the same form */
    char strip_compact[16]; /* sensing time of the granule's first line */
    char name[80]; /* product name without ".SAFE" */
    char granule[48]; /* "L1C_T35VLF_A034442_20220125T152341" */
};

/* spec_grid: index 0 … 2 of the grid with that pixel. spec_width: its width and height in
 * pixels. */
static inline int spec_grid(int32_t pixel_m) { return pixel_m == 10 ? 0 : pixel_m == 20 ? 1 : 2; }

static inline int32_t spec_width(const struct spec *s, int32_t pixel_m)
{
    return s->size_px * 10 / pixel_m;
}

static inline bool spec_has_offset(const struct spec *s) { return s->baseline >= BASELINE_0400; }

/* Parses the command line into `s`: defaults, options, names. *help is set by --help. */
MUST_CHECK int spec_parse(struct spec *s, int argc, char **argv, bool *help, struct err *e);

extern const char spec_usage[];

#endif
