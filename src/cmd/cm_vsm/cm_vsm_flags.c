#include "cmd/cm_vsm/cm_vsm_flags.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/options/option_hints.h"
#include "core/mem.h"
#include "core/path.h"

/* Copies the text; the settings own the copy. */
static int copy_text(struct cm_vsm_call *c, const char *text, const char **out, struct err *e)
{
    struct strlist *owned = &c->settings.owned;
    int r = strlist_add(owned, text, strlen(text), e);
    if (r)
        return r;
    *out = owned->s[owned->n - 1];
    return 0;
}

int cm_vsm_set(struct cm_vsm_call *c, const char *option, const char *value, struct err *e)
{
    return options_set(CMD_RUN, option, value, &c->settings, e);
}

/* ---- layers ---- */

static const char *const class_layers[] = {"FMC",  "SS2C",       "SS2CC", "MAJAC", "BHC",  "FMSC",
                                           "GSFC", "DL-L8S2-UV", "SCL",   "S2CC",  "S2CS", NULL};

static bool is_class_layer(const char *name)
{
    for (int i = 0; class_layers[i]; i++)
        if (strcmp(class_layers[i], name) == 0)
            return true;
    return false;
}

static const char *maja_map(const struct cm_vsm_call *c)
{
    return c->value[FLAG_MAJA] && strcmp(c->value[FLAG_MAJA], "MAJA") == 0 ? "maja_native"
                                                                           : "maja_theia";
}

static int add_class_layer(struct cm_vsm_call *c, const char *name, struct err *e)
{
    char text[64];
    bool is_maja = strcmp(name, "MAJAC") == 0;
    snprintf(text, sizeof text, "%s%s%s", name, is_maja ? "=:" : "", is_maja ? maja_map(c) : "");
    return strlist_add(&c->settings.raster, text, strlen(text), e);
}

/* Adds a band to `bands`, or a class layer to the settings. */
static int add_layer(struct cm_vsm_call *c, const char *name, char *bands, struct err *e)
{
    if (strcmp(name, "GML") == 0)
        return err_set(e, ERR_USAGE,
                       "GML is not supported; subscene run --raster CLASSI adds the cloud mask "
                       "of the product as a layer");
    if (is_class_layer(name))
        return add_class_layer(c, name, e);
    strcat(strcat(bands, bands[0] ? "," : ""), name);
    return 0;
}

static int take_layers(struct cm_vsm_call *c, const char *value, struct err *e)
{
    char *bands = mem_zalloc(strlen(value) + 2, 1), *names = mem_strdup(value);
    int r;
    c->settings.no_masks = true; /* only the named layers are made */
    if (!bands || !names) {
        r = err_nomem(e, strlen(value));
        goto free_texts;
    }
    for (char *name = names, *next; name; name = next) {
        next = strchr(name, ',');
        if (next)
            *next++ = '\0';
        if ((r = add_layer(c, name, bands, e)) != 0)
            goto free_texts;
    }
    if (bands[0] == '\0')
        r = err_set(e, ERR_USAGE,
                    "class layers without bands are not supported; name the bands too, existing "
                    "bands are kept");
    else
        r = cm_vsm_set(c, "bands", bands, e);
free_texts:
    free(bands);
    free(names);
    return r;
}

const char *const cm_vsm_maja_words[] = {"THEIA", "MAJA", NULL};

static int take_maja(struct cm_vsm_call *c, const char *value, struct err *e)
{
    if (strcmp(value, "THEIA") != 0 && strcmp(value, "MAJA") != 0)
        return err_set(e, ERR_USAGE, "not allowed; the values are THEIA, MAJA");
    c->settings.prefer_map = maja_map(c);
    return 0;
}

/* ---- numbers ---- */

/* The filters of GraphicsMagick. run --compat has the same ones. Without -m the default of run
 * counts. */
const char *const cm_vsm_filters[] = {
    "point",    "box",      "linear",    "cubic",  "sinc",     "hermite", "hanning", "hamming",
    "blackman", "gaussian", "quadratic", "catrom", "mitchell", "lanczos", "bessel",  NULL};

static int take_filter(struct cm_vsm_call *c, const char *value, struct err *e)
{
    char names[200] = "";
    for (int i = 0; cm_vsm_filters[i]; i++) {
        if (strcmp(cm_vsm_filters[i], value) == 0)
            return cm_vsm_set(c, "filter", value, e);
        strcat(strcat(names, i > 0 ? ", " : ""), cm_vsm_filters[i]);
    }
    char hint[SUGGEST_SIZE];
    suggest(value, &(struct suggest_words){.word = cm_vsm_filters, .alias = filter_aliases}, hint);
    return err_set(e, ERR_USAGE, "no such filter%s%s values are %s", hint, *hint ? " The" : "; the",
                   names);
}

