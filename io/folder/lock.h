/* A folder (or one product's part of it) is one process's at a time, also where processes of
 * several machines share the file system.
 *
 * The lock is a file that holds one line of JSON: host, pid, machine (io/host/identity.h), start
 * time, the batch job, a nonce, and how often it is renewed. Its owner sets its time of change anew
 * every so often (lock_renew). Who finds it may take it over when the owner is certainly gone (same
 * machine, no such process), or has not renewed it for too long, by the file server's clock. Then a
 * process that only stood still may wake up and believe that it still has the lock. So:
 *
 *   - every file is written aside first, then the lock is read again, and only then is the file put
 *     in place (io/folder/outfile.h: the lock is a guard of its folder);
 *   - who takes a lock over removes what its owner has written aside, and looks at the folder after
 *     that.
 *
 * If the old owner found its lock in order, what it wrote aside was there before it was taken over:
 * either it is in place before the new owner looks, or it is gone.
 *
 * What it rests on: link() and rename() in one folder are atomic, and what one machine has renamed
 * is seen by the open() of another at once. That is so on local file systems, on Lustre, GPFS and
 * CephFS, and on NFS (close-to-open). An NFS client may take a name from its cache for as long as
 * acdirmax (60 s): within that time a process that stood still might miss that it lost the lock,
 * for which reason the timeout should be longer. Where there are no links, the lock is made with
 * O_EXCL (not atomic on NFS version 2). A clock that jumps on the file server lets locks look older
 * than they are, or younger.
 *
 * A lock belongs to the process that took it; lock_renew, lock_check: any thread. */
#ifndef SUBSCENE_IO_FOLDER_LOCK_H
#define SUBSCENE_IO_FOLDER_LOCK_H

#include <stdbool.h>

#include "core/err.h"
#include "io/host/identity.h"

enum { LOCK_JOB = 64, LOCK_TIMEOUT_S = 120 };

struct lock_options {
    int timeout_s; /* a lock that was not renewed for so long may be taken over; 0: LOCK_TIMEOUT_S
                    */
    const char *job; /* of the batch system; "" or NULL: none */
    int below; /* so many levels of folders below the lock's own it is for too */
};

/* Who had a lock. Texts are "" where the lock does not say. */
struct lock_owner {
    char host[IDENTITY_HOST], tag[IDENTITY_TAG], started[32], job[LOCK_JOB], nonce[IDENTITY_NONCE];
    long pid;
    double renewed_every_s;
};

struct lock_takeover {
    bool happened;
    bool is_gone; /* the process is: else it was silent for */
    double silent_s;
    struct lock_owner from;
};

struct lock;

/* Takes the lock, in a folder that is there. `from` says whom from. Errors: ERR_TEMPORARY (somebody
 * else has it: who, and since when), ERR_OUTPUT. */
int lock_take(const char *path, const struct lock_options *o, struct lock **out,
              struct lock_takeover *t, struct err *e) MUST_CHECK;

/* Is somebody at work under the lock at `path`, as far as can be told without touching anything (by
 * this machine's clock)? ERR_TEMPORARY says who, as lock_take does. No lock, one of a process that
 * is gone, and one that was not renewed for too long are none. */
int lock_look(const char *path, int timeout_s, struct err *e) MUST_CHECK;

/* Does the error of lock_take, lock_look or lock_check, whatever was put before it, say that
 * another process has the lock, or took it over? */
bool lock_is_others(const struct err *e);

/* How often lock_renew is to be called, in seconds. */
double lock_interval_s(const struct lock *l);
void lock_renew(struct lock *l);

/* Is it still this process's? ERR_TEMPORARY says who has it now. */
int lock_check(struct lock *l, struct err *e) MUST_CHECK;

/* Removes it, if it is still this process's, and frees `l` in any case. NULL is fine. An error says
 * that it is left behind: others take it over when this process is gone. */
int lock_release(struct lock *l, struct err *e);

#endif
