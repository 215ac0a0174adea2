#include "io/safe.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/safe_value.h"

static const size_t XML_MAX = (size_t)64 << 20;
static const char PRODUCT_XML[] = "MTD_MSIL1C.xml";

/* ---- XML ---- */

/* Where to look: the elements under `node` of a file. */
struct place {
    const char *file;
    xmlNode *node;
};

struct report {
    bool doctype;
    int line;
    char msg[200]; /* the first error */
};

static void on_error(void *user, xmlErrorPtr error)
{
    struct report *r = user;
    if (error->level < XML_ERR_ERROR || r->msg[0] != '\0')
        return;
    r->line = error->line;
    snprintf(r->msg, sizeof r->msg, "%s", error->message ? error->message : "unknown error");
    r->msg[strcspn(r->msg, "\n")] = '\0';
}

/* Stops at the DOCTYPE itself, before a single entity is declared. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    xmlParserCtxt *parser = ctx;
    ((struct report *)parser->_private)->doctype = true;
    xmlStopParser(parser);
}

static int parse_bytes(const char *file, const unsigned char *data, size_t len, xmlDoc **out, struct err *e)
{
    *out = NULL;
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (!parser)
        return err_nomem(e, sizeof *parser);
    struct report report = {0};
    parser->_private = &report;
    parser->sax->internalSubset = on_doctype;
    xmlSetStructuredErrorFunc(&report, on_error); /* else libxml2 prints */
    xmlDoc *doc = xmlCtxtReadMemory(parser, (const char *)data, (int)len, file, NULL, XML_PARSE_NONET);
    xmlSetStructuredErrorFunc(NULL, NULL);
    bool memory = parser->errNo == XML_ERR_NO_MEMORY;
    xmlFreeParserCtxt(parser);

    int rc = 0;
    if (report.doctype)
        rc = err_set(e, ERR_INPUT, "%s: has a DOCTYPE, which real metadata never has: refused", file);
    else if (memory)
        rc = err_nomem(e, len);
    else if (!doc || !xmlDocGetRootElement(doc))
        rc = err_set(e, ERR_INPUT, "%s: is not well-formed XML: line %d: %s", file, report.line,
                     report.msg[0] ? report.msg : "no elements");
    if (rc)
        xmlFreeDoc(doc);
    else
        *out = doc;
    return rc;
}

static int parse_file(struct source *s, const char *file, xmlDoc **out, struct err *e)
{
    unsigned char *data;
    size_t len;
    *out = NULL;
    int rc = source_read(s, file, XML_MAX, &data, &len, e);
    if (rc)
        return rc;
    rc = parse_bytes(file, data, len, out, e);
    free(data);
    return rc;
}

/* The next element called `name`, in document order, after `at` and under `top`. */
static xmlNode *next_named(xmlNode *top, xmlNode *at, const char *name)
{
    for (;;) {
        if (at->type == XML_ELEMENT_NODE && at->children) {
            at = at->children;
        } else {
            while (at != top && !at->next)
                at = at->parent;
            if (at == top)
                return NULL;
            at = at->next;
        }
        if (at->type == XML_ELEMENT_NODE && xmlStrEqual(at->name, (const xmlChar *)name))
            return at;
    }
}

static xmlNode *first_named(const struct place *p, const char *name) { return next_named(p->node, p->node, name); }

/* Takes `raw` over: blanks around it are dropped; printable ASCII only, because it ends up in names and attributes. */
static int take_text(const char *where, xmlChar *raw, char *buf, size_t size, struct err *e)
{
    const char *s = raw ? (const char *)raw : "";
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        n--;
    int rc = 0;
    if (n == 0)
        rc = err_set(e, ERR_INPUT, "%s is empty", where);
    else if (n >= size)
        rc = err_set(e, ERR_INPUT, "%s is %zu characters long; at most %zu are allowed", where, n, size - 1);
    for (size_t i = 0; i < n && !rc; i++) {
        if (s[i] < 0x20 || s[i] > 0x7e)
            rc = err_set(e, ERR_INPUT, "%s holds other characters than printable ASCII", where);
    }
    if (!rc) {
        memcpy(buf, s, n);
        buf[n] = '\0';
    }
    xmlFree(raw);
    return rc;
}

