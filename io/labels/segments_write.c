#include "io/labels/segments_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"

static const char LABELSET[] = "ground-truth";

/* ---- documents ---- */

static void put_categories(const struct label_set *s, struct jsonout *j)
{
    jsonout_string(j, "format_version", "0.1");
    jsonout_array(j, "categories");
    for (size_t i = 0; i < s->n; i++) {
        jsonout_object(j, NULL);
        jsonout_string(j, "name", s->class[i].name);
        jsonout_int(j, "id", (int64_t)i + 1);
        jsonout_array(j, "color");
        for (int k = 0; k < 3; k++)
            jsonout_int(j, NULL, s->class[i].colour[k]);
        jsonout_end_array(j);
        jsonout_bool(j, "has_instances", false);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

void segments_write_categories(const struct label_set *s, struct jsonout *out)
{
    jsonout_object(out, NULL);
    put_categories(s, out);
    jsonout_end_object(out);
}

void segments_write_begin(const struct label_set *s, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_string(out, "name", "suggestions");
    jsonout_string(out, "description", "");
    jsonout_object(out, "dataset");
    jsonout_string(out, "name", "subscenes");
    jsonout_string(out, "task_type", "segmentation-bitmap");
    jsonout_object(out, "task_attributes");
    put_categories(s, out);
    jsonout_end_object(out);
    jsonout_array(out, "labelsets");
    jsonout_object(out, NULL);
    jsonout_string(out, "name", LABELSET);
    jsonout_string(out, "description", "");
    jsonout_end_object(out);
    jsonout_end_array(out);
    jsonout_array(out, "samples");
}

/* {"url": folder + name} */
static void put_url(struct jsonout *j, const char *key, const char *folder, const char *name)
{
    char url[SEGMENTS_MASK_SIZE + 40];
    snprintf(url, sizeof url, "%s%s", folder, name);
    jsonout_object(j, key);
    jsonout_string(j, "url", url);
    jsonout_end_object(j);
}

static void put_label(const struct label_set *s, const struct label_image *image, const char *mask,
                      struct jsonout *j)
{
    struct rect window[CLASS_CATEGORIES_MAX];
    label_image_windows(s, image, window);
    jsonout_object(j, LABELSET);
    jsonout_string(j, "label_status", "PRELABELED");
    jsonout_object(j, "attributes");
    jsonout_string(j, "format_version", "0.1");
    jsonout_array(j, "annotations");
    for (size_t i = 0; i < s->n; i++) {
        if (window[i].w == 0)
            continue;
        jsonout_object(j, NULL);
        jsonout_int(j, "id", (int64_t)i + 1);
        jsonout_int(j, "category_id", (int64_t)i + 1);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
    put_url(j, "segmentation_bitmap", "", mask);
    jsonout_end_object(j);
    jsonout_end_object(j);
}

void segments_write_sample(const struct label_set *s, const struct label_image *image,
                           const char *folder, const char *mask, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_string(out, "name", image->name);
    jsonout_object(out, "attributes");
    put_url(out, "image", folder, image->name);
    jsonout_end_object(out);
    jsonout_object(out, "labels");
    if (image->px)
        put_label(s, image, mask, out);
    else
        jsonout_null(out, LABELSET);
    jsonout_end_object(out);
    jsonout_end_object(out);
}

void segments_write_end(struct jsonout *out)
{
    jsonout_end_array(out);
    jsonout_end_object(out);
    jsonout_end_object(out);
}

/* ---- masks ---- */

void segments_write_mask_name(const char *image, char buf[SEGMENTS_MASK_SIZE])
{
    const char *dot = strrchr(path_base(image), '.');
    const int stem = dot && dot != path_base(image) ? (int)(dot - image) : (int)strlen(image);
    snprintf(buf, SEGMENTS_MASK_SIZE, "%.*s_label_%s.png", stem, image, LABELSET);
}

int segments_write_mask(const struct label_set *s, const struct label_image *image,
                        struct pngfile_image *out, struct err *e)
{
    const size_t size = (size_t)image->size, n = size * size;
    uint8_t *rgba = mem_zalloc(n, 4);
    if (!rgba)
        return err_nomem(e, 4 * n);
    for (size_t i = 0; i < n; i++) {
        rgba[4 * i] = (uint8_t)(s->at[image->px[i]] + 1); /* at most CLASS_CATEGORIES_MAX */
        rgba[4 * i + 3] = 255;
    }
    const struct pngfile_picture picture = {.width = image->size,
                                            .height = image->size,
                                            .bits = 8,
                                            .channels = 4,
                                            .px = rgba,
                                            .stride = 4 * size};
    int r = pngfile_encode(&picture, out, e);
    free(rgba);
    return r;
}
