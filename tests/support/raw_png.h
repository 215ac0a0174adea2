/* PNG files as other programs write them and io/image/pngfile does not: any depth, palettes,
 * interlacing, and what is no mask at all. Not compressed. */
#ifndef SUBSCENE_TESTS_SUPPORT_RAW_PNG_H
#define SUBSCENE_TESTS_SUPPORT_RAW_PNG_H

#include <stddef.h>
#include <stdint.h>

struct raw_png {
    uint32_t width, height;
    int bits, colour, interlace; /* as IHDR has them */
    const unsigned char *rows; /* as they are before compression: packed samples with a filter byte
                                  before each row */
    size_t len;
    size_t piece; /* bytes of an IDAT chunk; 0: one for all */
};

/* The file; freed with free(). */
unsigned char *raw_png_make(const struct raw_png *p, size_t *len);

/* The rows of an image of one sample a pixel, pass after pass when it is interlaced; freed with
 * free(). */
unsigned char *raw_png_rows(const struct raw_png *p, uint32_t (*value)(uint32_t x, uint32_t y),
                            size_t *len);

#endif
