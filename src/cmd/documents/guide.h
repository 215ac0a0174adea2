/* Makes manual pages from guides in Markdown: subscene-format(5), subscene-cluster(7). Supports the
 * Markdown of these guides only: headings, paragraphs, lists, fenced blocks, tables and the marks
 * of roff.h. */
#ifndef SUBSCENE_CMD_DOCUMENTS_GUIDE_H
#define SUBSCENE_CMD_DOCUMENTS_GUIDE_H

#include <stdio.h>

struct guide {
    const char *name; /* "subscene-format" */
    int section;
    const char *summary;
    const char *begins; /* first sentence, if the Markdown begins with a heading; or "" */
};
extern const struct guide guide_table[];
extern const size_t guide_count;

/* Prints the page of the Markdown text. Returns 0 or an errno. */
int guide_print(const struct guide *g, FILE *markdown, FILE *to);

#endif
