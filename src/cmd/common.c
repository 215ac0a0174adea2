#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/commands.h"
#include "core/layout.h"
#include "core/log.h"
#include "filters/kernel.h"

int command_fail(const struct err *e)
{
    log_message(LOG_ERROR, "", "%s", e->msg);
    return err_exit_status(e->code);
}

int command_params(const struct settings *s, struct params *out, struct err *e)
{
    const struct kernel_def *kernel = &kernel_table[s->filter];
    if (s->lobes_given && !kernel->takes_lobes)
        return err_set(e, ERR_USAGE,
                       "--lobes %d: the filter %s has a fixed half-width; sinc, lanczos, hann and hamming take it",
                       s->lobes, kernel->name);
    *out = (struct params){.bands = s->bands,
                           .size = s->size,
                           .overlap = s->overlap,
                           .resolution_m = options_resolution_m(s),
                           .lobes = kernel->takes_lobes ? s->lobes : 0,
                           .edge = (enum edge_policy)s->edge,
                           .keep_offset = s->offset == 1,
                           .profile = (enum file_profile)s->profile,
                           .deflate = s->deflate};
    snprintf(out->filter, sizeof out->filter, "%s", kernel->name);
    snprintf(out->engine, sizeof out->engine, "%s", s->engine == 1 ? "direct" : "fft");
    return 0;
}

int command_stage_params(const struct settings *s, struct params *out, struct err *e)
{
    int r = command_params(s, out, e);
    if (!s->deflate_given)
        out->deflate = 0;
    return r;
}

int command_output(const struct settings *s, struct err *e)
{
    if (!s->output)
        return err_set(e, ERR_USAGE, "-o DIR is needed: where the files go");
    /* netCDF-C would read the files back under another name */
    if (strchr(s->output, '\\'))
        return err_set(e, ERR_USAGE, "--output %s: a backslash is not allowed in the folder's name", s->output);
    return 0;
}

int command_timestamp(char buf[32], const char **out, struct err *e)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    struct tm utc;
    char *end;
    *out = NULL;
    if (!text || !*text)
        return 0;
    time_t t = (time_t)strtoll(text, &end, 10);
    if (*end || t < 0 || !gmtime_r(&t, &utc))
        return err_set(e, ERR_USAGE, "SOURCE_DATE_EPOCH=%s: is no number of seconds since 1970", text);
    strftime(buf, 32, "%Y-%m-%dT%H:%M:%S", &utc);
    *out = buf;
    return 0;
}

int command_layout(const struct settings *s, const char **template, struct err *e)
{
    *template = layout_template(s->layout);
    return layout_check(*template, e);
}

/* ---- lists ---- */

/* The lines of a file ("-": stdin) without blanks around them; empty ones and those that begin with # are left out. */
static int add_lines(struct strlist *l, const char *path, struct err *e)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!f)
        return err_sys(e, ERR_INPUT, errno, "list %s", path);
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    int r = 0;
    while (r == 0 && (n = getline(&line, &cap, f)) >= 0) {
        char *s = line;
        while (n > 0 && isspace((unsigned char)s[n - 1]))
            n--;
        while (n > 0 && isspace((unsigned char)*s)) {
            s++;
            n--;
        }
        if (n > 0 && *s != '#')
            r = strlist_add(l, s, (size_t)n, e);
    }
    if (r == 0 && ferror(f))
        r = err_sys(e, ERR_INPUT, errno, "list %s", path);
    free(line);
    if (f != stdin)
        fclose(f);
    return r;
}

int command_products(const struct settings *s, struct strlist *out, struct err *e)
{
    *out = (struct strlist){0};
    int r = 0;
    for (int i = 0; r == 0 && i < s->n_operands; i++) {
        const char *operand = s->operands[i];
        r = operand[0] == '@' ? add_lines(out, operand + 1, e) : strlist_add(out, operand, strlen(operand), e);
    }
    if (r)
        strlist_clear(out);
    return r;
}

/* A number of digits alone, 1 … max; 0 when it is none. `*end` is behind it. */
static long parse_share(const char *s, long max, const char **end)
{
    char *stop;
    if (!isdigit((unsigned char)*s))
        return 0;
    errno = 0;
    long n = strtol(s, &stop, 10);
    *end = stop;
    return errno == 0 && n >= 1 && n <= max ? n : 0;
}

