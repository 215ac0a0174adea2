#include "cmd/options/options.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options/commands.h"
#include "cmd/options/option_hints.h"
#include "io/text/config.h"

static int refuse(const struct option_def *o, const char *value, struct err *e)
{
    char range[256], hint[SUGGEST_SIZE];
    options_range(o, range, sizeof range);
    option_value_hint(o, value, hint);
    return err_set(e, ERR_USAGE, "--%s %s: not allowed%s%s values are %s", o->name,
                   *value ? value : "\"\"", hint, *hint ? " The" : "; the", range);
}

/* Parses "1/16", digits only. `*end` is the character after it; `text` if it is no fraction. */
static double parse_fraction(const char *text, char **end)
{
    static const char digits[] = "0123456789";
    size_t above = strspn(text, digits), below = strspn(text + above + 1, digits);
    *end = (char *)(uintptr_t)text;
    if (above == 0 || below == 0 || text[above] != '/')
        return 0;
    const char *divisor = text + above + 1;
    *end = (char *)(uintptr_t)(divisor + below);
    /* a division by 0 is outside of every range */
    return strtod(text, NULL) / strtod(divisor, NULL);
}

static int set_number(const struct option_def *o, const char *value, void *to, struct err *e)
{
    char *end;
    errno = 0;
    double number = o->kind == OPTION_REAL && strchr(value, '/') ? parse_fraction(value, &end)
                                                                 : strtod(value, &end);
    double scale = 1;
    if (o->kind == OPTION_BYTES && *end) {
        static const char units[] = "KMG";
        const char *unit = strchr(units, *end);
        if (!unit || end[1])
            return refuse(o, value, e);
        scale = pow(1024, (double)(unit - units) + 1);
        end++;
    }
    number *= scale;
    /* strtod also accepts hexadecimal, "inf", "nan", leading blanks and exponents; only OPTION_REAL
     * may have exponents */
    const char *characters = o->kind == OPTION_INT    ? "0123456789"
                             : o->kind == OPTION_REAL ? "0123456789.eE+-/"
                                                      : "0123456789.KMG";
    if (end == value || *end || strspn(value, characters) != strlen(value) ||
        !(number >= o->min && number <= o->max))
        return refuse(o, value, e);
    if (o->kind != OPTION_REAL && number != floor(number))
        return refuse(o, value, e);
    if (o->kind == OPTION_REAL)
        *(double *)to = number == 0 ? 0 : number; /* not −0, which would be another parameter */
    else if (o->kind == OPTION_INT)
        *(int32_t *)to = (int32_t)number;
    else
        *(size_t *)to = (size_t)number;
    return 0;
}

static int set_word(const struct option_def *o, const char *value, void *to, struct err *e)
{
    for (int32_t i = 0; o->words[i]; i++)
        if (strcmp(o->words[i], value) == 0) {
            *(int32_t *)to = i;
            return 0;
        }
    return refuse(o, value, e);
}

static int refuse_band(const struct option_def *o, const char *value, const char *name,
                       struct err *e)
{
    char hint[SUGGEST_SIZE];
    option_value_hint(o, name, hint);
    return err_set(e, ERR_USAGE, "--%s %s: no band \"%s\"%s%s are %s, separated by commas", o->name,
                   value, name, hint, *hint ? " Bands" : "; bands", band_set_names);
}

static int set_bands(const struct option_def *o, const char *value, void *to, struct err *e)
{
    band_set set = 0;
    if (strcmp(value, "all") == 0) {
        *(band_set *)to = BAND_SET_ALL;
        return 0;
    }
    for (const char *s = value; *s || s == value;) {
        char name[32];
        size_t n = strcspn(s, ",");
        snprintf(name, sizeof name, "%.*s", (int)n, s);
        band_set named = band_set_named(name);
        if (!named || (s[n] == ',' && s[n + 1] == '\0'))
            return refuse_band(o, value, named ? "" : name, e);
        set |= named;
        s += n + (s[n] == ',');
    }
    *(band_set *)to = set;
    return 0;
}

static int set_value(const struct option_def *o, const char *value, struct settings *s,
                     struct err *e)
{
    void *to = (char *)s + o->offset;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)to = true;
        return 0;
    case OPTION_INT:
    case OPTION_REAL:
    case OPTION_BYTES:
        return set_number(o, value, to, e);
    case OPTION_WORD:
        return set_word(o, value, to, e);
    case OPTION_BANDS:
        return set_bands(o, value, to, e);
    case OPTION_TEXT:
        if (*value == '\0')
            return err_set(e, ERR_USAGE, "--%s: an empty value where %s is needed", o->name,
                           o->arg);
        *(const char **)to = value;
        return 0;
    case OPTION_TEXTS:
        if (*value == '\0')
            return err_set(e, ERR_USAGE, "--%s: an empty value where %s is needed", o->name,
                           o->arg);
        return strlist_add(to, value, strlen(value), e);
    }
    return 0;
}

