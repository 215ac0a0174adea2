/* The rows of a class raster as bytes. The rows under the last two rows of subscenes stay in
 * memory: strips overlap in time, and subscenes in space. One thread at a time. */
#ifndef SUBSCENE_STAGES_LAYERS_MASK_ROWS_H
#define SUBSCENE_STAGES_LAYERS_MASK_ROWS_H

#include "io/image/classraster.h"

/* Consecutive rows of the raster. */
struct mask_rows_part {
    int32_t y, n; /* n = 0: no rows */
    size_t cap; /* bytes */
    uint8_t *px;
};

struct mask_rows {
    struct classraster *raster; /* borrowed, as is the name */
    const char *file;
    struct mask_rows_part part[2];
    uint16_t *wide; /* one row of a 16-bit raster */
};

void mask_rows_init(struct mask_rows *r, struct classraster *raster, const char *file);
void mask_rows_clear(struct mask_rows *r);

/* The bytes for at most n rows at a time, with the raster's reader. */
size_t mask_rows_bytes(const struct mask_rows *r, int32_t n);

/* Reads row y. ERR_INPUT: the raster is damaged, or has a value above 255. */
int mask_rows_read(struct mask_rows *r, int32_t y, uint8_t *to, struct err *e) MUST_CHECK;

/* Gives rows y to y + n − 1, all inside the raster, until the next call. If rows are asked for from
 * north to south, each is read once. Errors as mask_rows_read. */
int mask_rows_load(struct mask_rows *r, int32_t y, int32_t n, const struct mask_rows_part **out,
                   struct err *e) MUST_CHECK;

#endif
