/* Errors as values: a code that decides the exit status, and one sentence for the user.
 *
 * Every function that can fail returns 0 or an `enum err_code` and takes `struct err *` last. The
 * caller owns the struct, usually on its stack. It is written only on failure. Report and return in
 * one statement:
 *
 *     return err_set(e, ERR_INPUT, "%s: no jp2c box", path);         at the cause
 *     return err_wrap(e, "band %s", name);                           on the way up: "band B05: …"
 *
 * Thread rule: one thread at a time may use a `struct err`. */
#ifndef SUBSCENE_CORE_ERR_H
#define SUBSCENE_CORE_ERR_H

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE, /* options, configuration: exit 2 */
    ERR_INPUT, /* input missing or bad, a retry is pointless: exit 3 */
    ERR_OUTPUT, /* output cannot be written (permission, read-only, bad name): exit 1 */
    ERR_TEMPORARY, /* disk full, out of memory, too many open files: exit 75 */
    ERR_STOPPED, /* a signal asked to stop: exit 129, 130 or 143 */
    ERR_INTERNAL, /* a library failed where it must not, or a broken invariant: exit 1 */
};

struct err {
    enum err_code code;
    int sys_errno; /* errno at the cause, or 0 */
    char msg[480];
};

#define ERR_INIT ((struct err){0})

#if defined(__GNUC__)
#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MUST_CHECK
#define PRINTF_LIKE(fmt, args)
#endif

/* Fills `e` and returns `code`. A message that is too long loses its middle. `e` may be NULL. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Like err_set, and appends ": " and strerror(sys_errno). If a retry may help, ERR_TEMPORARY
 * replaces `code` (ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, EAGAIN, EINTR, ETIMEDOUT, ESTALE). */
int err_sys(struct err *e, enum err_code code, int sys_errno, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Puts "<context>: " before the existing message and returns the existing code. */
int err_wrap(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Reports that an allocation of `bytes` failed. */
int err_nomem(struct err *e, unsigned long long bytes);

/* The exit status for a code. ERR_STOPPED gives 130; the caller knows the signal. */
int err_exit_status(enum err_code code);

#endif
