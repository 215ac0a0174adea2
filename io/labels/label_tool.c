#include "io/labels/label_tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/folder/walk.h"
#include "io/source/wholefile.h"

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
    path_trim(f->path);
    struct stat st;
    bool is_folder = stat(f->path, &st) == 0 && S_ISDIR(st.st_mode);
    int r =
        !is_folder && source_is_archive(f->path) ? source_open_archive(f->path, &f->archive, e) : 0;
    if (r)
        label_folder_destroy(f);
    else
        *out = f;
    return r;
}

void label_folder_destroy(void *folder)
{
    struct label_folder *f = folder;
    strlist_clear(&f->files);
    source_close(f->archive);
    free(f->path);
    free(f);
}

int label_folder_name(const struct label_folder *f, const char *file, char name[LABEL_NAME_SIZE],
                      struct err *e)
{
    const char *between = !file[0] ? "" : f->archive ? ": " : "/";
    if ((size_t)snprintf(name, LABEL_NAME_SIZE, "%s%s%s", f->path, between, file) >=
        LABEL_NAME_SIZE)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", f->path, file);
    return 0;
}

int label_folder_read(const struct label_folder *f, const char *file, size_t max_bytes,
                      unsigned char **data, size_t *len, struct err *e)
{
    char name[LABEL_NAME_SIZE];
    int r = label_folder_name(f, file, name, e);
    if (r)
        return r;
    if (!f->archive)
        return wholefile_read(name, max_bytes, data, len, e);
    r = source_read(f->archive, file, max_bytes, data, len, e);
    return r ? err_wrap(e, "%s", f->path) : 0;
}

static bool is_resource_fork(const char *path)
{
    static const char folder[] = "__MACOSX/";
    return strncmp(path, folder, sizeof folder - 1) == 0;
}

int label_folder_find(struct label_folder *f, bool (*is_one)(const char *path), const char *what,
                      struct err *e)
{
    struct strlist all;
    size_t skip = f->archive ? 0 : strlen(f->path) + 1;
    int r = f->archive ? source_list(f->archive, &all, e) : walk_folder(f->path, &all, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < all.n; i++)
        if (is_one(all.s[i]) && !(f->archive && is_resource_fork(all.s[i])))
            r = strlist_add(&f->files, all.s[i] + skip, strlen(all.s[i]) - skip, e);
    strlist_clear(&all);
    if (r == 0 && f->files.n == 0)
        r = err_set(e, ERR_INPUT, "%s: there is no %s %s it", f->path, what,
                    f->archive ? "in" : "below");
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

bool label_folder_has(const struct label_folder *f, const char *file)
{
    char name[LABEL_NAME_SIZE];
    struct err ignored = ERR_INIT;
    struct stat st;
    if (f->archive)
        return source_has(f->archive, file);
    return label_folder_name(f, file, name, &ignored) == 0 && stat(name, &st) == 0 &&
           S_ISREG(st.st_mode);
}
