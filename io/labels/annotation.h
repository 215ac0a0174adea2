/* What people drew on images: shapes, each with a category and a depth. Readers of labelling tools
 * fill it. Start with `struct annotation a = {0}`. */
#ifndef SUBSCENE_IO_LABELS_ANNOTATION_H
#define SUBSCENE_IO_LABELS_ANNOTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/classes.h"
#include "core/err.h"
#include "core/rings.h"
#include "core/strlist.h"
#include "core/suggest.h"

/* Sides of an image, and bytes and number of categories. */
enum { ANNOTATION_SIDE_MAX = 65535, ANNOTATION_CATEGORY_BYTES = 100, ANNOTATION_CATEGORIES = 1000 };

enum annotation_kind { ANNOTATION_POLYGON, ANNOTATION_MASK };

struct annotation_shape {
    enum annotation_kind kind;
    size_t category; /* index into annotation.category */
    int32_t z_order; /* higher ones lie on top */
    int32_t line; /* line in the file; 0: not known */
    struct ring_span span; /* of a polygon */
    size_t run, runs; /* of a mask: its first run, and their number */
    struct rect window; /* of a mask; inside the image */
};

struct annotation {
    struct annotation_shape *shape; /* in the order of the file */
    struct rings rings;
    uint32_t *run;
    size_t shapes, runs, shape_cap, run_cap;
    struct strlist category; /* of the shapes, each once, in the order of the file; may hold "" */
};

/* Can a name be shown in messages: no control characters, at most `longest` bytes? */
bool annotation_name_ok(const char *s, size_t longest);

/* The index of a category; a new one is added. ERR_INPUT without a message: there are
 * ANNOTATION_CATEGORIES others. */
int annotation_category(struct annotation *a, const char *name, size_t *index,
                        struct err *e) MUST_CHECK;

int annotation_add(struct annotation *a, const struct annotation_shape *s,
                   struct err *e) MUST_CHECK;

/* One more run of the mask under way. */
int annotation_add_run(struct annotation *a, struct annotation_shape *mask, uint32_t run,
                       struct err *e) MUST_CHECK;

/* ERR_INPUT: the map does not know some of the categories; the message names them. */
int annotation_check(const struct annotation *a, const struct class_map *map, const char *path,
                     struct err *e) MUST_CHECK;

/* Views of a shape of that kind, valid until `a` changes. */
struct polygon annotation_polygon(const struct annotation *a, const struct annotation_shape *s);
struct run_mask annotation_mask(const struct annotation *a, const struct annotation_shape *s);

void annotation_clear(struct annotation *a);

/* Categories that a map does not know, gathered for one message. */
struct unknown_categories {
    char text[300], hint[SUGGEST_SIZE]; /* hint: for the first of them */
    size_t n;
};
void unknown_categories_look(struct unknown_categories *u, const struct class_map *map,
                             const char *category);
int unknown_categories_report(const struct unknown_categories *u, const struct class_map *map,
                              const char *path, struct err *e) MUST_CHECK;

#endif
