#include "cmd/documents/roff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void roff_put(struct text *t, const char *s, size_t n)
{
    static const char ellipsis[] = "\u2026"; /* terminals without UTF-8 cannot show it */
    for (size_t i = 0; i < n; i++)
        if (n - i >= sizeof ellipsis - 1 && strncmp(s + i, ellipsis, sizeof ellipsis - 1) == 0) {
            text_put(t, "...");
            i += sizeof ellipsis - 2;
        } else {
            text_put(t, s[i] == '\\' ? "\\e" : s[i] == '-' ? "\\-" : "%c", s[i]);
        }
}

/* The length of a marked text at `s`, with its marks. 0: none begins at `s`. */
static size_t marked(const char *s, size_t n, const char *mark)
{
    size_t m = strlen(mark);
    if (n < 2 * m + 1 || strncmp(s, mark, m) != 0 || s[m] == ' ')
        return 0;
    for (size_t i = m + 1; i + m <= n; i++)
        if (strncmp(s + i, mark, m) == 0 && s[i - 1] != ' ')
            return i + m;
    return 0;
}

/* The length of a link "[text](address)" at `s`, and that of its text. 0: none begins there. */
static size_t link_at(const char *s, size_t n, size_t *text)
{
    if (*s != '[')
        return 0;
    const char *end = memchr(s, ']', n);
    if (!end || (size_t)(end + 1 - s) >= n || end[1] != '(')
        return 0;
    const char *close = memchr(end, ')', n - (size_t)(end - s));
    *text = (size_t)(end - s - 1);
    return close ? (size_t)(close + 1 - s) : 0;
}

void roff_put_markdown(struct text *t, const char *s, size_t n)
{
    for (size_t i = 0, m, text; i < n; i += m) {
        if ((m = marked(s + i, n - i, "`")) > 0) {
            text_put(t, "\\fB");
            roff_put(t, s + i + 1, m - 2);
            text_put(t, "\\fR");
        } else if ((m = marked(s + i, n - i, "**")) > 0) {
            text_put(t, "\\fB");
            roff_put_markdown(t, s + i + 2, m - 4);
            text_put(t, "\\fR");
        } else if ((m = marked(s + i, n - i, "*")) > 0) {
            text_put(t, "\\fI");
            roff_put(t, s + i + 1, m - 2);
            text_put(t, "\\fR");
        } else if ((m = link_at(s + i, n - i, &text)) > 0) {
            roff_put_markdown(t, s + i + 1, text);
        } else {
            m = s[i] == '\\' && i + 1 < n && s[i + 1] == '|';
            size_t begin = i + m;
            for (m++; i + m < n && !strchr("`*[\\", s[i + m]);)
                m++;
            roff_put(t, s + begin, i + m - begin);
        }
    }
}

/* The width as mandoc counts it: a character beyond ASCII counts as \[u2026]. */
static size_t width_of(const char *s, size_t n)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++)
        width += (s[i] & 0x80) == 0 ? 1 : (s[i] & 0x40) ? 8 : 0;
    return width;
}

void roff_print_lines(FILE *to, const char *escaped)
{
    enum { LINE = 78 };
    size_t column = 0;
    for (const char *s = escaped; *s;) {
        size_t n = strcspn(s, " \n");
        if (n > 0) {
            size_t width = width_of(s, n);
            bool is_new = column == 0 || column + 1 + width > LINE;
            if (column > 0)
                fputc(is_new ? '\n' : ' ', to);
            /* a line that begins with . or ' would be a macro */
            fprintf(to, "%s%.*s", is_new && strchr(".'", *s) ? "\\&" : "", (int)n, s);
            column = is_new ? width : column + 1 + width;
        }
        s += n + (s[n] != '\0');
    }
    fputc('\n', to);
}

void roff_print(FILE *to, const char *plain)
{
    struct text t = {0};
    roff_put(&t, plain, strlen(plain));
    if (!t.failed && t.s)
        roff_print_lines(to, t.s);
    free(t.s);
}

void roff_print_tag(FILE *to, const char *plain)
{
    struct text t = {0};
    roff_put(&t, plain, strlen(plain));
    if (!t.failed && t.s)
        fprintf(to, ".TP\n.B %s\n", t.s);
    free(t.s);
}
