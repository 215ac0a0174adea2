#include "support/tool_check.h"

#include <stdlib.h>
#include <string.h>

#include "filters/rasterize.h"
#include "io/labels/classmap.h"

enum { SIDE = 64 };

static int paint(const struct label_canvas *to, const struct annotation *a, size_t first, size_t n,
                 struct err *e)
{
    static uint8_t scratch[SIDE * SIDE];
    struct byte_part part = {to->px, SIDE, {0, 0, SIDE, SIDE}};
    (void)e;
    for (size_t i = first; i < first + n; i++) {
        const struct annotation_shape *s = &a->shape[i];
        uint8_t code = class_map_category(to->map, a->category.s[s->category])->code;
        if (s->kind == ANNOTATION_POLYGON) {
            struct polygon p = annotation_polygon(a, s);
            rasterize_polygon(&p, code, part, scratch);
        } else {
            struct run_mask m = annotation_mask(a, s);
            rasterize_runs(&m, code, part);
        }
    }
    return 0;
}

static void render(const struct label_tool *tool, void *source, const struct class_map *map)
{
    static uint8_t px[SIDE * SIDE];
    const struct label_canvas to = {.map = map, .size = SIDE, .px = px, .paint = paint};
    for (size_t i = 0; i < tool->count(source); i++) {
        struct err e = ERR_INIT;
        if (tool->name(source, i)[0] == '\0')
            abort();
        memset(px, map->unlabelled, sizeof px);
        if (tool->render(source, i, &to, &e) != 0) {
            if (e.msg[0] == '\0')
                abort();
            continue;
        }
        for (size_t k = 0; k < sizeof px; k++)
            if (px[k] > 5)
                abort();
    }
}

void tool_check(const struct label_tool *tool, const char *path)
{
    struct class_map map;
    struct err e = ERR_INIT;
    void *source;
    if (classmap_find("label", &map, &e) != 0)
        abort();
    if (tool->open(path, &map, &source, &e) == 0) {
        render(tool, source, &map);
        tool->close(source);
    } else if (e.msg[0] == '\0') {
        abort();
    }
}

bool tool_check_is_zip(const uint8_t *data, size_t size)
{
    return size >= 4 && memcmp(data, "PK\3\4", 4) == 0;
}
