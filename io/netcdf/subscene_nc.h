/* Subscene files of the dataset: writes whole files, and reads them for verifying and resuming. */
#ifndef SUBSCENE_IO_NETCDF_SUBSCENE_NC_H
#define SUBSCENE_IO_NETCDF_SUBSCENE_NC_H

#include "io/compress/deflate.h"
#include "io/folder/filesum.h"
#include "io/netcdf/ncfile.h"
#include "io/netcdf/schema.h"

/* Buffers of one thread for writing subscenes of `params` with up to `layers` class layers. */
struct subscene_writer;
int subscene_writer_create(const struct params *params, int layers, struct subscene_writer **out,
                           struct err *e) MUST_CHECK;
void subscene_writer_destroy(struct subscene_writer *w);
/* The most memory that the writer and the library need, for the memory plan. */
size_t subscene_writer_bytes(const struct params *params, int layers);

/* Adds a band: packs it and keeps the packed bytes. `dn` holds size × size digital numbers, row by
 * row; colours are at most 255. Add all bands of the parameters, in table order, before each
 * subscene_writer_make. */
void subscene_writer_add(struct subscene_writer *w, int band_id, const uint16_t *dn);

/* Adds a class layer after the bands, in the order of the file (io/netcdf/schema.h). The meta of
 * the next subscene_writer_make must have its map at the same place. `px` holds size × size codes.
 * At most `layers` of subscene_writer_create. */
void subscene_writer_layer(struct subscene_writer *w, const uint8_t *px);

/* Discards the added bands and layers. */
void subscene_writer_reset(struct subscene_writer *w);

/* Makes the file of the added bands in memory. Errors: ERR_TEMPORARY, ERR_INTERNAL. */
int subscene_writer_make(struct subscene_writer *w, const struct subscene_meta *m,
                         struct err *e) MUST_CHECK;

/* Size and checksum of the last file made. */
void subscene_writer_sum(const struct subscene_writer *w, struct filesum *out);

/* Writes the last file made to `path` (io/folder/outfile.h). Errors: ERR_TEMPORARY, ERR_OUTPUT. */
int subscene_writer_store(struct subscene_writer *w, const char *path, struct err *e) MUST_CHECK;

/* Reads the samples of a band of an open file. `scratch` has 8 · size² bytes. Checks that every
 * sample is a stored value. Errors: ERR_INPUT (damaged), ERR_TEMPORARY. */
int subscene_nc_read_band(struct h5file *f, const char *band, int32_t size, uint16_t *dn,
                          void *scratch, struct err *e) MUST_CHECK;

/* Facts from a file's attributes; "" and 0 if missing. */
struct subscene_facts {
    char product[136]; /* product_name, with ".SAFE" */
    char parameters[PARAMS_TEXT_SIZE]; /* "" with profile kappazeta */
    char digest[PARAMS_DIGEST_SIZE]; /* "" with profile kappazeta */
    int32_t size; /* side, px */
    bool has_cell; /* false with profile kappazeta */
    int32_t x, y; /* of its cell */
};

/* The position of an open file's pixels, on a grid whose size is unknown (0). False for profile
 * kappazeta, which has no position. */
struct subscene_place {
    struct geogrid grid; /* grid of the whole product */
    int32_t px_x, px_y; /* corner of the subscene on the grid */
};
bool subscene_nc_read_place(struct ncfile *f, struct subscene_place *out);

/* The side of an open file's first variable, px. False: it is not a square of a subscene's size. */
bool subscene_nc_side(struct ncfile *f, int32_t *out);

/* Checks without reading samples that the file at `path` is complete: it opens, and every band
 * exists and is stored. ERR_INPUT with the reason. `out` receives the facts that can be read.
 * subscene_nc_look takes an open file and leaves the path out of the message. */
int subscene_nc_inspect(const char *path, band_set bands, struct subscene_facts *out,
                        struct err *e) MUST_CHECK;
int subscene_nc_look(struct h5file *f, band_set bands, struct subscene_facts *out,
                     struct err *e) MUST_CHECK;

#endif
