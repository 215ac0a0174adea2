#include "io/netcdf/schema.h"

#include <math.h>
#include <string.h>

#include "core/clones.h"
#include "core/window.h"

/* EPSG/WGS 84 */
static const double WGS84_SEMI_MAJOR_M = 6378137.0, WGS84_INVERSE_FLATTENING = 298.257223563;

static void describe_product(const struct subscene_meta *m, struct ncspec *s)
{
    const struct product *p = m->product;
    ncspec_text(s, NCSPEC_GLOBAL, "Conventions", "CF-1.8");
    ncspec_text(s, NCSPEC_GLOBAL, "title", "Subscene %d_%d of %s", m->x, m->y, p->name);
    ncspec_text(s, NCSPEC_GLOBAL, "source", "Copernicus Sentinel-2 MSI %s product %s.SAFE",
                product_level(p)->title, p->name);
    ncspec_text(s, NCSPEC_GLOBAL, "processing_baseline", "%s", p->baseline);
    ncspec_text(s, NCSPEC_GLOBAL, "spacecraft", "%s", p->spacecraft);
    ncspec_text(s, NCSPEC_GLOBAL, "sensing_time", "%s", p->sensing_time);
    ncspec_text(s, NCSPEC_GLOBAL, "tile_id", "%s", p->tile_id);
}

static const char compat_comment[] =
    " The numbers are those of another program (attribute compat), which are for "
    "models that know them: each subscene is "
    "resampled for itself, no data is filtered as 0, and bands of 60 m are displaced "
    "by up to 40 m from where crs, x and y "
    "say.";

static bool is_ground(const struct product *p)
{
    return product_level(p) == &level_table[LEVEL_L2A];
}
const char *schema_offset_name(const struct product *p)
{
    return is_ground(p) ? "boa_add_offset" : "radio_add_offset";
}

static void describe_parameters(const struct subscene_meta *m, struct ncspec *s)
{
    ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_PARAMETERS, "%s", m->parameters);
    ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_DIGEST, "%s", m->digest);
}

static void describe_subscene(const struct subscene_meta *m, struct ncspec *s)
{
    ncspec_int(s, NCSPEC_GLOBAL, "subscene_x", m->x);
    ncspec_int(s, NCSPEC_GLOBAL, "subscene_y", m->y);
    ncspec_ints(s, NCSPEC_GLOBAL, SCHEMA_ATT_PIXEL, (int32_t[]){m->px.x, m->px.y}, 2);
    ncspec_double(s, NCSPEC_GLOBAL, SCHEMA_ATT_VALID, m->valid_fraction);
    ncspec_int(s, NCSPEC_GLOBAL, "quantification_value", m->product->quantification);
    ncspec_text(
        s, NCSPEC_GLOBAL, "comment",
        "Bands are k / 65535 with k the 16-bit digital number: 0 is no data, 1 is saturated. "
        "%s reflectance = (value * 65535 + offset) / %d, offset = %s - "
        "offset_removed of the band.%s",
        is_ground(m->product) ? "Surface (bottom-of-atmosphere)" : "Top-of-atmosphere",
        m->product->quantification, schema_offset_name(m->product),
        m->params->compat ? compat_comment : "");
    describe_parameters(m, s);
    ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_HASH, "%s", m->content_hash);
}

/* Writes the three attributes of the published files first, in every profile. */
static void describe_file(const struct subscene_meta *m, struct ncspec *s)
{
    ncspec_text(s, NCSPEC_GLOBAL, "version", "%s", SUBSCENE_VERSION);
    ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_PRODUCT, "%s.SAFE", m->product->name);
    ncspec_float(s, NCSPEC_GLOBAL, "overlap", (float)m->params->overlap);
    if (m->params->compat)
        ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_COMPAT, "%s", compat_declared[m->params->compat]);
    /* files of cm_vsm itself are in similar folders, so the file alone must tell its maker */
    if (m->params->compat && m->params->profile == PROFILE_KAPPAZETA)
        describe_parameters(m, s);
    if (m->params->profile == PROFILE_KAPPAZETA)
        return;
    describe_product(m, s);
    describe_subscene(m, s);
}

