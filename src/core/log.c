#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>

static struct {
    log_sink *sink;
    void *ctx;
    enum log_level max;
} target;

void log_to(log_sink *sink, void *ctx, enum log_level max)
{
    target.sink = sink;
    target.ctx = ctx;
    target.max = max;
}

PRINTF_LIKE(4, 0)
static void tell(enum log_level level, const char *product, const struct log_event *event,
                 const char *fmt, va_list ap)
{
    char text[1024];
    if (!target.sink || level > target.max)
        return;
    vsnprintf(text, sizeof text, fmt, ap);
    target.sink(target.ctx, level, product, event, text);
}

void log_message(enum log_level level, const char *product, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    tell(level, product, NULL, fmt, ap);
    va_end(ap);
}

void log_event(enum log_level level, const char *product, const struct log_event *event,
               const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    tell(level, product, event, fmt, ap);
    va_end(ap);
}
