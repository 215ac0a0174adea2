#include "stages/keep/kept_layers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/classes.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/folder/outfile.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/subscene_nc.h"
#include "io/source/wholefile.h"
#include "stages/keep/found_layer.h"
#include "stages/keep/rescue.h"

enum { PATH = 1200, LIST_BYTES_MAX = 64 << 10 };

static const char LIST[] = ".layers", FILE_ASIDE[] = ".kept";
static const char NO_LAYER[] = "-\n"; /* a list of none; a list that was cut off is empty */

static bool is_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool kept_layers_has_file(const char *path)
{
    char aside[PATH];
    path_hidden(path, FILE_ASIDE, aside, PATH);
    return is_there(aside);
}

bool kept_layers_can_be_read(const char *path)
{
    char aside[PATH];
    struct h5file *f;
    path_hidden(path, FILE_ASIDE, aside, PATH);
    if (!is_there(aside) || h5file_open(aside, &f, NULL))
        return false;
    h5file_close(f);
    return true;
}

int32_t kept_layers_side(const char *path)
{
    char aside[PATH];
    struct ncfile *f;
    int32_t side;
    path_hidden(path, FILE_ASIDE, aside, PATH);
    if (!is_there(aside) || ncfile_open(aside, &f, NULL))
        return 0;
    if (!subscene_nc_side(f, &side))
        side = 0;
    ncfile_close(f);
    return side;
}

bool kept_layers_has_list(const char *path)
{
    char list[PATH];
    path_hidden(path, LIST, list, PATH);
    return is_there(list);
}

bool kept_layers_subscene(const char *list, char *buf, size_t size)
{
    return path_unhidden(list, LIST, buf, size);
}

/* ---- the list ---- */

/* One name a line. */
static int parse(const char *text, size_t len, struct strlist *names, struct err *e)
{
    if (len == strlen(NO_LAYER) && memcmp(text, NO_LAYER, len) == 0)
        return 0;
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : 0;
        if (n == 0 || n >= CLASS_NAME_SIZE || memchr(text + at, '\0', n))
            return err_set(e, ERR_INPUT, "is damaged: it is no list of class layers");
        int r = strlist_add(names, text + at, n, e);
        if (r)
            return r;
        at += n + 1;
    }
    return names->n > 0 ? 0 : err_set(e, ERR_INPUT, "is damaged: it is empty");
}

int kept_layers_find(const char *path, struct strlist *names, struct err *e)
{
    char list[PATH];
    unsigned char *text;
    size_t len;
    *names = (struct strlist){0};
    path_hidden(path, LIST, list, PATH);
    if (!is_there(list))
        return 0;
    int r = wholefile_read(list, LIST_BYTES_MAX, &text, &len, e);
    if (r)
        return r;
    r = parse((const char *)text, len, names, e);
    free(text);
    if (r == 0)
        return 0;
    strlist_clear(names);
    return err_wrap(e, "%s", list);
}

static int write_list(const char *list, const struct strlist *names, struct err *e)
{
    size_t len = 0;
    if (names->n == 0)
        return outfile_write(list, NO_LAYER, strlen(NO_LAYER), e);
    for (size_t i = 0; i < names->n; i++)
        len += strlen(names->s[i]) + 1;
    char *text = mem_alloc(len + 1, 1), *at = text;
    if (!text)
        return err_nomem(e, len + 1);
    for (size_t i = 0; i < names->n; i++)
        at += sprintf(at, "%s\n", names->s[i]);
    int r = outfile_write(list, text, len, e);
    free(text);
    return r;
}

int kept_layers_set_aside(const char *path, const struct strlist *names,
                          const struct chunk_search_known *known, struct err *e)
{
    char list[PATH], aside[PATH];
    bool is_saved = false;
    path_hidden(path, LIST, list, PATH);
    path_hidden(path, FILE_ASIDE, aside, PATH);
    int r = write_list(list, names, e);
    if (r || !is_there(path))
        return r;
    if (known->row && !known->row->is_altered)
        r = rescue_layers(path, aside, names, known, &is_saved, e);
    if (r)
        return r;
    return is_saved ? outfile_remove(path, e) : outfile_move(path, aside, e);
}

int kept_layers_drop(const char *path, struct err *e)
{
    char list[PATH], aside[PATH];
    path_hidden(path, LIST, list, PATH);
    path_hidden(path, FILE_ASIDE, aside, PATH);
    int r = outfile_remove(aside, e);
    return r ? r : outfile_remove(list, e);
}

/* ---- layers from one file into another ---- */

struct restore {
    const char *path;
    int32_t size;
    struct h5file *aside; /* NULL: it cannot be read */
    struct found_layer *found;
    size_t n;
    struct kept_layers_result *out;
};

