#include "cmd/console/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- counts and times ---- */

static void add(struct progress_sum *sum, size_t steps, double seconds)
{
    sum->products++;
    sum->steps += steps;
    sum->seconds += seconds;
}

void progress_end(struct progress *p, double now_s)
{
    if (p->is_open && p->has_begun) {
        add(&p->over, p->done, now_s - p->began_s);
        if (p->worked > 0)
            add(&p->made, p->worked, now_s - p->began_s);
    }
    p->is_open = p->has_begun = false;
}

static void open_next(struct progress *p, double now_s)
{
    progress_end(p, now_s);
    p->done = p->total = p->worked = 0;
    p->began_s = now_s;
    p->is_open = true;
}

void progress_product(struct progress *p, size_t k, size_t n, double now_s)
{
    open_next(p, now_s);
    p->product = k;
    p->products = n;
}

void progress_begin(struct progress *p, size_t total, double now_s)
{
    if (!p->is_open || p->has_begun)
        open_next(p, now_s);
    p->has_begun = true;
    p->total = total;
}

void progress_step(struct progress *p, bool is_work)
{
    p->done++;
    p->worked += is_work;
}

static double elapsed(const struct progress *p, double now_s)
{
    return p->is_open ? now_s - p->began_s : 0;
}

double progress_rate(const struct progress *p, double now_s)
{
    struct progress_sum sum = p->made;
    if (p->worked > 0 && p->is_open)
        add(&sum, p->worked, elapsed(p, now_s));
    return sum.steps > 0 && sum.seconds > 0 ? (double)sum.steps / sum.seconds : NAN;
}

/* Seconds left of this product. */
static double seconds_left_here(const struct progress *p, double now_s)
{
    if (!p->has_begun)
        return NAN;
    return p->done < p->total ? (double)(p->total - p->done) / progress_rate(p, now_s) : 0;
}

/* Seconds that each remaining product is expected to take. */
static double seconds_per_product(const struct progress *p, double here_s, double now_s)
{
    if (p->made.products > 0)
        return p->made.seconds / (double)p->made.products;
    if (isfinite(here_s))
        return elapsed(p, now_s) + here_s;
    return p->over.products > 0 ? p->over.seconds / (double)p->over.products : NAN;
}

double progress_seconds_left(const struct progress *p, double now_s)
{
    double here_s = seconds_left_here(p, now_s);
    if (p->product >= p->products)
        return here_s;
    return here_s + (double)(p->products - p->product) * seconds_per_product(p, here_s, now_s);
}

/* ---- the line ---- */

enum { BAR_MIN = 10, BAR_MAX = 24, LABEL_MIN = 12, FIELD = 64 };

/* The fields by importance. */
enum { COUNT, LEFT, PRODUCT, RATE, BAR, LABEL, FIELDS };

struct fields {
    char text[FIELDS][PROGRESS_LINE];
    bool is_shown[FIELDS];
};

static void format_count(const struct progress_view *v, char text[FIELD])
{
    if (v->total == PROGRESS_UNKNOWN)
        snprintf(text, FIELD, "%zu", v->done);
    else
        snprintf(text, FIELD, "%zu/%zu", v->done, v->done > v->total ? v->done : v->total);
}

static void format_left(double seconds, char text[FIELD])
{
    text[0] = '\0';
    if (!isfinite(seconds) || seconds <= 0 || seconds > 1e9)
        return;
    /* rounded only once, so that "60 s" and "60 min" do not occur */
    long s = lround(seconds), min = lround(seconds / 60), h = lround(seconds / 3600);
    if (s < 100)
        snprintf(text, FIELD, "%ld s left", s > 0 ? s : 1);
    else if (min < 100)
        snprintf(text, FIELD, "%ld min left", min);
    else if (min < 48 * 60)
        snprintf(text, FIELD, "%ld h %ld min left", min / 60, min % 60);
    else
        snprintf(text, FIELD, "%ld d %ld h left", h / 24, h % 24);
}

static void format_rate(double rate, char text[FIELD])
{
    text[0] = '\0';
    if (isfinite(rate) && rate > 0 && rate < 1e9)
        snprintf(text, FIELD, "%.*f/s", rate < 0.995 ? 2 : rate < 9.95 ? 1 : 0, rate);
}

static void format_bar(const struct progress_view *v, size_t cells, char text[FIELD])
{
    size_t total = v->done > v->total ? v->done : v->total;
    size_t full = total ? (size_t)((double)v->done / (double)total * (double)cells) : cells;
    text[0] = '[';
    memset(text + 1, '#', full);
    memset(text + 1 + full, '-', cells - full);
    memcpy(text + 1 + cells, "]", 2);
}

/* Other bytes may not take exactly one column, or may move the cursor. */
static void keep_printable(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

static void format_label(const char *label, size_t room, char text[PROGRESS_LINE])
{
    size_t n = strlen(label);
    snprintf(text, PROGRESS_LINE, "%s", label + (n > room ? n - room : 0));
    keep_printable(text);
}

static void format_fields(const struct progress_view *v, struct fields *f)
{
    format_count(v, f->text[COUNT]);
    format_left(v->seconds_left, f->text[LEFT]);
    if (v->products > 1)
        snprintf(f->text[PRODUCT], FIELD, "%zu of %zu", v->product, v->products);
    format_rate(v->rate, f->text[RATE]);
    if (v->total != PROGRESS_UNKNOWN)
        format_bar(v, BAR_MIN, f->text[BAR]);
    format_label(v->label, LABEL_MIN, f->text[LABEL]);
}

/* Blanks that a field adds to the line; the count adds none. */
static size_t blanks(int field) { return field == COUNT ? 0 : field >= BAR ? 1 : 2; }

/* Chooses the fields that fit, by importance. Returns the remaining columns. */
static size_t choose_fields(struct fields *f, size_t room)
{
    for (int i = 0; i < FIELDS; i++) {
        size_t n = strlen(f->text[i]);
        if (n > 0 && n + blanks(i) > room)
            break;
        f->is_shown[i] = n > 0;
        room -= n > 0 ? n + blanks(i) : 0;
    }
    return room;
}

/* Gives the remaining columns to the label, then to the bar. */
static void fill_room(const struct progress_view *v, struct fields *f, size_t room)
{
    if (f->is_shown[LABEL]) {
        size_t n = strlen(f->text[LABEL]);
        format_label(v->label, n + room, f->text[LABEL]);
        room -= strlen(f->text[LABEL]) - n;
    }
    if (f->is_shown[BAR])
        format_bar(v, BAR_MIN + (room < BAR_MAX - BAR_MIN ? room : BAR_MAX - BAR_MIN),
                   f->text[BAR]);
}

size_t progress_line(const struct progress_view *v, int columns, char line[PROGRESS_LINE])
{
    static const int order[FIELDS] = {PRODUCT, LABEL, BAR, COUNT, RATE, LEFT};
    struct fields f = {0};
    size_t n = 0, room = columns > 1 ? (size_t)columns - 1 : 0;
    const char *between = "";
    if (room >= PROGRESS_LINE)
        room = PROGRESS_LINE - 1;
    format_fields(v, &f);
    room = choose_fields(&f, room);
    fill_room(v, &f, room);
    line[0] = '\0';
    for (int i = 0; i < FIELDS; i++) {
        if (!f.is_shown[order[i]])
            continue;
        n += (size_t)snprintf(line + n, PROGRESS_LINE - n, "%s%s", between, f.text[order[i]]);
        between = order[i] >= BAR ? " " : "  ";
    }
    return n;
}
