#include "io/labels/label_set.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "io/labels/annotation.h"

int label_set_of(const struct class_map *map, struct label_set *out, struct err *e)
{
    out->n = 0;
    for (int v = 0; v < 256; v++)
        out->at[v] = -1;
    for (size_t i = 0; i < map->categories; i++) {
        const struct class_category *c = &map->category[i];
        if (out->at[c->code] >= 0)
            continue;
        if (!text_is_utf8(c->name) || !annotation_name_ok(c->name, CLASS_NAME_SIZE))
            return err_set(e, ERR_USAGE,
                           "the class map %s has a category for code %d that is not UTF-8 text, or "
                           "has control characters",
                           map->name, c->code);
        out->at[c->code] = (int)out->n;
        out->class[out->n++] = (struct label_class){c->name, c->code, map->colour[c->code]};
    }
    return out->n > 0 ? 0 : err_set(e, ERR_USAGE, "the class map %s has no categories", map->name);
}

int label_values_of(const struct class_map *map, const struct class_layer *layer,
                    struct label_values *out, struct err *e)
{
    struct unknown_categories unknown = {0};
    *out = (struct label_values){{0}, {false}};
    if (layer->flags == 0)
        return err_set(e, ERR_INPUT, "the layer %s has no classes", layer->name);
    for (size_t i = 0; i < layer->flags; i++) {
        const struct class_flag *f = &layer->flag[i];
        const struct class_category *c = class_map_category(map, f->meaning);
        unknown_categories_look(&unknown, map, f->meaning);
        if (!c)
            continue;
        out->code[f->value] = c->code;
        out->known[f->value] = true;
    }
    if (unknown.n == 0)
        return 0;
    return err_set(e, ERR_INPUT, "the layer %s has %zu class%s that the map %s does not know: %s%s",
                   layer->name, unknown.n, unknown.n == 1 ? "" : "es", map->name, unknown.text,
                   unknown.n == 1 ? unknown.hint : "");
}

void label_image_windows(const struct label_set *s, const struct label_image *image,
                         struct rect window[CLASS_CATEGORIES_MAX])
{
    memset(window, 0, CLASS_CATEGORIES_MAX * sizeof *window);
    const uint8_t *px = image->px;
    for (int32_t y = 0; y < image->size; y++)
        for (int32_t x = 0; x < image->size; x++) {
            const int k = s->at[*px++];
            if (k < 0)
                continue;
            struct rect *w = &window[k];
            if (w->h == 0)
                *w = (struct rect){x, y, 1, 1};
            w->h = y + 1 - w->y;
            w->w = x >= w->x + w->w ? x + 1 - w->x : w->w;
            w->w += x < w->x ? w->x - x : 0;
            w->x = x < w->x ? x : w->x;
        }
}

void label_colour_format(const uint8_t colour[3], char buf[LABEL_COLOUR_SIZE])
{
    snprintf(buf, LABEL_COLOUR_SIZE, "#%02x%02x%02x", colour[0], colour[1], colour[2]);
}
