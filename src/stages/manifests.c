#include "stages/manifests.h"

#include <stdio.h>
#include <string.h>

#include "io/ncfile.h"
#include "io/schema.h"
#include "io/walk.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool manifests_is(const char *path)
{
    static const char end[] = ".manifest.csv";
    const size_t n = strlen(path), len = sizeof end - 1;
    return strcmp(base_name(path), end + 1) == 0 || (n >= len && strcmp(path + n - len, end) == 0);
}

void manifests_folder(const char *path, char folder[4096])
{
    int n = (int)(base_name(path) - path);
    snprintf(folder, 4096, "%.*s", n > 0 ? n - 1 : 1, n > 0 ? path : ".");
}

void manifests_file(const char *path, const struct manifest_row *row, char file[MANIFESTS_PATH])
{
    char folder[4096];
    manifests_folder(path, folder);
    snprintf(file, MANIFESTS_PATH, "%s/%s", folder, row->file);
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
    char *end = r ? NULL : strstr(product, ".SAFE");
    if (end)
        *end = '\0';
    return r;
}

int manifests_product(const char *path, const struct manifest *m, char product[MANIFESTS_PRODUCT], struct err *e)
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
