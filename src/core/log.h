/* Messages from below `cmd` to whoever shows them. Nothing here prints: the sink that the command line installs does.
 *
 * Threads: log_to is called once, before any other thread; log_message from any thread: the sink locks. */
#ifndef SUBSCENE_CORE_LOG_H
#define SUBSCENE_CORE_LOG_H

#include "core/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* `product` and `message` live only as long as the call; `product` is "" when the message is of no single one. */
typedef void log_sink(void *ctx, enum log_level level, const char *product, const char *message);

/* Installs the sink; messages above `max` are dropped before they are formatted. NULL: none (as at the start). */
void log_to(log_sink *sink, void *ctx, enum log_level max);

void log_message(enum log_level level, const char *product, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
