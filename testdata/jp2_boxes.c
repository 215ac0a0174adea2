#include "testdata/jp2_boxes.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

/* %1$d × %2$d pixels, EPSG %3$d, the centre of the upper-left pixel %4$d %5$d, pixel %6$d m */
static const char gml_format[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?>\n"
    "<gml:FeatureCollection xmlns:gml=\"http://www.opengis.net/gml\""
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
    " xsi:schemaLocation=\"http://www.opengeospatial.net/gml"
    " http://schemas.opengis.net/gml/3.1.1/profiles/gmlJP2Profile/1.0.0/gmlJP2Profile.xsd\">\n"
    "  <gml:boundedBy>\n"
    "    <gml:Null>withheld</gml:Null>\n"
    "  </gml:boundedBy>\n"
    "  <gml:featureMember>\n"
    "    <gml:FeatureCollection>\n"
    "      <gml:featureMember>\n"
    "        <gml:RectifiedGridCoverage dimension=\"2\" gml:id=\"RGC0001\">\n"
    "          <gml:rectifiedGridDomain>\n"
    "            <gml:RectifiedGrid dimension=\"2\">\n"
    "              <gml:limits>\n"
    "                <gml:GridEnvelope>\n"
    "                  <gml:low>1 1</gml:low>\n"
    "                  <gml:high>%1$" PRId32 " %2$" PRId32 "</gml:high>\n"
    "                </gml:GridEnvelope>\n"
    "              </gml:limits>\n"
    "              <gml:axisName>x</gml:axisName>\n"
    "              <gml:axisName>y</gml:axisName>\n"
    "              <gml:origin>\n"
    "                <gml:Point gml:id=\"P0001\" srsName=\"urn:ogc:def:crs:EPSG::%3$" PRId32 "\">\n"
    "                  <gml:pos>%4$" PRId32 " %5$" PRId32 "</gml:pos>\n"
    "                </gml:Point>\n"
    "              </gml:origin>\n"
    "              <gml:offsetVector srsName=\"urn:ogc:def:crs:EPSG::%3$" PRId32 "\">%6$" PRId32
    " 0</gml:offsetVector>\n"
    "              <gml:offsetVector srsName=\"urn:ogc:def:crs:EPSG::%3$" PRId32 "\">0 -%6$" PRId32
    "</gml:offsetVector>\n"
    "            </gml:RectifiedGrid>\n"
    "          </gml:rectifiedGridDomain>\n"
    "          <gml:rangeSet>\n"
    "            <gml:File>\n"
    "              <gml:rangeParameters>\n"
    "                <gml:QuantityExtent uom=\"urn:ogc:def:crs:EPSG::%3$" PRId32
    "\">inapplicable inapplicable"
    "</gml:QuantityExtent>\n"
    "              </gml:rangeParameters>\n"
    "              <gml:fileName>gmljp2://codestream/0</gml:fileName>\n"
    "              <gml:fileStructure>Record Interleaved</gml:fileStructure>\n"
    "            </gml:File>\n"
    "          </gml:rangeSet>\n"
    "          <gml:coverageFunction>\n"
    "            <gml:GridFunction>\n"
    "              <gml:sequenceRule order=\"+x-y\">Linear</gml:sequenceRule>\n"
    "              <gml:startPoint>1 %2$" PRId32 "</gml:startPoint>\n"
    "            </gml:GridFunction>\n"
    "          </gml:coverageFunction>\n"
    "        </gml:RectifiedGridCoverage>\n"
    "      </gml:featureMember>\n"
    "    </gml:FeatureCollection>\n"
    "  </gml:featureMember>\n"
    "</gml:FeatureCollection>\n";

/* Boxes nest, and the length of a box comes first. So they are built in memory and written once. */
struct buffer {
    uint8_t byte[8192];
    size_t n;
};

static void put(struct buffer *b, const void *data, size_t n)
{
    memcpy(b->byte + b->n, data, n);
    b->n += n;
}

static void put_u32(struct buffer *b, uint32_t v)
{
    uint8_t big[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    put(b, big, sizeof big);
}

static void put_u16(struct buffer *b, uint32_t v)
{
    uint8_t big[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    put(b, big, sizeof big);
}

static void put_u8(struct buffer *b, int v) { b->byte[b->n++] = (uint8_t)v; }

static size_t open_box(struct buffer *b, const char *type)
{
    size_t start = b->n;
    put_u32(b, 0);
    put(b, type, 4);
    return start;
}

static void close_box(struct buffer *b, size_t start)
{
    size_t end = b->n;
    b->n = start;
    put_u32(b, (uint32_t)(end - start));
    b->n = end;
}

static void put_text_box(struct buffer *b, const char *type, const char *text)
{
    size_t box = open_box(b, type);
    put(b, text, strlen(text));
    close_box(b, box);
}

static void put_header(struct buffer *b, const struct encode_format *f)
{
    size_t jp2h = open_box(b, "jp2h");
    size_t ihdr = open_box(b, "ihdr");
    put_u32(b, (uint32_t)f->height);
    put_u32(b, (uint32_t)f->width);
    put_u16(b, (uint32_t)f->components);
    put_u8(b, f->bits - 1);
    put_u8(b, 7); /* compression: JPEG 2000 */
    put_u8(b, 0); /* the colour space is known */
    put_u8(b, 0); /* no rights box */
    close_box(b, ihdr);
    size_t colr = open_box(b, "colr");
    put_u8(b, 1); /* enumerated */
    put_u8(b, 0);
    put_u8(b, 0);
    put_u32(b, f->components == 3 ? 16 : 17); /* sRGB, greyscale */
    close_box(b, colr);
    close_box(b, jp2h);
}

static void put_gml(struct buffer *b, const struct encode_format *f)
{
    char text[4096];
    snprintf(text, sizeof text, gml_format, f->width, f->height, f->epsg, f->ulx_m + f->pixel_m / 2,
             f->uly_m - f->pixel_m / 2, f->pixel_m);
    size_t outer = open_box(b, "asoc");
    put_text_box(b, "lbl ", "gml.data");
    size_t inner = open_box(b, "asoc");
    put_text_box(b, "lbl ", "gml.root-instance");
    put_text_box(b, "xml ", text);
    close_box(b, inner);
    close_box(b, outer);
}

int jp2_boxes_write(FILE *file, const struct encode_format *f)
{
    struct buffer b = {.n = 0};
    size_t jp = open_box(&b, "jP  ");
    put_u32(&b, 0x0D0A870A);
    close_box(&b, jp);
    size_t ftyp = open_box(&b, "ftyp");
    put(&b, "jp2 \0\0\0\0jp2 ", 12);
    close_box(&b, ftyp);
    put_header(&b, f);
    put_gml(&b, f);
    open_box(&b, "jp2c");
    return fwrite(b.byte, 1, b.n, file) == b.n ? 0 : -1;
}
