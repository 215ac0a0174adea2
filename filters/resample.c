#include "filters/resample.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"
#include "filters/nodata.h"
#include "filters/quantise.h"
#include "filters/resample_direct.h"
#include "filters/resample_fft.h"

enum method { PICK, FFT, DIRECT };

struct resample_plan {
    struct resample_spec spec;
    enum method method;
    struct kernel_taps taps; /* both engines */
    struct resample_fft *fft; /* the FFT engine only */
};

struct resample_work {
    struct resample_fft_work *fft;
    struct resample_direct_work *direct;
};

static int check(const struct resample_spec *s, struct err *e)
{
    if (s->src_w < 1 || s->src_w > RESAMPLE_SIDE_MAX || s->src_h < 1 ||
        s->src_h > RESAMPLE_SIDE_MAX)
        return err_set(e, ERR_USAGE,
                       "source raster of %d x %d pixels: 1 ... %d a side are possible",
                       (int)s->src_w, (int)s->src_h, (int)RESAMPLE_SIDE_MAX);
    if (s->up < 1 || s->up > RESAMPLE_FACTOR_MAX || s->down < 1 || s->down > RESAMPLE_FACTOR_MAX)
        return err_set(e, ERR_USAGE, "resampling by %d/%d: factors of 1 ... %d are possible",
                       (int)s->up, (int)s->down, (int)RESAMPLE_FACTOR_MAX);
    if (s->up > 1 && s->down > 1)
        return err_set(e, ERR_USAGE, "resampling by %d/%d: one of the two must be 1", (int)s->up,
                       (int)s->down);
    if ((int)s->kernel < 0 || s->kernel >= KERNEL_COUNT)
        return err_set(e, ERR_USAGE, "no kernel has the number %d", (int)s->kernel);
    if (kernel_table[s->kernel].takes_lobes &&
        (s->lobes < KERNEL_LOBES_MIN || s->lobes > KERNEL_LOBES_MAX))
        return err_set(e, ERR_USAGE, "kernel %s with %d lobes: %d ... %d are possible",
                       kernel_table[s->kernel].name, s->lobes, (int)KERNEL_LOBES_MIN,
                       (int)KERNEL_LOBES_MAX);
    if (s->engine != RESAMPLE_FFT && s->engine != RESAMPLE_DIRECT)
        return err_set(e, ERR_USAGE, "no engine has the number %d", (int)s->engine);
    if (s->offset < -RESAMPLE_OFFSET_MAX || s->offset > RESAMPLE_OFFSET_MAX)
        return err_set(e, ERR_USAGE, "offset of %d: -%d ... %d are possible", (int)s->offset,
                       (int)RESAMPLE_OFFSET_MAX, (int)RESAMPLE_OFFSET_MAX);
    return 0;
}

static enum method choose_method(const struct resample_spec *s)
{
    if (s->kernel == KERNEL_NEAREST || (s->up == 1 && s->down == 1))
        return PICK;
    return s->engine == RESAMPLE_FFT ? FFT : DIRECT;
}

int resample_plan_create(const struct resample_spec *spec, struct resample_plan **out,
                         struct err *e)
{
    int rc = check(spec, e);
    if (rc)
        return rc;
    struct resample_plan *p = mem_zalloc(1, sizeof *p);
    if (!p)
        return err_nomem(e, sizeof *p);
    p->spec = *spec;
    p->method = choose_method(spec);
    if (p->method != PICK)
        rc = kernel_taps_init(&p->taps, spec->kernel, spec->lobes, spec->up, spec->down, e);
    if (!rc && p->method == FFT)
        rc = resample_fft_create(&p->spec, &p->taps, &p->fft, e);
    if (rc)
        goto destroy_plan;
    *out = p;
    return 0;

destroy_plan:
    resample_plan_destroy(p);
    return rc;
}

void resample_plan_destroy(struct resample_plan *p)
{
    if (!p)
        return;
    resample_fft_destroy(p->fft);
    kernel_taps_clear(&p->taps);
    free(p);
}

int resample_work_create(const struct resample_plan *p, struct resample_work **out, struct err *e)
{
    struct resample_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    int rc = 0;
    if (p->method == FFT)
        rc = resample_fft_work_create(p->fft, &w->fft, e);
    else if (p->method == DIRECT)
        rc = resample_direct_work_create(&p->spec, &p->taps, &w->direct, e);
    if (rc)
        goto free_work;
    *out = w;
    return 0;

free_work:
    free(w);
    return rc;
}

void resample_work_destroy(struct resample_work *w)
{
    if (!w)
        return;
    resample_fft_work_destroy(w->fft);
    resample_direct_work_destroy(w->direct);
    free(w);
}

