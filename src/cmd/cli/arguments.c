#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/cli/commands.h"
#include "core/layout.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/product.h"
#include "filters/kernel.h"
#include "filters/resize16.h"

int command_fail(const struct err *e)
{
    log_message(LOG_ERROR, "", "%s", e->msg);
    return err_exit_status(e->code);
}

/* The kernel of --filter, without --compat. */
static int find_kernel(const struct settings *s, const struct kernel_def **out, struct err *e)
{
    const char *name = options_filter(s);
    enum kernel_id id = kernel_find(name);
    if (id == KERNEL_COUNT)
        return err_set(
            e, ERR_USAGE,
            "--filter %s: is one of --compat %s; without it point is nearest, hanning is hann",
            name, compat_names[COMPAT_CM_VSM]);
    *out = &kernel_table[id];
    if ((s->given & GIVEN_LOBES) && !kernel_table[id].takes_lobes)
        return err_set(e, ERR_USAGE,
                       "--lobes %d: the filter %s has a fixed half-width; sinc, lanczos, hann and "
                       "hamming take it",
                       s->lobes, name);
    return 0;
}

/* What cm_vsm does not do cannot be asked of its numbers. */
static int check_compat(const struct settings *s, struct err *e)
{
    const char *whose = compat_names[s->compat], *filter = options_filter(s);
    if (options_resolution_m(s) != 10)
        return err_set(e, ERR_USAGE, "--resolution %d: --compat %s is for 10 m",
                       options_resolution_m(s), whose);
    if (s->edge != EDGE_PAD)
        return err_set(e, ERR_USAGE, "--edge %s: --compat %s pads", edge_policy_names[s->edge],
                       whose);
    if (s->given & GIVEN_LOBES)
        return err_set(e, ERR_USAGE,
                       "--lobes %d: the filters of --compat %s have fixed half-widths", s->lobes,
                       whose);
    if (s->given & GIVEN_ENGINE)
        return err_set(e, ERR_USAGE, "--engine: --compat %s has one of its own", whose);
    if ((s->given & GIVEN_OFFSET) && s->offset != 1)
        return err_set(e, ERR_USAGE,
                       "--offset remove: --compat %s keeps RADIO_ADD_OFFSET in the numbers", whose);
    if ((s->given & GIVEN_FILTER) && resize16_find(filter) == RESIZE16_COUNT)
        return err_set(
            e, ERR_USAGE,
            "--filter %s: --compat %s has no such filter; nearest is point, hann is hanning",
            filter, whose);
    return 0;
}

static int compat_params(const struct settings *s, struct params *out, struct err *e)
{
    int r = check_compat(s, e);
    out->lobes = 0;
    out->keep_offset = true;
    snprintf(out->filter, sizeof out->filter, "%s",
             s->given & GIVEN_FILTER ? options_filter(s) : resize16_names[RESIZE16_UNDEFINED]);
    snprintf(out->engine, sizeof out->engine, "direct");
    return r;
}

int command_params(const struct settings *s, struct params *out, struct err *e)
{
    const struct kernel_def *kernel = NULL;
    *out = (struct params){.bands = s->bands,
                           .size = s->size,
                           .overlap = s->overlap,
                           .resolution_m = options_resolution_m(s),
                           .edge = (enum edge_policy)s->edge,
                           .keep_offset = s->offset == 1,
                           .profile = (enum file_profile)s->profile,
                           .deflate = s->deflate,
                           .compat = (enum compat)s->compat,
                           .cut = s->cut};
    if (out->compat)
        return compat_params(s, out, e);
    int r = find_kernel(s, &kernel, e);
    if (r)
        return r;
    out->lobes = kernel->takes_lobes ? s->lobes : 0;
    snprintf(out->filter, sizeof out->filter, "%s", kernel->name);
    snprintf(out->engine, sizeof out->engine, "%s", s->engine == 1 ? "direct" : "fft");
    return 0;
}

