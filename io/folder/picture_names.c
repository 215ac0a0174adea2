#include "io/folder/picture_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/source/entries.h"

static const char TILE[] = "_tile_", END[] = ".png";

struct picture_names_entry {
    int32_t x, y;
    size_t what; /* index into picture_names.what */
};

int picture_names_path(const struct picture_names_cell *c, const char *what,
                       char path[PICTURE_NAMES_PATH], struct err *e)
{
    int n =
        snprintf(path, PICTURE_NAMES_PATH, "%.*s%s_%s%s%d_%d%s", (int)path_folder_length(c->file),
                 c->file, c->stem, what, TILE, (int)c->x, (int)c->y, END);
    return n > 0 && n < PICTURE_NAMES_PATH
               ? 0
               : err_set(e, ERR_OUTPUT, "%s: the path is too long", c->file);
}

int picture_names_pattern(const char *stem, char *buf, size_t size, struct err *e)
{
    int n = snprintf(buf, size, "%s_*%s[0-9]*_[0-9]*%s", stem, TILE, END);
    return n > 0 && (size_t)n < size ? 0 : err_set(e, ERR_OUTPUT, "%s: the name is too long", stem);
}

/* ---- existing pictures ---- */

static int by_place(const void *a, const void *b)
{
    const struct picture_names_entry *s = a, *t = b;
    return s->y != t->y ? (s->y > t->y) - (s->y < t->y) : (s->x > t->x) - (s->x < t->x);
}

/* Reads a decimal number at *s. It must be written as the program writes it: "01" is rejected. */
static bool take_number(const char **s, int32_t *v)
{
    char *end, again[16];
    if (**s < '0' || **s > '9')
        return false;
    long n = strtol(*s, &end, 10);
    int len = snprintf(again, sizeof again, "%ld", n);
    if (n > 1000000 || end - *s != len)
        return false;
    *s = end;
    *v = (int32_t)n;
    return true;
}

/* Splits a picture's name. The band or layer is the `len` characters at `what`. */
static bool parse(const char *name, const char *stem, struct picture_names_entry *out,
                  const char **what, size_t *len)
{
    size_t n = strlen(stem);
    if (strncmp(name, stem, n) != 0 || name[n] != '_')
        return false;
    *what = name + n + 1;
    const char *tile = NULL;
    for (const char *s = *what; (s = strstr(s, TILE)) != NULL; s++)
        tile = s;
    if (!tile || tile == *what)
        return false;
    *len = (size_t)(tile - *what);
    const char *at = tile + sizeof TILE - 1;
    if (!take_number(&at, &out->x) || *at++ != '_' || !take_number(&at, &out->y))
        return false;
    return strcmp(at, END) == 0;
}

/* The index of a name, which is added if it is new. The list is short: one name per band and
 * layer. */
static int index_of(struct picture_names *g, const char *what, size_t len, size_t *out,
                    struct err *e)
{
    for (*out = 0; *out < g->what.n; ++*out)
        if (strncmp(g->what.s[*out], what, len) == 0 && g->what.s[*out][len] == '\0')
            return 0;
    return strlist_add(&g->what, what, len, e);
}

static int take_name(struct picture_names *g, const char *name, const char *stem, struct err *e)
{
    struct picture_names_entry entry;
    const char *what;
    size_t len;
    if (!parse(name, stem, &entry, &what, &len))
        return 0;
    struct picture_names_entry *grown = mem_grown(g->entry, g->n, &g->cap, sizeof *g->entry, e);
    if (!grown)
        return ERR_TEMPORARY;
    g->entry = grown;
    int r = index_of(g, what, len, &entry.what, e);
    if (r == 0)
        g->entry[g->n++] = entry;
    return r;
}

static int read_folder(struct picture_names *g, const char *stem, struct err *e)
{
    const char *folder = g->folder[0] ? g->folder : ".";
    const char *name;
    int r = 0, error = 0;
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot read the folder", folder);
    while (r == 0 && (name = entries_next(d, &error)) != NULL)
        r = take_name(g, name, stem, e);
    if (r == 0 && error)
        r = err_sys(e, ERR_OUTPUT, error, "%s: cannot read the folder to its end", folder);
    closedir(d);
    if (g->n > 0)
        qsort(g->entry, g->n, sizeof *g->entry, by_place);
    return r;
}

int picture_names_look(struct picture_names *g, const struct picture_names_cell *c, struct err *e)
{
    char folder[PICTURE_NAMES_PATH];
    int n = snprintf(folder, sizeof folder, "%.*s", (int)path_folder_length(c->file), c->file);
    if (n < 0 || (size_t)n >= sizeof folder)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", c->file);
    if (g->is_read && strcmp(g->folder, folder) == 0)
        return 0;
    picture_names_clear(g);
    memcpy(g->folder, folder, sizeof folder);
    int r = read_folder(g, c->stem, e);
    g->is_read = r == 0;
    return r;
}

/* The first picture of the cell, or NULL. */
static const struct picture_names_entry *first_of(const struct picture_names *g,
                                                  const struct picture_names_cell *c)
{
    const struct picture_names_entry key = {.x = c->x, .y = c->y};
    const struct picture_names_entry *at =
        g->n ? bsearch(&key, g->entry, g->n, sizeof key, by_place) : NULL;
    while (at && at > g->entry && by_place(at - 1, &key) == 0)
        at--;
    return at;
}

static const struct picture_names_entry *next_of(const struct picture_names *g,
                                                 const struct picture_names_entry *at)
{
    return at + 1 < g->entry + g->n && by_place(at, at + 1) == 0 ? at + 1 : NULL;
}

bool picture_names_has(const struct picture_names *g, const struct picture_names_cell *c,
                       const char *what)
{
    for (const struct picture_names_entry *at = first_of(g, c); at; at = next_of(g, at))
        if (strcmp(g->what.s[at->what], what) == 0)
            return true;
    return false;
}

int picture_names_list(const struct picture_names *g, const struct picture_names_cell *c,
                       struct strlist *paths, struct err *e)
{
    int r = 0;
    for (const struct picture_names_entry *at = first_of(g, c); r == 0 && at; at = next_of(g, at)) {
        char path[PICTURE_NAMES_PATH];
        r = picture_names_path(c, g->what.s[at->what], path, e);
        if (r == 0)
            r = strlist_add(paths, path, strlen(path), e);
    }
    return r;
}

void picture_names_clear(struct picture_names *g)
{
    free(g->entry);
    strlist_clear(&g->what);
    *g = (struct picture_names){0};
}
