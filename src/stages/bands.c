#include "stages/bands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/ncmake.h"
#include "io/outfile.h"
#include "stages/kept.h"
#include "stages/strips.h"

/* Strips that can be in the last step at once (exec/pipeline.h: k and k + 1). */
enum { SLOTS = 2 };

/* One band on its way. */
struct band_run {
    const struct bands_options *options;
    const struct bands_observer *observer;
    struct stage_meta meta;
    char path[2048];
    struct strips strips;
    struct ncstream *out;
    int32_t chunk_rows; /* and so of a strip; a small raster is one chunk */
    struct packer { /* of one worker */
        struct deflater *deflater; /* NULL: deflate 0 */
        uint16_t *rows; /* a chunk without gaps between its rows */
        void *planes;
    } * packer;
    struct packed { /* of strip k: slot k % slots */
        void *bytes;
        size_t len;
    } packed[SLOTS];
    int32_t slots;
    size_t packed_bytes;
};

static size_t chunk_samples(const struct band_run *r) { return (size_t)r->meta.px.w * (size_t)r->chunk_rows; }

/* ---- the last step of a strip ---- */

/* A strip is a chunk; the last one is filled up with no data. */
static int do_pack(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    (void)task;
    struct band_run *r = ctx;
    struct packer *p = &r->packer[worker];
    struct packed *packed = &r->packed[strip % r->slots];
    if (decode_strip_is_bad(r->strips.decode, strip))
        return err_set(e, ERR_INPUT, "%s: its image is damaged", r->path); /* nobody wants a band with holes */
    struct rect px = r->strips.plan.strip[strip].px;
    resample_read(r->strips.resample, strip, 0, px, (struct view){p->rows, px.w, px.w, px.h});
    memset(p->rows + (ptrdiff_t)px.h * px.w, 0, (size_t)(r->chunk_rows - px.h) * (size_t)px.w * sizeof *p->rows);
    packed->len = stage_pack(p->deflater, p->rows, chunk_samples(r), p->planes, packed->bytes, r->packed_bytes);
    return 0;
}

/* In order, whichever strip was packed first: the order is seen in the file's bytes. */
static int store(void *ctx, int32_t strip, struct err *e)
{
    struct band_run *r = ctx;
    const struct packed *packed = &r->packed[strip % r->slots];
    r->observer->strip(r->observer->ctx);
    return ncstream_chunk(r->out, band_table[r->strips.plan.band[0].band_id].name, strip * r->chunk_rows, packed->bytes,
                          packed->len, e);
}

/* ---- what comes before ---- */

static int create_packer(const struct band_run *r, struct packer *p, struct err *e)
{
    size_t bytes = chunk_samples(r) * sizeof *p->rows;
    int failed = r->meta.params.deflate > 0 ? deflater_create(r->meta.params.deflate, &p->deflater, e) : 0;
    if (failed)
        return failed;
    p->rows = mem_alloc(bytes, 1);
    p->planes = mem_alloc(p->deflater ? bytes : 0, 1);
    return p->rows && p->planes ? 0 : err_nomem(e, 2 * bytes);
}

static int create_packers(struct band_run *r, struct err *e)
{
    int failed = 0;
    r->packer = mem_zalloc((size_t)r->options->threads, sizeof *r->packer);
    if (!r->packer)
        return err_nomem(e, (size_t)r->options->threads * sizeof *r->packer);
    for (int i = 0; failed == 0 && i < r->options->threads; i++)
        failed = create_packer(r, &r->packer[i], e);
    r->slots = r->options->threads < SLOTS ? r->options->threads : SLOTS; /* one thread stores before it packs again */
    for (int i = 0; failed == 0 && i < r->slots; i++)
        if (!(r->packed[i].bytes = mem_alloc(r->packed_bytes, 1)))
            failed = err_nomem(e, r->packed_bytes);
    return failed;
}

