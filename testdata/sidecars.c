#include "testdata/sidecars.h"
#include "core/path.h"
#include "io/source/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "testdata/encode.h"
#include "testdata/xml_file.h"

static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n";

int sidecars_write_inspire(const struct spec *s, const char *root, struct err *e)
{
    struct xml_file x;
    if (xml_open(&x, root, "INSPIRE.xml", e) != 0)
        return e->code;
    fputs(declaration, x.out);
    fprintf(x.out,
            "<gmd:MD_Metadata xmlns:gco=\"http://www.isotc211.org/2005/gco\""
            " xmlns:gmd=\"http://www.isotc211.org/2005/gmd\">\n"
            "    <gmd:fileIdentifier>\n        <gco:CharacterString>%s.SAFE</gco:CharacterString>\n"
            "    </gmd:fileIdentifier>\n</gmd:MD_Metadata>\n",
            s->name);
    return xml_close(&x, e);
}

/* ---- masks up to 03.01: GML ---- */

static void begin_polygon(FILE *o, const char *type, const char *id)
{
    fprintf(o,
            "  <eop:maskMembers>\n    <eop:MaskFeature gml:id=\"%2$s\">\n"
            "      <eop:maskType codeSpace=\"urn:gs2:S2PDGS:maskType\">%1$s</eop:maskType>\n"
            "      <eop:extentOf>\n        <gml:Polygon gml:id=\"%2$s_Polygon\">\n",
            type, id);
}

static void begin_ring(FILE *o, const char *side)
{
    fprintf(o,
            "          <gml:%s>\n            <gml:LinearRing>\n              <gml:posList "
            "srsDimension=\"2\">",
            side);
}

static void end_ring(FILE *o, const char *side)
{
    fprintf(o, "</gml:posList>\n            </gml:LinearRing>\n          </gml:%s>\n", side);
}

static void end_polygon(FILE *o)
{
    fputs("        </gml:Polygon>\n      </eop:extentOf>\n    </eop:MaskFeature>\n  "
          "</eop:maskMembers>\n",
          o);
}

static void put_wedge(FILE *o, const struct spec *s, const char *band)
{
    int32_t ulx = s->scene.ulx_m, uly = s->scene.uly_m, side = s->scene.side_m;
    char id[40];
    snprintf(id, sizeof id, "QT_NODATA_PIXELS-%s-0", band);
    begin_polygon(o, "QT_NODATA_PIXELS", id);
    begin_ring(o, "exterior");
    fprintf(o, "%" PRId32 " %" PRId32 " %.1f %" PRId32 " %" PRId32 " %.1f %" PRId32 " %" PRId32,
            ulx, uly, ulx + 0.25 * side, uly, ulx, uly - 0.75 * side, ulx, uly);
    end_ring(o, "exterior");
    end_polygon(o);
}

static void put_box(FILE *o, const char *side, const struct scene_box *b)
{
    begin_ring(o, side);
    fprintf(o,
            "%1$" PRId32 " %2$" PRId32 " %1$" PRId32 " %4$" PRId32 " %3$" PRId32 " %4$" PRId32
            " %3$" PRId32 " %2$" PRId32 " %1$" PRId32 " %2$" PRId32,
            b->west_m, b->south_m, b->east_m, b->north_m);
    end_ring(o, side);
}

static void put_clouds(FILE *o, const struct scene_clouds *c, int number)
{
    char id[40];
    snprintf(id, sizeof id, "OPAQUE.%d", number);
    begin_polygon(o, "OPAQUE", id);
    put_box(o, "exterior", &c->opaque);
    if (c->has_hole)
        put_box(o, "interior", &c->hole);
    end_polygon(o);
    int32_t e = c->cirrus_east_m, n = c->cirrus_north_m, r = c->cirrus_radius_m;
    snprintf(id, sizeof id, "CIRRUS.%d", number);
    begin_polygon(o, "CIRRUS", id);
    begin_ring(o, "exterior");
    fprintf(o,
            "%" PRId32 " %" PRId32 " %" PRId32 " %" PRId32 " %" PRId32 " %" PRId32 " %" PRId32
            " %" PRId32 " %" PRId32 " %" PRId32,
            e - r, n, e, n + r, e + r, n, e, n - r, e - r, n);
    end_ring(o, "exterior");
    end_polygon(o);
}

/* Writes the polygons of all cells that the product touches, uncut. */
static void put_all_clouds(FILE *o, const struct scene *s)
{
    int32_t left = scene_floor_div(s->ulx_m, SCENE_CELL_EAST_M);
    int32_t right = scene_floor_div(s->ulx_m + s->side_m - 1, SCENE_CELL_EAST_M);
    int32_t top = scene_floor_div(s->uly_m - 1, SCENE_CELL_NORTH_M);
    int32_t bottom = scene_floor_div(s->uly_m - s->side_m, SCENE_CELL_NORTH_M);
    int number = 0;
    for (int32_t j = top; j >= bottom; j--)
        for (int32_t i = left; i <= right; i++) {
            struct scene_clouds c = scene_clouds_of(i, j);
            put_clouds(o, &c, number++);
        }
}

