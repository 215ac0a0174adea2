/* Files that are written piece by piece and do not replace others silently: whole or missing, as
 * with io/folder/outfile.h. Each piece is compared with the file that is there, so the result tells
 * whether its bytes would change. One thread may use a stream. */
#ifndef SUBSCENE_IO_FOLDER_OUTSTREAM_H
#define SUBSCENE_IO_FOLDER_OUTSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct outstream;

enum outstream_mode {
    OUTSTREAM_KEEP, /* a file with other bytes stays */
    OUTSTREAM_REPLACE, /* it is replaced in one step */
    OUTSTREAM_TRY_KEEP, /* writes nothing, only tells what KEEP would do */
    OUTSTREAM_TRY_REPLACE
};

enum outstream_outcome {
    OUTSTREAM_MADE, /* there is a new file, or would be */
    OUTSTREAM_SAME, /* the file had these bytes; it is not touched */
    OUTSTREAM_OTHER /* a file with other bytes stays */
};

/* Begins the file at `path`, whose folder exists, unless the mode only tries. Errors: ERR_OUTPUT,
 * ERR_TEMPORARY. */
int outstream_open(const char *path, enum outstream_mode mode, struct outstream **out,
                   struct err *e) MUST_CHECK;

/* Appends bytes. After an error the stream can only be abandoned. */
int outstream_add(struct outstream *s, const void *data, size_t len, struct err *e) MUST_CHECK;

/* The number of bytes so far. */
uint64_t outstream_length(const struct outstream *s);

/* Ends the file, and frees the stream, also after an error. On an error nothing has changed. */
int outstream_close(struct outstream *s, enum outstream_outcome *outcome, struct err *e) MUST_CHECK;

/* Discards the file and frees the stream; NULL is fine. */
void outstream_abandon(struct outstream *s);

/* A whole file at once. */
int outstream_put(const char *path, enum outstream_mode mode, const void *data, size_t len,
                  enum outstream_outcome *outcome, struct err *e) MUST_CHECK;

#endif
