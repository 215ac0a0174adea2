/* The progress of a call: counts, rate, time left, and the line of a terminal that shows them. Pure
 * functions: the caller passes the time and prints.
 *
 * Rate: subscenes per second, over all products in which subscenes were made. Existing subscenes
 * count as done, but not in the rate. Time left: the remaining subscenes of this product at that
 * rate, plus a time for each remaining product. That time is the mean time of the earlier products
 * in which subscenes were made; without such a product, the time that this product takes. */
#ifndef SUBSCENE_CMD_CONSOLE_PROGRESS_H
#define SUBSCENE_CMD_CONSOLE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress_sum {
    size_t products, steps;
    double seconds;
};

/* Initial value: `{.product = 1, .products = 1}`. Times are seconds of a monotonic clock. */
struct progress {
    size_t product, products; /* number of this product, from 1; number of all products */
    size_t done, total; /* its subscenes */
    size_t worked; /* part of `done` that took time */
    double began_s;
    bool is_open; /* between progress_product or progress_begin and progress_end */
    bool has_begun; /* its total is known */
    struct progress_sum over; /* earlier products that began */
    struct progress_sum made; /* part of `over` in which subscenes were made */
};

/* Product k of n comes next. Not needed for a single product. */
void progress_product(struct progress *p, size_t k, size_t n, double now_s);

/* The product is open and has `total` subscenes. */
void progress_begin(struct progress *p, size_t total, double now_s);

/* One more subscene is done. `is_work`: it took time. */
void progress_step(struct progress *p, bool is_work);
void progress_end(struct progress *p, double now_s);

/* Subscenes per second; seconds. NaN: not known yet. */
double progress_rate(const struct progress *p, double now_s);
double progress_seconds_left(const struct progress *p, double now_s);

/* The content of a progress line. PROGRESS_UNKNOWN: the total is unknown. */
#define PROGRESS_UNKNOWN ((size_t)-1)
struct progress_view {
    const char *label; /* the product's name, or the command's */
    size_t product, products;
    size_t done, total; /* done > total: the total was too small */
    double rate, seconds_left; /* NaN: unknown */
};

/* "2 of 30  R125_T35VLF_20220125T190036 [####------] 120/484  9.7/s  13 min left": at most
 * columns − 1 characters, all of them printable ASCII. Fields by importance: count, time left,
 * product, rate, bar, label. A field that does not fit is omitted, with all less important fields.
 * A long label loses its beginning. Returns the length. */
enum { PROGRESS_LINE = 256 };
size_t progress_line(const struct progress_view *v, int columns, char line[PROGRESS_LINE]);

#endif
