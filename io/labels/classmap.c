#include "io/labels/classmap.h"

#include <stdio.h>
#include <string.h>

#include "core/path.h"
#include "core/suggest.h"
#include "io/labels/classmap_builtin.h"
#include "io/source/source.h"
#include "io/text/config.h"
#include "io/text/number.h"

/* The part of a map that has been read so far. */
struct draft {
    struct class_map *map;
    bool has_kind, has_order, has_none, has_other;
    bool has_code[256], has_colour[256];
    uint8_t colour[256][3];
    int other, none;
    struct {
        uint8_t mask, code;
    } test[8];
    size_t tests;
};

static bool take_code(const char *s, int min, uint8_t *code)
{
    long v;
    if (!number_read_int(s, min, UINT8_MAX, &v))
        return false;
    *code = (uint8_t)v;
    return true;
}

static int bad_value(const char *key, const char *value, const char *wanted, struct err *e)
{
    return err_set(e, ERR_USAGE, "%s is \"%s\": %s", key, value, wanted);
}

static const char WANT_CODE[] = "not an integer from 0 to 255";

static int take_name(const char *key, const char *value, char *buf, size_t size, struct err *e)
{
    if (strlen(value) >= size)
        return err_set(e, ERR_USAGE, "%s is longer than %zu characters", key, size - 1);
    snprintf(buf, size, "%s", value);
    return 0;
}

static bool is_word(const char *s)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return s[0] != '\0' && strspn(s, allowed) == strlen(s) && !strchr("0123456789_-", s[0]);
}

static int take_order(struct draft *d, const char *value, struct err *e)
{
    uint8_t code[256];
    bool seen[256] = {false};
    size_t n = 0;
    for (const char *at = value + strspn(value, " \t"); *at; at += strspn(at, " \t")) {
        char word[8];
        size_t len = strcspn(at, " \t");
        if (len < sizeof word)
            snprintf(word, sizeof word, "%.*s", (int)len, at);
        if (len >= sizeof word || !take_code(word, 0, &code[n]) || seen[code[n]])
            return bad_value("paint_order", value, "not a list of different codes from 0 to 255",
                             e);
        seen[code[n++]] = true;
        at += len;
    }
    d->has_order = true;
    class_map_set_order(d->map, code, n);
    return 0;
}

static int take_kind(struct draft *d, const char *value, struct err *e)
{
    static const char *const names[] = {
        [CLASS_CODES] = "codes", [CLASS_BITS] = "bits", [CLASS_KEEP] = "keep"};
    for (int k = 0; k <= CLASS_KEEP; k++) {
        if (strcmp(value, names[k]) == 0) {
            d->map->kind = (enum class_kind)k;
            d->has_kind = true;
            return 0;
        }
    }
    return bad_value("kind", value, "not one of codes, bits, keep", e);
}

static int take_yes_or_no(const char *key, const char *value, bool *out, struct err *e)
{
    *out = strcmp(value, "yes") == 0;
    return *out || strcmp(value, "no") == 0 ? 0 : bad_value(key, value, "neither yes nor no", e);
}

static int take_layer_code(struct draft *d, const char *key, const char *value, struct err *e)
{
    bool is_other = strcmp(key, "other") == 0, is_missing = strcmp(key, "missing") == 0;
    uint8_t code;
    if (!is_other && !is_missing && strcmp(key, "unlabelled") != 0)
        return err_set(e, ERR_USAGE, "[layer] has no \"%s\"", key);
    if (!take_code(value, 0, &code))
        return bad_value(key, value, WANT_CODE, e);
    if (is_other) {
        d->has_other = true;
        d->other = code;
    } else if (is_missing) {
        d->map->missing = code;
    } else {
        d->map->unlabelled = code;
    }
    return 0;
}

static int take_layer(struct draft *d, const char *key, const char *value, struct err *e)
{
    struct class_map *m = d->map;
    if (strcmp(key, "name") == 0)
        return is_word(value)
                   ? take_name(key, value, m->layer, sizeof m->layer, e)
                   : bad_value(key, value, "not a letter followed by letters, digits, _ and -", e);
    if (strcmp(key, "title") == 0)
        return take_name(key, value, m->title, sizeof m->title, e);
    if (strcmp(key, "kind") == 0)
        return take_kind(d, value, e);
    if (strcmp(key, "paint_order") == 0)
        return take_order(d, value, e);
    if (strcmp(key, "by_itself") == 0)
        return take_yes_or_no(key, value, &m->by_itself, e);
    return take_layer_code(d, key, value, e);
}

