#include "cmd/console/status.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/jsonout.h"
#include "core/level.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "exec/heartbeat.h"
#include "io/folder/lock.h"
#include "io/folder/outfile.h"
#include "io/host/identity.h"
#include "io/netcdf/ncmake.h"
#include "stages/folder/folder_lock.h"

struct status {
    const struct status_options *o;
    const char *product;
    void (*facts)(void *ctx, struct status_facts *out);
    void *ctx;
    char name[STATUS_NAME], started[32];
    char *path; /* of the status file */
    bool warned;
    struct outfile_guard guard; /* of the status file, while `lock` is set */
    struct folder_lock *lock; /* of the product's folder; NULL: not locked */
    atomic_bool is_lost; /* another process took the lock over and owns the status file */
    struct heartbeat *heartbeat;
};

/* ---- names ---- */

void status_name(const char *path, char name[STATUS_NAME])
{
    char text[PATH_MAX], real[PATH_MAX];
    snprintf(text, sizeof text, "%s", path);
    path_trim(text);
    const char *last = path_base(text);
    if (level_of_xml(last)) {
        text[last - text] = '\0';
        path_trim(text);
        last = path_base(text);
    }
    /* ".", ".." and "" are not names; the real path has the name */
    if (strspn(last, ".") == strlen(last) && realpath(text[0] ? text : ".", real))
        last = path_base(real);
    snprintf(name, STATUS_NAME, "%.*s", STATUS_NAME - 1, *last ? last : "product");
    path_cut_suffix(name, ".SAFE");
    path_cut_suffix(name, ".zip");
    path_cut_suffix(name, ".SAFE"); /* X.SAFE.zip */
}

struct named {
    char name[STATUS_NAME];
    const char *path;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

int status_prepare(const char *folder, const struct strlist *products, struct err *e)
{
    struct named *n = mem_alloc(products->n, sizeof *n);
    if (!n)
        return err_nomem(e, products->n * sizeof *n);
    for (size_t i = 0; i < products->n; i++) {
        status_name(products->s[i], n[i].name);
        n[i].path = products->s[i];
    }
    qsort(n, products->n, sizeof *n, by_name);
    int r = 0;
    for (size_t i = 1; r == 0 && i < products->n; i++)
        if (by_name(&n[i - 1], &n[i]) == 0)
            r = err_set(e, ERR_USAGE,
                        "--status: %s and %s have the same name %s and would share one file",
                        n[i - 1].path, n[i].path, n[i].name);
    free(n);
    if (r || (r = outfile_make_folders(folder, e)) != 0)
        return r;
    return outfile_remove_stale(folder, e);
}

/* ---- files ---- */

static void format_now(char buf[32])
{
    time_t now = time(NULL);
    struct tm utc;
    strftime(buf, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
}

static void text_or_null(struct jsonout *j, const char *key, const char *text)
{
    if (text && text[0])
        jsonout_string(j, key, text);
    else
        jsonout_null(j, key);
}

static void put_facts(struct jsonout *j, const struct status_facts *f)
{
    jsonout_string(j, "state", f->state);
    jsonout_int(j, "total", (int64_t)f->count.total);
    jsonout_int(j, "made", (int64_t)f->count.made);
    jsonout_int(j, "skipped", (int64_t)f->count.skipped);
    jsonout_int(j, "labelled", (int64_t)f->count.labelled);
    jsonout_int(j, "rejected", (int64_t)f->count.rejected);
    jsonout_int(j, "failed", (int64_t)f->count.failed);
    jsonout_double(j, "seconds", f->seconds);
    if (f->exit_code >= 0)
        jsonout_int(j, "exit_code", f->exit_code);
    else
        jsonout_null(j, "exit_code");
    text_or_null(j, "error", f->error);
    text_or_null(j, "folder", f->count.folder);
    text_or_null(j, "parameters", f->count.parameters);
}

static void put_process(struct jsonout *j, const struct status *s)
{
    char libraries[64], host[IDENTITY_HOST], now[32];
    ncmake_versions(libraries, sizeof libraries);
    identity_host(host);
    format_now(now);
    jsonout_string(j, "options", s->o->options);
    jsonout_string(j, "version", SUBSCENE_VERSION);
    jsonout_string(j, "libraries", libraries);
    jsonout_string(j, "host", host);
    jsonout_int(j, "pid", getpid());
    text_or_null(j, "job", s->o->job);
    jsonout_string(j, "started", s->started);
    jsonout_string(j, "updated", now);
}

static void write_status(void *ctx)
{
    struct status *s = ctx;
    struct status_facts facts = {0};
    struct jsonout j = {0};
    struct err err = ERR_INIT;
    if (s->is_lost)
        return;
    s->facts(s->ctx, &facts);
    jsonout_object(&j, NULL);
    jsonout_string(&j, "name", s->name);
    jsonout_string(&j, "product", s->product);
    put_facts(&j, &facts);
    put_process(&j, s);
    jsonout_end_object(&j);
    char *line = NULL;
    int n = j.text.failed ? -1 : asprintf(&line, "%s\n", j.text.s);
    int r = n < 0 ? err_nomem(&err, j.text.cap) : outfile_write(s->path, line, (size_t)n, &err);
    if (n >= 0)
        free(line);
    jsonout_clear(&j);
    if (r && !s->warned && !s->is_lost)
        log_message(LOG_WARNING, s->name, "its status file is not written: %s", err.msg);
    s->warned |= r != 0;
}

int status_open(const struct status_options *o, const char *path,
                void (*facts)(void *ctx, struct status_facts *out), void *ctx, struct status **out,
                struct err *e)
{
    struct status *s = mem_zalloc(1, sizeof *s);
    struct err why = ERR_INIT;
    if (!s)
        return err_nomem(e, sizeof *s);
    s->o = o;
    s->product = path;
    s->facts = facts;
    s->ctx = ctx;
    status_name(path, s->name);
    format_now(s->started);
    if (asprintf(&s->path, "%s/%s.json", o->folder, s->name) < 0) {
        free(s);
        return err_nomem(e, PATH_MAX);
    }
    write_status(s);
    /* without the thread, status_close still writes the last file */
    if (heartbeat_start(o->period_s, write_status, s, &s->heartbeat, &why))
        log_message(LOG_WARNING, s->name,
                    "its status file is written only at the beginning and the end: %s", why.msg);
    *out = s;
    return 0;
}

static int check_lock(void *ctx, struct err *e)
{
    struct status *s = ctx;
    int r = folder_lock_check(s->lock, e);
    if (r && lock_is_others(e))
        s->is_lost = true;
    return r;
}

/* As for the product's own files, the guard is checked after the temporary file is written and
 * before it is renamed. */
void status_locked(struct status *s, struct folder_lock *lock)
{
    struct err why = ERR_INIT;
    if (!s)
        return;
    if (lock) {
        s->guard = (struct outfile_guard){.check = check_lock, .ctx = s};
        s->lock = lock;
        if (outfile_guard_add(&s->guard, s->path, &why) == 0)
            return;
        log_message(LOG_DEBUG, s->name, "%s", why.msg);
    } else if (s->lock) {
        if (check_lock(s, &why))
            log_message(LOG_DEBUG, s->name, "%s", why.msg);
        outfile_guard_remove(&s->guard);
    }
    s->lock = NULL;
}

void status_close(struct status *s)
{
    if (!s)
        return;
    heartbeat_stop(s->heartbeat);
    write_status(s);
    free(s->path);
    free(s);
}
