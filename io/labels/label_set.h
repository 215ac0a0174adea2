/* What exports to labelling tools share: the classes of a class map under one name each, and images
 * with suggestions. Plain values. Any thread. */
#ifndef SUBSCENE_IO_LABELS_LABEL_SET_H
#define SUBSCENE_IO_LABELS_LABEL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/classes.h"
#include "core/err.h"
#include "core/view.h"

struct label_class {
    const char *name; /* of the map's category; UTF-8 without control characters */
    uint8_t code;
    const uint8_t *colour; /* red, green, blue */
};

/* Borrows from the class map. */
struct label_set {
    struct label_class class[CLASS_CATEGORIES_MAX]; /* in the order of the map's categories */
    size_t n;
    int at[256]; /* by code: its index, or −1 */
};

/* The first category of each code. ERR_USAGE: the map has no categories, or a tool cannot take the
 * name of one. */
int label_set_of(const struct class_map *map, struct label_set *out, struct err *e) MUST_CHECK;

/* The code of the map for each value of a layer: the category with the name of the value's
 * meaning. Values without a flag are not known. ERR_INPUT: the layer has no flags, or the map does
 * not know some of their meanings; the message names them. */
struct label_values {
    uint8_t code[256];
    bool known[256];
};
int label_values_of(const struct class_map *map, const struct class_layer *layer,
                    struct label_values *out, struct err *e) MUST_CHECK;

/* An image of size × size pixels. */
struct label_image {
    const char *name; /* with its suffix; of at most 255 bytes */
    int32_t size;
    const uint8_t *px; /* a code for each pixel, all of them in the set; NULL: no suggestions */
};

/* The smallest window around the pixels of each class; w and h are 0 if it has none. */
void label_image_windows(const struct label_set *s, const struct label_image *image,
                         struct rect window[CLASS_CATEGORIES_MAX]);

/* "#f6ff1c" */
enum { LABEL_COLOUR_SIZE = 8 };
void label_colour_format(const uint8_t colour[3], char buf[LABEL_COLOUR_SIZE]);

#endif
