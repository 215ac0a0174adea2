/* The commands decode and resample: band files. */
#include "stages/jobs/decode_resample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/commands.h"
#include "cmd/cli/console.h"
#include "cmd/cli/resources.h"
#include "core/log.h"
#include "exec/stop.h"
#include "stages/jobs/product_input.h"

static void on_begin(void *ctx, const char *image, size_t strips)
{
    (void)ctx;
    console_progress_begin(image, strips);
}

static void on_strip(void *ctx)
{
    (void)ctx;
    console_progress_step(true);
}

static void on_done(void *ctx, enum bands_outcome outcome, const char *path)
{
    static const char *const what[] = {"made", "already there", "to make"};
    const bool *dry_run = ctx;
    console_progress_end();
    if (!*dry_run || outcome == BANDS_WOULD_MAKE)
        console_result(path);
    log_message(LOG_INFO, "", "%s: %s", path, what[outcome]);
}

static struct decode_resample_options options_of(const struct settings *s,
                                                 struct resources *resources)
{
    resources_find(s, resources);
    return (struct decode_resample_options){.folder = s->output,
                                            .overwrite = s->overwrite,
                                            .dry_run = s->dry_run,
                                            .threads = resources->threads,
                                            .memory_limit = resources->memory,
                                            .memory_from = resources->memory_refusal,
                                            .stopped = stop_signal};
}

/* What a failure of this command is for the process. */
static int finish(int failed, const struct err *e)
{
    console_progress_end();
    if (failed == ERR_STOPPED)
        return 128 + stop_signal();
    return failed ? command_fail(e) : 0;
}

/* ---- decode ---- */

/* All wanted bands of one image. What is unpacked of the product stays in memory only where the
 * plan has room for it. */
static int decode_image(struct product_input *in, const struct stage_meta *meta,
                        struct decode_resample_options *options, struct err *e)
{
    const struct decode_resample_observer observer = {on_begin, on_strip, on_done,
                                                      &options->dry_run};
    struct band_source rasters[BAND_COUNT];
    product_input_rasters(in, rasters);
    options->unpacked_bytes = product_input_kept_bytes(in);
    struct err first = ERR_INIT; /* no failure yet */
    int failed = decode_resample_run(rasters, meta, options, &observer, &first);
    if (failed != ERR_USAGE || options->unpacked_bytes == 0) {
        if (failed)
            *e = first;
        return failed;
    }
    failed = product_input_spill(in, e);
    options->unpacked_bytes = product_input_kept_bytes(in);
    return failed ? failed : decode_resample_run(rasters, meta, options, &observer, e);
}

static int decode_bands(const struct settings *s, struct product_input *in,
                        const struct params *params, struct err *e)
{
    struct resources resources;
    struct decode_resample_options options = options_of(s, &resources);
    band_set bands;
    product_input_limit_memory(in, options.memory_limit);
    int failed = product_input_bands(in, params->bands, true, &bands, e);
    if (failed)
        return failed;
    /* all of them are looked at before the first is made */
    for (int b = 0; failed == 0 && b < BAND_COUNT; b++)
        failed = band_in(bands, b) ? product_input_open_band(in, b, e) : 0;
    if (failed == 0 && !s->dry_run)
        failed = product_input_check_archive(in, options.threads, stop_signal, e);
    if (failed)
        return failed;
    for (int b = band_set_nth(bands, 0); failed == 0 && b >= 0; b = band_set_nth(bands, 0)) {
        struct stage_meta meta = {.kind = STAGE_DECODED,
                                  .product = in->product,
                                  .params = *params,
                                  .grid = *product_band_grid(&in->product, b)};
        meta.params.bands = bands & band_set_named(band_table[b].image);
        bands &= ~meta.params.bands;
        failed = decode_image(in, &meta, &options, e);
    }
    return failed;
}

