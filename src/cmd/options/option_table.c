#include <stdio.h>
#include <stdlib.h>

#include "cmd/options/options.h"
#include "core/params.h"
#include "stages/check/rank.h"

static const char *const resolution_words[] = {"10", "20", "60", NULL};
static const char *const engine_words[] = {"fft", "direct", NULL};
static const char *const decoder_words[] = {"auto", "own", "openjpeg", NULL};
static const char *const offset_words[] = {"remove", "keep", NULL};
static const char *const tool_words[] = {[LABELS_CVAT] = "cvat",
                                         [LABELS_SEGMENTS] = "segments",
                                         [LABELS_SUPERVISELY] = "supervisely",
                                         NULL};
static const char *const progress_words[] = {"auto", "always", "never", NULL};
static const char *const log_format_words[] = {"text", "json", NULL};
/* the filters of kernel_table, then the filters that are only in resize16_names */
static const char *const filter_words[] = {
    "sinc",    "nearest", "box",      "linear",    "cubic", "catrom",  "mitchell",
    "lanczos", "hermite", "gaussian", "quadratic", "hann",  "hamming", "undefined",
    "point",   "hanning", "blackman", "bessel",    NULL};

#define AT(field) offsetof(struct settings, field)
#define MAKES     (CMD_RUN | CMD_INFO)
#define STAGES    (CMD_DECODE | CMD_RESAMPLE | CMD_CUT | CMD_WRITE)
#define LABELS    (CMD_LABEL | CMD_RUN | CMD_WRITE)
#define ALL       (CMD_RUN | CMD_INFO | CMD_VERIFY | STAGES)
#define LOGGING   (ALL | CMD_LABEL | CMD_EXPORT | CMD_DATASET | CMD_SELECT | CMD_LOOK)
#define GIB       1073741824.0

const char *const option_group_names[GROUP_COUNT] = {
    "Input", "Which subscenes", "Resampling", "Output", "Labels and masks", "Resources", "Messages",
};

