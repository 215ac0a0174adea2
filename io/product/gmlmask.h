/* The cloud mask of Level-1C products up to baseline 03.01, MSK_CLOUDS_B00.gml: polygons in metres
 * of the product's projection (io/text/xmldoc.h).
 *
 * A mask without clouds has no features. Errors: ERR_TEMPORARY; ERR_INPUT with file, line and the
 * text found (a type other than OPAQUE and CIRRUS, a projection other than the product's, a
 * malformed number). One thread (libxml2's global state).
 *
 * Source: Sentinel-2 Products Specification Document, vector masks; real files of baselines 02.04
 * to 02.14. */
#ifndef SUBSCENE_IO_PRODUCT_GMLMASK_H
#define SUBSCENE_IO_PRODUCT_GMLMASK_H

#include "core/geogrid.h"
#include "core/rings.h"
#include "io/source/source.h"

/* The bits of MSK_CLASSI, the mask's successor. One class map (msk_classi) serves both. */
enum gmlmask_type { GMLMASK_OPAQUE = 1, GMLMASK_CIRRUS = 2 };

struct gmlmask_polygon {
    enum gmlmask_type type;
    struct ring_span span;
};

struct gmlmask {
    struct gmlmask_polygon *polygon;
    struct rings rings; /* in pixels of the grid */
    size_t polygons;
};

/* `grid` belongs to the raster that the polygons are painted on; its epsg must be the mask's. */
int gmlmask_read(struct source *s, const char *file, const struct geogrid *grid,
                 struct gmlmask *out, struct err *e) MUST_CHECK;
void gmlmask_clear(struct gmlmask *m);

/* A view of polygon i, valid as long as the mask. Where polygons overlap, an opaque cloud counts:
 * paint cirrus first. */
struct polygon gmlmask_polygon(const struct gmlmask *m, size_t i);

#endif
