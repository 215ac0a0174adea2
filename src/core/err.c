#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Shortens a long message in the middle: the beginning says what failed, the end says why. */
static void store(struct err *e, const char *text)
{
    static const char gap[] = " ... ";
    size_t n = strlen(text), room = sizeof e->msg - 1;
    if (n <= room) {
        memmove(e->msg, text, n + 1);
        return;
    }
    size_t head = (room - strlen(gap)) / 2, tail = room - strlen(gap) - head;
    snprintf(e->msg, sizeof e->msg, "%.*s%s%s", (int)head, text, gap, text + n - tail);
}

enum { LONGEST = 8192 };

PRINTF_LIKE(4, 0)
static void put(struct err *e, enum err_code code, int sys_errno, const char *fmt, va_list ap)
{
    char text[LONGEST];
    vsnprintf(text, sizeof text, fmt, ap);
    e->code = code;
    e->sys_errno = sys_errno;
    store(e, text);
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    if (!e)
        return code;
    va_list ap;
    va_start(ap, fmt);
    put(e, code, 0, fmt, ap);
    va_end(ap);
    return code;
}

static bool worth_a_retry(int sys_errno)
{
    switch (sys_errno) {
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case EINTR:
    case ETIMEDOUT:
    case ESTALE:
        return true;
    default:
        return false;
    }
}

int err_sys(struct err *e, enum err_code code, int sys_errno, const char *fmt, ...)
{
    if (worth_a_retry(sys_errno))
        code = ERR_TEMPORARY;
    if (!e)
        return code;
    va_list ap;
    va_start(ap, fmt);
    put(e, code, sys_errno, fmt, ap);
    va_end(ap);
    char text[sizeof e->msg + 128];
    snprintf(text, sizeof text, "%s: %s", e->msg, strerror(sys_errno));
    store(e, text);
    return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
    if (!e)
        return ERR_INTERNAL;
    char text[LONGEST + sizeof e->msg];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, LONGEST, fmt, ap);
    va_end(ap);
    size_t used = n < 0 ? 0 : n < LONGEST ? (size_t)n : LONGEST - 1;
    snprintf(text + used, sizeof text - used, ": %s", e->msg);
    store(e, text);
    return e->code;
}

int err_nomem(struct err *e, unsigned long long bytes)
{
    return err_set(e, ERR_TEMPORARY, "out of memory: %llu bytes were asked for", bytes);
}

int err_exit_status(enum err_code code)
{
    static const int status[] = {
        [ERR_NONE] = 0,       [ERR_USAGE] = 2,     [ERR_INPUT] = 3,   [ERR_OUTPUT] = 1,
        [ERR_TEMPORARY] = 75, [ERR_STOPPED] = 130, [ERR_INTERNAL] = 1};
    return status[code];
}
