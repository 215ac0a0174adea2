#include "stages/keep/carried_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/path.h"
#include "core/text.h"
#include "io/folder/outfile.h"
#include "io/source/wholefile.h"

enum { LIST_BYTES_MAX = 16 << 20 };

static const char LIST[] = ".carry", ASIDE[] = ".old";

void carried_files_aside(const char *path, char buf[CARRIED_PATH])
{
    path_hidden(path, ASIDE, buf, CARRIED_PATH);
}

bool carried_files_is_aside(const char *path)
{
    char aside[CARRIED_PATH];
    path_hidden(path, ASIDE, aside, CARRIED_PATH);
    return access(aside, F_OK) == 0;
}

bool carried_files_manifest(const char *list, char *buf, size_t size)
{
    return path_unhidden(list, LIST, buf, size);
}

void carried_files_clear(struct carried_files *c)
{
    strlist_clear(&c->path);
    c->digest[0] = '\0';
}

/* ---- the list ---- */

/* A line of `text` from `*at` on; NULL: there is no whole one. */
static const char *next_line(const char *text, size_t len, size_t *at, size_t *n)
{
    const char *line = text + *at, *end = memchr(line, '\n', len - *at);
    *n = end ? (size_t)(end - line) : 0;
    *at += *n + 1;
    return *n > 0 && !memchr(line, '\0', *n) ? line : NULL;
}

/* The digest, then one file a line, as in the manifest. */
static int parse(const char *manifest, const char *text, size_t len, struct carried_files *out,
                 struct err *e)
{
    const int folder = (int)path_folder_length(manifest);
    size_t at = 0, n;
    const char *line = len > 0 ? next_line(text, len, &at, &n) : NULL;
    if (!line || n >= sizeof out->digest)
        return err_set(e, ERR_INPUT, "is damaged: it has no digest of parameters");
    memcpy(out->digest, line, n);
    out->digest[n] = '\0';
    while (at < len) {
        char path[1024];
        line = next_line(text, len, &at, &n);
        if (!line || snprintf(path, sizeof path, "%.*s%.*s", folder, manifest, (int)n, line) >=
                         (int)sizeof path)
            return err_set(e, ERR_INPUT, "is damaged: it is no list of subscenes");
        int r = strlist_add(&out->path, path, strlen(path), e);
        if (r)
            return r;
    }
    return 0;
}

int carried_files_find(const char *manifest, struct carried_files *out, struct err *e)
{
    char list[CARRIED_PATH];
    unsigned char *text;
    size_t len;
    *out = (struct carried_files){0};
    path_hidden(manifest, LIST, list, CARRIED_PATH);
    if (access(list, F_OK) != 0)
        return 0;
    int r = wholefile_read(list, LIST_BYTES_MAX, &text, &len, e);
    if (r)
        return r;
    r = parse(manifest, (const char *)text, len, out, e);
    free(text);
    if (r == 0)
        return 0;
    carried_files_clear(out);
    return err_wrap(e, "%s", list);
}

static int write_list(const char *manifest, const struct carried_files *c, struct err *e)
{
    char list[CARRIED_PATH];
    const size_t folder = path_folder_length(manifest);
    struct text t = {0};
    path_hidden(manifest, LIST, list, CARRIED_PATH);
    text_put(&t, "%s\n", c->digest);
    for (size_t i = 0; i < c->path.n; i++)
        text_put(&t, "%s\n", c->path.s[i] + folder);
    int r = t.failed ? err_nomem(e, t.cap) : outfile_write(list, t.s, t.len, e);
    free(t.s);
    return r;
}

/* ---- the files ---- */

static int set_aside(const char *path, struct err *e)
{
    char aside[CARRIED_PATH];
    path_hidden(path, ASIDE, aside, CARRIED_PATH);
    return access(path, F_OK) == 0 ? outfile_move(path, aside, e) : 0;
}

static int add_new(struct carried_files *to, const struct carried_files *from, struct err *e)
{
    int r = 0;
    memcpy(to->digest, from->digest, sizeof to->digest);
    for (size_t i = 0; r == 0 && i < from->path.n; i++)
        if (!strlist_has(&to->path, from->path.s[i]))
            r = strlist_add(&to->path, from->path.s[i], strlen(from->path.s[i]), e);
    return r;
}

int carried_files_set_aside(const char *manifest, const struct carried_files *c, struct err *e)
{
    struct carried_files all;
    if (c->path.n == 0)
        return 0;
    int r = carried_files_find(manifest, &all, e);
    if (r)
        return r;
    r = add_new(&all, c, e);
    if (r == 0)
        r = write_list(manifest, &all, e);
    for (size_t i = 0; r == 0 && i < c->path.n; i++)
        r = set_aside(c->path.s[i], e);
    carried_files_clear(&all);
    return r;
}

static int remove_list(const char *manifest, struct err *e)
{
    char list[CARRIED_PATH];
    path_hidden(manifest, LIST, list, CARRIED_PATH);
    return outfile_remove(list, e);
}

int carried_files_keep(const char *manifest, const struct carried_files *kept, struct err *e)
{
    struct carried_files all;
    char aside[CARRIED_PATH];
    int r = carried_files_find(manifest, &all, e);
    for (size_t i = 0; r == 0 && i < all.path.n; i++) {
        path_hidden(all.path.s[i], ASIDE, aside, CARRIED_PATH);
        if (!strlist_has(&kept->path, all.path.s[i]))
            r = outfile_remove(aside, e);
    }
    carried_files_clear(&all);
    if (r)
        return r;
    return kept->path.n > 0 ? write_list(manifest, kept, e) : remove_list(manifest, e);
}
