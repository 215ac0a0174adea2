/* --help of the program and of each command, and the texts that the manual pages share with it. All
 * of it is made from the tables of commands and options. */
#ifndef SUBSCENE_CMD_CLI_HELP_H
#define SUBSCENE_CMD_CLI_HELP_H

#include <stdio.h>

#include "cmd/cli/commands.h"

void help_program(FILE *to);

/* Usage, examples, description, the options under their headings, exit codes. */
void help_command(const struct command *c, FILE *to);

struct help_exit_code {
    const char *code, *meaning;
};
extern const struct help_exit_code help_exit_codes[]; /* ends with code == NULL */

/* What follows the command's name in its usage: "PRODUCT... -o DIR [options]". */
enum { HELP_USAGE_SIZE = 64 };
void help_usage(const struct command *c, char buf[HELP_USAGE_SIZE]);

/* "-o, --output DIR", with blanks in place of a letter that is missing. */
enum { HELP_OPTION_SIZE = 64, HELP_MEANING_SIZE = 512 };
void help_option(const struct option_def *o, char buf[HELP_OPTION_SIZE]);

/* The help text with range and default behind it. */
void help_meaning(const struct option_def *o, char buf[HELP_MEANING_SIZE]);

/* How a page shows the options of a command: a heading for each group, then its options, each as
 * help_option and help_meaning give it. */
struct help_style {
    void (*heading)(FILE *to, const char *name);
    void (*option)(FILE *to, const char *option, const char *meaning);
};
void help_options(const struct command *c, const struct help_style *style, FILE *to);

/* Words in lines of at most 100 columns; those after the first begin with `lead` and are indented
 * to the column where the first one stands. */
void help_print_wrapped(FILE *to, const char *text, const char *lead, int indent);

#endif
