/* A thread that calls a function every so often, for as long as something lasts. */
#ifndef SUBSCENE_EXEC_HEARTBEAT_H
#define SUBSCENE_EXEC_HEARTBEAT_H

#include "core/err.h"

struct heartbeat;

/* Calls `beat` every `seconds` from a thread of its own, the first time after that many; no signal
 * is handled there. ERR_TEMPORARY. */
int heartbeat_start(double seconds, void (*beat)(void *ctx), void *ctx, struct heartbeat **out,
                    struct err *e) MUST_CHECK;

/* Returns when the last call is over. NULL is fine. */
void heartbeat_stop(struct heartbeat *h);

#endif
