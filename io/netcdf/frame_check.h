/* Checks that netCDF-C put everything into the files that it makes. If memory is short,
 * netCDF-C 4.9 sometimes leaves an attribute out and returns no error: then the file is shorter, or
 * has fewer attributes.
 *
 * Files of one shape (the same names, kinds and lengths) have the same length and the same number
 * of attributes. The first of each shape is made twice and must come out equal, byte for byte.
 *
 * Threads: the caller holds nclib's lock. */
#ifndef SUBSCENE_IO_NETCDF_FRAME_CHECK_H
#define SUBSCENE_IO_NETCDF_FRAME_CHECK_H

#include <stddef.h>

#include "io/netcdf/ncspec.h"

/* FRAME_NEW: no file of this shape was made before. */
enum frame_state { FRAME_WHOLE, FRAME_INCOMPLETE, FRAME_NEW };

/* Of a file image that was made from `s`. */
enum frame_state frame_check(const struct ncspec *s, const void *image, size_t len);

/* Of the first two of their shape; if they are equal, the next are compared with them. */
enum frame_state frame_check_pair(const struct ncspec *s, const void *first, size_t first_len,
                                  const void *second, size_t second_len);

#endif
