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

/* The state of one call. */
struct band_run {
    const struct decode_resample_options *options;
    const struct decode_resample_observer *observer;
    struct stage_meta meta; /* of all files; its bands are the bands to make */
    struct strips strips;
    struct band_file file[BANDS_TOGETHER]; /* in the order of the plan's bands */
    int files;
    int32_t chunk_rows; /* also of a strip; a small image is one chunk */
    struct packer { /* of one worker */
        struct deflater *deflater; /* NULL: deflate 0 */
        uint16_t *rows; /* a chunk without gaps between its rows */
        void *planes;
    } * packer;
    int32_t slots;
    size_t packed_bytes;
};

static size_t chunk_samples(const struct band_run *job)
{
    return (size_t)job->meta.px.w * (size_t)job->chunk_rows;
}

/* ---- the last step of a strip ---- */

static int open_pack(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    (void)strip;
    (void)e;
    *tasks = (size_t)((struct band_run *)ctx)->files;
    return 0;
}

/* A strip is one chunk of each file. The last chunk is padded with no-data. */
static int do_pack(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct band_run *job = ctx;
    struct packer *p = &job->packer[worker];
    struct band_file *file = &job->file[task];
    struct packed *packed = &file->packed[strip % job->slots];
    if (decode_strip_is_bad(job->strips.decode, strip))
        return err_set(e, ERR_INPUT, "%s: not made: its image is damaged",
                       file->path); /* a band with holes is of no use */
    struct rect px = job->strips.plan.strip[strip].px;
    resample_read(job->strips.resample, strip, (int)task, px,
                  (struct view){p->rows, px.w, px.w, px.h});
    memset(p->rows + (ptrdiff_t)px.h * px.w, 0,
           (size_t)(job->chunk_rows - px.h) * (size_t)px.w * sizeof *p->rows);
    packed->len = stage_nc_pack(p->deflater, p->rows, chunk_samples(job), p->planes, packed->bytes,
                                job->packed_bytes);
    return 0;
}

/* In the order of strips, so that the files' bytes do not depend on the threads. */
static int store(void *ctx, int32_t strip, struct err *e)
{
    struct band_run *job = ctx;
    job->observer->strip(job->observer->ctx);
    for (int i = 0; i < job->files; i++) {
        const struct packed *packed = &job->file[i].packed[strip % job->slots];
        int r = ncstream_chunk(job->file[i].out, band_table[job->file[i].band_id].name,
                               strip * job->chunk_rows, packed->bytes, packed->len, e);
        if (r)
            return r;
    }
    return 0;
}

/* ---- preparation ---- */

static int create_packer(const struct band_run *job, struct packer *p, struct err *e)
{
    size_t bytes = chunk_samples(job) * sizeof *p->rows;
    int r = job->meta.params.deflate > 0
                ? deflater_create(job->meta.params.deflate, &p->deflater, e)
                : 0;
    if (r)
        return r;
    p->rows = mem_alloc(bytes, 1);
    p->planes = mem_alloc(p->deflater ? bytes : 0, 1);
    return p->rows && p->planes ? 0 : err_nomem(e, 2 * bytes);
}

static int create_packers(struct band_run *job, struct err *e)
{
    const int threads = job->options->limits.threads;
    job->packer = mem_zalloc((size_t)threads, sizeof *job->packer);
    if (!job->packer)
        return err_nomem(e, (size_t)threads * sizeof *job->packer);
    for (int i = 0; i < threads; i++) {
        int r = create_packer(job, &job->packer[i], e);
        if (r)
            return r;
    }
    job->slots =
        threads < SLOTS ? threads : SLOTS; /* one thread stores a strip before it packs the next */
    for (int i = 0; i < job->slots * job->files; i++)
        if (!(job->file[i / job->slots].packed[i % job->slots].bytes =
                  mem_alloc(job->packed_bytes, 1)))
            return err_nomem(e, job->packed_bytes);
    return 0;
}

static int make_plan(struct band_run *job, const struct band_source sources[BAND_COUNT],
                     struct err *e)
{
    job->packed_bytes = stage_nc_packed_bound(chunk_samples(job) * sizeof(uint16_t));
    struct plan_request request = {.product = &job->meta.product,
                                   .params = &job->meta.params,
                                   .source = sources,
                                   .as_it_is =
                                       job->meta.kind == STAGE_DECODED ? &job->meta.grid : NULL,
                                   .strip_rows = job->chunk_rows,
                                   /* a packer, and its packed strips */
                                   .sink_bytes = (size_t)(2 + job->files) * job->packed_bytes,
                                   .unpacked_bytes = job->options->unpacked_bytes,
                                   .limits = job->options->limits};
    return plan_create(&request, &job->strips.plan, e);
}

static int create_file(const struct band_run *job, struct band_file *file, struct err *e)
{
    int band_var[BAND_COUNT], r = 0;
    struct stage_meta meta = job->meta;
    struct ncspec *spec = mem_alloc(1, sizeof *spec);
    double *axes = mem_alloc((size_t)meta.px.w + (size_t)meta.px.h, sizeof *axes);
    if (!spec || !axes) {
        r = err_nomem(e, sizeof *spec);
        goto free_both;
    }
    meta.params.bands = (band_set)1 << file->band_id;
    stage_nc_describe(&meta, job->chunk_rows, spec, band_var, axes, axes + meta.px.w);
    r = ncstream_create(spec, file->path, &file->out, e);
free_both:
    free(spec);
    free(axes);
    return r;
}