/* Not aligned, so that a new row changes no other row. */
const struct option_def option_table[] = {
    {"bands", 'b', OPTION_BANDS, "B02,B03", "all spectral", 0, 0, NULL, AT(bands),
     MAKES | CMD_DECODE | CMD_SELECT, GROUP_INPUT,
     "Bands to use. AOT and WVP are in Level-2A only. TCI means TCI_R, TCI_G and TCI_B. all means "
     "every band of the product"},
    {"check-input", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(check_input), CMD_RUN, GROUP_INPUT,
     "First compare the images with the checksums in manifest.safe. In a folder, no other check "
     "finds changed bytes that still decode"},
    {"decoder", 0, OPTION_WORD, "NAME", "auto", 0, 0, decoder_words, AT(decoder),
     CMD_RUN | CMD_DECODE | CMD_SELECT | CMD_LOOK, GROUP_INPUT,
     "JPEG 2000 decoder. own is faster but fails for images that it does not support. auto uses "
     "OpenJPEG for these"},
    {"shard", 0, OPTION_TEXT, "K/N", NULL, 0, 0, NULL, AT(shard), CMD_RUN, GROUP_INPUT,
     "Process share K of N of the list: products K, K + N, K + 2 N and so on. K is 1 to N; N is at "
     "most 1000000"},
    {"max-failures", 0, OPTION_INT, "N", NULL, 1, 1000000, NULL, AT(max_failures), CMD_RUN,
     GROUP_INPUT, "Stop the list after N failed products. Default: never"},
    {"config", 0, OPTION_TEXT, "FILE", NULL, 0, 0, NULL, AT(config), LOGGING, GROUP_INPUT,
     "Read options from a file of lines `name = value`, as subscene config prints it. The command "
     "line takes precedence"},
    {"size", 0, OPTION_INT, "N", "512", 1, 10980, NULL, AT(size),
     MAKES | CMD_CUT | CMD_SELECT | CMD_LOOK, GROUP_SUBSCENES, "Side of a subscene in pixels"},
    {"overlap", 0, OPTION_REAL, "F", "0", 0, 0.5, NULL, AT(overlap),
     MAKES | CMD_CUT | CMD_SELECT | CMD_LOOK, GROUP_SUBSCENES,
     "Overlap of neighbours as a fraction of the side, as 0.0625 or 1/16"},
    {"edge", 0, OPTION_WORD, "POLICY", "pad", 0, 0, edge_policy_names, AT(edge),
     MAKES | CMD_CUT | CMD_SELECT | CMD_LOOK, GROUP_SUBSCENES,
     "Last column and row, if they extend beyond the product. pad fills them with no-data, drop "
     "leaves them out, shift moves them back inside"},
    {"tiles", 0, OPTION_TEXT, "X_Y,...", "all", 0, 0, NULL, AT(tiles), MAKES | CMD_CUT | CMD_EXPORT,
     GROUP_SUBSCENES,
     "Only these subscenes: column_row, or PRODUCT/column_row. @FILE reads them from a list"},
    {"aoi", 0, OPTION_TEXT, "FILE|EWKT", NULL, 0, 0, NULL, AT(aoi), MAKES | CMD_CUT,
     GROUP_SUBSCENES,
     "Make only subscenes in this area: a GeoJSON file, a file with EWKT, or EWKT itself. "
     "Longitude comes first"},
    {"min-valid", 0, OPTION_REAL, "F", "0", 0, 1, NULL, AT(min_valid),
     CMD_RUN | CMD_WRITE | CMD_SELECT, GROUP_SUBSCENES,
     "Leave out subscenes with a smaller fraction of pixels with data"},
    {"top", 0, OPTION_INT, "N", "10", 1, 100000, NULL, AT(top), CMD_SELECT, GROUP_SUBSCENES,
     "Number of subscenes to choose from each product"},
    {"spacing", 0, OPTION_INT, "N", "1", 1, 10980, NULL, AT(spacing), CMD_SELECT, GROUP_SUBSCENES,
     "Least distance of chosen subscenes, in columns or rows of the lattice"},
    {"by", 0, OPTION_WORD, "SCORE", "challenge", 0, 0, rank_by_names, AT(by), CMD_SELECT | CMD_LOOK,
     GROUP_SUBSCENES, "Score that ranks the subscenes. USE.md has the formulas"},
    {"resolution", 0, OPTION_WORD, "M", "10", 0, 0, resolution_words, AT(resolution),
     MAKES | CMD_RESAMPLE | CMD_SELECT | CMD_LOOK, GROUP_RESAMPLING, "Target pixel in metres"},
    {"filter", 0, OPTION_WORD, "NAME", "sinc", 0, 0, filter_words, AT(filter), MAKES | CMD_RESAMPLE,
     GROUP_RESAMPLING,
     "Resampling kernel. sinc is the Blackman-windowed sinc of the dataset. The last five exist "
     "only with --compat"},
    {"lobes", 0, OPTION_INT, "N", "4", 2, 64, NULL, AT(lobes), MAKES | CMD_RESAMPLE,
     GROUP_RESAMPLING, "Half-width of sinc, lanczos, hann and hamming in source pixels"},
    {"engine", 0, OPTION_WORD, "NAME", "fft", 0, 0, engine_words, AT(engine), MAKES | CMD_RESAMPLE,
     GROUP_RESAMPLING, "How the sums are computed"},
    {"offset", 0, OPTION_WORD, "HOW", "remove", 0, 0, offset_words, AT(offset),
     MAKES | CMD_RESAMPLE, GROUP_RESAMPLING,
     "Remove or keep RADIO_ADD_OFFSET (Level-1C) or BOA_ADD_OFFSET (Level-2A) of baseline 04.00 "
     "and later"},
    {"compat", 0, OPTION_WORD, "WHOSE", "none", 0, 0, compat_names, AT(compat), MAKES,
     GROUP_RESAMPLING,
     "Reproduce the numbers of cm_vsm 0.3.7, without or with its --tiled, instead of the correct "
     "numbers"},
    {"output", 'o', OPTION_TEXT, "DIR", NULL, 0, 0, NULL, AT(output),
     MAKES | STAGES | CMD_EXPORT | CMD_LOOK, GROUP_OUTPUT,
     "Output folder. Required, except for info, which prints its free space, and look, whose "
     "default is OUT/look, or the current folder for products"},
    {"layout", 0, OPTION_TEXT, "LAYOUT", "dataset", 0, 0, NULL, AT(layout), MAKES | CMD_WRITE,
     GROUP_OUTPUT,
     "Where files go below the output folder: dataset, flat, cm_vsm, or a template with {level} "
     "{Month} {product} {tile} {sensing} {x} {y}"},
    {"profile", 0, OPTION_WORD, "NAME", "georef", 0, 0, file_profile_names, AT(profile),
     MAKES | CMD_WRITE, GROUP_OUTPUT,
     "georef adds CF georeferencing. kappazeta has the exact format of the published files"},
    {"deflate", 0, OPTION_INT, "LEVEL", "1", 0, 9, NULL, AT(deflate), MAKES | STAGES, GROUP_OUTPUT,
     "Compression level; 0 is none. Files between the stages have 0 by default"},
    {"png", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(png), MAKES | CMD_WRITE | CMD_LABEL,
     GROUP_OUTPUT,
     "Also write a PNG picture of each band and each class layer beside every subscene; label: of "
     "each "
     "class layer it has a source for"},
    {"composite", 0, OPTION_TEXT, "NAME|BANDS", "natural", 0, 0, NULL, AT(composite),
     CMD_EXPORT | CMD_LOOK, GROUP_OUTPUT,
     "Pictures of these bands: natural, cloud, cirrus, swir or vegetation, or three bands for red, "
     "green and blue, as B11,B8A,B04"},
    {"repair", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(repair), CMD_VERIFY, GROUP_OUTPUT,
     "Mend what is found: set damaged files aside, make rows of good files again, write a "
     "dataset.csv that is out of date. With --product, damaged and missing subscenes are made "
     "again"},
    {"overwrite", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(overwrite),
     CMD_RUN | CMD_LABEL | CMD_EXPORT | STAGES, GROUP_OUTPUT,
     "Make existing files again; label: replace class layers that differ from their source; "
     "export: replace files with other contents. Without it, whole files with the same parameters "
     "are skipped"},
    {"drop-labels", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(drop_labels), CMD_RUN | CMD_WRITE,
     GROUP_OUTPUT,
     "Give up class layers that are in the folder and that no given source makes again. Without "
     "it, the new files get them, on another grid too. Where that cannot be done, nothing changes "
     "(exit code 2)"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(dry_run),
     CMD_RUN | CMD_LABEL | CMD_EXPORT | CMD_VERIFY | STAGES, GROUP_OUTPUT,
     "Only list the files that would be made, or mended"},
    {"lock-timeout", 0, OPTION_INT, "SECONDS", "120", 2, 86400, NULL, AT(lock_timeout_s),
     CMD_RUN | CMD_WRITE | CMD_LABEL | CMD_VERIFY, GROUP_OUTPUT,
     "Take over the lock of a process on another machine if it was not renewed for this time"},
    {"json", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(json), CMD_INFO | CMD_VERIFY, GROUP_OUTPUT,
     "Print the result as JSON"},
    {"for", 0, OPTION_WORD, "TOOL", NULL, 0, 0, tool_words, AT(tool), CMD_EXPORT, GROUP_LABELS,
     "Labelling tool: CVAT, Segments.ai or Supervisely. Required"},
    {"suggest", 0, OPTION_TEXT, "LAYER", NULL, 0, 0, NULL, AT(suggest), CMD_EXPORT, GROUP_LABELS,
     "Class layer of the subscenes whose classes become suggestions: Label, SCL, FMC, ..."},
    {"cvat", 0, OPTION_TEXT, "FILE", NULL, 0, 0, NULL, AT(labels[LABELS_CVAT]), LABELS,
     GROUP_LABELS,
     "Labels from CVAT: annotations.xml of CVAT for images 1.1, or the .zip that CVAT exports"},
    {"segments", 0, OPTION_TEXT, "DIR|FILE", NULL, 0, 0, NULL, AT(labels[LABELS_SEGMENTS]), LABELS,
     GROUP_LABELS,
     "Labels from Segments.ai: a folder or .zip with tile_x_y/segments_ai_classification_mask.png "
     "and segments_ai_classes.json, or a release (.json) with its masks beside it, also in a "
     "folder "
     "or .zip"},
    {"supervisely", 0, OPTION_TEXT, "DIR|FILE", NULL, 0, 0, NULL, AT(labels[LABELS_SUPERVISELY]),
     LABELS, GROUP_LABELS,
     "Labels from Supervisely: a project with ann/IMAGE.json, its .zip, or one such file"},
    {"map", 0, OPTION_TEXT, "NAME|FILE", "label", 0, 0, NULL, AT(map), LABELS | CMD_EXPORT,
     GROUP_LABELS,
     "Class map that gives the categories their codes: a built-in one, or an .ini file"},
    {"unlabelled", 0, OPTION_INT, "CODE", NULL, 0, 255, NULL, AT(unlabelled), LABELS, GROUP_LABELS,
     "Code of pixels that no shape covers. Default: the code in the class map, 5 (UNDEFINED)"},
    {"raster", 0, OPTION_TEXTS, "LAYER[=FILE]", NULL, 0, 0, NULL, AT(raster), LABELS | CMD_INFO,
     GROUP_LABELS,
     "Class layer named LAYER, from a class raster (TIFF, PNG, JPEG 2000, GML). Without FILE the "
     "product is searched for the raster. FILE:MAP or :MAP names its class map. May be repeated"},
    {"product", 0, OPTION_TEXT, "PRODUCT", NULL, 0, 0, NULL, AT(product),
     CMD_LABEL | CMD_WRITE | CMD_VERIFY, GROUP_LABELS,
     "Product whose class rasters become layers. verify --repair makes damaged and missing "
     "subscenes again from it"},
    {"from", 0, OPTION_TEXT, "DIR", NULL, 0, 0, NULL, AT(from), CMD_LABEL, GROUP_LABELS,
     "Carry over the class layers of the subscenes below DIR: of the same tile and sensing time, "
     "with another size, overlap, resolution or processing. Other sources of a layer come first"},
    {"no-masks", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(no_masks),
     MAKES | CMD_LABEL | CMD_WRITE, GROUP_LABELS,
     "Ignore class rasters in the product, except those named with --raster"},
    {"threads", 'j', OPTION_INT, "N", NULL, 1, 1024, NULL, AT(threads), ALL | CMD_SELECT | CMD_LOOK,
     GROUP_RESOURCES, "Worker threads. Default: the number of CPUs of the task"},
    {"memory", 0, OPTION_BYTES, "SIZE", NULL, 1 << 20, 1024 * GIB, NULL, AT(memory),
     MAKES | CMD_DECODE | CMD_RESAMPLE | CMD_CUT, GROUP_RESOURCES,
     "Memory limit, as 900M or 2G. A plan that needs more is refused. Default: the memory limit of "
     "the task, if it has one"},
    {"status", 0, OPTION_TEXT, "DIR", NULL, 0, 0, NULL, AT(status), CMD_RUN, GROUP_MESSAGES,
     "Keep a status file (JSON) for each product in this folder"},
    {"progress", 0, OPTION_WORD, "WHEN", "auto", 0, 0, progress_words, AT(progress),
     CMD_RUN | CMD_VERIFY | CMD_LABEL | CMD_EXPORT | CMD_LOOK | STAGES, GROUP_MESSAGES,
     "Progress line on stderr. auto: only where stderr is a terminal"},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(quiet), LOGGING, GROUP_MESSAGES,
     "Print warnings and errors only"},
    {"verbose", 'v', OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(verbose), LOGGING, GROUP_MESSAGES,
     "Print more messages"},
    {"log-format", 0, OPTION_WORD, "FORMAT", "text", 0, 0, log_format_words, AT(log_format),
     LOGGING, GROUP_MESSAGES, "Messages on stderr as text, or as one JSON object a line"},
    {"version", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(version), LOGGING | CMD_CONFIG,
     GROUP_MESSAGES, "Print versions and exit"},
    {"help", 'h', OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(help), LOGGING | CMD_CONFIG,
     GROUP_MESSAGES, "Print this help and exit"},
};
const size_t option_count = sizeof option_table / sizeof *option_table;
_Static_assert(sizeof option_table / sizeof *option_table <= OPTIONS_MAX, "OPTIONS_MAX");

const char *options_filter(const struct settings *s) { return filter_words[s->filter]; }

int32_t options_resolution_m(const struct settings *s)
{
    return (int32_t)strtol(resolution_words[s->resolution], NULL, 10);
}

void options_range(const struct option_def *o, char *buf, size_t size)
{
    buf[0] = '\0';
    if (o->kind == OPTION_INT || o->kind == OPTION_REAL)
        snprintf(buf, size, "%.10g to %.10g", o->min, o->max);
    else if (o->kind == OPTION_BYTES)
        snprintf(buf, size, "%gM to %gG", o->min / 1048576, o->max / GIB);
    else if (o->kind == OPTION_BANDS)
        snprintf(buf, size, "%s, separated by commas", band_set_names);
    for (size_t i = 0, n = 0; o->kind == OPTION_WORD && o->words[i] && n < size; i++)
        n += (size_t)snprintf(buf + n, size - n, "%s%s", i ? ", " : "", o->words[i]);
}
