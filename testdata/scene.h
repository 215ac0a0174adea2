/* The pixel values of the synthetic products: one scene on the ground, seen by 13 bands.
 *
 * Every value is a function of the pixel CENTRE's easting and northing (projection metres), so that a test can say what
 * any pixel of any band, at any resolution, must hold. Only IEEE basic operations and integer hashes: the same bits on
 * any machine (build without FMA contraction: -ffp-contract=off).
 *
 *   analytic  DN = round(scene_analytic(band, e, n)); smooth, 500…9000, no component shorter than 1500 m on the ground
 *   texture   analytic + fractal texture + bright clouds + white noise; compresses like a real scene (about 7 bits/px)
 *   constant  DN = 2000 + 100 · band_id
 *
 * No data (DN 0) and saturation (DN 65535) replace these values; dn_offset is added to all others. */
#ifndef SUBSCENE_TESTDATA_SCENE_H
#define SUBSCENE_TESTDATA_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

enum scene_kind { SCENE_ANALYTIC, SCENE_TEXTURE, SCENE_CONSTANT };

enum { SCENE_SATURATED_MAX = 64, SCENE_SATURATED_RADIUS_M = 150 };

struct scene {
    enum scene_kind kind;
    uint32_t seed;
    int32_t ulx_m, uly_m; /* outer corner of the upper-left pixel */
    int32_t side_m; /* the product's side on the ground */
    bool wedge; /* no data beyond the orbit's edge, see scene_is_nodata */
    int32_t saturated; /* number of saturated discs, 0 … SCENE_SATURATED_MAX */
    int32_t dn_offset; /* added to every stored value: 1000 from baseline 04.00, else 0 */
};

/* The analytic scene in DN without offset:
 *     4000 + 60·band + (e − 500000)/1000 + (n − 5000000)/10000 + Σ aᵢ sin 2π(e/λᵢ + pᵢ) sin 2π(n/μᵢ + qᵢ)
 * with (a, λ, μ) = (300, 2300 m, 2900 m), (500, 4700, 3700), (700, 17000, 13000), (900, 61000, 53000) and phases that
 * differ with the band. Within 500…9000 for 50 km ≤ e ≤ 950 km and 0 ≤ n ≤ 10000 km. */
double scene_analytic(int band_id, double easting_m, double northing_m);

/* The wedge: no data where 3·(e − ulx) + (uly − n) < 0.75·side, that is the upper-left corner up to a quarter of the
 * upper side and three quarters of the left side (9.4 % of the product); the same ground in all bands. */
bool scene_is_nodata(const struct scene *s, double easting_m, double northing_m);

/* Within SCENE_SATURATED_RADIUS_M of the centre of one of the `saturated` discs; the same ground in all bands. Where
 * there is no data there is no saturation. Real bands have 15 bits, which cannot hold 65535: make_product codes all
 * bands of a product with saturated discs at 16. */
bool scene_is_saturated(const struct scene *s, double easting_m, double northing_m);

/* Centre of disc i. */
void scene_saturated_centre(const struct scene *s, int32_t i, int32_t *easting_m, int32_t *northing_m);

/* The DN as stored, of the pixel whose centre is given, for the analytic and the constant scene. */
uint16_t scene_dn(const struct scene *s, int band_id, double easting_m, double northing_m);

/* Writes the pixels `part` (of the band's own raster, pixels of pixel_m metres) into `out` (of part's size).
 * Safe to call from several threads at once. Fails only for want of memory. */
MUST_CHECK int scene_fill(const struct scene *s, int band_id, struct rect part, struct view out, struct err *e);

#endif
