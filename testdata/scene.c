#include "testdata/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/band.h"
#include "core/mem.h"
#include "testdata/texture.h"
#include "testdata/weather/truth.h"
#include "testdata/weather/weather.h"

enum { TERMS = 4 };

static const struct {
    double amplitude, lambda_m, mu_m;
} wave[TERMS] = {{300, 2300, 2900}, {500, 4700, 3700}, {700, 17000, 13000}, {900, 61000, 53000}};

/* sin 2πt by folding and a Taylor polynomial (error < 1e-11). The last bit of libm's sine differs
 * between machines. */
static double sine_of_turns(double t)
{
    t -= floor(t + 0.5);
    if (t > 0.25)
        t = 0.5 - t;
    else if (t < -0.25)
        t = -0.5 - t;
    double x = t * 6.283185307179586;
    double x2 = x * x, sum = 0;
    for (int k = 8; k >= 1; k--)
        sum = (1 + sum) * (-x2 / (2 * k * (2 * k + 1)));
    return x * (1 + sum);
}

/* The factors that depend on the easting alone or on the northing alone. The scene is a sum of
 * their products, so a raster of it is cheap. The single value and the raster both use these
 * factors, so they agree to the bit. */
struct factors {
    double sine[TERMS];
    double ramp;
};

static struct factors column_factors(int band_id, double easting_m)
{
    struct factors f;
    for (int i = 0; i < TERMS; i++)
        f.sine[i] = wave[i].amplitude *
                    sine_of_turns(easting_m / wave[i].lambda_m + 0.0771 * band_id + 0.37 * i);
    f.ramp = (easting_m - 500000) / 1000;
    return f;
}

static struct factors row_factors(int band_id, double northing_m)
{
    struct factors f;
    for (int i = 0; i < TERMS; i++)
        f.sine[i] = sine_of_turns(northing_m / wave[i].mu_m + 0.1313 * band_id + 0.21 * i);
    f.ramp = 4000 + 60 * band_id + (northing_m - 5000000) / 10000;
    return f;
}

static inline double combine(const struct factors *col, const struct factors *row)
{
    double v = row->ramp + col->ramp;
    for (int i = 0; i < TERMS; i++)
        v += col->sine[i] * row->sine[i];
    return v;
}

double scene_analytic(int band_id, double easting_m, double northing_m)
{
    struct factors col = column_factors(band_id, easting_m), row = row_factors(band_id, northing_m);
    return combine(&col, &row);
}

/* The value of the scene in a colour. */
static inline double colour(const struct factors *col, const struct factors *row)
{
    return 128 + (combine(col, row) - row->ramp - col->ramp) / 20;
}

double scene_value(int band_id, double easting_m, double northing_m)
{
    struct factors col = column_factors(band_id, easting_m), row = row_factors(band_id, northing_m);
    return band_is_byte(band_id) ? colour(&col, &row) : combine(&col, &row);
}

static inline bool in_wedge(const struct scene *s, double east_m, double south_m)
{
    return s->wedge && 3 * east_m + south_m < 0.75 * s->side_m;
}

bool scene_is_nodata(const struct scene *s, double easting_m, double northing_m)
{
    return in_wedge(s, easting_m - s->ulx_m, s->uly_m - northing_m);
}

void scene_saturated_centre(const struct scene *s, int32_t i, int32_t *easting_m,
                            int32_t *northing_m)
{
    /* the lower right, away from the wedge: from 0.3 to 0.95 of the sides */
    uint32_t h = texture_hash(s->seed ^ 0x5A7u, i, 0), g = texture_hash(s->seed ^ 0x5A7u, i, 1);
    int64_t east = (int64_t)s->side_m * (300 + h % 651) / 1000,
            south = (int64_t)s->side_m * (300 + g % 651) / 1000;
    *easting_m = s->ulx_m + (int32_t)east;
    *northing_m = s->uly_m - (int32_t)south;
}

bool scene_is_saturated(const struct scene *s, double easting_m, double northing_m)
{
    for (int32_t i = 0; i < s->saturated; i++) {
        int32_t ce, cn;
        scene_saturated_centre(s, i, &ce, &cn);
        double de = easting_m - ce, dn = northing_m - cn;
        if (de * de + dn * dn <= (double)SCENE_SATURATED_RADIUS_M * SCENE_SATURATED_RADIUS_M)
            return true;
    }
    return false;
}

/* Rounds half up; values are positive. */
static inline int32_t round_dn(double v) { return (int32_t)(v + 0.5); }

static int32_t constant_dn(int band_id)
{
    return band_is_byte(band_id) ? 100 + band_id : 2000 + 100 * band_id;
}

enum { TEXTURE_PER_COLOUR = 40 };

