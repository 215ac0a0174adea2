#include "io/segments.h"

#include <json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/wholefile.h"

enum { JSON_BYTES_MAX = 64 << 20, JSON_DEPTH_MAX = 32, CATEGORY_MAX = 100 };

/* Where the parser stopped, as people count. */
static int not_json(const char *path, const unsigned char *data, size_t at, const char *why, struct err *e)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at; i++, column++) {
        if (data[i] == '\n') {
            line++;
            column = 0;
        }
    }
    return err_set(e, ERR_INPUT, "%s: is not JSON: line %zu, column %zu: %s", path, line, column, why);
}

static int parse(const char *path, const unsigned char *data, size_t len, json_object **out, struct err *e)
{
    *out = NULL;
    const unsigned char *nul = memchr(data, '\0', len);
    if (nul)
        return not_json(path, data, (size_t)(nul - data), "a NUL byte", e);
    json_tokener *t = json_tokener_new_ex(JSON_DEPTH_MAX);
    if (!t)
        return err_nomem(e, 0);
    json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    *out = json_tokener_parse_ex(t, (const char *)data, (int)len + 1); /* the NUL behind it ends a bare number */
    enum json_tokener_error why = json_tokener_get_error(t);
    size_t end = json_tokener_get_parse_end(t);
    json_tokener_free(t);
    if (*out)
        return 0;
    if (why == json_tokener_success) /* null */
        return err_set(e, ERR_INPUT, "%s: has no list of classes", path);
    bool is_cut = why == json_tokener_continue || why == json_tokener_error_parse_eof;
    return not_json(path, data, end < len ? end : len, is_cut ? "it is cut off" : json_tokener_error_desc(why), e);
}

/* The list of classes and what it is called in messages; NULL when there is none. */
static json_object *find_list(json_object *root, const char **name)
{
    static const char *const names[] = {"label_map", "categories"};
    json_object *task, *list;
    *name = "";
    if (json_object_is_type(root, json_type_array))
        return root;
    if (json_object_object_get_ex(root, "task_attributes", &task))
        root = task;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        *name = names[i];
        if (json_object_object_get_ex(root, names[i], &list))
            return json_object_is_type(list, json_type_array) ? list : NULL;
    }
    return NULL;
}

/* What is wrong with an element of the list, or NULL. */
static const char *take_class(json_object *o, uint32_t *id, const char **category)
{
    json_object *number, *text;
    if (!json_object_is_type(o, json_type_object))
        return "is not an object";
    if (!json_object_object_get_ex(o, "id", &number) || !json_object_is_type(number, json_type_int))
        return "has no id that is an integer";
    int64_t v = json_object_get_int64(number);
    if (v < 0 || v > SEGMENTS_ID_MAX)
        return "its id is not from 0 to 16777215";
    *id = (uint32_t)v;
    if (!json_object_object_get_ex(o, "category_name", &text) && !json_object_object_get_ex(o, "name", &text))
        return "has no category_name";
    if (!json_object_is_type(text, json_type_string))
        return "its category_name is not a text";
    *category = json_object_get_string(text);
    size_t n = strlen(*category);
    if (n == 0 || n > CATEGORY_MAX || n != (size_t)json_object_get_string_len(text))
        return "its category_name is empty, longer than 100 bytes, or holds a NUL";
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)(*category)[i] < 0x20 || (*category)[i] == 0x7f)
            return "its category_name has control characters";
    }
    return NULL;
}

static int by_id(const void *a, const void *b)
{
    uint32_t s = ((const struct segments_class *)a)->id, t = ((const struct segments_class *)b)->id;
    return (s > t) - (s < t);
}

static int take_list(const char *path, json_object *list, const char *name, struct segments *out, struct err *e)
{
    size_t n = json_object_array_length(list);
    if (n == 0)
        return err_set(e, ERR_INPUT, "%s: its list of classes is empty", path);
    out->class = mem_zalloc(n, sizeof *out->class);
    if (!out->class)
        return err_nomem(e, n * sizeof *out->class);
    for (size_t i = 0; i < n; i++) {
        struct segments_class *c = &out->class[i];
        const char *category, *wrong = take_class(json_object_array_get_idx(list, i), &c->id, &category);
        if (wrong)
            return err_set(e, ERR_INPUT, "%s: %s[%zu]: %s", path, name, i, wrong);
        c->category = mem_strdup(category);
        if (!c->category)
            return err_nomem(e, strlen(category));
        out->n++;
    }
    qsort(out->class, n, sizeof *out->class, by_id);
    for (size_t i = 1; i < n; i++) {
        if (out->class[i].id == out->class[i - 1].id)
            return err_set(e, ERR_INPUT, "%s: %s has the id %u twice", path, name, (unsigned)out->class[i].id);
    }
    return 0;
}

int segments_read(const char *path, struct segments *out, struct err *e)
{
    unsigned char *data;
    size_t len;
    json_object *root;
    const char *name;
    *out = (struct segments){0};
    int r = wholefile_read(path, JSON_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = parse(path, data, len, &root, e);
    free(data);
    if (r)
        return r;
    json_object *list = find_list(root, &name);
    if (list)
        r = take_list(path, list, name, out, e);
    else
        r = err_set(e, ERR_INPUT, "%s: has no list label_map of ids and category_names", path);
    json_object_put(root);
    if (r)
        segments_clear(out);
    return r;
}

void segments_clear(struct segments *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->class[i].category);
    free(s->class);
    *s = (struct segments){0};
}

const char *segments_category(const struct segments *s, uint32_t id)
{
    struct segments_class key = {id, NULL};
    const struct segments_class *c = s->n ? bsearch(&key, s->class, s->n, sizeof key, by_id) : NULL;
    return c ? c->category : NULL;
}
