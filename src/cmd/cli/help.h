/* Texts made from the tables of commands and options: --help, the manual page, the README's
 * table. */
#ifndef SUBSCENE_CMD_CLI_HELP_H
#define SUBSCENE_CMD_CLI_HELP_H

#include <stdio.h>

#include "cmd/cli/commands.h"

void help_program(FILE *to);
void help_command(const struct command *c, FILE *to);
void help_version(FILE *to);
void help_manual(FILE *to); /* man(7) source */
void help_config(FILE *to); /* the defaults as a configuration file */
void help_markdown(FILE *to); /* the table of options */
void help_table(FILE *to); /* the same for programs: a line each command and option: letter,
                              placeholder, default, range ("-": none), meaning, separated by tabs */

#endif
