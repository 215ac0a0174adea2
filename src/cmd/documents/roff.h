/* Writes text as man(7) source. Lines have at most 78 bytes, as mandoc recommends, except for
 * longer words. */
#ifndef SUBSCENE_CMD_DOCUMENTS_ROFF_H
#define SUBSCENE_CMD_DOCUMENTS_ROFF_H

#include <stdio.h>

#include "core/text.h"

/* Appends n characters. Escapes backslashes and dashes. */
void roff_put(struct text *t, const char *s, size_t n);

/* Appends n characters of Markdown. `code` and **bold** become bold, *emphasis* becomes italic, a
 * link becomes its text. */
void roff_put_markdown(struct text *t, const char *s, size_t n);

/* Prints escaped text, wrapped in lines. */
void roff_print_lines(FILE *to, const char *escaped);

/* Escapes plain text and prints it, wrapped in lines. */
void roff_print(FILE *to, const char *plain);

/* Escapes a bold tag and prints it. Its paragraph follows. */
void roff_print_tag(FILE *to, const char *plain);

#endif
