/* Text as man(7) source. Lines have at most 78 bytes where words allow it; mandoc asks for that. */
#ifndef SUBSCENE_CMD_DOCUMENTS_ROFF_H
#define SUBSCENE_CMD_DOCUMENTS_ROFF_H

#include <stdio.h>

#include "core/text.h"

/* Appends n characters with backslashes and dashes escaped. */
void roff_put(struct text *t, const char *s, size_t n);

/* Appends a piece of Markdown: `code` and **bold** become bold, *emphasis* italic, and of a link
 * its text stays. */
void roff_put_markdown(struct text *t, const char *s, size_t n);

/* Prints escaped text in lines. */
void roff_print_lines(FILE *to, const char *escaped);

/* Escapes and prints plain text in lines. */
void roff_print(FILE *to, const char *plain);

/* A paragraph with a bold tag. */
void roff_print_tag(FILE *to, const char *plain);

#endif
