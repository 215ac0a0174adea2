#include "io/folder/layer_origins.h"

#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "io/folder/outfile.h"
#include "io/source/wholefile.h"

enum { PATH = 4400, FILE_SIZE = 256, FIELDS = 6, MAX_FILE_BYTES = 1 << 30 };

static const char HEADER[] = "file,layer,source,source_digest,class_map,class_map_digest";

struct row {
    char file[FILE_SIZE], layer[CLASS_NAME_SIZE];
    struct class_origin origin;
};

struct layer_origins {
    char path[PATH];
    pthread_mutex_t lock; /* guards what follows */
    struct row **row; /* owned */
    size_t n, cap;
    void *tree; /* the rows, for tsearch */
    bool changed;
};

static int by_file_and_layer(const void *a, const void *b)
{
    const struct row *s = a, *t = b;
    int r = strcmp(s->file, t->file);
    return r ? r : strcmp(s->layer, t->layer);
}

static int by_row(const void *a, const void *b)
{
    return by_file_and_layer(*(struct row *const *)a, *(struct row *const *)b);
}

/* "x/manifest.csv" → "x/layers.csv", "x/y.manifest.csv" → "x/y.layers.csv" */
static int find_path(const char *manifest, char path[PATH], struct err *e)
{
    static const char end[] = "manifest.csv";
    size_t n = strlen(manifest) - (sizeof end - 1);
    if (snprintf(path, PATH, "%.*slayers.csv", (int)n, manifest) >= PATH)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", manifest);
    return 0;
}

/* ---- rows ---- */

static struct row *find(const struct layer_origins *o, const char *file, const char *layer)
{
    struct row key;
    snprintf(key.file, sizeof key.file, "%s", file);
    snprintf(key.layer, sizeof key.layer, "%s", layer);
    void *const *found = tfind(&key, &o->tree, by_file_and_layer);
    return found ? *found : NULL;
}

static int add(struct layer_origins *o, const struct row *row, struct err *e)
{
    struct row **grown = mem_grown(o->row, o->n, &o->cap, sizeof *o->row, e);
    if (!grown)
        return ERR_TEMPORARY;
    o->row = grown;
    struct row *own = mem_alloc(1, sizeof *own);
    if (!own)
        return err_nomem(e, sizeof *own);
    *own = *row;
    if (!tsearch(own, &o->tree, by_file_and_layer)) {
        free(own);
        return err_nomem(e, sizeof *own);
    }
    o->row[o->n++] = own;
    return 0;
}

static bool same_origin(const struct class_origin *a, const struct class_origin *b)
{
    return strcmp(a->source, b->source) == 0 && strcmp(a->digest, b->digest) == 0 &&
           strcmp(a->map, b->map) == 0 && strcmp(a->map_digest, b->map_digest) == 0;
}

bool layer_origins_find(struct layer_origins *o, const char *file, const char *layer,
                        struct class_origin *out)
{
    pthread_mutex_lock(&o->lock);
    const struct row *row = find(o, file, layer);
    if (row)
        *out = row->origin;
    pthread_mutex_unlock(&o->lock);
    return row != NULL;
}

/* A text from a file of unknown origin becomes one field. */
static void make_field(char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < ' ' || *s == ',' || *s == '"')
            *s = '_';
}

int layer_origins_put(struct layer_origins *o, const char *file, const char *layer,
                      const struct class_origin *origin, struct err *e)
{
    int r = 0;
    struct row new = {.origin = *origin};
    snprintf(new.file, sizeof new.file, "%s", file);
    snprintf(new.layer, sizeof new.layer, "%s", layer);
    make_field(new.origin.source);
    make_field(new.origin.digest);
    make_field(new.origin.map);
    make_field(new.origin.map_digest);
    pthread_mutex_lock(&o->lock);
    struct row *row = find(o, file, layer);
    o->changed |= !row || !same_origin(&row->origin, &new.origin);
    if (row)
        row->origin = new.origin;
    else
        r = add(o, &new, e);
    pthread_mutex_unlock(&o->lock);
    return r;
}

/* ---- the file ---- */