static int take_pair_of_codes(struct draft *d, const char *key, const char *value, struct err *e)
{
    uint8_t from, to;
    if (!take_code(key, 0, &from) || !take_code(value, 0, &to))
        return err_set(e, ERR_USAGE, "[codes] %s = %s: both are integers from 0 to 255", key,
                       value);
    if (d->has_code[from])
        return err_set(e, ERR_USAGE, "[codes] has %d a second time", from);
    d->has_code[from] = true;
    d->map->code[from] = to;
    return 0;
}

static int take_test(struct draft *d, const char *key, const char *value, struct err *e)
{
    uint8_t mask, code;
    if (!take_code(value, 0, &code))
        return bad_value(key, value, WANT_CODE, e);
    if (strcmp(key, "none") == 0) {
        d->has_none = true;
        d->none = code;
        return 0;
    }
    if (!take_code(key, 1, &mask))
        return err_set(e, ERR_USAGE,
                       "[bits] %s: a mask of bits is an integer from 1 to 255, or none", key);
    if (d->tests == sizeof d->test / sizeof d->test[0])
        return err_set(e, ERR_USAGE, "[bits] has more than %zu tests", d->tests);
    d->test[d->tests].mask = mask;
    d->test[d->tests++].code = code;
    return 0;
}

static int take_flag(struct draft *d, const char *key, const char *value, struct err *e)
{
    struct class_map *m = d->map;
    uint8_t code;
    if (!take_code(key, 0, &code) || !is_word(value))
        return err_set(e, ERR_USAGE, "[flags] %s = %s: a code from 0 to 255 and a word are needed",
                       key, value);
    if (m->flags == CLASS_FLAGS_MAX)
        return err_set(e, ERR_USAGE, "[flags] has more than %d lines", CLASS_FLAGS_MAX);
    if (m->flags > 0 && m->flag[m->flags - 1].value >= code)
        return err_set(e, ERR_USAGE, "[flags] are not in ascending order: %d after %d", code,
                       m->flag[m->flags - 1].value);
    m->flag[m->flags].value = code;
    return take_name("a flag", value, m->flag[m->flags++].meaning, CLASS_NAME_SIZE, e);
}

static int take_category(struct draft *d, const char *key, const char *value, struct err *e)
{
    struct class_map *m = d->map;
    uint8_t code;
    if (!take_code(value, 0, &code))
        return bad_value(key, value, WANT_CODE, e);
    if (m->categories == CLASS_CATEGORIES_MAX)
        return err_set(e, ERR_USAGE, "[categories] has more than %d lines", CLASS_CATEGORIES_MAX);
    if (class_map_category(m, key))
        return err_set(e, ERR_USAGE, "[categories] has \"%s\" a second time", key);
    m->category[m->categories].code = code;
    return take_name("a category", key, m->category[m->categories++].name, CLASS_NAME_SIZE, e);
}

/* RRGGBB. Not strtoul, which takes blanks and signs too. */
static bool read_colour(const char *s, uint8_t colour[3])
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    if (strlen(s) != 6 || strspn(s, digits) != 6)
        return false;
    for (int i = 0; i < 3; i++) {
        const char *high = strchr(digits, s[2 * i]), *low = strchr(digits, s[2 * i + 1]);
        colour[i] = (uint8_t)((high - digits) % 16 * 16 + (low - digits) % 16);
    }
    return true;
}

static int take_colour(struct draft *d, const char *key, const char *value, struct err *e)
{
    uint8_t code;
    if (!take_code(key, 0, &code) || !read_colour(value, d->colour[code]))
        return err_set(e, ERR_USAGE,
                       "[colours] %s = %s: a code from 0 to 255 and a colour such as 00c691 are "
                       "needed",
                       key, value);
    if (d->has_colour[code])
        return err_set(e, ERR_USAGE, "[colours] has %d a second time", code);
    d->has_colour[code] = true;
    return 0;
}

static int take_place(struct draft *d, const char *key, const char *value, struct err *e)
{
    struct class_map *m = d->map;
    long pixel_m;
    if (!number_read_int(key, 10, 60, &pixel_m) ||
        (pixel_m != 10 && pixel_m != 20 && pixel_m != 60))
        return bad_value("the pixel of a place", key, "not 10, 20 or 60", e);
    if (!source_name_ok(value))
        return bad_value("a place", value, "not the name of a file inside of a product", e);
    if (m->places == CLASS_PLACES_MAX)
        return err_set(e, ERR_USAGE, "[places] has more than %d lines", CLASS_PLACES_MAX);
    m->place[m->places].pixel_m = (int32_t)pixel_m;
    return take_name("a place", value, m->place[m->places++].pattern, CLASS_PATTERN_SIZE, e);
}

