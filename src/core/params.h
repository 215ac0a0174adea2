/* The parameters that decide the content of a file. Two files with equal parameters from one
 * product are equal byte for byte. Options that only decide which files are made, their place, or
 * the speed are elsewhere (stages/jobs/run.h). */
#ifndef SUBSCENE_CORE_PARAMS_H
#define SUBSCENE_CORE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/band.h"
#include "core/lattice.h"

enum file_profile {
    PROFILE_GEOREF, /* CF georeferencing and provenance */
    PROFILE_KAPPAZETA, /* exactly the shape of the published files */
};

/* Whose numbers the file holds: subscene's own (filters/NUMBERS.md), or another program's, bit for
 * bit. */
enum compat {
    COMPAT_NONE,
    COMPAT_CM_VSM, /* numbers of cm_vsm 0.3.7 */
    COMPAT_CM_VSM_TILED, /* numbers of cm_vsm 0.3.7 with --tiled */
    COMPAT_COUNT
};

struct params {
    /* 0: the product's default bands; BAND_SET_ALL: all its bands (core/product.h,
     * product_bands) */
    band_set bands;
    int32_t size; /* side of a subscene, px */
    double overlap; /* fraction of size, 0 … 0.5 */
    int32_t resolution_m; /* target pixel: 10, 20 or 60 */
    char filter[16]; /* a name of filters/kernel.h */
    int32_t lobes; /* half-width of kernels with lobes, source px; 0 for other kernels */
    char engine[8]; /* "fft" or "direct" */
    enum edge_policy edge;
    bool keep_offset; /* RADIO_ADD_OFFSET stays in the numbers */
    enum file_profile profile;
    int32_t deflate; /* 0 … 9 */
    enum compat compat;
    /* compat: side of the window that becomes a subscene, in 10 m pixels; 0: `size`. cm_vsm's -s
     * makes it larger */
    int32_t cut;
};

/* Side of the window that the lattice cuts, px. */
static inline int32_t params_cut(const struct params *p) { return p->cut > 0 ? p->cut : p->size; }

enum { PARAMS_TEXT_SIZE = 512, PARAMS_DIGEST_SIZE = 17 };

/* Writes "format=2 bands=B01,… size=512 …": one `key=value` each, in a fixed order, separated by
 * single blanks. `compat` is left out if it is none. `cut` follows it, and is left out if it equals
 * `size`. Without bands the text has "bands=default": it describes a request, not a file. */
void params_format(const struct params *p, char text[PARAMS_TEXT_SIZE]);

/* Reads the parameters from such a text. ERR_INPUT: it is not a text of this format version. */
int params_parse(const char *text, struct params *out, struct err *e) MUST_CHECK;

/* A digest of the text: 16 hexadecimal digits. */
void params_digest(const char *text, char digest[PARAMS_DIGEST_SIZE]);

/* Writes the first `key=value` that differs between two texts to `buf`, as "size is 256 there and
 * 512 here". `compat` comes before all others. "" if the texts are equal. */
void params_difference(const char *there, const char *here, char *buf, size_t size);

/* Values of options, also used in texts. */
extern const char *const edge_policy_names[]; /* "pad", "drop", "shift", NULL */
extern const char *const file_profile_names[]; /* "georef", "kappazeta", NULL */
extern const char *const compat_names[]; /* "none", "cm-vsm", "cm-vsm-tiled", NULL */
/* attribute in files, by enum compat: NULL, "cm_vsm 0.3.7", "cm_vsm 0.3.7 --tiled" */
extern const char *const compat_declared[];

#endif
