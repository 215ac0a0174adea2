#include <string.h>

#include "cmd/cli/arguments.h"
#include "cmd/cli/stage_report.h"
#include "cmd/options/commands.h"
#include "exec/stop.h"
#include "stages/jobs/cut_job.h"

/* Open band files. */
struct band_files {
    struct ncfile *file[BAND_COUNT];
    struct band_source source[BAND_COUNT];
    struct stage_meta meta; /* of the first file, with bands, offsets and wavelengths of all */
    const char *first_path;
};

static void close_bands(struct band_files *b)
{
    for (int i = 0; i < BAND_COUNT; i++)
        ncfile_close(b->file[i]);
}

/* Adds the band of a file with metadata `meta`. All metadata except the bands must be the same. */
static int add_band(struct band_files *all, const struct stage_meta *meta, struct err *e)
{
    struct stage_meta expected = *meta;
    int b = band_set_nth(meta->params.bands, 0);
    if (all->meta.params.bands == 0) {
        all->meta = *meta;
        return 0;
    }
    if (band_in(all->meta.params.bands, b))
        return err_set(e, ERR_USAGE, "band %s is given twice", band_table[b].name);
    expected.params.bands = all->meta.params.bands;
    expected.params.deflate = all->meta.params.deflate; /* files may be compressed differently */
    if (stage_nc_same(&all->meta, &expected, e)) {
        e->code = ERR_INPUT;
        return err_wrap(e, "does not belong to %s", all->first_path);
    }
    all->meta.params.bands |= meta->params.bands;
    all->meta.product.band[b] = meta->product.band[b];
    return 0;
}

static int open_band(struct band_files *all, const char *path, struct err *e)
{
    struct ncfile *f;
    struct stage_meta meta;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    if ((r = stage_nc_read(f, &meta, e)) != 0)
        goto close_file;
    if (meta.kind != STAGE_RESAMPLED) {
        r = err_set(e, ERR_INPUT, "is a file of %s; cut takes the files that resample makes",
                    stage_names[meta.kind]);
        goto close_file;
    }
    if ((r = add_band(all, &meta, e)) != 0)
        goto close_file;
    int b = band_set_nth(meta.params.bands, 0);
    if ((r = band_source_of_file(f, &meta, b, &all->source[b], e)) != 0)
        goto close_file;
    all->file[b] = f;
    return 0;
close_file:
    ncfile_close(f);
    return r;
}

static int open_bands(const struct settings *s, struct band_files *all, struct err *e)
{
    all->first_path = s->operands[0];
    for (int i = 0; i < s->n_operands; i++) {
        int r = open_band(all, s->operands[i], e);
        if (r == 0)
            continue;
        bool has_path = strncmp(e->msg, s->operands[i], strlen(s->operands[i])) == 0;
        return has_path ? r : err_wrap(e, "%s", s->operands[i]);
    }
    return 0;
}

static int cut_bands(const struct settings *s, struct band_files *all, const struct cut_options *o,
                     struct run_result *result, struct err *e)
{
    const struct run_observer observer = stage_cells_observer(result);
    struct params params;
    int r = arguments_stage_params(s, &params, e);
    if (r)
        return r;
    struct stage_meta meta = all->meta;
    meta.kind = STAGE_CUT;
    meta.params.size = params.size;
    meta.params.overlap = params.overlap;
    meta.params.edge = params.edge;
    meta.params.deflate = params.deflate;
    return cut_job_run(all->source, &meta, o, &observer, result, e);
}

int cmd_cut(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct band_files all = {0};
    struct run_result result = {0};
    struct resources resources;
    resources_find(s, &resources);
    struct cut_options options = {.output = s->output,
                                  .overwrite = s->overwrite,
                                  .dry_run = s->dry_run,
                                  .limits = resources_limits(&resources),
                                  .stopped = stop_signal};
    int r;
    if ((r = arguments_output(s, &err)) != 0 ||
        (r = arguments_selection(s, &options.selection, &err)) != 0)
        goto clear_selection;
    if ((r = stop_install(&err)) != 0 || (r = open_bands(s, &all, &err)) != 0)
        goto close_files;
    r = cut_bands(s, &all, &options, &result, &err);
close_files:
    close_bands(&all);
clear_selection:
    arguments_selection_clear(&options.selection);
    return stage_cells_finish(r, &result, s->output, s->dry_run, &err);
}
