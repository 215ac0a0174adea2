/* Burns shapes into rasters of codes. Pure arithmetic, no state. Threads may work on different
 * rasters at the same time.
 *
 * A polygon paints each pixel whose centre is inside. The rules are those of gdal_rasterize without
 * ALL_TOUCHED, so the pixels are the same:
 *
 *  - Row y is tested on the line y + 0.5. An edge crosses the line if its upper end is on or above
 *    it and its lower end below it. The crossing is at x = (line − y1)·(x2 − x1)/(y2 − y1) + x1 in
 *    double, where 1 is the upper end. For each pair of crossings, the pixels from floor(x + 0.5)
 *    of the first to floor(x + 0.5) − 1 of the second are painted.
 *  - A horizontal edge exactly on the line is painted if it is on the lower side of the polygon.
 *    Such an edge runs leftwards once the ring is clockwise. The pixels are floor(x + 0.5) of its
 *    left end to floor(x + 0.5) − 1 of its right end.
 *  - The lowest vertex decides whether a ring that crosses itself is clockwise (the rightmost
 *    vertex, if several are lowest). The sign of the area decides if that vertex occurs twice or a
 *    neighbour is within 0.00001.
 *
 * Source: the behaviour of GDAL 3.6, checked bit for bit by tests/stages/test_rasterize.py. */
#ifndef SUBSCENE_FILTERS_RASTERIZE_H
#define SUBSCENE_FILTERS_RASTERIZE_H

#include "core/shape.h"

/* Bytes of scratch memory for a part. They must be zero before each call, and are zero after it. */
static inline size_t rasterize_scratch(struct rect part) { return (size_t)part.w * (size_t)part.h; }

/* Writes `code` where the polygon covers `to`. The time grows with the vertices, with the rows that
 * each edge crosses, and with the polygon's bounding box within `to`. The result does not depend on
 * the choice of `to` within the image. */
void rasterize_polygon(const struct polygon *p, uint8_t code, struct byte_part to,
                       uint8_t *scratch);

/* Writes `code` where the mask covers `to`. */
void rasterize_runs(const struct run_mask *m, uint8_t code, struct byte_part to);

#endif
