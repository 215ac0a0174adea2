#include "io/jsondoc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct jsondoc {
    json_t *root;
};

int jsondoc_parse(const char *name, const char *text, size_t len, struct jsondoc **out, struct err *e)
{
    json_error_t why;
    struct jsondoc *d = mem_zalloc(1, sizeof *d);
    if (!d)
        return err_nomem(e, sizeof *d);
    d->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (!d->root) {
        free(d);
        return err_set(e, ERR_INPUT, "%s: is no JSON: line %d, column %d: %s", name, why.line, why.column, why.text);
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

const char *jsondoc_string(const struct jsondoc *d, const char *path) { return json_string_value(find(d, path)); }
