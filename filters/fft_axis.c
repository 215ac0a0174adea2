#include "filters/fft_axis.h"

#include <stdbool.h>

/* Lengths for which FFTW_ESTIMATE finds a fast complex transform. Measured: 72, 96, 192, 216, 264,
 * 288 and 360 cost 1.5 to 3 times as much per sample as their neighbours in these tables, along
 * columns or in both directions. */
static const int32_t x_sizes[] = {64, 128, 160, 192, 256, 320, 384, 512, 1024, 2048};
static const int32_t y_sizes[] = {64, 128, 256, 512, 1024, 2048};
enum { X_SIZES = sizeof x_sizes / sizeof *x_sizes, Y_SIZES = sizeof y_sizes / sizeof *y_sizes };

/* Limits that measured fast. Up to these limits the spectra of a block stay in the second-level
 * cache. The y limit is low because the first and last blocks of a strip are computed twice; long
 * kernels get a higher one. Rows take most of the work, so a row block should waste few samples.
 * Columns of 256 and more are slow, so waste is cheaper there. */
enum { X_LIMIT = 320, Y_LIMIT = 64, Y_LIMIT_LONG = 128, LONG_SPAN = 40 };
static const double X_VALID_MIN = 0.8, Y_VALID_MIN = 0.4;

static struct fft_axis of_size(int32_t src, int32_t n, const struct kernel_taps *t)
{
    int32_t span = t->hi - t->lo, down = t->down;
    int32_t valid = n > span ? (n - span + down - 1) / down * down : 0;
    return (struct fft_axis){src, n, valid, valid - (down - 1) + span};
}

/* How to choose an axis. */
struct rule {
    const int32_t *sizes;
    int count;
    int32_t limit;
    double valid_min; /* share of the length */
};

/* A length qualifies if a large enough share of it is valid, or if it holds the whole raster. Of
 * the qualifying lengths up to the limit, the one that transforms the fewest samples wins. If none
 * is within the limit, the first one beyond it wins. If none qualifies, the longest wins; the
 * longest kernel (64 lobes widened by 6) uses 2048. */
static struct fft_axis choose(int32_t src, const struct kernel_taps *t, const struct rule *rule)
{
    struct fft_axis best = {0};
    int64_t best_cost = INT64_MAX;
    for (int i = 0; i < rule->count; i++) {
        struct fft_axis a = of_size(src, rule->sizes[i], t);
        bool enough = a.valid >= rule->valid_min * a.n || a.valid >= src || i == rule->count - 1;
        if (a.valid <= 0 || (!enough && !best.n))
            continue;
        if (best.n && (a.n > rule->limit || !enough))
            break;
        int64_t cost = ((int64_t)src + a.valid - 1) / a.valid * a.n;
        if (cost < best_cost) {
            best = a;
            best_cost = cost;
        }
    }
    return best;
}

struct fft_axis fft_axis_x(int32_t src, const struct kernel_taps *t)
{
    return choose(src, t, &(struct rule){x_sizes, X_SIZES, X_LIMIT, X_VALID_MIN});
}

struct fft_axis fft_axis_y(int32_t src, const struct kernel_taps *t)
{
    int32_t limit = t->hi - t->lo > LONG_SPAN ? Y_LIMIT_LONG : Y_LIMIT;
    return choose(src, t, &(struct rule){y_sizes, Y_SIZES, limit, Y_VALID_MIN});
}
