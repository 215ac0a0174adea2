/* The 13 bands of the MultiSpectral Instrument, in the order of the product's band_id (B8A after B08), which is also the
 * order of variables in a file. Source: Sentinel-2 Products Specification Document, table of Spectral_Information. */
#ifndef SUBSCENE_CORE_BAND_H
#define SUBSCENE_CORE_BAND_H

#include <stdint.h>

enum { BAND_COUNT = 13 };

struct band_def {
    const char *name; /* "B01" … "B8A" … "B12": in file names and as the variable's name */
    const char *physical; /* "B1" … "B8A" … "B12": in the metadata */
    int32_t pixel_m; /* native pixel: 10, 20 or 60 */
    double wavelength_nm; /* central, Sentinel-2A; for products whose metadata does not say */
};

/* Indexed by band_id 0 … 12. */
extern const struct band_def band_table[BAND_COUNT];

/* band_id of a name ("B05", exactly, with upper-case letters), or -1. */
int band_find(const char *name);

/* A set of bands: bit i is band_id i. */
typedef uint32_t band_set;
#define BAND_SET_ALL ((band_set)0x1FFF)

static inline int band_in(band_set s, int band_id) { return (int)(s >> band_id & 1U); }
int band_set_count(band_set s);

/* band_id of the i-th band of the set, from 0, in table order; −1 when it has no more than i. */
int band_set_nth(band_set s, int i);

/* "B02,B05" in table order into `buf` (64 bytes hold all 13). */
void band_set_format(band_set s, char buf[64]);

#endif
