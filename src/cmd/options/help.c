#include "cmd/options/help.h"

#include <string.h>

const struct help_exit_code help_exit_codes[] = {
    {"0", "success, also if there was nothing to do"},
    {"1",
     "some subscenes or products failed, the others are good; or the output cannot be written"},
    {"2", "wrong usage or configuration"},
    {"3", "input missing or bad: do not retry"},
    {"75", "temporary (disk full, out of memory, another process is making the product): retry"},
    {"129", "stopped cleanly by SIGHUP (a closed terminal); nohup makes the program ignore it"},
    {"130", "stopped cleanly by SIGINT"},
    {"143", "stopped cleanly by SIGTERM"},
    {NULL, NULL},
};

/* True for commands that require -o. info has it too, but does not require it. */
static bool needs_output(const struct command *c)
{
    for (size_t i = 0; i < option_count; i++)
        if (strcmp(option_table[i].name, "output") == 0)
            return (option_table[i].commands & c->bit) && c->bit != CMD_INFO;
    return false;
}

void help_usage(const struct command *c, char buf[HELP_USAGE_SIZE])
{
    snprintf(buf, HELP_USAGE_SIZE, "%s%s%s[options]", c->operands, *c->operands ? " " : "",
             needs_output(c) ? "-o DIR " : "");
}

void help_option(const struct option_def *o, char buf[HELP_OPTION_SIZE])
{
    char letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(buf, HELP_OPTION_SIZE, "%s--%s%s%s", letter, o->name, o->arg ? " " : "",
             o->arg ? o->arg : "");
}

void help_meaning(const struct option_def *o, char buf[HELP_MEANING_SIZE])
{
    char range[256];
    options_range(o, range, sizeof range);
    size_t n = (size_t)snprintf(buf, HELP_MEANING_SIZE, "%s", o->help);
    if (range[0] && n < HELP_MEANING_SIZE)
        n += (size_t)snprintf(buf + n, HELP_MEANING_SIZE - n, " (%s)", range);
    if (o->def && n < HELP_MEANING_SIZE)
        snprintf(buf + n, HELP_MEANING_SIZE - n, " [%s]", o->def);
}

void help_print_wrapped(FILE *to, const char *text, const char *lead, int indent)
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
    fprintf(
        to,
        "subscene %s: Sentinel-2 products to training and inference subscenes\n\n"
        "usage: subscene COMMAND ...\n\n"
        "Example:\n  subscene run PRODUCT.SAFE -o OUT\n      Make all subscenes of a product\n\n"
        "Commands:\n",
        SUBSCENE_VERSION);
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "  %-8s %-12s %s\n", command_table[i].name, command_table[i].operands,
                command_table[i].summary);
    fprintf(to,
            "\n`subscene help COMMAND` lists the options of a command; `man subscene` names all "
            "pages.\n");
}

static void print_examples(const struct command *c, FILE *to)
{
    fprintf(to, "Examples:\n");
    for (const struct command_example *x = c->examples; x->line; x++)
        fprintf(to, "  %s\n      %s\n", x->line, x->does);
}

static void print_paragraphs(const char *text, FILE *to)
{
    for (const char *s = text; *s;) {
        char paragraph[1024];
        size_t n = strcspn(s, "\n");
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)n, s);
        fputc('\n', to);
        help_print_wrapped(to, paragraph, "", 0);
        s += n + (s[n] == '\n');
    }
}

void help_options(const struct command *c, const struct help_style *style, FILE *to)
{
    int group = -1;
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        char option[HELP_OPTION_SIZE], meaning[HELP_MEANING_SIZE];
        if (!(o->commands & c->bit))
            continue;
        if (group != (int)o->group)
            style->heading(to, option_group_names[o->group]);
        group = (int)o->group;
        help_option(o, option);
        help_meaning(o, meaning);
        style->option(to, option, meaning);
    }
}

static void print_heading(FILE *to, const char *name) { fprintf(to, "\n%s:\n", name); }

static void print_option(FILE *to, const char *option, const char *meaning)
{
    fprintf(to, "  %-26s ", option);
    help_print_wrapped(to, meaning, "", 29);
}

void help_command(const struct command *c, FILE *to)
{
    char usage[HELP_USAGE_SIZE];
    help_usage(c, usage);
    fprintf(to, "usage: subscene %s %s\n\n", c->name, usage);
    print_examples(c, to);
    print_paragraphs(c->details, to);
    help_options(c, &(struct help_style){print_heading, print_option}, to);
    fprintf(to, "\nExit codes:\n");
    for (const struct help_exit_code *x = help_exit_codes; x->code; x++)
        fprintf(to, "  %-4s %s\n", x->code, x->meaning);
}
