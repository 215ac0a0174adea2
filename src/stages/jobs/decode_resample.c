#include "stages/jobs/decode_resample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/folder/outfile.h"
#include "io/netcdf/ncmake.h"
#include "stages/folder/stage_file.h"
#include "stages/image/strips.h"

/* Strips that can be in the last step at once (exec/pipeline.h: k and k + 1). */
enum { SLOTS = 2 };

/* The file of one band. */
struct band_file {
    int band_id;
    char path[2048];
    struct ncstream *out;
    struct packed { /* of strip k: slot k % slots */
        void *bytes;
        size_t len;
    } packed[SLOTS];
};

/* Bands on their way. */
struct band_run {
    const struct decode_resample_options *options;
    const struct decode_resample_observer *observer;
    struct stage_meta meta; /* of all files; its bands are those that are made */
    struct strips strips;
    struct band_file file[BANDS_TOGETHER]; /* in the order of the plan's bands */
    int files;
    int32_t chunk_rows; /* and so of a strip; a small image is one chunk */
    struct packer { /* of one worker */
        struct deflater *deflater; /* NULL: deflate 0 */
        uint16_t *rows; /* a chunk without gaps between its rows */
        void *planes;
    } * packer;
    int32_t slots;
    size_t packed_bytes;
};

static size_t chunk_samples(const struct band_run *r)
{
    return (size_t)r->meta.px.w * (size_t)r->chunk_rows;
}

/* ---- the last step of a strip ---- */

static int open_pack(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    (void)strip;
    (void)e;
    *tasks = (size_t)((struct band_run *)ctx)->files;
    return 0;
}

/* A strip is a chunk of each file; the last one is filled up with no data. */
static int do_pack(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct band_run *r = ctx;
    struct packer *p = &r->packer[worker];
    struct band_file *file = &r->file[task];
    struct packed *packed = &file->packed[strip % r->slots];
    if (decode_strip_is_bad(r->strips.decode, strip))
        return err_set(e, ERR_INPUT, "%s: its image is damaged",
                       file->path); /* nobody wants a band with holes */
    struct rect px = r->strips.plan.strip[strip].px;
    resample_read(r->strips.resample, strip, (int)task, px,
                  (struct view){p->rows, px.w, px.w, px.h});
    memset(p->rows + (ptrdiff_t)px.h * px.w, 0,
           (size_t)(r->chunk_rows - px.h) * (size_t)px.w * sizeof *p->rows);
    packed->len = stage_nc_pack(p->deflater, p->rows, chunk_samples(r), p->planes, packed->bytes,
                                r->packed_bytes);
    return 0;
}

/* In order, whichever strip was packed first: the order is seen in the files' bytes. */
static int store(void *ctx, int32_t strip, struct err *e)
{
    struct band_run *r = ctx;
    int failed = 0;
    r->observer->strip(r->observer->ctx);
    for (int i = 0; failed == 0 && i < r->files; i++) {
        const struct packed *packed = &r->file[i].packed[strip % r->slots];
        failed = ncstream_chunk(r->file[i].out, band_table[r->file[i].band_id].name,
                                strip * r->chunk_rows, packed->bytes, packed->len, e);
    }
    return failed;
}

/* ---- what comes before ---- */

static int create_packer(const struct band_run *r, struct packer *p, struct err *e)
{
    size_t bytes = chunk_samples(r) * sizeof *p->rows;
    int failed =
        r->meta.params.deflate > 0 ? deflater_create(r->meta.params.deflate, &p->deflater, e) : 0;
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
    r->slots = r->options->threads < SLOTS ? r->options->threads
                                           : SLOTS; /* one thread stores before it packs again */
    for (int i = 0; failed == 0 && i < r->slots * r->files; i++)
        if (!(r->file[i / r->slots].packed[i % r->slots].bytes = mem_alloc(r->packed_bytes, 1)))
            failed = err_nomem(e, r->packed_bytes);
    return failed;
}

static int make_plan(struct band_run *r, const struct band_source sources[BAND_COUNT],
                     struct err *e)
{
    r->packed_bytes = stage_nc_packed_bound(chunk_samples(r) * sizeof(uint16_t));
    struct plan_request request = {
        .product = &r->meta.product,
        .params = &r->meta.params,
        .source = sources,
        .as_it_is = r->meta.kind == STAGE_DECODED ? &r->meta.grid : NULL,
        .strip_rows = r->chunk_rows,
        /* a packer, and its part of what is packed */
        .sink_bytes = (size_t)(2 + r->files) * r->packed_bytes,
        .unpacked_bytes = r->options->unpacked_bytes,
        .limits = {r->options->threads, r->options->memory_limit, r->options->memory_from}};
    return plan_create(&request, &r->strips.plan, e);
}