static bool parse_integer(const char *text, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' &&
           strspn(text, "+-0123456789") == strlen(text);
}

/* Each side of a subscene, -S pixels of 10 m, is divided by this factor. */
static int take_shrink(struct cm_vsm_call *c, const char *value, struct err *e)
{
    long factor;
    int32_t size = c->settings.size;
    if (!parse_integer(value, &factor))
        return err_set(e, ERR_USAGE, "is not a whole number");
    if (factor == 1 || factor == -1)
        return 0;
    if (factor < 1 || factor > size || size % factor != 0)
        return err_set(e, ERR_USAGE,
                       "not allowed; the values are -1 and the divisors of %d (side in pixels)",
                       size);
    c->settings.cut = size;
    c->settings.size = (int32_t)(size / factor);
    return 0;
}

/* 0: one thread; negative: all threads of the task. */
static int take_jobs(struct cm_vsm_call *c, const char *value, struct err *e)
{
    long jobs;
    if (!parse_integer(value, &jobs))
        return err_set(e, ERR_USAGE, "is not a whole number");
    return jobs < 0 ? 0 : cm_vsm_set(c, "threads", jobs == 0 ? "1" : value, e);
}

static int take_tiled(struct cm_vsm_call *c, const char *value, struct err *e)
{
    (void)value;
    return cm_vsm_set(c, "compat", "cm-vsm-tiled", e);
}

/* ---- input and output ---- */

static int take_product(struct cm_vsm_call *c, const char *value, struct err *e)
{
    char path[4096];
    /* a leading @ must not mean a list */
    if ((size_t)snprintf(path, sizeof path, "%s%s", value[0] == '@' ? "./" : "", value) >=
        sizeof path)
        return err_set(e, ERR_USAGE, "the path is too long");
    return copy_text(c, path, &c->operand, e);
}

/* Removes ".zip" and ".SAFE", or else any last extension. */
static void cut_extension(char *path)
{
    bool known = path_cut_suffix(path, ".zip");
    known |= path_cut_suffix(path, ".SAFE");
    char *dot = strrchr(path, '.');
    if (!known && dot && dot > path_base(path))
        *dot = '\0';
}

int cm_vsm_choose_output(struct cm_vsm_call *c, struct err *e)
{
    char path[4096 + 8];
    snprintf(path, 4096, "%s", c->operand);
    path_trim(path);
    char *slash = strrchr(path, '/');
    if (path_cut_suffix(path, ".xml")) /* the metadata file means its folder */
        snprintf(slash ? slash : path, 2, slash ? "" : ".");
    path_trim(path);
    const char *name = path_base(path);
    /* "", ".", ".." are not names */
    char *whole = strspn(name, ".") == strlen(name) ? realpath(path, NULL) : NULL;
    if (whole)
        snprintf(path, 4096, "%s", whole);
    free(whole);
    cut_extension(path);
    strcat(path, ".CVAT");
    return copy_text(c, path, &c->settings.output, e);
}

