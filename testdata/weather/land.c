#include "testdata/weather/land.h"

#include <math.h>

#include "testdata/texture.h"

static const double DISTRICT_M = 2300;

void land_init(struct land *l, uint32_t seed)
{
    l->districts = (struct districts){.seed = seed + 31};
    noise_init(&l->bend_east, seed + 32, 1700, 1);
    noise_init(&l->bend_north, seed + 33, 1700, 2);
    noise_init(&l->region, seed + 39, 19000, 1);
    noise_init(&l->wood_kind, seed + 34, 700, 3);
    noise_init(&l->soil, seed + 35, 260, 4);
    noise_init(&l->crown, seed + 36, 45, 5);
    noise_init(&l->grain, seed + 37, 22, 6);
    noise_init(&l->patchy, seed + 38, 110, 7);
    fractal_init(&l->wood, seed + 41, 3600, 0.62, 6);
    fractal_init(&l->lake, seed + 42, 4200, 0.5, 5);
    fractal_init(&l->river, seed + 43, 5200, 0.38, 5);
    fractal_init(&l->houses, seed + 44, 240, 0.8, 4);
}

/* ---- fields ---- */

/* A field in its district: strips, cut at places of their own. */
struct field {
    uint32_t district, hash;
    double centre_m; /* distance of the district's point */
    double road_m, edge_m; /* distances of the district's border and of the field's */
    double across_m; /* across the rows of the tillage */
};

static void find_points(struct districts *d, int32_t x, int32_t y)
{
    if (d->known && d->x == x && d->y == y)
        return;
    for (int i = 0; i < 9; i++) {
        int32_t cx = x + i % 3 - 1, cy = y + i / 3 - 1;
        uint32_t h = texture_hash(d->seed, cx, cy);
        d->point[i].e = (cx + 0.1 + 0.8 * unit(h, 0)) * DISTRICT_M;
        d->point[i].n = (cy + 0.1 + 0.8 * unit(h, 8)) * DISTRICT_M;
        d->point[i].hash = texture_hash(d->seed + 1, cx, cy);
    }
    d->x = x;
    d->y = y;
    d->known = true;
}

/* Place i of a row of borders that are `step` apart on average. */
static double border(uint32_t hash, int32_t i, double step)
{
    return step * (i + 0.6 * unit(texture_hash(hash, i, 3), 4));
}

/* The interval of such a row in which v is; *edge: distance of its nearer end. */
static int32_t interval(uint32_t hash, double v, double step, double *edge)
{
    int32_t i = cell_of(v / step);
    double low = border(hash, i, step), high = border(hash, i + 1, step);
    if (v < low) {
        i--;
        high = low;
        low = border(hash, i, step);
    }
    *edge = v - low < high - v ? v - low : high - v;
    return i;
}

static struct field find_field(struct land *l, double e, double n)
{
    struct districts *d = &l->districts;
    double be = e + 130 * noise_value(&l->bend_east, e, n),
           bn = n + 130 * noise_value(&l->bend_north, e, n);
    find_points(d, cell_of(be / DISTRICT_M), cell_of(bn / DISTRICT_M));
    double first = 1e30, second = 1e30;
    int best = 0;
    for (int i = 0; i < 9; i++) {
        double de = be - d->point[i].e, dn = bn - d->point[i].n, r = de * de + dn * dn;
        if (r < first) {
            second = first;
            first = r;
            best = i;
        } else if (r < second) {
            second = r;
        }
    }
    uint32_t h = d->point[best].hash;
    double de = e - d->point[best].e, dn = n - d->point[best].n, t = 2 * unit(h, 0) - 1;
    double cosine = (1 - t * t) / (1 + t * t), sine = 2 * t / (1 + t * t);
    struct field f = {.district = h, .centre_m = sqrt(first)};
    f.road_m = (sqrt(second) - f.centre_m) / 2;
    f.across_m = de * cosine + dn * sine;
    double along = dn * cosine - de * sine, edge_across, edge_along;
    int32_t strip = interval(h, f.across_m, 130 + 260 * unit(h, 8), &edge_across);
    uint32_t strip_hash = texture_hash(h, strip, 5);
    int32_t piece = interval(strip_hash, along, 250 + 800 * unit(strip_hash, 16), &edge_along);
    f.hash = texture_hash(strip_hash, piece, 6);
    f.edge_m = edge_across < edge_along ? edge_across : edge_along;
    return f;
}

/* Rows of tillage: smooth noise of one dimension. */
static double rows(const struct field *f)
{
    double v = f->across_m / 26;
    int32_t i = cell_of(v);
    double t = v - i;
    t = t * t * (3 - 2 * t);
    double a = unit(texture_hash(f->hash, i, 9), 0), b = unit(texture_hash(f->hash, i + 1, 9), 0);
    return a + (b - a) * t - 0.5;
}

