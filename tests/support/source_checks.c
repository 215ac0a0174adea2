#include "support/source_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct source *source_opens(const char *path)
{
    struct source *s;
    struct err e = ERR_INIT;
    if (source_open(path, &s, &e) != 0)
        fail_msg("%s", e.msg);
    return s;
}

void source_refuses(const char *path, const char *said)
{
    struct source *s;
    struct err e = ERR_INIT;
    int rc = source_open(path, &s, &e);
    if (rc != ERR_INPUT || !strstr(e.msg, said))
        fail_msg("%s: code %d, \"%s\" instead of \"%s\"", path, rc, e.msg, said);
    assert_null(s);
}

static char *write_zip(const struct tmpdir *dir, const struct zip_entry *entry, size_t count,
                       char path[1024])
{
    struct made_zip b;
    made_zip(&b, entry, count);
    tmpdir_write(dir, "x.zip", b.at, b.n);
    return tmpdir_path(dir, "x.zip", path);
}

struct source *source_opens_zip(const struct tmpdir *dir, const struct zip_entry *entry,
                                size_t count)
{
    char path[1024];
    return source_opens(write_zip(dir, entry, count, path));
}

void source_refuses_zip(const struct tmpdir *dir, const struct zip_entry *entry, size_t count,
                        const char *said)
{
    char path[1024];
    source_refuses(write_zip(dir, entry, count, path), said);
}

void source_reads(struct source *s, const char *name, const char *text)
{
    unsigned char *data;
    size_t len;
    struct err e = ERR_INIT;
    assert_true(source_has(s, name));
    if (source_read(s, name, 1000, &data, &len, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(len, strlen(text));
    assert_string_equal((char *)data, text);
    free(data);
}

void source_read_fails(struct source *s, const char *name, const char *begin, const char *said)
{
    unsigned char *data;
    size_t len;
    struct err e = ERR_INIT;
    int rc = source_read(s, name, 1000, &data, &len, &e);
    if (rc != ERR_INPUT || !strstr(e.msg, said) || strncmp(e.msg, begin, strlen(begin)) != 0)
        fail_msg("%s: code %d, \"%s\" instead of \"%s\"", name, rc, e.msg, said);
}
