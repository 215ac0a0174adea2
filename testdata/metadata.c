#include "testdata/metadata.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "testdata/images.h"
#include "testdata/weather/weather.h"
#include "testdata/xml_file.h"

/* Values of real products: S2A of baseline 02.04, S2B of 05.11. */
struct spectral {
    int min_nm, max_nm;
    double central_nm;
    const char *irradiance, *gain;
};

static const struct spectral spectral_a[BAND_SPECTRAL_COUNT] = {
    {430, 457, 443.9, "1913.57", "4.06607055"},    {440, 538, 496.6, "1941.63", "3.80304471"},
    {537, 582, 560, "1822.61", "4.19377194"},      {646, 684, 664.5, "1512.79", "4.52254023"},
    {694, 713, 703.9, "1425.56", "5.20883746"},    {731, 749, 740.2, "1288.32", "4.87829819"},
    {769, 797, 782.5, "1163.19", "4.54357763"},    {760, 908, 835.1, "1036.39", "6.20728204"},
    {848, 881, 864.8, "955.19", "5.14776482"},     {932, 958, 945, "813.04", "8.54857819"},
    {1337, 1412, 1373.5, "367.15", "55.24584545"}, {1539, 1682, 1613.7, "245.59", "35.42730893"},
    {2078, 2320, 2202.4, "85.25", "106.1801895"},
};

static const struct spectral spectral_b[BAND_SPECTRAL_COUNT] = {
    {411, 456, 442.3, "1874.3", "3.96101422"},     {456, 532, 492.3, "1959.75", "3.81959663"},
    {536, 582, 559, "1824.93", "4.23905672"},      {646, 685, 665, "1512.79", "4.77751985"},
    {694, 714, 703.8, "1425.78", "5.18436179"},    {730, 748, 739.1, "1291.13", "5.09302569"},
    {766, 794, 779.7, "1175.57", "4.76638711"},    {774, 907, 833, "1041.28", "6.82540369"},
    {848, 880, 864, "953.93", "5.76560545"},       {930, 957, 943.2, "817.58", "9.38530546"},
    {1339, 1415, 1376.9, "365.41", "56.44583551"}, {1538, 1679, 1610.4, "247.08", "37.19433532"},
    {2065, 2303, 2185.7, "87.75", "108.70331277"},
};

static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n";

