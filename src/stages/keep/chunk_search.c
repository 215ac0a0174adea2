#include "stages/keep/chunk_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/compress/deflate.h"
#include "io/labels/classmap.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/subscene_nc.h"
#include "io/source/wholefile.h"

/* CHUNKS_MAX: class layers and the colours, which are bytes too */
enum { PATH = 4400, FILE_BYTES_MAX = 1 << 30, CHUNKS_MAX = SCHEMA_LAYERS_MAX + 3 };

struct chunk_search {
    const struct chunk_search_known *known;
    int32_t size;
    unsigned char *file;
    size_t len;
    uint8_t *px[CHUNKS_MAX]; /* the layers in it */
    size_t n;
};

static size_t pixels(const struct chunk_search *s) { return (size_t)s->size * (size_t)s->size; }

int32_t chunk_search_size(const struct chunk_search *s) { return s->size; }

/* ---- the whole layers of the file ---- */

static int find_chunks(struct chunk_search *s, struct err *e)
{
    size_t at = 0;
    while (s->n < CHUNKS_MAX) {
        uint8_t *px = mem_alloc(pixels(s), 1);
        if (!px)
            return err_nomem(e, pixels(s));
        int r = inflate_next(s->file, s->len, &at, px, pixels(s), e);
        if (r || at == 0) {
            free(px);
            return r;
        }
        s->px[s->n++] = px;
    }
    return 0;
}

static void neighbour_path(const struct chunk_search_known *k, size_t i, char path[PATH])
{
    snprintf(path, PATH, "%s/%s", k->folder, k->manifest->row[i].file);
}

static int32_t size_of_neighbours(const struct chunk_search_known *k)
{
    char path[PATH];
    int32_t size = 0;
    for (size_t i = 0; size == 0 && i < k->manifest->n; i++) {
        struct ncfile *f;
        neighbour_path(k, i, path);
        if (ncfile_open(path, &f, NULL))
            continue;
        if (!subscene_nc_side(f, &size))
            size = 0;
        ncfile_close(f);
    }
    return size;
}

static int load(struct chunk_search *s, const char *path, struct err *e)
{
    s->size = s->known->size > 0 ? s->known->size : size_of_neighbours(s->known);
    if (s->size <= 0)
        return err_set(e, ERR_INPUT, "%s: no other subscene tells the size of its layers", path);
    int r = wholefile_read(path, FILE_BYTES_MAX, &s->file, &s->len, e);
    if (r == 0)
        r = find_chunks(s, e);
    return r == 0 && s->n == 0
               ? err_set(e, ERR_INPUT, "%s: none of its class layers is whole", path)
               : r;
}

int chunk_search_begin(const char *path, const struct chunk_search_known *known,
                       struct chunk_search **out, struct err *e)
{
    struct chunk_search *s = mem_zalloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return err_nomem(e, sizeof *s);
    s->known = known;
    int r = load(s, path, e);
    if (r)
        chunk_search_end(s);
    else
        *out = s;
    return r;
}

void chunk_search_end(struct chunk_search *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        free(s->px[i]);
    free(s->file);
    free(s);
}

/* ---- files that are alone ---- */

static void add_side(size_t len, int32_t side[CHUNK_SEARCH_SIDES], size_t *n)
{
    const int32_t root = (int32_t)lround(sqrt((double)len));
    bool known = (size_t)root * (size_t)root != len || *n == CHUNK_SEARCH_SIDES;
    for (size_t i = 0; i < *n; i++)
        known |= side[i] == root;
    if (!known)
        side[(*n)++] = root;
}

int chunk_search_sides(const char *path, int32_t side[CHUNK_SEARCH_SIDES], size_t *n, struct err *e)
{
    enum { ROOM = 1 << 27 }; /* the largest layer has 10980 x 10980 bytes */
    unsigned char *file;
    size_t len, found, at = 0;
    *n = 0;
    int r = wholefile_read(path, FILE_BYTES_MAX, &file, &len, e);
    if (r)
        return r;
    void *out = mem_alloc(ROOM, 1);
    if (!out)
        r = err_nomem(e, ROOM);
    do {
        if (r == 0)
            r = inflate_next_any(file, len, &at, out, ROOM, &found, e);
        if (r == 0 && at > 0)
            add_side(found, side, n);
    } while (r == 0 && at > 0);
    free(out);
    free(file);
    return r;
}

/* ---- which one is it? ---- */

/* A layer of the file that may be the one that is looked for. */
struct match {
    const uint8_t *px; /* NULL: none yet */
    struct class_map map;
    bool is_written; /* the file has the meanings of these flags, in this order */
    bool is_unsure; /* another answer fits too */
};

/* The shares of the classes are those of the row. */
static bool fits(const struct chunk_search *s, const struct class_layer *layer, const uint8_t *px)
{
    const struct chunk_search_known *k = s->known;
    struct manifest_row now = *k->row;
    return layers_check(layer, px, s->size, NULL) == 0 &&
           manifest_row_layer(k->manifest, &now, layer, px, pixels(s), NULL) == 0 &&
           !manifest_class_difference(k->manifest, &now, k->row);
}

