#include "stages/keep/chunk_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/band.h"
#include "core/mem.h"
#include "io/compress/deflate.h"
#include "io/labels/classmap.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/schema.h"
#include "io/source/wholefile.h"

/* CHUNKS_MAX: class layers, and the bands of a file whose side is not known; LAYER_BYTES_MAX: a
 * side of 10980 px */
enum {
    PATH = 4400,
    FILE_BYTES_MAX = 1 << 30,
    CHUNKS_MAX = SCHEMA_LAYERS_MAX + BAND_COUNT,
    LAYER_BYTES_MAX = 10980 * 10980
};

/* A stream of side × side bytes. */
struct chunk {
    int32_t side;
    uint8_t *px; /* owned */
};

struct chunk_search {
    const struct chunk_search_known *known;
    unsigned char *file;
    size_t len;
    struct chunk chunk[CHUNKS_MAX];
    size_t n;
};

static size_t pixels(const struct chunk *c) { return (size_t)c->side * (size_t)c->side; }

/* ---- the whole chunks of the file ---- */

/* The side of a square of that many pixels; 0: it is none, or not the known one. */
static int32_t side_of(const struct chunk_search_known *k, size_t bytes)
{
    const int32_t side = (int32_t)lround(sqrt((double)bytes));
    const bool fits = (size_t)side * (size_t)side == bytes;
    return fits && (k->side == 0 || k->side == side) ? side : 0;
}

static int add_chunk(struct chunk_search *s, const void *px, size_t bytes, struct err *e)
{
    struct chunk *to = &s->chunk[s->n];
    *to = (struct chunk){side_of(s->known, bytes), mem_alloc(bytes, 1)};
    if (!to->px)
        return err_nomem(e, bytes);
    memcpy(to->px, px, bytes);
    s->n++;
    return 0;
}

static int find_chunks(struct chunk_search *s, struct err *e)
{
    const size_t side = (size_t)s->known->side, room = side ? side * side : LAYER_BYTES_MAX;
    size_t at = 0, bytes = 0;
    int r = 0;
    void *out = mem_alloc(room, 1);
    if (!out)
        return err_nomem(e, room);
    do {
        r = inflate_next(s->file, s->len, &at, out, room, &bytes, e);
        if (r == 0 && at > 0 && bytes > 0 && side_of(s->known, bytes) > 0)
            r = add_chunk(s, out, bytes, e);
    } while (r == 0 && at > 0 && s->n < CHUNKS_MAX);
    free(out);
    return r;
}

static int load(struct chunk_search *s, const char *path, struct err *e)
{
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
        free(s->chunk[i].px);
    free(s->file);
    free(s);
}

/* ---- which one is it? ---- */

/* A layer of the file that may be the one that is looked for. */
struct match {
    const struct chunk *chunk; /* NULL: none yet */
    struct class_map map;
    bool is_written; /* the file has the meanings of these flags, in this order */
    bool is_unsure; /* another answer fits too */
};

/* The shares of the classes are those of the row. */
static bool fits(const struct chunk_search *s, const struct class_layer *layer,
                 const struct chunk *c)
{
    const struct chunk_search_known *k = s->known;
    struct manifest_row now = *k->row;
    return layers_check(layer, c->px, c->side, NULL) == 0 &&
           manifest_row_layer(k->manifest, &now, layer, c->px, pixels(c), NULL) == 0 &&
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
static bool mean_the_same(const struct chunk *c, const struct class_map *a,
                          const struct class_map *b)
{
    bool occurs[256] = {false};
    for (size_t i = 0; i < pixels(c); i++)
        occurs[c->px[i]] = true;
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

static bool same_codes(const struct chunk *a, const struct chunk *b)
{
    return a->side == b->side && memcmp(a->px, b->px, pixels(a)) == 0;
}

/* Considers the flags of one map for all layers of the file. */
static void consider(const struct chunk_search *s, const struct class_map *map, struct match *best)
{
    struct class_layer layer = {.flags = map->flags};
    memcpy(layer.name, map->layer, sizeof layer.name);
    memcpy(layer.flag, map->flag, sizeof layer.flag);
    for (size_t i = 0; i < s->n; i++) {
        if (!fits(s, &layer, &s->chunk[i]))
            continue;
        const struct match found = {
            .chunk = &s->chunk[i], .map = *map, .is_written = is_written(s, map)};
        if (!best->chunk) {
            *best = found;
        } else if (!same_codes(best->chunk, found.chunk) ||
                   !mean_the_same(found.chunk, &best->map, map)) {
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
        snprintf(path, PATH, "%s/%s", s->known->folder, m->row[i].file);
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

int chunk_search_layer(const struct chunk_search *s, const char *name,
                       struct chunk_search_found *out, struct err *e)
{
    struct match best = {.chunk = NULL};
    int r = consider_neighbours(s, name, &best, e);
    if (r == 0)
        r = consider_built_in(s, name, &best, e);
    if (r)
        return r;
    if (!best.chunk)
        return err_set(e, ERR_INPUT, "no whole layer in its file has the manifest's shares of %s",
                       name);
    if (best.is_unsure)
        return err_set(e, ERR_INPUT, "more than one layer in its file can be %s", name);
    *out = (struct chunk_search_found){best.map, best.chunk->side, best.chunk->px};
    return 0;
}
