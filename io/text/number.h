/* Reads numbers from text, strictly: the number must be the whole string. The locale has no
 * effect. */
#ifndef SUBSCENE_IO_TEXT_NUMBER_H
#define SUBSCENE_IO_TEXT_NUMBER_H

#include <stdbool.h>

/* True if the string is a decimal integer from min to max. */
bool number_read_int(const char *s, long min, long max, long *out);

/* True if the string is a finite decimal number ("492.4", "-1e3"). */
bool number_read(const char *s, double *out);

#endif
