/* Composites: pictures for people, of three bands as red, green and blue. */
#ifndef SUBSCENE_CORE_COMPOSITE_H
#define SUBSCENE_CORE_COMPOSITE_H

#include "core/band.h"
#include "core/err.h"

struct composite {
    const char *name; /* "natural"; NULL: the bands were given */
    int band[3]; /* band_id of red, green and blue */
    const char *shows; /* what one sees in it; "" without a name */
};

/* All named composites. The first one is the default. */
enum { COMPOSITE_COUNT = 5 };
extern const struct composite composite_table[COMPOSITE_COUNT];

/* Accepts a name of the table or three bands, "B11,B8A,B04". ERR_USAGE: neither; the message
 * suggests a near name. */
int composite_parse(const char *text, struct composite *out, struct err *e) MUST_CHECK;

/* The name, or the bands joined by "-": "B11-B8A-B04". For names of files. */
enum { COMPOSITE_TEXT = 32 };
const char *composite_format(const struct composite *c, char buf[COMPOSITE_TEXT]);

band_set composite_bands(const struct composite *c);

#endif
