/* The files of an export: written whole, kept if they have other bytes, counted. */
#ifndef SUBSCENE_STAGES_EXPORT_EXPORT_FILES_H
#define SUBSCENE_STAGES_EXPORT_EXPORT_FILES_H

#include "core/jsonout.h"
#include "io/folder/outfile.h"
#include "io/folder/outstream.h"

struct export_files {
    const char *folder; /* the output folder */
    enum outstream_mode mode;
    void (*made)(void *ctx, const char *path); /* a file was made, or would be */
    void *ctx;
    size_t n_made, n_same, n_other; /* by outcome */
    char other[OUTFILE_PATH]; /* the first of n_other */
};

/* Creates a folder below the output folder ("": itself), unless the mode only tries, and removes
 * what killed processes left in it. ERR_OUTPUT, ERR_TEMPORARY. */
int export_files_folder(struct export_files *f, const char *name, struct err *e) MUST_CHECK;

/* "<folder>/<name>". ERR_OUTPUT: it is too long. */
int export_files_path(const struct export_files *f, const char *name, char path[OUTFILE_PATH],
                      struct err *e) MUST_CHECK;

/* Writes a file. ERR_OUTPUT, ERR_TEMPORARY. */
int export_files_put(struct export_files *f, const char *name, const void *data, size_t len,
                     struct err *e) MUST_CHECK;

/* The same for a JSON document, as one line. ERR_TEMPORARY also: its text is incomplete. */
int export_files_put_json(struct export_files *f, const char *name, struct jsonout *j,
                          struct err *e) MUST_CHECK;

/* Counts a file that another one has written. */
void export_files_count(struct export_files *f, const char *name, enum outstream_outcome outcome);

#endif