static int set_defaults(struct settings *s, struct err *e)
{
    *s = (struct settings){.layout = "dataset"};
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        bool has_value = o->kind == OPTION_INT || o->kind == OPTION_REAL || o->kind == OPTION_WORD;
        int r = has_value && o->def ? set_value(o, o->def, s, e) : 0;
        if (r)
            return r;
    }
    return 0;
}

static const struct option_def *find_option(unsigned command, const char *name, size_t n,
                                            char letter)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        bool same =
            name ? strlen(o->name) == n && memcmp(o->name, name, n) == 0 : o->letter == letter;
        if (same && (o->commands & command))
            return o;
    }
    return NULL;
}

struct parser {
    unsigned command;
    int argc, at;
    char **argv;
    struct settings *s;
    bool *given; /* per option: on the command line or in the file */
};

static unsigned given_bit(const char *name)
{
    static const struct {
        const char *name;
        unsigned bit;
    } table[] = {
        {"lobes", GIVEN_LOBES},   {"deflate", GIVEN_DEFLATE}, {"unlabelled", GIVEN_UNLABELLED},
        {"filter", GIVEN_FILTER}, {"engine", GIVEN_ENGINE},   {"offset", GIVEN_OFFSET},
        {"for", GIVEN_FOR},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].bit;
    return 0;
}

/* Sets an option and notes that it was given. */
static int set_given(struct settings *s, const struct option_def *o, const char *value,
                     struct err *e)
{
    s->given |= given_bit(o->name);
    return set_value(o, value, s, e);
}

int options_set(unsigned command, const char *name, const char *value, struct settings *s,
                struct err *e)
{
    const struct option_def *o = find_option(command, name, strlen(name), 0);
    return o ? set_given(s, o, value, e) : err_set(e, ERR_USAGE, "there is no option --%s", name);
}

static int assign(struct parser *p, const struct option_def *o, const char *value, struct err *e)
{
    p->given[o - option_table] = true;
    return set_given(p->s, o, value, e);
}

/* `attached`: the value in the same argument, "--size=256" or "-j4"; NULL: none. */
static int apply(struct parser *p, const struct option_def *o, const char *attached, struct err *e)
{
    const char *value = attached;
    if (o->kind == OPTION_FLAG && attached)
        return err_set(e, ERR_USAGE, "--%s=%s: this option takes no value", o->name, attached);
    if (o->kind != OPTION_FLAG && !attached) {
        if (p->at + 1 >= p->argc)
            return err_set(e, ERR_USAGE, "--%s: the value is missing (%s)", o->name, o->arg);
        value = p->argv[++p->at];
    }
    return assign(p, o, value, e);
}

/* Lists the commands that have the option: "info, label". */
static void list_commands(const struct option_def *o, char *buf, size_t size)
{
    buf[0] = '\0';
    for (size_t i = 0, n = 0; i < command_count && n < size; i++)
        if (o->commands & command_table[i].bit)
            n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? ", " : "", command_table[i].name);
}

static int refuse_option(unsigned command, const char *name, struct err *e)
{
    char hint[SUGGEST_SIZE], commands[128];
    const struct option_def *other = find_option(~0U, name, strlen(name), 0);
    if (!other) {
        option_name_hint(command, name, "--", hint);
        return err_set(e, ERR_USAGE, "unknown option --%s%s%s --help lists the options", name, hint,
                       *hint ? "" : ";");
    }
    list_commands(other, commands, sizeof commands);
    return err_set(e, ERR_USAGE,
                   "--%s is not an option of this command, but of %s; --help lists the options of "
                   "this command",
                   name, commands);
}

static int parse_long(struct parser *p, const char *arg, struct err *e)
{
    char name[64];
    size_t n = strcspn(arg, "=");
    const struct option_def *o = find_option(p->command, arg, n, 0);
    snprintf(name, sizeof name, "%.*s", (int)n, arg);
    return o ? apply(p, o, arg[n] == '=' ? arg + n + 1 : NULL, e)
             : refuse_option(p->command, name, e);
}

