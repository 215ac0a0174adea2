/* Which subscene a file belongs to, from its path: labelling tools hand back nothing else. */
#ifndef SUBSCENE_CORE_CELLNAME_H
#define SUBSCENE_CORE_CELLNAME_H

#include <stdbool.h>
#include <stdint.h>

struct cellname {
    int32_t x, y; /* column, row */
    char product[64]; /* "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441"; "" when the
                         path does not say it */
    char tile_id[8]; /* "T35VLF", from the product's name or "T35VLF_20200529T094041" in the path;
                        or "" */
    char sensing[16]; /* "20200529T094041", the same */
};

/* Looks for tile_<x>_<y> in folders and file name, and for the product. False when there is no
 * tile_<x>_<y>, or two that differ, or two products that differ. */
bool cellname_parse(const char *path, struct cellname *out);

/* Product, tile and sensing time alone, from a text with a product's name in it; x and y are 0.
 * False when there is none, or two that differ. */
bool cellname_product(const char *text, struct cellname *out);

#endif
