#include "testdata/weather/coast.h"

void coast_init(struct coast *c, uint32_t seed)
{
    land_init(&c->land, seed + 60);
    fractal_init(&c->shore, seed + 61, 21000, 0.5, 10);
    fractal_init(&c->beach, seed + 62, 1700, 0.6, 3);
    fractal_init(&c->plume, seed + 63, 3500, 0.6, 7);
    fractal_init(&c->wind, seed + 64, 6000, 0.6, 6);
    fractal_init(&c->bottom, seed + 65, 900, 0.6, 5);
    noise_init(&c->swell, seed + 66, 60, 2);
    noise_init(&c->ripple, seed + 67, 22, 4);
}

/* v: how far inside the sea, from 0 at the shore. About 1/20000 of the metres. */
static void fill_sea(struct coast *c, double e, double n, double v, struct ground *g)
{
    double bottom = fractal_value(&c->bottom, e, n);
    double plume = fractal_value(&c->plume, e, n);
    double wind = fractal_value(&c->wind, e, n);
    ground_init(g, MATERIAL_SEA);
    ground_cover(g, MATERIAL_TURBID, 0.55 * ramp(plume - 1.6 * v, -0.1, 0.9));
    ground_cover(g, MATERIAL_SHALLOW, 0.9 * (1 - ramp(v + 0.02 * bottom, 0.0, 0.075)));
    /* slicks and roughness; crests of swell in rows from the west */
    double waves = noise_value(&c->swell, e, n / 4) + 0.5 * noise_value(&c->ripple, e, n);
    g->bright = 1.05 + 0.14 * wind + 0.06 * waves;
}

void coast_at(struct coast *c, double e, double n, struct ground *g)
{
    double shore = fractal_value(&c->shore, e, n) - 0.55;
    double beach = ramp(fractal_value(&c->beach, e, n), -0.3, 0.7), strand = 0.0004 + 0.006 * beach;
    if (shore < 0) {
        fill_sea(c, e, n, -shore, g);
        ground_cover(g, MATERIAL_SAND, beach * ramp(shore, -0.0008, 0));
        return;
    }
    land_at(&c->land, e, n, g);
    ground_cover(g, MATERIAL_GRASS, 0.6 * (1 - ramp(shore, strand, 3 * strand)));
    double sand = (0.3 + 0.7 * beach) * (1 - ramp(shore, strand, strand + 0.001));
    ground_cover(g, MATERIAL_SAND, sand);
    g->bright = g->bright * (1 - sand) + sand;
}
