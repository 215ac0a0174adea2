/* The images in IMG_DATA: the list, their pixel sizes and names. */
#ifndef SUBSCENE_TESTDATA_IMAGES_H
#define SUBSCENE_TESTDATA_IMAGES_H

#include "testdata/spec.h"

enum { IMAGES_MAX = 40, IMAGES_PATH = 200, IMAGE_IS_SCL = -1 };

struct image {
    int band_id; /* the first band in the image, or IMAGE_IS_SCL */
    int32_t pixel_m;
};

/* Lists all images in the metadata, in its order, and returns their number. Level-1C has 14.
 * Level-2A has 36, and 35 before 04.00 (without B01 of 20 m). */
int images_list(const struct spec *s, struct image out[IMAGES_MAX]);

/* True if the image has a file. */
bool images_has_file(const struct spec *s, const struct image *i);

/* The path below the product's root without ".jp2": GRANULE/…/IMG_DATA/T35VLF_20220125T151701_B01,
 * or …/IMG_DATA/R60m/…_B01_60m. */
void images_path(const struct spec *s, const struct image *i, char out[IMAGES_PATH]);

#endif
