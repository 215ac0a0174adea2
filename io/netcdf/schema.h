/* The dataset's variables and attributes: what a subscene's file looks like, in one place.
 *
 * Profile kappazeta is the published shape (KappaZeta, cloud-mask dataset,
 * doi:10.5281/zenodo.5095024): dimensions declared (x, y), float bands, and the attributes that
 * cm_vsm writes. Profile georef adds CF-1.8 georeferencing, where the numbers come from, and
 * _FillValue = 0 of float bands, which earlier versions did not write: nothing here relies on it.
 * The colours of the true-colour image are unsigned bytes, in both. Files whose numbers are those
 * of another program (params.compat) say so in either profile. */
#ifndef SUBSCENE_IO_NETCDF_SCHEMA_H
#define SUBSCENE_IO_NETCDF_SCHEMA_H

#include "core/classes.h"
#include "core/params.h"
#include "core/product.h"
#include "core/view.h"
#include "io/netcdf/ncspec.h"

/* One subscene: everything in its file but the samples. Borrowed pointers. */
struct subscene_meta {
    const struct product *product;
    const struct params *params;
    const char *parameters; /* params_format */
    const char *digest; /* params_digest */
    const char *last_modified; /* profile kappazeta: "2020-05-29 12:04:41" */
    const struct geogrid *grid; /* the target grid of the whole product */
    struct rect px; /* the subscene on it */
    int32_t x, y; /* column, row */
    double valid_fraction;
    const char *content_hash; /* of all bands, stages/folder/measure.h */
    const struct class_map *const *layer; /* of the class layers, in the order of the file; */
    int layers; /* at most SCHEMA_LAYERS_MAX */
};

enum { SCHEMA_LAYERS_MAX = 16 };

/* Indices of the variables that get chunks. */
struct schema_vars {
    int band[BAND_COUNT]; /* by band_id */
    int layer[SCHEMA_LAYERS_MAX];
};

/* Names of attributes that reading relies on. */
#define SCHEMA_ATT_PARAMETERS "parameters"
#define SCHEMA_ATT_DIGEST     "parameters_digest"
#define SCHEMA_ATT_HASH       "content_hash"
#define SCHEMA_ATT_PIXEL      "upper_left_pixel"
#define SCHEMA_ATT_VALID      "valid_fraction"
#define SCHEMA_ATT_PRODUCT    "product_name"
#define SCHEMA_ATT_COMPAT     "compat"

/* Describes the file into `s`: bands in table order, the class layers, then x, y and crs (georef).
 * `vars` is for ncspec_chunk. `x_m` and `y_m` (size doubles each) are filled and borrowed by the
 * spec. */
void schema_describe(const struct subscene_meta *m, struct ncspec *s, struct schema_vars *vars,
                     double *x_m, double *y_m);

/* Adds the variables x, y and crs that place the pixels `px` of `grid`; `dim`: the slow (y) and the
 * fast (x) dimension. `x_m` (px.w) and `y_m` (px.h) are filled and borrowed by the spec. */
void schema_georeference(const struct geogrid *grid, struct rect px, struct ncspec *s,
                         const int dim[2], double *x_m, double *y_m);

/* The place of an attribute among those of crs; one that crs does not have comes last. HDF5 need
 * not give them back in the order in which they were made. */
int schema_crs_rank(const char *att);

/* The attribute of a band that has the offset of its product's level. */
const char *schema_offset_name(const struct product *p);

/* Is it the name of one of these three? */
bool schema_is_coordinate(const char *name);

/* Which of two class layers comes first in a file: < 0 the first, > 0 the second, 0 the same.
 * Label, the layers of the published test products, then others by name: so the order does not
 * depend on the order in which they were added. */
int schema_layer_order(const char *a, const char *b);

/* Adds the class layer that `map` describes; its chunk is to follow. The variable's index. */
int schema_layer(const struct class_map *map, struct ncspec *s, const int dim[2], bool has_crs);

/* Stored value of DN k: k / 65535 in float32, correctly rounded; and back. false when `value` is
 * not one of the 65536 stored values. */
void schema_store(const uint16_t *dn, float *value, size_t n);
bool schema_load(const float *value, uint16_t *dn, size_t n);

#endif
