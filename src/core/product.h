/* The metadata of a product: plain values, read-only after reading. */
#ifndef SUBSCENE_CORE_PRODUCT_H
#define SUBSCENE_CORE_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/geogrid.h"
#include "core/level.h"

enum { PRODUCT_GRID_10, PRODUCT_GRID_20, PRODUCT_GRID_60, PRODUCT_GRID_COUNT };

struct product_band {
    /* JP2 at the native pixel, relative to the product's root, with ".jp2"; "" if the metadata
     * lists none */
    char image[400];
    /* RADIO_ADD_OFFSET or BOA_ADD_OFFSET, DN; 0 if the metadata has none (baselines below 04.00) */
    int32_t offset;
    double wavelength_nm; /* centre; 0 if not spectral */
    double quantification; /* AOT and WVP: thickness, or cm, = DN / quantification; else 0 */
};

struct product {
    char name[128]; /* PRODUCT_URI without ".SAFE"; letters, digits, '_', '-', '.' only */
    char level[8]; /* "L1C": a name from core/level.h */
    char baseline[8]; /* "04.00" */
    char spacecraft[32]; /* "Sentinel-2A" */
    char tile_id[8]; /* "T18LTM" */
    char sensing_time[32]; /* PRODUCT_START_TIME, unchanged: "2022-01-25T15:17:01.024Z" */
    char sensing_compact[16]; /* the time in file names: "20220125T151701" */
    char generation_time[32]; /* GENERATION_TIME, unchanged */
    char granule[200]; /* "GRANULE/L1C_T18LTM_A034442_20220125T152341" */
    int32_t quantification; /* reflectance = DN / quantification, after the offset is added */
    uint16_t nodata, saturated; /* special values of the DN: 0 and 65535 */
    bool has_offset; /* the metadata has a list of offsets */
    struct geogrid grid[PRODUCT_GRID_COUNT]; /* 10, 20, 60 m: one corner */
    struct product_band band[BAND_COUNT]; /* by band_id */
};

/* The level of the product; Level-1C if it is unknown. */
const struct level_def *product_level(const struct product *p);

/* The bands to make for the request `wanted`. 0 means the spectral bands of the product's level.
 * BAND_SET_ALL means all bands with an image in the metadata. ERR_INPUT: products of this level do
 * not have such a band. */
int product_bands(const struct product *p, band_set wanted, band_set *out,
                  struct err *e) MUST_CHECK;

/* Checks that the metadata gives the offset of the bands' numbers. Since baseline 04.00 every
 * product has an offset and a list of it (S2 PSD 14.9). A product without the list was damaged or
 * rewritten: ERR_INPUT. Test products (baseline 99.99) and baselines that are not numbers pass. */
int product_check_offset(const struct product *p, band_set bands, struct err *e) MUST_CHECK;

/* The length of the product's name in the first n characters of `s`: without ".SAFE". A text that
 * is only ".SAFE" keeps it. */
size_t product_name_length(const char *s, size_t n);

/* Is `text` the product's name with ".SAFE", as files say it? */
bool product_is_named(const struct product *p, const char *text);

/* The native grid of a band. */
const struct geogrid *product_band_grid(const struct product *p, int band_id);

/* Month of the sensing time, 1 … 12; 0 if it cannot be read. */
int product_month(const struct product *p);

/* "April"; month is 1 … 12. English in every locale: it is the name of a folder in the published
 * dataset. */
const char *product_month_name(int month);

#endif
