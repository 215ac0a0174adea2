#include "stages/image/compat_cut.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/quantum.h"
#include "filters/resize16.h"
#include "stages/image/plan_tiles.h"

/* The windows of one resolution have at most three different sides, because core/window.h rounds.
 * There are three resolutions. */
enum { RESIZERS_MAX = 9 };

struct resizer {
    int32_t n; /* side of the window */
    struct resize16 *taps;
};

struct buffers {
    uint16_t *window;
    void *work;
};

struct compat_cut {
    const struct plan *plan;
    const struct decode_stage *source;
    struct resizer resizer[RESIZERS_MAX];
    int n_resizers;
    int32_t window; /* the largest side of a resized window, px */
    struct buffers *buffers; /* one per worker; their memory is allocated on first use */
};

int compat_cut_check(const struct params *p, struct err *e)
{
    if (!p->compat || p->resolution_m != 10 || p->edge != EDGE_PAD || !p->keep_offset)
        return err_set(e, ERR_USAGE,
                       "--compat %s is for 10 m, with padding, and keeps RADIO_ADD_OFFSET",
                       compat_names[p->compat]);
    if (resize16_find(p->filter) == RESIZE16_COUNT)
        return err_set(e, ERR_USAGE, "--filter %s: --compat %s has no such filter", p->filter,
                       compat_names[p->compat]);
    return 0;
}

/* An upper bound of the windows' side. */
static int32_t window_max(const struct params *p, int32_t d)
{
    return (params_cut(p) + d - 1) / d + 3;
}

static const struct resize16 *find_resizer(const struct compat_cut *c, int32_t n)
{
    for (int i = 0; i < c->n_resizers; i++)
        if (c->resizer[i].n == n)
            return c->resizer[i].taps;
    return NULL;
}

static int add_resizer(struct compat_cut *c, int32_t n, struct err *e)
{
    const struct params *p = c->plan->params;
    if (n == p->size || find_resizer(c, n))
        return 0;
    if (c->n_resizers == RESIZERS_MAX)
        return err_set(e, ERR_INTERNAL, "windows of more than %d sizes", (int)RESIZERS_MAX);
    struct resizer *new = &c->resizer[c->n_resizers];
    int r = resize16_create(n, p->size, resize16_find(p->filter), &new->taps, e);
    if (r)
        return r;
    new->n = n;
    c->n_resizers++;
    c->window = n > c->window ? n : c->window;
    return 0;
}

static int create_parts(struct compat_cut *c, struct err *e)
{
    const struct plan *p = c->plan;
    for (int b = 0; b < p->n_bands; b++)
        for (size_t i = 0; i < p->n_cells; i++) {
            int r = add_resizer(c, plan_cell_window(p, b, p->cell[i]).w, e);
            if (r)
                return r;
        }
    c->buffers = mem_zalloc((size_t)plan_workers(p), sizeof *c->buffers);
    return c->buffers ? 0 : err_nomem(e, (size_t)plan_workers(p) * sizeof *c->buffers);
}

int compat_cut_create(const struct plan *p, const struct decode_stage *source,
                      struct compat_cut **out, struct err *e)
{
    struct compat_cut *c = mem_zalloc(1, sizeof *c);
    if (!c)
        return err_nomem(e, sizeof *c);
    c->plan = p;
    c->source = source;
    int r = create_parts(c, e);
    if (r) {
        compat_cut_destroy(c);
        return r;
    }
    *out = c;
    return 0;
}

void compat_cut_destroy(struct compat_cut *c)
{
    if (!c)
        return;
    for (int i = 0; c->buffers && i < plan_workers(c->plan); i++) {
        free(c->buffers[i].window);
        free(c->buffers[i].work);
    }
    free(c->buffers);
    for (int i = 0; i < c->n_resizers; i++)
        resize16_destroy(c->resizer[i].taps);
    free(c);
}

size_t compat_cut_bytes(const struct params *p)
{
    size_t sum = sizeof(struct compat_cut);
    for (int32_t d = 1; d <= 6; d++)
        if (d == 1 || d == 2 || d == 6)
            sum += RESIZERS_MAX / 3 *
                   resize16_bytes(window_max(p, d), p->size, resize16_find(p->filter));
    return sum;
}

static size_t samples(int32_t side) { return (size_t)side * (size_t)side; }

size_t compat_cut_worker_bytes(const struct params *p)
{
    int32_t n = window_max(p, 1);
    return samples(n) * sizeof(uint16_t) + resize16_work_bytes(n, p->size);
}

static int reserve(const struct compat_cut *c, struct buffers *b, struct err *e)
{
    int32_t size = c->plan->params->size;
    if (!b->window)
        b->window = mem_alloc(samples(c->window), sizeof *b->window);
    if (!b->work)
        b->work = mem_alloc(resize16_work_bytes(c->window, size), 1);
    return b->window && b->work ? 0 : err_nomem(e, compat_cut_worker_bytes(c->plan->params));
}

/* Reads the window's samples from the ring, and rounds them as cm_vsm does when it loads an
 * image. */
static void load(const struct compat_cut *c, int band, struct rect window, uint16_t *to)
{
    const struct band_source *source = &c->plan->band[band].source;
    struct ring rows = decode_rows(c->source, band);
    bool is_byte = band_is_byte(c->plan->band[band].band_id),
         is_exact = c->plan->params->compat == COMPAT_CM_VSM_TILED;
    struct rect inside = rect_intersect(window, (struct rect){0, 0, source->width, source->height});
    if (inside.w < window.w || inside.h < window.h)
        memset(to, 0, (size_t)window.w * (size_t)window.h * sizeof *to);
    for (int32_t y = inside.y; y < inside.y + inside.h; y++) {
        const uint16_t *from = ring_row(rows, y) + inside.x;
        uint16_t *row = to + (ptrdiff_t)(y - window.y) * window.w + (inside.x - window.x);
        if (is_byte)
            (is_exact ? quantum_load8_tiled : quantum_load8)(from, inside.w, row);
        else if (is_exact)
            memcpy(row, from, (size_t)inside.w * sizeof *row);
        else
            quantum_load16(from, inside.w, row);
    }
}

/* Loads the window and resizes it to the subscene's size. */
static int fill(struct compat_cut *c, int band, struct rect window, int worker, uint16_t *dn,
                struct err *e)
{
    struct buffers *b = &c->buffers[worker];
    if (window.w == c->plan->params->size) {
        load(c, band, window, dn);
        return 0;
    }
    int r = reserve(c, b, e);
    if (r)
        return r;
    load(c, band, window, b->window);
    resize16_run(find_resizer(c, window.w), b->window, b->work, dn);
    return 0;
}

int compat_cut_apply(struct compat_cut *c, int band, struct cell cell, int worker, uint16_t *dn,
                     struct err *e)
{
    int32_t size = c->plan->params->size;
    int r = fill(c, band, plan_cell_window(c->plan, band, cell), worker, dn, e);
    if (r || !band_is_byte(c->plan->band[band].band_id))
        return r;
    for (int32_t y = 0; y < size; y++)
        quantum_store8(dn + (ptrdiff_t)y * size, size, dn + (ptrdiff_t)y * size);
    return 0;
}