/* The reason is kept for the first one. */
static int note_lost(struct restore *s, const char *name, const struct err *why, struct err *e)
{
    if (s->out->lost.n == 0)
        snprintf(s->out->reason, sizeof s->out->reason, "%s", why->msg);
    return strlist_add(&s->out->lost, name, strlen(name), e);
}

static int take_layer(struct restore *s, const char *name, const struct err *no_file, struct err *e)
{
    struct err why = ERR_INIT;
    struct found_layer *to = &s->found[s->n];
    if (!s->aside)
        return note_lost(s, name, no_file, e);
    int r = found_layer_read(s->aside, name, s->size, to, &why);
    if (r == 0) {
        s->n++;
        return 0;
    }
    if (r != ERR_INPUT) {
        *e = why;
        return r;
    }
    return note_lost(s, name, &why, e);
}

static int put_layers(struct restore *s, struct err *e)
{
    struct layer layer[SCHEMA_LAYERS_MAX];
    if (s->n == 0)
        return 0;
    if (s->n > SCHEMA_LAYERS_MAX)
        return err_set(e, ERR_INPUT, "%s: %zu class layers are more than a file can have", s->path,
                       s->n);
    found_layers_order(s->found, s->n, layer);
    s->out->changed = true;
    return layers_put(s->path, layer, s->n, s->size, &s->out->sum, e);
}

/* Names of the class layers in the file; none if it is not there. */
static int list_present(const char *path, struct strlist *names, struct err *e)
{
    struct h5file *f;
    *names = (struct strlist){0};
    int r = h5file_open(path, &f, e);
    if (r)
        return r;
    r = layers_names(f, names, e);
    h5file_close(f);
    return r;
}

static int restore(struct restore *s, const struct strlist *kept, struct err *e)
{
    char aside[PATH];
    struct strlist present;
    struct err no_file = ERR_INIT;
    path_hidden(s->path, FILE_ASIDE, aside, PATH);
    int r = list_present(s->path, &present, e);
    if (r)
        return r;
    if (!is_there(aside))
        err_set(&no_file, ERR_INPUT, "the file with it is gone");
    else if (h5file_open(aside, &s->aside, &no_file))
        s->aside = NULL;
    for (size_t i = 0; r == 0 && i < kept->n; i++)
        if (!strlist_has(&present, kept->s[i]))
            r = take_layer(s, kept->s[i], &no_file, e);
    h5file_close(s->aside);
    strlist_clear(&present);
    return r ? r : put_layers(s, e);
}

/* There is no new file: everything stays as it is. */
static int keep_all(const struct strlist *kept, struct kept_layers_result *out, struct err *e)
{
    snprintf(out->reason, sizeof out->reason, "the subscene is not made");
    for (size_t i = 0; i < kept->n; i++) {
        int r = strlist_add(&out->lost, kept->s[i], strlen(kept->s[i]), e);
        if (r)
            return r;
    }
    return 0;
}

/* The list names only what is still lost. The file set aside stays for these layers. */
static int list_lost(const char *path, const struct strlist *lost, struct err *e)
{
    char list[PATH];
    path_hidden(path, LIST, list, PATH);
    return write_list(list, lost, e);
}

/* An unknown origin is no reason to forget what is known. */
static int record_origins(const struct restore *s, struct layer_origins *origins, const char *file,
                          struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && origins && i < s->n; i++)
        if (s->found[i].origin.source[0])
            r = layer_origins_put(origins, file, s->found[i].map.layer, &s->found[i].origin, e);
    return r;
}

int kept_layers_restore(const char *path, int32_t size, struct layer_origins *origins,
                        const char *file, struct kept_layers_result *out, struct err *e)
{
    struct strlist kept;
    *out = (struct kept_layers_result){0};
    int r = kept_layers_find(path, &kept, e);
    if (r)
        return r;
    if (kept.n == 0)
        return kept_layers_has_list(path) && is_there(path) ? kept_layers_drop(path, e) : 0;
    struct restore s = {.path = path, .size = size, .out = out};
    s.found = mem_zalloc(kept.n, sizeof *s.found);
    if (!s.found)
        r = err_nomem(e, kept.n * sizeof *s.found);
    else
        r = is_there(path) ? restore(&s, &kept, e) : keep_all(&kept, out, e);
    if (r == 0)
        r = record_origins(&s, origins, file, e);
    found_layers_clear(s.found, s.n);
    free(s.found);
    const bool is_shorter = out->lost.n < kept.n;
    strlist_clear(&kept);
    if (r || !is_shorter)
        return r;
    return out->lost.n == 0 ? kept_layers_drop(path, e) : list_lost(path, &out->lost, e);
}
