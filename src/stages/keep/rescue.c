#include "stages/keep/rescue.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/keep/found_layer.h"

struct rescue {
    const char *path;
    const struct strlist *names;
    int32_t size; /* of the layers; 0: not known */
    struct found_layer found[SCHEMA_LAYERS_MAX];
    size_t n;
};

static bool has(const struct rescue *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->found[i].map.layer, name) == 0)
            return true;
    return false;
}

/* Reads what HDF5 reads, which may be nothing. */
static int read_open(struct rescue *s, struct ncfile *f, struct err *e)
{
    int r = 0;
    if (!subscene_nc_side(f, &s->size)) {
        s->size = 0;
        return 0;
    }
    for (size_t i = 0; r != ERR_TEMPORARY && i < s->names->n && s->n < SCHEMA_LAYERS_MAX; i++) {
        struct err why = ERR_INIT;
        r = found_layer_read(ncfile_h5(f), s->names->s[i], s->size, &s->found[s->n], &why);
        s->n += r == 0;
        if (r == ERR_TEMPORARY)
            *e = why;
    }
    return r == ERR_TEMPORARY ? r : 0;
}

static int read_file(struct rescue *s, struct err *e)
{
    struct ncfile *f;
    struct err why = ERR_INIT;
    int r = ncfile_open(s->path, &f, &why);
    if (r == ERR_TEMPORARY)
        *e = why;
    if (r)
        return r == ERR_TEMPORARY ? r : 0;
    r = read_open(s, f, e);
    ncfile_close(f);
    return r;
}

static int take(struct rescue *s, const struct chunk_search *search, const char *name,
                struct err *e)
{
    const size_t bytes = (size_t)s->size * (size_t)s->size;
    const uint8_t *px;
    struct found_layer *to = &s->found[s->n];
    struct err why = ERR_INIT;
    *to = (struct found_layer){.px = NULL};
    int r = chunk_search_layer(search, name, &to->map, &px, &why);
    if (r == ERR_INPUT) {
        log_message(LOG_DEBUG, "", "%s: %s", s->path, why.msg);
        return 0;
    }
    to->px = r ? NULL : mem_alloc(bytes, 1);
    if (r || !to->px) {
        *e = why;
        return r ? r : err_nomem(e, bytes);
    }
    memcpy(to->px, px, bytes);
    s->n++;
    log_message(LOG_INFO, "",
                "%s: its class layer %s is rescued from the damaged file; where it came from is "
                "not known any more",
                s->path, name);
    return 0;
}

/* Adds what only a search finds, with layers of that side; 0: of the other subscenes'. */
static int search_side(struct rescue *s, const struct chunk_search_known *known, int32_t side,
                       struct err *e)
{
    struct chunk_search *search;
    struct chunk_search_known at_hand = *known;
    struct err why = ERR_INIT;
    at_hand.size = side;
    int r = chunk_search_begin(s->path, &at_hand, &search, &why);
    if (r) {
        log_message(LOG_DEBUG, "", "%s", why.msg);
        if (r == ERR_INPUT)
            return 0;
        *e = why;
        return r;
    }
    s->size = chunk_search_size(search);
    for (size_t i = 0; r == 0 && i < s->names->n && s->n < SCHEMA_LAYERS_MAX; i++)
        if (!has(s, s->names->s[i]))
            r = take(s, search, s->names->s[i], e);
    chunk_search_end(search);
    return r;
}

static int search_rest(struct rescue *s, const struct chunk_search_known *known, struct err *e)
{
    int32_t side[CHUNK_SEARCH_SIDES];
    size_t n = 0;
    const size_t before = s->n;
    const bool is_known = s->size > 0 || known->size > 0;
    int r = search_side(s, known, s->size > 0 ? s->size : known->size, e);
    if (r || is_known || s->n > before)
        return r;
    r = chunk_search_sides(s->path, side, &n, e);
    for (size_t i = 0; r == 0 && s->n == before && i < n; i++)
        r = search_side(s, known, side[i], e);
    return r == ERR_INPUT ? 0 : r;
}

static int save(const struct rescue *s, const char *to, struct err *e)
{
    struct layer layer[SCHEMA_LAYERS_MAX];
    found_layers_order(s->found, s->n, layer);
    return layers_save(to, layer, s->n, s->size, e);
}

int rescue_layers(const char *path, const char *to, const struct strlist *names,
                  const struct chunk_search_known *known, bool *saved, struct err *e)
{
    struct rescue *s = mem_zalloc(1, sizeof *s);
    *saved = false;
    if (!s)
        return err_nomem(e, sizeof *s);
    s->path = path;
    s->names = names;
    int r = read_file(s, e);
    const size_t before = s->n;
    if (r == 0 && before < names->n)
        r = search_rest(s, known, e);
    if (r == 0 && s->n > before) {
        r = save(s, to, e);
        *saved = r == 0;
    }
    found_layers_clear(s->found, s->n);
    free(s);
    return r;
}
