/* The parameters that decide what is in a file. Two files made with equal parameters from one
 * product are equal byte for byte. What only decides which files are made, where, or how fast is
 * not here (stages/jobs/run.h). */
#ifndef SUBSCENE_CORE_PARAMS_H
#define SUBSCENE_CORE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/band.h"
#include "core/lattice.h"

enum file_profile {
    PROFILE_GEOREF, /* CF georeferencing and provenance */
    PROFILE_KAPPAZETA, /* the shape of the published files, nothing else */
};

/* Whose numbers: our own (README, "Numbers"), or those of another program, bit for bit. */
enum compat {
    COMPAT_NONE,
    COMPAT_CM_VSM, /* what cm_vsm 0.3.7 stores */
    COMPAT_CM_VSM_TILED, /* what it stores with --tiled */
    COMPAT_COUNT
};

struct params {
    band_set bands; /* 0, BAND_SET_ALL: those that a product has by default, or all; it is not known
                       yet which (core/product.h, product_bands) */
    int32_t size; /* px */
    double overlap; /* fraction of size, 0 … 0.5 */
    int32_t resolution_m; /* target pixel: 10, 20 or 60 */
    char filter[16]; /* a name of filters/kernel.h */
    int32_t lobes; /* half-width of kernels that take it, source px; 0 for those that do not */
    char engine[8]; /* "fft" or "direct" */
    enum edge_policy edge;
    bool keep_offset; /* RADIO_ADD_OFFSET left in the numbers */
    enum file_profile profile;
    int32_t deflate; /* 0 … 9 */
    enum compat compat;
    int32_t cut; /* compat: side in pixels of 10 m of what becomes a subscene; 0: `size`. cm_vsm's
                    -s makes it larger */
};

/* What the lattice cuts out, px. */
static inline int32_t params_cut(const struct params *p) { return p->cut > 0 ? p->cut : p->size; }

enum { PARAMS_TEXT_SIZE = 512, PARAMS_DIGEST_SIZE = 17 };

/* "format=2 bands=B01,… size=512 …": one `key=value` each, in a fixed order, separated by single
 * blanks. `compat` is only there where it is not none, `cut` behind it where it is not `size`.
 * Without bands it has "bands=default": what is asked for, but no parameters of a file. */
void params_format(const struct params *p, char text[PARAMS_TEXT_SIZE]);

/* The parameters of such a text. ERR_INPUT when it is none of this format version. */
int params_parse(const char *text, struct params *out, struct err *e) MUST_CHECK;

/* 16 hexadecimal digits that name the text. */
void params_digest(const char *text, char digest[PARAMS_DIGEST_SIZE]);

/* `compat`, or else the first `key=value` in which two texts differ, as "size is 256 there and 512
 * here", into `buf`; "" when they are equal. */
void params_difference(const char *there, const char *here, char *buf, size_t size);

/* Values of options, also used in texts. */
extern const char *const edge_policy_names[]; /* "pad", "drop", "shift", NULL */
extern const char *const file_profile_names[]; /* "georef", "kappazeta", NULL */
extern const char *const compat_names[]; /* "none", "cm-vsm", "cm-vsm-tiled", NULL */
extern const char *const compat_declared[]; /* what files say: NULL, "cm_vsm 0.3.7", "cm_vsm 0.3.7
                                               --tiled"; by enum compat */

#endif
