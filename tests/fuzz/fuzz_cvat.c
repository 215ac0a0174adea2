/* CVAT's annotations: what is read is painted as a label stage would, so that a sanitizer sees
 * every index that a shape can have. */
#include <stdlib.h>

#include "core/cellname.h"
#include "filters/rasterize.h"
#include "io/labels/cvat.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = 64 };

static void paint(const struct cvat *c, const struct cvat_image *image)
{
    static uint8_t px[SIDE * SIDE], scratch[SIDE * SIDE];
    struct byte_part to = {px, SIDE, {0, 0, SIDE, SIDE}};
    struct cellname name;
    if (cellname_parse(image->name, &name) && (name.x < 0 || name.y < 0))
        abort();
    for (size_t i = 0; i < image->shapes; i++) {
        const struct annotation_shape *s = &c->annotation.shape[image->first + i];
        if (s->category >= c->annotation.category.n)
            abort();
        if (s->kind == ANNOTATION_POLYGON) {
            struct polygon p = annotation_polygon(&c->annotation, s);
            rasterize_polygon(&p, 1, to, scratch);
        } else {
            struct run_mask m = annotation_mask(&c->annotation, s);
            rasterize_runs(&m, 1, to);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvat c;
    struct err e = ERR_INIT;
    struct memory_file file = memory_file_open(data, size);
    if (cvat_read(file.path, &c, &e) == 0) {
        for (size_t i = 0; i < c.images; i++)
            paint(&c, &c.image[i]);
        cvat_clear(&c);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    memory_file_close(&file);
    return 0;
}
