#include "io/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

/* inih reads lines into 200 bytes and would take the rest of a longer one for another line. */
enum { LONGEST_LINE = 190 };

struct reading {
    const char *path;
    FILE *file;
    int line;
    config_set *set;
    void *ctx;
    int failed;
    struct err *e;
};

/* fgets for inih that counts lines and refuses long ones. */
static char *next_line(char *buf, int size, void *stream)
{
    struct reading *r = stream;
    if (r->failed || !fgets(buf, size, r->file))
        return NULL;
    r->line++;
    size_t n = strlen(buf);
    if (n <= LONGEST_LINE)
        return buf;
    r->failed = err_set(r->e, ERR_USAGE, "%s: line %d is longer than %d characters", r->path, r->line, LONGEST_LINE);
    return NULL;
}

static int on_pair(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    if (r->failed)
        return 1;
    r->failed = section[0] ? err_set(r->e, ERR_USAGE, "[%s]: there are no sections", section)
                           : r->set(r->ctx, name, value, r->e);
    if (r->failed)
        err_wrap(r->e, "%s: line %d", r->path, r->line);
    return 1;
}

int config_read(const char *path, config_set *set, void *ctx, struct err *e)
{
    struct reading r = {.path = path, .set = set, .ctx = ctx, .e = e};
    r.file = fopen(path, "re");
    if (!r.file)
        return err_sys(e, ERR_INPUT, errno, "%s", path);
    int bad_line = ini_parse_stream(next_line, &r, on_pair, &r);
    if (!r.failed && ferror(r.file))
        r.failed = err_sys(e, ERR_INPUT, errno, "%s", path);
    fclose(r.file);
    if (!r.failed && bad_line != 0)
        r.failed = err_set(e, ERR_USAGE, "%s: line %d is not `key = value`", path, bad_line);
    return r.failed;
}
