/* The images in IMG_DATA: which there are, of what pixel, and what they are called. */
#ifndef SUBSCENE_TESTDATA_IMAGES_H
#define SUBSCENE_TESTDATA_IMAGES_H

#include "testdata/spec.h"

enum { IMAGES_MAX = 40, IMAGES_PATH = 200, IMAGE_IS_SCL = -1 };

struct image {
    int band_id; /* the first band in it, or IMAGE_IS_SCL */
    int32_t pixel_m;
};

/* All that the metadata lists, in its order; returns how many: 14 of Level-1C; of Level-2A 36, and
 * 35 before 04.00 (which had no B01 of 20 m). */
int images_list(const struct spec *s, struct image out[IMAGES_MAX]);

/* Has it a file? */
bool images_has_file(const struct spec *s, const struct image *i);

/* Below the product's root, without ".jp2": GRANULE/…/IMG_DATA/T35VLF_20220125T151701_B01, or
 * …/IMG_DATA/R60m/…_B01_60m. */
void images_path(const struct spec *s, const struct image *i, char out[IMAGES_PATH]);

#endif
