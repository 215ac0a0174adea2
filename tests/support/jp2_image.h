/* A JPEG 2000 image in memory, opened through io/image/jp2, for its tests. What must not fail ends
 * the test. */
#ifndef SUBSCENE_TESTS_SUPPORT_JP2_IMAGE_H
#define SUBSCENE_TESTS_SUPPORT_JP2_IMAGE_H

#include "io/image/jp2.h"

struct jp2_image {
    struct source_entry entry;
    struct source *source;
    struct source_file *file;
    struct jp2 *jp2;
};

/* `data` is borrowed. Returns jp2_open's answer; jp2_image_close is needed either way. */
int jp2_image_open(struct jp2_image *m, const void *data, size_t len, int32_t side[2],
                   struct err *e);
void jp2_image_close(struct jp2_image *m);

/* width x height samples, freed with free(). */
uint16_t *jp2_image_pixels(const struct jp2_info *i);

/* One tile into its place in such an image. */
int jp2_image_decode(struct jp2_decoder *d, const struct jp2 *j, int32_t t, uint16_t *px,
                     struct err *e);

/* All tiles, in steps that go round: 1 is ascending. The first error ends it. */
int jp2_image_decode_all(const struct jp2 *j, int32_t stride, uint16_t *px, struct err *e);

/* Opens and decodes all: whatever comes out, it must be an orderly answer. */
int jp2_image_try(const void *data, size_t len, int32_t side[2], struct err *e);

/* The whole of a file that must be there, freed with free(). */
unsigned char *jp2_image_slurp(const char *path, size_t *len);

#endif
