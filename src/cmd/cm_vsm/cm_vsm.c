#include "cmd/cm_vsm/cm_vsm.h"

#include <stdio.h>
#include <string.h>

#include "cmd/cm_vsm/cm_vsm_flags.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "cmd/options/version.h"
#include "core/log.h"

/* The version of cm_vsm that this program replaces. Clients compare it with the version that they
 * need. */
static const char VERSION[] = "0.3.7";

size_t cm_vsm_flags(void) { return FLAG_COUNT; }

void cm_vsm_flag(size_t i, char flag[64], const char **help)
{
    snprintf(flag, 64, "%s%s%s", cm_vsm_flag_table[i].name, cm_vsm_flag_table[i].arg ? " " : "",
             cm_vsm_flag_table[i].arg ? cm_vsm_flag_table[i].arg : "");
    *help = cm_vsm_flag_table[i].help;
}

const char *const *cm_vsm_flag_words(size_t i)
{
    return i == FLAG_FILTER ? cm_vsm_filters : i == FLAG_MAJA ? cm_vsm_maja_words : NULL;
}

/* ---- arguments ---- */

static int find_flag(const char *name)
{
    for (int i = 0; i < FLAG_COUNT; i++)
        if (strcmp(cm_vsm_flag_table[i].name, name) == 0)
            return i;
    return strcmp(name, "-h") == 0 ? FLAG_SHOW_HELP : -1;
}

/* If a flag is given twice, the last value counts. For -d and flags of labels, that is an error. */
static int parse(struct cm_vsm_call *c, int argc, char **argv, struct err *e)
{
    for (int i = 1; i < argc; i++) {
        int f = find_flag(argv[i]);
        if (f < 0)
            return err_set(e, ERR_USAGE, "%s: %s; --help lists the flags", argv[i],
                           argv[i][0] == '-' ? "no such flag" : "not the value of a flag");
        bool has_value = !cm_vsm_flag_table[f].arg || (i + 1 < argc && find_flag(argv[i + 1]) < 0);
        if (!has_value)
            return err_set(e, ERR_USAGE, "%s: the value is missing (%s)", argv[i],
                           cm_vsm_flag_table[f].arg);
        if (c->value[f] && cm_vsm_flag_table[f].take &&
            (f == FLAG_PRODUCT || (cm_vsm_flag_table[f].modes & MODE_LABEL)))
            return err_set(e, ERR_USAGE, "%s: is given twice; use one call for each", argv[i]);
        c->value[f] = cm_vsm_flag_table[f].arg ? argv[++i] : argv[i];
        if (c->value[f][0] == '\0')
            return err_set(e, ERR_USAGE, "%s: an empty value where %s is needed",
                           cm_vsm_flag_table[f].name, cm_vsm_flag_table[f].arg);
    }
    return 0;
}

static int find_mode(struct cm_vsm_call *c, struct err *e)
{
    static const enum cm_vsm_flag_id leading[] = {FLAG_PRODUCT,  FLAG_CVAT,     FLAG_SUPERVISELY,
                                                  FLAG_SEGMENTS, FLAG_PREPARED, FLAG_KZ_S2};
    const struct cm_vsm_flag *by = NULL;
    for (size_t i = 0; i < sizeof leading / sizeof *leading; i++) {
        const struct cm_vsm_flag *f = &cm_vsm_flag_table[leading[i]];
        if (c->value[leading[i]] && by)
            return err_set(e, ERR_USAGE, "%s and %s: cannot be combined", by->name, f->name);
        if (c->value[leading[i]])
            by = f;
    }
    if (!by)
        return err_set(e, ERR_USAGE, "one of -d PRODUCT, -r FILE, -R DIR, -A DIR is needed");
    c->mode = by->modes;
    c->by = by->name;
    return 0;
}

/* Checks that a flag that the mode needs is given. */
static int check_needed(const struct cm_vsm_call *c, enum cm_vsm_flag_id id, struct err *e)
{
    const struct cm_vsm_flag *f = &cm_vsm_flag_table[id];
    if (!(f->modes & c->mode) || c->value[id])
        return 0;
    return err_set(e, ERR_USAGE, "%s: %s %s is needed too", c->by, f->name, f->arg);
}

/* A flag of another mode is an error. -f and -j are only a warning, because scripts may give them
 * to all calls. */
