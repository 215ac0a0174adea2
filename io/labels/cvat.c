#include "io/labels/cvat.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/labels/ellipse.h"
#include "io/text/number.h"
#include "io/text/xmldoc.h"

/* Runs of a document's ellipses: each row that one crosses is two runs, so few bytes ask for many.
 */
enum { RUNS_MAX = 64 << 20 };

struct reader {
    const char *path;
    struct cvat *out;
    struct xml_node *node; /* the element that is being read */
    const char *image; /* name of its image, or NULL */
    size_t image_cap;
};

/* "<file>: line <n>: <element> of image "<name>": …" */
PRINTF_LIKE(3, 4)
static int bad(const struct reader *r, struct err *e, const char *fmt, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!r->image)
        return err_set(e, ERR_INPUT, "%s: line %ld: %s: %s", r->path, xmldoc_line(r->node),
                       xmldoc_name(r->node), text);
    return err_set(e, ERR_INPUT, "%s: line %ld: %s of image \"%.100s\": %s", r->path,
                   xmldoc_line(r->node), xmldoc_name(r->node), r->image, text);
}

/* ---- values ---- */

static int need_attribute(const struct reader *r, const char *name, const char **value,
                          struct err *e)
{
    *value = xmldoc_attribute_raw(r->node, name);
    return *value ? 0 : bad(r, e, "has no attribute %s", name);
}

static int take_integer(const struct reader *r, const char *name, struct xml_range range,
                        int32_t *out, struct err *e)
{
    const char *value;
    long v;
    int rc = need_attribute(r, name, &value, e);
    if (rc)
        return rc;
    if (!number_read_int(value, range.min, range.max, &v))
        return bad(r, e, "%s is \"%.40s\": not an integer from %ld to %ld", name, value, range.min,
                   range.max);
    *out = (int32_t)v;
    return 0;
}

static bool is_coordinate(const char *s, double *v)
{
    return number_read(s, v) && rings_point_ok((struct point){*v, 0});
}

static int take_coordinate(const struct reader *r, const char *name, double *out, struct err *e)
{
    const char *value;
    int rc = need_attribute(r, name, &value, e);
    if (!rc && !is_coordinate(value, out))
        rc = bad(r, e, "%s is \"%.40s\": not a number up to %g", name, value, SHAPE_COORDINATE_MAX);
    return rc;
}

/* Copies the text up to the next stop, without the blanks around it. Returns false if it does not
 * fit. */
static bool take_word(const char **at, const char *stops, char *word, size_t size)
{
    *at += strspn(*at, " \t\r\n");
    size_t n = strcspn(*at, stops);
    const char *begin = *at;
    *at += n;
    while (n > 0 && strchr(" \t\r\n", begin[n - 1]))
        n--;
    if (n >= size)
        return false;
    memcpy(word, begin, n);
    word[n] = '\0';
    return true;
}

/* ---- shapes ---- */

/* The number of characters of a vertex for a message. */
static int shown(const char *vertex)
{
    enum { LONGEST = 40 };
    size_t n = strcspn(vertex, ";");
    return n < LONGEST ? (int)n : LONGEST;
}

/* points="x,y;x,y" */
static int take_polygon(struct reader *r, struct annotation_shape *s, struct err *e)
{
    const char *at;
    struct rings *rings = &r->out->annotation.rings;
    int rc = need_attribute(r, "points", &at, e);
    for (bool more = true; more && !rc;) {
        struct point p;
        char x[48], y[48] = "";
        const char *begin = at;
        bool good = take_word(&at, ",;", x, sizeof x) && *at == ',' && is_coordinate(x, &p.x);
        at += *at == ',';
        good = good && take_word(&at, ",;", y, sizeof y) && *at != ',' && is_coordinate(y, &p.y);
        if (!good)
            return bad(r, e, "vertex %zu is \"%.*s\": not two numbers up to %g",
                       rings_open(rings, &s->span) + 1, shown(begin), begin, SHAPE_COORDINATE_MAX);
        rc = rings_add(rings, p, e);
        more = *at == ';';
        at += more;
    }
    if (!rc && rings_open(rings, &s->span) < 3)
        rc = bad(r, e, "has %zu vertices; a polygon has 3 or more", rings_open(rings, &s->span));
    return rc ? rc : rings_end(rings, &s->span, e);
}

