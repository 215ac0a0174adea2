#include "cmd/cli/help.h"

#include <string.h>

#include "cmd/cm_vsm/cm_vsm.h"
#include "io/netcdf/ncmake.h"

static const char EXIT_CODES[][2][110] = {
    {"0", "all done (nothing to do is done)"},
    {"1",
     "some subscenes or products failed, the others are good; or the output cannot be written"},
    {"2", "usage or configuration"},
    {"3", "input missing or bad: do not retry"},
    {"75", "temporary (disk full, out of memory, made by another process right now): retry"},
    {"129", "stopped by SIGHUP (a closed terminal), cleanly; nohup has it ignored"},
    {"130", "stopped by SIGINT, cleanly"},
    {"143", "stopped by SIGTERM, cleanly"},
};
enum { EXIT_CODE_COUNT = sizeof EXIT_CODES / sizeof *EXIT_CODES };

/* "-o, --output DIR" */
static void format_option(const struct option_def *o, char *buf, size_t size)
{
    char letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(buf, size, "%s--%s%s%s", letter, o->name, o->arg ? " " : "", o->arg ? o->arg : "");
}

/* The help text with range and default behind it. */
static void format_meaning(const struct option_def *o, char *buf, size_t size)
{
    char range[256];
    options_range(o, range, sizeof range);
    size_t n = (size_t)snprintf(buf, size, "%s", o->help);
    if (range[0] && n < size)
        n += (size_t)snprintf(buf + n, size - n, " (%s)", range);
    if (o->def && n < size)
        snprintf(buf + n, size - n, " [%s]", o->def);
}

/* Words in lines of at most 100 columns; those after the first begin with `lead` and are indented
 * to the column where the first one stands. */
static void print_wrapped(FILE *to, const char *text, const char *lead, int indent)
{
    int column = indent;
    for (const char *s = text; *s;) {
        int n = (int)strcspn(s, " ");
        if (column > indent && column + 1 + n > 100) {
            fprintf(to, "\n%-*s", indent, lead);
            column = indent;
        } else if (column > indent) {
            fputc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", n, s);
        column += n;
        s += n + (s[n] == ' ');
    }
    fputc('\n', to);
}

void help_program(FILE *to)
{
    fprintf(to,
            "subscene %s: Sentinel-2 products to training and inference subscenes\n\nusage: "
            "subscene COMMAND ...\n\n",
            SUBSCENE_VERSION);
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "  %-8s %-12s %s\n", command_table[i].name, command_table[i].operands,
                command_table[i].summary);
    fprintf(to, "\nsubscene COMMAND --help tells more; subscene --version prints versions.\n");
}

void help_command(const struct command *c, FILE *to)
{
    fprintf(to, "usage: subscene %s %s [options]\n\n", c->name, c->operands);
    print_wrapped(to, c->details, "", 0);
    fprintf(to, "\n");
    for (size_t i = 0; i < option_count; i++) {
        char option[64], meaning[512];
        if (!(option_table[i].commands & c->bit))
            continue;
        format_option(&option_table[i], option, sizeof option);
        format_meaning(&option_table[i], meaning, sizeof meaning);
        fprintf(to, "  %-26s ", option);
        print_wrapped(to, meaning, "", 29);
    }
    fprintf(to, "\nexit codes:\n");
    for (int i = 0; i < EXIT_CODE_COUNT; i++)
        fprintf(to, "  %-4s %s\n", EXIT_CODES[i][0], EXIT_CODES[i][1]);
}

void help_version(FILE *to)
{
    char libraries[64];
    ncmake_versions(libraries, sizeof libraries);
    fprintf(to, "subscene %s (%s)\n", SUBSCENE_VERSION, libraries);
}

/* Text with what roff would take for its own escaped. */
static void print_escaped(FILE *to, const char *text)
{
    for (const char *s = text; *s; s++) {
        if (*s == '\\' || *s == '-')
            fputc('\\', to);
        fputc(*s, to);
    }
}

static void print_roff(FILE *to, const char *text)
{
    print_escaped(to, text);
    fputc('\n', to);
}

static void print_flags_of_cm_vsm(FILE *to)
{
    fprintf(to, ".SH CM_VSM\nCalled as\n.B cm_vsm\nthe program takes the flags of cm_vsm 0.3 and "
                "stands in its place.\n");
    for (size_t i = 0; i < cm_vsm_flags(); i++) {
        char flag[64];
        const char *help;
        cm_vsm_flag(i, flag, &help);
        fprintf(to, ".TP\n.B \"");
        print_escaped(to, flag);
        fprintf(to, "\"\n");
        print_roff(to, help);
    }
}