/* Pixels of the file per pixel of the band; with compat, per pixel of the stretched window. */
static float scaling_factor(const struct subscene_meta *m, int32_t pixel_m)
{
    const struct params *p = m->params;
    if (!p->compat)
        return (float)pixel_m / (float)m->grid->pixel_m;
    return (float)p->size /
           (float)window_cell(params_cut(p), p->overlap, pixel_m / 10, m->x, m->y).w;
}

static void describe_reflectance(const struct subscene_meta *m, struct ncspec *s, int var,
                                 int band_id)
{
    const struct product_band *band = &m->product->band[band_id];
    ncspec_text(s, var, "long_name", "Sentinel-2 %s, %s of atmosphere, %.0f nm",
                band_table[band_id].name, is_ground(m->product) ? "bottom" : "top",
                band->wavelength_nm);
    ncspec_text(s, var, "units", "1");
    ncspec_text(s, var, "grid_mapping", "crs");
    ncspec_double(s, var, "wavelength_nm", band->wavelength_nm);
    ncspec_double(s, var, "native_resolution_m", band_table[band_id].pixel_m);
    ncspec_int(s, var, schema_offset_name(m->product), band->offset);
    ncspec_int(s, var, "offset_removed", m->params->keep_offset ? 0 : band->offset);
}

/* The stored value has no unit (k / 65535, or a byte); the quantity has one. */
static void describe_other(const struct subscene_meta *m, struct ncspec *s, int var, int band_id)
{
    static const char *const long_name[BAND_COUNT] = {
        [BAND_AOT] = "aerosol optical thickness at 550 nm",
        [BAND_WVP] = "water vapour column",
        [BAND_TCI_R] = "true-colour image, red",
        [BAND_TCI_G] = "true-colour image, green",
        [BAND_TCI_B] = "true-colour image, blue",
    };
    double quantification = m->product->band[band_id].quantification;
    ncspec_text(s, var, "long_name", "Sentinel-2 %s", long_name[band_id]);
    ncspec_text(s, var, "units", "1");
    ncspec_text(s, var, "grid_mapping", "crs");
    ncspec_double(s, var, "native_resolution_m", band_table[band_id].pixel_m);
    if (band_table[band_id].kind == BAND_ATMOSPHERE) {
        ncspec_double(s, var, "quantification_value", quantification);
        ncspec_text(s, var, "comment", "%s = value * 65535 / %.10g; 0 is no data",
                    band_id == BAND_WVP ? "centimetres of water" : "optical thickness",
                    quantification);
    } else {
        ncspec_text(s, var, "comment", "1 to 255, for display; 0 is no data");
    }
}

static void describe_band(const struct subscene_meta *m, struct ncspec *s, int var, int band_id)
{
    const struct band_def *def = &band_table[band_id];
    ncspec_float(s, var, "scaling_factor", scaling_factor(m, def->pixel_m));
    ncspec_text(s, var, "resampling_filter", "%s", m->params->filter);
    if (m->params->profile == PROFILE_KAPPAZETA) {
        ncspec_text(s, var, "last_modified", "%s", m->last_modified);
        return;
    }
    /* readers mask these pixels. Bytes have no fill value: xarray would turn colours and class
     * codes into floats */
    if (!band_is_byte(band_id))
        ncspec_float(s, var, "_FillValue", 0);
    if (def->kind == BAND_REFLECTANCE)
        describe_reflectance(m, s, var, band_id);
    else
        describe_other(m, s, var, band_id);
}

