#include "io/source/zip_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/level.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/source/source.h"
#include "io/source/source_folder.h"

/* Normalises in place. Returns the beginning of the name. */
static char *straighten(char *name)
{
    for (char *c = name; *c; c++) {
        if (*c == '\\')
            *c = '/';
    }
    while (strncmp(name, "./", 2) == 0)
        name += 2;
    return name;
}

/* Notes whether a part of the name is from before December 2016. Folders count too. */
static void note_parts(struct zip_names *z, char *name)
{
    struct source_finding f = {false};
    for (char *part = name, *end; part; part = end ? end + 1 : NULL) {
        end = strchr(part, '/');
        if (end)
            *end = '\0';
        source_finding_note(&f, part);
        if (end)
            *end = '/';
    }
    z->old_naming |= f.old_naming;
}

int zip_names_add(struct zip_names *z, const char *name, const struct zip_member *m, struct err *e)
{
    char *copy = mem_strdup(name);
    if (!copy)
        return err_nomem(e, strlen(name));
    char *straight = straighten(copy);
    note_parts(z, straight);
    if (!source_name_ok(straight)) {
        free(copy);
        return 0;
    }
    memmove(copy, straight, strlen(straight) + 1);
    struct zip_member *grown = mem_grown(z->member, z->n, &z->capacity, sizeof *grown, e);
    if (!grown) {
        free(copy);
        return ERR_TEMPORARY;
    }
    z->member = grown;
    z->member[z->n] = *m;
    z->member[z->n++].name = copy;
    return 0;
}

static int by_name_and_index(const void *a, const void *b)
{
    const struct zip_member *p = a, *q = b;
    int order = strcmp(p->name, q->name);
    return order ? order : (p->index > q->index) - (p->index < q->index);
}

/* Keeps the first of several members with one name. */
static void merge_doubles(struct zip_names *z)
{
    size_t kept = 0;
    for (size_t i = 0; i < z->n; i++) {
        struct zip_member *before = kept > 0 ? &z->member[kept - 1] : NULL, *m = &z->member[i];
        if (!before || strcmp(before->name, m->name) != 0) {
            z->member[kept++] = *m;
            continue;
        }
        before->is_ambiguous |= m->size != before->size || m->crc != before->crc;
        free(m->name);
    }
    z->n = kept;
}

static int depth_of(const char *name)
{
    int depth = 0;
    for (; *name; name++)
        depth += *name == '/';
    return depth;
}

int zip_names_find_product(struct zip_names *z, const char *path, struct err *e)
{
    const char *best = NULL, *second = NULL;
    int best_depth = 0;
    for (size_t i = 0; i < z->n; i++) {
        const char *name = z->member[i].name;
        if (!level_of_xml(path_base(name)))
            continue;
        int depth = depth_of(name);
        if (best && depth == best_depth)
            second = second ? second : name;
        if (!best || depth < best_depth) {
            best = name;
            best_depth = depth;
            second = NULL;
        }
    }
    if (!best)
        return source_finding_explain(&(struct source_finding){.old_naming = z->old_naming}, path,
                                      e);
    if (second)
        return err_set(e, ERR_INPUT, "%s: holds more than one product: %.120s and %.120s", path,
                       best, second);
    z->root = best;
    z->root_length = path_folder_length(best);
    return 0;
}

void zip_names_settle(struct zip_names *z)
{
    if (z->n > 0)
        qsort(z->member, z->n, sizeof *z->member, by_name_and_index);
    merge_doubles(z);
    z->root = "";
    z->root_length = 0;
}

const char *zip_names_inside(const struct zip_names *z, const struct zip_member *m)
{
    return strncmp(m->name, z->root, z->root_length) == 0 ? m->name + z->root_length : NULL;
}

const struct zip_member *zip_names_find(const struct zip_names *z, const char *name)
{
    for (size_t low = 0, high = z->n; low < high;) {
        size_t middle = low + (high - low) / 2;
        const struct zip_member *m = &z->member[middle];
        int order = strncmp(z->root, m->name, z->root_length);
        if (order == 0)
            order = strcmp(name, m->name + z->root_length);
        if (order == 0)
            return m;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

void zip_names_clear(struct zip_names *z)
{
    for (size_t i = 0; i < z->n; i++)
        free(z->member[i].name);
    free(z->member);
    *z = (struct zip_names){0};
}
