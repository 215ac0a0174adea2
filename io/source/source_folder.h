/* The part of io/source/source for plain folders and files, and the message for a root without a
 * product. Private to io/source/source and io/source/wholefile. Threads: any number may call
 * source_folder_pread at once. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_FOLDER_H
#define SUBSCENE_IO_SOURCE_SOURCE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"

/* Other things found in a root, for the error message. Starts as zero. */
struct source_finding {
    bool old_naming;
    bool has_zips; /* only looked for in folders */
};

/* Notes one part of a name. */
void source_finding_note(struct source_finding *f, const char *part);
int source_finding_explain(const struct source_finding *f, const char *path,
                           struct err *e) MUST_CHECK;

/* ERR_INPUT if a file is longer than `max_bytes`. */
int source_check_size(const char *name, uint64_t size, uint64_t max_bytes,
                      struct err *e) MUST_CHECK;

/* Gives a descriptor of the product's folder: `folder`, or the only folder right below it that
 * holds a product. The caller closes it. */
int source_folder_open(const char *folder, int *dir, struct err *e) MUST_CHECK;
bool source_folder_has(int dir, const char *name);

/* Appends the plain files at and below `dir`, unsorted. Follows links to files, not links to
 * folders. */
int source_folder_list(int dir, struct strlist *out, struct err *e) MUST_CHECK;

/* Gives a descriptor of a regular file; the caller closes it. */
int source_folder_file(int dir, const char *name, int *fd, uint64_t *size,
                       struct err *e) MUST_CHECK;

struct source_span {
    uint64_t offset;
    size_t len;
};
int source_folder_pread(int fd, const char *name, void *buf, struct source_span span,
                        struct err *e) MUST_CHECK;

/* True if the file begins like a zip archive, even a truncated one. */
bool source_folder_is_zip(const char *path);

/* True if the file looks like a list of products: it begins with text that is no XML and no
 * JSON. */
bool source_folder_is_list(const char *path);

#endif
