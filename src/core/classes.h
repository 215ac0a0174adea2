/* Class layers: the codes of the dataset's Label, and maps from the codes, bits or category names
 * of other tools to a layer's codes. Plain values; io/labels/classmap.h reads maps from files.
 *
 * Source of the Label codes: the description of the published dataset. A later edition, KappaSet,
 * swaps 0 and 5. It has its own map (config/classes/kappaset.ini). */
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
    CLASS_BITS, /* bits of the source are tested in a fixed order: a MAJA mask */
    CLASS_KEEP, /* values of the source are kept: a probability */
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
    size_t flags; /* 0: its values are a probability, not classes */
};

struct class_layers {
    struct class_layer *s; /* owned */
    size_t n;
};

/* Where the codes of a class layer come from. An empty text: it is not known. The layers of profile
 * georef have it as attributes (io/netcdf/schema.h). */
enum { CLASS_SOURCE_SIZE = 160, CLASS_DIGEST_SIZE = 17 };
struct class_origin {
    char source[CLASS_SOURCE_SIZE]; /* "cvat annotations.xml", "mask MSK_CLDPRB_20m.jp2" */
    char digest[CLASS_DIGEST_SIZE]; /* of source and codes (stages/layers/layer_origin.h) */
    char map[CLASS_NAME_SIZE]; /* name of the class map */
    char map_digest[CLASS_DIGEST_SIZE]; /* class_map_digest */
};

/* The name of a class in a labelling tool. */
struct class_category {
    char name[CLASS_NAME_SIZE];
    uint8_t code;
};

/* The place of a tool's mask in a product: a pattern for source_find (io/source/source.h), and the
 * mask's pixel. */
struct class_place {
    int32_t pixel_m;
    char pattern[CLASS_PATTERN_SIZE];
};

struct class_map {
    char name[CLASS_NAME_SIZE]; /* name of the map: "fmask" */
    char layer[CLASS_NAME_SIZE]; /* name of the variable: "FMC" */
    char title[CLASS_TITLE_SIZE]; /* for long_name; may be empty */
    enum class_kind kind;
    uint8_t code[256]; /* by source value, for every kind */
    bool known[256]; /* false: the value is an error in the source, and its code is meaningless */
    uint8_t unlabelled; /* the code of a pixel that no polygon and no mask covers */
    /* the code where one of the file's bands is no-data, whatever the source says; −1: the source
     * decides */
    int missing;
    bool by_itself; /* a mask at one of its places is used without being requested */
    uint8_t rank[256]; /* by code: shapes are painted in ascending rank, so later ones are on top */
    uint8_t colour[256][3]; /* by code: red, green, blue */
    struct class_flag flag[CLASS_FLAGS_MAX]; /* sorted by value */
    size_t flags;
    struct class_category category[CLASS_CATEGORIES_MAX];
    size_t categories;
    struct class_place place[CLASS_PLACES_MAX]; /* the best first */
    size_t places;
};

/* Makes a map of kind CLASS_CODES with no known value, flags, categories or places. unlabelled is
 * LABEL_UNDEFINED, missing is −1, by_itself is true. All codes are grey. The ranks follow cm_vsm's
 * painting order: CLEAR, CLOUD_SHADOW, SEMI_TRANSPARENT_CLOUD, CLOUD, MISSING, UNDEFINED, then all
 * other codes on top. */
void class_map_init(struct class_map *m);

/* Sets the ranks from a list of codes in painting order. Codes that are not listed are painted
 * last. n ≤ 255. */
void class_map_set_order(struct class_map *m, const uint8_t *code, size_t n);

/* Colours each code by its flag. A flag with a meaning of the Label has the Label's colour, so
 * editions with other codes look alike. Other flags have colours of a fixed list, in their order.
 * Codes without a flag are grey: the code itself is red, green and blue.
 *
 * The Label's six colours are at least 40 apart (CIE 1976, Lab), also for people who do not see
 * red, green or blue (G. M. Machado et al., IEEE Trans. Vis. Comput. Graph. 15, 2009). */
void class_map_default_colours(struct class_map *m);

/* True if two names are equal. Case is ignored; '_', '-' and the blank are the same character. */
bool class_name_equal(const char *a, const char *b);

/* NULL if the map has no such category. */
const struct class_category *class_map_category(const struct class_map *m, const char *name);

/* True if n and m flags are the same, in the same order. */
bool class_flags_equal(const struct class_flag *a, size_t n, const struct class_flag *b, size_t m);

/* 16 hexadecimal digits that tell apart maps that give other codes or other attributes. The map's
 * name, its layer, its places, its colours and the order of its categories do not count. */
void class_map_digest(const struct class_map *m, char digest[CLASS_DIGEST_SIZE]);

/* Joins the meanings of the flags to one text, in their order, separated by blanks. */
void class_map_meanings(const struct class_map *m, char buf[CLASS_MEANINGS_SIZE]);

#endif
