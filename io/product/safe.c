#include "io/product/safe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/path.h"
#include "core/text.h"
#include "io/product/safe_value.h"
#include "io/text/number.h"
#include "io/text/xmldoc.h"

/* ---- MTD_MSIL1C.xml, MTD_MSIL2A.xml ---- */

/* Names in Level-2A of PSD 14.2 (Sen2Cor 2.4 to 2.8). Elements of psd-14 have the old or the new
 * name. */
static const char *old_or_new(const struct xml_place *p, const char *name, const char *older)
{
    return xmldoc_first(p, name) || !xmldoc_first(p, older) ? name : older;
}

static int read_name(const struct xml_place *p, struct product *out, struct err *e)
{
    char uri[sizeof out->name + 5];
    int rc = xmldoc_text(p, old_or_new(p, "PRODUCT_URI", "PRODUCT_URI_2A"), uri, sizeof uri, e);
    if (rc)
        return rc;
    uri[product_name_length(uri, strlen(uri))] = '\0';
    if (strlen(uri) >= sizeof out->name || !safe_value_is_name(uri))
        return xmldoc_bad_value(
            p, "PRODUCT_URI", uri,
            "not a product's name (letters, digits, '_', '-', '.', at most 127)", e);
    memcpy(out->name, uri, strlen(uri) + 1);
    return 0;
}

static int read_general(const struct xml_place *p, struct product *out, struct err *e)
{
    char level[32];
    int rc = xmldoc_text(p, "PROCESSING_LEVEL", level, sizeof level, e);
    if (rc)
        return rc;
    if (strcmp(level, product_level(out)->title) != 0)
        return xmldoc_bad_value(p, "PROCESSING_LEVEL", level,
                                "Level-1C and Level-2A are supported, each in the file of its name",
                                e);
    if ((rc = read_name(p, out, e)) ||
        (rc = xmldoc_text(p, "PROCESSING_BASELINE", out->baseline, sizeof out->baseline, e)) ||
        (rc = xmldoc_text(p, "SPACECRAFT_NAME", out->spacecraft, sizeof out->spacecraft, e)) ||
        (rc = xmldoc_text(p, "PRODUCT_START_TIME", out->sensing_time, sizeof out->sensing_time, e)))
        return rc;
    if (!safe_value_is_time(out->sensing_time))
        return xmldoc_bad_value(p, "PRODUCT_START_TIME", out->sensing_time,
                                "not a time like 2022-01-25T15:17:01.024Z", e);
    if (xmldoc_first(p, "GENERATION_TIME"))
        rc =
            xmldoc_text(p, "GENERATION_TIME", out->generation_time, sizeof out->generation_time, e);
    return rc;
}

static int read_special_values(const struct xml_place *p, struct product *out, struct err *e)
{
    out->nodata = 0;
    out->saturated = 65535;
    for (struct xml_node *n = xmldoc_first(p, "Special_Values"); n;
         n = xmldoc_next(p->node, n, "Special_Values")) {
        struct xml_place at = {p->file, n};
        char kind[64];
        int32_t v;
        int rc = xmldoc_text(&at, "SPECIAL_VALUE_TEXT", kind, sizeof kind, e);
        if (!rc)
            rc = xmldoc_integer(&at, "SPECIAL_VALUE_INDEX", (struct xml_range){0, 65535}, &v, e);
        if (rc)
            return rc;
        if (strcmp(kind, "NODATA") == 0)
            out->nodata = (uint16_t)v;
        else if (strcmp(kind, "SATURATED") == 0)
            out->saturated = (uint16_t)v;
    }
    return 0;
}

static int take_offset(const struct xml_place *p, struct xml_node *n, struct product *out,
                       band_set *seen, struct err *e)
{
    char id[32], what[48];
    int rc = xmldoc_attribute(p, n, "band_id", id, sizeof id, e);
    if (rc)
        return rc;
    long band;
    snprintf(what, sizeof what, "%s's band_id", product_level(out)->offset);
    if (!number_read_int(id, 0, BAND_SPECTRAL_COUNT - 1, &band))
        return xmldoc_bad_value(p, what, id, "not an integer from 0 to 12", e);
    if (band_in(*seen, (int)band))
        return xmldoc_bad_value(p, what, id, "is there twice", e);
    *seen |= (band_set)1 << band;
    return xmldoc_node_integer(p, n, (struct xml_range){-65535, 65535}, &out->band[band].offset, e);
}

