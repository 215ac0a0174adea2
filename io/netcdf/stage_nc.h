/* The NetCDF4 files between the stages: 16-bit digital numbers with all that a later stage must
 * know (of colours, too, whose numbers have 8 bits).
 *
 * A band file (`decode`, `resample`) holds one band of a whole product, stored in chunks of whole
 * rows so that it can be streamed. A tile file (`cut`) holds all bands of one subscene. Both are
 * georeferenced like subscenes, carry the product's identity, offsets and special values in
 * attributes, and the parameters decided so far: those of stages to come stand at their defaults
 * and mean nothing yet. */
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
    struct product
        product; /* without image names; offsets and wavelengths of the bands in the file */
    struct params params; /* .bands: the bands in the file; .deflate: of this file */
    struct geogrid grid; /* the raster that px is a part of */
    struct rect px; /* what the file holds; with edge pad a tile may reach beyond the raster */
    int32_t x, y; /* STAGE_CUT: column and row of the lattice */
};

/* Describes the file; rasters are chunked by `chunk_rows`. `x_m` (px.w) and `y_m` (px.h) are filled
 * and borrowed. */
void stage_nc_describe(const struct stage_meta *m, int32_t chunk_rows, struct ncspec *s,
                       int band_var[BAND_COUNT], double *x_m, double *y_m);

/* Reads all but the samples. ERR_INPUT with what is missing or wrong. */
int stage_nc_read(struct ncfile *f, struct stage_meta *out, struct err *e) MUST_CHECK;

/* Packs n samples as the file's chunks are stored into `out` (stage_nc_packed_bound of 2 · n
 * bytes); `planes` holds 2 · n bytes. `d` NULL is deflate 0: the chunk then ends with a checksum
 * (io/compress/fletcher.h). Returns the length. */
size_t stage_nc_pack(struct deflater *d, const uint16_t *dn, size_t n, void *planes, void *out,
                     size_t out_size);

/* Room that packing `bytes` needs at any level. */
size_t stage_nc_packed_bound(size_t bytes);

/* How a band's samples are stored, in this file or by another tool. ERR_INPUT: they cannot be
 * read. */
int stage_nc_raster(struct ncfile *f, const char *band, struct h5raster *out,
                    struct err *e) MUST_CHECK;

/* The rows of `band` from `row` on, as many as dst.h, all columns, into `dst`. `scratch` holds 4 ·
 * room bytes, room ≥ dst.w · dst.h samples. It is fastest where the rows are those of one chunk and
 * `room` is enough for the chunk. ERR_INPUT: damaged; ERR_TEMPORARY. */
int stage_nc_read_rows(struct ncfile *f, const char *band, int32_t row, struct view dst,
                       void *scratch, size_t room, struct err *e) MUST_CHECK;

/* Do two files come from one product? The difference, as "tile_id is … there and … here", into `e`
 * (ERR_INPUT). */
int stage_nc_same_product(const struct product *there, const struct product *here,
                          struct err *e) MUST_CHECK;

/* Was a file made by the same stage from the same product with the same parameters? ERR_USAGE says
 * what differs. */
int stage_nc_same(const struct stage_meta *there, const struct stage_meta *here,
                  struct err *e) MUST_CHECK;

#endif
