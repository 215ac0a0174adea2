/* Writes files that are either whole or missing. A file is written aside as `.<name>.part-<tag>` in
 * the same folder, checked on close, and renamed. The tag identifies the process among all machines
 * (io/host/identity.h).
 *
 * Any thread; two threads must never write the same path. */
#ifndef SUBSCENE_IO_FOLDER_OUTFILE_H
#define SUBSCENE_IO_FOLDER_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

/* Data whose address is a multiple of this are written past the page cache if the file system
 * supports O_DIRECT. Nobody reads these files again soon, and their pages would push the product's
 * pages out of the cache. */
enum { OUTFILE_ALIGN = 4096 };

/* Makes `path` hold exactly these bytes and replaces an existing file in one step. On an error the
 * existing file stays and no other file is left. Errors: ERR_TEMPORARY (disk full …), ERR_OUTPUT
 * (permission …). */
int outfile_write(const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

/* The same in two steps, for files that other code fills in between.
 *
 * outfile_begin writes `data` to a file aside and gives its name in `part` (OUTFILE_PATH bytes). If
 * it fails, there is no file aside: it could not be created, or was removed again. Then neither
 * outfile_commit nor outfile_abandon may follow, because `part` may name no file of this call.
 * Errors: ERR_OUTPUT (the path is too long, permission …), ERR_TEMPORARY (disk full …).
 *
 * outfile_commit asks the guards (below), syncs the file aside and renames it to `path`. If it
 * fails, it has removed the file aside, and an existing file at `path` has not changed.
 * outfile_abandon removes the file aside. */
enum { OUTFILE_PATH = 4096 };
int outfile_begin(const char *path, const void *data, size_t len, char part[OUTFILE_PATH],
                  struct err *e) MUST_CHECK;
int outfile_commit(const char *path, const char *part, struct err *e) MUST_CHECK;
void outfile_abandon(const char *part);

/* The name of the file aside for `path`. */
int outfile_part_path(const char *path, char part[OUTFILE_PATH], struct err *e) MUST_CHECK;

/* Renames a file within one file system; replaces a file at `to`. On an error nothing has changed.
 * ERR_OUTPUT, ERR_TEMPORARY. */
int outfile_move(const char *from, const char *to, struct err *e) MUST_CHECK;

/* Removes a file. A missing file is no error. */
int outfile_remove(const char *path, struct err *e) MUST_CHECK;

/* Removes the file's folder and the folders above it, as long as they are empty and below `root`.
 * `path` must begin with `root`. */
void outfile_remove_empty(const char *path, const char *root);

/* Controls changes in a folder. Every guard of a file's folder is asked before outfile_remove, and
 * between writing a file aside and renaming it. If `check` fails, the file does not change and the
 * caller gets the error. Several threads may call `check` at the same time. */
struct outfile_guard {
    int (*check)(void *ctx, struct err *e);
    void *ctx;
    int below; /* levels of subfolders that it guards too */
    dev_t dev; /* outfile_guard_add sets these */
    ino_t ino;
    struct outfile_guard *next;
};

/* Guards the folder of `path`, which must exist. The caller keeps the struct, valid until it is
 * removed. ERR_OUTPUT: there is no such folder. */
int outfile_guard_add(struct outfile_guard *g, const char *path, struct err *e) MUST_CHECK;
void outfile_guard_remove(struct outfile_guard *g);

/* Creates the folder and its missing parents. */
int outfile_make_folders(const char *folder, struct err *e) MUST_CHECK;

/* Checks that the folder is there or can be made, as far as permissions tell. Changes nothing.
 * ERR_OUTPUT. */
int outfile_check_folder(const char *folder, struct err *e) MUST_CHECK;

/* The free space in bytes of the folder's file system. The folder need not be there yet.
 * ERR_OUTPUT. */
int outfile_free_bytes(const char *folder, uint64_t *out, struct err *e) MUST_CHECK;

/* The length of the existing beginning of the folder's path, in characters. */
size_t outfile_folders_there(const char *folder);

/* Removes a folder that stayed empty, and the empty folders above it. The first `there` characters
 * of the path stay. Folders that cannot be removed stay. */
void outfile_drop_folders(const char *folder, size_t there);

/* Removes parts (files aside) of other processes in `folder` if the filter returns true. The filter
 * gets the final name of the file and the tag of its owner. A missing folder is no error. */
typedef bool outfile_part_filter(void *ctx, const char *name, const char *owner);
int outfile_remove_parts(const char *folder, outfile_part_filter *takes, void *ctx,
                         struct err *e) MUST_CHECK;

/* Removes the parts of processes that are certainly gone. */
int outfile_remove_stale(const char *folder, struct err *e) MUST_CHECK;

#endif
