#include "cmd/cli/layer_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/band.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "io/labels/classmap.h"
#include "io/netcdf/schema.h"

/* ---- labels ---- */

/* Reads the map of --map, with the code of --unlabelled. */
static int read_map(const struct settings *s, struct class_map *map, struct err *e)
{
    char meanings[CLASS_MEANINGS_SIZE];
    int r = classmap_get(s->map ? s->map : "label", map, e);
    if (r || !(s->given & GIVEN_UNLABELLED))
        return r;
    for (size_t i = 0; i < map->flags; i++)
        if (map->flag[i].value == s->unlabelled) {
            map->unlabelled = (uint8_t)s->unlabelled;
            return 0;
        }
    class_map_meanings(map, meanings);
    return err_set(e, ERR_USAGE, "--unlabelled %d: is not a code of the class map %s, which has %s",
                   s->unlabelled, map->name, meanings);
}

/* The number of options that name labels. */
static int count_sources(const struct settings *s)
{
    int n = 0;
    for (int tool = 0; tool < LABELS_TOOLS; tool++)
        n += s->labels[tool] != NULL;
    return n;
}

/* Without labels, --map and --unlabelled are an error. */
static int check_no_labels(const struct settings *s, struct err *e)
{
    static const char needed[] = "also needs --cvat, --segments or --supervisely";
    if (s->map)
        return err_set(e, ERR_USAGE, "--map %s: %s", s->map, needed);
    if (s->given & GIVEN_UNLABELLED && !s->from)
        return err_set(e, ERR_USAGE, "--unlabelled %d: %s", s->unlabelled, needed);
    return 0;
}

/* True if the only operand is the file of a subscene. The labels must then have one image, which
 * may have any name. */
static bool is_for_one_file(const struct settings *s)
{
    struct stat st;
    return s->n_operands == 1 && stat(s->operands[0], &st) == 0 && S_ISREG(st.st_mode);
}

static int open_labels(const struct settings *s, bool takes_files, struct command_layers *l,
                       struct err *e)
{
    if (count_sources(s) > 1)
        return err_set(e, ERR_USAGE, "use only one of --cvat, --segments and --supervisely");
    if (count_sources(s) == 0)
        return check_no_labels(s, e);
    int r = read_map(s, &l->map, e);
    if (r)
        return r;
    log_message(LOG_DEBUG, "", "map %s: uncovered pixels become %d", l->map.name,
                l->map.unlabelled);
    int tool = 0;
    while (!s->labels[tool])
        tool++;
    if ((r = labels_open((enum labels_tool)tool, s->labels[tool], &l->map, &l->labels, e)) != 0)
        return r;
    return takes_files && is_for_one_file(s) ? 0 : labels_check_names(l->labels, e);
}

/* ---- --raster ---- */

static bool is_layer_name(const char *s, size_t n)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    char name[CLASS_NAME_SIZE];
    if (n == 0 || n >= sizeof name)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)n, s);
    return strspn(name, allowed) == n && !strchr("0123456789_-", name[0]) &&
           !band_set_named(name) && !schema_is_coordinate(name);
}

/* The ":" of ":MAP": the last one, unless a folder follows it that does not lead to a map file. */
static char *find_map(char *file)
{
    char *colon = strrchr(file, ':');
    if (!colon || colon[1] == '\0')
        return NULL;
    return strchr(colon, '/') && !text_ends_with(colon, ".ini") ? NULL : colon;
}

/* Reads the named map, or the map of the layer. Without a file the map must have places in a
 * product. */
static int find_raster_map(const char *map, const char *layer, struct named_mask *out,
                           struct err *e)
{
    int r = classmap_get(map ? map : layer, &out->map, e);
    if (r)
        return err_wrap(e, map ? "its class map" : "the class map of the layer");
    snprintf(out->map.layer, sizeof out->map.layer, "%s", layer);
    if (out->file)
        return 0;
    if ((r = classmap_borrow_places(&out->map, e)) != 0)
        return r;
    if (out->map.places == 0)
        return err_set(e, ERR_USAGE, "no place in a product is known for it; use LAYER=FILE");
    return 0;
}

/* Parses `text`, LAYER[=FILE[:MAP]] or LAYER=:MAP. Splits it in place; `out` borrows the parts. */
static int parse_raster(char *text, struct named_mask *out, struct err *e)
{
    size_t n = strcspn(text, "=");
    if (!is_layer_name(text, n) ||
        (text[n] && (text[n + 1] == '\0' || strcmp(text + n, "=:") == 0)))
        return err_set(e, ERR_USAGE,
                       "--raster %s: use LAYER[=FILE[:MAP]] or LAYER=:MAP; LAYER has letters, "
                       "digits, _ and -, and is not a band",
                       text);
    char *file = text[n] ? text + n + 1 : NULL, *colon = file ? find_map(file) : NULL;
    text[n] = '\0';
    if (colon)
        *colon = '\0';
    out->file = file && file[0] ? file : NULL;
    int r = find_raster_map(colon ? colon + 1 : NULL, text, out, e);
    if (r == 0)
        return 0;
    text[n] = file ? '=' : '\0';
    if (colon)
        *colon = ':';
    return err_wrap(e, "--raster %s", text);
}

static int parse_rasters(const struct settings *s, struct command_layers *l, struct err *e)
{
    l->mask = mem_zalloc(s->raster.n, sizeof *l->mask);
    if (!l->mask)
        return err_nomem(e, s->raster.n * sizeof *l->mask);
    for (size_t i = 0; i < s->raster.n; i++) {
        int r = parse_raster(s->raster.s[i], &l->mask[i], e);
        if (r)
            return r;
    }
    return 0;
}

/* Without a product, each mask must have a file. */
static int check_files(const struct command_layers *l, size_t masks, struct err *e)
{
    for (size_t i = 0; i < masks; i++)
        if (!l->mask[i].file)
            return err_set(e, ERR_USAGE, "--raster %s: also needs --product, or a file",
                           l->mask[i].map.layer);
    return 0;
}

int command_layers_open(const struct settings *s, bool has_product, struct command_layers *out,
                        struct err *e)
{
    bool takes_files = !has_product;
    int r;
    *out = (struct command_layers){0};
    has_product |= s->product != NULL;
    if ((r = open_labels(s, takes_files, out, e)) != 0 || (r = parse_rasters(s, out, e)) != 0)
        return r;
    if (!has_product && (r = check_files(out, s->raster.n, e)) != 0)
        return r;
    out->request = (struct layer_request){.labels = out->labels,
                                          .mask = out->mask,
                                          .masks = s->raster.n,
                                          .find = has_product && !s->no_masks,
                                          .prefer = s->prefer_map};
    return 0;
}

void command_layers_clear(struct command_layers *l)
{
    labels_close(l->labels);
    free(l->mask);
    *l = (struct command_layers){0};
}
