#include "testdata/weather/relief.h"

#include <math.h>

static const double HEIGHT_M = 900, CREST_M = 4900, WEAR = 0.35;

void relief_init(struct relief *r, const struct sun *sun, uint32_t seed)
{
    r->sun = sun;
    fractal_init(&r->bend_east, seed + 51, 1500, 0.5, 3);
    fractal_init(&r->bend_north, seed + 52, 1500, 0.5, 3);
    fractal_init(&r->range, seed + 53, 9000, 0.55, 2);
    fractal_init(&r->crest, seed + 54, CREST_M, 0.46, 8);
    fractal_init(&r->wood, seed + 55, 1800, 0.65, 6);
    fractal_init(&r->fog, seed + 56, 7000, 0.6, 7);
    fractal_init(&r->drift, seed + 57, 700, 0.75, 5);
    noise_init(&r->crown, seed + 58, 40, 3);
}

/* Height over the valleys in metres, and its slope. Octaves count less where coarser ones are
 * steep, which makes ridges and smooth valleys, as water does. The slope leaves out how that weight
 * changes. */
static struct slope height(struct relief *r, double e, double n)
{
    struct slope low = fractal_slope(&r->range, e, n), sum = {low.value, low.east, low.north};
    double worn_east = 0, worn_north = 0, be = e + 330 * fractal_value(&r->bend_east, e, n),
           bn = n + 330 * fractal_value(&r->bend_north, e, n);
    double wear = WEAR * CREST_M, rough = 0.25 + 0.75 * ramp(low.value, -0.5, 0.4);
    for (int i = 0; i < r->crest.octaves; i++) {
        struct noise *o = &r->crest.octave[i];
        struct slope s = i < 3 ? noise_slope(o, be, bn) : noise_slope(o, e, n);
        worn_east += wear * s.east;
        worn_north += wear * s.north;
        wear /= 2; /* as the cells */
        double a =
            rough * r->crest.amplitude[i] / (1 + worn_east * worn_east + worn_north * worn_north);
        if (i < 3) { /* a crest: nearly the magnitude, but round at 0 */
            double v = fabs(s.value), k = s.value / (v + 0.03),
                   change = k * (v + 0.06) / (v + 0.03);
            s = (struct slope){0.4 - k * s.value, -change * s.east, -change * s.north};
        }
        sum.value += a * s.value;
        sum.east += a * s.east;
        sum.north += a * s.north;
    }
    return (struct slope){HEIGHT_M * sum.value, HEIGHT_M * sum.east, HEIGHT_M * sum.north};
}

/* Light of a slope, where level ground has 1. */
static double light(const struct sun *sun, const struct slope *h)
{
    double toward = -(h->east * sun->to_east + h->north * sun->to_north);
    double v = (1 + sun->tangent * toward) / sqrt(1 + h->east * h->east + h->north * h->north);
    return clamp(v, 0, 1.4);
}

void relief_at(struct relief *r, double e, double n, struct ground *g, struct air *a)
{
    struct slope h = height(r, e, n);
    double steep = h.east * h.east + h.north * h.north;
    double drift = fractal_value(&r->drift, e, n), wood = fractal_value(&r->wood, e, n);
    ground_init(g, MATERIAL_SNOW);
    g->height_m = clamp(h.value, 0, 4000);
    g->light = light(r->sun, &h);
    g->bright = 0.94 + 0.06 * drift;
    ground_cover(g, MATERIAL_ROCK, 0.85 * ramp(steep + 0.25 * drift, 0.45, 1.0));
    /* valley floors: frozen lakes, snow over fields */
    double lake = ramp(-h.value - 60 * drift, 450, 456);
    ground_cover(g, MATERIAL_GRASS, 0.22 * ramp(-h.value, 50, 300) * ramp(drift, 0, 0.6));
    ground_cover(g, MATERIAL_ICE, lake * (0.25 + 0.5 * ramp(drift, -0.3, 0.5)));
    g->light += lake * (1 - g->light);
    /* conifers up to a tree line that wavers; snow shines through */
    double below_line = 1 - ramp(h.value + 160 * wood, 120, 260), above = ramp(h.value, -230, -120);
    double trees = below_line * above * ramp(wood + 0.5 * ramp(steep, 0, 0.1), 0.05, 0.3);
    ground_cover(g, MATERIAL_CONIFER,
                 trees * clamp(0.7 + 0.16 * noise_value(&r->crown, e, n), 0, 1));
    /* fog fills valleys up to a level */
    double bank = fractal_value(&r->fog, e, n);
    double level = -460 + 560 * ramp(bank, -0.1, 1.0);
    double fog = ramp(level - h.value + 35 * drift, 0, 90);
    a->cloud_light = fog > a->cloud ? 1.06 + 0.07 * bank + 0.05 * drift : a->cloud_light;
    a->cloud = 1 - (1 - a->cloud) * (1 - 0.96 * fog);
}
