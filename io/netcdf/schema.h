/* The variables and attributes of a subscene file, all in one place.
 *
 * Profile kappazeta is the published shape (KappaZeta, cloud-mask dataset,
 * doi:10.5281/zenodo.5095024): dimensions declared (x, y), float bands, and the attributes that
 * cm_vsm writes. Profile georef adds CF-1.8 georeferencing, provenance, and _FillValue = 0 of float
 * bands. Earlier versions did not write _FillValue, and no code here relies on it. The colours of
 * the true-colour image are unsigned bytes in both profiles. Files with another program's numbers
 * (params.compat) have the attribute `compat` in either profile. */
#ifndef SUBSCENE_IO_NETCDF_SCHEMA_H
#define SUBSCENE_IO_NETCDF_SCHEMA_H

#include "core/classes.h"
#include "core/params.h"
#include "core/product.h"
#include "core/view.h"
#include "io/netcdf/ncspec.h"

/* One subscene: all content of its file except the samples. Pointers are borrowed. */
struct subscene_meta {
    const struct product *product;
    const struct params *params;
    const char *parameters; /* text of params_format */
    const char *digest; /* from params_digest */
    const char *last_modified; /* profile kappazeta: "2020-05-29 12:04:41" */
    const struct geogrid *grid; /* the target grid of the whole product */
    struct rect px; /* pixels of the subscene on the grid */
    int32_t x, y; /* column, row */
    double valid_fraction;
    const char *content_hash; /* checksum of all bands, stages/folder/measure.h */
    const struct schema_layer *layer; /* the class layers, in the order of the file */
    int layers; /* at most SCHEMA_LAYERS_MAX */
};

enum { SCHEMA_LAYERS_MAX = 16 };

/* The attributes of a class layer. */
struct schema_layer {
    const struct class_map *map;
    const struct class_origin *origin; /* NULL: not known. Only profile georef has it. */
};

/* Indices of the variables with chunks. */
struct schema_vars {
    int band[BAND_COUNT]; /* by band_id */
    int layer[SCHEMA_LAYERS_MAX];
};

/* Names of attributes that readers need. */
#define SCHEMA_ATT_PARAMETERS "parameters"
#define SCHEMA_ATT_DIGEST     "parameters_digest"
#define SCHEMA_ATT_HASH       "content_hash"
#define SCHEMA_ATT_PIXEL      "upper_left_pixel"
#define SCHEMA_ATT_VALID      "valid_fraction"
#define SCHEMA_ATT_PRODUCT    "product_name"
#define SCHEMA_ATT_COMPAT     "compat"
/* of a class layer */
#define SCHEMA_ATT_SOURCE        "source"
#define SCHEMA_ATT_SOURCE_DIGEST "source_digest"
#define SCHEMA_ATT_MAP           "class_map"
#define SCHEMA_ATT_MAP_DIGEST    "class_map_digest"

/* Describes the file in `s`: bands in table order, class layers, then x, y and crs (georef). `vars`
 * is for ncspec_chunk. `x_m` and `y_m` (size doubles each) are filled, and the spec borrows
 * them. */
void schema_describe(const struct subscene_meta *m, struct ncspec *s, struct schema_vars *vars,
                     double *x_m, double *y_m);

/* Adds the variables x, y and crs for the pixels `px` of `grid`. `dim` is the slow (y) and the fast
 * (x) dimension. `x_m` (px.w) and `y_m` (px.h) are filled, and the spec borrows them. */
void schema_georeference(const struct geogrid *grid, struct rect px, struct ncspec *s,
                         const int dim[2], double *x_m, double *y_m);

/* The rank of an attribute among those of crs; unknown ones come last. HDF5 need not return them in
 * creation order. */
int schema_crs_rank(const char *att);

/* The band attribute for the offset of the product's level. */
const char *schema_offset_name(const struct product *p);

/* True if the name is x, y or crs. */
bool schema_is_coordinate(const char *name);

/* Compares two class layers by their order in a file: < 0, 0 or > 0. Label comes first, then the
 * layers of the published test products, then others by name. So the order of adding has no
 * effect. */
int schema_layer_order(const char *a, const char *b);

/* Adds a class layer; add its chunk afterwards. Returns the variable's index. */
int schema_add_layer(const struct schema_layer *layer, struct ncspec *s, const int dim[2],
                     bool has_crs);

/* schema_store: stored value of DN k, k / 65535 in float32, correctly rounded. schema_load: the
 * reverse; false if a `value` is not one of the 65536 stored values. */
void schema_store(const uint16_t *dn, float *value, size_t n);
bool schema_load(const float *value, uint16_t *dn, size_t n);

#endif
