/* The bands of a product. Each is a variable of its own:
 *   - the 13 bands of the MultiSpectral Instrument, in the order of the product's band_id (B8A
 *     after B08)
 *   - the two maps of Level-2A: aerosol optical thickness and water vapour
 *   - the three colours of the true-colour image
 * Variables in a file have this order. Source: Sentinel-2 Products Specification Document, table of
 * Spectral_Information and the images of both levels. */
#ifndef SUBSCENE_CORE_BAND_H
#define SUBSCENE_CORE_BAND_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BAND_SPECTRAL_COUNT = 13, /* band_id 0 … 12 is the metadata's */
    BAND_AOT = BAND_SPECTRAL_COUNT,
    BAND_WVP,
    BAND_TCI_R,
    BAND_TCI_G,
    BAND_TCI_B,
    BAND_COUNT
};

enum band_kind {
    BAND_REFLECTANCE, /* 16 bits; the product has offset and quantification */
    BAND_ATMOSPHERE, /* 16 bits; no offset, its own quantification */
    BAND_COLOUR, /* 8 bits for display: 1 … 255, 0 is no-data; no offset, no unit */
};

struct band_def {
    const char *name; /* "B01" … "B8A" … "B12", "AOT" … "TCI_B": the variable's name */
    const char *image; /* the part of its file's name: "B01" … "TCI" */
    const char *physical; /* "B1" … "B8A" … "B12" in the metadata; "" if not spectral */
    int32_t pixel_m; /* native pixel, m: 10, 20 or 60 */
    /* centre for Sentinel-2A, used when the metadata has none; 0 if not spectral */
    double wavelength_nm;
    enum band_kind kind;
    int component; /* component of the image */
};

/* Indexed by band_id. */
extern const struct band_def band_table[BAND_COUNT];

/* True if it is stored as bytes (like class layers), false if as k / 65535. */
static inline bool band_is_byte(int band_id) { return band_table[band_id].kind == BAND_COLOUR; }

/* band_id of a variable's name ("B05", "TCI_R"; case counts), or −1. */
int band_find(const char *name);

/* A set of bands: bit i is band_id i. */
typedef uint32_t band_set;
#define BAND_SET_SPECTRAL ((band_set)0x1FFF)
#define BAND_SET_TCI      ((band_set)7 << BAND_TCI_R)
/* all bands that the product's images hold; the list is not known yet */
#define BAND_SET_ALL ((band_set)1 << 31)

static inline int band_in(band_set s, int band_id) { return (int)(s >> band_id & 1U); }
int band_set_count(band_set s);

/* The bands that a user's name means: one band, or all bands of an image ("TCI": TCI_R, TCI_G,
 * TCI_B); 0: unknown name. */
band_set band_set_named(const char *name);

/* Names for messages. */
extern const char band_set_names[];

/* band_id of the i-th band of the set (from 0, in table order); −1 if the set has no more bands. */
int band_set_nth(band_set s, int i);

/* "B02,B05" in table order. */
enum { BAND_SET_TEXT = 96 }; /* fits all bands */
void band_set_format(band_set s, char buf[BAND_SET_TEXT]);

#endif
