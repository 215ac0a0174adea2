/* What a product's metadata says: plain values, read-only once made. */
#ifndef SUBSCENE_CORE_PRODUCT_H
#define SUBSCENE_CORE_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/geogrid.h"
#include "core/level.h"

enum { PRODUCT_GRID_10, PRODUCT_GRID_20, PRODUCT_GRID_60, PRODUCT_GRID_COUNT };

struct product_band {
    char image[400]; /* JP2 of the native pixel, relative to the product's root, with ".jp2"; ""
                        when the metadata lists none */
    int32_t offset; /* RADIO_ADD_OFFSET or BOA_ADD_OFFSET, DN; 0 when the metadata has none
                       (baselines below 04.00) */
    double wavelength_nm; /* central; 0 where it is not spectral */
    double quantification; /* of AOT and WVP: thickness, or cm, = DN / quantification; else 0 */
};

struct product {
    char name[128]; /* PRODUCT_URI without ".SAFE"; letters, digits, '_', '-', '.' only */
    char level[8]; /* "L1C": a name of core/level.h */
    char baseline[8]; /* "04.00" */
    char spacecraft[32]; /* "Sentinel-2A" */
    char tile_id[8]; /* "T18LTM" */
    char sensing_time[32]; /* PRODUCT_START_TIME as it stands: "2022-01-25T15:17:01.024Z" */
    char sensing_compact[16]; /* the one in file names: "20220125T151701" */
    char generation_time[32]; /* GENERATION_TIME as it stands */
    char granule[200]; /* "GRANULE/L1C_T18LTM_A034442_20220125T152341" */
    int32_t quantification; /* reflectance = DN / quantification once the offset is added */
    uint16_t nodata, saturated; /* special values of the DN: 0 and 65535 */
    bool has_offset; /* the metadata has a list of offsets */
    struct geogrid grid[PRODUCT_GRID_COUNT]; /* 10, 20, 60 m: same corner */
    struct product_band band[BAND_COUNT]; /* by band_id */
};

/* Its level; of one that nothing says, Level-1C. */
const struct level_def *product_level(const struct product *p);

/* The bands to make when `wanted` are asked for: these, or, for none, the spectral ones of the
 * product's level; for BAND_SET_ALL all that the metadata lists an image of. ERR_INPUT: one that
 * products of this level do not have. */
int product_bands(const struct product *p, band_set wanted, band_set *out,
                  struct err *e) MUST_CHECK;

/* ERR_INPUT: the numbers of some of the bands hold an offset that the metadata does not tell. Since
 * baseline 04.00 every product has one, and a list of it (S2 PSD 14.9); a product without the list
 * was damaged or rewritten. Test products (baseline 99.99) and baselines that are no number say
 * nothing. */
int product_check_offset(const struct product *p, band_set bands, struct err *e) MUST_CHECK;

/* The native grid of a band. */
const struct geogrid *product_band_grid(const struct product *p, int band_id);

/* 1 … 12 of the sensing time, 0 when it cannot be read. */
int product_month(const struct product *p);

/* "April"; month 1 … 12. English whatever the locale: it is a folder's name in the published
 * dataset. */
const char *product_month_name(int month);

#endif