static int node_text(const struct place *p, xmlNode *node, char *buf, size_t size, struct err *e)
{
    char where[128];
    snprintf(where, sizeof where, "%s: %s", p->file, (const char *)node->name);
    return take_text(where, xmlNodeGetContent(node), buf, size, e);
}

static int attribute(const struct place *p, xmlNode *node, const char *name, char buf[32], struct err *e)
{
    char where[128];
    snprintf(where, sizeof where, "%s: %s's attribute %s", p->file, (const char *)node->name, name);
    xmlChar *raw = xmlGetNoNsProp(node, (const xmlChar *)name);
    if (!raw)
        return err_set(e, ERR_INPUT, "%s is missing", where);
    return take_text(where, raw, buf, 32, e);
}

static int text(const struct place *p, const char *name, char *buf, size_t size, struct err *e)
{
    xmlNode *node = first_named(p, name);
    if (!node)
        return err_set(e, ERR_INPUT, "%s: no %s under %s", p->file, name, (const char *)p->node->name);
    return node_text(p, node, buf, size, e);
}

static int bad_value(const struct place *p, const char *name, const char *value, const char *wanted, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: %s is \"%.120s\": %s", p->file, name, value, wanted);
}

struct range {
    long min, max;
};

static int integer_in(const struct place *p, xmlNode *node, struct range range, int32_t *out, struct err *e)
{
    char value[64], wanted[64];
    int rc = node_text(p, node, value, sizeof value, e);
    if (rc)
        return rc;
    long v;
    snprintf(wanted, sizeof wanted, "not an integer from %ld to %ld", range.min, range.max);
    if (!safe_value_int(value, range.min, range.max, &v))
        return bad_value(p, (const char *)node->name, value, wanted, e);
    *out = (int32_t)v;
    return 0;
}

static int integer(const struct place *p, const char *name, struct range range, int32_t *out, struct err *e)
{
    xmlNode *node = first_named(p, name);
    if (!node)
        return err_set(e, ERR_INPUT, "%s: no %s under %s", p->file, name, (const char *)p->node->name);
    return integer_in(p, node, range, out, e);
}

static int number(const struct place *p, const char *name, double *out, struct err *e)
{
    char value[64];
    int rc = text(p, name, value, sizeof value, e);
    if (rc)
        return rc;
    return safe_value_number(value, out) ? 0 : bad_value(p, name, value, "not a number", e);
}

/* ---- MTD_MSIL1C.xml ---- */

static int read_name(const struct place *p, struct product *out, struct err *e)
{
    char uri[sizeof out->name + 5];
    int rc = text(p, "PRODUCT_URI", uri, sizeof uri, e);
    if (rc)
        return rc;
    size_t n = strlen(uri);
    if (n > 5 && strcmp(uri + n - 5, ".SAFE") == 0)
        uri[n - 5] = '\0';
    if (strlen(uri) >= sizeof out->name || !safe_value_is_name(uri))
        return bad_value(p, "PRODUCT_URI", uri, "not a product's name (letters, digits, '_', '-', '.', at most 127)",
                         e);
    memcpy(out->name, uri, strlen(uri) + 1);
    return 0;
}