static int read_offsets(const struct xml_place *p, struct product *out, struct err *e)
{
    const struct level_def *level = product_level(out);
    const char *list_name =
        level == &level_table[LEVEL_L2A] ? "BOA_ADD_OFFSET_VALUES_LIST" : "Radiometric_Offset_List";
    struct xml_node *list = xmldoc_first(p, list_name);
    out->has_offset = list != NULL;
    if (!list)
        return 0;
    band_set seen = 0;
    for (struct xml_node *n = xmldoc_next(list, list, level->offset); n;
         n = xmldoc_next(list, n, level->offset)) {
        int rc = take_offset(p, n, out, &seen, e);
        if (rc)
            return rc;
    }
    seen &= level->spectral; /* Level-2A lists B10 too */
    if (seen == level->spectral)
        return 0;
    return err_set(e, ERR_INPUT, "%s: %s has %s for %d of the %d bands", p->file, list_name,
                   level->offset, band_set_count(seen), band_set_count(level->spectral));
}

static int read_wavelengths(const struct xml_place *p, struct product *out, struct err *e)
{
    for (int i = 0; i < BAND_SPECTRAL_COUNT; i++)
        out->band[i].wavelength_nm = band_table[i].wavelength_nm;
    for (struct xml_node *n = xmldoc_first(p, "Spectral_Information"); n;
         n = xmldoc_next(p->node, n, "Spectral_Information")) {
        struct xml_place at = {p->file, n};
        if (!xmldoc_first(&at, "CENTRAL"))
            continue;
        char physical[32];
        double nm;
        int rc = xmldoc_attribute(p, n, "physicalBand", physical, sizeof physical, e);
        if (!rc)
            rc = xmldoc_number(&at, "CENTRAL", &nm, e);
        if (rc)
            return rc;
        if (nm < 100 || nm > 100000)
            return err_set(e, ERR_INPUT, "%s: CENTRAL of %s is %g nm", p->file, physical, nm);
        for (int i = 0; i < BAND_SPECTRAL_COUNT; i++) {
            if (strcmp(physical, band_table[i].physical) == 0)
                out->band[i].wavelength_nm = nm;
        }
    }
    return 0;
}

/* The granule in an image's path "GRANULE/<one>/…" is the product's granule. A second granule is
 * rejected. */
static int take_granule(const struct xml_place *p, const char *image, struct product *out,
                        struct err *e)
{
    static const char top[] = "GRANULE/";
    size_t n = sizeof top - 1;
    if (strncmp(image, top, n) == 0 && strchr(image + n, '/'))
        n += strcspn(image + n, "/");
    else
        return xmldoc_bad_value(p, "IMAGE_FILE", image, "is not in a folder of GRANULE", e);
    if (n >= sizeof out->granule)
        return xmldoc_bad_value(p, "IMAGE_FILE", image, "its granule's name is too long", e);
    if (out->granule[0] == '\0') {
        memcpy(out->granule, image, n);
        out->granule[n] = '\0';
    } else if (strncmp(out->granule, image, n) != 0 || out->granule[n] != '\0') {
        return xmldoc_bad_value(p, "IMAGE_FILE", image,
                                "is in another granule than the images before it", e);
    }
    return 0;
}

/* The bands of an image whose name (without ".jp2") ends with _<BAND>, in Level-2A with
 * _<BAND>_<METRES>m. Empty for other images (SCL) and for images at another than the band's native
 * resolution. */
static band_set bands_of_image(const struct product *p, const char *image)
{
    char end[16];
    band_set s = 0;
    for (int i = 0; i < BAND_COUNT; i++) {
        if (product_level(p) == &level_table[LEVEL_L2A])
            snprintf(end, sizeof end, "_%s_%dm", band_table[i].image, (int)band_table[i].pixel_m);
        else
            snprintf(end, sizeof end, "_%s", band_table[i].image);
        s |= (band_set)text_ends_with(image, end) << i;
    }
    return s & product_level(p)->bands;
}