static bool take(const char **at, char *buf, size_t size)
{
    size_t n = strcspn(*at, ",\n");
    if (n >= size)
        return false;
    memcpy(buf, *at, n);
    buf[n] = '\0';
    *at += n;
    return true;
}

/* Reads the row at `at`; NULL: it is none. Otherwise the start of the next line. */
static const char *parse_row(const char *at, struct row *row)
{
    struct class_origin *o = &row->origin;
    const struct {
        char *buf;
        size_t size;
    } field[FIELDS] = {{row->file, sizeof row->file}, {row->layer, sizeof row->layer},
                       {o->source, sizeof o->source}, {o->digest, sizeof o->digest},
                       {o->map, sizeof o->map},       {o->map_digest, sizeof o->map_digest}};
    for (int i = 0; i < FIELDS; i++) {
        if (!take(&at, field[i].buf, field[i].size) || *at != (i + 1 < FIELDS ? ',' : '\n'))
            return NULL;
        at++;
    }
    return row->file[0] && row->layer[0] ? at : NULL;
}

static int parse(struct layer_origins *o, const char *text, struct err *e)
{
    const size_t n = sizeof HEADER - 1;
    if (strncmp(text, HEADER, n) != 0 || text[n] != '\n')
        return err_set(e, ERR_INPUT, "line 1 is not the header of a layers.csv");
    int line = 1;
    for (const char *at = text + n + 1; *at;) {
        struct row row;
        line++;
        at = parse_row(at, &row);
        if (!at || find(o, row.file, row.layer))
            return err_set(e, ERR_INPUT, "line %d is not a row of a layers.csv", line);
        int r = add(o, &row, e);
        if (r)
            return r;
    }
    return 0;
}

static void clear_rows(struct layer_origins *o)
{
    for (size_t i = 0; i < o->n; i++) {
        tdelete(o->row[i], &o->tree, by_file_and_layer);
        free(o->row[i]);
    }
    o->n = 0;
}

static int read_rows(struct layer_origins *o, struct err *e)
{
    struct err why = ERR_INIT;
    unsigned char *text;
    size_t len;
    int r = wholefile_read(o->path, MAX_FILE_BYTES, &text, &len, &why);
    if (r == 0) {
        r = strlen((char *)text) == len ? parse(o, (char *)text, &why)
                                        : err_set(&why, ERR_INPUT, "it has a NUL byte");
        free(text);
        if (r)
            err_wrap(&why, "%s", o->path);
    }
    if (r == ERR_INPUT) {
        clear_rows(o);
        if (why.sys_errno != ENOENT && why.sys_errno != ENOTDIR)
            log_message(LOG_WARNING, "", "%s; its rows are not used", why.msg);
        return 0;
    }
    if (r)
        *e = why;
    return r;
}

int layer_origins_read(const char *manifest, struct layer_origins **out, struct err *e)
{
    struct layer_origins *o = mem_zalloc(1, sizeof *o);
    if (!o)
        return err_nomem(e, sizeof *o);
    pthread_mutex_init(&o->lock, NULL);
    int r = find_path(manifest, o->path, e);
    if (r == 0)
        r = read_rows(o, e);
    if (r)
        layer_origins_destroy(o);
    else
        *out = o;
    return r;
}

void layer_origins_destroy(struct layer_origins *o)
{
    if (!o)
        return;
    clear_rows(o);
    free(o->row);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

int layer_origins_save(struct layer_origins *o, struct err *e)
{
    struct text t = {0};
    if (!o->changed)
        return 0;
    qsort(o->row, o->n, sizeof *o->row, by_row);
    text_put(&t, "%s\n", HEADER);
    for (size_t i = 0; i < o->n; i++) {
        const struct row *w = o->row[i];
        text_put(&t, "%s,%s,%s,%s,%s,%s\n", w->file, w->layer, w->origin.source, w->origin.digest,
                 w->origin.map, w->origin.map_digest);
    }
    int r = t.failed ? err_nomem(e, t.cap * 2) : outfile_write(o->path, t.s, t.len, e);
    free(t.s);
    o->changed &= r != 0;
    return r;
}
