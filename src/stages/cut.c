#include "stages/cut.h"

#include <string.h>

void cut_cell(struct view strip, struct rect strip_px, struct rect cell, uint16_t *dn)
{
    struct rect there = rect_intersect(cell, strip_px);
    if (there.w < cell.w || there.h < cell.h)
        memset(dn, 0, (size_t)cell.w * (size_t)cell.h * sizeof *dn);
    for (int32_t y = there.y; y < there.y + there.h; y++)
        memcpy(dn + (ptrdiff_t)(y - cell.y) * cell.w + (there.x - cell.x),
               view_row(strip, y - strip_px.y) + (there.x - strip_px.x), (size_t)there.w * sizeof *dn);
}
