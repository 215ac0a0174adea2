#include "filters/rasterize.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The state while one polygon is painted. */
struct job {
    struct byte_part to;
    uint8_t *crossed; /* 1 where an odd number of edges cross: inside and outside swap there */
    uint8_t code;
};

static int32_t clamp(double v, int32_t min, int32_t max)
{
    return v <= min ? min : v >= max ? max : (int32_t)v;
}

/* The column of a crossing at x, clamped to the part. A crossing left of the part counts at its
 * first column. */
static int32_t column(const struct job *j, double x)
{
    return clamp(floor(x + 0.5), j->to.part.x, j->to.part.x + j->to.part.w);
}

/* The first row of the part whose line is at or below y. */
static int32_t first_row(const struct job *j, double y)
{
    return clamp(ceil(y - 0.5), j->to.part.y, j->to.part.y + j->to.part.h);
}

static void paint_bottom(const struct job *j, double y, double left, double right)
{
    struct rect part = j->to.part;
    int32_t row = first_row(j, y);
    if (row >= part.y + part.h || row + 0.5 != y)
        return;
    int32_t from = column(j, left), to = column(j, right);
    memset(byte_part_row(j->to, row) + (from - part.x), j->code, (size_t)(to - from));
}

static void mark_edge(const struct job *j, struct point a, struct point b)
{
    struct rect part = j->to.part;
    struct point up = a.y < b.y ? a : b, low = a.y < b.y ? b : a;
    int32_t end = first_row(j, low.y);
    for (int32_t y = first_row(j, up.y); y < end; y++) {
        double x = (y + 0.5 - up.y) * (low.x - up.x) / (low.y - up.y) + up.x;
        int32_t c = column(j, x) - part.x;
        if (c < part.w)
            j->crossed[(ptrdiff_t)(y - part.y) * part.w + c] ^= 1;
    }
}

/* ---- which way a ring runs ---- */

static bool is_near(struct point a, struct point b)
{
    return fabs(a.x - b.x) < 1e-5 && fabs(a.y - b.y) < 1e-5;
}

/* Twice the area; positive if the ring is clockwise on an image, whose y points down. The ring
 * closes itself. */
static double area(const struct point *v, size_t n)
{
    double sum = v[0].x * (v[1].y - v[0].y);
    for (size_t i = 1; i < n; i++)
        sum += v[i].x * (v[i + 1 < n ? i + 1 : 0].y - v[i - 1].y);
    return sum + v[0].x * (v[0].y - v[n - 1].y);
}

static bool is_clockwise(const struct point *v, size_t n)
{
    size_t low = 0;
    bool twice = false;
    for (size_t i = 1; i < n; i++) {
        if (v[i].y > v[low].y || (v[i].y == v[low].y && v[i].x > v[low].x)) {
            low = i;
            twice = false;
        } else if (v[i].y == v[low].y && v[i].x == v[low].x) {
            twice = true;
        }
    }
    struct point at = v[low], before = v[low > 0 ? low - 1 : n - 1],
                 after = v[low + 1 < n ? low + 1 : 0];
    double turn = (after.x - at.x) * (before.y - at.y) - (before.x - at.x) * (after.y - at.y);
    if (!twice && !is_near(before, at) && !is_near(after, at) && turn != 0)
        return turn > 0;
    return area(v, n) > 0;
}

/* ---- a polygon ---- */

static void mark_ring(const struct job *j, const struct point *v, size_t n)
{
    if (n > 1 && v[0].x == v[n - 1].x && v[0].y == v[n - 1].y)
        n--; /* the last vertex repeats the first one */
    if (n < 2)
        return;
    bool clockwise = is_clockwise(v, n);
    for (size_t i = 0; i < n; i++) {
        struct point a = v[i > 0 ? i - 1 : n - 1], b = v[i];
        if (a.y != b.y)
            mark_edge(j, a, b);
        else if (clockwise ? a.x > b.x : a.x < b.x)
            paint_bottom(j, a.y, clockwise ? b.x : a.x, clockwise ? a.x : b.x);
    }
}

/* The columns and rows that can have crossings. */
static struct rect bounds(const struct job *j, const struct polygon *p)
{
    struct point min = p->vertex[0], max = min;
    for (size_t i = 1; i < p->end[p->rings - 1]; i++) {
        struct point v = p->vertex[i];
        min.x = v.x < min.x ? v.x : min.x;
        min.y = v.y < min.y ? v.y : min.y;
        max.x = v.x > max.x ? v.x : max.x;
        max.y = v.y > max.y ? v.y : max.y;
    }
    /* rounding may move a crossing past the ends of its edge */
    int32_t x = column(j, min.x - 1), y = first_row(j, min.y);
    return (struct rect){x, y, column(j, max.x + 1) - x, first_row(j, max.y) - y};
}

/* Paints between the crossings and clears them. */
static void fill(const struct job *j, struct rect box)
{
    struct rect part = j->to.part;
    for (int32_t y = box.y; y < box.y + box.h; y++) {
        uint8_t *crossed = j->crossed + (ptrdiff_t)(y - part.y) * part.w + (box.x - part.x);
        uint8_t *out = byte_part_row(j->to, y) + (box.x - part.x);
        uint8_t inside = 0;
        for (int32_t x = 0; x < box.w; x++) {
            inside ^= crossed[x];
            crossed[x] = 0;
            out[x] = inside ? j->code : out[x];
        }
    }
}

void rasterize_polygon(const struct polygon *p, uint8_t code, struct byte_part to, uint8_t *scratch)
{
    struct job j = {to, scratch, code};
    if (p->rings == 0 || p->end[p->rings - 1] == 0 || rect_is_empty(to.part))
        return;
    size_t begin = 0;
    for (size_t r = 0; r < p->rings; r++) {
        mark_ring(&j, p->vertex + begin, p->end[r] - begin);
        begin = p->end[r];
    }
    fill(&j, bounds(&j, p));
}

/* ---- a mask of runs ---- */

/* Paints columns `from` to `to` − 1 of row y, clipped to the part. */
static void paint_span(struct byte_part b, uint8_t code, int64_t y, int64_t from, int64_t to)
{
    struct rect part = b.part;
    from = from < part.x ? part.x : from;
    to = to > (int64_t)part.x + part.w ? (int64_t)part.x + part.w : to;
    if (y >= part.y && y < (int64_t)part.y + part.h && from < to)
        memset(byte_part_row(b, (int32_t)y) + (from - part.x), code, (size_t)(to - from));
}

void rasterize_runs(const struct run_mask *m, uint8_t code, struct byte_part to)
{
    int64_t w = m->window.w, at = 0, all = w * m->window.h;
    for (size_t i = 0; i < m->runs && at < all; i++) {
        int64_t end = m->run[i] < all - at ? at + m->run[i] : all;
        while (i % 2 == 1 && at < end) {
            int64_t row = at / w, stop = (row + 1) * w < end ? (row + 1) * w : end;
            paint_span(to, code, m->window.y + row, m->window.x + at - row * w,
                       m->window.x + stop - row * w);
            at = stop;
        }
        at = end;
    }
}
