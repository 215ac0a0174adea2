#include "stages/folder/folder_parts.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "io/folder/outfile.h"
#include "io/folder/walk.h"

enum { FOLDER_PATH = 4400 };

static bool equals(const char *wanted, const char *text)
{
    return wanted && strcmp(wanted, text) == 0;
}

static bool matches(const char *pattern, const char *name)
{
    return pattern && fnmatch(pattern, name, 0) == 0;
}

/* An outfile_part_filter. */
static bool takes(void *ctx, const char *name, const char *owner)
{
    struct folder_parts *p = ctx;
    bool is_ours = equals(p->lock, name) || equals(p->manifest, name) || matches(p->files, name) ||
                   matches(p->pictures, name) || equals(p->owner, owner);
    p->found |= is_ours;
    return is_ours && !p->only_look;
}

static int remove_in(const char *folder, struct folder_parts *p, struct err *e)
{
    int r = outfile_remove_parts(folder, takes, p, e);
    return r || p->only_look ? r : outfile_remove_stale(folder, e);
}

/* The index of the first folder that may lie below `folder`, which ends with a slash. */
static size_t first_below(const struct strlist *folders, const char *folder)
{
    size_t low = 0, high = folders->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(folders->s[mid], folder) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* In those of p->folders that lie below `folder`. */
static int remove_in_listed(const char *folder, struct folder_parts *p, struct err *e)
{
    const struct strlist *folders = p->folders;
    size_t len = strlen(folder);
    for (size_t i = first_below(folders, folder);
         i < folders->n && strncmp(folders->s[i], folder, len) == 0; i++) {
        int r = remove_in(folders->s[i], p, e);
        if (r)
            return r;
    }
    return 0;
}

/* In the folders that match p->subfolders. A killed process may have left them empty. */
static int remove_in_matching(const char *folder, struct folder_parts *p, struct err *e)
{
    struct strlist folders;
    int r = walk_folders(folder, p->subfolders, &folders, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < folders.n; i++) {
        char inside[FOLDER_PATH + 2];
        r = remove_in(folders.s[i], p, e);
        snprintf(inside, sizeof inside, "%s/.", folders.s[i]);
        if (r == 0 && !p->only_look)
            outfile_remove_empty(inside, folder);
    }
    strlist_clear(&folders);
    return r;
}

int folder_parts_remove(const char *folder, struct folder_parts *p, struct err *e)
{
    const char *path = folder[0] ? folder : ".";
    int r = remove_in(path, p, e);
    if (r)
        return r;
    if (p->folders)
        r = remove_in_listed(folder, p, e);
    if (r)
        return r;
    return p->subfolders ? remove_in_matching(path, p, e) : 0;
}
