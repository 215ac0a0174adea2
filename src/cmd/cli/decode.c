#include "stages/jobs/decode_resample.h"

#include "cmd/cli/commands.h"
#include "cmd/cli/stage_report.h"
#include "exec/stop.h"
#include "stages/jobs/product_input.h"

/* All wanted bands of one image. What is unpacked of the product stays in memory only where the
 * plan has room for it. */
static int decode_image(struct product_input *in, const struct stage_meta *meta,
                        struct decode_resample_options *options, struct err *e)
{
    const struct decode_resample_observer observer = stage_bands_observer(&options->dry_run);
    struct band_source sources[BAND_COUNT];
    product_input_sources(in, sources);
    options->unpacked_bytes = product_input_kept_bytes(in);
    struct err first = ERR_INIT; /* no failure yet */
    int failed = decode_resample_run(sources, meta, options, &observer, &first);
    if (failed != ERR_USAGE || options->unpacked_bytes == 0) {
        if (failed)
            *e = first;
        return failed;
    }
    failed = product_input_spill(in, e);
    options->unpacked_bytes = product_input_kept_bytes(in);
    return failed ? failed : decode_resample_run(sources, meta, options, &observer, e);
}

static int decode_bands(const struct settings *s, struct product_input *in,
                        const struct params *params, struct disk_tally *needed, struct err *e)
{
    struct resources resources;
    struct decode_resample_options options = stage_band_options(s, &resources, needed);
    band_set bands;
    product_input_limit_memory(in, options.limits.memory);
    in->decoder = (enum tile_decoder_choice)s->decoder;
    int failed = product_input_bands(in, params->bands, true, &bands, e);
    if (failed)
        return failed;
    /* all of them are looked at before the first is made */
    for (int b = 0; failed == 0 && b < BAND_COUNT; b++)
        failed = band_in(bands, b) ? product_input_open_band(in, b, e) : 0;
    if (failed == 0 && !s->dry_run)
        failed = product_input_check_archive(in, options.limits.threads, stop_signal, e);
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
    struct disk_tally needed = {.files = 0};
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
        failed = decode_bands(s, &in, &params, &needed, &err);
        product_input_close(&in);
    }
    strlist_clear(&product);
    return stage_bands_finish(failed, &needed, s->output, &err);
}
