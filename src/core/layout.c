#include "core/layout.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/path.h"
#include "core/suggest.h"
#include "core/text.h"

enum key { KEY_LEVEL, KEY_MONTH, KEY_PRODUCT, KEY_TILE, KEY_SENSING, KEY_X, KEY_Y, KEY_COUNT };
static const char *const key_names[KEY_COUNT + 1] = {"{level}",   "{Month}", "{product}", "{tile}",
                                                     "{sensing}", "{x}",     "{y}",       NULL};
static const char ROOT[] = "{root}/";

const char *layout_template(const char *name_or_template)
{
    if (strcmp(name_or_template, "dataset") == 0)
        return LAYOUT_DATASET;
    if (strcmp(name_or_template, "flat") == 0)
        return LAYOUT_FLAT;
    if (strcmp(name_or_template, "cm_vsm") == 0)
        return LAYOUT_CM_VSM;
    return name_or_template;
}

static const char *skip_root(const char *t)
{
    return strncmp(t, ROOT, strlen(ROOT)) == 0 ? t + strlen(ROOT) : t;
}

/* The key at the beginning of `t`, or KEY_COUNT. */
static enum key key_at(const char *t)
{
    enum key k = 0;
    while (k < KEY_COUNT && strncmp(t, key_names[k], strlen(key_names[k])) != 0)
        k++;
    return k;
}

static int refuse_key(const char *template, const char *at, struct err *e)
{
    static const struct suggest_words keys = {.word = key_names};
    char key[24], hint[SUGGEST_SIZE];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(at, "}") + 1, at);
    return err_set(e, ERR_USAGE,
                   "layout \"%s\": unknown key at \"%.20s\"%s%s keys are {level} {Month} {product} "
                   "{tile} {sensing} {x} {y}",
                   template, at, suggest(key, &keys, hint), *hint ? " The" : "; the");
}

static int check_characters(const char *template, bool seen[KEY_COUNT], struct err *e)
{
    for (const char *t = skip_root(template); *t;) {
        enum key k = key_at(t);
        if (k < KEY_COUNT) {
            seen[k] = true;
            t += strlen(key_names[k]);
        } else if (*t == '{') {
            return refuse_key(template, t, e);
        } else if (!isalnum((unsigned char)*t) && !strchr("_-+=.@/", *t)) {
            return err_set(e, ERR_USAGE, "layout \"%s\": the character '%c' is not allowed",
                           template, *t);
        } else {
            t++;
        }
    }
    return 0;
}

static int check_parts(const char *template, struct err *e)
{
    const char *t = skip_root(template);
    while (*t) {
        size_t n = strcspn(t, "/");
        if (n == 0 || (n <= 2 && strncmp(t, "..", n) == 0))
            return err_set(e, ERR_USAGE,
                           "layout \"%s\": must be relative, without empty, \".\" or \"..\" parts",
                           template);
        t += n;
        if (*t == '/' && *++t == '\0')
            return err_set(e, ERR_USAGE, "layout \"%s\": ends in a folder", template);
    }
    return 0;
}

/* The end of the product's folder in a template: the slash before the first part with {x} or {y}.
 * NULL: it is the output folder. */
static const char *folder_end(const char *t)
{
    const char *x = strstr(t, "{x}"), *y = strstr(t, "{y}");
    return memrchr(t, '/', (size_t)((x < y ? x : y) - t));
}

static int check_cell_folders(const char *template, struct err *e)
{
    const char *end = folder_end(skip_root(template));
    int n = 0;
    for (const char *t = end ? end + 1 : skip_root(template); *t; t++)
        n += *t == '/';
    return n <= LAYOUT_CELL_FOLDERS_MAX
               ? 0
               : err_set(e, ERR_USAGE, "layout \"%s\": %d folders for a subscene; %d are allowed",
                         template, n, LAYOUT_CELL_FOLDERS_MAX);
}

/* Checks that the file's name has {x} and {y} with a character between them that no number
 * contains. Otherwise 1_11 and 11_1 would share a file. */
static int check_place(const char *template, const char *last, struct err *e)
{
    const char *x = strstr(last, "{x}"), *y = strstr(last, "{y}");
    if (!x || !y)
        return err_set(e, ERR_USAGE, "layout \"%s\": {x} and {y} are needed in the file's name",
                       template);
    const char *end = x < y ? y : x;
    for (const char *t = (x < y ? x : y) + 3; t < end; t++) {
        if (*t == '{')
            t += strcspn(t, "}");
        else if (!isdigit((unsigned char)*t))
            return 0;
    }
    return err_set(e, ERR_USAGE,
                   "layout \"%s\": {x} and {y} need a character between them that is no digit",
                   template);
}

