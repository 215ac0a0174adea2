#include "io/folder/walk.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/path.h"
#include "io/source/entries.h"

/* Deeper than any layout; stops a walk in a loop. */
enum { MAX_DEPTH = 64 };

static int walk_into(struct strlist *w, const char *folder, int depth, struct err *e);

static int visit(struct strlist *w, const char *folder, const char *name, int depth, struct err *e)
{
    char path[PATH_MAX];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", folder, name);
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? 0 : err_sys(e, ERR_INPUT, errno, "%s", path);
    if (S_ISDIR(st.st_mode))
        return walk_into(w, path, depth + 1, e);
    return S_ISREG(st.st_mode) ? strlist_add(w, path, strlen(path), e) : 0;
}

static int walk_into(struct strlist *w, const char *folder, int depth, struct err *e)
{
    if (depth > MAX_DEPTH)
        return err_set(e, ERR_INPUT, "%s: folders are nested too deep", folder);
    DIR *d = opendir(folder);
    if (!d)
        return err_sys(e, ERR_INPUT, errno, "%s: cannot read the folder", folder);
    const char *name;
    int r = 0, error = 0;
    while (r == 0 && (name = entries_next(d, &error)) != NULL)
        r = visit(w, folder, name, depth, e);
    if (r == 0 && error)
        r = err_sys(e, ERR_INPUT, error, "%s: cannot read the folder to its end", folder);
    closedir(d);
    return r;
}

int walk_folder(const char *folder, struct strlist *out, struct err *e)
{
    char root[PATH_MAX];
    *out = (struct strlist){0};
    size_t n = path_trimmed_length(folder);
    if (n >= sizeof root)
        return err_set(e, ERR_INPUT, "%s: the path is too long", folder);
    memcpy(root, folder, n);
    root[n] = '\0';
    int r = walk_into(out, root, 0, e);
    if (r)
        strlist_clear(out);
    else
        strlist_sort(out);
    return r;
}

static int match_into(struct strlist *out, const char *folder, const char *pattern, struct err *e);

/* A folder that matches the first part of the pattern. `rest` is the remaining pattern, "" at the
 * end. */
static int take_folder(struct strlist *out, const char *path, const char *rest, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? 0 : err_sys(e, ERR_OUTPUT, errno, "%s", path);
    if (!S_ISDIR(st.st_mode))
        return 0;
    return rest[0] ? match_into(out, path, rest, e) : strlist_add(out, path, strlen(path), e);
}

static int match_into(struct strlist *out, const char *folder, const char *pattern, struct err *e)
{
    char part[PATH_MAX], path[PATH_MAX];
    size_t n = strcspn(pattern, "/");
    if (n >= sizeof part)
        return err_set(e, ERR_OUTPUT, "%s: the pattern is too long", pattern);
    snprintf(part, sizeof part, "%.*s", (int)n, pattern);
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot read the folder", folder);
    const char *name;
    int r = 0, error = 0;
    while (r == 0 && (name = entries_next(d, &error)) != NULL) {
        if (fnmatch(part, name, FNM_PERIOD) != 0)
            continue;
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
            r = err_set(e, ERR_OUTPUT, "%s/%s: the path is too long", folder, name);
        else
            r = take_folder(out, path, pattern + n + (pattern[n] == '/'), e);
    }
    if (r == 0 && error)
        r = err_sys(e, ERR_OUTPUT, error, "%s: cannot read the folder to its end", folder);
    closedir(d);
    return r;
}

int walk_folders(const char *folder, const char *pattern, struct strlist *out, struct err *e)
{
    *out = (struct strlist){0};
    int r = match_into(out, folder, pattern, e);
    if (r)
        strlist_clear(out);
    return r;
}
