#include "io/labels/cvat.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/text/number.h"
#include "io/text/xmldoc.h"

struct reader {
    const char *path;
    struct cvat *out;
    struct xml_node *node; /* the element that is being read */
    const char *image; /* name of its image, or NULL */
    struct {
        size_t image, shape, vertex, run;
    } cap;
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
    return number_read(s, v) && fabs(*v) <= SHAPE_COORDINATE_MAX;
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

/* Names appear in messages: control characters are rejected and the length is limited. */
static bool is_printable(const char *s, size_t longest)
{
    size_t n = 0;
    for (; s[n]; n++) {
        if (n == longest || (unsigned char)s[n] < 0x20 || s[n] == 0x7f)
            return false;
    }
    return true;
}

/* ---- shapes ---- */

static int add_vertex(struct reader *r, struct cvat_shape *s, struct point p, struct err *e)
{
    struct cvat *c = r->out;
    struct point *v = mem_grown(c->vertex, c->vertices, &r->cap.vertex, sizeof *v, e);
    if (!v)
        return ERR_TEMPORARY;
    c->vertex = v;
    c->vertex[c->vertices++] = p;
    s->n++;
    return 0;
}

/* The number of characters of a vertex for a message. */
static int shown(const char *vertex)
{
    enum { LONGEST = 40 };
    size_t n = strcspn(vertex, ";");
    return n < LONGEST ? (int)n : LONGEST;
}

/* points="x,y;x,y" */
static int take_polygon(struct reader *r, struct cvat_shape *s, struct err *e)
{
    const char *at;
    int rc = need_attribute(r, "points", &at, e);
    for (bool more = true; more && !rc;) {
        struct point p;
        char x[48], y[48] = "";
        const char *begin = at;
        bool good = take_word(&at, ",;", x, sizeof x) && *at == ',' && is_coordinate(x, &p.x);
        at += *at == ',';
        good = good && take_word(&at, ",;", y, sizeof y) && *at != ',' && is_coordinate(y, &p.y);
        if (!good)
            return bad(r, e, "vertex %zu is \"%.*s\": not two numbers up to %g", s->n + 1,
                       shown(begin), begin, SHAPE_COORDINATE_MAX);
        rc = add_vertex(r, s, p, e);
        more = *at == ';';
        at += more;
    }
    if (!rc && s->n < 3)
        rc = bad(r, e, "has %zu vertices; a polygon has 3 or more", s->n);
    return rc;
}

/* xtl, ytl, xbr, ybr, and optionally a clockwise rotation about the centre in degrees. */
static int take_box(struct reader *r, struct cvat_shape *s, struct err *e)
{
    static const char *const names[4] = {"xtl", "ytl", "xbr", "ybr"};
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
        rc = add_vertex(r, s, turn == 0 ? corner[i] : turned, e);
    }
    return rc;
}

/* rle="n, n, …" */
static int take_runs(struct reader *r, struct cvat_shape *s, struct err *e)
{
    const char *at;
    int64_t sum = 0, all = (int64_t)s->window.w * s->window.h;
    struct cvat *c = r->out;
    int rc = need_attribute(r, "rle", &at, e);
    for (bool more = true; more && !rc;) {
        char word[16] = "";
        long run;
        if (!take_word(&at, ",", word, sizeof word) || !number_read_int(word, 0, INT32_MAX, &run))
            return bad(r, e, "run %zu of its rle is \"%.15s\": not a number of pixels", s->n + 1,
                       word);
        sum += run;
        if (sum > all)
            return bad(r, e, "run %zu of its rle ends at pixel %lld of %d x %d", s->n + 1,
                       (long long)sum, s->window.w, s->window.h);
        uint32_t *p = mem_grown(c->run, c->runs, &r->cap.run, sizeof *p, e);
        if (!p)
            return ERR_TEMPORARY;
        c->run = p;
        c->run[c->runs++] = (uint32_t)run;
        s->n++;
        more = *at == ',';
        at += more;
    }
    return rc;
}

static int take_mask(struct reader *r, struct cvat_shape *s, struct err *e)
{
    const struct cvat_image *image = &r->out->image[r->out->images - 1];
    const struct xml_range place = {0, CVAT_SIDE_MAX}, side = {1, CVAT_SIDE_MAX};
    struct rect *w = &s->window;
    s->kind = CVAT_MASK;
    s->first = r->out->runs;
    int rc = take_integer(r, "left", place, &w->x, e);
    rc = rc ? rc : take_integer(r, "top", place, &w->y, e);
    rc = rc ? rc : take_integer(r, "width", side, &w->w, e);
    rc = rc ? rc : take_integer(r, "height", side, &w->h, e);
    if (!rc && (w->x + w->w > image->width || w->y + w->h > image->height))
        rc = bad(r, e, "%d x %d px at %d, %d reach beyond the image's %d x %d", w->w, w->h, w->x,
                 w->y, image->width, image->height);
    return rc ? rc : take_runs(r, s, e);
}