/* `letters` is the argument without the dash. "-size" may mean --size. */
static int refuse_letter(unsigned command, const char *letters, char letter, struct err *e)
{
    char hint[SUGGEST_SIZE] = "";
    if (strlen(letters) > 2)
        option_name_hint(command, letters, "--", hint);
    return err_set(e, ERR_USAGE, "unknown option -%c%s%s --help lists the options", letter, hint,
                   *hint ? "" : ";");
}

/* "-j4", "-j 4", "-qo DIR" */
static int parse_letters(struct parser *p, const char *letters, struct err *e)
{
    for (const char *l = letters; *l; l++) {
        const struct option_def *o = find_option(p->command, NULL, 0, *l);
        if (!o)
            return refuse_letter(p->command, letters, *l, e);
        if (o->kind != OPTION_FLAG)
            return apply(p, o, l[1] ? l + 1 : NULL, e);
        int r = apply(p, o, NULL, e);
        if (r)
            return r;
    }
    return 0;
}

bool options_in_config(const struct option_def *o)
{
    return strcmp(o->name, "config") != 0 && strcmp(o->name, "help") != 0 &&
           strcmp(o->name, "version") != 0;
}

/* The state while the configuration file is read. */
struct config_parser {
    struct parser *p;
    bool *seen; /* per option: the file has it */
    const bool *on_line; /* per option: the command line has it, and takes precedence */
};

static int set_flag_or_value(struct parser *p, const struct option_def *o, const char *value,
                             struct err *e)
{
    if (o->kind != OPTION_FLAG)
        return assign(p, o, value, e);
    if (strcmp(value, "true") == 0)
        return assign(p, o, NULL, e);
    return strcmp(value, "false") == 0
               ? 0
               : err_set(e, ERR_USAGE, "%s = %s: the values are true, false", o->name, value);
}

/* Applies one line of the file. Options of other commands are ignored. */
static int set_from_config(void *ctx, const char *key, const char *value, struct err *e)
{
    struct config_parser *c = ctx;
    struct parser *p = c->p;
    const struct option_def *any = find_option(~0U, key, strlen(key), 0);
    char hint[SUGGEST_SIZE];
    if (!any || !options_in_config(any)) {
        option_name_hint(~0U, key, "", hint);
        return err_set(e, ERR_USAGE, "unknown key %s%s%s subscene config prints all keys", key,
                       hint, *hint ? "" : ";");
    }
    if (c->seen[any - option_table] && any->kind != OPTION_TEXTS)
        return err_set(e, ERR_USAGE, "%s is given twice", key);
    c->seen[any - option_table] = true;
    if (!(any->commands & p->command) || c->on_line[any - option_table])
        return 0;
    int r = strlist_add(&p->s->owned, value, strlen(value), e);
    return r ? r : set_flag_or_value(p, any, p->s->owned.s[p->s->owned.n - 1], e);
}

static int parse_arguments(struct parser *p, struct err *e)
{
    int operands = 0, r = 0;
    bool only_operands = false;
    for (; r == 0 && p->at < p->argc; p->at++) {
        char *arg = p->argv[p->at];
        if (only_operands || arg[0] != '-' || arg[1] == '\0')
            p->argv[operands++] = arg;
        else if (strcmp(arg, "--") == 0)
            only_operands = true;
        else if (arg[1] == '-')
            r = parse_long(p, arg + 2, e);
        else
            r = parse_letters(p, arg + 1, e);
    }
    p->s->operands = (const char *const *)p->argv;
    p->s->n_operands = operands;
    return r;
}

/* Finds --log-format=json among arguments with an error, so that the error is logged as JSON. */
static void find_log_format(int argc, char *const *argv, struct settings *s)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--log-format=json") == 0 ||
            (strcmp(argv[i], "json") == 0 && i > 0 && strcmp(argv[i - 1], "--log-format") == 0))
            s->log_format = LOG_FORMAT_JSON;
}

int options_parse(unsigned command, int argc, char **argv, struct settings *out, struct err *e)
{
    bool given[OPTIONS_MAX] = {false}, seen[OPTIONS_MAX] = {false}, on_line[OPTIONS_MAX];
    struct parser p = {.command = command, .argc = argc, .argv = argv, .s = out, .given = given};
    struct config_parser config = {&p, seen, on_line};
    int r;
    if ((r = set_defaults(out, e)) != 0 || (r = parse_arguments(&p, e)) != 0) {
        find_log_format(argc, argv, out);
        return r;
    }
    memcpy(on_line, given, sizeof on_line);
    return out->config ? config_read(out->config, set_from_config, &config, e) : 0;
}

void options_clear(struct settings *s)
{
    strlist_clear(&s->owned);
    strlist_clear(&s->raster);
}
