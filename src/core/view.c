#include "core/view.h"

static int32_t min32(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

struct rect rect_intersect(struct rect a, struct rect b)
{
    int32_t x0 = max32(a.x, b.x), y0 = max32(a.y, b.y);
    int32_t x1 = min32(a.x + a.w, b.x + b.w), y1 = min32(a.y + a.h, b.y + b.h);
    return (struct rect){x0, y0, max32(0, x1 - x0), max32(0, y1 - y0)};
}

struct rect rect_union(struct rect a, struct rect b)
{
    if (rect_is_empty(a))
        return b;
    if (rect_is_empty(b))
        return a;
    int32_t x0 = min32(a.x, b.x), y0 = min32(a.y, b.y);
    int32_t x1 = max32(a.x + a.w, b.x + b.w), y1 = max32(a.y + a.h, b.y + b.h);
    return (struct rect){x0, y0, x1 - x0, y1 - y0};
}

struct view view_part(struct view v, struct rect r)
{
    return (struct view){v.px + r.y * v.stride + r.x, v.stride, r.w, r.h};
}
