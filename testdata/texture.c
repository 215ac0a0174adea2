#include "testdata/texture.h"

#include <stdlib.h>
#include <string.h>

#include "core/band.h"
#include "core/mem.h"

/* Octaves of the ground: cells of 2^shift metres. Amplitudes fall a little slower than 1/f, as in
 * landscapes. */
static const struct {
    int shift;
    int32_t amplitude; /* in DN, for a uniform value in ±1 */
} octave[] = {{12, 500}, {11, 350}, {10, 250}, {9, 180}, {8, 130}, {7, 95}, {6, 70}, {5, 50}};
enum { OCTAVES = sizeof octave / sizeof *octave };

/* Clouds: the sum of these octaves (in units of 1/1000) above a threshold, times a gain. */
static const struct {
    int shift;
    int32_t amplitude;
} cloud[] = {{13, 560}, {11, 290}, {9, 150}, {7, 70}, {6, 40}};
enum {
    CLOUD_OCTAVES = sizeof cloud / sizeof *cloud,
    CLOUD_THRESHOLD = 330,
    CLOUD_GAIN = 24,
    CLOUD_MAX = 9000
};

/* Contrast of the ground and brightness of clouds in each band, and the noise's standard deviation
 * in DN. */
static const struct {
    int32_t ground_percent, cloud_percent, noise_dn;
} look[BAND_COUNT] = {
    {20, 100, 6},  {80, 100, 34},  {85, 100, 36}, {100, 100, 40}, {100, 95, 30},
    {120, 95, 32}, {125, 95, 32},  {130, 95, 44}, {130, 95, 33},  {25, 80, 10},
    {8, 30, 3},    {110, 70, 32},  {100, 60, 30}, {5, 10, 2}, /* AOT, WVP */
    {15, 10, 3},   {100, 100, 40}, /* red, green, blue: as B04, B03, B02 */
    {85, 100, 36}, {80, 100, 34},
};

struct texture {
    uint32_t seed;
    int band_id;
    int32_t x0, w, pixel_m;
    int32_t *sum; /* scratch row */
};

/* A hash in the style of Bob Jenkins with the constants of lowbias32: neighbours are unrelated. */
static inline uint32_t mix(uint32_t h)
{
    h ^= h >> 16;
    h *= 0x7feb352dU;
    h ^= h >> 15;
    h *= 0x846ca68bU;
    return h ^ h >> 16;
}

uint32_t texture_hash(uint32_t seed, int32_t x, int32_t y)
{
    return mix(mix(mix(seed + 0x9e3779b9U) ^ (uint32_t)x) + (uint32_t)y * 0x85ebca6bU);
}

/* The value of a lattice point, in −amplitude … amplitude. */
static inline int32_t node(uint32_t seed, int32_t cx, int32_t cy, int32_t amplitude)
{
    int32_t unit = (int32_t)(texture_hash(seed, cx, cy) >> 16) - 32768;
    return (int32_t)((int64_t)unit * amplitude / 32768);
}

/* Rises from 0 to 1024 across a cell, flat at both ends (3f² − 2f³), to hide the lattice. */
static inline int32_t fade(int32_t m, int shift)
{
    int32_t f = (m & ((1 << shift) - 1)) * 1024 >> shift;
    return f * f / 1024 * (3072 - 2 * f) / 1024;
}

/* The value at column cx between the rows of nodes above and below, in 1/256 DN. */
static inline int32_t between_rows(uint32_t seed, int32_t cx, int32_t south_m, int shift,
                                   int32_t amplitude)
{
    int32_t cy = south_m >> shift, f = fade(south_m, shift);
    return (node(seed, cx, cy, amplitude) * (1024 - f) + node(seed, cx, cy + 1, amplitude) * f) / 4;
}

/* Adds one octave to the row, in 1/256 DN. Works cell by cell: two hashes per cell, one
 * multiplication per pixel. */
static void add_octave(const struct texture *t, uint32_t seed, int shift, int32_t amplitude,
                       int32_t south_m)
{
    int32_t cell = -1, left = 0, right = 0;
    for (int32_t i = 0; i < t->w; i++) {
        int32_t east_m = (t->x0 + i) * t->pixel_m + t->pixel_m / 2;
        if (east_m >> shift != cell) {
            int32_t next = east_m >> shift;
            left = next == cell + 1 && cell >= 0
                       ? right
                       : between_rows(seed, next, south_m, shift, amplitude);
            right = between_rows(seed, next + 1, south_m, shift, amplitude);
            cell = next;
        }
        t->sum[i] += left + (right - left) * fade(east_m, shift) / 1024;
    }
}

struct texture *texture_create(uint32_t seed, int band_id, int32_t pixel_m, int32_t x0, int32_t w)
{
    struct texture *t = mem_zalloc(1, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct texture){.seed = seed, .band_id = band_id, .x0 = x0, .w = w, .pixel_m = pixel_m};
    t->sum = mem_alloc((size_t)w, sizeof *t->sum);
    if (!t->sum) {
        free(t);
        return NULL;
    }
    return t;
}

void texture_destroy(struct texture *t)
{
    if (!t)
        return;
    free(t->sum);
    free(t);
}

static void add_ground(struct texture *t, int32_t south_m, int32_t *dn)
{
    memset(t->sum, 0, (size_t)t->w * sizeof *t->sum);
    for (int o = 0; o < OCTAVES; o++)
        if (1 << octave[o].shift >= t->pixel_m) /* cells finer than a pixel would only be noise */
            add_octave(t, t->seed + (uint32_t)o, octave[o].shift, octave[o].amplitude, south_m);
    for (int32_t i = 0; i < t->w; i++)
        dn[i] += (int32_t)((int64_t)t->sum[i] * look[t->band_id].ground_percent / 25600);
}

static void add_clouds(struct texture *t, int32_t south_m, int32_t *dn)
{
    memset(t->sum, 0, (size_t)t->w * sizeof *t->sum);
    for (int o = 0; o < CLOUD_OCTAVES; o++)
        add_octave(t, t->seed + 100 + (uint32_t)o, cloud[o].shift, cloud[o].amplitude, south_m);
    for (int32_t i = 0; i < t->w; i++) {
        int32_t thickness = (t->sum[i] / 256 - CLOUD_THRESHOLD) * CLOUD_GAIN;
        if (thickness > 0)
            dn[i] += (thickness < CLOUD_MAX ? thickness : CLOUD_MAX) *
                     look[t->band_id].cloud_percent / 100;
    }
}

/* The sum of the four bytes of a hash is nearly normal, with mean 510 and standard deviation
 * 147.8. */
static inline int32_t noise(uint32_t row_seed, int32_t x, int32_t deviation)
{
    uint32_t h = mix(row_seed ^ (uint32_t)x * 0x9e3779b1U);
    int32_t bytes = (int32_t)((h & 255) + (h >> 8 & 255) + (h >> 16 & 255) + (h >> 24));
    return (bytes - 510) * deviation / 148;
}

void texture_add_row(struct texture *t, int32_t south_m, int32_t *dn)
{
    add_ground(t, south_m, dn);
    add_clouds(t, south_m, dn);
    uint32_t row_seed = texture_hash(t->seed, 1000 + t->band_id, south_m);
    for (int32_t i = 0; i < t->w; i++) {
        int32_t v = dn[i] + noise(row_seed, t->x0 + i, look[t->band_id].noise_dn);
        dn[i] = v < 100 ? 100 : v > 28000 ? 28000 : v;
    }
}