/* Turns "20220125T151701" into "2022-01-25T15:17:01". */
static const char *iso_time(const char *c, char out[20])
{
    snprintf(out, 20, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s", c, c + 4, c + 6, c + 9, c + 11, c + 13);
    return out;
}

static const char *centre_name(const struct spec *s)
{
    if (s->baseline < BASELINE_0400)
        return "SGS_";
    return s->platform == 'A' ? "2APS" : s->platform == 'B' ? "2BPS" : "2CPS";
}

/* "S2A_OPER_MSI_L1C_<kind>_<centre>_<made>_<rest>_N05.11", the identifier of a datastrip (DS) or a
 * tile (TL) */
static void put_identifier(FILE *o, const struct spec *s, const char *kind, const char *rest)
{
    fprintf(o, "S2%c_OPER_MSI_%s_%s_%s_%s_%s_N%02d.%02d", s->platform, level_table[s->level].name,
            kind, centre_name(s), s->made_compact, rest, s->baseline / 100, s->baseline % 100);
}

static void put_strip_id(FILE *o, const struct spec *s)
{
    char rest[24];
    snprintf(rest, sizeof rest, "S%s", s->strip_compact);
    put_identifier(o, s, "DS", rest);
}

static void put_tile_id(FILE *o, const struct spec *s)
{
    char rest[24];
    snprintf(rest, sizeof rest, "A034442_T%s", s->tile);
    put_identifier(o, s, "TL", rest);
}

/* ---- MTD_MSIL1C.xml, MTD_MSIL2A.xml ---- */

static void put_product_info(FILE *o, const struct spec *s)
{
    char sensing[20], made[20];
    iso_time(s->sensing_compact, sensing);
    iso_time(s->made_compact, made);
    fprintf(o, "    <n1:General_Info>\n        <Product_Info>\n");
    fprintf(o, "            <PRODUCT_START_TIME>%s.024Z</PRODUCT_START_TIME>\n", sensing);
    fprintf(o, "            <PRODUCT_STOP_TIME>%s.024Z</PRODUCT_STOP_TIME>\n", sensing);
    fprintf(o, "            <PRODUCT_URI>%s.SAFE</PRODUCT_URI>\n", s->name);
    fprintf(o, "            <PROCESSING_LEVEL>%s</PROCESSING_LEVEL>\n",
            level_table[s->level].title);
    fprintf(o, "            <PRODUCT_TYPE>S2MSI%s</PRODUCT_TYPE>\n",
            level_table[s->level].name + 1);
    fprintf(o, "            <PROCESSING_BASELINE>%02d.%02d</PROCESSING_BASELINE>\n",
            s->baseline / 100, s->baseline % 100);
    if (s->baseline >= BASELINE_0400)
        fprintf(o, "            <PRODUCT_DOI>https://doi.org/10.5270/S2_-742ikth</PRODUCT_DOI>\n");
    fprintf(o, "            <GENERATION_TIME>%s.000000Z</GENERATION_TIME>\n", made);
    fprintf(o, "            <PREVIEW_IMAGE_URL>Not applicable</PREVIEW_IMAGE_URL>\n"
               "            <PREVIEW_GEO_INFO>Not applicable</PREVIEW_GEO_INFO>\n");
    fprintf(o, "            <Datatake datatakeIdentifier=\"GS2%c_%s_034442_N%02d.%02d\">\n",
            s->platform, s->sensing_compact, s->baseline / 100, s->baseline % 100);
    fprintf(o, "      <SPACECRAFT_NAME>Sentinel-2%c</SPACECRAFT_NAME>\n", s->platform);
    fprintf(o, "      <DATATAKE_TYPE>INS-NOBS</DATATAKE_TYPE>\n");
    fprintf(o, "      <DATATAKE_SENSING_START>%s.024Z</DATATAKE_SENSING_START>\n", sensing);
    fprintf(o,
            "      <SENSING_ORBIT_NUMBER>125</SENSING_ORBIT_NUMBER>\n"
            "      <SENSING_ORBIT_DIRECTION>DESCENDING</SENSING_ORBIT_DIRECTION>\n    </Datatake>\n"
            "<Query_Options "
            "completeSingleTile=\"true\">\n<PRODUCT_FORMAT>SAFE_COMPACT</PRODUCT_FORMAT>\n"
            "</Query_Options>\n\n");
}

static void put_image_files(FILE *o, const struct spec *s)
{
    struct image image[IMAGES_MAX];
    char path[IMAGES_PATH];
    int n = images_list(s, image);
    fprintf(o, "<Product_Organisation>\n    <Granule_List>\n        <Granule"
               " datastripIdentifier=\"");
    put_strip_id(o, s);
    fprintf(o, "\" granuleIdentifier=\"");
    put_tile_id(o, s);
    fprintf(o, "\" imageFormat=\"JPEG2000\">\n");
    for (int i = 0; i < n; i++) {
        images_path(s, &image[i], path);
        fprintf(o, "            <IMAGE_FILE>%s</IMAGE_FILE>\n", path);
    }
    fprintf(o,
            "        </Granule>\n    </Granule_List>\n</Product_Organisation>\n</Product_Info>\n");
}

static void put_special_values(FILE *o, const struct spec *s)
{
    static const struct {
        const char *text;
        int index;
    } special[] = {{"NODATA", 0}, {"SATURATED", 65535}};
    fprintf(o, "        <Product_Image_Characteristics>\n");
    for (int i = 0; i < 2; i++)
        fprintf(o,
                "            <Special_Values>\n                "
                "<SPECIAL_VALUE_TEXT>%s</SPECIAL_VALUE_TEXT>\n"
                "                <SPECIAL_VALUE_INDEX>%d</SPECIAL_VALUE_INDEX>\n            "
                "</Special_Values>\n",
                special[i].text, special[i].index);
    fprintf(o, "            <Image_Display_Order>\n                <RED_CHANNEL>3</RED_CHANNEL>\n"
               "                <GREEN_CHANNEL>2</GREEN_CHANNEL>\n                "
               "<BLUE_CHANNEL>1</BLUE_CHANNEL>\n"
               "            </Image_Display_Order>\n");
    if (s->level == LEVEL_L2A)
        fprintf(o, "            <QUANTIFICATION_VALUES_LIST>\n"
                   "                <BOA_QUANTIFICATION_VALUE "
                   "unit=\"none\">10000</BOA_QUANTIFICATION_VALUE>\n"
                   "                <AOT_QUANTIFICATION_VALUE "
                   "unit=\"none\">1000.0</AOT_QUANTIFICATION_VALUE>\n"
                   "                <WVP_QUANTIFICATION_VALUE "
                   "unit=\"cm\">1000.0</WVP_QUANTIFICATION_VALUE>\n"
                   "            </QUANTIFICATION_VALUES_LIST>\n");
    else
        fprintf(o,
                "            <QUANTIFICATION_VALUE unit=\"none\">10000</QUANTIFICATION_VALUE>\n");
}

/* Lists all 13 bands at both levels. */
static void put_offsets(FILE *o, const struct spec *s)
{
    const char *list =
        s->level == LEVEL_L2A ? "BOA_ADD_OFFSET_VALUES_LIST" : "Radiometric_Offset_List";
    const char *name = level_table[s->level].offset;
    if (!spec_has_offset(s))
        return;
    fprintf(o, "            <%s>\n", list);
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        fprintf(o, "        <%s band_id=\"%d\">-%" PRId32 "</%s>\n", name, b, s->scene.dn_offset,
                name);
    fprintf(o, "      </%s>\n", list);
}

static void put_spectral(FILE *o, const struct spec *s)
{
    const struct spectral *t = s->platform == 'A' ? spectral_a : spectral_b;
    fprintf(o, "            <Reflectance_Conversion>\n        <U>1.03256721071865</U>\n        "
               "<Solar_Irradiance_List>\n");
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        fprintf(
            o, "          <SOLAR_IRRADIANCE bandId=\"%d\" unit=\"W/m²/µm\">%s</SOLAR_IRRADIANCE>\n",
            b, t[b].irradiance);
    fprintf(o, "        </Solar_Irradiance_List>\n      </Reflectance_Conversion>\n"
               "            <Spectral_Information_List>\n");
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++) {
        fprintf(o, "        <Spectral_Information bandId=\"%d\" physicalBand=\"%s\">\n", b,
                band_table[b].physical);
        fprintf(o, "          <RESOLUTION>%" PRId32 "</RESOLUTION>\n          <Wavelength>\n",
                band_table[b].pixel_m);
        fprintf(o, "            <MIN unit=\"nm\">%d</MIN>\n            <MAX unit=\"nm\">%d</MAX>\n",
                t[b].min_nm, t[b].max_nm);
        fprintf(o, "            <CENTRAL unit=\"nm\">%g</CENTRAL>\n          </Wavelength>\n",
                t[b].central_nm);
        fprintf(o, "          <Spectral_Response>\n            <STEP unit=\"nm\">1</STEP>\n"
                   "            <VALUES>0.5 1 0.5</VALUES>\n          </Spectral_Response>\n"
                   "        </Spectral_Information>\n");
    }
    fprintf(o, "      </Spectral_Information_List>\n");
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        fprintf(o, "            <PHYSICAL_GAINS bandId=\"%d\">%s</PHYSICAL_GAINS>\n", b, t[b].gain);
    if (s->baseline < BASELINE_0206)
        fprintf(o, "            <REFERENCE_BAND>0</REFERENCE_BAND>\n");
    fprintf(o, "        </Product_Image_Characteristics>\n    </n1:General_Info>\n");
}

