#include "testdata/weather/spectra.h"

#include "core/band.h"

enum { BAND_10 = 10 };

/* Of the surfaces, in thousandths. The value in B10 never reaches the satellite from low ground. */
static const int16_t surface[MATERIALS][BAND_SPECTRAL_COUNT] = {
    [MATERIAL_SEA] = {26, 24, 13, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1},
    [MATERIAL_TURBID] = {34, 42, 66, 52, 44, 20, 18, 14, 11, 8, 5, 3, 2},
    [MATERIAL_SHALLOW] = {66, 90, 98, 38, 20, 9, 8, 6, 4, 3, 2, 2, 2},
    [MATERIAL_CONIFER] = {16, 18, 31, 21, 48, 130, 165, 180, 190, 185, 150, 92, 44},
    [MATERIAL_BROADLEAF] = {19, 22, 46, 25, 76, 245, 315, 335, 350, 345, 250, 165, 74},
    [MATERIAL_CROP] = {23, 27, 78, 34, 98, 325, 425, 455, 470, 465, 300, 195, 88},
    [MATERIAL_GRASS] = {32, 40, 76, 56, 116, 248, 298, 318, 332, 330, 260, 228, 124},
    [MATERIAL_STRAW] = {62, 78, 132, 178, 212, 242, 262, 284, 304, 310, 330, 372, 268},
    [MATERIAL_SOIL] = {40, 48, 76, 108, 130, 146, 160, 176, 190, 196, 230, 272, 226},
    [MATERIAL_PALE_SOIL] = {72, 90, 142, 196, 222, 242, 258, 276, 292, 298, 330, 386, 334},
    [MATERIAL_SAND] = {104, 130, 178, 222, 242, 256, 266, 278, 288, 292, 320, 350, 306},
    [MATERIAL_ROCK] = {84, 94, 112, 126, 134, 140, 145, 152, 158, 160, 170, 186, 168},
    [MATERIAL_BUILT] = {112, 124, 138, 150, 160, 170, 176, 188, 194, 196, 200, 216, 196},
    [MATERIAL_SNOW] = {920, 925, 920, 910, 896, 876, 862, 836, 806, 720, 300, 105, 76},
    [MATERIAL_ICE] = {620, 630, 620, 570, 520, 450, 410, 360, 310, 250, 90, 42, 30},
};

/* The air and what is in it, in thousandths. */
static const struct {
    int16_t path,
        through; /* clear air: scattered light; share of the ground's that comes through */
    int16_t haze,
        haze_stops; /* scattered by full haze; share of the ground's light that it stops */
    int16_t diffuse; /* share of the light that comes from the sky, and so reaches shadows too */
    int16_t cloud, cirrus;
} air_of[BAND_SPECTRAL_COUNT] = {
    {96, 800, 112, 210, 560, 785, 345}, {63, 850, 98, 190, 480, 780, 345},
    {38, 890, 74, 150, 370, 778, 342},  {22, 930, 54, 115, 290, 776, 340},
    {18, 935, 48, 105, 265, 775, 340},  {15, 945, 43, 95, 240, 780, 340},
    {13, 955, 39, 90, 225, 785, 340},   {10, 950, 34, 85, 215, 785, 335},
    {9, 965, 32, 80, 205, 790, 335},    {3, 430, 8, 40, 200, 520, 260},
    {1, 0, 0, 0, 200, 4, 165},          {2, 960, 10, 35, 130, 540, 215},
    {1, 930, 5, 25, 100, 370, 165},
};

void ground_init(struct ground *g, enum material m)
{
    g->n = 1;
    g->part[0] = (struct ground_part){m, 1};
    g->bright = g->light = 1;
    g->height_m = 0;
}

void ground_cover(struct ground *g, enum material m, double share)
{
    int at = 0;
    if (share <= 0)
        return;
    for (int i = 0; i < g->n; i++)
        g->part[i].share *= 1 - share;
    while (at < g->n && g->part[at].material != m)
        at++;
    if (at == g->n)
        g->part[g->n++] = (struct ground_part){m, 0};
    g->part[at].share += share;
}

static double share_of(const struct ground *g, enum material first, enum material last)
{
    double sum = 0;
    for (int i = 0; i < g->n; i++)
        if (g->part[i].material >= first && g->part[i].material <= last)
            sum += g->part[i].share;
    return sum;
}

double ground_water(const struct ground *g) { return share_of(g, MATERIAL_SEA, MATERIAL_SHALLOW); }
double ground_plants(const struct ground *g)
{
    return share_of(g, MATERIAL_CONIFER, MATERIAL_GRASS);
}
double ground_snow(const struct ground *g) { return share_of(g, MATERIAL_SNOW, MATERIAL_ICE); }

double spectra_reflectance(int b, const struct ground *g, const struct air *a)
{
    double below = 0;
    for (int i = 0; i < g->n; i++)
        below += g->part[i].share * surface[g->part[i].material][b];
    double diffuse = air_of[b].diffuse / 1000.0;
    /* light of the sky reaches every slope */
    double light = diffuse * (0.5 + 0.5 * g->light) + (1 - diffuse) * g->light * (1 - a->shadow);
    double through = air_of[b].through;
    if (b == BAND_10)
        through = g->height_m * g->height_m * 1e-6; /* 2.5 ‰ per km² */
    double v = air_of[b].path * (1 - 0.08 * a->shadow) + below * g->bright * light * through / 1000;
    v = v * (1 - a->haze * air_of[b].haze_stops / 1000) + a->haze * air_of[b].haze;
    v = v * (1 - a->cloud) + a->cloud * a->cloud_light * air_of[b].cloud;
    v = v * (1 - 0.42 * a->cirrus) + a->cirrus * air_of[b].cirrus;
    return v / 1000;
}
