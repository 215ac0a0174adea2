#include "stages/jobs/decode_resample.h"

#include "cmd/cli/arguments.h"
#include "cmd/cli/stage_report.h"
#include "cmd/options/commands.h"
#include "exec/stop.h"
#include "stages/jobs/product_input.h"

/* Decodes all wanted bands of one image. If the plan does not fit in memory with the unpacked files
 * of a .zip, they are moved to disk, and the plan is made again. */
static int decode_image(struct product_input *in, const struct stage_meta *meta,
                        struct decode_resample_options *options, struct err *e)
{
    const struct decode_resample_observer observer = stage_bands_observer(&options->dry_run);
    struct band_source sources[BAND_COUNT];
    product_input_sources(in, sources);
    options->unpacked_bytes = product_input_kept_bytes(in);
    struct err first = ERR_INIT; /* not an error if the second run succeeds */
    int r = decode_resample_run(sources, meta, options, &observer, &first);
    if (r == 0)
        return 0;
    if (r != ERR_USAGE || options->unpacked_bytes == 0) {
        *e = first;
        return r;
    }
    r = product_input_spill(in, e);
    options->unpacked_bytes = product_input_kept_bytes(in);
    return r ? r : decode_resample_run(sources, meta, options, &observer, e);
}

static int decode_bands(const struct settings *s, struct product_input *in,
                        const struct params *params, struct disk_tally *needed, struct err *e)
{
    struct resources resources;
    struct decode_resample_options options = stage_band_options(s, &resources, needed);
    band_set bands;
    product_input_limit_memory(in, options.limits.memory);
    in->decoder = (enum tile_decoder_choice)s->decoder;
    int r = product_input_bands(in, params->bands, true, &bands, e);
    if (r)
        return r;
    /* open all images before the first one is decoded */
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(bands, b) && (r = product_input_open_band(in, b, e)) != 0)
            return r;
    if (!s->dry_run &&
        (r = product_input_check_archive(in, options.limits.threads, stop_signal, e)) != 0)
        return r;
    for (int b = band_set_nth(bands, 0); b >= 0; b = band_set_nth(bands, 0)) {
        struct stage_meta meta = {.kind = STAGE_DECODED,
                                  .product = in->product,
                                  .params = *params,
                                  .grid = *product_band_grid(&in->product, b)};
        meta.params.bands = bands & band_set_named(band_table[b].image);
        bands &= ~meta.params.bands;
        if ((r = decode_image(in, &meta, &options, e)) != 0)
            return r;
    }
    return 0;
}

int cmd_decode(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct params params;
    struct product_input in;
    struct strlist product;
    struct disk_tally needed = {.files = 0};
    if (arguments_output(s, &err) || arguments_stage_params(s, &params, &err) ||
        arguments_one_product(s, &product, &err))
        return command_fail(&err);
    int r = stop_install(&err);
    if (r || (r = product_input_open(product.s[0], &in, &err)) != 0)
        goto clear_product;
    r = decode_bands(s, &in, &params, &needed, &err);
    product_input_close(&in);
clear_product:
    strlist_clear(&product);
    return stage_bands_finish(r, &needed, s->output, &err);
}