static int make_plan(struct band_run *r, const struct raster *raster, int band_id, struct err *e)
{
    struct raster rasters[BAND_COUNT] = {0};
    rasters[band_id] = *raster;
    r->packed_bytes = stage_packed_bound(chunk_samples(r) * sizeof(uint16_t));
    struct plan_request request = {.product = &r->meta.product,
                                   .params = &r->meta.params,
                                   .raster = rasters,
                                   .as_it_is = r->meta.kind == STAGE_DECODED ? &r->meta.grid : NULL,
                                   .strip_rows = r->chunk_rows,
                                   .sink_bytes = 3 * r->packed_bytes,
                                   .threads = r->options->threads,
                                   .memory_limit = r->options->memory_limit,
                                   .memory_from = r->options->memory_from};
    return plan_create(&request, &r->strips.plan, e);
}

static int create_file(struct band_run *r, struct err *e)
{
    int band_var[BAND_COUNT];
    struct ncspec *spec = mem_alloc(1, sizeof *spec);
    double *axes = mem_alloc((size_t)r->meta.px.w + (size_t)r->meta.px.h, sizeof *axes);
    int failed = spec && axes ? outfile_make_folders(r->options->folder, e) : err_nomem(e, sizeof *spec);
    if (failed == 0)
        failed = outfile_remove_stale(r->options->folder, e);
    if (failed == 0) {
        stage_describe(&r->meta, r->chunk_rows, spec, band_var, axes, axes + r->meta.px.w);
        failed = ncstream_create(spec, r->path, &r->out, e);
    }
    free(spec);
    free(axes);
    return failed;
}

static int stream(struct band_run *r, struct err *e)
{
    const struct pipeline_step sink = {.task = do_pack, .close = store};
    int failed = strips_run(&r->strips, &sink, r->options->stopped, r, e);
    if (failed == 0) {
        failed = ncstream_finish(r->out, e);
        r->out = NULL;
        return failed;
    }
    struct err fault = decode_first_fault(r->strips.decode);
    if (failed == ERR_INPUT && fault.code != ERR_NONE)
        *e = fault; /* which tile, and why */
    return failed;
}

static void clear(struct band_run *r)
{
    ncstream_abandon(r->out);
    for (int i = 0; r->packer && i < r->options->threads; i++) {
        deflater_destroy(r->packer[i].deflater);
        free(r->packer[i].rows);
        free(r->packer[i].planes);
    }
    free(r->packer);
    for (int i = 0; i < SLOTS; i++)
        free(r->packed[i].bytes);
    strips_close(&r->strips);
}

static int make(struct band_run *r, const struct raster *raster, int band_id, struct err *e)
{
    int failed = make_plan(r, raster, band_id, e);
    if (failed == 0)
        failed = strips_open(&r->strips, e);
    if (failed == 0)
        failed = create_packers(r, e);
    if (failed == 0)
        failed = create_file(r, e);
    if (failed)
        return failed;
    r->observer->begin(r->observer->ctx, band_table[band_id].name, (size_t)r->strips.plan.n_strips);
    return stream(r, e);
}

int bands_make(const struct raster *raster, const struct stage_meta *meta, const struct bands_options *options,
               const struct bands_observer *observer, struct err *e)
{
    struct band_run r = {.options = options, .observer = observer, .meta = *meta};
    int band_id = band_set_nth(meta->params.bands, 0);
    bool keep = false;
    r.meta.px = (struct rect){0, 0, meta->grid.width, meta->grid.height};
    r.chunk_rows = meta->grid.height < BANDS_CHUNK_ROWS ? meta->grid.height : BANDS_CHUNK_ROWS;
    if ((size_t)snprintf(r.path, sizeof r.path, "%s/%s.nc", options->folder, band_table[band_id].name) >= sizeof r.path)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", options->folder);
    int failed = options->overwrite ? 0 : kept_look(r.path, &r.meta, &keep, e);
    if (failed)
        return failed;
    if (keep || options->dry_run) {
        observer->done(observer->ctx, keep ? BANDS_SKIPPED : BANDS_WOULD_MAKE, r.path);
        return 0;
    }
    failed = make(&r, raster, band_id, e);
    clear(&r);
    if (failed == 0)
        observer->done(observer->ctx, BANDS_MADE, r.path);
    return failed;
}
