/* The forms that values in SAFE metadata may have, and what they must agree on: strict, the same
 * whatever the locale. Private to io/product/safe. */
#ifndef SUBSCENE_IO_PRODUCT_SAFE_VALUE_H
#define SUBSCENE_IO_PRODUCT_SAFE_VALUE_H

#include <stdbool.h>

#include "core/err.h"
#include "core/product.h"

/* "18LTM" with its T: zone, latitude band, two letters of the square. Only the first six characters
 * are looked at. */
bool safe_value_is_tile(const char *s);

/* "20220125T151701": only the first fifteen characters are looked at. */
bool safe_value_is_compact_time(const char *s);

/* "2022-01-25T15:17:01" and whatever fraction and zone follow; the month is one. */
bool safe_value_is_time(const char *s);

/* Usable as a file name anywhere: [A-Za-z0-9_.-], not empty, not beginning with '.' or '-'. */
bool safe_value_is_name(const char *s);

/* tile_id and sensing_compact, from the name S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_…, else
 * from the image files T18LTM_20220125T151701_B01.jp2. ERR_INPUT when neither says them; `file` is
 * for the message. */
int safe_value_ids(const char *file, struct product *out, struct err *e) MUST_CHECK;

/* Does `g` have the corner of the 10 m grid `fine`, and as many pixels as cover it? */
int safe_value_check_grid(const char *file, const struct geogrid *fine, const struct geogrid *g,
                          struct err *e) MUST_CHECK;

#endif
