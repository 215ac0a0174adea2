/* Sends messages from below `cmd` to a sink. Only the sink prints; the command line installs it.
 *
 * Threads: call log_to once, before any other thread starts. Any thread may call log_message; the
 * sink locks. */
#ifndef SUBSCENE_CORE_LOG_H
#define SUBSCENE_CORE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* A message for programs that follow the log: a name, and named values. */
struct log_field {
    const char *key;
    const char *text; /* NULL: the value is a number */
    double number; /* not finite: no value */
};
struct log_event {
    const char *name;
    const struct log_field *field;
    size_t n;
    bool is_for_programs; /* people need not see its message */
};

/* `product`, `event` and `message` are valid only during the call. `product` is "" for a message
 * about no single product. `event` is NULL for a plain message. */
typedef void log_sink(void *ctx, enum log_level level, const char *product,
                      const struct log_event *event, const char *message);

/* Installs the sink. Messages above `max` are dropped before formatting. NULL removes the sink; the
 * program starts without one. */
void log_to(log_sink *sink, void *ctx, enum log_level max);

void log_message(enum log_level level, const char *product, const char *fmt, ...) PRINTF_LIKE(3, 4);

void log_event(enum log_level level, const char *product, const struct log_event *event,
               const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
