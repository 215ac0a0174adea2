/* Checks the forms of values in SAFE metadata, and that values agree with each other. Strict; the
 * locale has no effect. Private to io/product/safe. */
#ifndef SUBSCENE_IO_PRODUCT_SAFE_VALUE_H
#define SUBSCENE_IO_PRODUCT_SAFE_VALUE_H

#include <stdbool.h>

#include "core/err.h"
#include "core/product.h"

/* "18LTM" with its T: zone, latitude band, two letters of the square. Only the first six characters
 * are checked. */
bool safe_value_is_tile(const char *s);

/* "20220125T151701". Only the first fifteen characters are checked. */
bool safe_value_is_compact_time(const char *s);

/* "2022-01-25T15:17:01" with a valid month; any fraction and zone may follow. */
bool safe_value_is_time(const char *s);

/* Usable as a file name everywhere: [A-Za-z0-9_.-], not empty, not beginning with '.' or '-'. */
bool safe_value_is_name(const char *s);

/* Sets tile_id and sensing_compact from the name S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_…, or
 * else from the image files T18LTM_20220125T151701_B01.jp2. ERR_INPUT if neither has them; `file`
 * is for the message. */
int safe_value_ids(const char *file, struct product *out, struct err *e) MUST_CHECK;

/* Checks that `g` has the corner of the 10 m grid `fine`, and just enough pixels to cover it. */
int safe_value_check_grid(const char *file, const struct geogrid *fine, const struct geogrid *g,
                          struct err *e) MUST_CHECK;

#endif
