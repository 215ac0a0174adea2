#include "core/window.h"

#include <math.h>

static float shared(int32_t cut, double overlap) { return (float)cut * (float)overlap; }

float window_step(int32_t cut, double overlap, int32_t divisor)
{
    return ((float)cut - shared(cut, overlap)) / (float)divisor;
}

int32_t window_start(float step, int32_t index) { return (int32_t)floorf(step * (float)index); }

static int32_t to_next(int32_t start, float step)
{
    return (int32_t)ceilf((float)start + step) - start;
}

static int32_t with_overlap(int32_t start, int32_t length, float overlap)
{
    return (int32_t)((float)(start + length) + overlap) - start;
}

static int32_t min32(int32_t a, int32_t b) { return a < b ? a : b; }

struct rect window_cell(int32_t cut, double overlap, int32_t divisor, int32_t x, int32_t y)
{
    float step = window_step(cut, overlap, divisor), more = shared(cut, overlap) / (float)divisor;
    int32_t left = window_start(step, x), top = window_start(step, y);
    int32_t length = min32(to_next(left, step), to_next(top, step));
    int32_t side = min32(with_overlap(left, length, more), with_overlap(top, length, more));
    return (struct rect){left, top, side, side};
}