int cmd_decode(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct params params;
    struct product_input in;
    struct strlist product;
    int failed = command_output(s, &err);
    if (failed == 0)
        failed = command_stage_params(s, &params, &err);
    if (failed == 0)
        failed = command_one_product(s, &product, &err);
    if (failed)
        return command_fail(&err);
    failed = stop_install(&err);
    if (failed == 0)
        failed = product_input_open(product.s[0], &in, &err);
    if (failed == 0) {
        failed = decode_bands(s, &in, &params, &err);
        product_input_close(&in);
    }
    strlist_clear(&product);
    return finish(failed, &err);
}

/* ---- resample ---- */

/* A band file that is open for reading. */
struct band_input {
    struct ncfile *file;
    struct stage_meta meta;
};

static int open_band(const char *path, struct band_input *in, struct err *e)
{
    int failed = ncfile_open(path, &in->file, e);
    if (failed)
        return failed;
    failed = stage_nc_read(in->file, &in->meta, e);
    if (failed == 0 && in->meta.kind != STAGE_DECODED)
        failed = err_set(e, ERR_INPUT, "was made by %s; resample takes the files of decode",
                         stage_names[in->meta.kind]);
    if (failed == 0)
        return 0;
    ncfile_close(in->file);
    return err_wrap(e, "%s", path);
}

static int resample_one(struct decode_resample_options *options, const struct band_input *in,
                        const struct params *params, struct err *e)
{
    struct band_source rasters[BAND_COUNT] = {0};
    struct stage_meta meta = {
        .kind = STAGE_RESAMPLED, .product = in->meta.product, .params = *params};
    meta.params.bands = in->meta.params.bands;
    meta.grid = geogrid_with_pixel(&meta.product.grid[PRODUCT_GRID_10], params->resolution_m);
    int b = band_set_nth(meta.params.bands, 0);
    int failed =
        params->keep_offset ? 0 : product_check_offset(&meta.product, meta.params.bands, e);
    if (failed == 0)
        failed = band_source_of_file(in->file, &in->meta, b, &rasters[b], e);
    const struct decode_resample_observer observer = {on_begin, on_strip, on_done,
                                                      &options->dry_run};
    return failed ? err_wrap(e, "%s", ncfile_path(in->file))
                  : decode_resample_run(rasters, &meta, options, &observer, e);
}

/* All files come from the product of the first one, and no band is given twice: seen before
 * anything is made. */
static int check_files(const struct settings *s, struct err *e)
{
    struct product first = {0};
    band_set seen = 0;
    for (int i = 0; i < s->n_operands; i++) {
        struct band_input in;
        int failed = open_band(s->operands[i], &in, e);
        if (failed)
            return failed;
        ncfile_close(in.file);
        if (i == 0)
            first = in.meta.product;
        if (stage_nc_same_product(&first, &in.meta.product, e))
            return err_wrap(e, "%s and %s do not belong together", s->operands[0], s->operands[i]);
        if (seen & in.meta.params.bands)
            return err_set(e, ERR_USAGE, "%s: its band is given twice", s->operands[i]);
        seen |= in.meta.params.bands;
    }
    return 0;
}

static int resample_files(const struct settings *s, const struct params *params, struct err *e)
{
    struct resources resources;
    struct decode_resample_options options = options_of(s, &resources);
    int failed = check_files(s, e);
    for (int i = 0; failed == 0 && i < s->n_operands; i++) {
        struct band_input in;
        failed = open_band(s->operands[i], &in, e);
        if (failed)
            return failed;
        failed = resample_one(&options, &in, params, e);
        ncfile_close(in.file);
    }
    return failed;
}

int cmd_resample(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct params params;
    int failed = command_output(s, &err);
    if (failed == 0)
        failed = command_stage_params(s, &params, &err);
    if (failed == 0)
        failed = stop_install(&err);
    if (failed == 0)
        failed = resample_files(s, &params, &err);
    return finish(failed, &err);
}
