/* Reflectances at the top of the atmosphere, as mixtures of surfaces, shadow, haze and clouds.
 *
 * The spectra are typical ones: round numbers after the shapes that textbooks of remote sensing
 * show for clear water, vegetation (with its red edge), soil, sand, snow, water clouds and ice
 * clouds. The air is a clear one of middle latitudes (Rayleigh scattering, little aerosol,
 * absorption by water vapour in B09 and B10). They are plausible, not measured. */
#ifndef SUBSCENE_TESTDATA_WEATHER_SPECTRA_H
#define SUBSCENE_TESTDATA_WEATHER_SPECTRA_H

#include <stdint.h>

enum material {
    MATERIAL_SEA, /* deep and clear */
    MATERIAL_TURBID, /* with sediment: rivers, mouths of rivers */
    MATERIAL_SHALLOW, /* clear, over bright ground */
    MATERIAL_CONIFER,
    MATERIAL_BROADLEAF,
    MATERIAL_CROP,
    MATERIAL_GRASS,
    MATERIAL_STRAW, /* ripe cereals, stubble */
    MATERIAL_SOIL,
    MATERIAL_PALE_SOIL,
    MATERIAL_SAND,
    MATERIAL_ROCK,
    MATERIAL_BUILT,
    MATERIAL_SNOW,
    MATERIAL_ICE,
    MATERIALS
};

/* What is at a point on the ground. Each material occurs once; the shares add up to 1. */
struct ground {
    int n;
    struct ground_part {
        enum material material;
        double share;
    } part[MATERIALS];
    double bright; /* texture: factor of the reflectance */
    double light; /* sunlight by the slope: 1 is level ground, 0 faces away from the sun */
    double height_m; /* B10 sees high ground a little */
};

/* What is between the ground and the satellite, each 0 … 1. */
struct air {
    double cloud; /* opacity of low clouds, of water */
    double cloud_light; /* their brightness, about 1 */
    double cirrus; /* 1: as thick as cirrus gets while the ground is still visible */
    double haze; /* near the ground */
    double shadow; /* of low clouds */
};

/* Begins a mixture with one material, on level ground. */
void ground_init(struct ground *g, enum material m);

/* Covers `share` (0 … 1) of all that is there with a material. */
void ground_cover(struct ground *g, enum material m, double share);

/* The share of water, of plants, or of snow and ice. */
double ground_water(const struct ground *g);
double ground_plants(const struct ground *g);
double ground_snow(const struct ground *g);

/* Reflectance in a spectral band (0 … 12). */
double spectra_reflectance(int band_id, const struct ground *g, const struct air *a);

#endif
