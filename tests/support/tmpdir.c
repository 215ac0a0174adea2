#include "support/tmpdir.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/folder/walk.h"

static void give_up(const char *what)
{
    perror(what);
    abort();
}

void tmpdir_make(struct tmpdir *t)
{
    const char *base = getenv("TMPDIR");
    snprintf(t->path, sizeof t->path, "%s/subscene-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(t->path))
        give_up(t->path);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

void tmpdir_remove(const struct tmpdir *t)
{
    if (nftw(t->path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        give_up(t->path);
}

char *tmpdir_path(const struct tmpdir *t, const char *name, char buf[1024])
{
    snprintf(buf, 1024, "%s/%s", t->path, name);
    return buf;
}

void tmpdir_write(const struct tmpdir *t, const char *name, const void *data, size_t len)
{
    char path[1024];
    tmpdir_path(t, name, path);
    for (char *c = path + strlen(t->path) + 1; (c = strchr(c, '/')); c++) {
        *c = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            give_up(path);
        *c = '/';
    }
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, len, f) != len || fclose(f) != 0)
        give_up(path);
}

unsigned char *tmpdir_slurp(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    struct stat st;
    if (fstat(fileno(f), &st) != 0)
        give_up(path);
    unsigned char *data = malloc((size_t)st.st_size + 1);
    if (!data || fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
        give_up(path);
    fclose(f);
    data[st.st_size] = '\0';
    *len = (size_t)st.st_size;
    return data;
}

size_t tmpdir_files(const struct tmpdir *t)
{
    struct strlist files;
    struct err e = ERR_INIT;
    if (walk_folder(t->path, &files, &e))
        give_up(e.msg);
    size_t n = files.n;
    strlist_clear(&files);
    return n;
}

bool tmpdir_have(const char *path)
{
    if (access(path, R_OK) == 0)
        return true;
    printf("skipped: %s is not on this machine\n", path);
    return false;
}

struct tmpdir test_dir;

int test_dir_make(void **state)
{
    tmpdir_make(&test_dir);
    *state = &test_dir;
    return 0;
}

int test_dir_remove(void **state)
{
    (void)state;
    tmpdir_remove(&test_dir);
    return 0;
}
