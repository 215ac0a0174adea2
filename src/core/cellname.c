#include "core/cellname.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Up to five digits: no lattice has more columns. */
static const char *take_number(const char *s, int32_t *v)
{
    *v = 0;
    const char *begin = s;
    for (; is_digit(*s) && s - begin < 6; s++)
        *v = *v * 10 + (*s - '0');
    return s > begin && s - begin <= 5 ? s : NULL;
}

static bool take_cell(const char *s, int32_t *x, int32_t *y)
{
    s = take_number(s + strlen("tile_"), x);
    return s && *s == '_' && take_number(s + 1, y);
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool find_cell(const char *path, struct cellname *out)
{
    bool found = false;
    for (const char *s = path; (s = strstr(s, "tile_")) != NULL; s++) {
        int32_t x, y;
        if ((s > path && (is_letter(s[-1]) || is_digit(s[-1]))) || !take_cell(s, &x, &y))
            continue;
        if (found && (x != out->x || y != out->y))
            return false;
        out->x = x;
        out->y = y;
        found = true;
    }
    return found;
}

static bool find_product(const char *path, struct cellname *out)
{
    static const char pattern[] = "S0A_AAAA0A_00000000T000000_N0000_R000_T00AAA_00000000T000000";
    const size_t n = sizeof pattern - 1;
    for (const char *s = path; (s = strstr(s, "S2")) != NULL; s++) {
        if (!text_matches(s, pattern))
            continue;
        if (out->product[0] != '\0' && strncmp(out->product, s, n) != 0)
            return false;
        snprintf(out->product, sizeof out->product, "%.*s", (int)n, s);
        snprintf(out->sensing, sizeof out->sensing, "%.15s", s + 11);
        snprintf(out->tile_id, sizeof out->tile_id, "%.6s", s + 38);
    }
    return true;
}

/* "T35VLF_20200529T094041", unless the product has told them. */
static void find_tile(const char *path, struct cellname *out)
{
    for (const char *s = path; out->tile_id[0] == '\0' && (s = strchr(s, 'T')) != NULL; s++) {
        if (text_matches(s, "T00AAA_00000000T000000")) {
            snprintf(out->tile_id, sizeof out->tile_id, "%.6s", s);
            snprintf(out->sensing, sizeof out->sensing, "%.15s", s + 7);
        }
    }
}

bool cellname_product(const char *text, struct cellname *out)
{
    *out = (struct cellname){0};
    return find_product(text, out) && out->product[0] != '\0';
}

bool cellname_parse(const char *path, struct cellname *out)
{
    *out = (struct cellname){0};
    if (!find_cell(path, out) || !find_product(path, out))
        return false;
    find_tile(path, out);
    return true;
}

void cellname_format(const char *product, int32_t x, int32_t y, char buf[CELLNAME_SIZE])
{
    struct cellname n = {0};
    if (!find_product(product, &n))
        n = (struct cellname){0};
    find_tile(product, &n);
    if (n.product[0])
        snprintf(buf, CELLNAME_SIZE, "%s_tile_%d_%d", n.product, (int)x, (int)y);
    else if (n.tile_id[0])
        snprintf(buf, CELLNAME_SIZE, "%s_%s_tile_%d_%d", n.tile_id, n.sensing, (int)x, (int)y);
    else
        snprintf(buf, CELLNAME_SIZE, "tile_%d_%d", (int)x, (int)y);
}