static int read_general(const struct place *p, struct product *out, struct err *e)
{
    char level[32];
    int rc = text(p, "PROCESSING_LEVEL", level, sizeof level, e);
    if (rc)
        return rc;
    if (strcmp(level, "Level-1C") != 0)
        return bad_value(p, "PROCESSING_LEVEL", level, "this version reads Level-1C", e);
    memcpy(out->level, "L1C", sizeof "L1C");
    if ((rc = read_name(p, out, e)) || (rc = text(p, "PROCESSING_BASELINE", out->baseline, sizeof out->baseline, e)) ||
        (rc = text(p, "SPACECRAFT_NAME", out->spacecraft, sizeof out->spacecraft, e)) ||
        (rc = text(p, "PRODUCT_START_TIME", out->sensing_time, sizeof out->sensing_time, e)))
        return rc;
    if (!safe_value_is_time(out->sensing_time))
        return bad_value(p, "PRODUCT_START_TIME", out->sensing_time, "not a time like 2022-01-25T15:17:01.024Z", e);
    if (first_named(p, "GENERATION_TIME"))
        rc = text(p, "GENERATION_TIME", out->generation_time, sizeof out->generation_time, e);
    return rc;
}

static int read_special_values(const struct place *p, struct product *out, struct err *e)
{
    out->nodata = 0;
    out->saturated = 65535;
    for (xmlNode *n = first_named(p, "Special_Values"); n; n = next_named(p->node, n, "Special_Values")) {
        struct place at = {p->file, n};
        char kind[64];
        int32_t v;
        int rc = text(&at, "SPECIAL_VALUE_TEXT", kind, sizeof kind, e);
        if (!rc)
            rc = integer(&at, "SPECIAL_VALUE_INDEX", (struct range){0, 65535}, &v, e);
        if (rc)
            return rc;
        if (strcmp(kind, "NODATA") == 0)
            out->nodata = (uint16_t)v;
        else if (strcmp(kind, "SATURATED") == 0)
            out->saturated = (uint16_t)v;
    }
    return 0;
}

static int read_offsets(const struct place *p, struct product *out, struct err *e)
{
    xmlNode *list = first_named(p, "Radiometric_Offset_List");
    out->has_offset = list != NULL;
    if (!list)
        return 0;
    band_set seen = 0;
    for (xmlNode *n = next_named(list, list, "RADIO_ADD_OFFSET"); n; n = next_named(list, n, "RADIO_ADD_OFFSET")) {
        char id[32];
        int rc = attribute(p, n, "band_id", id, e);
        if (rc)
            return rc;
        long band;
        if (!safe_value_int(id, 0, BAND_COUNT - 1, &band))
            return bad_value(p, "RADIO_ADD_OFFSET's band_id", id, "not an integer from 0 to 12", e);
        if (band_in(seen, (int)band))
            return bad_value(p, "RADIO_ADD_OFFSET's band_id", id, "is there twice", e);
        rc = integer_in(p, n, (struct range){-65535, 65535}, &out->band[band].offset, e);
        if (rc)
            return rc;
        seen |= (band_set)1 << band;
    }
    if (seen == BAND_SET_ALL)
        return 0;
    return err_set(e, ERR_INPUT, "%s: Radiometric_Offset_List has RADIO_ADD_OFFSET for %d of the %d bands", p->file,
                   band_set_count(seen), BAND_COUNT);
}

static int read_wavelengths(const struct place *p, struct product *out, struct err *e)
{
    for (int i = 0; i < BAND_COUNT; i++)
        out->band[i].wavelength_nm = band_table[i].wavelength_nm;
    for (xmlNode *n = first_named(p, "Spectral_Information"); n; n = next_named(p->node, n, "Spectral_Information")) {
        struct place at = {p->file, n};
        if (!first_named(&at, "CENTRAL"))
            continue;
        char physical[32];
        double nm;
        int rc = attribute(p, n, "physicalBand", physical, e);
        if (!rc)
            rc = number(&at, "CENTRAL", &nm, e);
        if (rc)
            return rc;
        if (nm < 100 || nm > 100000)
            return err_set(e, ERR_INPUT, "%s: CENTRAL of %s is %g nm", p->file, physical, nm);
        for (int i = 0; i < BAND_COUNT; i++) {
            if (strcmp(physical, band_table[i].physical) == 0)
                out->band[i].wavelength_nm = nm;
        }
    }
    return 0;
}