/* Accurate to about a kilometre. The footprint is for catalogues; nothing is computed from it. */
static void put_position(FILE *o, const struct spec *s, int32_t east, int32_t south)
{
    double northing = s->scene.uly_m - south - (s->epsg >= 32700 ? 10000000.0 : 0.0);
    double lat = northing / 111100, meridian = (s->epsg % 100) * 6 - 183;
    double lon =
        meridian + (s->scene.ulx_m + east - 500000) / (111320 * cos(lat * 3.14159265358979 / 180));
    fprintf(o, "%.6f %.6f ", lat, lon);
}

static void put_footprint(FILE *o, const struct spec *s)
{
    int32_t side = s->scene.side_m;
    fprintf(
        o, "    <n1:Geometric_Info>\n        <Product_Footprint>\n            <Product_Footprint>\n"
           "                <Global_Footprint>\n                    <EXT_POS_LIST>");
    put_position(o, s, 0, 0);
    put_position(o, s, side, 0);
    put_position(o, s, side, side);
    put_position(o, s, 0, side);
    put_position(o, s, 0, 0);
    fprintf(
        o,
        "</EXT_POS_LIST>\n                </Global_Footprint>\n            </Product_Footprint>\n"
        "            <RASTER_CS_TYPE>POINT</RASTER_CS_TYPE>\n            "
        "<PIXEL_ORIGIN>1</PIXEL_ORIGIN>\n"
        "        </Product_Footprint>\n        <Coordinate_Reference_System>\n"
        "            <GEO_TABLES version=\"1\">EPSG</GEO_TABLES>\n"
        "            <HORIZONTAL_CS_TYPE>GEOGRAPHIC</HORIZONTAL_CS_TYPE>\n"
        "        </Coordinate_Reference_System>\n    </n1:Geometric_Info>\n");
}

