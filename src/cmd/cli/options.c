#include "cmd/cli/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/params.h"
#include "io/text/config.h"
#include "stages/check/rank.h"

static const char *const resolution_words[] = {"10", "20", "60", NULL};
static const char *const engine_words[] = {"fft", "direct", NULL};
static const char *const decoder_words[] = {"auto", "own", "openjpeg", NULL};
static const char *const offset_words[] = {"remove", "keep", NULL};
static const char *const progress_words[] = {"auto", "always", "never", NULL};
static const char *const log_format_words[] = {"text", "json", NULL};
/* those of kernel_table, then those that only resize16_names has */
static const char *const filter_words[] = {
    "sinc",    "nearest", "box",      "linear",    "cubic", "catrom",  "mitchell",
    "lanczos", "hermite", "gaussian", "quadratic", "hann",  "hamming", "undefined",
    "point",   "hanning", "blackman", "bessel",    NULL};

#define AT(field) offsetof(struct settings, field)
#define MAKES     (CMD_RUN | CMD_INFO)
#define STAGES    (CMD_DECODE | CMD_RESAMPLE | CMD_CUT | CMD_WRITE)
#define LABELS    (CMD_LABEL | CMD_RUN | CMD_WRITE)
#define ALL       (CMD_RUN | CMD_INFO | CMD_VERIFY | STAGES)
#define TALKING   (ALL | CMD_LABEL | CMD_DATASET | CMD_SELECT)
#define GIB       1073741824.0

