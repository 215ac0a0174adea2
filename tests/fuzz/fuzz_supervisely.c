/* Supervisely's annotations: what is read is painted as a label stage would, so that a sanitizer
 * sees every index that an object can have. A zip archive is a project. */
#include <stdlib.h>

#include "filters/rasterize.h"
#include "io/labels/supervisely.h"
#include "support/memory_file.h"
#include "support/tool_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = 64 };

static void paint(const struct supervisely *s)
{
    static uint8_t px[SIDE * SIDE], scratch[SIDE * SIDE];
    struct byte_part to = {px, SIDE, {0, 0, SIDE, SIDE}};
    for (size_t i = 0; i < s->annotation.shapes; i++) {
        const struct annotation_shape *shape = &s->annotation.shape[i];
        struct polygon p = annotation_polygon(&s->annotation, shape);
        struct run_mask m = annotation_mask(&s->annotation, shape);
        if (shape->category >= s->annotation.category.n)
            abort();
        if (shape->kind == ANNOTATION_MASK) {
            if (m.window.x < 0 || m.window.y < 0 || m.window.x + m.window.w > s->width ||
                m.window.y + m.window.h > s->height)
                abort();
            rasterize_runs(&m, 1, to);
        } else if (p.rings == 0) {
            abort();
        } else {
            rasterize_polygon(&p, 1, to, scratch);
        }
    }
}

static void check_annotation(const uint8_t *data, size_t size)
{
    struct supervisely s;
    struct err e = ERR_INIT;
    if (supervisely_parse("fuzz.json", data, size, &s, &e) == 0) {
        if (s.width < 1 || s.height < 1)
            abort();
        paint(&s);
        supervisely_clear(&s);
    } else if (e.msg[0] == '\0') {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!tool_check_is_zip(data, size)) {
        check_annotation(data, size);
        return 0;
    }
    struct memory_file file = memory_file_open(data, size);
    tool_check(&supervisely_tool, file.path);
    memory_file_close(&file);
    return 0;
}
