#include "filters/nodata.h"

#include <string.h>

#include "filters/kernel.h"

enum { NONE = INT16_MAX }; /* in the table of dy: no valid sample in the window of this column */

/* At most 65536 samples: 32 bits are enough for the sum, and vectorise. */
static void count_span(struct nodata_rule rule, const uint16_t *px, int32_t n,
                       struct nodata_census *all)
{
    uint32_t valid = 0, sum = 0;
    for (int32_t x = 0; x < n; x++) {
        uint32_t ok = (uint32_t)(px[x] != rule.nodata) & (uint32_t)(px[x] != rule.saturated);
        valid += ok;
        sum += px[x] & (0 - ok);
    }
    all->valid += valid;
    all->sum += sum;
}

struct nodata_census nodata_count(struct nodata_rule rule, struct ring src, struct rect part)
{
    enum { SPAN = 65536 };
    struct nodata_census all = {0, 0};
    for (int32_t y = part.y; y < part.y + part.h; y++)
        for (int32_t x = 0; x < part.w; x += SPAN)
            count_span(rule, ring_row(src, y) + part.x + x, part.w - x < SPAN ? part.w - x : SPAN,
                       &all);
    return all;
}

size_t nodata_scratch(int32_t w, int32_t h, int32_t reach)
{
    /* a table of dy, and one row of counters */
    return ((size_t)h + 1) * ((size_t)w + 2 * (size_t)reach);
}

/* The columns that the fill of a part reads. */
struct span {
    int32_t x, w;
};

static struct span columns_seen(const struct nodata_job *job)
{
    int32_t x0 = job->part.x - job->reach, x1 = job->part.x + job->part.w + job->reach;
    x0 = x0 < 0 ? 0 : x0;
    x1 = x1 > job->src_w ? job->src_w : x1;
    return (struct span){x0, x1 - x0};
}

/* Counts, per column, the rows since the last valid sample. */
static void step(const struct nodata_job *job, const uint16_t *row, int16_t *since, int32_t w)
{
    for (int32_t x = 0; x < w; x++) {
        int16_t next = since[x] < NONE ? (int16_t)(since[x] + 1) : (int16_t)NONE;
        since[x] = nodata_is_valid(job->rule, row[x]) ? 0 : next;
    }
}

/* Vertical pass. dy[y][x] is the distance to the nearest valid sample in column x, or NONE. */
static void nearest_in_columns(const struct nodata_job *job, struct ring src, struct span s,
                               int16_t *dy)
{
    struct rect part = job->part;
    int32_t end = part.y + part.h;
    int16_t *since = dy + (size_t)part.h * (size_t)s.w;
    for (int32_t x = 0; x < s.w; x++)
        since[x] = NONE;
    for (int32_t y = part.y < job->reach ? 0 : part.y - job->reach; y < end; y++) {
        step(job, ring_row(src, y) + s.x, since, s.w);
        if (y < part.y)
            continue;
        int16_t *to = dy + (ptrdiff_t)(y - part.y) * s.w;
        for (int32_t x = 0; x < s.w; x++)
            to[x] = since[x] <= job->reach ? (int16_t)-since[x] : (int16_t)NONE;
    }
    for (int32_t x = 0; x < s.w; x++)
        since[x] = NONE;
    for (int32_t y = (end > job->src_h - job->reach ? job->src_h : end + job->reach) - 1;
         y >= part.y; y--) {
        step(job, ring_row(src, y) + s.x, since, s.w);
        if (y >= end)
            continue;
        int16_t *to = dy + (ptrdiff_t)(y - part.y) * s.w;
        for (int32_t x = 0; x < s.w; x++) /* on a tie the upper sample stays */
            if (since[x] <= job->reach && (to[x] == NONE || since[x] < -to[x]))
                to[x] = since[x];
    }
}

struct found {
    int64_t d2;
    int32_t dx, dy;
};

/* Is the sample (dx, dy) better than the best so far? Columns come in the order 0, −1, +1, −2, …,
 * so the left sample comes first at equal d2 and |dy|. */
static bool is_better(struct found best, int32_t dx, int32_t dy)
{
    int64_t d2 = (int64_t)dx * dx + (int64_t)dy * dy;
    if (d2 != best.d2)
        return d2 < best.d2;
    int32_t a = dy < 0 ? -dy : dy, b = best.dy < 0 ? -best.dy : best.dy;
    return a != b ? a < b : dy < best.dy;
}

/* Horizontal pass for one sample: the best sample of the columns around x. */
static struct found nearest_in_row(const int16_t *dy, int32_t w, int32_t x, int32_t reach)
{
    struct found best = {INT64_MAX, 0, 0};
    for (int32_t d = 0; d <= reach && (int64_t)d * d <= best.d2; d++) {
        if (x - d >= 0 && dy[x - d] != NONE && is_better(best, -d, dy[x - d]))
            best = (struct found){(int64_t)d * d + (int64_t)dy[x - d] * dy[x - d], -d, dy[x - d]};
        if (x + d < w && dy[x + d] != NONE && is_better(best, d, dy[x + d]))
            best = (struct found){(int64_t)d * d + (int64_t)dy[x + d] * dy[x + d], d, dy[x + d]};
    }
    return best;
}

static bool has_any(const int16_t *dy, int32_t w)
{
    for (int32_t x = 0; x < w; x++)
        if (dy[x] != NONE)
            return true;
    return false;
}

void nodata_fill(const struct nodata_job *job, struct ring src, int16_t *scratch, uint16_t *out)
{
    struct rect part = job->part;
    struct span s = columns_seen(job);
    nearest_in_columns(job, src, s, scratch);
    for (int32_t y = 0; y < part.h; y++, out += part.w) {
        const int16_t *dy = scratch + (ptrdiff_t)y * s.w;
        const uint16_t *row = ring_row(src, part.y + y) + part.x;
        /* inside a large void most rows have none, and the search is the expensive step */
        bool fillable = has_any(dy, s.w);
        for (int32_t x = 0; x < part.w; x++) {
            out[x] = row[x];
            if (nodata_is_valid(job->rule, row[x]))
                continue;
            out[x] = job->unfilled;
            struct found f = {INT64_MAX, 0, 0};
            if (fillable)
                f = nearest_in_row(dy, s.w, part.x - s.x + x, job->reach);
            if (f.d2 != INT64_MAX)
                out[x] = ring_row(src, part.y + y + f.dy)[part.x + x + f.dx];
        }
    }
}

void nodata_mark_row(const struct nodata_grid *g, struct ring src, int32_t x, int32_t y, int32_t n,
                     uint16_t *out)
{
    int32_t row = kernel_centre(g->up, g->down, y);
    if (row >= g->src_h) {
        memset(out, 0, (size_t)n * sizeof *out);
        return;
    }
    const uint16_t *px = ring_row(src, row);
    /* kernel_centre(x), updated without a division per pixel */
    int32_t den = 2 * g->up, num = 2 * g->down, whole = num / den, part = num % den;
    int32_t s = kernel_centre(g->up, g->down, x);
    int32_t rest = (int32_t)((((int64_t)2 * x + 1) * g->down) % den);
    for (int32_t i = 0; i < n; i++) {
        if (s >= g->src_w || px[s] == g->rule.nodata)
            out[i] = NODATA_DN;
        else if (px[s] == g->rule.saturated)
            out[i] = NODATA_SATURATED_DN;
        s += whole;
        rest += part;
        if (rest >= den) {
            rest -= den;
            s++;
        }
    }
}
