/* Prints the table of options, for people (OPTIONS.md) and for programs. */
#ifndef SUBSCENE_CMD_DOCUMENTS_TABLES_H
#define SUBSCENE_CMD_DOCUMENTS_TABLES_H

#include <stdio.h>

/* Prints a heading for each group, and an item for each option. */
void tables_markdown(FILE *to);

/* Prints a line for each command and each of its options: command, name, letter, placeholder,
 * default, range, help text, group. Tabs separate the fields; "-" is an empty field. */
void tables_plain(FILE *to);

#endif
