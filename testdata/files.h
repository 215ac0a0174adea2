/* The product on disk: a hidden folder while it is written, renamed when complete; or a zip of that
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
        char *path; /* relative to the root, owned */
        int64_t size;
    } * file;
    size_t n, capacity;
};

/* Lists the regular files below `root`, sorted by bytes. Always release the list with
 * file_list_clear, after an error too. */
MUST_CHECK int file_list_read(struct file_list *l, const char *root, struct err *e);
void file_list_clear(struct file_list *l);

/* Formats a path. It is an error if the path is too long. */
MUST_CHECK int files_path(char out[PATH_MAX], struct err *e, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Like mkdir -p. */
MUST_CHECK int files_make_folders(const char *path, struct err *e);

/* Like rm -r; ignores errors. */
void files_remove(const char *root);

/* Zips the files below `root` as <inside>/<path>. JP2 files are stored (deflated if `deflate_jp2`),
 * the rest is deflated. Dates and modes are fixed, so the same files give the same bytes. After an
 * error there is no file at `path`. */
MUST_CHECK int files_zip(const char *root, const char *inside, const char *path, bool deflate_jp2,
                         struct err *e);

#endif
