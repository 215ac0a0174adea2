#include "testdata/files.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "core/mem.h"
#include "core/path.h"

int files_path(char out[PATH_MAX], struct err *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(out, PATH_MAX, fmt, ap);
    va_end(ap);
    return n >= 0 && n < PATH_MAX ? 0 : err_set(e, ERR_OUTPUT, "%.200s...: path too long", out);
}

/* ---- list ---- */

static int add_file(struct file_list *l, const char *path, int64_t size, struct err *e)
{
    struct file_entry *more = mem_grown(l->file, l->n, &l->capacity, sizeof *more, e);
    if (!more)
        return ERR_TEMPORARY;
    l->file = more;
    char *copy = mem_strdup(path);
    if (!copy)
        return err_nomem(e, strlen(path));
    l->file[l->n++] = (struct file_entry){copy, size};
    return 0;
}

static int read_folder(struct file_list *l, const char *root, const char *below, struct err *e);

static int read_entry(struct file_list *l, const char *root, const char *path, struct err *e)
{
    char full[PATH_MAX];
    struct stat st;
    if (files_path(full, e, "%s/%s", root, path) != 0)
        return (int)e->code;
    if (lstat(full, &st) != 0)
        return err_sys(e, ERR_OUTPUT, errno, "%s", full);
    return S_ISDIR(st.st_mode) ? read_folder(l, root, path, e) : add_file(l, path, st.st_size, e);
}

static int read_folder(struct file_list *l, const char *root, const char *below, struct err *e)
{
    char path[PATH_MAX];
    if (files_path(path, e, "%s/%s", root, below) != 0)
        return (int)e->code;
    DIR *dir = opendir(path);
    if (!dir)
        return err_sys(e, ERR_OUTPUT, errno, "%s", path);
    int rc = 0;
    for (struct dirent *d; rc == 0 && (errno = 0, d = readdir(dir)) != NULL;) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        rc = files_path(path, e, "%s%s%s", below, below[0] ? "/" : "", d->d_name);
        if (rc == 0)
            rc = read_entry(l, root, path, e);
    }
    if (rc == 0 && errno)
        rc = err_sys(e, ERR_OUTPUT, errno, "%s/%s: cannot read the folder to its end", root, below);
    closedir(dir);
    return rc;
}

static int by_path(const void *a, const void *b)
{
    const struct file_entry *x = a, *y = b;
    return strcmp(x->path, y->path);
}

int file_list_read(struct file_list *l, const char *root, struct err *e)
{
    *l = (struct file_list){0};
    int rc = read_folder(l, root, "", e);
    if (rc == 0)
        qsort(l->file, l->n, sizeof *l->file, by_path);
    return rc;
}

void file_list_clear(struct file_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->file[i].path);
    free(l->file);
    *l = (struct file_list){0};
}

/* ---- folders ---- */

int files_make_folders(const char *path, struct err *e)
{
    char part[PATH_MAX];
    if (strlen(path) >= sizeof part)
        return err_set(e, ERR_OUTPUT, "%s: path too long", path);
    strcpy(part, path);
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", part);
        if (!slash)
            return 0;
        *slash = '/';
    }
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    remove(path);
    return 0;
}

void files_remove(const char *root) { nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* ---- zip ---- */

static int zip_failed(zip_t *zip, const char *path, struct err *e)
{
    return err_set(e, ERR_OUTPUT, "%s: %s", path, zip_strerror(zip));
}

struct zip_job {
    zip_t *zip;
    const char *root, *inside, *path;
    bool deflate_jp2;
};

static int add_to_zip(const struct zip_job *j, const char *file, struct err *e)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (files_path(from, e, "%s/%s", j->root, file) != 0 ||
        files_path(to, e, "%s/%s", j->inside, file) != 0)
        return (int)e->code;
    zip_source_t *source = zip_source_file(j->zip, from, 0, -1);
    if (!source)
        return zip_failed(j->zip, j->path, e);
    zip_int64_t index = zip_file_add(j->zip, to, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return zip_failed(j->zip, j->path, e);
    }
    zip_uint64_t i = (zip_uint64_t)index;
    bool is_jp2 = path_has_suffix(file, ".jp2");
    /* 1 January 2000 in DOS's packing; zip_file_set_mtime would depend on the local time zone */
    const zip_uint16_t dos_date = 20 << 9 | 1 << 5 | 1;
    if (zip_set_file_compression(
            j->zip, i, is_jp2 && !j->deflate_jp2 ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6) != 0 ||
        zip_file_set_dostime(j->zip, i, 0, dos_date, 0) != 0 ||
        zip_file_set_external_attributes(j->zip, i, 0, ZIP_OPSYS_UNIX,
                                         (zip_uint32_t)0100644 << 16) != 0)
        return zip_failed(j->zip, j->path, e);
    return 0;
}

int files_zip(const char *root, const char *inside, const char *path, bool deflate_jp2,
              struct err *e)
{
    struct file_list files;
    int code = 0, rc = file_list_read(&files, root, e);
    if (rc != 0)
        goto clear_files;
    struct zip_job j = {zip_open(path, ZIP_CREATE | ZIP_EXCL, &code), root, inside, path,
                        deflate_jp2};
    if (!j.zip) {
        rc = err_set(e, ERR_OUTPUT, "%s: cannot create a zip (libzip error %d)", path, code);
        goto clear_files;
    }
    for (size_t i = 0; rc == 0 && i < files.n; i++)
        rc = add_to_zip(&j, files.file[i].path, e);
    /* zip_close writes a temporary file beside `path` and renames or removes it */
    if (rc == 0 && zip_close(j.zip) != 0)
        rc = zip_failed(j.zip, path, e);
    if (rc != 0)
        zip_discard(j.zip);
clear_files:
    file_list_clear(&files);
    return rc;
}
