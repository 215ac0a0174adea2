/* The pixel values of the synthetic products: one scene on the ground, as 13 bands, AOT, WVP and
 * three colours.
 *
 * Every value is a function of the easting and northing (projection metres) of the pixel's CENTRE;
 * in the scenes with weather, of the centres of the pixels of 10 m in it
 * (testdata/weather/weather.h). So a test can compute the right value of any pixel of any band at
 * any resolution. Only IEEE basic operations and integer hashes are used, which give the same bits
 * on any machine (build without FMA contraction: -ffp-contract=off).
 *
 *   analytic  DN = round(scene_value(band, e, n)); smooth, 500…9000, no component shorter than 1500
 *   m on the ground; colours 8…248
 *   texture   scene_analytic + fractal texture + bright clouds + white noise; compresses like a
 *   real scene (about 7 bits/px); colours are a 40th of that, at most 255
 *   constant  DN = 2000 + 100 · band_id; colours 100 + band_id
 *   cumulus, snow, sea   land, mountains and a coast with clouds: testdata/weather/weather.h
 *
 * No-data (DN 0) and, in spectral bands, saturation (DN 65535) replace these values. dn_offset is
 * added to all other values of the spectral bands. */
#ifndef SUBSCENE_TESTDATA_SCENE_H
#define SUBSCENE_TESTDATA_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

enum scene_kind {
    SCENE_ANALYTIC,
    SCENE_TEXTURE,
    SCENE_CONSTANT,
    SCENE_CUMULUS, /* from here on: with weather, in the order of enum weather_kind */
    SCENE_SNOW,
    SCENE_SEA
};

enum { SCENE_SATURATED_MAX = 64, SCENE_SATURATED_RADIUS_M = 150 };

struct scene {
    enum scene_kind kind;
    uint32_t seed;
    int32_t ulx_m, uly_m; /* outer corner of the upper-left pixel */
    int32_t side_m; /* side of the product on the ground */
    bool wedge; /* no-data beyond the edge of the orbit, see scene_is_nodata */
    int32_t saturated; /* number of saturated discs, 0 … SCENE_SATURATED_MAX */
    /* added to every stored value of a spectral band: 1000 from baseline 04.00, else 0 */
    int32_t dn_offset;
};

/* True for the scenes with weather: cumulus, snow, sea. */
static inline bool scene_has_weather(const struct scene *s) { return s->kind >= SCENE_CUMULUS; }

/* The analytic scene in DN without offset:
 *     4000 + 60·band + (e − 500000)/1000 + (n − 5000000)/10000
 *          + Σ aᵢ sin 2π(e/λᵢ + pᵢ) sin 2π(n/μᵢ + qᵢ)
 * with (a, λ, μ) = (300, 2300 m, 2900 m), (500, 4700, 3700), (700, 17000, 13000), (900, 61000,
 * 53000) and phases that depend on the band. The result is within 500…9000 for 50 km ≤ e ≤ 950 km
 * and 0 ≤ n ≤ 10000 km. */
double scene_analytic(int band_id, double easting_m, double northing_m);

/* The value of the analytic scene in a band: scene_analytic; for colours 128 + Σ/20, with the sum
 * of its waves alone. */
double scene_value(int band_id, double easting_m, double northing_m);

/* True in the wedge, where 3·(e − ulx) + (uly − n) < 0.75·side. The wedge is the upper-left corner,
 * up to a quarter of the upper side and three quarters of the left side (9.4 % of the product). It
 * covers the same ground in all bands. */
bool scene_is_nodata(const struct scene *s, double easting_m, double northing_m);

/* True within SCENE_SATURATED_RADIUS_M of the centre of a saturated disc. The discs cover the same
 * ground in all bands. No-data wins over saturation. Real bands have 15 bits, which cannot hold
 * 65535. So make_product codes all bands of a product with saturated discs with 16 bits. */
bool scene_is_saturated(const struct scene *s, double easting_m, double northing_m);

/* Centre of disc i. */
void scene_saturated_centre(const struct scene *s, int32_t i, int32_t *easting_m,
                            int32_t *northing_m);

/* What is stored for a value of a band at a point, in DN without offset: adds the offset; no-data
 * and saturation replace it. */
uint16_t scene_stored(const struct scene *s, int band_id, double easting_m, double northing_m,
                      int32_t dn);

/* Writes the pixels `part` of a band's raster with pixels of pixel_m metres into `out` (of part's
 * size). Several threads may call it at once. Fails only if memory is short. */
MUST_CHECK int scene_fill(const struct scene *s, int band_id, int32_t pixel_m, struct rect part,
                          struct view out, struct err *e);

/* ---- class masks ---- */

/* The class masks of other tools, and of the product itself (CLASSI, from baseline 04.00: the bits
 * of its components). */
enum scene_mask {
    SCENE_FMASK,
    SCENE_S2CLOUDLESS,
    SCENE_PROBABILITY, /* probability of s2cloudless */
    SCENE_MAJA,
    SCENE_GSFC,
    SCENE_BHC,
    SCENE_FMSC,
    SCENE_DLUV,
    SCENE_CLASSI,
    SCENE_SCL, /* this and the next two belong to Level-2A */
    SCENE_CLOUD_PROBABILITY,
    SCENE_SNOW_PROBABILITY,
    SCENE_MASKS
};

/* The code of mask m (its number in the list above) at a point in whole metres. No-data does not
 * change it. With
 *     tri(x, P) = |x mod P − P/2|, x mod P never negative
 *     u = e + 1370·m, v = n + 2590·m              so that no two masks look alike
 *     b = tri(u, 1510) + tri(v, 2110)             large shapes
 *     h = b/4 + tri(u + 2v, 1900)/3 + tri(3u − v, 700)/2
 *     k = 0 where b < 500, else h/step mod count
 * it is the k-th code of the mask. Divisions round down. A shift of 10 m changes 15 to 30 of 100
 * pixels of 10 m; for the probability it changes 70 and more.
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
 *     Level-2A's two
 *     probabilities    3   0 … 100
 *
 * Masks of a scene with weather are right instead: testdata/weather/truth.h. */
uint8_t scene_mask_value(enum scene_mask m, int32_t easting_m, int32_t northing_m);

/* Writes the pixels `part` of the mask's raster with pixels of pixel_m metres. A pixel holds the
 * value at its centre. Rows are `stride` bytes apart. */
void scene_mask_fill(const struct scene *s, enum scene_mask m, int32_t pixel_m, struct rect part,
                     uint8_t *out, size_t stride);

/* The same as 16-bit samples. */
void scene_mask_view(const struct scene *s, enum scene_mask m, int32_t pixel_m, struct rect part,
                     struct view out);

/* Before 04.00 the product's own clouds are polygons. They repeat in cells of 1900 × 1700 m that
 * begin at (1900·i, 1700·j). A cell has a rectangle of opaque cloud, with a hole where i + j is
 * even, and a diamond of cirrus that overlaps it. Where they overlap, opaque counts. If corners are
 * multiples of 10 m, no centre of a pixel of 10, 20 or 60 m lies on an edge. */
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