/* xtl, ytl, xbr, ybr, and optionally a clockwise rotation about the centre in degrees. */
static int take_box(struct reader *r, struct annotation_shape *s, struct err *e)
{
    static const char *const names[4] = {"xtl", "ytl", "xbr", "ybr"};
    struct rings *rings = &r->out->annotation.rings;
    double v[4], turn = 0;
    int rc = 0;
    for (int i = 0; i < 4 && !rc; i++)
        rc = take_coordinate(r, names[i], &v[i], e);
    if (!rc && xmldoc_attribute_raw(r->node, "rotation"))
        rc = take_coordinate(r, "rotation", &turn, e);
    if (!rc && (v[0] > v[2] || v[1] > v[3]))
        rc = bad(r, e, "from %g, %g to %g, %g: the second corner is not the lower right one", v[0],
                 v[1], v[2], v[3]);
    const struct point corner[4] = {{v[0], v[1]}, {v[2], v[1]}, {v[2], v[3]}, {v[0], v[3]}};
    const double pi = 3.14159265358979323846, co = cos(turn * pi / 180), si = sin(turn * pi / 180);
    struct point centre = {(v[0] + v[2]) / 2, (v[1] + v[3]) / 2};
    for (int i = 0; i < 4 && !rc; i++) {
        double x = corner[i].x - centre.x, y = corner[i].y - centre.y;
        struct point turned = {centre.x + x * co - y * si, centre.y + x * si + y * co};
        /* corners without rotation stay exact */
        rc = rings_add(rings, turn == 0 ? corner[i] : turned, e);
    }
    return rc ? rc : rings_end(rings, &s->span, e);
}

static int read_ellipse(const struct reader *r, struct ellipse *out, struct err *e)
{
    static const char *const names[4] = {"cx", "cy", "rx", "ry"};
    const double least = ELLIPSE_RADIUS_MIN;
    double v[4], turn = 0;
    int rc = 0;
    for (int i = 0; i < 4 && !rc; i++)
        rc = take_coordinate(r, names[i], &v[i], e);
    if (!rc && xmldoc_attribute_raw(r->node, "rotation"))
        rc = take_coordinate(r, "rotation", &turn, e);
    if (!rc && (v[2] < least || v[3] < least))
        rc = bad(r, e, "its radii are %g and %g: less than %g", v[2], v[3], least);
    if (rc)
        return rc;
    *out = ellipse_of((struct point){v[0], v[1]}, (struct point){v[2], v[3]}, turn);
    return 0;
}

/* cx, cy, rx, ry, and optionally a clockwise rotation about the centre in degrees. A mask, exact at
 * the pixels' centres. */
static int take_ellipse(struct reader *r, struct annotation_shape *s, struct err *e)
{
    const struct cvat_image *image = &r->out->image[r->out->images - 1];
    struct annotation *a = &r->out->annotation;
    struct ellipse p;
    uint32_t gap = 0;
    int rc = read_ellipse(r, &p, e);
    if (rc)
        return rc;
    s->kind = ANNOTATION_MASK;
    s->run = a->runs;
    s->window = (struct rect){0, 0, image->width, image->height};
    for (int32_t y = 0; y < image->height && !rc; y++) {
        int32_t first, end;
        ellipse_row(&p, y, image->width, &first, &end);
        gap += (uint32_t)(first < end ? first : image->width);
        if (first >= end)
            continue;
        if (a->runs > RUNS_MAX)
            return bad(r, e, "there are too many ellipses before it");
        rc = annotation_add_run(a, s, gap, e);
        rc = rc ? rc : annotation_add_run(a, s, (uint32_t)(end - first), e);
        gap = (uint32_t)(image->width - end);
    }
    return rc || s->runs ? rc : annotation_add_run(a, s, gap, e);
}

/* rle="n, n, …" */
static int take_runs(struct reader *r, struct annotation_shape *s, struct err *e)
{
    const char *at;
    int64_t sum = 0, all = (int64_t)s->window.w * s->window.h;
    int rc = need_attribute(r, "rle", &at, e);
    for (bool more = true; more && !rc;) {
        char word[16] = "";
        long run;
        if (!take_word(&at, ",", word, sizeof word) || !number_read_int(word, 0, INT32_MAX, &run))
            return bad(r, e, "run %zu of its rle is \"%.15s\": not a number of pixels", s->runs + 1,
                       word);
        sum += run;
        if (sum > all)
            return bad(r, e, "run %zu of its rle ends at pixel %lld of %d x %d", s->runs + 1,
                       (long long)sum, s->window.w, s->window.h);
        rc = annotation_add_run(&r->out->annotation, s, (uint32_t)run, e);
        more = *at == ',';
        at += more;
    }
    return rc;
}