/* "GRANULE/<one>/…" of an image is the product's granule; another one beside it is refused. */
static int take_granule(const struct place *p, const char *image, struct product *out, struct err *e)
{
    static const char top[] = "GRANULE/";
    size_t n = sizeof top - 1;
    if (strncmp(image, top, n) == 0 && strchr(image + n, '/'))
        n += strcspn(image + n, "/");
    else
        return bad_value(p, "IMAGE_FILE", image, "is not in a folder of GRANULE", e);
    if (n >= sizeof out->granule)
        return bad_value(p, "IMAGE_FILE", image, "its granule's name is too long", e);
    if (out->granule[0] == '\0') {
        memcpy(out->granule, image, n);
        out->granule[n] = '\0';
    } else if (strncmp(out->granule, image, n) != 0 || out->granule[n] != '\0') {
        return bad_value(p, "IMAGE_FILE", image, "is in another granule than the images before it", e);
    }
    return 0;
}

static int take_image(const struct place *p, char *image, struct product *out, struct err *e)
{
    if (!source_name_ok(image))
        return bad_value(p, "IMAGE_FILE", image, "is not a path inside of the product", e);
    int rc = take_granule(p, image, out, e);
    if (rc)
        return rc;
    size_t n = strlen(image);
    if (n > 4 && strcmp(image + n - 4, ".jp2") == 0)
        image[n -= 4] = '\0';
    int band = n > 4 && image[n - 4] == '_' ? band_find(image + n - 3) : -1;
    if (band < 0)
        return 0; /* TCI */
    if (out->band[band].image[0] != '\0')
        return bad_value(p, "IMAGE_FILE", image, "is the second image of that band", e);
    int length = snprintf(out->band[band].image, sizeof out->band[band].image, "%s.jp2", image);
    if (length >= (int)sizeof out->band[band].image)
        return bad_value(p, "IMAGE_FILE", image, "is too long", e);
    return 0;
}

static int read_images(const struct place *p, struct product *out, struct err *e)
{
    band_set seen = 0;
    for (xmlNode *n = first_named(p, "IMAGE_FILE"); n; n = next_named(p->node, n, "IMAGE_FILE")) {
        char image[sizeof out->band[0].image];
        int rc = node_text(p, n, image, sizeof image, e);
        if (!rc)
            rc = take_image(p, image, out, e);
        if (rc)
            return rc;
    }
    for (int i = 0; i < BAND_COUNT; i++)
        seen |= (band_set)(out->band[i].image[0] != '\0') << i;
    return seen ? 0 : err_set(e, ERR_INPUT, "%s: no IMAGE_FILE of any band", p->file);
}

static int read_product_xml(struct source *s, struct product *out, struct err *e)
{
    xmlDoc *doc;
    int rc = parse_file(s, PRODUCT_XML, &doc, e);
    if (rc)
        return rc;
    struct place p = {PRODUCT_XML, xmlDocGetRootElement(doc)};
    if (!(rc = read_general(&p, out, e)) &&
        !(rc = integer(&p, "QUANTIFICATION_VALUE", (struct range){1, 1000000}, &out->quantification, e)) &&
        !(rc = read_special_values(&p, out, e)) && !(rc = read_offsets(&p, out, e)) &&
        !(rc = read_wavelengths(&p, out, e)) && !(rc = read_images(&p, out, e)))
        rc = safe_value_ids(PRODUCT_XML, out, e);
    xmlFreeDoc(doc);
    return rc;
}

/* ---- MTD_TL.xml ---- */

static const int32_t grid_pixel_m[PRODUCT_GRID_COUNT] = {10, 20, 60};

