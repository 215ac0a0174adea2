#include "support/settings_check.h"

#include <stdlib.h>

#include "cmd/cli/arguments.h"

static bool in_range(const struct settings *s)
{
    return s->size >= 1 && s->size <= 10980 && s->overlap >= 0 && s->overlap <= 0.5 &&
           s->lobes >= 2 && s->lobes <= 64 && s->deflate >= 0 && s->deflate <= 9 &&
           s->min_valid >= 0 && s->min_valid <= 1 &&
           (s->bands >> BAND_COUNT == 0 || s->bands == BAND_SET_ALL);
}

void settings_check(const struct settings *s)
{
    struct params p;
    struct selection selection;
    struct err e = ERR_INIT;
    if (!in_range(s) || (arguments_params(s, &p, &e) != 0 && e.msg[0] == '\0'))
        abort();
    /* never a list or an area in a file: the target must not read what the bytes name */
    if ((s->tiles && s->tiles[0] == '@') || s->aoi)
        return;
    if (arguments_selection(s, &selection, &e) != 0 && e.msg[0] == '\0')
        abort();
    arguments_selection_clear(&selection);
}
