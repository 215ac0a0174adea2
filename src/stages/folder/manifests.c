#include "stages/folder/manifests.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/layout.h"
#include "core/path.h"
#include "core/product.h"
#include "core/text.h"
#include "io/folder/walk.h"
#include "io/netcdf/ncfile.h"
#include "io/netcdf/schema.h"

bool manifests_is(const char *path)
{
    return strcmp(path_base(path), "manifest.csv") == 0 || text_ends_with(path, ".manifest.csv");
}

bool manifests_any(const struct strlist *files)
{
    for (size_t i = 0; i < files->n; i++)
        if (manifests_is(files->s[i]))
            return true;
    return false;
}

bool manifests_is_unreadable(const struct err *why)
{
    return why->sys_errno != 0 && why->sys_errno != ENOENT && why->sys_errno != ENOTDIR;
}

void manifests_folder(const char *path, char folder[4096])
{
    int n = (int)path_folder_length(path);
    snprintf(folder, 4096, "%.*s", n > 0 ? n - 1 : 1, n > 0 ? path : ".");
}

void manifests_file(const char *path, const struct manifest_row *row, char file[MANIFESTS_PATH])
{
    char folder[4096];
    manifests_folder(path, folder);
    snprintf(file, MANIFESTS_PATH, "%s/%s", folder, row->file);
}

/* Removes the last part of a folder's path, which ends with a slash: "a/b/" → "a/", "a/" → "".
 * False: there is none. */
static bool cut_part(char *folder)
{
    size_t n = strlen(folder);
    if (n == 0 || strcmp(folder, "/") == 0)
        return false;
    char *slash = memrchr(folder, '/', n - 1);
    folder[slash ? slash + 1 - folder : 0] = '\0';
    return true;
}

bool manifests_place(const char *file, const char *product, int i, char path[MANIFESTS_PATH])
{
    char folder[MANIFESTS_PATH];
    int n = (int)path_folder_length(file), len = (int)product_name_length(product, strlen(product));
    if (i / 2 > LAYOUT_CELL_FOLDERS_MAX || n >= MANIFESTS_PATH)
        return false;
    snprintf(folder, sizeof folder, "%.*s", n, file);
    for (int up = 0; up < i / 2; up++)
        if (!cut_part(folder))
            return false;
    if (i % 2 == 0) /* the name in a folder of several products */
        n = snprintf(path, MANIFESTS_PATH, "%s%.*s.manifest.csv", folder, len, product);
    else
        n = snprintf(path, MANIFESTS_PATH, "%smanifest.csv", folder);
    return n < MANIFESTS_PATH;
}

bool manifests_of(const char *file, const char *product, char path[MANIFESTS_PATH])
{
    for (int i = 0; manifests_place(file, product, i, path); i++)
        if (access(path, F_OK) == 0)
            return true;
    return false;
}

int manifests_find(const char *folder, struct strlist *out, struct err *e)
{
    struct strlist files;
    *out = (struct strlist){0};
    int r = walk_folder(folder, &files, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < files.n; i++)
        if (manifests_is(files.s[i]))
            r = strlist_add(out, files.s[i], strlen(files.s[i]), e);
    strlist_clear(&files);
    if (r == 0 && out->n == 0)
        r = err_set(e, ERR_INPUT, "%s: there is no manifest.csv below it", folder);
    if (r)
        strlist_clear(out);
    return r;
}

static int read_product(const char *file, char product[MANIFESTS_PRODUCT], struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(file, &f, e);
    if (r)
        return r;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, product, MANIFESTS_PRODUCT))
        r = err_set(e, ERR_INPUT, "%s: has no product_name", file);
    ncfile_close(f);
    if (r == 0)
        product[product_name_length(product, strlen(product))] = '\0';
    return r;
}

int manifests_product(const char *path, const struct manifest *m, char product[MANIFESTS_PRODUCT],
                      struct err *e)
{
    int r = err_set(e, ERR_INPUT, "the manifest names no file");
    for (size_t i = 0; i < m->n; i++) {
        char file[MANIFESTS_PATH];
        manifests_file(path, &m->row[i], file);
        r = read_product(file, product, e);
        if (r != ERR_INPUT)
            return r;
    }
    return err_wrap(e, "%s: its product is not known", path);
}
