/* Polygons that grow vertex by vertex, as readers of vector files make them. Start with
 * `struct rings r = {0}`. */
#ifndef SUBSCENE_CORE_RINGS_H
#define SUBSCENE_CORE_RINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/shape.h"

struct rings {
    struct point *vertex;
    size_t *end; /* end of each ring, counted from the first vertex of its polygon */
    size_t vertices, rings;
    size_t vertex_cap, ring_cap;
};

/* Where one polygon is: its first vertex, its first ring, its number of rings. */
struct ring_span {
    size_t vertex, ring, rings;
};

/* Are both coordinates finite and at most SHAPE_COORDINATE_MAX? */
bool rings_point_ok(struct point p);

/* An empty polygon behind the last one. Only the last polygon can grow. */
struct ring_span rings_begin(const struct rings *r);

/* One more vertex of the ring under way. ERR_TEMPORARY. */
int rings_add(struct rings *r, struct point p, struct err *e) MUST_CHECK;

/* The number of vertices of the ring under way. */
size_t rings_open(const struct rings *r, const struct ring_span *s);

/* Ends the ring under way. ERR_TEMPORARY. */
int rings_end(struct rings *r, struct ring_span *s, struct err *e) MUST_CHECK;

/* A view, valid until `r` changes. */
struct polygon rings_polygon(const struct rings *r, const struct ring_span *s);

void rings_clear(struct rings *r);

#endif