/* Makes one row of values without offset, in int32, before no-data and saturation. */
struct row_maker {
    const struct scene *scene;
    struct texture *texture; /* SCENE_TEXTURE only */
    struct weather *weather; /* scenes with weather only */
    struct factors *col;
    int band_id;
    struct rect part;
    int32_t pixel_m;
};

/* The mean of the pixels of 10 m in a pixel. testdata/planes.c adds in the same order. */
static void make_weather_row(const struct row_maker *m, int32_t y, int32_t *dn)
{
    int32_t k = m->pixel_m / 10;
    struct weather_point p;
    for (int32_t x = 0; x < m->part.w; x++) {
        double sum = 0;
        for (int32_t j = 0; j < k; j++)
            for (int32_t i = 0; i < k; i++) {
                weather_at(m->weather, m->scene->ulx_m + ((m->part.x + x) * k + i) * 10 + 5,
                           m->scene->uly_m - (y * k + j) * 10 - 5, &p);
                sum += weather_value(m->band_id, &p);
            }
        dn[x] = round_dn(sum / (k * k));
    }
}

static void make_row(const struct row_maker *m, int32_t y, int32_t *dn)
{
    int32_t n = m->part.w;
    if (m->weather) {
        make_weather_row(m, y, dn);
        return;
    }
    if (m->scene->kind == SCENE_CONSTANT) {
        for (int32_t i = 0; i < n; i++)
            dn[i] = constant_dn(m->band_id);
        return;
    }
    int32_t south_m = y * m->pixel_m + m->pixel_m / 2;
    struct factors row = row_factors(m->band_id, m->scene->uly_m - south_m);
    bool is_byte = band_is_byte(m->band_id);
    for (int32_t i = 0; i < n; i++)
        dn[i] =
            round_dn(is_byte && !m->texture ? colour(&m->col[i], &row) : combine(&m->col[i], &row));
    if (m->texture)
        texture_add_row(m->texture, south_m, dn);
    for (int32_t i = 0; is_byte && m->texture && i < n; i++)
        dn[i] = dn[i] / TEXTURE_PER_COLOUR < UINT8_MAX ? dn[i] / TEXTURE_PER_COLOUR : UINT8_MAX;
}

uint16_t scene_stored(const struct scene *s, int band_id, double easting_m, double northing_m,
                      int32_t dn)
{
    bool is_spectral = band_table[band_id].kind == BAND_REFLECTANCE;
    if (scene_is_nodata(s, easting_m, northing_m))
        return 0;
    if (is_spectral && s->saturated > 0 && scene_is_saturated(s, easting_m, northing_m))
        return UINT16_MAX;
    return (uint16_t)(dn + (is_spectral ? s->dn_offset : 0));
}

static void store_row(const struct row_maker *m, int32_t y, const int32_t *dn, uint16_t *out)
{
    const struct scene *s = m->scene;
    int32_t north_m = s->uly_m - y * m->pixel_m - m->pixel_m / 2;
    for (int32_t i = 0; i < m->part.w; i++)
        out[i] =
            scene_stored(s, m->band_id, s->ulx_m + (m->part.x + i) * m->pixel_m + m->pixel_m / 2,
                         north_m, dn[i]);
}

static void fill_rows(const struct row_maker *m, int32_t *dn, struct view out)
{
    for (int32_t y = 0; y < m->part.h; y++) {
        make_row(m, m->part.y + y, dn);
        store_row(m, m->part.y + y, dn, view_row(out, y));
    }
}

int scene_fill(const struct scene *s, int band_id, int32_t pixel_m, struct rect part,
               struct view out, struct err *e)
{
    struct row_maker m = {.scene = s, .band_id = band_id, .part = part, .pixel_m = pixel_m};
    int32_t *dn = mem_alloc((size_t)part.w, sizeof *dn);
    m.col = mem_alloc((size_t)part.w, sizeof *m.col);
    int rc = 0;
    if (!dn || !m.col) {
        rc = err_nomem(e, (unsigned long long)part.w * sizeof *m.col);
        goto free_rows;
    }
    if (s->kind == SCENE_TEXTURE) {
        m.texture = texture_create(s->seed, band_id, pixel_m, part.x, part.w);
        if (!m.texture) {
            rc = err_nomem(e, (unsigned long long)part.w * 4);
            goto free_rows;
        }
    }
    if (scene_has_weather(s)) {
        m.weather = mem_alloc(1, sizeof *m.weather);
        if (!m.weather) {
            rc = err_nomem(e, sizeof *m.weather);
            goto free_rows;
        }
        weather_init(m.weather, (enum weather_kind)(s->kind - SCENE_CUMULUS), s->seed);
    }
    for (int32_t i = 0; i < part.w; i++)
        m.col[i] = column_factors(band_id, s->ulx_m + (part.x + i) * m.pixel_m + m.pixel_m / 2);
    fill_rows(&m, dn, out);
    free(m.weather);
    texture_destroy(m.texture);
free_rows:
    free(m.col);
    free(dn);
    return rc;
}

