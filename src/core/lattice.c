#include "core/lattice.h"

#include <math.h>

#include "core/window.h"

static int32_t ceil_div(int32_t a, int32_t b) { return (a + b - 1) / b; }

/* The number of columns (or rows) along one side of the raster. */
static int32_t count(const struct lattice *l, int32_t side)
{
    switch (l->edge) {
    case EDGE_DROP:
        return (side - l->size) / l->step + 1;
    case EDGE_SHIFT:
        return ceil_div(side - l->size, l->step) + 1;
    case EDGE_PAD:
        break;
    }
    return ceil_div(side, l->step);
}

static int check(int32_t size, double overlap, int32_t width, int32_t height, struct err *e)
{
    if (size < 1 || !(overlap >= 0 && overlap <= 0.5) || width < 1 || height < 1)
        return err_set(e, ERR_USAGE, "no lattice: size %d, overlap %g, raster %d x %d", size,
                       overlap, width, height);
    return 0;
}

int lattice_init(struct lattice *l, int32_t size, double overlap, enum edge_policy edge,
                 int32_t width, int32_t height, struct err *e)
{
    if (check(size, overlap, width, height, e))
        return ERR_USAGE;
    if (edge != EDGE_PAD && (width < size || height < size))
        return err_set(e, ERR_USAGE,
                       "subscenes of %d px do not fit into a raster of %d x %d px; use a smaller "
                       "--size or --edge pad",
                       size, width, height);
    /* 100 × 0.29 is 28.999… in binary; the user means 29 */
    int32_t step = size - (int32_t)(size * overlap + 1e-9);
    *l = (struct lattice){
        .size = size, .step = step < 1 ? 1 : step, .width = width, .height = height, .edge = edge};
    l->cols = count(l, width);
    l->rows = count(l, height);
    return 0;
}

static int32_t count_windows(float step, int32_t side)
{
    int32_t n = (int32_t)ceilf((float)side / step);
    while (n > 1 && window_start(step, n - 1) >= side)
        n--;
    return n;
}

int lattice_init_windows(struct lattice *l, int32_t cut, double overlap, int32_t width,
                         int32_t height, struct err *e)
{
    if (check(cut, overlap, width, height, e))
        return ERR_USAGE;
    float step = window_step(cut, overlap, 1);
    if (step < 1)
        return err_set(e, ERR_USAGE,
                       "no lattice: subscenes of %d px with overlap %g are less than 1 px apart",
                       cut, overlap);
    *l = (struct lattice){.size = cut,
                          .step = (int32_t)lroundf(step),
                          .real_step = step,
                          .cols = count_windows(step, width),
                          .rows = count_windows(step, height),
                          .width = width,
                          .height = height,
                          .edge = EDGE_PAD};
    return 0;
}

static int32_t start(const struct lattice *l, int32_t index, int32_t side)
{
    if (l->real_step > 0)
        return window_start(l->real_step, index);
    int32_t at = index * l->step;
    return l->edge == EDGE_SHIFT && at + l->size > side ? side - l->size : at;
}

struct rect lattice_cell(const struct lattice *l, int32_t x, int32_t y)
{
    return (struct rect){start(l, x, l->width), start(l, y, l->height), l->size, l->size};
}