size_t resample_work_bytes(const struct resample_plan *p)
{
    size_t own = sizeof(struct resample_work);
    if (p->method == FFT)
        return own + resample_fft_work_bytes(p->fft);
    return p->method == DIRECT ? own + resample_direct_work_bytes(&p->taps) : own;
}

static int32_t target_size(const struct resample_spec *s, int32_t src)
{
    return (src * s->up + s->down - 1) / s->down;
}

int32_t resample_target_width(const struct resample_plan *p)
{
    return target_size(&p->spec, p->spec.src_w);
}
int32_t resample_target_height(const struct resample_plan *p)
{
    return target_size(&p->spec, p->spec.src_h);
}

bool resample_picks(const struct resample_plan *p) { return p->method == PICK; }

int32_t resample_block_width(const struct resample_plan *p)
{
    return p->method == FFT ? resample_fft_block_width(p->fft) : resample_direct_block_width();
}

/* The source pixels under the centres of `dst`. */
static struct rect picked_rect(const struct resample_spec *s, struct rect dst)
{
    int32_t x0 = kernel_centre(s->up, s->down, dst.x),
            x1 = kernel_centre(s->up, s->down, dst.x + dst.w - 1) + 1;
    int32_t y0 = kernel_centre(s->up, s->down, dst.y),
            y1 = kernel_centre(s->up, s->down, dst.y + dst.h - 1) + 1;
    return rect_intersect((struct rect){x0, y0, x1 - x0, y1 - y0},
                          (struct rect){0, 0, s->src_w, s->src_h});
}

struct rect resample_source_rect(const struct resample_plan *p, struct rect dst)
{
    switch (p->method) {
    case FFT:
        return resample_fft_source_rect(p->fft, dst);
    case DIRECT:
        return resample_direct_source_rect(&p->spec, &p->taps, dst);
    case PICK:
        break;
    }
    return picked_rect(&p->spec, dst);
}

static void pick_row(const struct resample_spec *s, struct ring src,
                     const struct resample_sink *sink, int32_t i)
{
    struct rect dst = sink->dst;
    int32_t y = kernel_centre(s->up, s->down, dst.y + i);
    const uint16_t *row = y < s->src_h ? ring_row(src, y) : NULL;
    uint16_t *to = sink->values ? NULL : view_row(sink->px, i);
    double *values = sink->values ? sink->values + (ptrdiff_t)i * dst.w : NULL;
    for (int32_t k = 0; k < dst.w; k++) {
        int32_t x = kernel_centre(s->up, s->down, dst.x + k);
        uint16_t dn = row && x < s->src_w ? row[x] : s->nodata;
        if (values)
            values[k] = dn;
        else
            to[k] = quantise_dn(dn, s->offset);
    }
    struct nodata_grid grid = {{s->nodata, s->saturated}, s->up, s->down, s->src_w, s->src_h};
    if (to)
        nodata_mark_row(&grid, src, dst.x, dst.y + i, dst.w, to);
}

static void pick_run(const struct resample_spec *s, struct ring src, struct resample_sink sink)
{
    bool as_it_is = s->up == 1 && s->down == 1 && !sink.values; /* most bands of most runs */
    for (int32_t i = 0; i < sink.dst.h; i++) {
        if (as_it_is)
            quantise_row(ring_row(src, sink.dst.y + i) + sink.dst.x, sink.dst.w, s->nodata,
                         s->saturated, s->offset, view_row(sink.px, i));
        else
            pick_row(s, src, &sink, i);
    }
}

static void run(const struct resample_plan *p, struct resample_work *w, struct ring src,
                struct resample_sink sink)
{
    if (rect_is_empty(sink.dst))
        return;
    switch (p->method) {
    case PICK:
        pick_run(&p->spec, src, sink);
        break;
    case FFT:
        resample_fft_run(p->fft, w->fft, src, sink);
        break;
    case DIRECT:
        resample_direct_run(w->direct, src, sink);
        break;
    }
}

void resample_run(const struct resample_plan *p, struct resample_work *w, struct ring src,
                  struct rect dst, struct view out)
{
    run(p, w, src, (struct resample_sink){.dst = dst, .px = out});
    for (int32_t i = 0; p->spec.most > 0 && i < dst.h; i++)
        quantise_limit(view_row(out, i), dst.w, p->spec.most);
}

void resample_run_float(const struct resample_plan *p, struct resample_work *w, struct ring src,
                        struct rect dst, double *out)
{
    run(p, w, src, (struct resample_sink){.dst = dst, .values = out});
}
