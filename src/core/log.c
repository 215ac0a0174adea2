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

void log_message(enum log_level level, const char *product, const char *fmt, ...)
{
    if (!target.sink || level > target.max)
        return;
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    target.sink(target.ctx, level, product, text);
}
