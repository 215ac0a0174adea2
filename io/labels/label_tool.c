#include "io/labels/label_tool.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/folder/walk.h"

int label_folder_create(const char *path, const struct class_map *map, struct label_folder **out,
                        struct err *e)
{
    struct label_folder *f = mem_zalloc(1, sizeof *f);
    char *copy = mem_strdup(path);
    if (!f || !copy) {
        free(f);
        free(copy);
        return err_nomem(e, sizeof *f + strlen(path));
    }
    *f = (struct label_folder){.map = map, .path = copy};
    *out = f;
    return 0;
}

void label_folder_destroy(void *folder)
{
    struct label_folder *f = folder;
    strlist_clear(&f->files);
    free(f->path);
    free(f);
}

int label_folder_find(struct label_folder *f, bool (*is_one)(const char *path), const char *what,
                      struct err *e)
{
    struct strlist all;
    path_trim(f->path);
    size_t skip = strlen(f->path) + 1;
    int r = walk_folder(f->path, &all, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < all.n; i++)
        if (is_one(all.s[i]))
            r = strlist_add(&f->files, all.s[i] + skip, strlen(all.s[i]) - skip, e);
    strlist_clear(&all);
    if (r == 0 && f->files.n == 0)
        r = err_set(e, ERR_INPUT, "%s: there is no %s below it", f->path, what);
    return r;
}

int label_folder_check(const struct label_folder *f,
                       int (*check)(const struct label_folder *f, const char *file, struct err *e),
                       struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < f->files.n; i++)
        r = check(f, f->files.s[i], e);
    return r;
}

size_t label_folder_count(const void *folder)
{
    return ((const struct label_folder *)folder)->files.n;
}
