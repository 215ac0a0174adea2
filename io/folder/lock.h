/* Gives one process at a time the use of a folder, or of one product's part of it. The lock also
 * works between machines that share the file system.
 *
 * The lock is a file with one line of JSON: host, pid, machine (io/host/identity.h), start time,
 * batch job, a nonce, and the renewal interval. Its owner renews its modification time regularly
 * (lock_renew). Another process may take the lock over in two cases. The owner is certainly gone
 * (same machine, no such process), or it missed its renewals for too long by the file server's
 * clock. In the second case the owner may only have been suspended: it can wake up and believe that
 * it still has the lock. Two rules make this safe:
 *
 *   - A process writes each file aside first, then reads the lock again, and only then renames the
 *     file into place. The lock is a guard of its folder (io/folder/outfile.h).
 *   - A process that takes a lock over first removes the files that the old owner wrote aside. Then
 *     it reads the folder.
 *
 * If the old owner found its lock valid, its file was written aside before the takeover. So the
 * file is either in place before the new owner reads the folder, or it is removed.
 *
 * Requirements: link() and rename() within a folder are atomic, and open() on one machine sees at
 * once a rename from another. This holds on local file systems, Lustre, GPFS, CephFS and NFS
 * (close-to-open). An NFS client may cache a name for up to acdirmax (60 s). Within that time a
 * suspended process might miss that it lost the lock, so the timeout should be longer. Without hard
 * links the lock is made with O_EXCL (not atomic on NFS version 2). If the file server's clock
 * jumps, locks look older or younger than they are.
 *
 * A lock belongs to the process that took it. Any thread may call lock_renew and lock_check. */
#ifndef SUBSCENE_IO_FOLDER_LOCK_H
#define SUBSCENE_IO_FOLDER_LOCK_H

#include <stdbool.h>

#include "core/err.h"
#include "io/host/identity.h"

enum { LOCK_JOB = 64, LOCK_TIMEOUT_S = 120 };

struct lock_options {
    int timeout_s; /* age without renewal after which a lock may be taken over; 0: LOCK_TIMEOUT_S */
    const char *job; /* name of the batch job; "" or NULL: none */
    int below; /* levels of subfolders that the lock covers too */
};

/* The owner of a lock. A text is "" where the lock lacks it. */
struct lock_owner {
    char host[IDENTITY_HOST], tag[IDENTITY_TAG], started[32], job[LOCK_JOB], nonce[IDENTITY_NONCE];
    long pid;
    double renewed_every_s;
};

struct lock_takeover {
    bool happened;
    bool is_gone; /* true: the owner's process has ended; false: it was silent for silent_s */
    double silent_s;
    struct lock_owner from;
};

struct lock;

/* Takes the lock, in an existing folder. `t` describes a takeover. Errors: ERR_TEMPORARY (another
 * process has it; the message says which and since when), ERR_OUTPUT. */
int lock_take(const char *path, const struct lock_options *o, struct lock **out,
              struct lock_takeover *t, struct err *e) MUST_CHECK;

/* Tells whether another process is at work under the lock at `path`. Changes nothing, and measures
 * age by this machine's clock. ERR_TEMPORARY names the process, as lock_take does. Returns 0 if
 * there is no lock, its process is gone, or its renewals are overdue. */
int lock_look(const char *path, int timeout_s, struct err *e) MUST_CHECK;

/* True if this error of lock_take, lock_look or lock_check means that another process has the lock
 * or took it over. Context that was added with err_wrap does not matter. */
bool lock_is_others(const struct err *e);

/* The interval at which to call lock_renew, in seconds. */
double lock_interval_s(const struct lock *l);
void lock_renew(struct lock *l);

/* Checks that this process still has the lock. ERR_TEMPORARY names the new owner. */
int lock_check(struct lock *l, struct err *e) MUST_CHECK;

/* Removes the lock if this process still has it. Always frees `l`, which may be NULL. After an
 * error the lock file is still there; others take it over when this process has ended. */
int lock_release(struct lock *l, struct err *e);

#endif
