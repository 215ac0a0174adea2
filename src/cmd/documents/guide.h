/* Manual pages made from the guides in Markdown: subscene-format(5), subscene-cluster(7). What the
 * guides use is known: headings, paragraphs, lists, fenced blocks, tables and the marks of
 * roff.h. */
#ifndef SUBSCENE_CMD_DOCUMENTS_GUIDE_H
#define SUBSCENE_CMD_DOCUMENTS_GUIDE_H

#include <stdio.h>

struct guide {
    const char *name; /* "subscene-format" */
    int section;
    const char *summary;
    const char *begins; /* a first sentence, where the Markdown begins with a heading; or "" */
};
extern const struct guide guide_table[];
extern const size_t guide_count;

/* Prints the page of the Markdown text; 0, or an errno. */
int guide_print(const struct guide *g, FILE *markdown, FILE *to);

#endif
