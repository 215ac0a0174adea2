#include "cmd/layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/band.h"
#include "core/log.h"
#include "core/mem.h"
#include "io/classmap.h"
#include "io/schema.h"

/* ---- labels ---- */

/* The map of --map with the code of --unlabelled. */
static int read_map(const struct settings *s, struct class_map *map, struct err *e)
{
    char meanings[CLASS_MEANINGS_SIZE];
    int r = classmap_get(s->map ? s->map : "label", map, e);
    if (r || !s->unlabelled_given)
        return r;
    for (size_t i = 0; i < map->flags; i++)
        if (map->flag[i].value == s->unlabelled) {
            map->unlabelled = (uint8_t)s->unlabelled;
            return 0;
        }
    class_map_meanings(map, meanings);
    return err_set(e, ERR_USAGE, "--unlabelled %d: is no code of the map %s, which has %s", s->unlabelled, map->name,
                   meanings);
}

static int open_labels(const struct settings *s, struct command_layers *l, struct err *e)
{
    if (s->cvat && s->segments)
        return err_set(e, ERR_USAGE, "one of --cvat FILE and --segments DIR is taken, not both");
    if (!s->cvat && !s->segments) {
        if (s->map)
            return err_set(e, ERR_USAGE, "--map %s: is for labels, so --cvat FILE or --segments DIR is needed too",
                           s->map);
        if (s->unlabelled_given)
            return err_set(e, ERR_USAGE,
                           "--unlabelled %d: is for labels, so --cvat FILE or --segments DIR is needed too",
                           s->unlabelled);
        return 0;
    }
    int r = read_map(s, &l->map, e);
    if (r)
        return r;
    log_message(LOG_DEBUG, "", "map %s: what nothing covers is %d", l->map.name, l->map.unlabelled);
    return s->cvat ? labelsource_open_cvat(s->cvat, &l->map, &l->labels, e)
                   : labelsource_open_segments(s->segments, &l->map, &l->labels, e);
}

/* ---- --raster ---- */

static bool is_layer_name(const char *s, size_t n)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    char name[CLASS_NAME_SIZE];
    if (n == 0 || n >= sizeof name)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)n, s);
    return strspn(name, allowed) == n && !strchr("0123456789_-", name[0]) && !band_set_named(name) &&
           !schema_is_coordinate(name);
}

/* Where ":MAP" begins: behind the last ':' when no folder follows it, or a map file. */
static char *find_map(char *file)
{
    char *colon = strrchr(file, ':');
    if (!colon || colon[1] == '\0')
        return NULL;
    size_t n = strlen(colon);
    return strchr(colon, '/') && strcmp(colon + n - 4, ".ini") != 0 ? NULL : colon;
}

/* `text` is LAYER[=[FILE][:MAP]], and cut up in place; without FILE it is from its place in the product. */
static int take_raster(char *text, struct named_mask *out, struct err *e)
{
    size_t n = strcspn(text, "=");
    if (!is_layer_name(text, n) || (text[n] && text[n + 1] == '\0'))
        return err_set(
            e, ERR_USAGE,
            "--raster %s: LAYER[=FILE[:MAP]] is wanted, with a layer of letters, digits, _ and - that is no band",
            text);
    char *file = text[n] ? text + n + 1 : NULL, *colon = file ? find_map(file) : NULL;
    text[n] = '\0';
    if (colon)
        *colon = '\0';
    out->file = file && *file ? file : NULL;
    int r = classmap_get(colon ? colon + 1 : text, &out->map, e);
    if (r) {
        const char *whose = colon ? "its class map" : "no map is named, so the layer's";
        text[n] = file ? '=' : '\0';
        if (colon)
            *colon = ':';
        return err_wrap(e, "--raster %s: %s", text, whose);
    }
    if (!out->file && out->map.places == 0)
        return err_set(e, ERR_USAGE, "--raster %s: no product has a place for it; LAYER=FILE is needed", text);
    snprintf(out->map.layer, sizeof out->map.layer, "%s", text);
    return 0;
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
            return err_set(e, ERR_USAGE, "--raster %s: --product is needed too, or a file", l->mask[i].map.layer);
    return 0;
}

int command_layers_open(const struct settings *s, bool has_product, struct command_layers *out, struct err *e)
{
    *out = (struct command_layers){0};
    has_product |= s->product != NULL;
    int r = open_labels(s, out, e);
    if (r == 0)
        r = take_rasters(s, out, e);
    if (r == 0 && !has_product)
        r = check_product(out, s->raster.n, e);
    out->request = (struct layer_request){
        .labels = out->labels, .mask = out->mask, .masks = s->raster.n, .find = has_product && !s->no_masks};
    return r;
}

void command_layers_clear(struct command_layers *l)
{
    labelsource_close(l->labels);
    free(l->mask);
    *l = (struct command_layers){0};
}