static void put_product_quality(FILE *o, const struct spec *s)
{
    static const char *const check[] = {"FORMAT_CORRECTNESS", "GENERAL_QUALITY",
                                        "GEOMETRIC_QUALITY", "RADIOMETRIC_QUALITY",
                                        "SENSOR_QUALITY"};
    fprintf(o,
            "    <n1:Auxiliary_Data_Info>\n        <GIPP_List/>\n"
            "        <PRODUCTION_DEM_TYPE>S2__OPER_DEM_GLOBEF_PDMC_19800101T000000_S19800101T000000"
            "</PRODUCTION_DEM_TYPE>\n        <GRI_List/>\n    </n1:Auxiliary_Data_Info>\n"
            "    <n1:Quality_Indicators_Info>\n"
            "        <Cloud_Coverage_Assessment>12.5</Cloud_Coverage_Assessment>\n");
    if (s->baseline >= BASELINE_0400)
        fprintf(o, "        <Snow_Coverage_Assessment>0.0</Snow_Coverage_Assessment>\n");
    fprintf(o, "        <Technical_Quality_Assessment>\n"
               "            <DEGRADED_ANC_DATA_PERCENTAGE>0.0</DEGRADED_ANC_DATA_PERCENTAGE>\n"
               "            <DEGRADED_MSI_DATA_PERCENTAGE>0</DEGRADED_MSI_DATA_PERCENTAGE>\n"
               "        </Technical_Quality_Assessment>\n        <Quality_Control_Checks>\n"
               "            <Quality_Inspections>\n");
    for (int i = 0; i < 5; i++) {
        if (s->baseline < BASELINE_0206)
            fprintf(o, "                <%s_FLAG>PASSED</%s_FLAG>\n", check[i], check[i]);
        else
            fprintf(o, "                <quality_check checkType=\"%s\">PASSED</quality_check>\n",
                    check[i]);
    }
    fprintf(o,
            "            </Quality_Inspections>\n            <Failed_Inspections/>\n"
            "        </Quality_Control_Checks>\n    </n1:Quality_Indicators_Info>\n"
            "</n1:%s_User_Product>\n",
            level_table[s->level].title);
}

int metadata_write_product(const struct spec *s, const char *root, struct err *e)
{
    struct xml_file x;
    const struct level_def *level = &level_table[s->level];
    if (xml_open(&x, root, level->xml, e) != 0)
        return e->code;
    int psd = s->baseline < BASELINE_0511 ? 14 : 15;
    /* real files of 02.04 and 02.06 begin with the root element */
    if (s->baseline >= BASELINE_0209)
        fputs(declaration, x.out);
    fprintf(x.out,
            "<n1:%2$s_User_Product "
            "xmlns:n1=\"https://psd-%1$d.sentinel2.eo.esa.int/PSD/User_Product_%2$s.xsd\""
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation="
            "\"https://psd-%1$d.sentinel2.eo.esa.int/PSD/User_Product_%2$s.xsd\">\n",
            psd, level->title);
    put_product_info(x.out, s);
    put_image_files(x.out, s);
    put_special_values(x.out, s);
    put_offsets(x.out, s);
    put_spectral(x.out, s);
    put_footprint(x.out, s);
    put_product_quality(x.out, s);
    return xml_close(&x, e);
}

/* ---- MTD_TL.xml ---- */

static void put_tile_general(FILE *o, const struct spec *s)
{
    char strip[20], made[20];
    iso_time(s->strip_compact, strip);
    iso_time(s->made_compact, made);
    fprintf(o, "  <n1:General_Info>\n");
    fprintf(o, "    <TILE_ID metadataLevel=\"Brief\">");
    put_tile_id(o, s);
    fprintf(o, "</TILE_ID>\n    <DATASTRIP_ID metadataLevel=\"Standard\">");
    put_strip_id(o, s);
    fprintf(o, "</DATASTRIP_ID>\n");
    fprintf(o, "    <DOWNLINK_PRIORITY metadataLevel=\"Standard\">NOMINAL</DOWNLINK_PRIORITY>\n");
    fprintf(o, "    <SENSING_TIME metadataLevel=\"Standard\">%s.509574Z</SENSING_TIME>\n", strip);
    fprintf(o,
            "    <Archiving_Info metadataLevel=\"Expertise\">\n      "
            "<ARCHIVING_CENTRE>%s</ARCHIVING_CENTRE>\n",
            centre_name(s));
    fprintf(o,
            "      <ARCHIVING_TIME>%s.393516Z</ARCHIVING_TIME>\n    </Archiving_Info>\n  "
            "</n1:General_Info>\n\n",
            made);
}