int command_stage_params(const struct settings *s, struct params *out, struct err *e)
{
    int r = command_params(s, out, e);
    if (!(s->given & GIVEN_DEFLATE))
        out->deflate = 0;
    return r;
}

struct session_options command_folder(const struct settings *s, const struct resources *r)
{
    return (struct session_options){.output = s->output,
                                    .min_valid = s->min_valid,
                                    .png = s->png,
                                    .overwrite = s->overwrite,
                                    .dry_run = s->dry_run,
                                    .lock = {.timeout_s = s->lock_timeout_s, .job = r->job}};
}

int command_output(const struct settings *s, struct err *e)
{
    if (!s->output)
        return err_set(e, ERR_USAGE, "-o DIR is needed: where the files go");
    /* netCDF-C would read the files back under another name */
    if (strchr(s->output, '\\'))
        return err_set(e, ERR_USAGE, "--output %s: a backslash is not allowed in the folder's name",
                       s->output);
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
        return err_set(e, ERR_USAGE, "SOURCE_DATE_EPOCH=%s: is no number of seconds since 1970",
                       text);
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

/* What editors put before the first line: a byte-order mark. That of UTF-8 says nothing new; UTF-16
 * is no list. */
static int skip_mark(char **line, ssize_t *n, const char *path, struct err *e)
{
    static const char utf8[] = "\xef\xbb\xbf";
    if (*n >= 2 && (memcmp(*line, "\xff\xfe", 2) == 0 || memcmp(*line, "\xfe\xff", 2) == 0))
        return err_set(e, ERR_INPUT, "list %s: is UTF-16 text; save it as UTF-8", path);
    if (*n >= 3 && memcmp(*line, utf8, 3) == 0) {
        *line += 3;
        *n -= 3;
    }
    return 0;
}

/* Blanks around the line do not count, an empty one is no entry. */
static int add_line(struct strlist *l, const char *s, ssize_t n, size_t *remarks, struct err *e)
{
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        n--;
    while (n > 0 && isspace((unsigned char)*s)) {
        s++;
        n--;
    }
    if (n > 0 && *s == '#')
        ++*remarks;
    else if (n > 0)
        return strlist_add(l, s, (size_t)n, e);
    return 0;
}

/* The lines of a file ("-": stdin); those that begin with # are only counted. */
static int add_lines(struct strlist *l, const char *path, size_t *remarks, struct err *e)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!f)
        return err_sys(e, ERR_INPUT, errno, "list %s", path);
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    int r = 0;
    for (bool first = true; r == 0 && (n = getline(&line, &cap, f)) >= 0; first = false) {
        char *s = line;
        r = first ? skip_mark(&s, &n, path, e) : 0;
        /* the line would end there, without a word */
        if (r == 0 && memchr(s, '\0', (size_t)n))
            r = err_set(e, ERR_INPUT, "list %s: has a NUL byte; save it as UTF-8", path);
        if (r == 0)
            r = add_line(l, s, n, remarks, e);
    }
    if (r == 0 && !feof(f)) /* also for want of memory, which is no error of the stream */
        r = err_sys(e, ERR_INPUT, errno, "list %s", path);
    free(line);
    if (f != stdin)
        fclose(f);
    return r;
}

