/* Status files: what has become of each product of a call, for whoever looks from outside:
 * DIR/<name>.json, whole at any moment. */
#ifndef SUBSCENE_CMD_CLI_STATUS_H
#define SUBSCENE_CMD_CLI_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/strlist.h"
#include "stages/folder/report.h"

/* A product's name before it is opened: the last part of its path without .SAFE or .zip; of an
 * MTD_MSIL1C.xml or MTD_MSIL2A.xml that of its folder. */
enum { STATUS_NAME = 256 };
void status_name(const char *path, char name[STATUS_NAME]);

/* Makes the folder, and sees to it that no two products have one name: ERR_USAGE names them.
 * ERR_OUTPUT: the folder cannot be made. */
int status_prepare(const char *folder, const struct strlist *products, struct err *e) MUST_CHECK;

/* What is the same for all products. The texts are borrowed. */
struct status_options {
    const char *folder;
    const char *options; /* what is asked for, as params_format has it */
    const char *job;
    double period_s; /* between two files of a product that is being made */
};

/* How a product stands. */
struct status_facts {
    const char *state; /* "running", "done", "partial", "failed", "stopped", "busy" */
    struct run_result count;
    double seconds;
    int exit_code; /* −1: none yet */
    const char *error; /* "": none */
};

struct status;

/* Writes the first file (running), and then every period what `facts` tells: called from a thread
 * of its own. A file that cannot be written is a warning, the first time; so is a thread that
 * cannot start: then only the first file and the last are written. ERR_TEMPORARY: memory. */
int status_open(const struct status_options *o, const char *path,
                void (*facts)(void *ctx, struct status_facts *out), void *ctx, struct status **out,
                struct err *e) MUST_CHECK;

/* The product is held by this process from now on, or no longer (NULL). Once another process took
 * it over, the file is that one's, and this one writes nothing more. `s` may be NULL. */
struct folder_lock;
void status_held(struct status *s, struct folder_lock *hold);

/* Writes the last file, of what `facts` tells now. NULL is fine. */
void status_close(struct status *s);

#endif
