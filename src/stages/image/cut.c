#include "stages/image/cut.h"

#include <string.h>

void cut_cell(const struct resample_stage *r, int32_t strip, int band, struct rect strip_px,
              struct rect cell, uint16_t *dn)
{
    struct rect there = rect_intersect(cell, strip_px);
    if (there.w < cell.w || there.h < cell.h)
        memset(dn, 0, (size_t)cell.w * (size_t)cell.h * sizeof *dn);
    if (rect_is_empty(there))
        return;
    struct view whole = {dn, cell.w, cell.w, cell.h};
    struct rect part = {there.x - cell.x, there.y - cell.y, there.w, there.h};
    resample_read(r, strip, band, there, view_part(whole, part));
}
