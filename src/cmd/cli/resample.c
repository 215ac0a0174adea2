#include "stages/jobs/decode_resample.h"

#include "cmd/cli/arguments.h"
#include "cmd/cli/stage_report.h"
#include "cmd/options/commands.h"
#include "exec/stop.h"

/* An open band file. */
struct band_input {
    struct ncfile *file;
    struct stage_meta meta;
};

static int open_band(const char *path, struct band_input *in, struct err *e)
{
    int r = ncfile_open(path, &in->file, e);
    if (r)
        return r;
    if (stage_nc_read(in->file, &in->meta, e))
        goto close_file;
    if (in->meta.kind != STAGE_DECODED) {
        err_set(e, ERR_INPUT, "is a file of %s; resample takes the files that decode makes",
                stage_names[in->meta.kind]);
        goto close_file;
    }
    return 0;
close_file:
    ncfile_close(in->file);
    return err_wrap(e, "%s", path);
}

static int resample_one(struct decode_resample_options *options, const struct band_input *in,
                        const struct params *params, struct err *e)
{
    struct band_source sources[BAND_COUNT] = {0};
    struct stage_meta meta = {
        .kind = STAGE_RESAMPLED, .product = in->meta.product, .params = *params};
    meta.params.bands = in->meta.params.bands;
    meta.grid = geogrid_with_pixel(&meta.product.grid[PRODUCT_GRID_10], params->resolution_m);
    int b = band_set_nth(meta.params.bands, 0);
    if (!params->keep_offset && product_check_offset(&meta.product, meta.params.bands, e))
        return err_wrap(e, "%s", ncfile_path(in->file));
    if (band_source_of_file(in->file, &in->meta, b, &sources[b], e))
        return err_wrap(e, "%s", ncfile_path(in->file));
    const struct decode_resample_observer observer = stage_bands_observer(&options->dry_run);
    return decode_resample_run(sources, &meta, options, &observer, e);
}

/* Checks all files before any file is made: they have one product, and no band is given twice. */
static int check_files(const struct settings *s, struct err *e)
{
    struct product first = {0};
    band_set seen = 0;
    for (int i = 0; i < s->n_operands; i++) {
        struct band_input in;
        int r = open_band(s->operands[i], &in, e);
        if (r)
            return r;
        ncfile_close(in.file);
        if (i == 0)
            first = in.meta.product;
        if (stage_nc_same_product(&first, &in.meta.product, e))
            return err_wrap(e, "%s and %s differ", s->operands[0], s->operands[i]);
        if (seen & in.meta.params.bands)
            return err_set(e, ERR_USAGE, "%s: its band is given twice", s->operands[i]);
        seen |= in.meta.params.bands;
    }
    return 0;
}

static int resample_files(const struct settings *s, const struct params *params,
                          struct disk_tally *needed, struct err *e)
{
    struct resources resources;
    struct decode_resample_options options = stage_band_options(s, &resources, needed);
    int r = check_files(s, e);
    if (r)
        return r;
    for (int i = 0; i < s->n_operands; i++) {
        struct band_input in;
        if ((r = open_band(s->operands[i], &in, e)) != 0)
            return r;
        r = resample_one(&options, &in, params, e);
        ncfile_close(in.file);
        if (r)
            return r;
    }
    return 0;
}

int cmd_resample(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct params params;
    struct disk_tally needed = {.files = 0};
    if (arguments_output(s, &err) || arguments_stage_params(s, &params, &err) || stop_install(&err))
        return command_fail(&err);
    return stage_bands_finish(resample_files(s, &params, &needed, &err), &needed, s->output, &err);
}
