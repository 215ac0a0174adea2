/* Processes beside this one that do what may crash: a library reads a file that somebody else wrote.
 *
 * A helper is this program again, started under another name (HELPER_NAME), with a socket as
 * its standard input and output. It starts with the first request and ends with
 * this process, however that ends. One that died is replaced at the next request.
 *
 * Threads: helpers_ask from any thread, as many at a time as there are helpers; the others wait. */
#ifndef SUBSCENE_EXEC_HELPER_H
#define SUBSCENE_EXEC_HELPER_H

#include "core/err.h"

#define HELPER_NAME "subscene-reader"

enum { HELPERS_MAX = 8, HELPER_SECONDS = 60 };

struct helpers;

/* At most `count` of them, 1 to HELPERS_MAX. None is started yet. */
int helpers_create(int count, struct helpers **out, struct err *e) MUST_CHECK;
void helpers_destroy(struct helpers *h); /* NULL is fine */

/* Asks one: 0, or what its work returned. ERR_INPUT: it died of the request, or took longer than
 * HELPER_SECONDS. ERR_TEMPORARY: no process can be started. */
int helpers_ask(struct helpers *h, const char *request, struct err *e) MUST_CHECK;

/* In the helper: does the work for each request until there is none left. */
void helper_serve(int (*work)(const char *request, struct err *e));

#endif
