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

/* The map of --map with the code of --unlabelled. */
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
    return err_set(e, ERR_USAGE, "--unlabelled %d: is no code of the map %s, which has %s",
                   s->unlabelled, map->name, meanings);
}

/* How many of them are given. */
static int count_sources(const struct settings *s)
{
    int n = 0;
    for (int tool = 0; tool < LABELS_TOOLS; tool++)
        n += s->labels[tool] != NULL;
    return n;
}

static int refuse_alone(const struct settings *s, struct err *e)
{
    static const char needed[] =
        "is for labels, so one of --cvat, --segments, --supervisely is needed too";
    if (s->map)
        return err_set(e, ERR_USAGE, "--map %s: %s", s->map, needed);
    return s->given & GIVEN_UNLABELLED
               ? err_set(e, ERR_USAGE, "--unlabelled %d: %s", s->unlabelled, needed)
               : 0;
}

/* A subscene's file alone among the operands: then the only image is of it, whatever it is
 * called. */
static bool is_for_one_file(const struct settings *s)
{
    struct stat st;
    return s->n_operands == 1 && stat(s->operands[0], &st) == 0 && S_ISREG(st.st_mode);
}

static int open_labels(const struct settings *s, bool of_files, struct command_layers *l,
                       struct err *e)
{
    if (count_sources(s) > 1)
        return err_set(e, ERR_USAGE,
                       "one of --cvat, --segments and --supervisely is taken, not several");
    if (count_sources(s) == 0)
        return refuse_alone(s, e);
    int r = read_map(s, &l->map, e);
    if (r)
        return r;
    log_message(LOG_DEBUG, "", "map %s: what nothing covers is %d", l->map.name, l->map.unlabelled);
    for (int tool = 0; r == 0 && tool < LABELS_TOOLS; tool++)
        if (s->labels[tool])
            r = labels_open((enum labels_tool)tool, s->labels[tool], &l->map, &l->labels, e);
    return r || (of_files && is_for_one_file(s)) ? r : labels_check_names(l->labels, e);
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

/* Where ":MAP" begins: behind the last ':' when no folder follows it, or a map file. */
static char *find_map(char *file)
{
    char *colon = strrchr(file, ':');
    if (!colon || colon[1] == '\0')
        return NULL;
    return strchr(colon, '/') && !text_ends_with(colon, ".ini") ? NULL : colon;
}

/* The map that is named, or the layer's, with places in a product where no file is named. */
static int find_raster_map(const char *map, const char *layer, struct named_mask *out,
                           struct err *e)
{
    int r = classmap_get(map ? map : layer, &out->map, e);
    if (r)
        return err_wrap(e, map ? "its class map" : "no map is named, so the layer's");
    snprintf(out->map.layer, sizeof out->map.layer, "%s", layer);
    if (out->file)
        return 0;
    r = classmap_borrow_places(&out->map, e);
    return r || out->map.places > 0
               ? r
               : err_set(e, ERR_USAGE, "no product has a place for it; LAYER=FILE is needed");
}

/* `text` is LAYER[=FILE[:MAP]] or LAYER=:MAP, and cut up in place. */
static int take_raster(char *text, struct named_mask *out, struct err *e)
{
    size_t n = strcspn(text, "=");
    if (!is_layer_name(text, n) ||
        (text[n] && (text[n + 1] == '\0' || strcmp(text + n, "=:") == 0)))
        return err_set(e, ERR_USAGE,
                       "--raster %s: LAYER[=FILE[:MAP]] is wanted, or LAYER=:MAP, with a layer of "
                       "letters, digits, _ and "
                       "- that is no band",
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

static int take_rasters(const struct settings *s, struct command_layers *l, struct err *e)
{
    l->mask = mem_zalloc(s->raster.n, sizeof *l->mask);
    if (!l->mask)
        return err_nomem(e, s->raster.n * sizeof *l->mask);
    for (size_t i = 0; i < s->raster.n; i++) {
        int r = take_raster(s->raster.s[i], &l->mask[i], e);
        if (r)
            return r;
    }
    return 0;
}

static int check_product(const struct command_layers *l, size_t masks, struct err *e)
{
    for (size_t i = 0; i < masks; i++)
        if (!l->mask[i].file)
            return err_set(e, ERR_USAGE, "--raster %s: --product is needed too, or a file",
                           l->mask[i].map.layer);
    return 0;
}

int command_layers_open(const struct settings *s, bool has_product, struct command_layers *out,
                        struct err *e)
{
    bool of_files = !has_product;
    *out = (struct command_layers){0};
    has_product |= s->product != NULL;
    int r = open_labels(s, of_files, out, e);
    if (r == 0)
        r = take_rasters(s, out, e);
    if (r == 0 && !has_product)
        r = check_product(out, s->raster.n, e);
    out->request = (struct layer_request){.labels = out->labels,
                                          .mask = out->mask,
                                          .masks = s->raster.n,
                                          .find = has_product && !s->no_masks,
                                          .prefer = s->prefer_map};
    return r;
}

void command_layers_clear(struct command_layers *l)
{
    labels_close(l->labels);
    free(l->mask);
    *l = (struct command_layers){0};
}
