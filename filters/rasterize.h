/* Shapes into rasters of codes. Pure arithmetic, no state; any number of threads on different
 * rasters.
 *
 * Polygons: a pixel is painted if its centre is inside, decided as gdal_rasterize does without
 * ALL_TOUCHED, so that the pixels are the same:
 *
 *  - Row y is looked at on the line y + 0.5. An edge crosses it if its upper end is on or above the
 *    line and its lower one below; where, is x = (line − y1)·(x2 − x1)/(y2 − y1) + x1 in double,
 *    with 1 the upper end. Pixels from floor(x + 0.5) of the first crossing to floor(x + 0.5) − 1
 *    of the second are painted, and so on.
 *  - A horizontal edge on the line itself at the lower side of the polygon (running leftwards once
 *    the ring is turned clockwise) is painted from floor(x + 0.5) of its left end to floor(x + 0.5)
 *    − 1 of its right end. For a ring that crosses itself clockwise is decided at its lowest vertex
 *    (of several the rightmost), and by the sign of its area where that vertex comes twice or a
 *    neighbour is within 0.00001.
 *
 * Source: the behaviour of GDAL 3.6, checked bit for bit by tests/stages/test_rasterize.py. */
#ifndef SUBSCENE_FILTERS_RASTERIZE_H
#define SUBSCENE_FILTERS_RASTERIZE_H

#include "core/shape.h"

/* Bytes of scratch memory for a part: all zero before and after each call. */
static inline size_t rasterize_scratch(struct rect part) { return (size_t)part.w * (size_t)part.h; }

/* Writes `code` where the polygon covers `to`. Time: vertices, plus one step for each row that an
 * edge crosses, plus the part of its bounding box on `to`. The result does not depend on which part
 * of the image `to` is. */
void rasterize_polygon(const struct polygon *p, uint8_t code, struct byte_part to,
                       uint8_t *scratch);

/* Writes `code` where the mask covers `to`. */
void rasterize_runs(const struct run_mask *m, uint8_t code, struct byte_part to);

#endif
