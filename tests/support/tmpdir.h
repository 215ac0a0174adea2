/* A folder of one test's own, and whole files in and out. Every function aborts the test program
 * when it fails. */
#ifndef SUBSCENE_TESTS_SUPPORT_TMPDIR_H
#define SUBSCENE_TESTS_SUPPORT_TMPDIR_H

#include <stdbool.h>
#include <stddef.h>

struct tmpdir {
    char path[256];
};

void tmpdir_make(struct tmpdir *t);

/* With all that is in it. */
void tmpdir_remove(const struct tmpdir *t);

/* "<folder>/<name>" in `buf`, which is returned. */
char *tmpdir_path(const struct tmpdir *t, const char *name, char buf[1024]);

/* Writes a file, and the folders in its name. */
void tmpdir_write(const struct tmpdir *t, const char *name, const void *data, size_t len);

/* The whole of any file, with a NUL behind it; freed with free(). NULL when there is none. */
unsigned char *tmpdir_slurp(const char *path, size_t *len);

/* How many plain files are in it and below, hidden ones too. */
size_t tmpdir_files(const struct tmpdir *t);

/* Is the test data of the machine there (beside the source folder, not part of the project)? */
bool tmpdir_have(const char *path);

/* The folder of a whole test program, for cmocka's set-up and tear-down. `*state` becomes it. */
extern struct tmpdir test_dir;
int test_dir_make(void **state);
int test_dir_remove(void **state);

#endif
