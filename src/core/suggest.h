/* Suggestions for words that are nearly right, for error messages. */
#ifndef SUBSCENE_CORE_SUGGEST_H
#define SUBSCENE_CORE_SUGGEST_H

enum { SUGGEST_SIZE = 160 };

/* What users type, and what to suggest for it: {"bicubic", "cubic, catrom or mitchell"}. */
struct suggest_alias {
    const char *typed, *suggestion;
};

/* The words that are allowed. */
struct suggest_words {
    const char *const *word; /* NULL-terminated */
    const struct suggest_alias *alias; /* ends with typed == NULL; NULL: none */
    const char *prefix; /* put before each word, as "--"; NULL: nothing */
};

/* Writes "; did you mean X?" into `buf`, or "" where nothing is near, and returns `buf`. Case does
 * not count. An alias comes first, then the nearest words: one edit (a letter changed, added, left
 * out, or two neighbours swapped), then words that begin with the typed text, then two edits. The
 * last two need typed texts of at least three and four characters. More than three words that are
 * equally near give no suggestion. */
const char *suggest(const char *typed, const struct suggest_words *known, char buf[SUGGEST_SIZE]);

#endif