static int take_line(void *ctx, const char *section, const char *key, const char *value,
                     struct err *e)
{
    static const struct {
        const char *name;
        int (*take)(struct draft *d, const char *key, const char *value, struct err *e);
    } sections[] = {
        {"layer", take_layer},  {"codes", take_pair_of_codes}, {"bits", take_test},
        {"flags", take_flag},   {"categories", take_category}, {"colours", take_colour},
        {"places", take_place},
    };
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (strcmp(section, sections[i].name) == 0)
            return sections[i].take(ctx, key, value, e);
    }
    if (section[0] == '\0')
        return err_set(e, ERR_USAGE, "\"%s\" stands before the first section; [layer] is the first",
                       key);
    return err_set(e, ERR_USAGE,
                   "[%s]: the sections are layer, codes, bits, flags, categories, colours, places",
                   section);
}

/* ---- from a draft to a map ---- */

static int bits_value(const struct draft *d, int value)
{
    if (value == 0)
        return d->none;
    for (size_t i = 0; i < d->tests; i++) {
        if (value & d->test[i].mask)
            return d->test[i].code;
    }
    return d->other;
}

static void fill_table(struct draft *d)
{
    struct class_map *m = d->map;
    for (int v = 0; v < 256; v++) {
        m->known[v] = m->kind != CLASS_CODES || d->has_code[v] || d->has_other;
        if (m->kind == CLASS_KEEP)
            m->code[v] = (uint8_t)v;
        else if (m->kind == CLASS_BITS)
            m->code[v] = (uint8_t)bits_value(d, v);
        else if (!d->has_code[v])
            m->code[v] = (uint8_t)d->other;
    }
}

static void default_flags(struct class_map *m)
{
    if (m->flags > 0 || m->kind == CLASS_KEEP)
        return;
    for (int c = 0; c < LABEL_COUNT; c++) {
        m->flag[c].value = (uint8_t)c;
        snprintf(m->flag[c].meaning, sizeof m->flag[c].meaning, "%s", label_name(c));
    }
    m->flags = LABEL_COUNT;
}

static void set_colours(struct draft *d)
{
    class_map_default_colours(d->map);
    for (int v = 0; v < 256; v++)
        if (d->has_colour[v])
            memcpy(d->map->colour[v], d->colour[v], sizeof d->colour[v]);
}

static int finish(struct draft *d, const char *file, struct err *e)
{
    struct class_map *m = d->map;
    bool has_codes = memchr(d->has_code, true, sizeof d->has_code) != NULL;
    bool has_bits = d->tests > 0 || d->has_none;
    if (m->layer[0] == '\0' || !d->has_kind)
        return err_set(e, ERR_USAGE, "%s: [layer] needs name and kind", file);
    if (has_codes != (m->kind == CLASS_CODES))
        return err_set(e, ERR_USAGE, "%s: kind = codes and the section [codes] need each other",
                       file);
    if (has_bits != (m->kind == CLASS_BITS))
        return err_set(e, ERR_USAGE, "%s: kind = bits and the section [bits] need each other",
                       file);
    if (m->kind == CLASS_BITS && (!d->has_none || !d->has_other))
        return err_set(e, ERR_USAGE, "%s: kind = bits needs [bits] none and [layer] other", file);
    if (m->kind == CLASS_KEEP && d->has_other)
        return err_set(e, ERR_USAGE, "%s: kind = keep has no use for [layer] other", file);
    fill_table(d);
    default_flags(m);
    set_colours(d);
    return 0;
}

/* Names the map after its file, without folders and ".ini". */
static void name_after(struct class_map *m, const char *file)
{
    const char *base = path_base(file);
    size_t n = strlen(base);
    if (path_has_suffix(base, ".ini"))
        n -= strlen(".ini");
    snprintf(m->name, sizeof m->name, "%.*s", (int)(n < sizeof m->name ? n : sizeof m->name - 1),
             base);
}

int classmap_read(const char *path, struct class_map *out, struct err *e)
{
    struct draft d = {.map = out};
    class_map_init(out);
    int r = config_read_sections(path, take_line, &d, e);
    if (r)
        return r;
    name_after(out, path);
    return finish(&d, path, e);
}