static int check_flags(const struct cm_vsm_call *c, struct err *e)
{
    for (int i = 0; i < FLAG_COUNT; i++) {
        if (!c->value[i] || (cm_vsm_flag_table[i].modes & c->mode))
            continue;
        if (i != FLAG_DEFLATE && i != FLAG_JOBS)
            return err_set(e, ERR_USAGE, "%s: cannot be combined with %s",
                           cm_vsm_flag_table[i].name, c->by);
        log_message(LOG_WARNING, "", "%s %s: ignored for labels: %s", cm_vsm_flag_table[i].name,
                    c->value[i],
                    i == FLAG_JOBS ? "one thread writes them" : "the file keeps its compression");
    }
    int r = check_needed(c, FLAG_TILE_NAME, e);
    return r ? r : check_needed(c, FLAG_NETCDF, e);
}

static int take_flags(struct cm_vsm_call *c, struct err *e)
{
    for (int i = 0; i < FLAG_COUNT; i++) {
        const struct cm_vsm_flag *f = &cm_vsm_flag_table[i];
        if (!c->value[i] || !(f->modes & c->mode))
            continue;
        int r = f->take ? f->take(c, c->value[i], e)
                        : cm_vsm_set(c, f->option, f->arg ? c->value[i] : NULL, e);
        if (r)
            return err_wrap(e, "%s%s%s", f->name, f->arg ? " " : "", f->arg ? c->value[i] : "");
    }
    return 0;
}

/* Sets the defaults of cm_vsm. */
static int set_implied(struct cm_vsm_call *c, struct err *e)
{
    static const char *const implied[][2] = {{"bands", "all"},         {"compat", "cm-vsm"},
                                             {"profile", "kappazeta"}, {"offset", "keep"},
                                             {"layout", "cm_vsm"},     {"deflate", "9"}};
    for (size_t i = 0; i < sizeof implied / sizeof *implied; i++) {
        int r = cm_vsm_set(c, implied[i][0], implied[i][1], e);
        if (r)
            return r;
    }
    return 0;
}

/* Turns the flags of the call into settings. */
static int apply_flags(struct cm_vsm_call *c, struct err *e)
{
    int r;
    if ((r = find_mode(c, e)) != 0 || (r = check_flags(c, e)) != 0)
        return r;
    if (c->mode == MODE_MAKE && (r = set_implied(c, e)) != 0)
        return r;
    if ((r = take_flags(c, e)) != 0)
        return r;
    if (c->settings.cut && !c->value[FLAG_LAYERS])
        c->settings.no_masks = true; /* class layers are not shrunk */
    if (c->mode == MODE_MAKE && !c->settings.output && (r = cm_vsm_choose_output(c, e)) != 0)
        return r;
    if (c->mode & MODE_LABEL) {
        c->settings.map = "kappaset"; /* the codes of cm_vsm: 0 UNDEFINED, 5 MISSING */
        c->settings.overwrite = true;
    }
    c->settings.operands = &c->operand;
    c->settings.n_operands = 1;
    return 0;
}

/* ---- output ---- */

static void print_banner(void)
{
    printf("cm_vsm: provided by subscene\n Version: %s\n", VERSION);
    version_print(stdout);
}

static void print_usage(FILE *to)
{
    fprintf(to, "usage: cm_vsm -d PRODUCT [flags]\n       cm_vsm -r FILE -n FILE\n       cm_vsm -R "
                "DIR -t TILENAME -n FILE\n"
                "       cm_vsm -A DIR\n\n");
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        char flag[64];
        const char *help;
        cm_vsm_flag(i, flag, &help);
        fprintf(to, "  %-16s %s\n", flag, help);
    }
}

static int run_call(struct cm_vsm_call *c, int argc, char **argv)
{
    struct err err = ERR_INIT;
    int r = options_parse(CMD_RUN, 0, NULL, &c->settings, &err);
    console_start(&c->settings);
    if (r || parse(c, argc, argv, &err))
        return command_fail(&err);
    if (c->value[FLAG_SHOW_HELP]) {
        print_usage(stdout);
        return 0;
    }
    if (c->value[FLAG_SHOW_VERSION]) {
        print_banner();
        return 0;
    }
    if (apply_flags(c, &err))
        return command_fail(&err);
    return c->mode == MODE_MAKE ? cmd_run(&c->settings) : cmd_label(&c->settings);
}

int cm_vsm(int argc, char **argv)
{
    struct cm_vsm_call call = {.mode = 0};
    console_name("cm_vsm");
    if (argc < 2) {
        print_banner();
        print_usage(stderr);
        return 1;
    }
    int status = run_call(&call, argc, argv);
    options_clear(&call.settings);
    return status;
}
