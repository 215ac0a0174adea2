#include "testdata/weather/sky.h"

#include <math.h>

static void puffs_init(struct puffs *p, uint32_t seed)
{
    noise_init(&p->front, seed + 10, 44000, 2);
    noise_init(&p->cover, seed + 11, 13000, 1);
    noise_init(&p->cluster, seed + 12, 4700, 3);
    fractal_init(&p->shape, seed + 13, 1500, 0.55, 7);
}

void sky_init(struct sky *s, const struct sky_look *look, uint32_t seed)
{
    s->look = look;
    puffs_init(&s->clouds, seed);
    puffs_init(&s->shadows, seed);
    noise_init(&s->bend_east, seed + 21, 7000, 0);
    noise_init(&s->bend_north, seed + 22, 5000, 1);
    fractal_init(&s->patch, seed + 23, 16000, 0.6, 3);
    fractal_init(&s->fibre, seed + 24, 1000, 0.7, 5);
    fractal_init(&s->haze, seed + 25, 14000, 0.55, 4);
}

/* How far the cloud rises over the level at which air condenses, without unit; below 0: no cloud.
 * Waves of 1.5 km and less. From the third on their folds point down, as between the towers of
 * cumulus. */
static struct slope puffs_height(struct puffs *p, const struct sky_look *look, double e, double n)
{
    struct slope sum = {-look->scarcity, 0, 0};
    struct fractal *f = &p->shape;
    double rest = 0;
    sum.value +=
        look->clusters * (0.85 * noise_value(&p->front, e, n) + 0.6 * noise_value(&p->cover, e, n) +
                          0.5 * noise_value(&p->cluster, e, n));
    for (int i = 0; i < f->octaves; i++)
        rest += f->amplitude[i];
    for (int i = 0; i < f->octaves; i++) {
        if (sum.value + 1.3 * rest < 0) /* what is left cannot make a cloud of it */
            return (struct slope){-1, 0, 0};
        double a = f->amplitude[i];
        struct slope s = noise_slope(&f->octave[i], e, n);
        if (i >= 2) {
            /* nearly its magnitude, but round at 0 */
            double v = s.value < 0 ? -s.value : s.value, k = 1.5 * s.value / (v + 0.12);
            double change = k * (v + 0.24) / (v + 0.12);
            s = (struct slope){k * s.value - 0.5, change * s.east, change * s.north};
        }
        sum.value += a * s.value;
        if (i < 4) { /* what is finer has light from all sides */
            sum.east += a * s.east;
            sum.north += a * s.north;
        }
        rest -= a;
    }
    return sum;
}

static double opacity(double height)
{
    double t = height <= 0 ? 0 : 6 * height;
    return t * t / (1 + t * t);
}

void sky_shadow_offset(const struct sky_look *look, double *east_m, double *north_m)
{
    *east_m = -look->height_m * look->sun.tangent * look->sun.to_east;
    *north_m = -look->height_m * look->sun.tangent * look->sun.to_north;
}

static void add_cumulus(struct sky *s, double e, double n, struct air *a)
{
    const struct sky_look *look = s->look;
    double east_m, north_m;
    struct slope h = puffs_height(&s->clouds, look, e, n);
    a->cloud = opacity(h.value);
    double faces = -(h.east * look->sun.to_east + h.north * look->sun.to_north);
    a->cloud_light = look->dimmest + (0.92 - look->dimmest) * ramp(h.value, 0, 0.8) +
                     clamp(60 * faces, -0.2, 0.12);
    sky_shadow_offset(look, &east_m, &north_m);
    h = puffs_height(&s->shadows, look, e - east_m, n - north_m);
    a->shadow = 0.92 * opacity(h.value);
}

/* Fibres are eight times as long as wide, and bent. */
static double cirrus(struct sky *s, double e, double n)
{
    double patch = fractal_value(&s->patch, e, n) - s->look->cirrus_scarcity;
    if (patch <= 0)
        return 0;
    double be = e + 900 * noise_value(&s->bend_east, e, n),
           bn = n + 900 * noise_value(&s->bend_north, e, n);
    double along = 0.8 * be + 0.6 * bn, across = 0.8 * bn - 0.6 * be;
    double fibre = fractal_value(&s->fibre, along / 8, across);
    return s->look->cirrus_most * ramp(patch, 0, 0.7) * clamp(0.55 + 0.6 * fibre, 0.06, 1);
}

void sky_at(struct sky *s, double e, double n, struct air *a)
{
    const struct sky_look *look = s->look;
    add_cumulus(s, e, n, a);
    a->cirrus = cirrus(s, e, n);
    a->haze = look->haze_most > 0
                  ? look->haze_least + (look->haze_most - look->haze_least) *
                                           ramp(fractal_value(&s->haze, e, n), -0.4, 1.0)
                  : 0;
}
