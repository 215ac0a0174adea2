/* A product's output folder, or its part of one that several products share, held by this process
 * (io/folder/lock.h): from before it is looked at for the last time until all is written. Reading
 * needs no hold. */
#ifndef SUBSCENE_STAGES_FOLDER_FOLDER_LOCK_H
#define SUBSCENE_STAGES_FOLDER_FOLDER_LOCK_H

#include "core/strlist.h"
#include "io/folder/lock.h"
#include "stages/folder/subscene.h"

enum { FOLDER_LOCK_PATH = 4400 };

struct folder_lock;

/* Makes the folder, takes its lock, removes what others have written aside for the product, and
 * keeps the lock renewed from a thread: not from the work itself, which may spend minutes in one
 * call (a survey, a checksum, a disk that is slow) and is no less alive for it. A warning tells
 * when the lock was taken over. `*out` (NULL before) is closed with folder_lock_close, also after
 * an error. Errors: ERR_TEMPORARY (somebody else has it), ERR_OUTPUT. */
int folder_lock_open(const struct subscene_job *job, const struct lock_options *o,
                     struct folder_lock **out, struct err *e) MUST_CHECK;

/* Of a subscene's file that is there, and its product (with ".SAFE" or without): the lock under
 * which such a file is written. It lies in the file's folder or, where subscenes have folders of
 * their own, in one above (manifests_place). */
int folder_lock_path(const char *file, const char *product, char path[FOLDER_LOCK_PATH],
                     struct err *e) MUST_CHECK;

/* Is a file of that name such a lock? */
bool folder_lock_is(const char *path);

/* One hold of all these locks; `folders` are those of the files that are going to change (both
 * sorted; the same one twice is fine). What others have written aside goes only where they are
 * gone, or their lock was taken over: which files a lock is of is not known here. */
int folder_lock_open_paths(const struct strlist *locks, const struct strlist *folders,
                           const struct lock_options *o, struct folder_lock **out,
                           struct err *e) MUST_CHECK;

/* Is it still this process's? Any thread. Errors as lock_check. */
int folder_lock_check(struct folder_lock *h, struct err *e) MUST_CHECK;

/* Gives it back. NULL is fine. */
void folder_lock_close(struct folder_lock *h);

/* Where nothing is to be made: removes what a killed process may have left all the same, if nobody
 * holds the folder. What it cannot do is no error. */
void folder_lock_tidy(const struct subscene_job *job, const struct lock_options *o);

#endif
