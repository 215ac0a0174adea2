/* How far a call is: counts, rate, time left, and the line of a terminal that shows them. Pure: the
 * caller tells the time and prints.
 *
 * Rate: subscenes per second, over all products in which something was made. Subscenes that were
 * there already count as done, not in the rate. Time left: the subscenes to come at that rate, and
 * for each product to come the mean time of the products before it in which something was made;
 * without one, the time that the present product takes. */
#ifndef SUBSCENE_CMD_CLI_PROGRESS_H
#define SUBSCENE_CMD_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress_sum {
    size_t products, steps;
    double seconds;
};

/* Starts as `{.product = 1, .products = 1}`. Times are seconds of any clock that never goes back.
 */
struct progress {
    size_t product, products; /* the present one, from 1, of so many */
    size_t done, total; /* its subscenes */
    size_t worked; /* of done: those that took time */
    double began_s;
    bool is_open; /* between progress_product or progress_begin and progress_end */
    bool has_begun; /* its total is known */
    struct progress_sum over; /* products before it that began */
    struct progress_sum made; /* of these, those in which something was made */
};

/* Product k of n comes next. A call without a list leaves this out. */
void progress_product(struct progress *p, size_t k, size_t n, double now_s);

/* The product is open and has `total` subscenes. */
void progress_begin(struct progress *p, size_t total, double now_s);

/* One subscene more is done. `is_work`: it took time. */
void progress_step(struct progress *p, bool is_work);
void progress_end(struct progress *p, double now_s);

/* Per second, and seconds; NaN: not known yet. */
double progress_rate(const struct progress *p, double now_s);
double progress_seconds_left(const struct progress *p, double now_s);

/* What a line shows. A total may be unknown. */
#define PROGRESS_UNKNOWN ((size_t)-1)
struct progress_view {
    const char *label; /* the product's name, or the command's */
    size_t product, products;
    size_t done, total; /* done > total: there was more to do than was said */
    double rate, seconds_left; /* NaN: not known */
};

/* "2 of 30  R125_T35VLF_20220125T190036 [####------] 120/484  9.7/s  13 min left": at most
 * columns − 1 characters, all of them printable ASCII. The most important fields come first: the
 * count, time left, product, rate, bar, label. A field that does not fit is left out with all that
 * are less important. A long label loses its beginning. Returns the length. */
enum { PROGRESS_LINE = 256 };
size_t progress_line(const struct progress_view *v, int columns, char line[PROGRESS_LINE]);

#endif
