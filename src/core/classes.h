/* Class layers: the codes of the dataset's Label, and maps from the codes, bits or category names
 * of others to a layer's own. Plain values; io/labels/classmap.h reads maps from files.
 *
 * Source of the Label codes: the description of the published dataset. A later edition of it,
 * KappaSet, has 0 and 5 the other way round: that is another map (config/classes/kappaset.ini), not
 * a rule. */
#ifndef SUBSCENE_CORE_CLASSES_H
#define SUBSCENE_CORE_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum label_code {
    LABEL_MISSING,
    LABEL_CLEAR,
    LABEL_CLOUD_SHADOW,
    LABEL_SEMI_TRANSPARENT_CLOUD,
    LABEL_CLOUD,
    LABEL_UNDEFINED,
    LABEL_COUNT
};

/* "MISSING", "CLEAR", "CLOUD_SHADOW" …; NULL for other codes. */
const char *label_name(int code);

enum class_kind {
    CLASS_CODES, /* each value of the source has a code */
    CLASS_BITS, /* bits of the source are tested in an order: a MAJA mask */
    CLASS_KEEP, /* the source is kept as it is: a probability */
};

enum {
    CLASS_NAME_SIZE = 48,
    CLASS_TITLE_SIZE = 128,
    CLASS_PATTERN_SIZE = 128,
    CLASS_FLAGS_MAX = 32,
    CLASS_CATEGORIES_MAX = 64,
    CLASS_PLACES_MAX = 8,
    CLASS_MEANINGS_SIZE = CLASS_FLAGS_MAX * CLASS_NAME_SIZE
};

/* For flag_values and flag_meanings of the CF conventions. */
struct class_flag {
    uint8_t value;
    char meaning[CLASS_NAME_SIZE];
};

/* A class layer as its file describes it. */
struct class_layer {
    char name[CLASS_NAME_SIZE];
    struct class_flag flag[CLASS_FLAGS_MAX];
    size_t flags; /* 0: its values are no classes, but a probability */
};

struct class_layers {
    struct class_layer *s; /* owned */
    size_t n;
};

/* What labelling tools call a class. */
struct class_category {
    char name[CLASS_NAME_SIZE];
    uint8_t code;
};

/* Where a tool leaves its mask in a product: a pattern as source_find (io/source/source.h) takes
 * it, and the mask's pixel. */
struct class_place {
    int32_t pixel_m;
    char pattern[CLASS_PATTERN_SIZE];
};

struct class_map {
    char name[CLASS_NAME_SIZE]; /* of the map: "fmask" */
    char layer[CLASS_NAME_SIZE]; /* of the variable that it makes: "FMC" */
    char title[CLASS_TITLE_SIZE]; /* for long_name; may be empty */
    enum class_kind kind;
    uint8_t code[256]; /* by the source's value, whatever the kind */
    bool known[256]; /* else the value is an error in the source, and its code counts for nothing */
    uint8_t unlabelled; /* the code of a pixel that no polygon and no mask covers */
    int missing; /* the code of a pixel at which one of the file's bands has no data, whatever the
                    source says; −1: the source's word is taken */
    bool by_itself; /* a mask at one of its places is taken without being asked for */
    uint8_t rank[256]; /* by code: shapes are painted in ascending rank, later ones on top */
    struct class_flag flag[CLASS_FLAGS_MAX]; /* by value */
    size_t flags;
    struct class_category category[CLASS_CATEGORIES_MAX];
    size_t categories;
    struct class_place place[CLASS_PLACES_MAX]; /* the best first */
    size_t places;
};

/* A map of kind CLASS_CODES with no known value, no flags, no categories, no places; unlabelled is
 * LABEL_UNDEFINED, missing −1, by_itself true; ranks are those in which cm_vsm paints: CLEAR,
 * CLOUD_SHADOW, SEMI_TRANSPARENT_CLOUD, CLOUD, MISSING, UNDEFINED, and any other code on top. */
void class_map_init(struct class_map *m);

/* Ranks of the codes in the order of painting; those not listed stay on top of all. n ≤ 255. */
void class_map_set_order(struct class_map *m, const uint8_t *code, size_t n);

/* The same name? Letters of both cases are the same, and so are '_', '-' and the blank. */
bool class_name_equal(const char *a, const char *b);

/* NULL when the map does not know the category. */
const struct class_category *class_map_category(const struct class_map *m, const char *name);

/* The meanings of the flags as one text, in their order, with blanks between. */
void class_map_meanings(const struct class_map *m, char buf[CLASS_MEANINGS_SIZE]);

#endif
