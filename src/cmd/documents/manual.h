/* The manual pages subscene(1), subscene-COMMAND(1) and cm_vsm(1), as man(7) source. */
#ifndef SUBSCENE_CMD_DOCUMENTS_MANUAL_H
#define SUBSCENE_CMD_DOCUMENTS_MANUAL_H

#include <stdio.h>

#include "cmd/options/commands.h"

/* Prints ".TH" and the section NAME. */
void manual_begin(FILE *to, const char *name, int section, const char *summary);

void manual_program(FILE *to);
void manual_command(const struct command *c, FILE *to);
void manual_cm_vsm(FILE *to);

#endif
