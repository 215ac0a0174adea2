/* Locks a product's output folder for this process (io/folder/lock.h), or the product's part of a
 * folder that several products share. A job holds the lock from its last survey of the folder until
 * it has written everything. Reading needs no lock. */
#ifndef SUBSCENE_STAGES_FOLDER_FOLDER_LOCK_H
#define SUBSCENE_STAGES_FOLDER_FOLDER_LOCK_H

#include "core/strlist.h"
#include "io/folder/lock.h"
#include "stages/folder/subscene.h"

enum { FOLDER_LOCK_PATH = 4400 };

struct folder_lock;

/* Makes the folder, takes its lock, and removes parts that other processes wrote aside for the
 * product. A thread renews the lock, because one call of the work may take minutes (a survey, a
 * checksum, a slow disk). A takeover is logged as a warning. `*out` is NULL before. The caller
 * closes it with folder_lock_close, also after an error. Errors: ERR_TEMPORARY (another process has
 * the lock), ERR_OUTPUT. */
int folder_lock_open(const struct subscene_job *job, const struct lock_options *o,
                     struct folder_lock **out, struct err *e) MUST_CHECK;

/* The path of the lock for an existing subscene file of `product` (with or without ".SAFE"). The
 * lock is in the file's folder, or in a folder above it if subscenes have their own folders
 * (manifests_place). */
int folder_lock_path(const char *file, const char *product, char path[FOLDER_LOCK_PATH],
                     struct err *e) MUST_CHECK;

/* The path of the lock for the files of a manifest, which need not be there. */
int folder_lock_of_manifest(const char *manifest, char path[FOLDER_LOCK_PATH],
                            struct err *e) MUST_CHECK;

/* True if the path has the name of such a lock. */
bool folder_lock_is(const char *path);

/* The locks of several files, and the files' folders. Starts as zeros. */
struct folder_lock_places {
    struct strlist locks, folders;
};
void folder_lock_places_clear(struct folder_lock_places *p);

/* Adds the lock at the path `lock`, for a file that will change. ERR_TEMPORARY. */
int folder_lock_add(struct folder_lock_places *p, const char *lock, const char *file,
                    struct err *e) MUST_CHECK;

/* Takes all these locks as one. Without locks `*out` is NULL. Parts of another process are removed
 * only if that process is gone or its lock was taken over, because the files of a lock are unknown
 * here. `*out` and errors as folder_lock_open. */
int folder_lock_open_places(struct folder_lock_places *p, const struct lock_options *o,
                            struct folder_lock **out, struct err *e) MUST_CHECK;

/* Checks that this process still has the lock. Any thread. Errors as lock_check. */
int folder_lock_check(struct folder_lock *h, struct err *e) MUST_CHECK;

/* Releases the lock. `h` may be NULL. */
void folder_lock_close(struct folder_lock *h);

/* For a job with nothing to make: removes the leftovers of a killed process, unless another process
 * has the lock. Errors are only logged. */
void folder_lock_tidy(const struct subscene_job *job, const struct lock_options *o);

#endif