int command_shard(const struct settings *s, struct strlist *products, struct err *e)
{
    enum { SHARDS_MAX = 1000000 };
    const char *at = s->shard;
    if (!s->shard)
        return 0;
    long k = parse_share(at, SHARDS_MAX, &at), n = k > 0 && *at == '/' ? parse_share(at + 1, SHARDS_MAX, &at) : 0;
    if (n == 0 || k > n || *at)
        return err_set(e, ERR_USAGE, "--shard %s: not allowed; K/N is, with K from 1 to N, and N to %d", s->shard,
                       SHARDS_MAX);
    size_t kept = 0;
    for (size_t i = 0; i < products->n; i++) {
        if (i % (size_t)n == (size_t)k - 1)
            products->s[kept++] = products->s[i];
        else
            free(products->s[i]);
    }
    products->n = kept;
    return 0;
}

int command_one_product(const struct settings *s, struct strlist *out, struct err *e)
{
    int r = command_products(s, out, e);
    if (r || out->n == 1)
        return r;
    r = err_set(e, ERR_USAGE, "one product is taken, not %zu", out->n);
    strlist_clear(out);
    return r;
}

/* ---- --tiles ---- */

/* "3_4", "tile_3_4" or "tile_3_4.nc", n characters. */
static bool parse_cell(const char *s, size_t n, struct cell *c)
{
    char text[32], *end;
    if (n >= sizeof text)
        return false;
    memcpy(text, s, n);
    text[n] = '\0';
    char *at = strncmp(text, "tile_", 5) == 0 ? text + 5 : text;
    if (!isdigit((unsigned char)*at))
        return false;
    long x = strtol(at, &end, 10);
    if (*end != '_' || !isdigit((unsigned char)end[1]))
        return false;
    long y = strtol(end + 1, &end, 10);
    *c = (struct cell){(int32_t)x, (int32_t)y};
    return (*end == '\0' || strcmp(end, ".nc") == 0) && x <= 1000000 && y <= 1000000;
}

static int add_cells(const char *text, struct cell **cells, size_t *n, size_t *cap, struct err *e)
{
    for (const char *s = text;; s++) {
        size_t len = strcspn(s, ", \t");
        if (*n == *cap) {
            size_t grown = *cap ? *cap * 2 : 64;
            struct cell *c = realloc(*cells, grown * sizeof *c);
            if (!c)
                return err_nomem(e, grown * sizeof *c);
            *cells = c;
            *cap = grown;
        }
        if (!parse_cell(s, len, &(*cells)[*n]))
            return err_set(e, ERR_USAGE, "--tiles: \"%.*s\" is no subscene; write column_row, as 3_4", (int)len, s);
        ++*n;
        s += len;
        if (*s == '\0')
            return 0;
    }
}

/* The subscenes of --tiles, as given; NULL and 0 without the option. */
static int read_cells(const struct settings *s, struct cell **cells, size_t *n, struct err *e)
{
    struct strlist lines = {0};
    size_t cap = 0;
    if (!s->tiles)
        return 0;
    int r =
        s->tiles[0] == '@' ? add_lines(&lines, s->tiles + 1, e) : strlist_add(&lines, s->tiles, strlen(s->tiles), e);
    for (size_t i = 0; r == 0 && i < lines.n; i++)
        r = add_cells(lines.s[i], cells, n, &cap, e);
    if (r == 0 && *n == 0)
        r = err_set(e, ERR_USAGE, "--tiles %s: the list is empty", s->tiles);
    strlist_clear(&lines);
    return r;
}

int command_selection(const struct settings *s, struct selection *out, struct err *e)
{
    *out = (struct selection){0};
    int r = read_cells(s, &out->cells, &out->n_cells, e);
    return r == 0 && s->aoi ? aoi_open(s->aoi, &out->aoi, e) : r;
}

void command_selection_clear(struct selection *s)
{
    free(s->cells);
    aoi_close(s->aoi);
    *s = (struct selection){0};
}
