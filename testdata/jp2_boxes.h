/* The boxes before the codestream, as in ESA's files: jP, ftyp, jp2h (ihdr, colr), asoc (GMLJP2),
 * the head of jp2c. Sources: ISO/IEC 15444-1 Annex I; OGC 05-047r3 (GML in JPEG 2000). */
#ifndef SUBSCENE_TESTDATA_JP2_BOXES_H
#define SUBSCENE_TESTDATA_JP2_BOXES_H

#include <stdio.h>

#include "testdata/encode.h"

/* Writes everything up to the first byte of the codestream. The jp2c box has length 0, "to the end
 * of the file", as ESA's has. Returns 0, or −1 with errno. */
MUST_CHECK int jp2_boxes_write(FILE *file, const struct encode_format *f);

#endif
