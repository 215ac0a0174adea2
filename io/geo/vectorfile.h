/* Recognises vector files in other formats and names the command that converts them. */
#ifndef SUBSCENE_IO_GEO_VECTORFILE_H
#define SUBSCENE_IO_GEO_VECTORFILE_H

#include "core/err.h"

/* Call it for a file that could not be read as an area. If the file has such a format, or is a
 * folder: ERR_USAGE with the format's name and the command. Otherwise returns 0 and leaves *e
 * unchanged. */
int vectorfile_refuse(const char *path, struct err *e) MUST_CHECK;

#endif