static int take_mask(struct reader *r, struct annotation_shape *s, struct err *e)
{
    const struct cvat_image *image = &r->out->image[r->out->images - 1];
    const struct xml_range place = {0, ANNOTATION_SIDE_MAX}, side = {1, ANNOTATION_SIDE_MAX};
    struct rect *w = &s->window;
    s->kind = ANNOTATION_MASK;
    s->run = r->out->annotation.runs;
    int rc = take_integer(r, "left", place, &w->x, e);
    rc = rc ? rc : take_integer(r, "top", place, &w->y, e);
    rc = rc ? rc : take_integer(r, "width", side, &w->w, e);
    rc = rc ? rc : take_integer(r, "height", side, &w->h, e);
    if (!rc && (w->x + w->w > image->width || w->y + w->h > image->height))
        rc = bad(r, e, "%d x %d px at %d, %d reach beyond the image's %d x %d", w->w, w->h, w->x,
                 w->y, image->width, image->height);
    return rc ? rc : take_runs(r, s, e);
}

static int take_category(struct reader *r, struct annotation_shape *s, struct err *e)
{
    const char *label;
    int rc = need_attribute(r, "label", &label, e);
    if (rc)
        return rc;
    if (!annotation_name_ok(label, ANNOTATION_CATEGORY_BYTES))
        return bad(r, e, "its label is longer than 100 bytes, or has control characters");
    rc = annotation_category(&r->out->annotation, label, &s->category, e);
    return rc == ERR_INPUT
               ? bad(r, e, "there are more than %d different labels", ANNOTATION_CATEGORIES)
               : rc;
}

static int take_shape(struct reader *r,
                      int (*take)(struct reader *, struct annotation_shape *, struct err *),
                      struct err *e)
{
    struct cvat *c = r->out;
    struct annotation_shape s = {.line = (int32_t)xmldoc_line(r->node),
                                 .span = rings_begin(&c->annotation.rings)};
    const struct xml_range any = {INT32_MIN, INT32_MAX};
    int rc = take_category(r, &s, e);
    if (!rc && xmldoc_attribute_raw(r->node, "z_order"))
        rc = take_integer(r, "z_order", any, &s.z_order, e);
    rc = rc ? rc : take(r, &s, e);
    rc = rc ? rc : annotation_add(&c->annotation, &s, e);
    if (rc)
        return rc;
    c->image[c->images - 1].shapes++;
    return 0;
}

static int take_element(struct reader *r, struct err *e)
{
    const char *name = xmldoc_name(r->node);
    if (strcmp(name, "polygon") == 0)
        return take_shape(r, take_polygon, e);
    if (strcmp(name, "box") == 0)
        return take_shape(r, take_box, e);
    if (strcmp(name, "mask") == 0)
        return take_shape(r, take_mask, e);
    if (strcmp(name, "ellipse") == 0)
        return take_shape(r, take_ellipse, e);
    if (strcmp(name, "polyline") != 0 && strcmp(name, "points") != 0 && strcmp(name, "tag") != 0)
        return bad(r, e, "is not supported; polygons, boxes, ellipses and masks are");
    r->out->ignored++;
    return 0;
}

/* ---- images ---- */

static int take_image(struct reader *r, struct err *e)
{
    struct cvat *c = r->out;
    const struct xml_range side = {1, ANNOTATION_SIDE_MAX};
    struct xml_node *node = r->node;
    struct cvat_image image = {.line = (int32_t)xmldoc_line(node), .first = c->annotation.shapes};
    const char *name;
    int rc = need_attribute(r, "name", &name, e);
    if (!rc && (name[0] == '\0' || !annotation_name_ok(name, 1000)))
        rc = bad(r, e, "its name is empty, longer than 1000 bytes, or has control characters");
    r->image = rc ? NULL : name;
    rc = rc ? rc : take_integer(r, "width", side, &image.width, e);
    rc = rc ? rc : take_integer(r, "height", side, &image.height, e);
    rc = rc ? rc : strlist_add(&c->names, name, strlen(name), e);
    struct cvat_image *p = rc ? NULL : mem_grown(c->image, c->images, &r->image_cap, sizeof *p, e);
    if (!p)
        return rc ? rc : ERR_TEMPORARY;
    image.name = c->names.s[c->names.n - 1];
    c->image = p;
    c->image[c->images++] = image;
    for (struct xml_node *child = NULL; !rc && (child = xmldoc_child(node, child)) != NULL;) {
        r->node = child;
        rc = take_element(r, e);
    }
    r->image = NULL;
    return rc;
}

static int check_version(const struct reader *r, struct err *e)
{
    const char *text = xmldoc_text_raw(r->node);
    if (text && strcmp(text, "1.1") == 0)
        return 0;
    return bad(r, e, "is \"%.40s\": only 1.1 is supported", text ? text : "");
}