/* Not aligned: a row that is added changes no other. */
const struct option_def option_table[] = {
    {"output", 'o', OPTION_TEXT, "DIR", NULL, 0, 0, NULL, AT(output), MAKES | STAGES,
     "root of the output (needed); info tells the free space there"},
    {"bands", 'b', OPTION_BANDS, "B02,B03", "all spectral", 0, 0, NULL, AT(bands),
     MAKES | CMD_DECODE,
     "which bands; AOT and WVP are in Level-2A only, TCI is TCI_R, TCI_G and TCI_B; all: whatever "
     "the product has"},
    {"size", 0, OPTION_INT, "N", "512", 1, 10980, NULL, AT(size), MAKES | CMD_CUT,
     "side of a subscene in pixels"},
    {"overlap", 0, OPTION_REAL, "F", "0", 0, 0.5, NULL, AT(overlap), MAKES | CMD_CUT,
     "overlap of neighbours as a fraction of the side"},
    {"resolution", 0, OPTION_WORD, "M", "10", 0, 0, resolution_words, AT(resolution),
     MAKES | CMD_RESAMPLE, "target pixel in metres"},
    {"filter", 0, OPTION_WORD, "NAME", "sinc", 0, 0, filter_words, AT(filter), MAKES | CMD_RESAMPLE,
     "resampling kernel; sinc is the Blackman-windowed one of the dataset; the last five are for "
     "--compat"},
    {"lobes", 0, OPTION_INT, "N", "4", 2, 64, NULL, AT(lobes), MAKES | CMD_RESAMPLE,
     "half-width of sinc, lanczos, hann and hamming in source pixels"},
    {"engine", 0, OPTION_WORD, "NAME", "fft", 0, 0, engine_words, AT(engine), MAKES | CMD_RESAMPLE,
     "how the sums are computed"},
    {"tiles", 0, OPTION_TEXT, "X_Y,...", "all", 0, 0, NULL, AT(tiles), MAKES | CMD_CUT,
     "only these subscenes (column_row or PRODUCT/column_row), or @FILE with a list of them"},
    {"aoi", 0, OPTION_TEXT, "FILE|EWKT", NULL, 0, 0, NULL, AT(aoi), MAKES | CMD_CUT,
     "only subscenes in this area: a GeoJSON file, or (SRID=EPSG code;)WKT, longitude first"},
    {"min-valid", 0, OPTION_REAL, "F", "0", 0, 1, NULL, AT(min_valid),
     CMD_RUN | CMD_WRITE | CMD_SELECT,
     "leave out subscenes with a smaller share of pixels with data"},
    {"edge", 0, OPTION_WORD, "POLICY", "pad", 0, 0, edge_policy_names, AT(edge), MAKES | CMD_CUT,
     "last column and row where they overhang: filled with no data, left out, or moved back"},
    {"offset", 0, OPTION_WORD, "HOW", "remove", 0, 0, offset_words, AT(offset),
     MAKES | CMD_RESAMPLE, "RADIO_ADD_OFFSET or BOA_ADD_OFFSET of baseline 04.00 and later"},
    {"layout", 0, OPTION_TEXT, "LAYOUT", "dataset", 0, 0, NULL, AT(layout), MAKES | CMD_WRITE,
     "dataset, flat, cm_vsm, or a template with {level} {Month} {product} {tile} {sensing} {x} "
     "{y}"},
    {"profile", 0, OPTION_WORD, "NAME", "georef", 0, 0, file_profile_names, AT(profile),
     MAKES | CMD_WRITE, "files with CF georeferencing, or the exact shape of the published ones"},
    {"compat", 0, OPTION_WORD, "WHOSE", "none", 0, 0, compat_names, AT(compat), MAKES,
     "numbers of another program instead of the correct ones: cm_vsm 0.3.7, without or with its "
     "--tiled"},
    {"deflate", 0, OPTION_INT, "LEVEL", "1", 0, 9, NULL, AT(deflate), MAKES | STAGES,
     "compression; 0 is none, and the default of files between stages"},
    {"png", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(png), MAKES | CMD_WRITE,
     "also a picture of each band, stretched, and of each class layer, beside every subscene"},
    {"threads", 'j', OPTION_INT, "N", NULL, 1, 1024, NULL, AT(threads), ALL,
     "worker threads; default: the CPUs that the task was given"},
    {"memory", 0, OPTION_BYTES, "SIZE", NULL, 1 << 20, 1024 * GIB, NULL, AT(memory),
     MAKES | CMD_DECODE | CMD_RESAMPLE | CMD_CUT,
     "ceiling, as 900M or 2G; a plan that needs more is refused; default: the memory limit of the "
     "task, if it has one"},
    {"overwrite", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(overwrite),
     CMD_RUN | CMD_LABEL | STAGES,
     "redo what is there (else what is whole and made with the same parameters is skipped)"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(dry_run), CMD_RUN | CMD_LABEL | STAGES,
     "only list what would be made"},
    {"decoder", 0, OPTION_WORD, "NAME", "auto", 0, 0, decoder_words, AT(decoder),
     CMD_RUN | CMD_DECODE,
     "JPEG 2000 decoder; auto: the faster own one, or OpenJPEG where the own one does not cover an "
     "image; own: such images are an error"},
    {"check-input", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(check_input), CMD_RUN,
     "first compare the images with the checksums in manifest.safe: in a folder, damage that still "
     "decodes shows no other way"},
    {"cvat", 0, OPTION_TEXT, "FILE", NULL, 0, 0, NULL, AT(labels[LABELS_CVAT]), LABELS,
     "annotations.xml as CVAT exports it for images 1.1"},
    {"segments", 0, OPTION_TEXT, "DIR", NULL, 0, 0, NULL, AT(labels[LABELS_SEGMENTS]), LABELS,
     "folder with tile_x_y/segments_ai_classification_mask.png and segments_ai_classes.json of "
     "Segments.ai"},
    {"supervisely", 0, OPTION_TEXT, "DIR|FILE", NULL, 0, 0, NULL, AT(labels[LABELS_SUPERVISELY]),
     LABELS, "project of Supervisely, with polygons in ann/IMAGE.json; or one of these files"},
    {"map", 0, OPTION_TEXT, "NAME|FILE", "label", 0, 0, NULL, AT(map), LABELS,
     "which codes the categories have: a built-in class map, or an .ini file"},
    {"unlabelled", 0, OPTION_INT, "CODE", NULL, 0, 255, NULL, AT(unlabelled), LABELS,
     "code of pixels that nothing covers; default: the map's, 5 UNDEFINED"},
    {"raster", 0, OPTION_TEXTS, "LAYER[=FILE]", NULL, 0, 0, NULL, AT(raster), LABELS | CMD_INFO,
     "a layer from a class raster of the product (TIFF, PNG, JPEG 2000, GML), without FILE from "
     "its place there; FILE:MAP, or :MAP, names its class map; may be given again"},
    {"product", 0, OPTION_TEXT, "PRODUCT", NULL, 0, 0, NULL, AT(product), CMD_LABEL | CMD_WRITE,
     "a product: class rasters that other tools left in it become layers"},
    {"no-masks", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(no_masks),
     MAKES | CMD_LABEL | CMD_WRITE,
     "leave class rasters that are in the product alone; those that are named are taken all the "
     "same"},
    {"top", 0, OPTION_INT, "N", "10", 1, 100000, NULL, AT(top), CMD_SELECT,
     "how many subscenes of each product"},
    {"by", 0, OPTION_WORD, "WHAT", "challenge", 0, 0, rank_by_names, AT(by), CMD_SELECT,
     "the score: the README has the formulas"},
    {"shard", 0, OPTION_TEXT, "K/N", NULL, 0, 0, NULL, AT(shard), CMD_RUN,
     "only share K of N of the products, by their places in the list; K from 1 to N, N to 1000000"},
    {"max-failures", 0, OPTION_INT, "N", NULL, 1, 1000000, NULL, AT(max_failures), CMD_RUN,
     "leave the rest of the list when so many products have failed; default: never"},
    {"status", 0, OPTION_TEXT, "DIR", NULL, 0, 0, NULL, AT(status), CMD_RUN,
     "folder for a file of each product that says how it stands, as JSON"},
    {"lock-timeout", 0, OPTION_INT, "SECONDS", "120", 2, 86400, NULL, AT(lock_timeout_s),
     CMD_RUN | CMD_WRITE | CMD_LABEL,
     "a lock that another process has not renewed for so long is taken over"},
    {"json", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(json), CMD_INFO | CMD_VERIFY,
     "result as JSON"},
    {"config", 0, OPTION_TEXT, "FILE", NULL, 0, 0, NULL, AT(config), TALKING,
     "options as lines of `name = value`, see subscene config; the command line wins"},
    {"progress", 0, OPTION_WORD, "WHEN", "auto", 0, 0, progress_words, AT(progress),
     CMD_RUN | CMD_VERIFY | CMD_LABEL | STAGES,
     "progress bar on stderr; auto: when it is a terminal"},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(quiet), TALKING,
     "only warnings and errors"},
    {"verbose", 'v', OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(verbose), TALKING, "more messages"},
    {"log-format", 0, OPTION_WORD, "FORMAT", "text", 0, 0, log_format_words, AT(log_format),
     TALKING, "messages on stderr: text, or one JSON object a line"},
    {"version", 0, OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(version), TALKING | CMD_CONFIG,
     "print versions and exit"},
    {"help", 'h', OPTION_FLAG, NULL, NULL, 0, 0, NULL, AT(help), TALKING | CMD_CONFIG,
     "print this help and exit"},
};
const size_t option_count = sizeof option_table / sizeof *option_table;

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

