/* Status files: the state of each product of a call, for other programs. The file of a product is
 * DIR/<name>.json; it is replaced in one step. */
#ifndef SUBSCENE_CMD_CONSOLE_STATUS_H
#define SUBSCENE_CMD_CONSOLE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/strlist.h"
#include "stages/folder/report.h"

/* The name of a product that is not open: the last part of its path without .SAFE or .zip. For
 * MTD_MSIL1C.xml and MTD_MSIL2A.xml it is the name of the folder. */
enum { STATUS_NAME = 256 };
void status_name(const char *path, char name[STATUS_NAME]);

/* Makes the folder. ERR_USAGE: two products have the same name; the message names them. ERR_OUTPUT:
 * the folder cannot be made. */
int status_prepare(const char *folder, const struct strlist *products, struct err *e) MUST_CHECK;

/* Options for all products. The texts are borrowed. */
struct status_options {
    const char *folder;
    const char *options; /* parameters of the call, from params_format */
    const char *job; /* id of the batch job; "": none */
    double period_s; /* between two writes of a running product's file */
};

/* The state of a product. */
struct status_facts {
    const char *state; /* "running", "done", "partial", "failed", "stopped", "busy" */
    struct run_result count;
    double seconds;
    int exit_code; /* −1: none yet */
    const char *error; /* "": none */
};

struct status;

/* Writes the file now, and then once per period from a thread. Each write calls `facts` for the
 * content; it must fill `out`. The first file that cannot be written is a warning. If the thread
 * cannot start, that is a warning too; then only the first and the last file are written.
 * ERR_TEMPORARY: out of memory. */
int status_open(const struct status_options *o, const char *path,
                void (*facts)(void *ctx, struct status_facts *out), void *ctx, struct status **out,
                struct err *e) MUST_CHECK;

/* Call it after this process locked the product's folder, and with NULL before it unlocks the
 * folder. If another process took the lock over, the status file belongs to that process, and this
 * one does not write it again. `s` may be NULL. */
struct folder_lock;
void status_locked(struct status *s, struct folder_lock *lock);

/* Calls `facts`, writes the last file and frees `s`. NULL is fine. */
void status_close(struct status *s);

#endif
