/* Gradient noise on the ground: smooth random fields as functions of easting and northing. Only
 * IEEE basic operations and integer hashes are used, so the bits are the same on any machine. */
#ifndef SUBSCENE_TESTDATA_WEATHER_NOISE_H
#define SUBSCENE_TESTDATA_WEATHER_NOISE_H

#include <stdbool.h>
#include <stdint.h>

/* A value, and its derivatives per metre. */
struct slope {
    double value, east, north;
};

/* One octave. It keeps the corners of the last cell, so points in a row are cheap; the values do
 * not depend on the order of the points. One thread at a time. */
struct noise {
    uint32_t seed;
    double cosine, sine; /* of the lattice's turn, which hides it, in cells per metre */
    bool known; /* the corners of cell (x, y) are in gx, gy */
    int32_t x, y;
    double gx[4], gy[4];
};

/* turn: a whole number; each one turns the lattice by 37° more. */
void noise_init(struct noise *o, uint32_t seed, double cell_m, int turn);

/* About normal, with mean 0 and standard deviation 0.5, and within ±2. Features have the size of a
 * cell. */
struct slope noise_slope(struct noise *o, double e, double n);
double noise_value(struct noise *o, double e, double n);

enum { FRACTAL_OCTAVES = 10 };

/* A sum of octaves. The cells of each are half as large as the ones before. */
struct fractal {
    int octaves;
    double amplitude[FRACTAL_OCTAVES]; /* their squares add up to 1 */
    struct noise octave[FRACTAL_OCTAVES];
};

/* gain: amplitude of an octave in parts of the one before. */
void fractal_init(struct fractal *f, uint32_t seed, double cell_m, double gain, int octaves);
struct slope fractal_slope(struct fractal *f, double e, double n);
double fractal_value(struct fractal *f, double e, double n);

/* ---- small helpers of all fields ---- */

/* 0 below `low`, 1 above `high`, smooth between. */
static inline double ramp(double v, double low, double high)
{
    double t = (v - low) / (high - low);
    return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

static inline double clamp(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

/* Rounds down. */
static inline int32_t cell_of(double v)
{
    int32_t i = (int32_t)v;
    return i - (v < i);
}

/* 8 bits of a hash, from bit `shift`, as 0 … 1. */
static inline double unit(uint32_t hash, int shift) { return (hash >> shift & 255) / 255.0; }

#endif