void help_manual(FILE *to)
{
    fprintf(to,
            ".TH SUBSCENE 1 \"\" \"subscene %s\"\n.SH NAME\nsubscene \\- Sentinel\\-2 products to "
            "training and "
            "inference subscenes\n",
            SUBSCENE_VERSION);
    fprintf(to, ".SH SYNOPSIS\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, ".B subscene %s\n%s [options]\n.br\n", command_table[i].name,
                command_table[i].operands);
    fprintf(to, ".SH COMMANDS\n");
    for (size_t i = 0; i < command_count; i++) {
        fprintf(to, ".TP\n.B %s\n", command_table[i].name);
        print_roff(to, command_table[i].details);
    }
    fprintf(to, ".SH OPTIONS\n");
    for (size_t i = 0; i < option_count; i++) {
        char option[64], meaning[512];
        format_option(&option_table[i], option, sizeof option);
        format_meaning(&option_table[i], meaning, sizeof meaning);
        fprintf(to, ".TP\n.B ");
        print_roff(to, option + strspn(option, " "));
        print_roff(to, meaning);
        fprintf(to, "(");
        for (size_t c = 0, n = 0; c < command_count; c++)
            if (option_table[i].commands & command_table[c].bit)
                fprintf(to, "%s%s", n++ ? ", " : "", command_table[c].name);
        fprintf(to, ")\n");
    }
    fprintf(to, ".SH EXIT STATUS\n");
    for (int i = 0; i < EXIT_CODE_COUNT; i++)
        fprintf(to, ".TP\n%s\n%s\n", EXIT_CODES[i][0], EXIT_CODES[i][1]);
    fprintf(
        to,
        ".SH ENVIRONMENT\n.TP\nSOURCE_DATE_EPOCH\nthe time that files of profile kappazeta give as "
        "last_modified, instead of the product's own\n"
        ".TP\nSLURM_CPUS_PER_TASK, SLURM_CPUS_ON_NODE, SLURM_MEM_PER_NODE, "
        "SLURM_MEM_PER_CPU\nthreads and memory "
        "that the task was given, for when \\-\\-threads and \\-\\-memory are not\n");
    print_flags_of_cm_vsm(to);
}

/* Every line commented: taken away, the mark leaves the default, or where there is none an
 * example. */
void help_config(FILE *to)
{
    fprintf(to,
            "# Options of subscene %s; use with --config FILE. Take the mark away from the lines "
            "that you change.\n",
            SUBSCENE_VERSION);
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        char meaning[512];
        if (!options_in_config(o))
            continue;
        format_meaning(o, meaning, sizeof meaning);
        bool is_value = o->def && strncmp(o->def, "all", 3) != 0;
        fprintf(to, "\n# ");
        print_wrapped(to, meaning, "#", 2);
        fprintf(to, "#%s = %s\n", o->name,
                o->kind == OPTION_FLAG ? "false"
                : is_value             ? o->def
                                       : o->arg);
    }
}

int cmd_config(const struct settings *s)
{
    (void)s;
    help_config(stdout);
    return 0;
}

static void print_markdown_cell(FILE *to, const char *text)
{
    for (const char *s = text; *s; s++)
        fprintf(to, *s == '|' ? "\\|" : "%c", *s);
}

void help_markdown(FILE *to)
{
    fprintf(to, "| option | meaning | default | commands |\n|---|---|---|---|\n");
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        char option[64], range[256];
        format_option(o, option, sizeof option);
        options_range(o, range, sizeof range);
        fprintf(to, "| `");
        print_markdown_cell(to, option + strspn(option, " "));
        fprintf(to, "` | ");
        print_markdown_cell(to, o->help);
        if (range[0]) {
            fprintf(to, " (");
            print_markdown_cell(to, range);
            fprintf(to, ")");
        }
        fprintf(to, " | %s | ", o->def ? o->def : "");
        for (size_t c = 0, n = 0; c < command_count; c++)
            if (o->commands & command_table[c].bit)
                fprintf(to, "%s%s", n++ ? ", " : "", command_table[c].name);
        fprintf(to, " |\n");
    }
}

void help_table(FILE *to)
{
    for (size_t c = 0; c < command_count; c++)
        for (size_t i = 0; i < option_count; i++) {
            const struct option_def *o = &option_table[i];
            char range[256], letter[2] = {o->letter ? o->letter : '-', '\0'};
            if (!(o->commands & command_table[c].bit))
                continue;
            options_range(o, range, sizeof range);
            fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", command_table[c].name, o->name, letter,
                    o->arg ? o->arg : "-", o->def ? o->def : "-", range[0] ? range : "-", o->help);
        }
}