static int create_files(struct band_run *job, struct err *e)
{
    int r = outfile_make_folders(job->options->folder, e);
    if (r)
        return r;
    r = outfile_remove_stale(job->options->folder, e);
    for (int i = 0; r == 0 && i < job->files; i++)
        r = create_file(job, &job->file[i], e);
    return r;
}

static int finish_files(struct band_run *job, struct err *e)
{
    for (int i = 0; i < job->files; i++) {
        int r = ncstream_finish(job->file[i].out, e);
        job->file[i].out = NULL;
        if (r)
            return r;
        job->observer->done(job->observer->ctx, BANDS_MADE, job->file[i].path);
    }
    return 0;
}

static int stream(struct band_run *job, struct err *e)
{
    const struct pipeline_step sink = {.open = open_pack, .task = do_pack, .close = store};
    int r = strips_run(&job->strips, &sink, job->options->stopped, job, e);
    if (r == 0)
        return finish_files(job, e);
    struct err fault = decode_first_fault(job->strips.decode);
    if (r == ERR_INPUT && fault.code != ERR_NONE)
        *e = fault; /* it names the tile and the reason */
    return r;
}

static void clear(struct band_run *job)
{
    for (int i = 0; job->packer && i < job->options->limits.threads; i++) {
        deflater_destroy(job->packer[i].deflater);
        free(job->packer[i].rows);
        free(job->packer[i].planes);
    }
    free(job->packer);
    for (int i = 0; i < job->files; i++) {
        ncstream_abandon(job->file[i].out);
        for (int k = 0; k < SLOTS; k++)
            free(job->file[i].packed[k].bytes);
    }
    strips_close(&job->strips);
}

static int make(struct band_run *job, const struct band_source sources[BAND_COUNT], struct err *e)
{
    const struct band_def *def = &band_table[job->file[0].band_id];
    int r = make_plan(job, sources, e);
    if (r)
        return r;
    r = strips_open(&job->strips, e);
    if (r)
        return r;
    r = create_packers(job, e);
    if (r)
        return r;
    r = create_files(job, e);
    if (r)
        return r;
    job->observer->begin(job->observer->ctx, job->files > 1 ? def->image : def->name,
                         (size_t)job->strips.plan.n_strips);
    return stream(job, e);
}

/* A dry run counts the file that it would make. The file's last chunk has its full size. */
static void add_space(const struct band_run *job)
{
    int32_t rows = (job->meta.px.h + job->chunk_rows - 1) / job->chunk_rows * job->chunk_rows;
    disk_space_add(&job->options->needed->space,
                   disk_space_of_stages(1, job->meta.px.w, rows, job->meta.params.deflate, 1));
    job->options->needed->files++;
}

/* Checks the existing file of a band. It is kept, or the band is added to the files to make. */
static int survey_band(struct band_run *job, int band_id, struct err *e)
{
    const struct decode_resample_options *o = job->options;
    struct stage_meta meta = job->meta;
    struct band_file *file = &job->file[job->files];
    bool keep = false;
    *file = (struct band_file){.band_id = band_id};
    meta.params.bands = (band_set)1 << band_id;
    if ((size_t)snprintf(file->path, sizeof file->path, "%s/%s.nc", o->folder,
                         band_table[band_id].name) >= sizeof file->path)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", o->folder);
    int r = o->overwrite ? 0 : stage_file_check(file->path, &meta, &keep, e);
    if (r)
        return r;
    if (!keep && o->dry_run)
        add_space(job);
    if (keep || o->dry_run) {
        job->observer->done(job->observer->ctx, keep ? BANDS_SKIPPED : BANDS_WOULD_MAKE,
                            file->path);
        return 0;
    }
    job->files++;
    job->meta.params.bands |= meta.params.bands;
    return 0;
}

static int survey(struct band_run *job, band_set bands, struct err *e)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        int r = band_in(bands, b) ? survey_band(job, b, e) : 0;
        if (r)
            return r;
    }
    return 0;
}

/* A failing call removes the folder that it made, if that is empty. */
static int make_missing(struct band_run *job, const struct band_source sources[BAND_COUNT],
                        struct err *e)
{
    const char *folder = job->options->folder;
    size_t there = outfile_folders_there(folder);
    int r = job->files > 0 ? make(job, sources, e) : 0;
    clear(job);
    if (r)
        outfile_drop_folders(folder, there);
    return r;
}

int decode_resample_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                        const struct decode_resample_options *options,
                        const struct decode_resample_observer *observer, struct err *e)
{
    const int32_t height = meta->grid.height;
    struct band_run *job = mem_zalloc(1, sizeof *job);
    if (!job)
        return err_nomem(e, sizeof *job);
    *job = (struct band_run){.options = options, .observer = observer, .meta = *meta};
    job->meta.px = (struct rect){0, 0, meta->grid.width, height};
    job->meta.params.bands = 0; /* the bands to make */
    job->chunk_rows = height < BANDS_CHUNK_ROWS ? height : BANDS_CHUNK_ROWS;
    int r = survey(job, meta->params.bands, e);
    if (r == 0)
        r = make_missing(job, sources, e);
    free(job);
    return r;
}