static void put_geocoding(FILE *o, const struct spec *s)
{
    fprintf(o, "  <n1:Geometric_Info>\n    <Tile_Geocoding metadataLevel=\"Brief\">\n");
    fprintf(o, "      <HORIZONTAL_CS_NAME>WGS84 / UTM zone %d%c</HORIZONTAL_CS_NAME>\n",
            s->epsg % 100, s->epsg >= 32700 ? 'S' : 'N');
    fprintf(o, "      <HORIZONTAL_CS_CODE>EPSG:%" PRId32 "</HORIZONTAL_CS_CODE>\n", s->epsg);
    static const int32_t pixel_m[SPEC_GRIDS] = {10, 20, 60};
    for (int i = 0; i < SPEC_GRIDS; i++) {
        int32_t side = spec_width(s, pixel_m[i]);
        fprintf(o,
                "      <Size resolution=\"%" PRId32 "\">\n        <NROWS>%" PRId32 "</NROWS>\n"
                "        <NCOLS>%" PRId32 "</NCOLS>\n      </Size>\n",
                pixel_m[i], side, side);
    }
    for (int i = 0; i < SPEC_GRIDS; i++)
        fprintf(o,
                "      <Geoposition resolution=\"%1$" PRId32 "\">\n        <ULX>%2$" PRId32
                "</ULX>\n"
                "        <ULY>%3$" PRId32 "</ULY>\n        <XDIM>%1$" PRId32 "</XDIM>\n"
                "        <YDIM>-%1$" PRId32 "</YDIM>\n      </Geoposition>\n",
                pixel_m[i], s->scene.ulx_m, s->scene.uly_m);
    fprintf(o, "    </Tile_Geocoding>\n");
}

static void put_angle_grid(FILE *o, const char *name, double first, double per_column,
                           double per_row)
{
    fprintf(o,
            "        <%s>\n          <COL_STEP unit=\"m\">5000</COL_STEP>\n"
            "          <ROW_STEP unit=\"m\">5000</ROW_STEP>\n          <Values_List>\n",
            name);
    for (int y = 0; y < 23; y++) {
        fprintf(o, "            <VALUES>");
        for (int x = 0; x < 23; x++)
            fprintf(o, "%s%.4f", x ? " " : "", first + per_column * x + per_row * y);
        fprintf(o, "</VALUES>\n");
    }
    fprintf(o, "          </Values_List>\n        </%s>\n", name);
}

/* Scenes with weather have one sun for all; shadows and slopes show where it is. */
static void put_angles(FILE *o, const struct scene *s)
{
    const struct sun *sun = NULL;
    if (scene_has_weather(s))
        sun = &weather_sky((enum weather_kind)(s->kind - SCENE_CUMULUS))->sun;
    fprintf(o, "    <Tile_Angles metadataLevel=\"Standard\">\n      <Sun_Angles_Grid>\n");
    put_angle_grid(o, "Zenith", sun ? sun->zenith_deg : 46.7077, sun ? 0 : -0.0263,
                   sun ? 0 : -0.0350);
    put_angle_grid(o, "Azimuth", sun ? sun->azimuth_deg : 35.5409, sun ? 0 : 0.0410,
                   sun ? 0 : -0.0120);
    fprintf(o,
            "      </Sun_Angles_Grid>\n      <Mean_Sun_Angle>\n        <ZENITH_ANGLE "
            "unit=\"deg\">%.4f</ZENITH_ANGLE>\n"
            "        <AZIMUTH_ANGLE unit=\"deg\">%.4f</AZIMUTH_ANGLE>\n      </Mean_Sun_Angle>\n"
            "      <Mean_Viewing_Incidence_Angle_List>\n",
            sun ? sun->zenith_deg : 46.0334, sun ? sun->azimuth_deg : 35.8599);
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        fprintf(o,
                "        <Mean_Viewing_Incidence_Angle bandId=\"%d\">\n          <ZENITH_ANGLE "
                "unit=\"deg\">%.4f</ZENITH_ANGLE>\n"
                "          <AZIMUTH_ANGLE unit=\"deg\">%.4f</AZIMUTH_ANGLE>\n        "
                "</Mean_Viewing_Incidence_Angle>\n",
                b, 8.5 + 0.03 * b, 285.0 + 0.1 * b);
    fprintf(o, "      </Mean_Viewing_Incidence_Angle_List>\n    </Tile_Angles>\n  "
               "</n1:Geometric_Info>\n\n");
}

