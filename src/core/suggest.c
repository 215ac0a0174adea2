#include "core/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 40, SHOWN_MAX = 3, SHORT = 3, TOO_FAR = 4 };

static int least(int a, int b) { return a < b ? a : b; }

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Row i of the table of distances between beginnings of a and b, from rows i − 1 and i − 2. */
static void next_row(const char *a, int i, const char *b, int n, int row[3][WORD_MAX + 1])
{
    int *here = row[i % 3], *above = row[(i + 2) % 3], *second = row[(i + 1) % 3];
    here[0] = i;
    for (int j = 1; j <= n; j++) {
        int changed = above[j - 1] + !is_same(a[i - 1], b[j - 1]);
        here[j] = least(changed, least(above[j], here[j - 1]) + 1);
        if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) && is_same(a[i - 2], b[j - 1]))
            here[j] = least(here[j], second[j - 2] + 1);
    }
}

/* Damerau-Levenshtein distance in which no part is changed twice; words of more than WORD_MAX
 * characters are too far from all. */
static int distance(const char *a, const char *b)
{
    int row[3][WORD_MAX + 1];
    size_t m = strlen(a), n = strlen(b);
    if (m > WORD_MAX || n > WORD_MAX)
        return TOO_FAR;
    for (int j = 0; j <= (int)n; j++)
        row[0][j] = j;
    for (int i = 1; i <= (int)m; i++)
        next_row(a, i, b, (int)n, row);
    return row[m % 3][n];
}

/* How near the word is, from 0: one edit, the beginning of the word, two edits; TOO_FAR. */
static int rank(const char *typed, const char *word)
{
    int n = (int)strlen(typed), d = distance(typed, word);
    if (d <= 1 && d < n)
        return d;
    if (n < SHORT)
        return TOO_FAR;
    if (strncasecmp(typed, word, (size_t)n) == 0)
        return 2;
    return d == 2 && n > SHORT ? 3 : TOO_FAR;
}

/* Among the first n, whatever the case? */
static bool is_there(const char *word, const char *const out[SHOWN_MAX], int n)
{
    for (int i = 0; i < n && i < SHOWN_MAX; i++)
        if (strcasecmp(word, out[i]) == 0)
            return true;
    return false;
}

/* The words of the least rank; how many there are, at most SHOWN_MAX of them in `out`. */
static int find_nearest(const char *typed, const char *const *words, const char *out[SHOWN_MAX])
{
    int best = TOO_FAR, n = 0;
    for (int i = 0; words[i]; i++) {
        int r = rank(typed, words[i]);
        if (r < best) {
            best = r;
            n = 0;
        }
        if (r == best && r < TOO_FAR && !is_there(words[i], out, n) && n++ < SHOWN_MAX)
            out[n - 1] = words[i];
    }
    return n;
}

const char *suggest(const char *typed, const struct suggest_words *known, char buf[SUGGEST_SIZE])
{
    const char *word[SHOWN_MAX], *prefix = known->prefix ? known->prefix : "";
    buf[0] = '\0';
    for (const struct suggest_alias *a = known->alias; a && a->typed; a++)
        if (strcasecmp(a->typed, typed) == 0) {
            snprintf(buf, SUGGEST_SIZE, "; did you mean %s?", a->suggestion);
            return buf;
        }
    int n = find_nearest(typed, known->word, word);
    if (n == 0 || n > SHOWN_MAX)
        return buf;
    size_t used = (size_t)snprintf(buf, SUGGEST_SIZE, "; did you mean %s%s", prefix, word[0]);
    for (int i = 1; i < n && used < SUGGEST_SIZE; i++)
        used += (size_t)snprintf(buf + used, SUGGEST_SIZE - used, "%s%s%s",
                                 i + 1 < n ? ", " : " or ", prefix, word[i]);
    if (used + 1 < SUGGEST_SIZE)
        strcpy(buf + used, "?");
    else
        buf[0] = '\0';
    return buf;
}
