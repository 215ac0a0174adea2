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
    class_map_default_colours(m);
}

void class_map_set_order(struct class_map *m, const uint8_t *code, size_t n)
{
    memset(m->rank, UINT8_MAX, sizeof m->rank);
    for (size_t i = 0; i < n; i++)
        m->rank[code[i]] = (uint8_t)i;
}

static const uint8_t label_colours[LABEL_COUNT][3] = {
    [LABEL_MISSING] = {0x00, 0x00, 0x00},      [LABEL_CLEAR] = {0x00, 0xC6, 0x91},
    [LABEL_CLOUD_SHADOW] = {0x03, 0x33, 0xBF}, [LABEL_SEMI_TRANSPARENT_CLOUD] = {0xDB, 0x6A, 0x17},
    [LABEL_CLOUD] = {0xF6, 0xFF, 0x1C},        [LABEL_UNDEFINED] = {0xE6, 0x8C, 0xEB},
};

/* The muted scheme of Paul Tol's "Colour schemes" (SRON/EPS/TN/09-002). */
static const uint8_t other_colours[][3] = {
    {0x33, 0x22, 0x88}, {0x88, 0xCC, 0xEE}, {0x44, 0xAA, 0x99},
    {0x11, 0x77, 0x33}, {0x99, 0x99, 0x33}, {0xDD, 0xCC, 0x77},
    {0xCC, 0x66, 0x77}, {0x88, 0x22, 0x55}, {0xAA, 0x44, 0x99},
};

void class_map_default_colours(struct class_map *m)
{
    size_t others = 0;
    for (int v = 0; v < 256; v++)
        memset(m->colour[v], v, sizeof m->colour[v]);
    for (size_t i = 0; i < m->flags; i++) {
        int code = 0;
        while (code < LABEL_COUNT && !class_name_equal(m->flag[i].meaning, label_names[code]))
            code++;
        const uint8_t *colour = code < LABEL_COUNT
                                    ? label_colours[code]
                                    : other_colours[others++ % (sizeof other_colours / 3)];
        memcpy(m->colour[m->flag[i].value], colour, 3);
    }
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