static int refuse(const struct option_def *o, const char *value, struct err *e)
{
    char range[256];
    options_range(o, range, sizeof range);
    return err_set(e, ERR_USAGE, "--%s %s: not allowed; the values are %s", o->name,
                   *value ? value : "\"\"", range);
}

static int set_number(const struct option_def *o, const char *value, void *to, struct err *e)
{
    char *end;
    errno = 0;
    double number = strtod(value, &end);
    double scale = 1;
    if (o->kind == OPTION_BYTES && *end) {
        static const char units[] = "KMG";
        const char *unit = strchr(units, *end);
        if (!unit || end[1])
            return refuse(o, value, e);
        scale = pow(1024, (double)(unit - units) + 1);
        end++;
    }
    number *= scale;
    /* strtod also takes hexadecimal, "inf", "nan", leading blanks: none is meant, and exponents
     * only for fractions */
    const char *characters = o->kind == OPTION_INT    ? "0123456789"
                             : o->kind == OPTION_REAL ? "0123456789.eE+-"
                                                      : "0123456789.KMG";
    if (end == value || *end || strspn(value, characters) != strlen(value) ||
        !(number >= o->min && number <= o->max))
        return refuse(o, value, e);
    if (o->kind != OPTION_REAL && number != floor(number))
        return refuse(o, value, e);
    if (o->kind == OPTION_REAL)
        *(double *)to = number == 0 ? 0 : number; /* never −0: it would be another parameter */
    else if (o->kind == OPTION_INT)
        *(int32_t *)to = (int32_t)number;
    else
        *(size_t *)to = (size_t)number;
    return 0;
}

static int set_word(const struct option_def *o, const char *value, void *to, struct err *e)
{
    for (int32_t i = 0; o->words[i]; i++)
        if (strcmp(o->words[i], value) == 0) {
            *(int32_t *)to = i;
            return 0;
        }
    return refuse(o, value, e);
}

