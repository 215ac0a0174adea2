/* Reads the text of an area, GeoJSON or EWKT, from a file or from the argument itself. Gives WKT
 * and the code of its coordinate system. */
#ifndef SUBSCENE_IO_GEO_AREATEXT_H
#define SUBSCENE_IO_GEO_AREATEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct areatext {
    char *wkt; /* free() it; WKT from EWKT is not checked yet */
    int32_t epsg;
    const char *kind; /* "GeoJSON" or "EWKT" */
    bool is_file;
};

/* `given` is the path of a file, or EWKT itself. EWKT has longitude first unless it begins with
 * "SRID=code;". Files may begin with a byte-order mark. Errors: ERR_USAGE (neither format; for
 * another format the message has the command that converts it), ERR_INPUT (the file cannot be
 * read), ERR_TEMPORARY. After an error there is nothing to free. */
int areatext_read(const char *given, struct areatext *out, struct err *e) MUST_CHECK;

#endif
