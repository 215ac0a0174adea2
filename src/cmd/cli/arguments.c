#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cli/arguments.h"
#include "core/layout.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/product.h"
#include "core/text.h"
#include "filters/kernel.h"
#include "filters/resize16.h"

/* The kernel of --filter, without --compat. */
static int find_kernel(const struct settings *s, const struct kernel_def **out, struct err *e)
{
    const char *name = options_filter(s);
    enum kernel_id id = kernel_find(name);
    if (id == KERNEL_COUNT)
        return err_set(e, ERR_USAGE,
                       "--filter %s: is one of --compat %s; without it use nearest for point, hann "
                       "for hanning",
                       name, compat_names[COMPAT_CM_VSM]);
    *out = &kernel_table[id];
    if ((s->given & GIVEN_LOBES) && !kernel_table[id].takes_lobes)
        return err_set(
            e, ERR_USAGE,
            "--lobes %d: the half-width of %s is fixed; --lobes is for sinc, lanczos, hann "
            "and hamming",
            s->lobes, name);
    return 0;
}

/* Checks that cm_vsm can do what the options ask for. */
static int check_compat(const struct settings *s, struct err *e)
{
    const char *compat = compat_names[s->compat], *filter = options_filter(s);
    if (options_resolution_m(s) != 10)
        return err_set(e, ERR_USAGE, "--resolution %d: --compat %s is for 10 m",
                       options_resolution_m(s), compat);
    if (s->edge != EDGE_PAD)
        return err_set(e, ERR_USAGE, "--edge %s: --compat %s needs --edge pad",
                       edge_policy_names[s->edge], compat);
    if (s->given & GIVEN_LOBES)
        return err_set(e, ERR_USAGE,
                       "--lobes %d: the filters of --compat %s have fixed half-widths", s->lobes,
                       compat);
    if (s->given & GIVEN_ENGINE)
        return err_set(e, ERR_USAGE, "--engine: --compat %s has its own engine", compat);
    if ((s->given & GIVEN_OFFSET) && s->offset != 1)
        return err_set(e, ERR_USAGE, "--offset remove: --compat %s keeps RADIO_ADD_OFFSET", compat);
    if ((s->given & GIVEN_FILTER) && resize16_find(filter) == RESIZE16_COUNT)
        return err_set(
            e, ERR_USAGE,
            "--filter %s: --compat %s has no such filter; use point for nearest, hanning for hann",
            filter, compat);
    return 0;
}

static int compat_params(const struct settings *s, struct params *out, struct err *e)
{
    int r = check_compat(s, e);
    if (r)
        return r;
    out->lobes = 0;
    out->keep_offset = true;
    snprintf(out->filter, sizeof out->filter, "%s",
             s->given & GIVEN_FILTER ? options_filter(s) : resize16_names[RESIZE16_UNDEFINED]);
    snprintf(out->engine, sizeof out->engine, "direct");
    return 0;
}

int arguments_params(const struct settings *s, struct params *out, struct err *e)
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

int arguments_stage_params(const struct settings *s, struct params *out, struct err *e)
{
    int r = arguments_params(s, out, e);
    if (!(s->given & GIVEN_DEFLATE))
        out->deflate = 0;
    return r;
}

struct session_options arguments_folder(const struct settings *s, const struct resources *r)
{
    return (struct session_options){.output = s->output,
                                    .min_valid = s->min_valid,
                                    .png = s->png,
                                    .overwrite = s->overwrite,
                                    .drop_labels = s->drop_labels,
                                    .dry_run = s->dry_run,
                                    .lock = {.timeout_s = s->lock_timeout_s, .job = r->job}};
}

int arguments_output(const struct settings *s, struct err *e)
{
    if (!s->output)
        return err_set(e, ERR_USAGE, "-o DIR is needed: the output folder");
    /* netCDF-C would read the files under another name */
    if (strchr(s->output, '\\'))
        return err_set(e, ERR_USAGE, "--output %s: a backslash is not allowed in the folder's name",
                       s->output);
    return 0;
}

int arguments_timestamp(char buf[32], const char **out, struct err *e)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    struct tm utc;
    char *end;
    *out = NULL;
    if (!text || !*text)
        return 0;
    time_t t = (time_t)strtoll(text, &end, 10);
    if (*end || t < 0 || !gmtime_r(&t, &utc))
        return err_set(e, ERR_USAGE, "SOURCE_DATE_EPOCH=%s: is not a number of seconds since 1970",
                       text);
    strftime(buf, 32, "%Y-%m-%dT%H:%M:%S", &utc);
    *out = buf;
    return 0;
}

int arguments_layout(const struct settings *s, const char **template, struct err *e)
{
    *template = layout_template(s->layout);
    return layout_check(*template, e);
}

/* ---- lists ---- */

/* Skips the byte-order mark of UTF-8, which some editors write before the first line. UTF-16 is an
 * error. */
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

/* Adds a line without the blanks around it. Empty lines are ignored, comments are counted. */
static int add_line(struct strlist *l, const char *s, ssize_t n, size_t *comments, struct err *e)
{
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        n--;
    while (n > 0 && isspace((unsigned char)*s)) {
        s++;
        n--;
    }
    if (n > 0 && *s == '#')
        ++*comments;
    else if (n > 0)
        return strlist_add(l, s, (size_t)n, e);
    return 0;
}