static void describe_axis(struct ncspec *s, int var, const char *axis)
{
    ncspec_text(s, var, "standard_name", "projection_%s_coordinate", axis);
    ncspec_text(s, var, "long_name", "%s of the pixel's centre",
                axis[0] == 'x' ? "easting" : "northing");
    ncspec_text(s, var, "units", "m");
    ncspec_text(s, var, "axis", "%c", axis[0] == 'x' ? 'X' : 'Y');
}

/* CF-1.8, appendix F, transverse Mercator. GDAL and QGIS read spatial_ref and GeoTransform. */
static void describe_crs(const struct geogrid *grid, struct ncspec *s, int var, double ulx_m,
                         double uly_m)
{
    char wkt[1024];
    int is_north = 1;
    int zone = geogrid_utm_zone(grid->epsg, &is_north);
    geogrid_wkt(grid->epsg, wkt, sizeof wkt);
    ncspec_text(s, var, "grid_mapping_name", "transverse_mercator");
    ncspec_double(s, var, "latitude_of_projection_origin", 0);
    ncspec_double(s, var, "longitude_of_central_meridian", zone * 6 - 183);
    ncspec_double(s, var, "scale_factor_at_central_meridian", 0.9996);
    ncspec_double(s, var, "false_easting", 500000);
    ncspec_double(s, var, "false_northing", is_north ? 0 : 10000000);
    ncspec_double(s, var, "semi_major_axis", WGS84_SEMI_MAJOR_M);
    ncspec_double(s, var, "inverse_flattening", WGS84_INVERSE_FLATTENING);
    ncspec_double(s, var, "longitude_of_prime_meridian", 0);
    ncspec_text(s, var, "projected_crs_name", "WGS 84 / UTM zone %d%c", zone, is_north ? 'N' : 'S');
    ncspec_text(s, var, "crs_wkt", "%s", wkt);
    ncspec_text(s, var, "spatial_ref", "%s", wkt);
    ncspec_text(s, var, "GeoTransform", "%.10g %.10g 0 %.10g 0 %.10g", ulx_m, grid->pixel_m, uly_m,
                -grid->pixel_m);
    ncspec_text(s, var, "epsg_code", "EPSG:%d", grid->epsg);
}

void schema_georeference(const struct geogrid *grid, struct rect px, struct ncspec *s,
                         const int dim[2], double *x_m, double *y_m)
{
    static const int32_t crs_value = 0;
    double pixel_m = grid->pixel_m;
    double ulx_m = grid->ulx_m + px.x * pixel_m, uly_m = grid->uly_m - px.y * pixel_m;
    for (int32_t i = 0; i < px.w; i++)
        x_m[i] = ulx_m + (i + 0.5) * pixel_m;
    for (int32_t i = 0; i < px.h; i++)
        y_m[i] = uly_m - (i + 0.5) * pixel_m;
    describe_axis(s, ncspec_vector(s, "x", NC_KIND_DOUBLE, dim[1], x_m), "x");
    describe_axis(s, ncspec_vector(s, "y", NC_KIND_DOUBLE, dim[0], y_m), "y");
    describe_crs(grid, s, ncspec_scalar(s, "crs", NC_KIND_INT, &crs_value), ulx_m, uly_m);
}

int schema_crs_rank(const char *att)
{
    static const char *const order[] = {"grid_mapping_name",
                                        "latitude_of_projection_origin",
                                        "longitude_of_central_meridian",
                                        "scale_factor_at_central_meridian",
                                        "false_easting",
                                        "false_northing",
                                        "semi_major_axis",
                                        "inverse_flattening",
                                        "longitude_of_prime_meridian",
                                        "projected_crs_name",
                                        "crs_wkt",
                                        "spatial_ref",
                                        "GeoTransform",
                                        "epsg_code"};
    int n = sizeof order / sizeof *order, i = 0;
    while (i < n && strcmp(order[i], att) != 0)
        i++;
    return i;
}

bool schema_is_coordinate(const char *name)
{
    return strcmp(name, "x") == 0 || strcmp(name, "y") == 0 || strcmp(name, "crs") == 0;
}

