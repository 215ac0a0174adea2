#include "cmd/documents/guide.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/documents/manual.h"
#include "cmd/documents/roff.h"

const struct guide guide_table[] = {
    {"subscene-format", 5, "files that subscene writes",
     "This page describes the files: their places, names and contents."},
    {"subscene-cluster", 7, "subscene on batch systems", ""},
};
const size_t guide_count = sizeof guide_table / sizeof *guide_table;

enum { CELLS_MAX = 8 };

struct page {
    FILE *to;
    struct text block; /* Markdown of the current paragraph or item */
    bool is_first; /* nothing was printed below the heading yet */
    bool is_code;
    bool is_list;
    int cells; /* of the current table's header; 0: not in a table */
    char header[CELLS_MAX][64];
};

/* Prints `macro`, then the current paragraph or item. */
static void end_block(struct page *p, const char *macro)
{
    struct text t = {0};
    if (p->block.len == 0)
        return;
    roff_put_markdown(&t, p->block.s, p->block.len);
    fprintf(p->to, "%s", macro);
    if (t.s)
        roff_print_lines(p->to, t.s);
    free(t.s);
    p->block.len = 0;
    p->is_first = false;
}

static void end_paragraph(struct page *p)
{
    end_block(p, p->is_list || p->is_first ? "" : ".PP\n");
    p->is_list = false;
    p->cells = 0;
}

static void add_line(struct page *p, const char *s)
{
    if (p->block.len > 0)
        text_put(&p->block, " ");
    text_put(&p->block, "%s", s);
}

static void put_heading(struct page *p, const char *s)
{
    end_paragraph(p);
    fprintf(p->to, ".SH ");
    for (; *s; s++)
        if (*s != '`')
            fprintf(p->to, *s == '-' ? "\\-" : "%c", toupper((unsigned char)*s));
    fprintf(p->to, "\n");
    p->is_first = true;
}

static void put_code(struct page *p, const char *line)
{
    struct text t = {0};
    roff_put(&t, line, strlen(line));
    if (t.s)
        fprintf(p->to, "%s%s", strchr(".'", t.s[0]) ? "\\&" : "", t.s);
    fprintf(p->to, "\n");
    free(t.s);
}

/* Begins or ends a code block. */
static void toggle_code(struct page *p)
{
    end_paragraph(p);
    p->is_code = !p->is_code;
    fprintf(p->to, p->is_code ? "%s.RS 4\n.nf\n" : "%s.fi\n.RE\n",
            p->is_code && !p->is_first ? ".PP\n" : "");
    p->is_first = false;
}

/* Splits "| a | b |" in place. Returns the number of cells. */
static int cut_cells(char *line, char *cell[CELLS_MAX])
{
    int n = 0;
    for (char *s = line + 1; n < CELLS_MAX;) {
        char *end = strchr(s, '|');
        while (end && end[-1] == '\\')
            end = strchr(end + 1, '|');
        if (!end)
            break;
        *end = '\0';
        s += strspn(s, " ");
        for (char *last = end; last > s && last[-1] == ' ';)
            *--last = '\0';
        cell[n++] = s;
        s = end + 1;
    }
    return n;
}

/* Prints the cells after the first. In tables with more than two columns, each cell has its
 * heading. */
static void put_cells(const struct page *p, char *cell[CELLS_MAX], int n)
{
    struct text t = {0};
    for (int i = 1; i < n; i++) {
        if (!cell[i][0])
            continue;
        if (t.len > 0)
            text_put(&t, "; ");
        if (p->cells > 2 && p->header[i][0])
            text_put(&t, "\\fI%s\\fR: ", p->header[i]);
        roff_put_markdown(&t, cell[i], strlen(cell[i]));
    }
    roff_print_lines(p->to, t.s ? t.s : "\\(em");
    free(t.s);
}

/* Prints a row as an item. Its first cell is the tag. */
static void put_row(struct page *p, char *cell[CELLS_MAX], int n)
{
    struct text tag = {0};
    roff_put_markdown(&tag, cell[0], strlen(cell[0]));
    fprintf(p->to, ".TP\n%s\n", tag.s ? tag.s : "\\(em");
    free(tag.s);
    put_cells(p, cell, n);
    p->is_first = false;
}

static void take_row(struct page *p, char *line)
{
    char *cell[CELLS_MAX];
    int n = cut_cells(line, cell);
    if (n == 0 || strspn(cell[0], "-: ") == strlen(cell[0]) + (cell[0][0] == '\0'))
        return;
    if (p->cells > 0) {
        put_row(p, cell, n);
        return;
    }
    end_paragraph(p);
    p->cells = n;
    for (int i = 0; i < n; i++) {
        struct text t = {0};
        roff_put_markdown(&t, cell[i], strlen(cell[i]));
        snprintf(p->header[i], sizeof p->header[i], "%s", t.s ? t.s : "");
        free(t.s);
    }
}

/* The length of the mark of an item, "- text" or "1. text". 0: no item begins here. */
static size_t item_mark(const char *s)
{
    size_t digits = strspn(s, "0123456789");
    if (strncmp(s, "- ", 2) == 0)
        return 2;
    return digits > 0 && strncmp(s + digits, ". ", 2) == 0 ? digits + 2 : 0;
}

static void begin_item(struct page *p, const char *line, size_t mark)
{
    end_block(p, p->is_list || p->is_first ? "" : ".PP\n");
    if (mark > 2)
        fprintf(p->to, ".IP %.*s 4\n", (int)mark - 1, line);
    else
        fprintf(p->to, ".IP \\(bu 2\n");
    p->is_list = true;
    add_line(p, line + mark);
}

static void take_line(struct page *p, char *line)
{
    size_t mark = p->is_code ? 0 : item_mark(line);
    if (strncmp(line, "```", 3) == 0)
        toggle_code(p);
    else if (p->is_code)
        put_code(p, line);
    else if (line[0] == '\0')
        end_paragraph(p);
    else if (strncmp(line, "## ", 3) == 0)
        put_heading(p, line + 3);
    else if (line[0] == '|')
        take_row(p, line);
    else if (mark > 0)
        begin_item(p, line, mark);
    else if (strncmp(line, "# ", 2) != 0) /* the title is in NAME */
        add_line(p, line + strspn(line, " "));
}

/* Lists the pages of all guides. */
static void print_see_also(FILE *to)
{
    fprintf(to, ".SH SEE ALSO\n.BR subscene (1),\n");
    for (size_t i = 0; i < guide_count; i++)
        fprintf(to, ".BR %s%s (%d)%s\n", "subscene\\-", guide_table[i].name + sizeof "subscene",
                guide_table[i].section, i + 1 < guide_count ? "," : "");
}

int guide_print(const struct guide *g, FILE *markdown, FILE *to)
{
    struct page p = {.to = to, .is_first = true};
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    manual_begin(to, g->name, g->section, g->summary);
    fprintf(to, ".SH DESCRIPTION\n");
    if (g->begins[0])
        roff_print(to, g->begins);
    errno = 0;
    while ((n = getline(&line, &cap, markdown)) >= 0) {
        line[n - (n > 0 && line[n - 1] == '\n')] = '\0';
        take_line(&p, line);
    }
    int error = feof(markdown) ? 0 : errno;
    end_paragraph(&p);
    print_see_also(to);
    free(line);
    free(p.block.s);
    return error || ferror(to) || p.block.failed ? (error ? error : EIO) : 0;
}