static int write_gml(const struct spec *s, const char *root, const char *type, const char *band,
                     struct err *e)
{
    char name[120];
    snprintf(name, sizeof name, "GRANULE/%s/QI_DATA/MSK_%s_%s.gml", s->granule, type, band);
    struct xml_file x;
    if (xml_open(&x, root, name, e) != 0)
        return e->code;
    int32_t ulx = s->scene.ulx_m, uly = s->scene.uly_m, side = s->scene.side_m;
    fputs(declaration, x.out);
    fprintf(
        x.out,
        "<eop:Mask xmlns:eop=\"http://www.opengis.net/eop/2.0\" "
        "xmlns:gml=\"http://www.opengis.net/gml/3.2\""
        " gml:id=\"S2%c_OPER_MSK_%s_%s_MSI\">\n  <gml:name>%s MASK from T%s, band %s</gml:name>\n",
        s->platform, type, band, type, s->tile, band);
    fprintf(x.out,
            "  <gml:boundedBy>\n    <gml:Envelope srsName=\"urn:ogc:def:crs:EPSG:8.7.1:%" PRId32
            "\">\n"
            "      <gml:lowerCorner>%" PRId32 " %" PRId32 "</gml:lowerCorner>\n"
            "      <gml:upperCorner>%" PRId32 " %" PRId32
            "</gml:upperCorner>\n    </gml:Envelope>\n  </gml:boundedBy>\n",
            s->epsg, ulx, uly - side, ulx + side, uly);
    if (s->scene.wedge && strcmp(type, "NODATA") == 0)
        put_wedge(x.out, s, band);
    if (s->masks & SPEC_MASK_CLASSI && strcmp(type, "CLOUDS") == 0)
        put_all_clouds(x.out, &s->scene);
    fputs("</eop:Mask>\n", x.out);
    return xml_close(&x, e);
}

static int write_gml_masks(const struct spec *s, const char *root, struct err *e)
{
    static const char *const types[] = {"DEFECT", "DETFOO", "NODATA", "SATURA", "TECQUA"};
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        for (int t = 0; t < 5; t++)
            if (write_gml(s, root, types[t], band_table[b].name, e) != 0)
                return e->code;
    return write_gml(s, root, "CLOUDS", "B00", e);
}

/* ---- masks from 04.00: JP2 ---- */

static int classi_pixels(void *context, int component, struct rect part, struct view out,
                         struct err *e)
{
    const struct spec *s = context;
    (void)component;
    (void)e;
    if (s->masks & SPEC_MASK_CLASSI)
        scene_mask_view(&s->scene, SCENE_CLASSI, 60, part, out);
    for (int32_t y = 0; y < part.h && !(s->masks & SPEC_MASK_CLASSI); y++)
        memset(view_row(out, y), 0, (size_t)part.w * sizeof *out.px);
    return 0;
}

static int write_classi(const struct spec *s, const char *root, struct err *e)
{
    char path[PATH_MAX];
    if (files_path(path, e, "%s/GRANULE/%s/QI_DATA/MSK_CLASSI_B00.jp2", root, s->granule) != 0)
        return (int)e->code;
    int32_t side = spec_width(s, 60);
    struct encode_format f = {.width = side,
                              .height = side,
                              .components = 3,
                              .components_are_bits = true,
                              .bits = 8,
                              .tile = 256,
                              .precinct = 128,
                              .block = 16,
                              .epsg = s->epsg,
                              .ulx_m = s->scene.ulx_m,
                              .uly_m = s->scene.uly_m,
                              .pixel_m = 60};
    struct spec spec = *s; /* the encoder passes it on as non-const */
    return encode_jp2(path, &f, classi_pixels, &spec, e);
}

/* ---- probabilities of Sen2Cor, of any baseline ---- */

struct probability {
    const struct spec *spec;
    enum scene_mask mask;
    int32_t pixel_m;
};

static int probability_pixels(void *context, int component, struct rect part, struct view out,
                              struct err *e)
{
    const struct probability *p = context;
    (void)component;
    (void)e;
    scene_mask_view(&p->spec->scene, p->mask, p->pixel_m, part, out);
    return 0;
}

