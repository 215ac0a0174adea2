/* Helper processes for work that may crash: a library reads a file from another program.
 *
 * A helper is this program started again under the name HELPER_NAME, with a socket as its standard
 * input and output. It starts with the first request and ends with this process, even if this
 * process is killed. A helper that died is replaced at the next request.
 *
 * Threads: any thread may call helpers_ask. As many calls run at a time as there are helpers;
 * others wait. */
#ifndef SUBSCENE_EXEC_HELPER_H
#define SUBSCENE_EXEC_HELPER_H

#include "core/err.h"

#define HELPER_NAME "subscene-reader"

/* HELPER_SECONDS limits the CPU time of a request. Waiting for a slow file system takes no CPU
 * time. */
enum { HELPERS_MAX = 8, HELPER_SECONDS = 20 };

struct helpers;

/* At most `count` helpers, 1 to HELPERS_MAX. Starts none yet. */
int helpers_create(int count, struct helpers **out, struct err *e) MUST_CHECK;
void helpers_destroy(struct helpers *h); /* h may be NULL */

/* Sends a request to a helper. Returns 0, or the error of its work. ERR_INPUT: the request crashed
 * the helper or made it exit, and then did so again in a fresh helper; or it exceeded
 * HELPER_SECONDS.
 * ERR_TEMPORARY: no process can be started, or it was killed. */
int helpers_ask(struct helpers *h, const char *request, struct err *e) MUST_CHECK;

/* Runs in the helper: does the work of each request until the socket closes. Writes no core file.
 * Limits its address space to HELPER_MEMORY bytes, except under sanitizers, which need more. */
#define HELPER_MEMORY (2UL << 30)
void helper_serve(int (*work)(const char *request, struct err *e));

#endif
