#include "io/text/jsondoc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

struct jsondoc {
    json_t *root;
};

int jsondoc_parse(const char *name, const char *text, size_t len, struct jsondoc **out,
                  struct err *e)
{
    json_error_t why;
    if (text_is_utf16(text, len))
        return err_set(e, ERR_INPUT, "%s: is UTF-16 text; save it as UTF-8", name);
    struct jsondoc *d = mem_zalloc(1, sizeof *d);
    if (!d)
        return err_nomem(e, sizeof *d);
    size_t mark = text_utf8_mark(text, len);
    d->root = json_loadb(text + mark, len - mark, JSON_REJECT_DUPLICATES, &why);
    if (!d->root) {
        free(d);
        if (json_error_code(&why) == json_error_out_of_memory)
            return err_nomem(e, len);
        return err_set(e, ERR_INPUT, "%s: is not JSON: line %d, column %d: %s", name, why.line,
                       why.column, why.text);
    }
    *out = d;
    return 0;
}

void jsondoc_close(struct jsondoc *d)
{
    if (!d)
        return;
    json_decref(d->root);
    free(d);
}

static const json_t *find(const struct jsondoc *d, const char *path)
{
    const json_t *at = d->root;
    for (const char *part = path; at && *part;) {
        char key[64];
        size_t n = strcspn(part, ".");
        if (n >= sizeof key)
            return NULL;
        memcpy(key, part, n);
        key[n] = '\0';
        at = json_object_get(at, key);
        part += n + (part[n] == '.');
    }
    return at && !json_is_null(at) ? at : NULL;
}

bool jsondoc_has(const struct jsondoc *d, const char *path) { return find(d, path) != NULL; }

const char *jsondoc_string(const struct jsondoc *d, const char *path)
{
    return json_string_value(find(d, path));
}

/* The values handed out are jansson's own, under a type that does not need its header. */
static const struct jsonvalue *value_of(const json_t *j)
{
    return (const struct jsonvalue *)(const void *)j;
}
static const json_t *json_of(const struct jsonvalue *v) { return (const json_t *)(const void *)v; }

const struct jsonvalue *jsondoc_root(const struct jsondoc *d) { return value_of(d->root); }

const struct jsonvalue *jsondoc_member(const struct jsonvalue *v, const char *key)
{
    return value_of(json_object_get(json_of(v), key));
}

bool jsondoc_is_null(const struct jsonvalue *v) { return json_is_null(json_of(v)); }

bool jsondoc_is_object(const struct jsonvalue *v) { return json_is_object(json_of(v)); }

bool jsondoc_is_list(const struct jsonvalue *v) { return json_is_array(json_of(v)); }

size_t jsondoc_length(const struct jsonvalue *list) { return json_array_size(json_of(list)); }

const struct jsonvalue *jsondoc_element(const struct jsonvalue *list, size_t i)
{
    return value_of(json_array_get(json_of(list), i));
}

bool jsondoc_int(const struct jsonvalue *v, int64_t *out)
{
    if (!json_is_integer(json_of(v)))
        return false;
    *out = json_integer_value(json_of(v));
    return true;
}

bool jsondoc_number(const struct jsonvalue *v, double *out)
{
    if (!json_is_number(json_of(v)))
        return false;
    *out = json_number_value(json_of(v));
    return true;
}

const char *jsondoc_text(const struct jsonvalue *v) { return json_string_value(json_of(v)); }