static int write_probability(const struct spec *s, const char *root, struct probability p,
                             struct err *e)
{
    char path[PATH_MAX];
    if (files_path(path, e, "%s/GRANULE/%s/QI_DATA/MSK_%s_%" PRId32 "m.jp2", root, s->granule,
                   p.mask == SCENE_CLOUD_PROBABILITY ? "CLDPRB" : "SNWPRB", p.pixel_m) != 0)
        return (int)e->code;
    struct encode_format f = {.width = spec_width(s, p.pixel_m),
                              .height = spec_width(s, p.pixel_m),
                              .components = 1,
                              .bits = 8,
                              .tile = s->jp2_tile[spec_grid(p.pixel_m)],
                              .precinct = p.pixel_m == 20 ? 128 : 64,
                              .block = p.pixel_m == 20 ? 8 : 4,
                              .epsg = s->epsg,
                              .ulx_m = s->scene.ulx_m,
                              .uly_m = s->scene.uly_m,
                              .pixel_m = p.pixel_m};
    return encode_jp2(path, &f, probability_pixels, &p, e);
}

int sidecars_write_masks(const struct spec *s, const char *root, struct err *e)
{
    static const enum scene_mask masks[] = {SCENE_CLOUD_PROBABILITY, SCENE_SNOW_PROBABILITY};
    int rc = s->baseline < BASELINE_0400 ? write_gml_masks(s, root, e) : write_classi(s, root, e);
    for (int i = 0; rc == 0 && s->level == LEVEL_L2A && i < 4; i++)
        rc = write_probability(s, root, (struct probability){s, masks[i % 2], i < 2 ? 20 : 60}, e);
    return rc;
}

/* ---- manifest ---- */

static const char *mime_type(const char *path)
{
    return path_has_suffix(path, ".jp2") ? "application/octet-stream" : "text/xml";
}

static int digest_stream(FILE *f, struct digest *d, char text[DIGEST_TEXT_SIZE])
{
    static unsigned char piece[1 << 16];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        digest_add(d, piece, n);
    digest_finish(d, text);
    return ferror(f);
}

/* MD5 up to baseline 03.01, SHA3-256 from then on, as in real products. */
static int checksum(const struct spec *s, const char *root, const char *name,
                    char text[DIGEST_TEXT_SIZE], struct err *e)
{
    char path[PATH_MAX];
    struct digest *d;
    if (files_path(path, e, "%s/%s", root, name) != 0)
        return (int)e->code;
    int rc = digest_create(spec_has_offset(s) ? DIGEST_SHA3_256 : DIGEST_MD5, &d, e);
    if (rc)
        return rc;
    FILE *f = fopen(path, "rbe");
    if (!f || digest_stream(f, d, text) != 0)
        rc = err_sys(e, ERR_OUTPUT, errno, "%s", path);
    if (f)
        fclose(f);
    digest_destroy(d);
    return rc;
}

static int write_object(const struct spec *s, const char *root, const struct file_entry *file,
                        size_t number, FILE *out, struct err *e)
{
    char text[DIGEST_TEXT_SIZE];
    int rc = checksum(s, root, file->path, text, e);
    if (rc)
        return rc;
    fprintf(
        out,
        "        <dataObject ID=\"Data_%zu\">\n            <byteStream mimeType=\"%s\" "
        "size=\"%" PRId64 "\">\n"
        "                <fileLocation href=\"./%s\" locatorType=\"URL\"/>\n"
        "                <checksum checksumName=\"%s\">%s</checksum>\n            </byteStream>\n"
        "        </dataObject>\n",
        number, mime_type(file->path), file->size, file->path,
        digest_name(spec_has_offset(s) ? DIGEST_SHA3_256 : DIGEST_MD5), text);
    return 0;
}

int sidecars_write_manifest(const struct spec *s, const char *root, const struct file_list *files,
                            struct err *e)
{
    struct xml_file x;
    if (xml_open(&x, root, "manifest.safe", e) != 0)
        return e->code;
    fputs(declaration, x.out);
    fprintf(x.out,
            "<xfdu:XFDU xmlns:gml=\"http://www.opengis.net/gml\" "
            "xmlns:safe=\"http://www.esa.int/safe/sentinel/1.1\""
            " xmlns:xfdu=\"urn:ccsds:schema:xfdu:1\""
            " version=\"esa/safe/sentinel/1.1/sentinel-2/msi/archive_%s_user_product\">\n"
            "    <informationPackageMap>\n        <xfdu:contentUnit textInfo=\"%s\" "
            "unitType=\"Product %s\"/>\n"
            "    </informationPackageMap>\n    <dataObjectSection>\n",
            s->level == LEVEL_L2A ? "l2a" : "l1c", s->name, level_table[s->level].title);
    int rc = 0;
    for (size_t i = 0; i < files->n && !rc; i++)
        rc = write_object(s, root, &files->file[i], i + 1, x.out, e);
    fputs("    </dataObjectSection>\n</xfdu:XFDU>\n", x.out);
    int closed = xml_close(&x, rc ? &(struct err){0} : e);
    return rc ? rc : closed;
}
