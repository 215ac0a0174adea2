#include "stages/image/cut.h"

#include <string.h>

void cut_cell(const struct resample_stage *r, int32_t strip, int band, struct rect strip_px,
              struct rect cell, uint16_t *dn)
{
    struct rect inside = rect_intersect(cell, strip_px);
    if (inside.w < cell.w || inside.h < cell.h)
        memset(dn, 0, (size_t)cell.w * (size_t)cell.h * sizeof *dn);
    if (rect_is_empty(inside))
        return;
    struct view whole = {dn, cell.w, cell.w, cell.h};
    struct rect part = {inside.x - cell.x, inside.y - cell.y, inside.w, inside.h};
    resample_read(r, strip, band, inside, view_part(whole, part));
}
