#include "stages/jobs/repair_layout.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/path.h"
#include "core/text.h"

/* Writes root/relative; a root "." is left out. */
static void join(const char *root, const char *relative, char buf[8192])
{
    bool here = strcmp(root, ".") == 0;
    snprintf(buf, 8192, "%s%s%s", here ? "" : root, here || text_ends_with(root, "/") ? "" : "/",
             relative);
}

/* Does the layout give this path to the subscene? */
static bool gives(const struct repair_layout *l, const struct product *p, struct cell c,
                  const char *path)
{
    char relative[1024], whole[8192];
    if (layout_file(l->template, p, c.x, c.y, relative, sizeof relative, NULL))
        return false;
    join(l->root, relative, whole);
    return strcmp(whole, path) == 0;
}

static bool gives_all(const struct repair_layout *l, const struct product *p, const char *path,
                      const struct manifest *m)
{
    char relative[1024], whole[8192];
    int n = (int)path_folder_length(path);
    if (layout_manifest(l->template, p, relative, sizeof relative, NULL))
        return false;
    join(l->root, strncmp(relative, "./", 2) == 0 ? relative + 2 : relative, whole);
    if (strcmp(whole, path) != 0)
        return false;
    for (size_t i = 0; i < m->n; i++) {
        snprintf(whole, sizeof whole, "%.*s%s", n, path, m->row[i].file);
        if (!gives(l, p, (struct cell){m->row[i].x, m->row[i].y}, whole))
            return false;
    }
    return m->n > 0;
}

/* The template of one file's name: {product}, {x} and {y} for the texts that are theirs. */
static void generalise(const struct product *p, const struct manifest_row *row,
                       char buf[REPAIR_LAYOUT])
{
    struct text t = {0};
    size_t name = strlen(p->name);
    for (const char *c = row->file; *c;) {
        size_t digits = strspn(c, "0123456789");
        long number = digits > 0 && digits < 9 ? strtol(c, NULL, 10) : -1;
        if (strncmp(c, p->name, name) == 0) {
            text_put(&t, "{product}");
            c += name;
        } else if (number >= 0 && (number == row->x || number == row->y)) {
            text_put(&t, number == row->x ? "{x}" : "{y}");
            c += digits;
        } else {
            text_add(&t, c, digits ? digits : 1);
            c += digits ? digits : 1;
        }
    }
    snprintf(buf, REPAIR_LAYOUT, "%s", t.s && !t.failed ? t.s : "");
    free(t.s);
}

/* Splits the folder of a manifest into the output folder and the beginning of the template. */
static bool split(const struct product *p, const char *path, char root[4096], char prefix[600])
{
    int n = (int)path_folder_length(path);
    snprintf(root, 4096, "%.*s", n > 1 ? n - 1 : n, path);
    prefix[0] = '\0';
    if (n == 0)
        snprintf(root, 4096, ".");
    if (strcmp(path_base(path), "manifest.csv") != 0)
        return true;
    const char *name = strstr(root, p->name);
    if (!name)
        return false;
    size_t part = (size_t)(name - root);
    while (part > 0 && root[part - 1] != '/')
        part--;
    snprintf(prefix, 600, "%.*s{product}%.400s/", (int)(name - root - (ptrdiff_t)part), root + part,
             name + strlen(p->name));
    if (part == 0)
        snprintf(root, 4096, ".");
    else
        root[part > 1 ? part - 1 : 1] = '\0';
    return true;
}

static bool tries(const struct product *p, const char *prefix, const char *file, const char *path,
                  const struct manifest *m, struct repair_layout *out)
{
    int n = snprintf(out->template, sizeof out->template, "%s%s", prefix, file);
    return n < REPAIR_LAYOUT && strstr(file, "{x}") && strstr(file, "{y}") &&
           gives_all(out, p, path, m);
}

bool repair_layout_find(const struct product *p, const char *path, const struct manifest *m,
                        struct repair_layout *out)
{
    char prefix[600], file[REPAIR_LAYOUT];
    if (!split(p, path, out->root, prefix))
        return false;
    if (tries(p, prefix, path_base(LAYOUT_FLAT), path, m, out) ||
        tries(p, prefix, LAYOUT_CM_VSM, path, m, out))
        return true;
    for (size_t i = 0; i < m->n; i++) {
        generalise(p, &m->row[i], file);
        if (m->row[i].x != m->row[i].y && tries(p, prefix, file, path, m, out))
            return true;
    }
    return false;
}

bool repair_layout_cell(const struct repair_layout *l, const struct product *p, const char *path,
                        struct cell *out)
{
    int32_t number[32];
    size_t n = 0;
    for (const char *c = path; *c && n < 32;) {
        size_t digits = strspn(c, "0123456789");
        if (digits > 0 && digits < 6)
            number[n++] = (int32_t)strtol(c, NULL, 10);
        c += digits ? digits : 1;
    }
    for (size_t i = n; i-- > 0;)
        for (size_t k = n; k-- > 0;) {
            *out = (struct cell){number[i], number[k]};
            if (gives(l, p, *out, path))
                return true;
        }
    return false;
}