static int set_bands(const struct option_def *o, const char *value, void *to, struct err *e)
{
    band_set set = 0;
    if (strcmp(value, "all") == 0) {
        *(band_set *)to = BAND_SET_ALL;
        return 0;
    }
    for (const char *s = value; *s || s == value;) {
        char name[8] = "";
        size_t n = strcspn(s, ",");
        if (n > 0 && n < sizeof name)
            memcpy(name, s, n);
        band_set named = band_set_named(name);
        if (!named || (s[n] == ',' && s[n + 1] == '\0'))
            return err_set(e, ERR_USAGE,
                           "--%s %s: \"%.*s\" is no band; %s, separated by commas, are", o->name,
                           value, named ? 0 : (int)n, s, band_set_names);
        set |= named;
        s += n + (s[n] == ',');
    }
    *(band_set *)to = set;
    return 0;
}

static int set_value(const struct option_def *o, const char *value, struct settings *s,
                     struct err *e)
{
    void *to = (char *)s + o->offset;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)to = true;
        return 0;
    case OPTION_INT:
    case OPTION_REAL:
    case OPTION_BYTES:
        return set_number(o, value, to, e);
    case OPTION_WORD:
        return set_word(o, value, to, e);
    case OPTION_BANDS:
        return set_bands(o, value, to, e);
    case OPTION_TEXT:
        if (*value == '\0')
            return err_set(e, ERR_USAGE, "--%s: an empty value where %s is needed", o->name,
                           o->arg);
        *(const char **)to = value;
        return 0;
    case OPTION_TEXTS:
        if (*value == '\0')
            return err_set(e, ERR_USAGE, "--%s: an empty value where %s is needed", o->name,
                           o->arg);
        return strlist_add(to, value, strlen(value), e);
    }
    return 0;
}

static int set_defaults(struct settings *s, struct err *e)
{
    *s = (struct settings){.layout = "dataset"};
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        bool has_value = o->kind == OPTION_INT || o->kind == OPTION_REAL || o->kind == OPTION_WORD;
        int r = has_value && o->def ? set_value(o, o->def, s, e) : 0;
        if (r)
            return r;
    }
    return 0;
}

static const struct option_def *find_option(unsigned command, const char *name, size_t n,
                                            char letter)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        bool same =
            name ? strlen(o->name) == n && memcmp(o->name, name, n) == 0 : o->letter == letter;
        if (same && (o->commands & command))
            return o;
    }
    return NULL;
}

struct parser {
    unsigned command;
    int argc, at;
    char **argv;
    struct settings *s;
    bool *given; /* per option: on the command line, or in the file */
};

/* Those whose defaults are not the same as what is given. */
static void note_given(struct settings *s, const char *name)
{
    s->lobes_given |= strcmp(name, "lobes") == 0;
    s->deflate_given |= strcmp(name, "deflate") == 0;
    s->unlabelled_given |= strcmp(name, "unlabelled") == 0;
    s->filter_given |= strcmp(name, "filter") == 0;
    s->engine_given |= strcmp(name, "engine") == 0;
    s->offset_given |= strcmp(name, "offset") == 0;
}

static int give(struct settings *s, const struct option_def *o, const char *value, struct err *e)
{
    note_given(s, o->name);
    return set_value(o, value, s, e);
}

int options_set(unsigned command, const char *name, const char *value, struct settings *s,
                struct err *e)
{
    const struct option_def *o = find_option(command, name, strlen(name), 0);
    return o ? give(s, o, value, e) : err_set(e, ERR_USAGE, "there is no option --%s", name);
}

static int assign(struct parser *p, const struct option_def *o, const char *value, struct err *e)
{
    p->given[o - option_table] = true;
    return give(p->s, o, value, e);
}

static int apply(struct parser *p, const struct option_def *o, const char *attached, struct err *e)
{
    const char *value = attached;
    if (o->kind == OPTION_FLAG && attached)
        return err_set(e, ERR_USAGE, "--%s=%s: this option takes no value", o->name, attached);
    if (o->kind != OPTION_FLAG && !attached) {
        if (p->at + 1 >= p->argc)
            return err_set(e, ERR_USAGE, "--%s: the value is missing (%s)", o->name, o->arg);
        value = p->argv[++p->at];
    }
    return assign(p, o, value, e);
}

static int parse_long(struct parser *p, const char *arg, struct err *e)
{
    size_t n = strcspn(arg, "=");
    const struct option_def *o = find_option(p->command, arg, n, 0);
    if (!o && find_option(~0U, arg, n, 0))
        return err_set(e, ERR_USAGE, "--%.*s is not an option of this command; --help lists those",
                       (int)n, arg);
    if (!o)
        return err_set(e, ERR_USAGE, "unknown option --%.*s; --help lists what there is", (int)n,
                       arg);
    return apply(p, o, arg[n] == '=' ? arg + n + 1 : NULL, e);
}

