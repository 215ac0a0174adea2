#include "stages/image/resample.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stages/image/plan_strips.h"

struct resample_stage {
    const struct plan *plan;
    const struct decode_stage *source;
    uint16_t *strips; /* room for lead × stored bands strips of the largest size */
    struct resample_work **work; /* [worker][resampler] */
};

static size_t strip_samples(const struct plan *p)
{
    return (size_t)p->strip_w * (size_t)p->strip_h;
}

static int create_parts(struct resample_stage *stage, struct err *e)
{
    const struct plan *p = stage->plan;
    size_t n = (size_t)p->lead_resample * (size_t)p->n_stored * strip_samples(p);
    size_t works = (size_t)plan_workers(p) * (size_t)p->n_resamplers;
    stage->strips = mem_alloc(n, sizeof *stage->strips);
    stage->work = mem_zalloc(works, sizeof *stage->work);
    if (!stage->strips || !stage->work)
        return err_nomem(e, n * sizeof *stage->strips);
    for (size_t i = 0; i < works; i++) {
        int r = resample_work_create(p->resampler[i % (size_t)p->n_resamplers], &stage->work[i], e);
        if (r)
            return r;
    }
    return 0;
}

int resample_create(const struct plan *p, const struct decode_stage *source,
                    struct resample_stage **out, struct err *e)
{
    struct resample_stage *stage = mem_zalloc(1, sizeof *stage);
    if (!stage)
        return err_nomem(e, sizeof *stage);
    stage->plan = p;
    stage->source = source;
    int r = create_parts(stage, e);
    if (r) {
        resample_destroy(stage);
        return r;
    }
    *out = stage;
    return 0;
}

void resample_destroy(struct resample_stage *r)
{
    if (!r)
        return;
    for (size_t i = 0; r->work && i < (size_t)plan_workers(r->plan) * (size_t)r->plan->n_resamplers;
         i++)
        resample_work_destroy(r->work[i]);
    free(r->work);
    free(r->strips);
    free(r);
}

static size_t task_count(const struct plan *p, const struct plan_strip *s, int band)
{
    return p->band[band].stored < 0 ? 0 : plan_piece_count(p, s, band);
}

int resample_open(struct resample_stage *r, int32_t strip, size_t *tasks, struct err *e)
{
    (void)e;
    *tasks = 0;
    for (int b = 0; b < r->plan->n_bands; b++)
        *tasks += task_count(r->plan, &r->plan->strip[strip], b);
    return 0;
}

/* A view of the strip of a stored band. */
static struct view stored_strip(const struct resample_stage *r, int32_t strip, int band)
{
    const struct plan *p = r->plan;
    size_t slot =
        (size_t)(strip % p->lead_resample) * (size_t)p->n_stored + (size_t)p->band[band].stored;
    struct rect px = p->strip[strip].px;
    return (struct view){r->strips + slot * strip_samples(p), p->strip_w, px.w, px.h};
}

static struct rect in_strip(const struct plan_strip *s, struct rect px)
{
    return (struct rect){px.x - s->px.x, px.y - s->px.y, px.w, px.h};
}

int resample_task(struct resample_stage *r, int32_t strip, size_t task, int worker, struct err *e)
{
    (void)e;
    const struct plan *p = r->plan;
    const struct plan_strip *s = &p->strip[strip];
    int b = 0;
    for (size_t n; task >= (n = task_count(p, s, b)); b++)
        task -= n;
    struct rect piece = plan_piece(p, s, b, task);
    if (rect_is_empty(piece))
        return 0;
    struct resample_work *work =
        r->work[(size_t)worker * (size_t)p->n_resamplers + (size_t)p->band[b].resampler];
    resample_run(plan_resampler(p, b), work, decode_rows(r->source, b), piece,
                 view_part(stored_strip(r, strip, b), in_strip(s, piece)));
    return 0;
}

void resample_read(const struct resample_stage *r, int32_t strip, int band, struct rect px,
                   struct view dst)
{
    const struct plan *p = r->plan;
    if (p->band[band].stored < 0) {
        resample_run(plan_resampler(p, band), NULL, decode_rows(r->source, band), px, dst);
        return;
    }
    struct view from = view_part(stored_strip(r, strip, band), in_strip(&p->strip[strip], px));
    for (int32_t y = 0; y < px.h; y++)
        memcpy(view_row(dst, y), view_row(from, y), (size_t)px.w * sizeof *dst.px);
}
