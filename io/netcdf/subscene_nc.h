/* Subscene files of the dataset: written whole, read back for verifying and resuming. */
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
size_t
subscene_writer_bytes(const struct params *params,
                      int layers); /* what it and the library need at most, for the memory plan */

/* Adds a band: packs it and keeps the packed bytes. `dn`: size × size digital numbers, row after
 * row, of colours up to 255. Bands are added in table order, all bands of the parameters, between
 * two subscene_writer_make. */
void subscene_writer_add(struct subscene_writer *w, int band_id, const uint16_t *dn);

/* Adds a class layer behind the bands, in the order of the file (io/netcdf/schema.h); its name and
 * map must be in the meta of the next subscene_writer_make, at the same place. `px`: size × size
 * codes. At most `layers` of subscene_writer_create. */
void subscene_writer_layer(struct subscene_writer *w, const uint8_t *px);

/* Forgets the bands and layers that were added. */
void subscene_writer_reset(struct subscene_writer *w);

/* Makes the file of the bands added, in memory. Errors: ERR_TEMPORARY, ERR_INTERNAL. */
int subscene_writer_make(struct subscene_writer *w, const struct subscene_meta *m,
                         struct err *e) MUST_CHECK;

/* Size and checksum of the file that was made last. */
void subscene_writer_sum(const struct subscene_writer *w, struct filesum *out);

/* Puts the file that was made last at `path` (io/folder/outfile.h). Errors: ERR_TEMPORARY,
 * ERR_OUTPUT. */
int subscene_writer_store(struct subscene_writer *w, const char *path, struct err *e) MUST_CHECK;

/* Reads the samples of a band of an open file. `scratch` holds 8 · size² bytes. Checks that every
 * sample is a stored value. Errors: ERR_INPUT (damaged), ERR_TEMPORARY. */
int subscene_nc_read_band(struct h5file *f, const char *band, int32_t size, uint16_t *dn,
                          void *scratch, struct err *e) MUST_CHECK;

/* What a file says of itself; "" and 0 where it does not. */
struct subscene_facts {
    char product[136]; /* product_name, with ".SAFE" */
    char parameters[PARAMS_TEXT_SIZE]; /* profile kappazeta says neither these */
    char digest[PARAMS_DIGEST_SIZE]; /* nor this */
    int32_t size; /* px of a side */
};

/* Where an open file's pixels lie: on a grid whose size the file does not say (0). false for
 * profile kappazeta, which does not say it. */
struct subscene_place {
    struct geogrid grid; /* of the whole product */
    int32_t px_x, px_y; /* the subscene's corner on it */
};
bool subscene_nc_read_place(struct ncfile *f, struct subscene_place *out);

/* Is the file at `path` whole, as far as can be told without reading its samples: opens, has the
 * bands, each stored? ERR_INPUT with the reason when it is not; the facts are filled as far as they
 * can be read. subscene_nc_look: an open file, whose path is not in the message. */
int subscene_nc_inspect(const char *path, band_set bands, struct subscene_facts *out,
                        struct err *e) MUST_CHECK;
int subscene_nc_look(struct h5file *f, band_set bands, struct subscene_facts *out,
                     struct err *e) MUST_CHECK;

#endif