static void put_masks(FILE *o, const struct spec *s)
{
    static const char *const gml[] = {"DEFECT", "DETFOO", "NODATA", "SATURA", "TECQUA", NULL};
    static const char *const jp2[] = {"DETFOO", "QUALIT", NULL};
    bool is_jp2 = s->baseline >= BASELINE_0400;
    const char *const *types = is_jp2 ? jp2 : gml;
    const char *extension = is_jp2 ? "jp2" : "gml", *whole = is_jp2 ? "CLASSI" : "CLOUDS";
    fprintf(o, "  <n1:Quality_Indicators_Info metadataLevel=\"Standard\">\n    <Image_Content_QI>\n"
               "      <CLOUDY_PIXEL_PERCENTAGE>12.5</CLOUDY_PIXEL_PERCENTAGE>\n"
               "      <DEGRADED_MSI_DATA_PERCENTAGE>0</DEGRADED_MSI_DATA_PERCENTAGE>\n");
    if (is_jp2)
        fprintf(o, "      <SNOW_PIXEL_PERCENTAGE>0</SNOW_PIXEL_PERCENTAGE>\n");
    fprintf(o, "    </Image_Content_QI>\n    <Pixel_Level_QI geometry=\"FULL_RESOLUTION\">\n");
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        for (int t = 0; types[t]; t++)
            fprintf(o,
                    "      <MASK_FILENAME bandId=\"%d\" "
                    "type=\"MSK_%s\">GRANULE/%s/QI_DATA/MSK_%s_%s.%s</MASK_FILENAME>\n",
                    b, types[t], s->granule, types[t], band_table[b].name, extension);
    fprintf(
        o,
        "      <MASK_FILENAME type=\"MSK_%s\">GRANULE/%s/QI_DATA/MSK_%s_B00.%s</MASK_FILENAME>\n",
        whole, s->granule, whole, extension);
    for (int i = 0; s->level == LEVEL_L2A && i < 4; i++) {
        const char *type = i % 2 ? "SNWPRB" : "CLDPRB";
        fprintf(o,
                "      <MASK_FILENAME "
                "type=\"MSK_%s\">GRANULE/%s/QI_DATA/MSK_%s_%dm.jp2</MASK_FILENAME>\n",
                type, s->granule, type, i < 2 ? 20 : 60);
    }
    fprintf(o,
            "    </Pixel_Level_QI>\n    "
            "<PVI_FILENAME>GRANULE/%s/QI_DATA/T%s_%s_PVI.jp2</PVI_FILENAME>\n",
            s->granule, s->tile, s->sensing_compact);
    fprintf(o, "  </n1:Quality_Indicators_Info>\n\n</n1:%s_Tile_ID>\n",
            level_table[s->level].title);
}

int metadata_write_tile(const struct spec *s, const char *root, struct err *e)
{
    struct xml_file x;
    char name[80];
    snprintf(name, sizeof name, "GRANULE/%s/MTD_TL.xml", s->granule);
    if (xml_open(&x, root, name, e) != 0)
        return e->code;
    int psd = s->baseline < BASELINE_0206 ? 12 : s->baseline < BASELINE_0511 ? 14 : 15;
    fputs(declaration, x.out);
    fprintf(x.out,
            "<n1:%2$s_Tile_ID "
            "xmlns:n1=\"https://psd-%1$d.sentinel2.eo.esa.int/PSD/S2_PDI_%2$s_Tile_Metadata.xsd\""
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation="
            "\"https://psd-%1$d.sentinel2.eo.esa.int/PSD/S2_PDI_%2$s_Tile_Metadata.xsd\">\n\n",
            psd, level_table[s->level].title);
    put_tile_general(x.out, s);
    put_geocoding(x.out, s);
    put_angles(x.out, &s->scene);
    put_masks(x.out, s);
    return xml_close(&x, e);
}
