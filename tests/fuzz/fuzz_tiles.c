/* A list of --tiles: no subscene is lost, and each of those chosen from a lattice was asked for. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/arguments.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_asked_for(const struct selection *s, struct cell c)
{
    for (size_t i = 0; i < s->n_cells; i++)
        if (cell_by_row_and_column(&s->cells[i], &c) == 0)
            return true;
    return false;
}

static void choose(const struct selection *s)
{
    static const struct geogrid grid = {32635, 600000, 6500040, 10, 10980, 10980};
    struct lattice l;
    struct cell *cells;
    size_t n;
    struct err e = ERR_INIT;
    if (lattice_init(&l, 512, 0, EDGE_PAD, grid.width, grid.height, &e) != 0)
        abort();
    if (cells_select(s, &grid, &l, &cells, &n, &e) != 0) {
        if (e.msg[0] == '\0')
            abort();
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (!is_asked_for(s, cells[i]) ||
            (i > 0 && cell_by_row_and_column(&cells[i - 1], &cells[i]) >= 0))
            abort();
    free(cells);
}

static void check(struct selection *s, const uint8_t *data, size_t size)
{
    bool is_remark = memchr(data, '#', size) != NULL;
    if (!s->cells || (s->n_cells == 0 && !is_remark) ||
        (s->products.n != 0 && s->products.n != s->n_cells))
        abort();
    for (size_t i = 0; i < s->n_cells; i++)
        if (s->cells[i].x < 0 || s->cells[i].x > 1000000 || s->cells[i].y < 0 ||
            s->cells[i].y > 1000000)
            abort();
    s->product = s->products.n > 0 ? s->products.s[0] : NULL;
    choose(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file = memory_file_open(data, size);
    char text[40];
    struct settings s = {.tiles = text};
    struct selection selection;
    struct err e = ERR_INIT;
    snprintf(text, sizeof text, "@%s", file.path);
    if (arguments_selection(&s, &selection, &e) == 0)
        check(&selection, data, size);
    else if ((e.code != ERR_INPUT && e.code != ERR_USAGE) || e.msg[0] == '\0')
        abort();
    arguments_selection_clear(&selection);
    memory_file_close(&file);
    return 0;
}
