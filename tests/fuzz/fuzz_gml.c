/* MSK_CLOUDS: what is read is painted. */
#include <stdlib.h>

#include "filters/rasterize.h"
#include "io/product/gmlmask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t px[SIDE * SIDE], scratch[SIDE * SIDE];
    static const struct geogrid grid = {32756, 399960, 8700040, 60, SIDE, SIDE};
    struct source_entry entry = {"a.gml", data, size};
    struct source *s;
    struct gmlmask m;
    struct err e = ERR_INIT;
    if (source_open_memory(&entry, 1, &s, &e) != 0)
        abort();
    if (gmlmask_read(s, "a.gml", &grid, &m, &e) != 0 && e.msg[0] == '\0')
        abort();
    for (size_t i = 0; i < m.polygons; i++) {
        struct polygon p = gmlmask_polygon(&m, i);
        rasterize_polygon(&p, (uint8_t)m.polygon[i].type,
                          (struct byte_part){px, SIDE, {0, 0, SIDE, SIDE}}, scratch);
    }
    gmlmask_clear(&m);
    source_close(s);
    return 0;
}
