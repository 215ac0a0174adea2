/* Completion of the command line for three shells, made from the tables of commands, options and
 * cm_vsm's flags. */
#ifndef SUBSCENE_CMD_DOCUMENTS_COMPLETION_H
#define SUBSCENE_CMD_DOCUMENTS_COMPLETION_H

#include <stdio.h>

void completion_bash(FILE *to);
void completion_zsh(FILE *to);
void completion_fish(FILE *to);

#endif