static int take_image(const struct xml_place *p, char *image, struct product *out, struct err *e)
{
    if (!source_name_ok(image))
        return xmldoc_bad_value(p, "IMAGE_FILE", image, "is not a path inside of the product", e);
    int rc = take_granule(p, image, out, e);
    if (rc)
        return rc;
    path_cut_suffix(image, ".jp2");
    band_set bands = bands_of_image(out, image);
    for (int b = 0; b < BAND_COUNT; b++) {
        char *to = out->band[b].image;
        if (!band_in(bands, b))
            continue;
        if (to[0] != '\0')
            return xmldoc_bad_value(p, "IMAGE_FILE", image, "is the second image of that band", e);
        if (snprintf(to, sizeof out->band[b].image, "%s.jp2", image) >=
            (int)sizeof out->band[b].image)
            return xmldoc_bad_value(p, "IMAGE_FILE", image, "is too long", e);
    }
    return 0;
}

static int read_images(const struct xml_place *p, struct product *out, struct err *e)
{
    band_set seen = 0;
    const char *name = old_or_new(p, "IMAGE_FILE", "IMAGE_FILE_2A");
    for (struct xml_node *n = xmldoc_first(p, name); n; n = xmldoc_next(p->node, n, name)) {
        char image[sizeof out->band[0].image];
        int rc = xmldoc_node_text(p, n, image, sizeof image, e);
        if (!rc)
            rc = take_image(p, image, out, e);
        if (rc)
            return rc;
    }
    for (int i = 0; i < BAND_COUNT; i++)
        seen |= (band_set)(out->band[i].image[0] != '\0') << i;
    return seen ? 0 : err_set(e, ERR_INPUT, "%s: no IMAGE_FILE of any band", p->file);
}

/* Reads the quantification of a map that the product has. */
static int read_own_quantification(const struct xml_place *p, const char *name,
                                   struct product_band *band, struct err *e)
{
    if (band->image[0] == '\0')
        return 0;
    name = old_or_new(p, name + strlen("L2A_"), name);
    int rc = xmldoc_number(p, name, &band->quantification, e);
    if (rc == 0 && !(band->quantification > 0 && band->quantification <= 1e6))
        rc = err_set(e, ERR_INPUT, "%s: %s is %g", p->file, name, band->quantification);
    return rc;
}

/* Call it once the images are known. */
static int read_quantification(const struct xml_place *p, struct product *out, struct err *e)
{
    const struct xml_range range = {1, 1000000};
    if (product_level(out) == &level_table[LEVEL_L1C])
        return xmldoc_integer(p, "QUANTIFICATION_VALUE", range, &out->quantification, e);
    /* values of the maps are written as 1000.0 */
    double boa;
    const char *name = old_or_new(p, "BOA_QUANTIFICATION_VALUE", "L2A_BOA_QUANTIFICATION_VALUE");
    int rc = xmldoc_number(p, name, &boa, e);
    if (!rc && (boa != floor(boa) || boa < range.min || boa > range.max))
        rc = err_set(e, ERR_INPUT, "%s: %s is %g", p->file, name, boa);
    if (rc)
        return rc;
    out->quantification = (int32_t)boa;
    rc = read_own_quantification(p, "L2A_AOT_QUANTIFICATION_VALUE", &out->band[BAND_AOT], e);
    return rc ? rc
              : read_own_quantification(p, "L2A_WVP_QUANTIFICATION_VALUE", &out->band[BAND_WVP], e);
}

static int read_product_xml(struct source *s, struct product *out, struct err *e)
{
    struct xmldoc *doc;
    const struct level_def *level = &level_table[LEVEL_L1C];
    if (source_has(s, level_table[LEVEL_L2A].xml)) /* a source has one of the two files */
        level = &level_table[LEVEL_L2A];
    snprintf(out->level, sizeof out->level, "%s", level->name);
    int rc = xmldoc_open(s, level->xml, &doc, e);
    if (rc)
        return rc;
    struct xml_place p = xmldoc_root(doc, level->xml);
    if (!(rc = read_general(&p, out, e)) && !(rc = read_special_values(&p, out, e)) &&
        !(rc = read_offsets(&p, out, e)) && !(rc = read_wavelengths(&p, out, e)) &&
        !(rc = read_images(&p, out, e)) && !(rc = read_quantification(&p, out, e)))
        rc = safe_value_ids(level->xml, out, e);
    xmldoc_close(doc);
    return rc;
}