static void grow(struct land *l, const struct field *f, double e, double n, struct ground *g)
{
    /* soil, plants on it, their share; of 16 fields */
    static const struct {
        enum material soil, plant;
        double share;
    } sown[16] = {
        {MATERIAL_SOIL, MATERIAL_CROP, 0.95},       {MATERIAL_SOIL, MATERIAL_CROP, 0.85},
        {MATERIAL_SOIL, MATERIAL_CROP, 0.6},        {MATERIAL_PALE_SOIL, MATERIAL_CROP, 0.75},
        {MATERIAL_SOIL, MATERIAL_CROP, 0.3},        {MATERIAL_SOIL, MATERIAL_GRASS, 0.95},
        {MATERIAL_SOIL, MATERIAL_GRASS, 0.9},       {MATERIAL_SOIL, MATERIAL_GRASS, 0.8},
        {MATERIAL_STRAW, MATERIAL_GRASS, 0.55},     {MATERIAL_SOIL, MATERIAL_STRAW, 0.9},
        {MATERIAL_PALE_SOIL, MATERIAL_STRAW, 0.85}, {MATERIAL_SOIL, MATERIAL_STRAW, 0.5},
        {MATERIAL_SOIL, MATERIAL_GRASS, 0.06},      {MATERIAL_SOIL, MATERIAL_CROP, 0.1},
        {MATERIAL_PALE_SOIL, MATERIAL_CROP, 0.08},  {MATERIAL_SOIL, MATERIAL_STRAW, 0.2},
    };
    int kind = f->hash >> 28;
    double patch = noise_value(&l->soil, e, n) + 0.6 * noise_value(&l->patchy, e, n);
    ground_init(g, sown[kind].soil);
    ground_cover(g, sown[kind].plant,
                 clamp(sown[kind].share + 0.16 * (unit(f->hash, 8) - 0.5) + 0.09 * patch, 0, 1));
    g->bright = 1.0 + 0.24 * unit(f->hash, 16) + 0.14 * unit(f->hash, 3) * rows(f) + 0.05 * patch +
                0.03 * noise_value(&l->grain, e, n);
    /* tracks and hedges between the fields */
    double edge = 1 - f->edge_m / 11;
    if (edge > 0 && f->district & 0x300000)
        ground_cover(g, f->district & 0x400000 ? MATERIAL_BROADLEAF : MATERIAL_GRASS, 0.55 * edge);
}

/* ---- forest, villages, water ---- */

static void plant_wood(struct land *l, const struct field *f, double e, double n, struct ground *g)
{
    /* woods end at fields here and there */
    double wood = fractal_value(&l->wood, e, n) + 0.45 * noise_value(&l->region, e, n) +
                  0.55 * (unit(f->hash, 20) - 0.5) - 0.26;
    if (wood < -0.1)
        return;
    double crowns = noise_value(&l->crown, e, n) + 0.6 * noise_value(&l->grain, e, n);
    double share = ramp(wood + 0.04 * crowns, -0.02, 0.05);
    double leaves = ramp(noise_value(&l->wood_kind, e, n) + 0.25 * crowns, -0.1, 0.35);
    g->bright = g->bright * (1 - share) + share * (1 + 0.17 * crowns);
    ground_cover(g, MATERIAL_CONIFER, share);
    ground_cover(g, MATERIAL_BROADLEAF, share * leaves);
}

static void build(struct land *l, const struct field *f, double e, double n, struct ground *g)
{
    if (f->road_m < 9)
        ground_cover(g, MATERIAL_BUILT, 0.6 * (1 - f->road_m / 9));
    if (f->district % 4 != 0)
        return;
    double reach = 180 + 420 * unit(f->district, 24), houses = fractal_value(&l->houses, e, n);
    double village = ramp(1 - f->centre_m / reach + 0.5 * houses, 0, 0.35);
    if (village <= 0)
        return;
    ground_cover(g, MATERIAL_BROADLEAF, 0.35 * village);
    ground_cover(g, MATERIAL_BUILT, village * clamp(0.4 + 0.9 * houses, 0.05, 0.9));
    g->bright += 0.4 * village * clamp(noise_value(&l->grain, e, n), -0.4, 0.9);
}

/* Rivers are lines at which a slope with waves has a whole number: they run beside one another. */
static double river_m(struct land *l, double e, double n)
{
    struct slope f = fractal_slope(&l->river, e, n);
    double v = (0.35 * e + n) / 15000 + 0.13 * f.value;
    double de = 0.35 / 15000 + 0.13 * f.east, dn = 1 / 15000.0 + 0.13 * f.north;
    v -= cell_of(v + 0.5);
    return fabs(v) / sqrt(de * de + dn * dn + 1e-10);
}

static void pour(struct land *l, double e, double n, struct ground *g)
{
    double river = river_m(l, e, n), lake = fractal_value(&l->lake, e, n);
    double meadow = 0.8 * (1 - ramp(river, 90, 420));
    ground_cover(g, MATERIAL_GRASS, meadow * 0.7);
    double trees = ramp(noise_value(&l->wood_kind, e, n), 0.05, 0.5);
    ground_cover(g, MATERIAL_BROADLEAF, trees * (1 - ramp(river, 60, 130)));
    double wet_river = 1 - ramp(river, 44, 58), wet_lake = ramp(lake, 0.93, 0.96);
    double wet = wet_river > wet_lake ? wet_river : wet_lake;
    ground_cover(g, wet_river > wet_lake ? MATERIAL_TURBID : MATERIAL_SEA, wet);
    if (wet_lake >= wet_river)
        ground_cover(g, MATERIAL_TURBID, wet * (0.5 - 0.45 * ramp(lake, 0.96, 1.1)));
    g->bright = g->bright * (1 - wet) + wet;
}

void land_at(struct land *l, double e, double n, struct ground *g)
{
    struct field f = find_field(l, e, n);
    grow(l, &f, e, n, g);
    plant_wood(l, &f, e, n, g);
    build(l, &f, e, n, g);
    pour(l, e, n, g);
}
