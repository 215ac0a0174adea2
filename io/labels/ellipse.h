/* Ellipses at pixel centres. Pure arithmetic. Private to io/labels/cvat. */
#ifndef SUBSCENE_IO_LABELS_ELLIPSE_H
#define SUBSCENE_IO_LABELS_ELLIPSE_H

#include <stdint.h>

#include "core/shape.h"

/* A point at dx, dy from the centre is inside if xx·dx² + 2·xy·dx·dy + yy·dy² ≤ 1. */
struct ellipse {
    struct point centre;
    double xx, xy, det; /* det: xx·yy − xy² */
};

#define ELLIPSE_RADIUS_MIN 0.001

/* The ellipse with these radii along x and y, turned clockwise about its centre. */
struct ellipse ellipse_of(struct point centre, struct point radius, double degrees);

/* The pixels of row y, columns 0 to width − 1, whose centres are inside: `*first` to `*end` − 1. */
void ellipse_row(const struct ellipse *p, int32_t y, int32_t width, int32_t *first, int32_t *end);

#endif
