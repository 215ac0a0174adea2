/* The pixel values of the synthetic products: one scene on the ground, seen by 13 bands, and as
 * AOT, WVP and three colours.
 *
 * Every value is a function of the pixel CENTRE's easting and northing (projection metres), so that
 * a test can say what any pixel of any band, at any resolution, must hold. Only IEEE basic
 * operations and integer hashes: the same bits on any machine (build without FMA contraction:
 * -ffp-contract=off).
 *
 *   analytic  DN = round(scene_value(band, e, n)); smooth, 500…9000, no component shorter than 1500
 *             m on the ground; colours 8…248
 *   texture   scene_analytic + fractal texture + bright clouds + white noise; compresses like a
 *             real scene (about 7 bits/px); of colours a 40th of that, and 255 where it is more
 *   constant  DN = 2000 + 100 · band_id; of colours 100 + band_id
 *
 * No data (DN 0) and, in spectral bands, saturation (DN 65535) replace these values; dn_offset is
 * added to all others of the spectral bands. */
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
    int32_t dn_offset; /* added to every stored value of a spectral band: 1000 from baseline 04.00,
                          else 0 */
};

/* The analytic scene in DN without offset:
 *     4000 + 60·band + (e − 500000)/1000 + (n − 5000000)/10000 + Σ aᵢ sin 2π(e/λᵢ + pᵢ) sin 2π(n/μᵢ
 *     + qᵢ)
 * with (a, λ, μ) = (300, 2300 m, 2900 m), (500, 4700, 3700), (700, 17000, 13000), (900, 61000,
 * 53000) and phases that differ with the band. Within 500…9000 for 50 km ≤ e ≤ 950 km and 0 ≤ n ≤
 * 10000 km. */
double scene_analytic(int band_id, double easting_m, double northing_m);

/* What the analytic scene shows: scene_analytic; of colours 128 + Σ/20 with the sum of its waves
 * alone. */
double scene_value(int band_id, double easting_m, double northing_m);

/* The wedge: no data where 3·(e − ulx) + (uly − n) < 0.75·side, that is the upper-left corner up to
 * a quarter of the upper side and three quarters of the left side (9.4 % of the product); the same
 * ground in all bands. */
bool scene_is_nodata(const struct scene *s, double easting_m, double northing_m);

/* Within SCENE_SATURATED_RADIUS_M of the centre of one of the `saturated` discs; the same ground in
 * all bands. Where there is no data there is no saturation. Real bands have 15 bits, which cannot
 * hold 65535: make_product codes all bands of a product with saturated discs at 16. */
bool scene_is_saturated(const struct scene *s, double easting_m, double northing_m);

/* Centre of disc i. */
void scene_saturated_centre(const struct scene *s, int32_t i, int32_t *easting_m,
                            int32_t *northing_m);

/* Writes the pixels `part` of a raster of the band with pixels of pixel_m metres into `out` (of
 * part's size). Safe to call from several threads at once. Fails only for want of memory. */
MUST_CHECK int scene_fill(const struct scene *s, int band_id, int32_t pixel_m, struct rect part,
                          struct view out, struct err *e);

/* ---- class masks ---- */

/* What other tools say of the scene, and the product itself (CLASSI, from baseline 04.00: the bits
 * of its components). */
enum scene_mask {
    SCENE_FMASK,
    SCENE_S2CLOUDLESS,
    SCENE_PROBABILITY, /* of s2cloudless */
    SCENE_MAJA,
    SCENE_GSFC,
    SCENE_BHC,
    SCENE_FMSC,
    SCENE_DLUV,
    SCENE_CLASSI,
    SCENE_SCL, /* of Level-2A, as the two that follow */
    SCENE_CLOUD_PROBABILITY,
    SCENE_SNOW_PROBABILITY,
    SCENE_MASKS
};

/* What mask m (its number in the list above) holds at a point in whole metres; whether there are
 * data makes no difference. With
 *     tri(x, P) = |x mod P − P/2|, x mod P never negative
 *     u = e + 1370·m, v = n + 2590·m              so that no two masks look alike
 *     b = tri(u, 1510) + tri(v, 2110)             large shapes
 *     h = b/4 + tri(u + 2v, 1900)/3 + tri(3u − v, 700)/2 k = 0 where b < 500, else h/step mod count
 * it is the mask's k-th code; divisions round down. A shift of 10 m changes 15 to 30 of 100 pixels
 * of 10 m, of the probability 70 and more.
 *
 *     mask           step  codes
 *     Fmask           41   0 1 2 3 4 255
 *     s2cloudless     41   0 1
 *     probability      3   0 … 255 (the probability times 255)
 *     MAJA            41   0 2 16 32 64 1 3 34 18 80 96 128 12 4 130 255 (bits)
 *     GSFC            41   0 1 2 3 4
 *     BHC             41   0 … 7
 *     FMSC            41   0 1 2
 *     DL-L8S2-UV      41   0 1 2
 *     CLASSI          41   0 … 7 (bits: 1 opaque, 2 cirrus, 4 snow)
 *     SCL             41   0 … 11
 *     its two
 *     probabilities    3   0 … 100 */
uint8_t scene_mask_value(enum scene_mask m, int32_t easting_m, int32_t northing_m);

/* The pixels `part` of the mask's raster of pixels of pixel_m metres: a pixel holds the value at
 * its centre. Rows are `stride` bytes apart. */
void scene_mask_fill(const struct scene *s, enum scene_mask m, int32_t pixel_m, struct rect part,
                     uint8_t *out, size_t stride);

/* The same as 16-bit samples. */
void scene_mask_view(const struct scene *s, enum scene_mask m, int32_t pixel_m, struct rect part,
                     struct view out);

/* Before 04.00 the clouds of the product itself are polygons: in each cell of 1900 × 1700 m, from
 * (1900·i, 1700·j) on, a rectangle of opaque cloud, with a hole where i + j is even, and a diamond
 * of cirrus that overlaps it; where they do, opaque counts. No centre of a pixel of 10, 20 or 60 m
 * lies on an edge, for corners that are multiples of 10 m. */
enum { SCENE_CELL_EAST_M = 1900, SCENE_CELL_NORTH_M = 1700 };

struct scene_clouds {
    struct scene_box {
        int32_t west_m, south_m, east_m, north_m;
    } opaque, hole; /* cell + (203, 303) … (1103, 1203); + (403, 603) … (703, 903) */
    bool has_hole;
    int32_t cirrus_east_m, cirrus_north_m; /* the diamond's centre: cell + (1203, 1003) */
    int32_t cirrus_radius_m; /* |e − centre| + |n − centre| < 512 − 100·(i mod 3) */
};
struct scene_clouds scene_clouds_of(int32_t i, int32_t j);

/* x/d rounded down, d > 0. */
static inline int32_t scene_floor_div(int32_t x, int32_t d) { return x / d - (x % d < 0); }

#endif
