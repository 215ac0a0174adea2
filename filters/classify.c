#include "filters/classify.h"

#include <string.h>

#include "filters/kernel.h"

static int32_t common_divisor(int32_t a, int32_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

struct classify_grid classify_grid_of(int32_t src_pixel_m, int32_t pixel_m, int32_t src_w,
                                      int32_t src_h)
{
    int32_t d = common_divisor(src_pixel_m, pixel_m);
    return (struct classify_grid){src_pixel_m / d, pixel_m / d, src_w, src_h, 0};
}

int32_t classify_src_row(const struct classify_grid *g, int32_t y)
{
    return kernel_centre(g->up, g->down, y);
}

void classify_row(const struct classify_grid *g, const struct class_map *map,
                  struct classify_src src, int32_t x, int32_t n, uint8_t *out, int32_t *unknown)
{
    /* kernel_centre(x) = ⌊(2x + 1) · down / 2 up⌋ without a division for every pixel. `over` is
     * the remainder; the next pixel adds 2 · down. */
    const int32_t width = 2 * g->up, whole = 2 * g->down / width, part = 2 * g->down % width;
    int32_t s = kernel_centre(g->up, g->down, x);
    int32_t over = (int32_t)(((int64_t)2 * x + 1) * g->down - (int64_t)s * width);
    for (int32_t i = 0; i < n; i++) {
        if (!src.px || s >= g->src_w) { /* the following pixels are outside as well */
            memset(out + i, g->outside, (size_t)(n - i));
            return;
        }
        uint8_t v = src.px[s - src.x];
        over += part;
        s += whole + (over >= width);
        over -= over >= width ? width : 0;
        out[i] = map->known[v] ? map->code[v] : 0;
        if (!map->known[v] && *unknown < 0)
            *unknown = v;
    }
}

void classify_narrow(const uint16_t *in, int32_t n, uint8_t *out, int32_t *unknown)
{
    for (int32_t i = 0; i < n; i++) {
        out[i] = (uint8_t)in[i];
        if (in[i] > UINT8_MAX && *unknown < 0)
            *unknown = in[i];
    }
}
