/* The NetCDF4 files between the stages: 16-bit digital numbers, and all metadata that a later stage
 * needs. Colours are stored the same way, though their numbers have 8 bits.
 *
 * A band file (`decode`, `resample`) holds one band of a whole product, in chunks of whole rows, so
 * that it can be streamed. A tile file (`cut`) holds all bands of one subscene. Both are
 * georeferenced like subscenes. Attributes hold the product's identity, offsets, special values and
 * the parameters decided so far. Parameters of later stages have their defaults and no meaning
 * yet. */
#ifndef SUBSCENE_IO_NETCDF_STAGE_NC_H
#define SUBSCENE_IO_NETCDF_STAGE_NC_H

#include "core/params.h"
#include "core/product.h"
#include "core/view.h"
#include "io/compress/deflate.h"
#include "io/netcdf/h5raster.h"
#include "io/netcdf/ncfile.h"
#include "io/netcdf/ncspec.h"

enum stage_kind { STAGE_DECODED, STAGE_RESAMPLED, STAGE_CUT };
extern const char *const stage_names[]; /* "decode", "resample", "cut" */

struct stage_meta {
    enum stage_kind kind;
    /* without image names; with offsets and wavelengths of the bands in the file */
    struct product product;
    struct params params; /* .bands: the bands in the file; .deflate: the level of this file */
    struct geogrid grid; /* the whole raster */
    struct rect px; /* the part in the file; with edge pad a tile may reach beyond the raster */
    int32_t x, y; /* STAGE_CUT: column and row of the lattice */
};

/* Describes the file; rasters have chunks of `chunk_rows`. `x_m` (px.w) and `y_m` (px.h) are filled
 * and borrowed. */
void stage_nc_describe(const struct stage_meta *m, int32_t chunk_rows, struct ncspec *s,
                       int band_var[BAND_COUNT], double *x_m, double *y_m);

/* Reads all but the samples. ERR_INPUT names the missing or wrong item. */
int stage_nc_read(struct ncfile *f, struct stage_meta *out, struct err *e) MUST_CHECK;

/* Packs n samples into `out` (stage_nc_packed_bound of 2 · n bytes), in the form of the file's
 * chunks. `planes` has 2 · n bytes. `d` NULL means deflate 0: the chunk then ends with a checksum
 * (io/compress/fletcher.h). Returns the length. */
size_t stage_nc_pack(struct deflater *d, const uint16_t *dn, size_t n, void *planes, void *out,
                     size_t out_size);

/* Capacity that packing `bytes` needs at any level. */
size_t stage_nc_packed_bound(size_t bytes);

/* Describes the storage of a band's samples, by this program or another tool. ERR_INPUT: they
 * cannot be read. */
int stage_nc_raster(struct ncfile *f, const char *band, struct h5raster *out,
                    struct err *e) MUST_CHECK;

/* Reads dst.h rows of `band` from `row` on, all columns, into `dst`. `scratch` has 4 · room bytes,
 * and room ≥ dst.w · dst.h samples. It is fastest if the rows are those of one chunk and the chunk
 * fits `room`. ERR_INPUT: damaged; ERR_TEMPORARY. */
int stage_nc_read_rows(struct ncfile *f, const char *band, int32_t row, struct view dst,
                       void *scratch, size_t room, struct err *e) MUST_CHECK;

/* Checks that two files come from one product. ERR_INPUT names the difference: "tile_id is … there
 * and … here". */
int stage_nc_same_product(const struct product *there, const struct product *here,
                          struct err *e) MUST_CHECK;

/* Checks that both files come from the same stage, product and parameters. ERR_USAGE names the
 * difference. */
int stage_nc_same(const struct stage_meta *there, const struct stage_meta *here,
                  struct err *e) MUST_CHECK;

#endif
