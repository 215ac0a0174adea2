#include "stages/image/strips.h"

int strips_open(struct strips *s, struct err *e)
{
    int r = decode_create(&s->plan, &s->decode, e);
    return r ? r : resample_create(&s->plan, s->decode, &s->resample, e);
}

void strips_close(struct strips *s)
{
    resample_destroy(s->resample);
    decode_destroy(s->decode);
    plan_clear(&s->plan);
    *s = (struct strips){0};
}

/* The context of the pipeline's calls. `ctx` is the sink's own. */
struct strips_ctx {
    struct strips *s;
    const struct pipeline_step *sink;
    void *ctx;
};

static int open_decode(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    return decode_open(((struct strips_ctx *)ctx)->s->decode, strip, tasks, e);
}

static int32_t after_strip(void *ctx, int32_t strip)
{
    return ((struct strips_ctx *)ctx)->s->plan.strip[strip].after;
}

static int do_decode(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    return decode_task(((struct strips_ctx *)ctx)->s->decode, strip, task, worker, e);
}

static int open_resample(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    return resample_open(((struct strips_ctx *)ctx)->s->resample, strip, tasks, e);
}

static int do_resample(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    return resample_task(((struct strips_ctx *)ctx)->s->resample, strip, task, worker, e);
}

static int open_sink(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    struct strips_ctx *c = ctx;
    return c->sink->open ? c->sink->open(c->ctx, strip, tasks, e) : 0;
}

static int do_sink(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct strips_ctx *c = ctx;
    return c->sink->task(c->ctx, strip, task, worker, e);
}

static int wait_sink(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct strips_ctx *c = ctx;
    return c->sink->wait(c->ctx, strip, task, worker, e);
}

static int close_sink(void *ctx, int32_t strip, struct err *e)
{
    struct strips_ctx *c = ctx;
    return c->sink->close ? c->sink->close(c->ctx, strip, e) : 0;
}

int strips_run(struct strips *s, const struct pipeline_step *sink, int (*stopped)(void), void *ctx,
               struct err *e)
{
    struct strips_ctx c = {s, sink, ctx};
    const struct pipeline_step decode = {
        .open = open_decode, .task = do_decode, .lead = s->plan.lead_decode, .after = after_strip};
    const struct pipeline_step resample = {
        .open = open_resample, .task = do_resample, .lead = s->plan.lead_resample};
    const struct pipeline_step last = {.open = open_sink,
                                       .task = do_sink,
                                       .close = close_sink,
                                       .lead = 1,
                                       .wait = sink->wait ? wait_sink : NULL};
    const struct pipeline_step steps[] = {decode, resample, last};
    return pipeline_run(steps, 3, s->plan.n_strips,
                        (struct pipeline_crew){s->plan.threads, s->plan.io_threads}, stopped, &c,
                        e);
}
