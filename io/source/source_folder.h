/* The part of io/source/source that works on plain folders and files, and the words for a root that
 * holds no product. Private to io/source/source and io/source/wholefile. Threads:
 * source_folder_pread from any number at once. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_FOLDER_H
#define SUBSCENE_IO_SOURCE_SOURCE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"

/* What else was met in a root, so that the error can say it. Zero is the start. */
struct source_finding {
    bool old_naming;
};

/* The last part of a path. */
const char *source_last_part(const char *path);

/* Looks at one part of a name. */
void source_finding_note(struct source_finding *f, const char *part);
int source_finding_explain(const struct source_finding *f, const char *path,
                           struct err *e) MUST_CHECK;

/* ERR_INPUT when a file is longer than is allowed. */
int source_check_size(const char *name, uint64_t size, uint64_t max_bytes,
                      struct err *e) MUST_CHECK;

/* A descriptor of a folder that holds a product, or whose only product is in a folder right below
 * it: then that one's. The caller closes it. */
int source_folder_open(const char *folder, int *dir, struct err *e) MUST_CHECK;
bool source_folder_has(int dir, const char *name);

/* Appends the plain files at and below it, in no order; links to files count, links to folders are
 * not followed. */
int source_folder_list(int dir, struct strlist *out, struct err *e) MUST_CHECK;

/* A descriptor of a regular file; the caller closes it. */
int source_folder_file(int dir, const char *name, int *fd, uint64_t *size,
                       struct err *e) MUST_CHECK;

struct source_span {
    uint64_t offset;
    size_t len;
};
int source_folder_pread(int fd, const char *name, void *buf, struct source_span span,
                        struct err *e) MUST_CHECK;

/* Does the file begin like a zip archive, whole or not? */
bool source_folder_is_zip(const char *path);

#endif