static int read_epsg(const struct place *p, int32_t *epsg, struct err *e)
{
    char code[32];
    int rc = text(p, "HORIZONTAL_CS_CODE", code, sizeof code, e);
    if (rc)
        return rc;
    long v = 0;
    bool ok = strncmp(code, "EPSG:", 5) == 0 && safe_value_int(code + 5, 32601, 32760, &v);
    if (!ok || v % 100 < 1 || v % 100 > 60)
        return bad_value(p, "HORIZONTAL_CS_CODE", code, "not EPSG:326zz or EPSG:327zz, zz = 01 to 60", e);
    *epsg = (int32_t)v;
    return 0;
}

/* The element of that name and resolution: exactly one. */
static int at_resolution(const struct place *p, const char *name, int32_t pixel_m, struct place *out, struct err *e)
{
    *out = (struct place){p->file, NULL};
    for (xmlNode *n = first_named(p, name); n; n = next_named(p->node, n, name)) {
        char value[32];
        int rc = attribute(p, n, "resolution", value, e);
        if (rc)
            return rc;
        long v;
        if (!safe_value_int(value, pixel_m, pixel_m, &v))
            continue;
        if (out->node)
            return err_set(e, ERR_INPUT, "%s: %s of %d m is there twice", p->file, name, (int)pixel_m);
        out->node = n;
    }
    return out->node ? 0 : err_set(e, ERR_INPUT, "%s: no %s with resolution=\"%d\"", p->file, name, (int)pixel_m);
}

static int check_dimension(const struct place *p, const char *name, double wanted, struct err *e)
{
    double v;
    int rc = number(p, name, &v, e);
    if (rc || v == wanted)
        return rc;
    return err_set(e, ERR_INPUT, "%s: %s is %g, but the resolution says %g", p->file, name, v, wanted);
}

static int read_grid(const struct place *p, int32_t pixel_m, struct geogrid *g, struct err *e)
{
    const struct range side = {1, 32768};
    struct place size, position;
    int rc;
    if ((rc = at_resolution(p, "Size", pixel_m, &size, e)) ||
        (rc = at_resolution(p, "Geoposition", pixel_m, &position, e)) ||
        (rc = integer(&size, "NCOLS", side, &g->width, e)) || (rc = integer(&size, "NROWS", side, &g->height, e)) ||
        (rc = number(&position, "ULX", &g->ulx_m, e)) || (rc = number(&position, "ULY", &g->uly_m, e)) ||
        (rc = check_dimension(&position, "XDIM", pixel_m, e)) || (rc = check_dimension(&position, "YDIM", -pixel_m, e)))
        return err_wrap(e, "%d m grid", (int)pixel_m);
    g->pixel_m = pixel_m;
    if (fabs(g->ulx_m) > 2e7 || fabs(g->uly_m) > 2e7)
        return err_set(e, ERR_INPUT, "%s: the %d m grid's corner %g, %g is nowhere on Earth", p->file, (int)pixel_m,
                       g->ulx_m, g->uly_m);
    return 0;
}

static int read_grids(const struct place *p, struct product *out, struct err *e)
{
    int32_t epsg = 0;
    int rc = read_epsg(p, &epsg, e);
    for (int i = 0; i < PRODUCT_GRID_COUNT && !rc; i++) {
        out->grid[i].epsg = epsg;
        rc = read_grid(p, grid_pixel_m[i], &out->grid[i], e);
        if (!rc)
            rc = safe_value_check_grid(p->file, &out->grid[PRODUCT_GRID_10], &out->grid[i], e);
    }
    return rc;
}

static int read_tile_xml(struct source *s, struct product *out, struct err *e)
{
    char file[sizeof out->granule + sizeof "/MTD_TL.xml"];
    snprintf(file, sizeof file, "%s/MTD_TL.xml", out->granule);
    xmlDoc *doc;
    int rc = parse_file(s, file, &doc, e);
    if (rc)
        return rc;
    struct place p = {file, xmlDocGetRootElement(doc)};
    rc = read_grids(&p, out, e);
    xmlFreeDoc(doc);
    return rc;
}

int safe_read_product(struct source *s, struct product *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    int rc = read_product_xml(s, out, e);
    return rc ? rc : read_tile_xml(s, out, e);
}
