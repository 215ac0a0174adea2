/* Files of shapes in formats that are not read here: what they are, and the command that converts
 * them. */
#ifndef SUBSCENE_IO_GEO_VECTORFILE_H
#define SUBSCENE_IO_GEO_VECTORFILE_H

#include "core/err.h"

/* For a file that could not be read as an area. ERR_USAGE, with the format's name and the command,
 * if it is of such a format, or a folder; 0, and *e untouched, if it is not. */
int vectorfile_refuse(const char *path, struct err *e) MUST_CHECK;

#endif
