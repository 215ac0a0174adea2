#include "io/labels/cvat_write.h"

#include <stdlib.h>
#include <string.h>

#include "core/jsonout.h"

void cvat_write_labels(const struct label_set *s, struct text *out)
{
    text_put(out, "[\n");
    for (size_t i = 0; i < s->n; i++) {
        char colour[LABEL_COLOUR_SIZE];
        struct jsonout j = {0};
        label_colour_format(s->class[i].colour, colour);
        jsonout_object(&j, NULL);
        jsonout_string(&j, "name", s->class[i].name);
        jsonout_string(&j, "color", colour);
        jsonout_string(&j, "type", "any");
        jsonout_array(&j, "attributes");
        jsonout_end_array(&j);
        jsonout_end_object(&j);
        out->failed |= j.text.failed;
        if (!out->failed)
            text_put(out, "  %s%s\n", j.text.s, i + 1 < s->n ? "," : "");
        jsonout_clear(&j);
    }
    text_put(out, "]\n");
}

/* A text as it stands in an element or an attribute. XML cannot have control characters. */
static void put_escaped(struct text *out, const char *value)
{
    static const char special[] = "&<>\"'";
    static const char *const instead[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (const char *s = value; *s;) {
        const char *found = strchr(special, *s);
        const size_t n = text_utf8_length(s);
        if (found)
            text_put(out, "%s", instead[found - special]);
        else if (n == 0 || (unsigned char)*s < 0x20)
            text_put(out, "\xEF\xBF\xBD"); /* U+FFFD */
        else
            text_add(out, s, n);
        s += n ? n : 1;
    }
}

static void put_named(struct text *out, const char *before, const char *value, const char *after)
{
    text_put(out, "%s", before);
    put_escaped(out, value);
    text_put(out, "%s", after);
}

void cvat_write_begin(const struct label_set *s, size_t images, struct text *out)
{
    text_put(out,
             "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
             "<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n"
             "      <name>subscenes</name>\n      <size>%zu</size>\n"
             "      <mode>annotation</mode>\n      <labels>\n",
             images);
    for (size_t i = 0; i < s->n; i++) {
        char colour[LABEL_COLOUR_SIZE];
        label_colour_format(s->class[i].colour, colour);
        put_named(out, "        <label>\n          <name>", s->class[i].name, "</name>\n");
        text_put(out,
                 "          <color>%s</color>\n          <type>any</type>\n"
                 "          <attributes>\n          </attributes>\n        </label>\n",
                 colour);
    }
    text_put(out, "      </labels>\n    </task>\n  </meta>\n");
}

/* Runs of pixels in a window, alternately outside and inside of the class. */
static void put_runs(const struct label_image *image, uint8_t code, struct rect w, struct text *out)
{
    bool inside = false;
    int64_t run = 0;
    for (int32_t y = w.y; y < w.y + w.h; y++) {
        const uint8_t *row = image->px + (ptrdiff_t)y * image->size;
        for (int32_t x = w.x; x < w.x + w.w; x++) {
            if ((row[x] == code) != inside) {
                text_put(out, "%lld, ", (long long)run);
                inside = !inside;
                run = 0;
            }
            run++;
        }
    }
    text_put(out, "%lld", (long long)run);
}

void cvat_write_image(const struct label_set *s, size_t id, const struct label_image *image,
                      struct text *out)
{
    struct rect window[CLASS_CATEGORIES_MAX];
    label_image_windows(s, image, window);
    text_put(out, "  <image id=\"%zu\"", id);
    put_named(out, " name=\"", image->name, "\"");
    text_put(out, " width=\"%d\" height=\"%d\">\n", image->size, image->size);
    for (size_t i = 0; i < s->n; i++) {
        const struct rect w = window[i];
        if (w.w == 0)
            continue;
        put_named(out, "    <mask label=\"", s->class[i].name, "\" source=\"auto\" occluded=\"0\"");
        text_put(out, " rle=\"");
        put_runs(image, s->class[i].code, w, out);
        text_put(out, "\" left=\"%d\" top=\"%d\" width=\"%d\" height=\"%d\" z_order=\"0\">", w.x,
                 w.y, w.w, w.h);
        text_put(out, "\n    </mask>\n");
    }
    text_put(out, "  </image>\n");
}

void cvat_write_end(struct text *out) { text_put(out, "</annotations>\n"); }
