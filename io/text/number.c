#include "io/text/number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool number_read_int(const char *s, long min, long max, long *out)
{
    /* strtol alone accepts leading blanks */
    if (s[0] == '\0' || strspn(s, "+-0123456789") != strlen(s))
        return false;
    char *end;
    errno = 0;
    long v = strtol(s, &end, 10);
    if (errno != 0 || end == s || *end != '\0' || v < min || v > max)
        return false;
    *out = v;
    return true;
}

bool number_read(const char *s, double *out)
{
    /* strtod alone accepts blanks, hexadecimal, "inf" and "nan" */
    if (s[0] == '\0' || strspn(s, "+-.eE0123456789") != strlen(s))
        return false;
    char *end;
    double v = strtod(s, &end);
    if (end == s || *end != '\0' || !isfinite(v))
        return false;
    *out = v;
    return true;
}
