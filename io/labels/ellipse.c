#include "io/labels/ellipse.h"

#include <math.h>

struct ellipse ellipse_of(struct point centre, struct point radius, double degrees)
{
    const double turn = degrees * 3.14159265358979323846 / 180;
    double co = degrees == 0 ? 1 : cos(turn), si = degrees == 0 ? 0 : sin(turn);
    double a = 1 / (radius.x * radius.x), b = 1 / (radius.y * radius.y);
    return (struct ellipse){centre, co * co * a + si * si * b, co * si * (a - b), a * b};
}

/* A column's edge, from 0 to the image's width. */
static int32_t column_of(double x, int32_t width)
{
    return x <= 0 ? 0 : x >= width ? width : (int32_t)x;
}

void ellipse_row(const struct ellipse *p, int32_t y, int32_t width, int32_t *first, int32_t *end)
{
    double dy = y + 0.5 - p->centre.y, rest = p->xx - p->det * dy * dy;
    *first = *end = 0;
    if (rest < 0)
        return;
    double middle = p->centre.x - p->xy * dy / p->xx, half = sqrt(rest) / p->xx;
    *first = column_of(ceil(middle - half - 0.5), width);
    *end = column_of(floor(middle + half - 0.5) + 1, width);
}
