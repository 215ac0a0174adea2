#include "cmd/cm_vsm/cm_vsm.h"

#include <stdio.h>
#include <string.h>

#include "cmd/cli/commands.h"
#include "cmd/cli/console.h"
#include "cmd/cli/version.h"
#include "cmd/cm_vsm/cm_vsm_flags.h"
#include "core/log.h"

/* The one whose place it takes, and whose numbers it gives: clients compare it with the one that
 * they need. */
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

/* The last one counts where a flag is given again, but for what is to be worked on. */
static int parse(struct cm_vsm_call *c, int argc, char **argv, struct err *e)
{
    for (int i = 1; i < argc; i++) {
        int f = find_flag(argv[i]);
        if (f < 0)
            return err_set(e, ERR_USAGE, "%s: %s; --help lists what there is", argv[i],
                           argv[i][0] == '-' ? "no such flag" : "belongs to no flag");
        bool has_value = !cm_vsm_flag_table[f].arg || (i + 1 < argc && find_flag(argv[i + 1]) < 0);
        if (!has_value)
            return err_set(e, ERR_USAGE, "%s: the value is missing (%s)", argv[i],
                           cm_vsm_flag_table[f].arg);
        if (c->value[f] && cm_vsm_flag_table[f].take &&
            (f == FLAG_PRODUCT || (cm_vsm_flag_table[f].modes & MODE_LABEL)))
            return err_set(e, ERR_USAGE, "%s: is given twice; one call takes one", argv[i]);
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
            return err_set(e, ERR_USAGE, "%s and %s: one at a time", by->name, f->name);
        if (c->value[leading[i]])
            by = f;
    }
    if (!by)
        return err_set(e, ERR_USAGE, "one of -d PRODUCT, -r FILE, -R DIR, -A DIR is needed");
    c->mode = by->modes;
    c->by = by->name;
    return 0;
}

static int need(const struct cm_vsm_call *c, enum cm_vsm_flag_id id, struct err *e)
{
    return !(cm_vsm_flag_table[id].modes & c->mode) || c->value[id]
               ? 0
               : err_set(e, ERR_USAGE, "%s: %s %s is needed too", c->by, cm_vsm_flag_table[id].name,
                         cm_vsm_flag_table[id].arg);
}

/* What cannot count here is refused; but scripts may give all their calls the same level and number
 * of jobs. */
static int check_flags(const struct cm_vsm_call *c, struct err *e)
{
    for (int i = 0; i < FLAG_COUNT; i++) {
        if (!c->value[i] || (cm_vsm_flag_table[i].modes & c->mode))
            continue;
        if (i != FLAG_DEFLATE && i != FLAG_JOBS)
            return err_set(e, ERR_USAGE, "%s: does not go with %s", cm_vsm_flag_table[i].name,
                           c->by);
        log_message(LOG_WARNING, "", "%s %s: does not count for labels: %s",
                    cm_vsm_flag_table[i].name, c->value[i],
                    i == FLAG_JOBS ? "one thread puts them in" : "a file keeps its compression");
    }
    int r = need(c, FLAG_TILE_NAME, e);
    return r ? r : need(c, FLAG_NETCDF, e);
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

/* What cm_vsm does without being told. */
static int set_implied(struct cm_vsm_call *c, struct err *e)
{
    static const char *const implied[][2] = {{"bands", "all"},         {"compat", "cm-vsm"},
                                             {"profile", "kappazeta"}, {"offset", "keep"},
                                             {"layout", "cm_vsm"},     {"deflate", "9"}};
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof implied / sizeof *implied; i++)
        r = cm_vsm_set(c, implied[i][0], implied[i][1], e);
    return r;
}

static int prepare(struct cm_vsm_call *c, struct err *e)
{
    int r = find_mode(c, e);
    if (r == 0)
        r = check_flags(c, e);
    if (r == 0 && c->mode == MODE_MAKE)
        r = set_implied(c, e);
    if (r == 0)
        r = take_flags(c, e);
    if (c->settings.cut && !c->value[FLAG_LAYERS])
        c->settings.no_masks = true; /* class layers are not shrunk */
    if (r == 0 && c->mode == MODE_MAKE && !c->settings.output)
        r = cm_vsm_choose_output(c, e);
    if (c->mode & MODE_LABEL) {
        c->settings.map = "kappaset"; /* cm_vsm's own codes: 0 UNDEFINED, 5 MISSING */
        c->settings.overwrite = true;
    }
    c->settings.operands = &c->operand;
    c->settings.n_operands = 1;
    return r;
}

/* ---- what it says ---- */

static void print_banner(void)
{
    printf("cm_vsm: subscene in its place\n Version: %s\n", VERSION);
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

static int start(struct cm_vsm_call *c, int argc, char **argv)
{
    struct err err = ERR_INIT;
    int failed = options_parse(CMD_RUN, 0, NULL, &c->settings, &err);
    console_start(&c->settings);
    if (failed == 0)
        failed = parse(c, argc, argv, &err);
    if (failed == 0 && c->value[FLAG_SHOW_HELP]) {
        print_usage(stdout);
        return 0;
    }
    if (failed == 0 && c->value[FLAG_SHOW_VERSION]) {
        print_banner();
        return 0;
    }
    if (failed == 0)
        failed = prepare(c, &err);
    if (failed)
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
    int status = start(&call, argc, argv);
    options_clear(&call.settings);
    return status;
}