/* Adds the lines of a file ("-": stdin). Lines that begin with # are only counted. */
static int add_lines(struct strlist *l, const char *path, size_t *comments, struct err *e)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!f)
        return err_sys(e, ERR_INPUT, errno, "list %s", path);
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    int r = 0;
    for (bool first = true; (n = getline(&line, &cap, f)) >= 0; first = false) {
        char *s = line;
        if (first && (r = skip_mark(&s, &n, path, e)) != 0)
            goto close_file;
        /* the rest of the line would be lost without a message */
        if (memchr(s, '\0', (size_t)n)) {
            r = err_set(e, ERR_INPUT, "list %s: has a NUL byte; save it as UTF-8", path);
            goto close_file;
        }
        if ((r = add_line(l, s, n, comments, e)) != 0)
            goto close_file;
    }
    if (!feof(f)) /* not ferror, which ignores a failed allocation */
        r = err_sys(e, ERR_INPUT, errno, "list %s", path);
close_file:
    free(line);
    if (f != stdin)
        fclose(f);
    return r;
}

int arguments_products(const struct settings *s, struct strlist *out, struct err *e)
{
    size_t comments = 0;
    *out = (struct strlist){0};
    for (int i = 0; i < s->n_operands; i++) {
        const char *operand = s->operands[i];
        int r = operand[0] == '@' ? add_lines(out, operand + 1, &comments, e)
                                  : strlist_add(out, operand, strlen(operand), e);
        if (r) {
            strlist_clear(out);
            return r;
        }
    }
    return 0;
}

/* A number of digits only, 1 … max; otherwise 0. `*end` is the character after it. */
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

int arguments_shard(const struct settings *s, struct strlist *products, struct err *e)
{
    enum { SHARDS_MAX = 1000000 };
    const char *at = s->shard;
    if (!s->shard)
        return 0;
    long k = parse_share(at, SHARDS_MAX, &at),
         n = k > 0 && *at == '/' ? parse_share(at + 1, SHARDS_MAX, &at) : 0;
    if (n == 0 || k > n || *at)
        return err_set(e, ERR_USAGE,
                       "--shard %s: not allowed; use K/N with K from 1 to N, and N at most %d",
                       s->shard, SHARDS_MAX);
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

int arguments_one_product(const struct settings *s, struct strlist *out, struct err *e)
{
    int r = arguments_products(s, out, e);
    if (r || out->n == 1)
        return r;
    r = err_set(e, ERR_USAGE, "one product is expected, not %zu", out->n);
    strlist_clear(out);
    return r;
}

/* ---- --tiles ---- */

/* Parses n characters: "3_4", "tile_3_4" or "tile_3_4.nc". */
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

/* Parses the n characters before the cell: nothing, or a path "…/PRODUCT/", ".SAFE" optional. */
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
            "--tiles: \"%.*s\" is not a subscene; write column_row, as 3_4, or PRODUCT/column_row",
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

/* Removes a comment, which starts with #, and the blanks before it. */
static void remove_comment(char *line)
{
    size_t n = strcspn(line, "#");
    while (n > 0 && isspace((unsigned char)line[n - 1]))
        n--;
    line[n] = '\0';
}

/* A list with comments only selects no subscene. An empty list is an error: a failed command may
 * have left it. */
static int select_none(const struct settings *s, size_t comments, struct selection *out,
                       struct err *e)
{
    if (comments == 0)
        return err_set(e, ERR_USAGE,
                       "--tiles %s: the list is empty; to select no subscenes, write a comment (#) "
                       "into it, as subscene select does",
                       s->tiles);
    free(out->cells);
    out->cells = mem_alloc(0, sizeof *out->cells); /* NULL means all */
    return out->cells ? 0 : err_nomem(e, 0);
}

/* Keeps the product names of the cells only if there are any. */
static void tidy_products(struct strlist *products)
{
    for (size_t i = 0; i < products->n; i++)
        if (products->s[i][0] != '\0')
            return;
    strlist_clear(products);
}

/* The cells of --tiles, in the given order; NULL without the option. */
static int read_cells(const struct settings *s, struct selection *out, struct err *e)
{
    struct strlist lines = {0};
    size_t cap = 0, comments = 0;
    if (!s->tiles)
        return 0;
    bool is_list = s->tiles[0] == '@';
    int r = is_list ? add_lines(&lines, s->tiles + 1, &comments, e)
                    : strlist_add(&lines, s->tiles, strlen(s->tiles), e);
    if (r)
        goto clear_lines;
    for (size_t i = 0; i < lines.n; i++) {
        if (is_list)
            remove_comment(lines.s[i]);
        if ((r = add_cells(lines.s[i], out, &cap, e)) != 0)
            goto clear_lines;
    }
    if (out->n_cells == 0)
        r = select_none(s, comments, out, e);
    tidy_products(&out->products);
clear_lines:
    strlist_clear(&lines);
    return r;
}

int arguments_selection(const struct settings *s, struct selection *out, struct err *e)
{
    *out = (struct selection){0};
    int r = read_cells(s, out, e);
    if (r)
        return r;
    return s->aoi ? aoi_open(s->aoi, &out->aoi, e) : 0;
}

void arguments_selection_clear(struct selection *s)
{
    free(s->cells);
    strlist_clear(&s->products);
    aoi_close(s->aoi);
    *s = (struct selection){0};
}

static bool has_metadata(const char *folder, const char *file)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    return access(path, F_OK) == 0;
}

bool arguments_is_product(const char *path)
{
    char name[4096];
    const size_t n = path_trimmed_length(path);
    if (n >= sizeof name)
        return false;
    memcpy(name, path, n);
    name[n] = '\0';
    return text_ends_with(name, ".SAFE") || text_ends_with(name, ".zip") ||
           strncmp(path_base(name), "MTD_MSIL", 8) == 0 || has_metadata(name, "MTD_MSIL1C.xml") ||
           has_metadata(name, "MTD_MSIL2A.xml");
}