static int layer_rank(const char *name)
{
    static const char *const first[] = {"Label", "FMC",  "SS2C",       "SS2CC", "MAJAC", "BHC",
                                        "FMSC",  "GSFC", "DL-L8S2-UV", "SCL",   "S2CC",  "S2CS"};
    int n = sizeof first / sizeof *first, i = 0;
    while (i < n && strcmp(first[i], name) != 0)
        i++;
    return i;
}

int schema_layer_order(const char *a, const char *b)
{
    int i = layer_rank(a), k = layer_rank(b);
    return i != k ? i - k : strcmp(a, b);
}

static void describe_origin(const struct class_origin *o, struct ncspec *s, int var)
{
    ncspec_text(s, var, SCHEMA_ATT_SOURCE, "%s", o->source);
    ncspec_text(s, var, SCHEMA_ATT_SOURCE_DIGEST, "%s", o->digest);
    ncspec_text(s, var, SCHEMA_ATT_MAP, "%s", o->map);
    ncspec_text(s, var, SCHEMA_ATT_MAP_DIGEST, "%s", o->map_digest);
}

int schema_add_layer(const struct schema_layer *layer, struct ncspec *s, const int dim[2],
                     bool has_crs)
{
    const struct class_map *map = layer->map;
    char meanings[CLASS_MEANINGS_SIZE];
    uint8_t values[CLASS_FLAGS_MAX];
    int var = ncspec_raster(s, map->layer, NC_KIND_UBYTE, dim[0], dim[1]);
    if (map->title[0])
        ncspec_text(s, var, "long_name", "%s", map->title);
    for (size_t i = 0; i < map->flags; i++)
        values[i] = map->flag[i].value;
    if (map->flags > 0) {
        class_map_meanings(map, meanings);
        ncspec_values(s, var, "flag_values", NC_KIND_UBYTE, values, map->flags);
        ncspec_text(s, var, "flag_meanings", "%s", meanings);
    }
    if (has_crs && layer->origin && layer->origin->source[0])
        describe_origin(layer->origin, s, var);
    if (has_crs)
        ncspec_text(s, var, "grid_mapping", "crs");
    return var;
}

void schema_describe(const struct subscene_meta *m, struct ncspec *s, struct schema_vars *vars,
                     double *x_m, double *y_m)
{
    bool published = m->params->profile == PROFILE_KAPPAZETA;
    ncspec_init(s, m->params->deflate);
    /* the published files name the slow dimension x, although rows run from north to south */
    int slow = ncspec_dim(s, published ? "x" : "y", (size_t)m->params->size);
    int fast = ncspec_dim(s, published ? "y" : "x", (size_t)m->params->size);
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(m->params->bands, b))
            continue;
        vars->band[b] = ncspec_raster(s, band_table[b].name,
                                      band_is_byte(b) ? NC_KIND_UBYTE : NC_KIND_FLOAT, slow, fast);
        describe_band(m, s, vars->band[b], b);
    }
    for (int i = 0; i < m->layers; i++)
        vars->layer[i] = schema_add_layer(&m->layer[i], s, (const int[]){slow, fast}, !published);
    if (!published)
        schema_georeference(m->grid, m->px, s, (const int[]){slow, fast}, x_m, y_m);
    describe_file(m, s);
}

SIMD_CLONES void schema_store(const uint16_t *dn, float *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        value[i] = (float)dn[i] / 65535.0f;
}

SIMD_CLONES bool schema_load(const float *value, uint16_t *dn, size_t n)
{
    bool wrong = false;
    for (size_t i = 0; i < n; i++) {
        float scaled = value[i] * 65535.0f;
        int32_t k = scaled >= 0 && scaled <= 65535.5f ? (int32_t)(scaled + 0.5f) : -1;
        wrong |= k < 0 || (float)k / 65535.0f != value[i];
        dn[i] = (uint16_t)k;
    }
    return !wrong;
}
