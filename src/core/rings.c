#include "core/rings.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

bool rings_point_ok(struct point p)
{
    return fabs(p.x) <= SHAPE_COORDINATE_MAX && fabs(p.y) <= SHAPE_COORDINATE_MAX;
}

struct ring_span rings_begin(const struct rings *r)
{
    return (struct ring_span){.vertex = r->vertices, .ring = r->rings};
}

int rings_add(struct rings *r, struct point p, struct err *e)
{
    struct point *grown = mem_grown(r->vertex, r->vertices, &r->vertex_cap, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    r->vertex = grown;
    r->vertex[r->vertices++] = p;
    return 0;
}

size_t rings_open(const struct rings *r, const struct ring_span *s)
{
    return r->vertices - s->vertex - (s->rings > 0 ? r->end[s->ring + s->rings - 1] : 0);
}

int rings_end(struct rings *r, struct ring_span *s, struct err *e)
{
    size_t *grown = mem_grown(r->end, r->rings, &r->ring_cap, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    r->end = grown;
    r->end[r->rings++] = r->vertices - s->vertex;
    s->rings++;
    return 0;
}

struct polygon rings_polygon(const struct rings *r, const struct ring_span *s)
{
    /* without any ring, the lists are NULL */
    return s->rings > 0 ? (struct polygon){r->vertex + s->vertex, r->end + s->ring, s->rings}
                        : (struct polygon){NULL, NULL, 0};
}

void rings_clear(struct rings *r)
{
    free(r->vertex);
    free(r->end);
    *r = (struct rings){0};
}
