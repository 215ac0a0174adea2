#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/path.h"
#include "core/text.h"
#include "io/source/wholefile.h"
#include "stages/check/dataset.h"

enum { TABLE_BYTES_MAX = 1 << 30 };

struct compare {
    const struct dataset *now;
    const char *folder;
    size_t rows; /* that differ */
    bool is_broken; /* it is no such table, or only its beginning is */
    char first[9000]; /* the first difference */
    size_t at; /* the next line of `now`; the lines before it are done */
    bool same_columns;
};

/* Keeps the first difference. */
PRINTF_LIKE(2, 3)
static void tell(struct compare *c, const char *fmt, ...)
{
    va_list ap;
    if (c->first[0])
        return;
    va_start(ap, fmt);
    vsnprintf(c->first, sizeof c->first, fmt, ap);
    va_end(ap);
}

static size_t commas(const char *line)
{
    size_t n = 0;
    for (; *line; line++)
        n += *line == ',';
    return n;
}

static int compare_files(const char *a, size_t m, const char *b, size_t n)
{
    int order = memcmp(a, b, m < n ? m : n);
    return order ? order : (m > n) - (m < n);
}

/* Reports the next line of `now` as missing in the table. */
static void tell_lacking(struct compare *c)
{
    const char *line = c->now->line.s[c->at++];
    tell(c, "lacks %.*s, which is in a manifest", (int)strcspn(line, ","), line);
    c->rows++;
}

/* Compares one row, after the missing rows that belong before it. */
static void compare_row(struct compare *c, const char *line, size_t number)
{
    char file[8500];
    size_t n = strcspn(line, ",");
    int order = 1;
    while (c->at < c->now->line.n) {
        const char *now = c->now->line.s[c->at];
        order = compare_files(now, strcspn(now, ","), line, n);
        if (order >= 0)
            break;
        tell_lacking(c);
    }
    bool known = c->at < c->now->line.n && order == 0;
    snprintf(file, sizeof file, "%s/%.*s", c->folder, (int)n, line);
    c->rows++;
    if (access(file, F_OK) != 0)
        tell(c, "line %zu: the file %.*s is missing", number, (int)n, line);
    else if (!known)
        tell(c, "line %zu: %.*s is in no manifest", number, (int)n, line);
    else if (c->same_columns && strcmp(line, c->now->line.s[c->at]) != 0)
        tell(c, "line %zu: %.*s differs from its manifest", number, (int)n, line);
    else
        c->rows--;
    c->at += known;
}

/* False if the line is not a header. Notes whether its class columns are the same. */
static bool take_header(struct compare *c, const char *line)
{
    const char *now = c->now->header, *end = strstr(now, ",content_hash,parameters");
    const char *first = strstr(now, ",valid_fraction");
    size_t n = first ? (size_t)(first - now) + strlen(",valid_fraction") : 0, len = strlen(line);
    if (len < n + strlen(end) || strncmp(line, now, n) != 0 || !text_ends_with(line, end))
        return false;
    c->same_columns = strcmp(line, now) == 0;
    if (!c->same_columns)
        tell(c, "its class columns differ from those of the manifests");
    return true;
}

/* Returns false at the first line that is not a row, because the following lines are not reliable
 * then. */
static bool compare_lines(struct compare *c, char *text)
{
    const char *last = "";
    size_t number = 0, fields = 0;
    for (char *line = text, *end; *line; line = end + 1) {
        number++;
        end = strchr(line, '\n');
        if (!end) {
            tell(c, "line %zu is cut off", number);
            return false;
        }
        *end = '\0';
        size_t n = strcspn(line, ",");
        bool is_good = number == 1 ? take_header(c, line)
                                   : commas(line) == fields &&
                                         compare_files(last, strcspn(last, ","), line, n) < 0;
        if (!is_good) {
            tell(c, "line %zu %s", number,
                 number == 1 ? "is not the header of a dataset table"
                             : "is not a row, or is not in order");
            return false;
        }
        if (number == 1) {
            fields = commas(line);
            continue;
        }
        compare_row(c, line, number);
        last = line;
    }
    if (number == 0)
        tell(c, "is empty");
    return number > 0;
}

/* The fault of the whole table. */
static void summarise(const struct compare *c, char *buf, size_t size)
{
    char rows[96] = "";
    if (c->rows > 0 && !c->is_broken)
        snprintf(rows, sizeof rows, "%zu row%s differ%s from the manifests, for example: ", c->rows,
                 text_s(c->rows), c->rows == 1 ? "s" : "");
    snprintf(buf, size, "is out of date: %s%s; subscene dataset %.*s writes it again", rows,
             c->first, (int)path_trimmed_length(c->folder), c->folder);
}

static void compare_text(struct compare *c, char *text, size_t len)
{
    if (strlen(text) != len) {
        tell(c, "is not text");
        return;
    }
    c->is_broken = !compare_lines(c, text);
    while (!c->is_broken && c->at < c->now->line.n)
        tell_lacking(c);
}

int dataset_compare(const struct dataset *d, const char *folder, const char *path,
                    dataset_fault *fault, void *ctx, struct err *e)
{
    struct compare c = {.now = d, .folder = folder};
    struct err why = ERR_INIT;
    unsigned char *data;
    size_t len;
    int r = wholefile_read(path, TABLE_BYTES_MAX, &data, &len, &why);
    if (r == ERR_INPUT)
        tell(&c, "cannot be read: %s", why.msg);
    else if (r) {
        *e = why;
        return r;
    } else {
        compare_text(&c, (char *)data, len);
        free(data);
    }
    char what[14000];
    summarise(&c, what, sizeof what);
    if (c.first[0])
        fault(ctx, path, what);
    return 0;
}