static const char *meaning_of(const struct class_map *m, uint8_t code)
{
    for (size_t i = 0; i < m->flags; i++)
        if (m->flag[i].value == code)
            return m->flag[i].meaning;
    return "";
}

/* Every code that occurs has the same meaning in both maps. */
static bool mean_the_same(const struct chunk_search *s, const uint8_t *px,
                          const struct class_map *a, const struct class_map *b)
{
    bool occurs[256] = {false};
    for (size_t i = 0; i < pixels(s); i++)
        occurs[px[i]] = true;
    for (int code = 0; code < 256; code++)
        if (occurs[code] && strcmp(meaning_of(a, (uint8_t)code), meaning_of(b, (uint8_t)code)) != 0)
            return false;
    return true;
}

/* The damaged file still has the text of its flag_meanings. */
static bool is_written(const struct chunk_search *s, const struct class_map *map)
{
    char text[CLASS_MEANINGS_SIZE];
    class_map_meanings(map, text);
    const size_t n = strlen(text);
    for (size_t at = 0; n > 0 && at + n <= s->len; at++) {
        const unsigned char *first = memchr(s->file + at, text[0], s->len - n - at + 1);
        if (!first)
            return false;
        at = (size_t)(first - s->file);
        if (memcmp(first, text, n) == 0)
            return true;
    }
    return false;
}

/* Considers the flags of one map for all layers of the file. */
static void consider(const struct chunk_search *s, const struct class_map *map, struct match *best)
{
    struct class_layer layer = {.flags = map->flags};
    memcpy(layer.name, map->layer, sizeof layer.name);
    memcpy(layer.flag, map->flag, sizeof layer.flag);
    for (size_t i = 0; i < s->n; i++) {
        if (!fits(s, &layer, s->px[i]))
            continue;
        const struct match found = {.px = s->px[i], .map = *map, .is_written = is_written(s, map)};
        if (!best->px) {
            *best = found;
        } else if (memcmp(best->px, found.px, pixels(s)) != 0 ||
                   !mean_the_same(s, found.px, &best->map, map)) {
            best->is_unsure = true;
        } else if (found.is_written && !best->is_written) {
            best->map = found.map;
            best->is_written = true;
        }
    }
}

/* What another subscene says of its layer of that name. */
static int read_map(const char *path, const char *name, struct class_map *out, struct err *e)
{
    struct h5file *f;
    struct class_layer layer;
    int r = h5file_open(path, &f, e);
    if (r)
        return r;
    r = layers_describe_one(f, name, &layer, e);
    if (r == 0)
        layers_map(f, &layer, out);
    h5file_close(f);
    out->name[0] = '\0'; /* the damaged file may have had another one */
    return r;
}

static int consider_neighbours(const struct chunk_search *s, const char *name, struct match *best,
                               struct err *e)
{
    const struct manifest *m = s->known->manifest;
    struct class_map map, last = {.flags = 0};
    for (size_t i = 0; i < m->n; i++) {
        char path[PATH];
        struct strlist names = {0};
        struct err why = ERR_INIT;
        int r = m->row[i].is_altered ? 0 : manifest_row_layer_names(m, &m->row[i], &names, e);
        const bool has = strlist_has(&names, name);
        strlist_clear(&names);
        if (r)
            return r;
        neighbour_path(s->known, i, path);
        r = has ? read_map(path, name, &map, &why) : ERR_INPUT;
        if (r == ERR_TEMPORARY) {
            *e = why;
            return r;
        }
        if (r || (last.layer[0] && class_flags_equal(map.flag, map.flags, last.flag, last.flags)))
            continue;
        consider(s, &map, best);
        last = map;
    }
    return 0;
}

static int consider_built_in(const struct chunk_search *s, const char *name, struct match *best,
                             struct err *e)
{
    for (size_t i = 0; i < classmap_count(); i++) {
        struct class_map map;
        int r = classmap_parse(classmap_name(i), classmap_text(i), &map, e);
        if (r)
            return r;
        map.name[0] = '\0';
        if (strcmp(map.layer, name) == 0)
            consider(s, &map, best);
    }
    return 0;
}

int chunk_search_layer(const struct chunk_search *s, const char *name, struct class_map *map,
                       const uint8_t **px, struct err *e)
{
    struct match best = {.px = NULL};
    int r = consider_neighbours(s, name, &best, e);
    if (r == 0)
        r = consider_built_in(s, name, &best, e);
    if (r)
        return r;
    if (!best.px)
        return err_set(e, ERR_INPUT, "no whole layer in its file has the manifest's shares of %s",
                       name);
    if (best.is_unsure)
        return err_set(e, ERR_INPUT, "more than one layer in its file can be %s", name);
    *map = best.map;
    *px = best.px;
    return 0;
}
