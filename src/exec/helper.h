/* Processes beside this one that do what may crash: a library reads a file that somebody else
 * wrote.
 *
 * A helper is this program again, started under another name (HELPER_NAME), with a socket as its
 * standard input and output. It starts with the first request and ends with this process, however
 * that ends. One that died is replaced at the next request.
 *
 * Threads: helpers_ask from any thread, as many at a time as there are helpers; the others wait. */
#ifndef SUBSCENE_EXEC_HELPER_H
#define SUBSCENE_EXEC_HELPER_H

#include "core/err.h"

#define HELPER_NAME "subscene-reader"

/* A request may take so many seconds of the helper's CPU time; a file system that hangs costs
 * none. */
enum { HELPERS_MAX = 8, HELPER_SECONDS = 60 };

struct helpers;

/* At most `count` of them, 1 to HELPERS_MAX. None is started yet. */
int helpers_create(int count, struct helpers **out, struct err *e) MUST_CHECK;
void helpers_destroy(struct helpers *h); /* NULL is fine */

/* Asks one: 0, or what its work returned. ERR_INPUT: the request made it crash, give up, or take
 * more than HELPER_SECONDS, and a fresh one too, which no earlier request can have spoilt.
 * ERR_TEMPORARY: no process can be started, or it was killed. */
int helpers_ask(struct helpers *h, const char *request, struct err *e) MUST_CHECK;

/* In the helper: does the work for each request until there is none left. Leaves no core file, and
 * takes at most HELPER_MEMORY bytes (of address space, which sanitizers need more of: not under
 * them). */
#define HELPER_MEMORY (2UL << 30)
void helper_serve(int (*work)(const char *request, struct err *e));

#endif
