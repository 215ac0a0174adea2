/* The text of an area: GeoJSON or EWKT, in a file or as it is, as WKT with the code of its
 * coordinate system. */
#ifndef SUBSCENE_IO_GEO_AREATEXT_H
#define SUBSCENE_IO_GEO_AREATEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct areatext {
    char *wkt; /* free(); not yet known to be right where the source was EWKT */
    int32_t epsg;
    const char *kind; /* "GeoJSON" or "EWKT" */
    bool is_file;
};

/* `given`: the path of a file, or EWKT itself; that, longitude first unless it begins with
 * "SRID=code;". Files may begin with a byte-order mark. ERR_USAGE (neither of the two; another
 * format: the message has the command that converts it), ERR_INPUT (the file cannot be read),
 * ERR_TEMPORARY; then there is nothing to free. */
int areatext_read(const char *given, struct areatext *out, struct err *e) MUST_CHECK;

#endif