/* "-j4", "-j 4", "-qo DIR" */
static int parse_letters(struct parser *p, const char *letters, struct err *e)
{
    for (; *letters; letters++) {
        const struct option_def *o = find_option(p->command, NULL, 0, *letters);
        if (!o)
            return err_set(e, ERR_USAGE, "unknown option -%c; --help lists what there is",
                           *letters);
        if (o->kind != OPTION_FLAG)
            return apply(p, o, letters[1] ? letters + 1 : NULL, e);
        int r = apply(p, o, NULL, e);
        if (r)
            return r;
    }
    return 0;
}

bool options_in_config(const struct option_def *o)
{
    return strcmp(o->name, "config") != 0 && strcmp(o->name, "help") != 0 &&
           strcmp(o->name, "version") != 0;
}

/* What the file is read into: `seen` finds keys that stand there twice. */
struct config_parser {
    struct parser *p;
    bool *seen;
    const bool *on_line; /* given there: these win */
};

static int set_flag_or_value(struct parser *p, const struct option_def *o, const char *value,
                             struct err *e)
{
    if (o->kind != OPTION_FLAG)
        return assign(p, o, value, e);
    if (strcmp(value, "true") == 0)
        return assign(p, o, NULL, e);
    return strcmp(value, "false") == 0
               ? 0
               : err_set(e, ERR_USAGE, "%s = %s: the values are true, false", o->name, value);
}

/* One line of the file. Keys of other commands are fine: one file serves all. */
static int set_from_config(void *ctx, const char *key, const char *value, struct err *e)
{
    struct config_parser *c = ctx;
    struct parser *p = c->p;
    const struct option_def *any = find_option(~0U, key, strlen(key), 0);
    if (!any || !options_in_config(any))
        return err_set(e, ERR_USAGE, "unknown key %s; subscene config prints all there are", key);
    if (c->seen[any - option_table] && any->kind != OPTION_TEXTS)
        return err_set(e, ERR_USAGE, "%s is there twice", key);
    c->seen[any - option_table] = true;
    if (!(any->commands & p->command) || c->on_line[any - option_table])
        return 0;
    int r = strlist_add(&p->s->owned, value, strlen(value), e);
    return r ? r : set_flag_or_value(p, any, p->s->owned.s[p->s->owned.n - 1], e);
}

static int parse_arguments(struct parser *p, struct err *e)
{
    int operands = 0, r = 0;
    bool only_operands = false;
    for (; r == 0 && p->at < p->argc; p->at++) {
        char *arg = p->argv[p->at];
        if (only_operands || arg[0] != '-' || arg[1] == '\0')
            p->argv[operands++] = arg;
        else if (strcmp(arg, "--") == 0)
            only_operands = true;
        else if (arg[1] == '-')
            r = parse_long(p, arg + 2, e);
        else
            r = parse_letters(p, arg + 1, e);
    }
    p->s->operands = (const char *const *)p->argv;
    p->s->n_operands = operands;
    return r;
}

/* Also what is said of arguments that are wrong is said in the format that they ask for. */
static void find_log_format(int argc, char *const *argv, struct settings *s)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--log-format=json") == 0 ||
            (strcmp(argv[i], "json") == 0 && i > 0 && strcmp(argv[i - 1], "--log-format") == 0))
            s->log_format = LOG_FORMAT_JSON;
}

int options_parse(unsigned command, int argc, char **argv, struct settings *out, struct err *e)
{
    enum { OPTIONS = sizeof option_table / sizeof *option_table };
    bool given[OPTIONS] = {false}, seen[OPTIONS] = {false}, on_line[OPTIONS];
    struct parser p = {.command = command, .argc = argc, .argv = argv, .s = out, .given = given};
    int r = set_defaults(out, e);
    if (r == 0)
        r = parse_arguments(&p, e);
    memcpy(on_line, given, sizeof on_line);
    if (r)
        find_log_format(argc, argv, out);
    if (r == 0 && out->config)
        r = config_read(out->config, set_from_config, &(struct config_parser){&p, seen, on_line},
                        e);
    return r;
}

void options_clear(struct settings *s)
{
    strlist_clear(&s->owned);
    strlist_clear(&s->raster);
}