static int refuse_name(const char *name, struct err *e)
{
    static const char *const names[] = {"dataset", "flat", "cm_vsm", NULL};
    char hint[SUGGEST_SIZE];
    return err_set(e, ERR_USAGE,
                   "layout \"%s\": is neither dataset nor flat nor cm_vsm nor a template that ends "
                   "in .nc%s",
                   name, suggest(name, &(struct suggest_words){.word = names}, hint));
}

int layout_check(const char *template, struct err *e)
{
    bool seen[KEY_COUNT] = {false};
    const char *t = skip_root(template);
    const char *last = path_base(t);
    if (strlen(t) == strlen(".nc") || !text_ends_with(t, ".nc"))
        return refuse_name(template, e);
    if (check_characters(template, seen, e) || check_parts(template, e))
        return ERR_USAGE;
    if (check_place(template, last, e) || check_cell_folders(template, e))
        return ERR_USAGE;
    if (!seen[KEY_PRODUCT] && !(seen[KEY_TILE] && seen[KEY_SENSING]))
        return err_set(
            e, ERR_USAGE,
            "layout \"%s\": needs {product}, or {tile} and {sensing}, to tell products apart",
            template);
    return 0;
}

static const char *key_value(enum key k, const struct product *p, const char *x, const char *y)
{
    switch (k) {
    case KEY_LEVEL:
        return p->level;
    case KEY_MONTH:
        return product_month(p) > 0 ? product_month_name(product_month(p)) : NULL;
    case KEY_PRODUCT:
        return p->name;
    case KEY_TILE:
        return p->tile_id;
    case KEY_SENSING:
        return p->sensing_compact;
    case KEY_X:
        return x;
    case KEY_Y:
        return y;
    case KEY_COUNT:
        break;
    }
    return NULL;
}

/* Expands the first n characters of a checked template. */
static int expand(const char *t, size_t n, const struct product *p, const char *const xy[2],
                  char *buf, size_t size, struct err *e)
{
    size_t used = 0;
    for (const char *end = t + n; t < end;) {
        enum key k = key_at(t);
        char single[2] = {*t, '\0'};
        const char *value = k < KEY_COUNT ? key_value(k, p, xy[0], xy[1]) : single;
        if (!value)
            return err_set(e, ERR_INPUT, "no month in the sensing time \"%s\"", p->sensing_time);
        size_t len = strlen(value);
        if (used + len >= size)
            return err_set(e, ERR_USAGE, "the layout gives a path that is too long");
        memcpy(buf + used, value, len);
        used += len;
        t += k < KEY_COUNT ? strlen(key_names[k]) : 1;
    }
    buf[used] = '\0';
    return 0;
}

int layout_file(const char *template, const struct product *p, int32_t x, int32_t y, char *buf,
                size_t size, struct err *e)
{
    const char *t = skip_root(template);
    char column[16], row[16];
    snprintf(column, sizeof column, "%d", x);
    snprintf(row, sizeof row, "%d", y);
    return expand(t, strlen(t), p, (const char *const[2]){column, row}, buf, size, e);
}

int layout_pattern(const char *template, const struct product *p, char *buf, size_t size,
                   struct err *e)
{
    const char *t = skip_root(template);
    const char *slash = folder_end(t);
    t = slash ? slash + 1 : t;
    return expand(t, strlen(t), p, (const char *const[2]){"[0-9]*", "[0-9]*"}, buf, size, e);
}

int layout_folder(const char *template, const struct product *p, char *buf, size_t size,
                  struct err *e)
{
    const char *t = skip_root(template);
    const char *slash = folder_end(t);
    if (!slash) {
        snprintf(buf, size, ".");
        return 0;
    }
    return expand(t, (size_t)(slash - t), p, (const char *const[2]){"", ""}, buf, size, e);
}

int layout_stem(const char *template, const struct product *p, char *buf, size_t size,
                struct err *e)
{
    const char *t = skip_root(template);
    const char *product = strstr(t, "{product}");
    bool in_name = product && product >= path_base(t);
    int n = in_name ? snprintf(buf, size, "%s", p->name)
                    : snprintf(buf, size, "%s_%s", p->tile_id, p->sensing_compact);
    return n > 0 && (size_t)n < size
               ? 0
               : err_set(e, ERR_USAGE, "the layout gives a file name that is too long");
}

int layout_manifest(const char *template, const struct product *p, char *buf, size_t size,
                    struct err *e)
{
    int r = layout_folder(template, p, buf, size, e);
    if (r)
        return r;
    const char *t = skip_root(template);
    const char *slash = folder_end(t);
    const char *own_folder = strstr(t, "{product}");
    bool shared = !slash || !own_folder || own_folder > slash;
    size_t n = strlen(buf);
    int len =
        snprintf(buf + n, size - n, "/%s%smanifest.csv", shared ? p->name : "", shared ? "." : "");
    return (size_t)len < size - n
               ? 0
               : err_set(e, ERR_USAGE, "the layout gives a path that is too long");
}
