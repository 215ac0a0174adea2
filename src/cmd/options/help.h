/* Prints --help of the program and of each command. The manual pages share its texts. All texts are
 * made from the tables of commands and options. */
#ifndef SUBSCENE_CMD_OPTIONS_HELP_H
#define SUBSCENE_CMD_OPTIONS_HELP_H

#include <stdio.h>

#include "cmd/options/commands.h"

void help_program(FILE *to);

/* Prints usage, examples, description, options under their headings, and exit codes. */
void help_command(const struct command *c, FILE *to);

struct help_exit_code {
    const char *code, *meaning;
};
extern const struct help_exit_code help_exit_codes[]; /* ends with code == NULL */

/* The usage without the command's name: "PRODUCT... -o DIR [options]". */
enum { HELP_USAGE_SIZE = 64 };
void help_usage(const struct command *c, char buf[HELP_USAGE_SIZE]);

/* "-o, --output DIR". Blanks replace a missing letter. */
enum { HELP_OPTION_SIZE = 64, HELP_MEANING_SIZE = 512 };
void help_option(const struct option_def *o, char buf[HELP_OPTION_SIZE]);

/* The help text, followed by range and default. */
void help_meaning(const struct option_def *o, char buf[HELP_MEANING_SIZE]);

/* Prints the options of a command in the style of a page: a heading for each group, then its
 * options. `option` and `meaning` come from help_option and help_meaning. */
struct help_style {
    void (*heading)(FILE *to, const char *name);
    void (*option)(FILE *to, const char *option, const char *meaning);
};
void help_options(const struct command *c, const struct help_style *style, FILE *to);

/* Prints words in lines of at most 100 columns. The first line starts in column `indent`. The other
 * lines start with `lead`, padded to that column. */
void help_print_wrapped(FILE *to, const char *text, const char *lead, int indent);

#endif