static int take_netcdf(struct cm_vsm_call *c, const char *value, struct err *e)
{
    struct stat st;
    (void)c;
    if (stat(value, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, ERR_USAGE, "is a folder, not a subscene");
    return 0;
}

static int take_cvat(struct cm_vsm_call *c, const char *value, struct err *e)
{
    (void)e;
    c->settings.labels[LABELS_CVAT] = value;
    c->operand = c->value[FLAG_NETCDF];
    return 0;
}

static int take_supervisely(struct cm_vsm_call *c, const char *value, struct err *e)
{
    char path[4096];
    c->operand = c->value[FLAG_NETCDF];
    if ((size_t)snprintf(path, sizeof path, "%s/ds0/ann/%s.png.json", value,
                         c->value[FLAG_TILE_NAME]) >= sizeof path)
        return err_set(e, ERR_USAGE, "the path is too long");
    return copy_text(c, path, &c->settings.labels[LABELS_SUPERVISELY], e);
}

static int take_segments(struct cm_vsm_call *c, const char *value, struct err *e)
{
    (void)e;
    c->settings.labels[LABELS_SEGMENTS] = value;
    c->operand = value;
    return 0;
}

static int take_nothing(struct cm_vsm_call *c, const char *value, struct err *e)
{
    (void)c;
    (void)value;
    (void)e;
    return 0;
}

static int refuse_kz_s2(struct cm_vsm_call *c, const char *value, struct err *e)
{
    (void)c;
    (void)value;
    return err_set(e, ERR_USAGE,
                   "such files are not supported; use -d with a .SAFE folder or a .zip");
}

static int refuse_prepared(struct cm_vsm_call *c, const char *value, struct err *e)
{
    (void)c;
    (void)value;
    return err_set(
        e, ERR_USAGE,
        "existing folders are not processed (cm_vsm did not process them either); use -d PRODUCT");
}

const struct cm_vsm_flag cm_vsm_flag_table[FLAG_COUNT] = {
    [FLAG_PRODUCT] = {"-d", "PRODUCT", MODE_MAKE, NULL, take_product,
                      "a product: a .SAFE folder, or a .zip with one"},
    [FLAG_OUTPUT] = {"-O", "OUT", MODE_MAKE, "output", NULL,
                     "output folder of tile_<x>_<y>/<tile>_<sensing>_tile_<x>_<y>.nc; default: "
                     "PRODUCT with .CVAT instead of .SAFE"},
    [FLAG_LAYERS] = {"-b", "B01,B02,...", MODE_MAKE, NULL, take_layers,
                     "bands and class layers; default: all of the product, with TCI"},
    [FLAG_SIZE] = {"-S", "N", MODE_MAKE, "size", NULL, "side of a subscene in pixels [512]"},
    [FLAG_SHRINK] = {"-s", "N", MODE_MAKE, NULL, take_shrink,
                     "subscenes of -S pixels are shrunk by this factor; 1 and -1: not shrunk [-1]"},
    [FLAG_DEFLATE] = {"-f", "LEVEL", MODE_MAKE, "deflate", NULL, "compression, 0 to 9 [9]"},
    [FLAG_FILTER] = {"-m", "FILTER", MODE_MAKE, NULL, take_filter,
                     "point, box, linear, cubic, sinc, hermite, hanning, hamming, blackman, "
                     "gaussian, quadratic, catrom, mitchell, lanczos, bessel"},
    [FLAG_OVERLAP] = {"-o", "F", MODE_MAKE, "overlap", NULL,
                      "overlap of neighbours as a fraction of the side, 0 to 0.5 [0]"},
    [FLAG_PNG] = {"--png", NULL, MODE_MAKE, "png", NULL, "pictures beside the subscenes"},
    [FLAG_TILED] = {"--tiled", NULL, MODE_MAKE, NULL, take_tiled,
                    "numbers of cm_vsm --tiled, where no number becomes 1 smaller"},
    [FLAG_OVERWRITE] = {"--overwrite", NULL, MODE_MAKE | MODE_LABEL, "overwrite", NULL,
                        "make existing files again; labels always replace existing labels"},
    [FLAG_JOBS] = {"-j", "N", MODE_MAKE, NULL, take_jobs,
                   "threads; 0: one thread, negative: all threads of the task [all]"},
    [FLAG_AREA] = {"-g", "EWKT", MODE_MAKE, "aoi", NULL,
                   "only subscenes in this area; longitude first"},
    [FLAG_MAJA] = {"-M", "THEIA|MAJA", MODE_MAKE, NULL, take_maja,
                   "producer whose bits the MAJAC masks have [THEIA]"},
    [FLAG_TILES] = {"-T", "X_Y,...", MODE_MAKE, "tiles", NULL, "only these subscenes: column_row"},
    [FLAG_CVAT] = {"-r", "FILE", MODE_LABEL_ONE, NULL, take_cvat,
                   "labels from CVAT, annotations.xml, for the file of -n"},
    [FLAG_SUPERVISELY] =
        {"-R", "DIR", MODE_LABEL_PROJECT, NULL, take_supervisely,
         "labels from Supervisely, DIR/ds0/ann/TILENAME.png.json, for the file of -n"},
    [FLAG_TILE_NAME] = {"-t", "TILENAME", MODE_LABEL_PROJECT, NULL, take_nothing,
                        "the image of -R"},
    [FLAG_NETCDF] = {"-n", "FILE", MODE_LABEL_ONE | MODE_LABEL_PROJECT, NULL, take_netcdf,
                     "the subscene that gets the labels of -r or -R"},
    [FLAG_SEGMENTS] = {"-A", "DIR", MODE_LABEL_FOLDER, NULL, take_segments,
                       "folder made by -d, with masks of Segments.ai in tile_<x>_<y>/"},
    [FLAG_PREPARED] = {"-D", "DIR", MODE_REFUSED, NULL, refuse_prepared, "not supported"},
    [FLAG_KZ_S2] = {"--kz-s2", "FILE", MODE_REFUSED, NULL, refuse_kz_s2, "not supported"},
    [FLAG_SHOW_VERSION] = {"--version", NULL, MODE_ANY, NULL, take_nothing,
                           "print the version and exit"},
    [FLAG_SHOW_HELP] = {"--help", NULL, MODE_ANY, NULL, take_nothing, "print this and exit"},
};
