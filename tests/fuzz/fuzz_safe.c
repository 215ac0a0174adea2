/* Metadata: bytes that mention Tile_Geocoding are taken for a tile's XML beside a good product's,
 * all others for a product's beside a good tile's, of Level-2A where they mention that. */
#include <stdlib.h>
#include <string.h>

#include "io/product/safe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tile_name[] = "GRANULE/G/MTD_TL.xml";

static const char good_product[] =
    "<P><PROCESSING_LEVEL>Level-1C</PROCESSING_LEVEL>"
    "<PRODUCT_URI>S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE</PRODUCT_URI>"
    "<PROCESSING_BASELINE>04.00</PROCESSING_BASELINE><SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME>"
    "<PRODUCT_START_TIME>2022-01-25T15:17:01.024Z</PRODUCT_START_TIME>"
    "<QUANTIFICATION_VALUE>10000</QUANTIFICATION_VALUE>"
    "<IMAGE_FILE>GRANULE/G/IMG_DATA/T18LTM_20220125T151701_B01</IMAGE_FILE></P>";

#define GRID(res, side)                                                                            \
    "<Size resolution='" res "'><NROWS>" side "</NROWS><NCOLS>" side "</NCOLS></Size>"             \
    "<Geoposition resolution='" res "'><ULX>300000</ULX><ULY>8100040</ULY>"                        \
    "<XDIM>" res "</XDIM><YDIM>-" res "</YDIM></Geoposition>"

static const char good_tile[] =
    "<T><HORIZONTAL_CS_CODE>EPSG:32718</HORIZONTAL_CS_CODE>" GRID("10", "60") GRID("20", "30")
        GRID("60", "10") "</T>";

static bool mentions(const uint8_t *data, size_t size, const char *text)
{
    return memmem(data, size, text, strlen(text)) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source_entry entry[2] = {
        {"MTD_MSIL1C.xml", good_product, sizeof good_product - 1},
        {tile_name, good_tile, sizeof good_tile - 1},
    };
    struct source_entry *replaced = &entry[mentions(data, size, "Tile_Geocoding")];
    if (replaced == &entry[0] && mentions(data, size, "Level-2A"))
        entry[0].name = "MTD_MSIL2A.xml";
    replaced->data = data;
    replaced->len = size;
    struct source *s;
    struct product *p = malloc(sizeof *p);
    struct err e = ERR_INIT;
    if (p && source_open_memory(entry, 2, &s, &e) == 0) {
        if (safe_read_product(s, p, &e) != 0 && e.msg[0] == '\0')
            abort();
        source_close(s);
    }
    free(p);
    return 0;
}