static int take_category(struct reader *r, struct cvat_shape *s, struct err *e)
{
    struct strlist *all = &r->out->category;
    const char *label;
    int rc = need_attribute(r, "label", &label, e);
    if (rc)
        return rc;
    if (!is_printable(label, 100))
        return bad(r, e, "its label is longer than 100 bytes, or has control characters");
    size_t i = 0;
    while (i < all->n && strcmp(all->s[i], label) != 0)
        i++;
    s->category = (int32_t)i;
    if (i < all->n)
        return 0;
    if (all->n == CVAT_CATEGORIES_MAX)
        return bad(r, e, "there are more than %d different labels", CVAT_CATEGORIES_MAX);
    return strlist_add(all, label, strlen(label), e);
}

static int take_shape(struct reader *r,
                      int (*take)(struct reader *, struct cvat_shape *, struct err *),
                      struct err *e)
{
    struct cvat *c = r->out;
    struct cvat_shape s = {
        .kind = CVAT_POLYGON, .line = (int32_t)xmldoc_line(r->node), .first = c->vertices};
    const struct xml_range any = {INT32_MIN, INT32_MAX};
    int rc = take_category(r, &s, e);
    if (!rc && xmldoc_attribute_raw(r->node, "z_order"))
        rc = take_integer(r, "z_order", any, &s.z_order, e);
    rc = rc ? rc : take(r, &s, e);
    if (rc)
        return rc;
    struct cvat_shape *p = mem_grown(c->shape, c->shapes, &r->cap.shape, sizeof *p, e);
    if (!p)
        return ERR_TEMPORARY;
    c->shape = p;
    c->shape[c->shapes++] = s;
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
    if (strcmp(name, "polyline") != 0 && strcmp(name, "points") != 0 && strcmp(name, "tag") != 0)
        return bad(r, e,
                   "is not supported; polygons, boxes and masks are, and CVAT can convert to them");
    r->out->ignored++;
    return 0;
}

/* ---- images ---- */

static int take_image(struct reader *r, struct err *e)
{
    struct cvat *c = r->out;
    const struct xml_range side = {1, CVAT_SIDE_MAX};
    struct xml_node *node = r->node;
    struct cvat_image image = {.line = (int32_t)xmldoc_line(node), .first = c->shapes};
    const char *name;
    int rc = need_attribute(r, "name", &name, e);
    if (!rc && (name[0] == '\0' || !is_printable(name, 1000)))
        rc = bad(r, e, "its name is empty, longer than 1000 bytes, or has control characters");
    r->image = rc ? NULL : name;
    rc = rc ? rc : take_integer(r, "width", side, &image.width, e);
    rc = rc ? rc : take_integer(r, "height", side, &image.height, e);
    rc = rc ? rc : strlist_add(&c->names, name, strlen(name), e);
    struct cvat_image *p = rc ? NULL : mem_grown(c->image, c->images, &r->cap.image, sizeof *p, e);
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
                     "images 1.1\"");
        else if (strcmp(xmldoc_name(child), "meta") != 0)
            rc = bad(r, e, "is not known in CVAT for images 1.1");
    }
    if (!rc && r->out->images == 0)
        rc = err_set(e, ERR_INPUT, "%s: has no images", r->path);
    return rc;
}

/* CVAT downloads are zip files. */
static bool is_zip(const char *path)
{
    char head[4] = "";
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    if (f)
        fclose(f);
    return n == sizeof head && memcmp(head, "PK\3\4", sizeof head) == 0;
}

int cvat_read(const char *path, struct cvat *out, struct err *e)
{
    struct xmldoc *doc;
    struct reader r = {.path = path, .out = out};
    *out = (struct cvat){0};
    int rc = xmldoc_open_file(path, &doc, e);
    if (rc)
        return rc == ERR_INPUT && is_zip(path)
                   ? err_set(e, ERR_INPUT, "%s: is a .zip; unpack its annotations.xml", path)
                   : rc;
    rc = take_document(&r, xmldoc_root(doc, path).node, e);
    xmldoc_close(doc);
    if (rc)
        cvat_clear(out);
    return rc;
}

void cvat_clear(struct cvat *c)
{
    free(c->image);
    free(c->shape);
    free(c->vertex);
    free(c->run);
    strlist_clear(&c->category);
    strlist_clear(&c->names);
    *c = (struct cvat){0};
}

struct polygon cvat_polygon(const struct cvat *c, const struct cvat_shape *s)
{
    return (struct polygon){c->vertex + s->first, &s->n, 1};
}

struct run_mask cvat_mask(const struct cvat *c, const struct cvat_shape *s)
{
    return (struct run_mask){c->run + s->first, s->n, s->window};
}
