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
    struct chunk_search_found found;
    struct err why = ERR_INIT;
    int r = chunk_search_layer(search, name, &found, &why);
    if (r == ERR_INPUT || (r == 0 && s->size > 0 && found.side != s->size)) {
        log_message(LOG_DEBUG, "", "%s: %s", s->path, r ? why.msg : "its layers differ in size");
        return 0;
    }
    const size_t bytes = r ? 0 : (size_t)found.side * (size_t)found.side;
    uint8_t *px = r ? NULL : mem_alloc(bytes, 1);
    if (r || !px) {
        *e = why;
        return r ? r : err_nomem(e, bytes);
    }
    memcpy(px, found.px, bytes);
    s->found[s->n++] = (struct found_layer){.map = found.map, .px = px};
    s->size = found.side;
    log_message(LOG_INFO, "",
                "%s: its class layer %s is rescued from the damaged file; where it came from is "
                "not known any more",
                s->path, name);
    return 0;
}

/* Adds what only a search finds. */
static int search_rest(struct rescue *s, const struct chunk_search_known *known, struct err *e)
{
    struct chunk_search *search;
    struct chunk_search_known at_hand = *known;
    struct err why = ERR_INIT;
    if (s->size > 0)
        at_hand.side = s->size;
    int r = chunk_search_begin(s->path, &at_hand, &search, &why);
    if (r) {
        log_message(LOG_DEBUG, "", "%s", why.msg);
        if (r == ERR_INPUT)
            return 0;
        *e = why;
        return r;
    }
    for (size_t i = 0; r == 0 && i < s->names->n && s->n < SCHEMA_LAYERS_MAX; i++)
        if (!has(s, s->names->s[i]))
            r = take(s, search, s->names->s[i], e);
    chunk_search_end(search);
    return r;
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