/* ---- class masks ---- */

static const struct {
    int32_t step, count;
    uint8_t code[16]; /* not used by a probability, whose k-th code is k */
} mask_table[SCENE_MASKS] = {
    [SCENE_FMASK] = {41, 6, {0, 1, 2, 3, 4, 255}},
    [SCENE_S2CLOUDLESS] = {41, 2, {0, 1}},
    [SCENE_PROBABILITY] = {3, 256, {0}},
    [SCENE_MAJA] = {41, 16, {0, 2, 16, 32, 64, 1, 3, 34, 18, 80, 96, 128, 12, 4, 130, 255}},
    [SCENE_GSFC] = {41, 5, {0, 1, 2, 3, 4}},
    [SCENE_BHC] = {41, 8, {0, 1, 2, 3, 4, 5, 6, 7}},
    [SCENE_FMSC] = {41, 3, {0, 1, 2}},
    [SCENE_DLUV] = {41, 3, {0, 1, 2}},
    [SCENE_CLASSI] = {41, 8, {0, 1, 2, 3, 4, 5, 6, 7}},
    [SCENE_SCL] = {41, 12, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
    [SCENE_CLOUD_PROBABILITY] = {3, 101, {0}},
    [SCENE_SNOW_PROBABILITY] = {3, 101, {0}},
};

static inline int32_t triangle(int32_t x, int32_t period)
{
    return abs(x - scene_floor_div(x, period) * period - period / 2);
}

uint8_t scene_mask_value(enum scene_mask m, int32_t easting_m, int32_t northing_m)
{
    int32_t u = easting_m + 1370 * (int32_t)m, v = northing_m + 2590 * (int32_t)m;
    int32_t large = triangle(u, 1510) + triangle(v, 2110);
    int32_t h = large / 4 + triangle(u + 2 * v, 1900) / 3 + triangle(3 * u - v, 700) / 2;
    int32_t k = large < 500 ? 0 : h / mask_table[m].step % mask_table[m].count;
    bool is_probability =
        m == SCENE_PROBABILITY || m == SCENE_CLOUD_PROBABILITY || m == SCENE_SNOW_PROBABILITY;
    return is_probability ? (uint8_t)k : mask_table[m].code[k];
}

static void true_mask_fill(const struct scene *s, enum scene_mask m, int32_t pixel_m,
                           struct rect part, uint8_t *out, size_t stride)
{
    struct weather w;
    struct weather_point p;
    weather_init(&w, (enum weather_kind)(s->kind - SCENE_CUMULUS), s->seed);
    for (int32_t y = 0; y < part.h; y++)
        for (int32_t x = 0; x < part.w; x++) {
            weather_at(&w, s->ulx_m + (part.x + x) * pixel_m + pixel_m / 2,
                       s->uly_m - (part.y + y) * pixel_m - pixel_m / 2, &p);
            out[(size_t)y * stride + (size_t)x] = truth_code(m, &p);
        }
}

void scene_mask_fill(const struct scene *s, enum scene_mask m, int32_t pixel_m, struct rect part,
                     uint8_t *out, size_t stride)
{
    if (scene_has_weather(s)) {
        true_mask_fill(s, m, pixel_m, part, out, stride);
        return;
    }
    for (int32_t y = 0; y < part.h; y++) {
        int32_t north_m = s->uly_m - (part.y + y) * pixel_m - pixel_m / 2;
        for (int32_t x = 0; x < part.w; x++)
            out[(size_t)y * stride + (size_t)x] =
                scene_mask_value(m, s->ulx_m + (part.x + x) * pixel_m + pixel_m / 2, north_m);
    }
}

void scene_mask_view(const struct scene *s, enum scene_mask m, int32_t pixel_m, struct rect part,
                     struct view out)
{
    for (int32_t y = 0; y < part.h; y++) {
        uint16_t *row = view_row(out, y);
        uint8_t *narrow = (uint8_t *)row;
        scene_mask_fill(s, m, pixel_m, (struct rect){part.x, part.y + y, part.w, 1}, narrow, 0);
        for (int32_t x = part.w - 1; x >= 0;
             x--) /* from the right, because the bytes share the memory of the samples */
            row[x] = narrow[x];
    }
}

struct scene_clouds scene_clouds_of(int32_t i, int32_t j)
{
    int32_t e = i * SCENE_CELL_EAST_M, n = j * SCENE_CELL_NORTH_M;
    return (struct scene_clouds){
        .opaque = {e + 203, n + 303, e + 1103, n + 1203},
        .hole = {e + 403, n + 603, e + 703, n + 903},
        .has_hole = (i + j) % 2 == 0,
        .cirrus_east_m = e + 1203,
        .cirrus_north_m = n + 1003,
        .cirrus_radius_m = 512 - 100 * (i - scene_floor_div(i, 3) * 3),
    };
}
