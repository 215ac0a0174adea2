#include "io/geo/meridian.h"

#include <math.h>

static bool goes_the_long_way(double from, double to)
{
    double way = fabs(to - from);
    return way > 180 && fmod(way, 360) != 0;
}

bool meridian_unwrap(double *x, size_t n)
{
    bool any = false;
    for (size_t i = 1; !any && i < n; i++)
        any = goes_the_long_way(x[i - 1], x[i]);
    for (size_t i = 1; any && i < n; i++)
        x[i] -= 360 * nearbyint((x[i] - x[i - 1]) / 360);
    return any;
}

bool meridian_shift(double *x, size_t n, double from)
{
    double west = n > 0 ? x[0] : from;
    for (size_t i = 1; i < n; i++)
        west = fmin(west, x[i]);
    double turns = floor((west - from) / 360);
    for (size_t i = 0; turns != 0 && i < n; i++)
        x[i] -= 360 * turns;
    return turns != 0;
}
