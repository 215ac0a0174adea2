#include "stages/layers/labels.h"

#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/labels/cvat.h"
#include "io/labels/segments.h"
#include "io/labels/supervisely.h"
#include "stages/layers/labels_paint.h"

static const struct {
    const char *name;
    const struct label_tool *tool;
} tools[LABELS_TOOLS] = {
    [LABELS_CVAT] = {"cvat", &cvat_tool},
    [LABELS_SEGMENTS] = {"segments", &segments_tool},
    [LABELS_SUPERVISELY] = {"supervisely", &supervisely_tool},
};

struct labels {
    const char *tool_name;
    const struct label_tool *tool;
    void *source; /* the tool's data; NULL until it is open */
    const struct class_map *map;
    struct cellname *name; /* per image */
    bool is_nameless; /* the only image, whose name tells no subscene */
    char *path; /* the file, or the folder */
};

size_t labels_count(const struct labels *s) { return s->tool->count(s->source); }

const char *labels_name(const struct labels *s, size_t i) { return s->tool->name(s->source, i); }

static int refuse_name(const struct labels *s, size_t i, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: image \"%s\": its name has no tile_<x>_<y>, or more than one",
                   s->path, labels_name(s, i));
}

static int parse_names(struct labels *s, struct err *e)
{
    size_t n = labels_count(s);
    s->name = mem_alloc(n, sizeof *s->name);
    if (!s->name)
        return err_nomem(e, n * sizeof *s->name);
    for (size_t i = 0; i < n; i++) {
        bool says = cellname_parse(labels_name(s, i), &s->name[i]);
        if (!says && n > 1)
            return refuse_name(s, i, e);
        s->is_nameless |= !says;
    }
    return 0;
}

int labels_check_names(const struct labels *s, struct err *e)
{
    return s->is_nameless ? refuse_name(s, 0, e) : 0;
}

static int open_source(struct labels *s, const char *path, struct err *e)
{
    s->path = mem_strdup(path);
    if (!s->path)
        return err_nomem(e, strlen(path));
    path_trim(s->path);
    int r = s->tool->open(path, s->map, &s->source, e);
    return r ? r : parse_names(s, e);
}

int labels_open(enum labels_tool tool, const char *path, const struct class_map *map,
                struct labels **out, struct err *e)
{
    struct labels *s = mem_zalloc(1, sizeof *s);
    if (!s)
        return err_nomem(e, sizeof *s);
    *s = (struct labels){.tool_name = tools[tool].name, .tool = tools[tool].tool, .map = map};
    int r = open_source(s, path, e);
    if (r)
        labels_close(s);
    else
        *out = s;
    return r;
}

void labels_close(struct labels *s)
{
    if (!s)
        return;
    if (s->source)
        s->tool->close(s->source);
    free(s->name);
    free(s->path);
    free(s);
}

const struct class_map *labels_map(const struct labels *s) { return s->map; }

const char *labels_path(const struct labels *s) { return s->path; }

const char *labels_tool_name(const struct labels *s) { return s->tool_name; }

bool labels_names_products(const struct labels *s)
{
    for (size_t i = 0; i < labels_count(s); i++)
        if (!s->name[i].tile_id[0])
            return false;
    return true;
}

static bool is_of(const struct labels *s, size_t i, const char *product, int32_t x, int32_t y)
{
    const struct cellname *n = &s->name[i];
    if (s->is_nameless)
        return true;
    return n->x == x && n->y == y && strstr(product, n->product) && strstr(product, n->tile_id) &&
           strstr(product, n->sensing);
}

int labels_find(const struct labels *s, const char *product, int32_t x, int32_t y, int64_t *image,
                struct err *e)
{
    *image = LABELS_NONE;
    for (size_t i = 0; i < labels_count(s); i++) {
        if (!is_of(s, i, product, x, y))
            continue;
        if (*image != LABELS_NONE)
            return err_set(e, ERR_INPUT, "%s: images \"%s\" and \"%s\" belong to the same subscene",
                           s->path, labels_name(s, (size_t)*image), labels_name(s, i));
        *image = (int64_t)i;
    }
    return 0;
}

int labels_render(const struct labels *s, size_t i, int32_t size, uint8_t *px, uint8_t *scratch,
                  struct err *e)
{
    struct label_canvas to = labels_paint_begin(s->map, size, px, scratch);
    return s->tool->render(s->source, i, &to, e);
}