static int take_document(struct reader *r, struct xml_node *root, struct err *e)
{
    r->node = root;
    if (strcmp(xmldoc_name(root), "annotations") != 0)
        return bad(r, e, "is not the root of CVAT's annotations");
    int rc = 0;
    for (struct xml_node *child = NULL; !rc && (child = xmldoc_child(root, child)) != NULL;) {
        r->node = child;
        if (strcmp(xmldoc_name(child), "image") == 0)
            rc = take_image(r, e);
        else if (strcmp(xmldoc_name(child), "version") == 0)
            rc = check_version(r, e);
        else if (strcmp(xmldoc_name(child), "track") == 0)
            rc = bad(r, e,
                     "this is \"CVAT for video\", which does not name images: export as \"CVAT for "
                     "images 1.1\", which splits tracks by image");
        else if (strcmp(xmldoc_name(child), "meta") != 0)
            rc = bad(r, e, "is not known in CVAT for images 1.1");
    }
    if (!rc && r->out->images == 0)
        rc = err_set(e, ERR_INPUT, "%s: has no images", r->path);
    return rc;
}

int cvat_parse(const char *name, const void *data, size_t len, struct cvat *out, struct err *e)
{
    struct xmldoc *doc;
    struct reader r = {.path = name, .out = out};
    *out = (struct cvat){0};
    int rc = xmldoc_parse(name, data, len, &doc, e);
    if (rc)
        return rc;
    rc = take_document(&r, xmldoc_root(doc, name).node, e);
    xmldoc_close(doc);
    if (rc)
        cvat_clear(out);
    return rc;
}

static const char ANNOTATIONS[] = "annotations.xml";

static bool is_annotations(const char *path) { return strcmp(path_base(path), ANNOTATIONS) == 0; }

/* The document: the path itself, or the only one in a .zip. */
static int find_document(struct label_folder *f, const char **file, struct err *e)
{
    *file = "";
    if (!f->archive)
        return 0;
    int rc = label_folder_find(f, is_annotations, ANNOTATIONS, e);
    if (!rc && f->files.n > 1)
        rc = err_set(e, ERR_INPUT, "%s: holds more than one %s: %.120s and %.120s", f->path,
                     ANNOTATIONS, f->files.s[0], f->files.s[1]);
    *file = rc ? NULL : f->files.s[0];
    return rc;
}

static int read_document(const struct label_folder *f, const char *file, struct cvat *out,
                         struct err *e)
{
    char name[LABEL_NAME_SIZE];
    unsigned char *data;
    size_t len;
    int rc = label_folder_name(f, file, name, e);
    rc = rc ? rc : label_folder_read(f, file, CVAT_BYTES_MAX, &data, &len, e);
    if (rc)
        return rc;
    rc = cvat_parse(name, data, len, out, e);
    free(data);
    return rc;
}

int cvat_read(const char *path, struct cvat *out, struct err *e)
{
    struct label_folder *f;
    const char *file;
    *out = (struct cvat){0};
    int rc = label_folder_create(path, NULL, &f, e);
    if (rc)
        return rc;
    rc = find_document(f, &file, e);
    rc = rc ? rc : read_document(f, file, out, e);
    label_folder_destroy(f);
    return rc;
}

void cvat_clear(struct cvat *c)
{
    free(c->image);
    annotation_clear(&c->annotation);
    strlist_clear(&c->names);
    *c = (struct cvat){0};
}

/* ---- the tool ---- */

struct export
{
    struct cvat cvat;
    char *path;
};

static void close_export(void *source)
{
    struct export *x = source;
    cvat_clear(&x->cvat);
    free(x->path);
    free(x);
}

static int open_export(const char *path, const struct class_map *map, void **source, struct err *e)
{
    struct export *x = mem_zalloc(1, sizeof *x);
    if (!x)
        return err_nomem(e, sizeof *x);
    x->path = mem_strdup(path);
    int rc = x->path ? cvat_read(path, &x->cvat, e) : err_nomem(e, strlen(path));
    rc = rc ? rc : annotation_check(&x->cvat.annotation, map, path, e);
    if (rc)
        close_export(x);
    else
        *source = x;
    return rc;
}

static size_t count_images(const void *source)
{
    return ((const struct export *)source)->cvat.images;
}

static const char *image_name(const void *source, size_t i)
{
    return ((const struct export *)source)->cvat.image[i].name;
}

static int render_image(const void *source, size_t i, const struct label_canvas *to, struct err *e)
{
    const struct export *x = source;
    const struct cvat_image *image = &x->cvat.image[i];
    if (image->width != to->size || image->height != to->size)
        return err_set(e, ERR_INPUT,
                       "%s: line %d: image \"%s\" is %d × %d px, its subscene %d × %d", x->path,
                       image->line, image->name, image->width, image->height, to->size, to->size);
    return to->paint(to, &x->cvat.annotation, image->first, image->shapes, e);
}

const struct label_tool cvat_tool = {open_export, count_images, image_name, render_image,
                                     close_export};
