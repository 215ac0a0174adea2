/* The table of options, for people (OPTIONS.md) and for programs. */
#ifndef SUBSCENE_CMD_DOCUMENTS_TABLES_H
#define SUBSCENE_CMD_DOCUMENTS_TABLES_H

#include <stdio.h>

/* A heading for each group, and an item for each option. */
void tables_markdown(FILE *to);

/* A line for each command and option: letter, placeholder, default, range ("-": none), meaning,
 * group, separated by tabs. */
void tables_plain(FILE *to);

#endif