static int create_file(const struct band_run *r, struct band_file *file, struct err *e)
{
    int band_var[BAND_COUNT];
    struct stage_meta meta = r->meta;
    struct ncspec *spec = mem_alloc(1, sizeof *spec);
    double *axes = mem_alloc((size_t)meta.px.w + (size_t)meta.px.h, sizeof *axes);
    int failed = spec && axes ? 0 : err_nomem(e, sizeof *spec);
    meta.params.bands = (band_set)1 << file->band_id;
    if (failed == 0) {
        stage_nc_describe(&meta, r->chunk_rows, spec, band_var, axes, axes + meta.px.w);
        failed = ncstream_create(spec, file->path, &file->out, e);
    }
    free(spec);
    free(axes);
    return failed;
}

static int create_files(struct band_run *r, struct err *e)
{
    int failed = outfile_make_folders(r->options->folder, e);
    if (failed == 0)
        failed = outfile_remove_stale(r->options->folder, e);
    for (int i = 0; failed == 0 && i < r->files; i++)
        failed = create_file(r, &r->file[i], e);
    return failed;
}

static int finish_files(struct band_run *r, struct err *e)
{
    int failed = 0;
    for (int i = 0; failed == 0 && i < r->files; i++) {
        failed = ncstream_finish(r->file[i].out, e);
        r->file[i].out = NULL;
        if (failed == 0)
            r->observer->done(r->observer->ctx, BANDS_MADE, r->file[i].path);
    }
    return failed;
}

static int stream(struct band_run *r, struct err *e)
{
    const struct pipeline_step sink = {.open = open_pack, .task = do_pack, .close = store};
    int failed = strips_run(&r->strips, &sink, r->options->stopped, r, e);
    if (failed == 0)
        return finish_files(r, e);
    struct err fault = decode_first_fault(r->strips.decode);
    if (failed == ERR_INPUT && fault.code != ERR_NONE)
        *e = fault; /* which tile, and why */
    return failed;
}

static void clear(struct band_run *r)
{
    for (int i = 0; r->packer && i < r->options->threads; i++) {
        deflater_destroy(r->packer[i].deflater);
        free(r->packer[i].rows);
        free(r->packer[i].planes);
    }
    free(r->packer);
    for (int i = 0; i < r->files; i++) {
        ncstream_abandon(r->file[i].out);
        for (int k = 0; k < SLOTS; k++)
            free(r->file[i].packed[k].bytes);
    }
    strips_close(&r->strips);
}

static int make(struct band_run *r, const struct band_source sources[BAND_COUNT], struct err *e)
{
    int failed = make_plan(r, sources, e);
    if (failed == 0)
        failed = strips_open(&r->strips, e);
    if (failed == 0)
        failed = create_packers(r, e);
    if (failed == 0)
        failed = create_files(r, e);
    if (failed)
        return failed;
    const struct band_def *def = &band_table[r->file[0].band_id];
    r->observer->begin(r->observer->ctx, r->files > 1 ? def->image : def->name,
                       (size_t)r->strips.plan.n_strips);
    return stream(r, e);
}

/* Looks at what is there: the band is kept, or becomes one of the files to make. */
static int look_at(struct band_run *r, int band_id, struct err *e)
{
    struct stage_meta meta = r->meta;
    struct band_file *file = &r->file[r->files];
    bool keep = false;
    *file = (struct band_file){.band_id = band_id};
    meta.params.bands = (band_set)1 << band_id;
    if ((size_t)snprintf(file->path, sizeof file->path, "%s/%s.nc", r->options->folder,
                         band_table[band_id].name) >= sizeof file->path)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", r->options->folder);
    int failed = r->options->overwrite ? 0 : stage_file_look(file->path, &meta, &keep, e);
    if (failed)
        return failed;
    if (keep || r->options->dry_run)
        r->observer->done(r->observer->ctx, keep ? BANDS_SKIPPED : BANDS_WOULD_MAKE, file->path);
    else
        r->files++;
    return 0;
}

int decode_resample_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                        const struct decode_resample_options *options,
                        const struct decode_resample_observer *observer, struct err *e)
{
    struct band_run *r = mem_zalloc(1, sizeof *r);
    if (!r)
        return err_nomem(e, sizeof *r);
    *r = (struct band_run){.options = options, .observer = observer, .meta = *meta};
    int failed = 0;
    r->meta.px = (struct rect){0, 0, meta->grid.width, meta->grid.height};
    r->chunk_rows = meta->grid.height < BANDS_CHUNK_ROWS ? meta->grid.height : BANDS_CHUNK_ROWS;
    for (int b = 0; failed == 0 && b < BAND_COUNT; b++)
        if (band_in(meta->params.bands, b))
            failed = look_at(r, b, e);
    r->meta.params.bands = 0;
    for (int i = 0; i < r->files; i++)
        r->meta.params.bands |= (band_set)1 << r->file[i].band_id;
    size_t there = outfile_folders_there(options->folder);
    if (failed == 0 && r->files > 0)
        failed = make(r, sources, e);
    clear(r);
    if (failed)
        outfile_drop_folders(options->folder, there);
    free(r);
    return failed;
}
