#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t text_utf8_mark(const char *s, size_t len)
{
    return len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

bool text_is_utf16(const char *s, size_t len)
{
    return len >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0);
}

size_t text_utf8_length(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xC2 && s[0] < 0xE0   ? 2
               : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
               : s[0] >= 0xF0 && s[0] < 0xF5 ? 4
                                             : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return n;
}

bool text_is_utf8(const char *s)
{
    while (*s) {
        const size_t n = text_utf8_length(s);
        if (n == 0)
            return false;
        s += n;
    }
    return true;
}

/* Makes room for n more characters and the end. */
static bool reserve(struct text *t, size_t n)
{
    if (t->len + n + 1 <= t->cap)
        return true;
    size_t cap = (t->len + n + 1) * 2;
    char *s = realloc(t->s, cap);
    if (!s)
        return false;
    t->s = s;
    t->cap = cap;
    return true;
}

void text_add(struct text *t, const char *s, size_t n)
{
    if (t->failed)
        return;
    t->failed = !reserve(t, n);
    if (t->failed)
        return;
    memcpy(t->s + t->len, s, n);
    t->len += n;
    t->s[t->len] = '\0';
}

void text_put(struct text *t, const char *fmt, ...)
{
    va_list ap, again;
    if (t->failed)
        return;
    va_start(ap, fmt);
    va_copy(again, ap);
    size_t room = t->cap - t->len;
    int n = vsnprintf(t->s ? t->s + t->len : NULL, room, fmt, ap);
    if (n >= 0 && (size_t)n >= room && reserve(t, (size_t)n))
        vsnprintf(t->s + t->len, t->cap - t->len, fmt, again);
    va_end(again);
    va_end(ap);
    t->failed = n < 0 || t->len + (size_t)n >= t->cap;
    if (!t->failed)
        t->len += (size_t)n;
}

bool text_ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && memcmp(s + n - m, end, m) == 0;
}

bool text_matches(const char *s, const char *pattern)
{
    for (; *pattern; pattern++, s++) {
        bool ok = *pattern == '0'   ? *s >= '0' && *s <= '9'
                  : *pattern == 'A' ? *s >= 'A' && *s <= 'Z'
                                    : *s == *pattern;
        if (!ok)
            return false;
    }
    return true;
}
