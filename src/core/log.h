/* Messages from below `cmd` to whoever shows them. Nothing here prints: the sink that the command
 * line installs does.
 *
 * Threads: log_to is called once, before any other thread; log_message from any thread: the sink
 * locks. */
#ifndef SUBSCENE_CORE_LOG_H
#define SUBSCENE_CORE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* What a program that follows the log can tell without reading sentences: a name, and named
 * values. */
struct log_field {
    const char *key;
    const char *text; /* NULL: a number */
    double number; /* not finite: none */
};
struct log_event {
    const char *name;
    const struct log_field *field;
    size_t n;
    bool is_for_programs; /* people need not see its message */
};

/* `product`, `event` and `message` live only as long as the call; `product` is "" when the message
 * is of no single one, `event` NULL when it is only a message. */
typedef void log_sink(void *ctx, enum log_level level, const char *product,
                      const struct log_event *event, const char *message);

/* Installs the sink; messages above `max` are dropped before they are formatted. NULL: none (as at
 * the start). */
void log_to(log_sink *sink, void *ctx, enum log_level max);

void log_message(enum log_level level, const char *product, const char *fmt, ...) PRINTF_LIKE(3, 4);

void log_event(enum log_level level, const char *product, const struct log_event *event,
               const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
