#include "io/labels/supervisely_write.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/compress/deflate.h"
#include "io/image/pngfile.h"
#include "io/text/base64.h"

/* Not 1, whose bytes depend on the machine (io/compress/deflate.h). */
enum { ZLIB_LEVEL = 6 };

struct supervisely_writer {
    struct deflater *deflater;
    struct pngfile_image png;
    uint8_t *rgba, *packed;
    size_t rgba_cap, packed_cap;
    struct text data; /* base64 */
};

int supervisely_writer_create(struct supervisely_writer **out, struct err *e)
{
    struct supervisely_writer *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    int r = deflater_create(ZLIB_LEVEL, &w->deflater, e);
    if (r)
        free(w);
    else
        *out = w;
    return r;
}

void supervisely_writer_destroy(struct supervisely_writer *w)
{
    if (!w)
        return;
    deflater_destroy(w->deflater);
    pngfile_image_clear(&w->png);
    free(w->rgba);
    free(w->packed);
    free(w->data.s);
    free(w);
}

void supervisely_write_meta(const struct label_set *s, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_array(out, "classes");
    for (size_t i = 0; i < s->n; i++) {
        char colour[LABEL_COLOUR_SIZE];
        label_colour_format(s->class[i].colour, colour);
        jsonout_object(out, NULL);
        jsonout_string(out, "title", s->class[i].name);
        jsonout_string(out, "shape", "bitmap");
        jsonout_string(out, "color", colour);
        jsonout_object(out, "geometry_config");
        jsonout_end_object(out);
        jsonout_string(out, "hotkey", "");
        jsonout_end_object(out);
    }
    jsonout_end_array(out);
    jsonout_array(out, "tags");
    jsonout_end_array(out);
    jsonout_string(out, "projectType", "images");
    jsonout_end_object(out);
}

/* Makes the PNG of a class in its window: white where it is, else transparent. */
static int draw(struct supervisely_writer *w, const struct label_image *image, uint8_t code,
                struct rect window, struct err *e)
{
    const size_t width = (size_t)window.w, n = width * (size_t)window.h;
    uint8_t *to = w->rgba = mem_scratch(w->rgba, 4 * n, &w->rgba_cap, 1, e);
    if (!to)
        return ERR_TEMPORARY;
    for (int32_t y = 0; y < window.h; y++) {
        const uint8_t *row = image->px + (ptrdiff_t)(window.y + y) * image->size + window.x;
        for (int32_t x = 0; x < window.w; x++, to += 4)
            memset(to, row[x] == code ? 255 : 0, 4);
    }
    const struct pngfile_picture picture = {.width = window.w,
                                            .height = window.h,
                                            .bits = 8,
                                            .channels = 4,
                                            .px = w->rgba,
                                            .stride = 4 * width};
    return pngfile_encode(&picture, &w->png, e);
}

/* Makes the text of that PNG. */
static int pack(struct supervisely_writer *w, struct err *e)
{
    const size_t room = deflater_bound(w->deflater, w->png.len);
    w->packed = mem_scratch(w->packed, room, &w->packed_cap, 1, e);
    if (!w->packed)
        return ERR_TEMPORARY;
    const size_t n = deflater_run(w->deflater, w->png.data, w->png.len, w->packed, room);
    w->data.len = 0;
    base64_encode(w->packed, n, &w->data);
    return w->data.failed ? err_nomem(e, n) : 0;
}

static int put_object(struct supervisely_writer *w, const struct label_image *image,
                      const struct label_class *class, struct rect window, struct jsonout *j,
                      struct err *e)
{
    int r = draw(w, image, class->code, window, e);
    r = r ? r : pack(w, e);
    if (r)
        return r;
    jsonout_object(j, NULL);
    jsonout_string(j, "description", "");
    jsonout_string(j, "geometryType", "bitmap");
    jsonout_array(j, "tags");
    jsonout_end_array(j);
    jsonout_string(j, "classTitle", class->name);
    jsonout_object(j, "bitmap");
    jsonout_string(j, "data", w->data.s);
    jsonout_array(j, "origin");
    jsonout_int(j, NULL, window.x);
    jsonout_int(j, NULL, window.y);
    jsonout_end_array(j);
    jsonout_end_object(j);
    jsonout_end_object(j);
    return 0;
}

int supervisely_write_image(struct supervisely_writer *w, const struct label_set *s,
                            const struct label_image *image, struct jsonout *out, struct err *e)
{
    struct rect window[CLASS_CATEGORIES_MAX];
    int r = 0;
    jsonout_object(out, NULL);
    jsonout_string(out, "description", "");
    jsonout_string(out, "name", image->name);
    jsonout_object(out, "size");
    jsonout_int(out, "width", image->size);
    jsonout_int(out, "height", image->size);
    jsonout_end_object(out);
    jsonout_array(out, "tags");
    jsonout_end_array(out);
    jsonout_array(out, "objects");
    if (image->px)
        label_image_windows(s, image, window);
    for (size_t i = 0; image->px && r == 0 && i < s->n; i++)
        if (window[i].w > 0)
            r = put_object(w, image, &s->class[i], window[i], out, e);
    jsonout_end_array(out);
    jsonout_end_object(out);
    return r;
}