int classmap_parse(const char *name, const char *text, struct class_map *out, struct err *e)
{
    struct draft d = {.map = out};
    class_map_init(out);
    int r = config_parse_sections(name, text, take_line, &d, e);
    if (r)
        return r;
    name_after(out, name);
    return finish(&d, name, e);
}

/* ---- built-in ---- */

size_t classmap_count(void) { return classmap_builtin_count; }
const char *classmap_name(size_t i) { return classmap_builtins[i].name; }
const char *classmap_text(size_t i) { return classmap_builtins[i].text; }

static int parse_builtin(size_t i, struct class_map *out, struct err *e)
{
    int r = classmap_parse(classmap_name(i), classmap_text(i), out, e);
    return r ? err_set(e, ERR_INTERNAL, "class map %s is not valid", classmap_name(i)) : 0;
}

/* Among the names of maps and of their layers. */
static void suggest_builtin(const char *name, char hint[SUGGEST_SIZE])
{
    enum { MAPS_MAX = 64 };
    char layer[MAPS_MAX][CLASS_NAME_SIZE];
    const char *word[2 * MAPS_MAX + 1];
    struct class_map m;
    size_t n = 0, maps = classmap_count() < MAPS_MAX ? classmap_count() : MAPS_MAX;
    for (size_t i = 0; i < maps; i++)
        word[n++] = classmap_name(i);
    for (size_t i = 0; i < maps; i++) {
        if (parse_builtin(i, &m, NULL) != 0)
            continue;
        snprintf(layer[i], CLASS_NAME_SIZE, "%s", m.layer);
        word[n++] = layer[i];
    }
    word[n] = NULL;
    suggest(name, &(struct suggest_words){.word = word}, hint);
}

/* Lists the names of all maps, or of the maps that make the layer. */
static int list_builtins(const char *layer, const char *name, const char *why, struct err *e)
{
    char list[400] = "";
    size_t used = 0;
    struct class_map m;
    for (size_t i = 0; i < classmap_count() && used < sizeof list; i++) {
        if (layer && (parse_builtin(i, &m, NULL) != 0 || strcmp(m.layer, layer) != 0))
            continue;
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "",
                                 classmap_name(i));
    }
    char hint[SUGGEST_SIZE] = "";
    if (!layer)
        suggest_builtin(name, hint);
    return err_set(e, ERR_USAGE, "%s: %s: %s%s", name, why, list, hint);
}

int classmap_find(const char *name, struct class_map *out, struct err *e)
{
    struct class_map m;
    size_t makers = 0;
    for (size_t i = 0; i < classmap_count(); i++) {
        if (strcmp(classmap_name(i), name) == 0)
            return parse_builtin(i, out, e);
    }
    for (size_t i = 0; i < classmap_count(); i++) {
        int r = parse_builtin(i, &m, e);
        if (r)
            return r;
        if (strcmp(m.layer, name) != 0)
            continue;
        *out = m;
        if (class_name_equal(m.name, name))
            return 0;
        makers++;
    }
    if (makers > 1)
        return list_builtins(name, name,
                             "more than one class map makes this layer; name one of them", e);
    return makers == 1 ? 0 : list_builtins(NULL, name, "no such class map; there are", e);
}

int classmap_get(const char *name_or_path, struct class_map *out, struct err *e)
{
    bool is_path = strchr(name_or_path, '/') || path_has_suffix(name_or_path, ".ini");
    return is_path ? classmap_read(name_or_path, out, e) : classmap_find(name_or_path, out, e);
}

int classmap_borrow_places(struct class_map *m, struct err *e)
{
    struct class_map other;
    for (size_t i = 0; m->places == 0 && i < classmap_count(); i++) {
        int r = parse_builtin(i, &other, e);
        if (r)
            return r;
        if (strcmp(other.layer, m->layer) != 0)
            continue;
        memcpy(m->place, other.place, sizeof m->place);
        m->places = other.places;
    }
    return 0;
}

int classmap_borrow_colours(struct class_map *m, struct err *e)
{
    struct class_map other;
    for (size_t i = 0; i < classmap_count(); i++) {
        int r = parse_builtin(i, &other, e);
        if (r)
            return r;
        if (strcmp(other.layer, m->layer) != 0 ||
            !class_flags_equal(other.flag, other.flags, m->flag, m->flags))
            continue;
        memcpy(m->colour, other.colour, sizeof m->colour);
        return 0;
    }
    return 0;
}