/* ---- MTD_TL.xml ---- */

static const int32_t grid_pixel_m[PRODUCT_GRID_COUNT] = {10, 20, 60};

static int read_epsg(const struct xml_place *p, int32_t *epsg, struct err *e)
{
    char code[32];
    int rc = xmldoc_text(p, "HORIZONTAL_CS_CODE", code, sizeof code, e);
    if (rc)
        return rc;
    long v = 0;
    bool ok = strncmp(code, "EPSG:", 5) == 0 && number_read_int(code + 5, 32601, 32760, &v);
    if (!ok || v % 100 < 1 || v % 100 > 60)
        return xmldoc_bad_value(p, "HORIZONTAL_CS_CODE", code,
                                "not EPSG:326zz or EPSG:327zz, zz = 01 to 60", e);
    *epsg = (int32_t)v;
    return 0;
}

/* Finds the element with that name and resolution, which must be unique. */
static int at_resolution(const struct xml_place *p, const char *name, int32_t pixel_m,
                         struct xml_place *out, struct err *e)
{
    *out = (struct xml_place){p->file, NULL};
    for (struct xml_node *n = xmldoc_first(p, name); n; n = xmldoc_next(p->node, n, name)) {
        char value[32];
        int rc = xmldoc_attribute(p, n, "resolution", value, sizeof value, e);
        if (rc)
            return rc;
        long v;
        if (!number_read_int(value, pixel_m, pixel_m, &v))
            continue;
        if (out->node)
            return err_set(e, ERR_INPUT, "%s: %s of %d m is there twice", p->file, name,
                           (int)pixel_m);
        out->node = n;
    }
    return out->node ? 0
                     : err_set(e, ERR_INPUT, "%s: no %s with resolution=\"%d\"", p->file, name,
                               (int)pixel_m);
}

static int check_dimension(const struct xml_place *p, const char *name, double wanted,
                           struct err *e)
{
    double v;
    int rc = xmldoc_number(p, name, &v, e);
    if (rc || v == wanted)
        return rc;
    return err_set(e, ERR_INPUT, "%s: %s is %g, but the resolution says %g", p->file, name, v,
                   wanted);
}

static int read_grid(const struct xml_place *p, int32_t pixel_m, struct geogrid *g, struct err *e)
{
    const struct xml_range side = {1, 32768};
    struct xml_place size, position;
    int rc;
    if ((rc = at_resolution(p, "Size", pixel_m, &size, e)) ||
        (rc = at_resolution(p, "Geoposition", pixel_m, &position, e)) ||
        (rc = xmldoc_integer(&size, "NCOLS", side, &g->width, e)) ||
        (rc = xmldoc_integer(&size, "NROWS", side, &g->height, e)) ||
        (rc = xmldoc_number(&position, "ULX", &g->ulx_m, e)) ||
        (rc = xmldoc_number(&position, "ULY", &g->uly_m, e)) ||
        (rc = check_dimension(&position, "XDIM", pixel_m, e)) ||
        (rc = check_dimension(&position, "YDIM", -pixel_m, e)))
        return err_wrap(e, "%d m grid", (int)pixel_m);
    g->pixel_m = pixel_m;
    if (fabs(g->ulx_m) > 2e7 || fabs(g->uly_m) > 2e7)
        return err_set(e, ERR_INPUT, "%s: the %d m grid's corner %g, %g is nowhere on Earth",
                       p->file, (int)pixel_m, g->ulx_m, g->uly_m);
    return 0;
}

static int read_grids(const struct xml_place *p, struct product *out, struct err *e)
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
    struct xmldoc *doc;
    int rc = xmldoc_open(s, file, &doc, e);
    if (rc)
        return rc;
    struct xml_place p = xmldoc_root(doc, file);
    rc = read_grids(&p, out, e);
    xmldoc_close(doc);
    return rc;
}

int safe_read_product(struct source *s, struct product *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    int rc = read_product_xml(s, out, e);
    return rc ? rc : read_tile_xml(s, out, e);
}
