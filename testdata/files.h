/* The product on disk: a hidden folder while it is made, renamed when whole; or a zip made of that
 * folder. */
#ifndef SUBSCENE_TESTDATA_FILES_H
#define SUBSCENE_TESTDATA_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct file_list {
    struct file_entry {
        char *path; /* below the root, owned */
        int64_t size;
    } * file;
    size_t n, capacity;
};

/* Regular files below `root`, in the order of their bytes; release with file_list_clear, after a
 * failure too. */
MUST_CHECK int file_list_read(struct file_list *l, const char *root, struct err *e);
void file_list_clear(struct file_list *l);

/* A formatted path; an error when it is too long. */
MUST_CHECK int files_path(char out[PATH_MAX], struct err *e, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* mkdir -p. */
MUST_CHECK int files_make_folders(const char *path, struct err *e);

/* rm -r, as far as it goes. */
void files_remove(const char *root);

/* Zips the files below `root` as <inside>/<path>: JP2 stored (deflated if `deflate_jp2`), the rest
 * deflated; fixed dates and modes, so that the same files give the same bytes. Nothing is left at
 * `path` after a failure. */
MUST_CHECK int files_zip(const char *root, const char *inside, const char *path, bool deflate_jp2,
                         struct err *e);

#endif
