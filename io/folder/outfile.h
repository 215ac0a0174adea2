/* Files that are either whole or not there: written aside as `.<name>.part-<tag>` in the same
 * folder, checked on close, renamed. The tag is the process's own among those of all machines
 * (io/host/identity.h).
 *
 * Any thread; two threads never write the same path. */
#ifndef SUBSCENE_IO_FOLDER_OUTFILE_H
#define SUBSCENE_IO_FOLDER_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/err.h"

/* Data that begin at a multiple of this are written past the page cache where the file system can
 * do that (O_DIRECT): nobody reads a file again at once, and its pages would only drive the
 * product's own out. */
enum { OUTFILE_ALIGN = 4096 };

/* Makes `path` hold exactly these bytes, replacing what was there in one step. On an error nothing
 * is left behind and what was there still is. Errors: ERR_TEMPORARY (disk full …), ERR_OUTPUT
 * (permission …). */
int outfile_write(const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

/* The same in two steps, for files that somebody else fills in between: `part` (OUTFILE_PATH bytes)
 * is the name aside, holding `data` now. outfile_commit puts it at `path`, or removes it when that
 * fails; outfile_abandon removes it. */
enum { OUTFILE_PATH = 4096 };
int outfile_begin(const char *path, const void *data, size_t len, char part[OUTFILE_PATH],
                  struct err *e) MUST_CHECK;
int outfile_commit(const char *path, const char *part, struct err *e) MUST_CHECK;
void outfile_abandon(const char *part);

/* The name aside of `path`. */
int outfile_part_path(const char *path, char part[OUTFILE_PATH], struct err *e) MUST_CHECK;

/* Removes a file. That there is none is fine. */
int outfile_remove(const char *path, struct err *e) MUST_CHECK;

/* Removes the file's folder and those above it, as far as they are empty and lie below `root` (with
 * which `path` begins). */
void outfile_remove_empty(const char *path, const char *root);

/* A say in what happens to a folder: between writing a part and putting it in place, and before
 * outfile_remove, every guard of the file's folder is asked; its error is the caller's, and nothing
 * happens to the file. `check` is called from any thread, several at a time. */
struct outfile_guard {
    int (*check)(void *ctx, struct err *e);
    void *ctx;
    int below; /* so many levels of folders below its own it guards too */
    dev_t dev; /* these are set by outfile_guard_add */
    ino_t ino;
    struct outfile_guard *next;
};

/* Guards the folder of `path`, which is there. The struct stays the caller's, and in use until it
 * is removed. ERR_OUTPUT: there is no such folder. */
int outfile_guard_add(struct outfile_guard *g, const char *path, struct err *e) MUST_CHECK;
void outfile_guard_remove(struct outfile_guard *g);

/* Makes the folder and those above it. */
int outfile_make_folders(const char *folder, struct err *e) MUST_CHECK;

/* How much of the folder's path is there: the first so many characters. */
size_t outfile_folders_there(const char *folder);

/* Of a folder in which nothing was made after all: it and those above it go, as far as they are
 * empty, but for the first `there` characters. What cannot be removed stays. */
void outfile_drop_folders(const char *folder, size_t there);

/* Removes the parts in `folder`, other than this process's own, that the filter takes: `name` of
 * the file that it was to be, and the tag of its owner. A folder that does not exist is fine. */
typedef bool outfile_part_filter(void *ctx, const char *name, const char *owner);
int outfile_remove_parts(const char *folder, outfile_part_filter *takes, void *ctx,
                         struct err *e) MUST_CHECK;

/* Those of processes that are certainly gone. */
int outfile_remove_stale(const char *folder, struct err *e) MUST_CHECK;

#endif
