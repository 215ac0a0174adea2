#include "io/product/gmlmask.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/text/number.h"
#include "io/text/xmldoc.h"

struct reader {
    const char *file;
    const struct geogrid *grid;
    struct gmlmask *out;
    size_t polygon_cap;
};

static int bad(const struct reader *r, struct xml_node *node, const char *what, const char *value,
               struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: line %ld: %s %s%s%.80s%s", r->file, xmldoc_line(node),
                   xmldoc_name(node), what, value ? "\"" : "", value ? value : "",
                   value ? "\"" : "");
}

/* Reads the next number of a posList. Returns false if it is malformed, and at the end, where **at
 * is 0. */
static bool take_number(const char **at, double *v)
{
    static const char blanks[] = " \t\r\n";
    char word[48];
    *at += strspn(*at, blanks);
    size_t n = strcspn(*at, blanks);
    if (n == 0 || n >= sizeof word)
        return false;
    memcpy(word, *at, n);
    word[n] = '\0';
    if (!number_read(word, v))
        return false;
    *at += n;
    *at += strspn(*at, blanks);
    return true;
}

static int take_ring(struct reader *r, struct xml_node *node, struct err *e)
{
    const char *at = xmldoc_text_raw(node), *dimension = xmldoc_attribute_raw(node, "srsDimension");
    struct rings *rings = &r->out->rings;
    struct ring_span *span = &r->out->polygon[r->out->polygons - 1].span;
    if (!at)
        return bad(r, node, "is not one text", NULL, e);
    if (dimension && strcmp(dimension, "2") != 0)
        return bad(r, node, "has srsDimension ", dimension, e);
    for (at += strspn(at, " \t\r\n"); *at;) {
        double east, north;
        const char *begin = at;
        if (!take_number(&at, &east) || !take_number(&at, &north))
            return bad(r, node, "is not pairs of numbers at ", begin, e);
        struct point p = {(east - r->grid->ulx_m) / r->grid->pixel_m,
                          (r->grid->uly_m - north) / r->grid->pixel_m};
        if (!rings_point_ok(p))
            return bad(r, node, "is far outside of the product at ", begin, e);
        int rc = rings_add(rings, p, e);
        if (rc)
            return rc;
    }
    if (rings_open(rings, span) < 3)
        return bad(r, node, "has fewer than 3 vertices", NULL, e);
    return rings_end(rings, span, e);
}

static int take_polygon(struct reader *r, struct xml_node *node, enum gmlmask_type type,
                        struct err *e)
{
    struct gmlmask *m = r->out;
    struct gmlmask_polygon *p = mem_grown(m->polygon, m->polygons, &r->polygon_cap, sizeof *p, e);
    if (!p)
        return ERR_TEMPORARY;
    m->polygon = p;
    m->polygon[m->polygons++] = (struct gmlmask_polygon){type, rings_begin(&m->rings)};
    int rc = 0;
    for (struct xml_node *ring = node; !rc && (ring = xmldoc_next(node, ring, "posList")) != NULL;)
        rc = take_ring(r, ring, e);
    if (!rc && m->polygon[m->polygons - 1].span.rings == 0)
        rc = bad(r, node, "has no posList", NULL, e);
    return rc;
}

static int take_feature(struct reader *r, struct xml_node *node, struct err *e)
{
    struct xml_node *type = xmldoc_next(node, node, "maskType");
    const char *name = type ? xmldoc_text_raw(type) : NULL;
    bool is_opaque = name && strcmp(name, "OPAQUE") == 0;
    if (!is_opaque && !(name && strcmp(name, "CIRRUS") == 0))
        return bad(r, node, "has neither the maskType OPAQUE nor CIRRUS, but ", name ? name : "",
                   e);
    int rc = 0;
    for (struct xml_node *p = node; !rc && (p = xmldoc_next(node, p, "Polygon")) != NULL;)
        rc = take_polygon(r, p, is_opaque ? GMLMASK_OPAQUE : GMLMASK_CIRRUS, e);
    return rc;
}

/* srsName="urn:ogc:def:crs:EPSG:8.7:32756" */
static int check_projection(const struct reader *r, struct xml_node *root, struct err *e)
{
    struct xml_node *envelope = xmldoc_next(root, root, "Envelope");
    const char *name = envelope ? xmldoc_attribute_raw(envelope, "srsName") : NULL;
    const char *colon = name ? strrchr(name, ':') : NULL;
    long epsg;
    if (!name)
        return 0;
    if (!colon || !number_read_int(colon + 1, 1, INT32_MAX, &epsg) || epsg != r->grid->epsg)
        return bad(r, envelope, "has another projection than the product: ", name, e);
    return 0;
}

static int take_document(struct reader *r, struct xml_node *root, struct err *e)
{
    if (strcmp(xmldoc_name(root), "Mask") != 0)
        return bad(r, root, "is not the root of a mask", NULL, e);
    int rc = check_projection(r, root, e);
    for (struct xml_node *f = root; !rc && (f = xmldoc_next(root, f, "MaskFeature")) != NULL;)
        rc = take_feature(r, f, e);
    return rc;
}

int gmlmask_read(struct source *s, const char *file, const struct geogrid *grid,
                 struct gmlmask *out, struct err *e)
{
    struct xmldoc *doc;
    struct reader r = {.file = file, .grid = grid, .out = out};
    *out = (struct gmlmask){0};
    int rc = xmldoc_open(s, file, &doc, e);
    if (rc)
        return rc;
    rc = take_document(&r, xmldoc_root(doc, file).node, e);
    xmldoc_close(doc);
    if (rc)
        gmlmask_clear(out);
    return rc;
}

void gmlmask_clear(struct gmlmask *m)
{
    free(m->polygon);
    rings_clear(&m->rings);
    *m = (struct gmlmask){0};
}

struct polygon gmlmask_polygon(const struct gmlmask *m, size_t i)
{
    return rings_polygon(&m->rings, &m->polygon[i].span);
}
