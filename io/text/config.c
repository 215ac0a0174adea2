#include "io/text/config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* inih reads lines into 200 bytes and would treat the rest of a longer line as another line. */
enum { LONGEST_LINE = 190 };

struct reading {
    const char *name;
    FILE *file;
    int line;
    config_set_in *set;
    void *ctx;
    int failed;
    struct err *e;
};

/* Reads one line with its end, as fgets does. False: no line is left. *nul: the line has a NUL
 * byte. */
static bool read_line(FILE *f, char *buf, int size, bool *nul)
{
    int n = 0, c;
    *nul = false;
    while (n < size - 1 && (c = getc(f)) != EOF) {
        buf[n++] = (char)c;
        *nul |= c == '\0';
        if (c == '\n')
            break;
    }
    buf[n] = '\0';
    return n > 0;
}

/* Ends the line at a '#' with a blank before it. */
static void cut_comment(char *line)
{
    for (char *s = line; (s = strchr(s, '#')) != NULL; s++)
        if (s > line && isblank((unsigned char)s[-1])) {
            strcpy(s, "\n");
            return;
        }
}

/* fgets for inih. It counts lines and rejects long lines and lines with a NUL byte. */
static char *next_line(char *buf, int size, void *stream)
{
    struct reading *r = stream;
    bool nul;
    if (r->failed || !read_line(r->file, buf, size, &nul))
        return NULL;
    r->line++;
    if (nul)
        r->failed =
            err_set(r->e, ERR_USAGE, "%s: line %d has a NUL byte; the file is text in UTF-8",
                    r->name, r->line);
    else if (strlen(buf) > LONGEST_LINE)
        r->failed = err_set(r->e, ERR_USAGE, "%s: line %d is longer than %d characters", r->name,
                            r->line, LONGEST_LINE);
    cut_comment(buf);
    return r->failed ? NULL : buf;
}

static int on_pair(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    if (r->failed)
        return 1;
    r->failed = r->set(r->ctx, section, name, value, r->e);
    if (r->failed)
        err_wrap(r->e, "%s: line %d", r->name, r->line);
    return 1;
}

/* Reads and closes the file. */
static int read_stream(struct reading *r)
{
    if (!r->file)
        return err_sys(r->e, ERR_INPUT, errno, "%s", r->name);
    int bad_line = ini_parse_stream(next_line, r, on_pair, r);
    if (!r->failed && ferror(r->file))
        r->failed = err_sys(r->e, ERR_INPUT, errno, "%s", r->name);
    fclose(r->file);
    if (!r->failed && bad_line != 0)
        r->failed = err_set(r->e, ERR_USAGE, "%s: line %d is not `key = value`", r->name, bad_line);
    return r->failed;
}

int config_read_sections(const char *path, config_set_in *set, void *ctx, struct err *e)
{
    struct reading r = {.name = path, .file = fopen(path, "re"), .set = set, .ctx = ctx, .e = e};
    return read_stream(&r);
}

int config_parse_sections(const char *name, const char *text, config_set_in *set, void *ctx,
                          struct err *e)
{
    if (text[0] == '\0') /* fmemopen needs at least one byte */
        return 0;
    struct reading r = {.name = name, .set = set, .ctx = ctx, .e = e};
    r.file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    return read_stream(&r);
}

struct flat {
    config_set *set;
    void *ctx;
};

static int set_flat(void *ctx, const char *section, const char *key, const char *value,
                    struct err *e)
{
    const struct flat *f = ctx;
    if (section[0])
        return err_set(e, ERR_USAGE, "[%s]: sections are not allowed here", section);
    return f->set(f->ctx, key, value, e);
}

int config_read(const char *path, config_set *set, void *ctx, struct err *e)
{
    struct flat f = {set, ctx};
    return config_read_sections(path, set_flat, &f, e);
}
