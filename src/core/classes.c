#include "core/classes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/hash.h"

static const char *const label_names[LABEL_COUNT] = {
    [LABEL_MISSING] = "MISSING",
    [LABEL_CLEAR] = "CLEAR",
    [LABEL_CLOUD_SHADOW] = "CLOUD_SHADOW",
    [LABEL_SEMI_TRANSPARENT_CLOUD] = "SEMI_TRANSPARENT_CLOUD",
    [LABEL_CLOUD] = "CLOUD",
    [LABEL_UNDEFINED] = "UNDEFINED",
};

const char *label_name(int code)
{
    return code >= 0 && code < LABEL_COUNT ? label_names[code] : NULL;
}

void class_map_init(struct class_map *m)
{
    static const uint8_t order[] = {LABEL_CLEAR, LABEL_CLOUD_SHADOW, LABEL_SEMI_TRANSPARENT_CLOUD,
                                    LABEL_CLOUD, LABEL_MISSING,      LABEL_UNDEFINED};
    *m = (struct class_map){
        .kind = CLASS_CODES, .unlabelled = LABEL_UNDEFINED, .missing = -1, .by_itself = true};
    class_map_set_order(m, order, sizeof order);
}

void class_map_set_order(struct class_map *m, const uint8_t *code, size_t n)
{
    memset(m->rank, UINT8_MAX, sizeof m->rank);
    for (size_t i = 0; i < n; i++)
        m->rank[code[i]] = (uint8_t)i;
}

/* Not tolower(), which depends on the locale. */
static char folded(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '_' || c == '-' ? ' ' : c;
}

bool class_name_equal(const char *a, const char *b)
{
    while (*a && folded(*a) == folded(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

const struct class_category *class_map_category(const struct class_map *m, const char *name)
{
    for (size_t i = 0; i < m->categories; i++) {
        if (class_name_equal(m->category[i].name, name))
            return &m->category[i];
    }
    return NULL;
}

bool class_flags_equal(const struct class_flag *a, size_t n, const struct class_flag *b, size_t m)
{
    bool same = n == m;
    for (size_t i = 0; same && i < n; i++)
        same = a[i].value == b[i].value && strcmp(a[i].meaning, b[i].meaning) == 0;
    return same;
}

/* A name with its code. The terminating byte keeps "ab" + "c" and "a" + "bc" apart. */
static uint64_t hash_named(uint64_t h, const char *name, uint8_t code)
{
    return hash_bytes(hash_bytes(h, name, strlen(name) + 1), &code, 1);
}

void class_map_digest(const struct class_map *m, char digest[CLASS_DIGEST_SIZE])
{
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%d %d %d", (int)m->kind, m->unlabelled, m->missing);
    uint64_t h = hash_named(hash_text(numbers), m->title, 0), categories = 0;
    for (int v = 0; v < 256; v++)
        h = hash_named(h, m->known[v] ? "known" : "", m->known[v] ? m->code[v] : 0);
    h = hash_bytes(h, m->rank, sizeof m->rank);
    for (size_t i = 0; i < m->flags; i++)
        h = hash_named(h, m->flag[i].meaning, m->flag[i].value);
    for (size_t i = 0; i < m->categories; i++)
        categories += hash_named(HASH_INIT, m->category[i].name, m->category[i].code);
    snprintf(digest, CLASS_DIGEST_SIZE, "%016" PRIx64, h ^ categories);
}

void class_map_meanings(const struct class_map *m, char buf[CLASS_MEANINGS_SIZE])
{
    char *at = buf;
    *at = '\0';
    for (size_t i = 0; i < m->flags; i++) {
        size_t n = strlen(m->flag[i].meaning);
        if (i > 0)
            *at++ = ' ';
        memcpy(at, m->flag[i].meaning, n + 1);
        at += n;
    }
}
