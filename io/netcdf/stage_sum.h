/* The checksum of what a file between the stages says of itself: of the values that the next stage
 * uses, not of their bytes. A file that another tool has written again keeps it; a changed offset,
 * corner or parameter does not.
 *
 * Any thread. */
#ifndef SUBSCENE_IO_NETCDF_STAGE_SUM_H
#define SUBSCENE_IO_NETCDF_STAGE_SUM_H

#include "io/compress/deflate.h"
#include "io/netcdf/stage_nc.h"

/* The attribute of the file that has it. */
#define STAGE_SUM_ATT "metadata_checksum"

/* Of the text that io/FORMATS.md describes: CRC-32, then Adler-32, as 16 hexadecimal digits. */
void stage_sum_of(const struct stage_meta *m, char text[CHECKSUM_TEXT_SIZE]);

/* ERR_INPUT: the file has a checksum, and it is not that of `m`, which was read from it. Files of
 * earlier versions have none. */
int stage_sum_check(struct ncfile *f, const struct stage_meta *m, struct err *e) MUST_CHECK;

#endif
