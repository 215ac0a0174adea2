#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "io/source/wholefile.h"
#include "stages/check/dataset.h"

enum { TABLE_BYTES_MAX = 1 << 30 };

static const char AGAIN[] = "run subscene dataset again";

struct compare {
    const struct dataset *now;
    const char *folder, *path;
    dataset_fault *fault;
    void *ctx;
    size_t at; /* the next line of `now`; the lines before it are done */
    bool same_columns;
};

PRINTF_LIKE(2, 3)
static void tell(const struct compare *c, const char *fmt, ...)
{
    char what[4700];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    c->fault(c->ctx, c->path, what);
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
    tell(c, "lacks %.*s, which is in a manifest; %s", (int)strcspn(line, ","), line, AGAIN);
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
    if (access(file, F_OK) != 0)
        tell(c, "line %zu: the file %.*s is missing; %s", number, (int)n, line, AGAIN);
    else if (!known)
        tell(c, "line %zu: %.*s is in no manifest; %s", number, (int)n, line, AGAIN);
    else if (c->same_columns && strcmp(line, c->now->line.s[c->at]) != 0)
        tell(c, "line %zu: %.*s differs from its manifest; %s", number, (int)n, line, AGAIN);
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
        tell(c, "its class columns differ from those of the manifests; %s", AGAIN);
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
            tell(c, "line %zu is cut off; %s", number, AGAIN);
            return false;
        }
        *end = '\0';
        size_t n = strcspn(line, ",");
        bool is_good = number == 1 ? take_header(c, line)
                                   : commas(line) == fields &&
                                         compare_files(last, strcspn(last, ","), line, n) < 0;
        if (!is_good) {
            tell(c, "line %zu %s; %s", number,
                 number == 1 ? "is not the header of a dataset table"
                             : "is not a row, or is not in order",
                 AGAIN);
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
        tell(c, "is empty; %s", AGAIN);
    return number > 0;
}

int dataset_compare(const struct dataset *d, const char *folder, const char *path,
                    dataset_fault *fault, void *ctx, struct err *e)
{
    struct compare c = {.now = d, .folder = folder, .path = path, .fault = fault, .ctx = ctx};
    struct err why = ERR_INIT;
    unsigned char *data;
    size_t len;
    int r = wholefile_read(path, TABLE_BYTES_MAX, &data, &len, &why);
    if (r == ERR_INPUT) {
        tell(&c, "cannot be read: %s", why.msg);
        return 0;
    }
    if (r) {
        *e = why;
        return r;
    }
    if (strlen((char *)data) != len)
        tell(&c, "is not text; %s", AGAIN);
    else if (compare_lines(&c, (char *)data))
        while (c.at < d->line.n)
            tell_lacking(&c);
    free(data);
    return 0;
}