int command_products(const struct settings *s, struct strlist *out, struct err *e)
{
    size_t remarks = 0;
    *out = (struct strlist){0};
    int r = 0;
    for (int i = 0; r == 0 && i < s->n_operands; i++) {
        const char *operand = s->operands[i];
        r = operand[0] == '@' ? add_lines(out, operand + 1, &remarks, e)
                              : strlist_add(out, operand, strlen(operand), e);
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
    long k = parse_share(at, SHARDS_MAX, &at),
         n = k > 0 && *at == '/' ? parse_share(at + 1, SHARDS_MAX, &at) : 0;
    if (n == 0 || k > n || *at)
        return err_set(e, ERR_USAGE,
                       "--shard %s: not allowed; K/N is, with K from 1 to N, and N to %d", s->shard,
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

/* What stands before the cell: nothing, or the last folder of "…/PRODUCT/", with or without
 * ".SAFE". */
static bool parse_product(const char *s, size_t n, char product[128])
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    const char *slash = n > 0 ? memrchr(s, '/', n - 1) : NULL;
    const char *begin = slash ? slash + 1 : s;
    size_t len = n > 0 ? product_name_length(begin, n - 1 - (size_t)(begin - s)) : 0;
    product[0] = '\0';
    if (n == 0)
        return true;
    if (len == 0 || len >= 128)
        return false;
    memcpy(product, begin, len);
    product[len] = '\0';
    return strspn(product, allowed) == len && product[0] != '.';
}

static int add_cell(struct selection *out, size_t *cap, const char *s, size_t len, struct err *e)
{
    char product[128];
    const char *slash = memrchr(s, '/', len);
    size_t n = slash ? (size_t)(slash + 1 - s) : 0;
    struct cell *grown = mem_grown(out->cells, out->n_cells, cap, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    out->cells = grown;
    if (!parse_cell(s + n, len - n, &out->cells[out->n_cells]) || !parse_product(s, n, product))
        return err_set(
            e, ERR_USAGE,
            "--tiles: \"%.*s\" is no subscene; write column_row, as 3_4, or PRODUCT/column_row",
            (int)len, s);
    out->n_cells++;
    return strlist_add(&out->products, product, strlen(product), e);
}

static int add_cells(const char *text, struct selection *out, size_t *cap, struct err *e)
{
    for (const char *s = text;; s++) {
        size_t len = strcspn(s, ", \t");
        int r = add_cell(out, cap, s, len, e);
        s += len;
        if (r || *s == '\0')
            return r;
    }
}

/* Takes away what stands behind a # and the blanks before it. */
static void drop_remark(char *line)
{
    size_t n = strcspn(line, "#");
    while (n > 0 && isspace((unsigned char)line[n - 1]))
        n--;
    line[n] = '\0';
}

/* A list without a subscene: whoever wrote remarks into it means that there is none; a file with
 * nothing in it may be what is left of a command that failed. */
static int take_none(const struct settings *s, size_t remarks, struct selection *out, struct err *e)
{
    if (remarks == 0)
        return err_set(e, ERR_USAGE,
                       "--tiles %s: the list is empty; one that means no subscene has a remark, as "
                       "those of select have",
                       s->tiles);
    free(out->cells);
    out->cells = mem_alloc(0, sizeof *out->cells); /* NULL would be all */
    return out->cells ? 0 : err_nomem(e, 0);
}

/* The subscenes of --tiles, as given; NULL without the option. */
static int read_cells(const struct settings *s, struct selection *out, struct err *e)
{
    struct strlist lines = {0};
    size_t cap = 0, remarks = 0;
    if (!s->tiles)
        return 0;
    bool is_list = s->tiles[0] == '@', any = false;
    int r = is_list ? add_lines(&lines, s->tiles + 1, &remarks, e)
                    : strlist_add(&lines, s->tiles, strlen(s->tiles), e);
    for (size_t i = 0; r == 0 && i < lines.n; i++) {
        if (is_list)
            drop_remark(lines.s[i]);
        r = add_cells(lines.s[i], out, &cap, e);
    }
    if (r == 0 && out->n_cells == 0)
        r = take_none(s, remarks, out, e);
    strlist_clear(&lines);
    for (size_t i = 0; i < out->products.n; i++)
        any |= out->products.s[i][0] != '\0';
    if (!any)
        strlist_clear(&out->products);
    return r;
}

int command_selection(const struct settings *s, struct selection *out, struct err *e)
{
    *out = (struct selection){0};
    int r = read_cells(s, out, e);
    return r == 0 && s->aoi ? aoi_open(s->aoi, &out->aoi, e) : r;
}

void command_selection_clear(struct selection *s)
{
    free(s->cells);
    strlist_clear(&s->products);
    aoi_close(s->aoi);
    *s = (struct selection){0};
}
