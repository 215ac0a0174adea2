/* Finds out from a path which subscene a file belongs to. Labelling tools return only the path. */
#ifndef SUBSCENE_CORE_CELLNAME_H
#define SUBSCENE_CORE_CELLNAME_H

#include <stdbool.h>
#include <stdint.h>

struct cellname {
    int32_t x, y; /* column, row */
    char product[64]; /* "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441", or "" */
    /* "T35VLF", from the product's name or from "T35VLF_20200529T094041" in the path; or "" */
    char tile_id[8];
    char sensing[16]; /* "20200529T094041", from the same places; or "" */
};

/* Searches folders and file name for tile_<x>_<y> and for the product. False if there is no
 * tile_<x>_<y>, or two different ones, or two different products. */
bool cellname_parse(const char *path, struct cellname *out);

/* Reads product, tile and sensing time from a text that contains a product's name; x and y are 0.
 * False if there is no product, or two different ones. */
bool cellname_product(const char *text, struct cellname *out);

/* A name without folder and suffix that cellname_parse takes back: the product, or else its tile
 * and sensing time, or neither, before tile_<x>_<y>. `product` is a text that contains a product's
 * name, as files say it; other characters of it are left out. */
enum { CELLNAME_SIZE = 96 };
void cellname_format(const char *product, int32_t x, int32_t y, char buf[CELLNAME_SIZE]);

#endif
