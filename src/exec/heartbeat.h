/* A thread that calls a function at regular intervals. */
#ifndef SUBSCENE_EXEC_HEARTBEAT_H
#define SUBSCENE_EXEC_HEARTBEAT_H

#include "core/err.h"

struct heartbeat;

/* Starts a thread that calls `beat` every `seconds`, first after one interval. The thread blocks
 * all signals. ERR_TEMPORARY: no thread can be started. */
int heartbeat_start(double seconds, void (*beat)(void *ctx), void *ctx, struct heartbeat **out,
                    struct err *e) MUST_CHECK;

/* Returns after the last call has ended. h may be NULL. */
void heartbeat_stop(struct heartbeat *h);

#endif
