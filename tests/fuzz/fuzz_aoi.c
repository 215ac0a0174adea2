/* An area of interest, GeoJSON or EWKT. What is read can be asked about products on both sides of
 * the 180th meridian, and described; a cell that is part of another one that the area does not hold
 * is not held either. */
#include <stdlib.h>
#include <string.h>

#include "io/geo/aoi.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct geogrid grids[] = {
    {32635, 300000, 6500040, 10, 10980, 10980},
    {32701, 99960, 8300020, 10, 10980, 10980},
    {32660, 699960, 7200000, 10, 10980, 10980},
};

/* false: the area's coordinates are not defined there. */
static bool ask(struct aoi *a, const struct geogrid *g, struct rect px, bool *holds)
{
    struct err e = ERR_INIT;
    int r = aoi_holds(a, g, px, holds, &e);
    if (r != 0 && (e.msg[0] == '\0' || r != (int)e.code))
        abort();
    return r == 0;
}

static void ask_all(struct aoi *a)
{
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        char words[400] = "";
        bool outer = true, inner = false;
        struct err e = ERR_INIT;
        if (ask(a, &grids[i], (struct rect){0, 0, 10980, 10980}, &outer) &&
            ask(a, &grids[i], (struct rect){4096, 4096, 512, 512}, &inner) && inner && !outer)
            abort();
        if (aoi_describe(a, &grids[i], words, sizeof words, &e) == 0
                ? strncmp(words, "the area is at ", 15) != 0
                : e.msg[0] == '\0')
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct aoi *a = NULL;
    struct memory_file file = memory_file_open(data, size);
    if (aoi_open(file.path, &a, &e) == 0)
        ask_all(a);
    else if (strncmp(e.msg, "--aoi: ", 7) != 0)
        abort();
    aoi_close(a);
    memory_file_close(&file);
    return 0;
}
