#include "filters/resample_fft.h"

#include <fftw3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/clones.h"
#include "core/mem.h"
#include "filters/fft_axis.h"
#include "filters/nodata.h"
#include "filters/quantise.h"

struct resample_fft {
    const struct resample_spec *spec;
    const struct kernel_taps *taps;
    struct fft_axis x, y;
    int32_t pitch; /* complex elements per row of a spectrum; columns beyond n/2 are zero */
    int32_t pairs; /* pairs of horizontal phases; the last pair may lack its second phase */
    float *y_response; /* up × n complex */
    float *x_response; /* pairs × n complex: H0 + i·H1, over all n frequencies, / (Nx·Ny) */
    fftwf_plan row_forward, columns_forward, columns_back, row_back;
};

struct resample_fft_work {
    float *spectrum; /* of the block: y.n × pitch complex */
    float *phase; /* one vertical phase: same shape, rows in space, columns in frequency */
    float *samples; /* one row of the block */
    float *product; /* x.n complex */
    float *pixels; /* pairs × x.n complex: one target row, two phases in each pair */
    float *row; /* the same in target order */
    float *scale_x; /* per target column of the block: 1 / sum of the taps inside */
    uint16_t *filled;
    int16_t *scratch;
};

static int fill_y_response(struct resample_fft *f, double (*h)[2], struct err *e)
{
    float *to = f->y_response;
    for (int32_t phase = 0; phase < f->taps->up; phase++) {
        int rc = kernel_taps_response(f->taps, phase, f->y.n, h, e);
        if (rc)
            return rc;
        for (int32_t k = 0; k < 2 * f->y.n; k++)
            *to++ = (float)h[k / 2][k % 2];
    }
    return 0;
}

static int fill_x_response(struct resample_fft *f, double (*h)[2], struct err *e)
{
    double scale = 1.0 / ((double)f->x.n * f->y.n);
    for (int32_t phase = 0; phase < f->taps->up; phase++) {
        int rc = kernel_taps_response(f->taps, phase, f->x.n, h, e);
        if (rc)
            return rc;
        float *to = f->x_response + (ptrdiff_t)(phase / 2) * f->x.n * 2;
        for (int32_t k = 0; k < f->x.n; k++, to += 2) { /* the second phase of a pair adds i·H1 */
            to[0] = (float)(phase % 2 ? to[0] - scale * h[k][1] : scale * h[k][0]);
            to[1] = (float)(phase % 2 ? to[1] + scale * h[k][0] : scale * h[k][1]);
        }
    }
    return 0;
}

static int make_responses(struct resample_fft *f, struct err *e)
{
    size_t y_count = (size_t)f->taps->up * (size_t)f->y.n * 2,
           x_count = (size_t)f->pairs * (size_t)f->x.n * 2;
    size_t longest = (size_t)(f->x.n > f->y.n ? f->x.n : f->y.n);
    double(*h)[2] = mem_alloc(longest, sizeof *h);
    f->y_response = mem_alloc(y_count, sizeof(float));
    f->x_response = mem_alloc(x_count, sizeof(float));
    int rc;
    if (!h || !f->y_response || !f->x_response)
        rc = err_nomem(e, (y_count + x_count) * sizeof(float) + longest * sizeof *h);
    else if (!(rc = fill_y_response(f, h, e)))
        rc = fill_x_response(f, h, e);
    free(h);
    return rc;
}

/* One work stands in for the works of all threads: mem_alloc aligns every array to 64 bytes, and
 * the pitch aligns every row. FFTW's new-array execution requires this. FFTW_ESTIMATE measures no
 * times, so the plan and every bit of the result are the same in each run. */
static int make_fftw_plans(struct resample_fft *f, struct err *e)
{
    struct resample_fft_work *w;
    int rc = resample_fft_work_create(f, &w, e);
    if (rc)
        return rc;
    fftwf_complex *spectrum = (fftwf_complex *)w->spectrum, *phase = (fftwf_complex *)w->phase;
    const int ny = f->y.n, pitch = f->pitch;
    f->row_forward =
        fftwf_plan_dft_r2c_1d(f->x.n, w->samples, spectrum, FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
    f->columns_forward = fftwf_plan_many_dft(1, &ny, pitch, spectrum, NULL, pitch, 1, spectrum,
                                             NULL, pitch, 1, FFTW_FORWARD, FFTW_ESTIMATE);
    f->columns_back = fftwf_plan_many_dft(1, &ny, pitch, phase, NULL, pitch, 1, phase, NULL, pitch,
                                          1, FFTW_BACKWARD, FFTW_ESTIMATE);
    f->row_back = fftwf_plan_dft_1d(f->x.n, (fftwf_complex *)w->product, (fftwf_complex *)w->pixels,
                                    FFTW_BACKWARD, FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
    resample_fft_work_destroy(w);
    if (!f->row_forward || !f->columns_forward || !f->columns_back || !f->row_back)
        return err_set(e, ERR_INTERNAL, "FFTW has no plan for blocks of %d x %d", (int)f->x.n,
                       (int)f->y.n);
    return 0;
}

int resample_fft_create(const struct resample_spec *spec, const struct kernel_taps *taps,
                        struct resample_fft **out, struct err *e)
{
    struct resample_fft *f = mem_zalloc(1, sizeof *f);
    if (!f)
        return err_nomem(e, sizeof *f);
    f->spec = spec;
    f->taps = taps;
    f->x = fft_axis_x(spec->src_w, taps);
    f->y = fft_axis_y(spec->src_h, taps);
    f->pitch = (f->x.n / 2 + 1 + 7) / 8 * 8;
    f->pairs = (taps->up + 1) / 2;
    int rc = make_responses(f, e);
    if (!rc)
        rc = make_fftw_plans(f, e);
    if (rc)
        goto destroy_fft;
    *out = f;
    return 0;

destroy_fft:
    resample_fft_destroy(f);
    return rc;
}

void resample_fft_destroy(struct resample_fft *f)
{
    if (!f)
        return;
    fftwf_destroy_plan(f->row_forward);
    fftwf_destroy_plan(f->columns_forward);
    fftwf_destroy_plan(f->columns_back);
    fftwf_destroy_plan(f->row_back);
    free(f->y_response);
    free(f->x_response);
    free(f);
}

int32_t resample_fft_block_width(const struct resample_fft *f)
{
    return f->x.valid * f->taps->up / f->taps->down;
}

/* Elements of each array of a work. */
struct sizes {
    size_t spectrum, samples, product, pixels, row, filled, scratch;
};

static struct sizes work_sizes(const struct resample_fft *f)
{
    size_t nx = (size_t)f->x.n;
    return (struct sizes){
        .spectrum = (size_t)f->y.n * (size_t)f->pitch * 2,
        .samples = nx,
        .product = 2 * nx,
        .pixels = (size_t)f->pairs * 2 * nx,
        .row = (size_t)f->pairs * 2 * nx,
        .filled = (size_t)f->x.extent * (size_t)f->y.extent,
        .scratch = nodata_scratch(f->x.extent, f->y.extent, f->taps->reach),
    };
}

size_t resample_fft_work_bytes(const struct resample_fft *f)
{
    struct sizes s = work_sizes(f);
    return sizeof(struct resample_fft_work) + s.filled * sizeof(uint16_t) +
           s.scratch * sizeof(int16_t) +
           (2 * s.spectrum + s.samples + s.product + s.pixels + 2 * s.row) * sizeof(float);
}

int resample_fft_work_create(const struct resample_fft *f, struct resample_fft_work **out,
                             struct err *e)
{
    struct sizes s = work_sizes(f);
    struct resample_fft_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    /* zeroed once: the padding columns of a row stay zero */
    w->spectrum = mem_zalloc(s.spectrum, sizeof(float));
    w->phase = mem_zalloc(s.spectrum, sizeof(float));
    w->samples = mem_alloc(s.samples, sizeof(float));
    w->product = mem_alloc(s.product, sizeof(float));
    w->pixels = mem_alloc(s.pixels, sizeof(float));
    w->row = mem_alloc(s.row, sizeof(float));
    w->scale_x = mem_alloc(s.row, sizeof(float));
    w->filled = mem_alloc(s.filled, sizeof *w->filled);
    w->scratch = mem_alloc(s.scratch, sizeof *w->scratch);
    if (!w->spectrum || !w->phase || !w->samples || !w->product || !w->pixels || !w->row ||
        !w->scale_x || !w->filled || !w->scratch)
        goto destroy_work;
    *out = w;
    return 0;

destroy_work:
    resample_fft_work_destroy(w);
    return err_nomem(e, resample_fft_work_bytes(f));
}

void resample_fft_work_destroy(struct resample_fft_work *w)
{
    if (!w)
        return;
    free(w->spectrum);
    free(w->phase);
    free(w->samples);
    free(w->product);
    free(w->pixels);
    free(w->row);
    free(w->scale_x);
    free(w->filled);
    free(w->scratch);
    free(w);
}

/* One block on its way from the source to the sink. */
struct block {
    int32_t x, y; /* its first anchor */
    struct rect part; /* the source samples that enter it, clipped to the raster */
    struct rect target; /* the target pixels wanted from it */
    int32_t mean; /* c */
    bool any_invalid, all_invalid;
    bool cut_x; /* taps are missing at the raster's left or right edge */
    struct ring src;
    const struct resample_sink *sink;
};

static struct rect raster(const struct resample_fft *f)
{
    return (struct rect){0, 0, f->x.src, f->y.src};
}

static struct rect block_part(const struct resample_fft *f, int32_t x, int32_t y)
{
    return rect_intersect((struct rect){x + f->taps->lo, y + f->taps->lo, f->x.extent, f->y.extent},
                          raster(f));
}

/* The first anchors of the blocks that a target rectangle touches: from (x, y) up to but excluding
 * (x + w, y + h). */
static struct rect blocks_of(const struct resample_fft *f, struct rect dst)
{
    const struct kernel_taps *t = f->taps;
    int32_t x0 = kernel_taps_anchor(t, dst.x) / f->x.valid,
            x1 = kernel_taps_anchor(t, dst.x + dst.w - 1) / f->x.valid;
    int32_t y0 = kernel_taps_anchor(t, dst.y) / f->y.valid,
            y1 = kernel_taps_anchor(t, dst.y + dst.h - 1) / f->y.valid;
    return (struct rect){x0 * f->x.valid, y0 * f->y.valid, (x1 - x0 + 1) * f->x.valid,
                         (y1 - y0 + 1) * f->y.valid};
}

struct rect resample_fft_source_rect(const struct resample_fft *f, struct rect dst)
{
    struct rect all = blocks_of(f, dst);
    struct rect last = block_part(f, all.x + all.w - f->x.valid, all.y + all.h - f->y.valid);
    struct rect r = rect_union(block_part(f, all.x, all.y), last);
    int32_t n = f->taps->reach;
    return rect_intersect((struct rect){r.x - n, r.y - n, r.w + 2 * n, r.h + 2 * n}, raster(f));
}

static struct block block_open(const struct resample_fft *f, struct ring src,
                               const struct resample_sink *sink, int32_t x, int32_t y)
{
    int32_t up = f->taps->up, down = f->taps->down;
    struct block b = {.x = x, .y = y, .src = src, .sink = sink, .part = block_part(f, x, y)};
    struct rect whole = {x * up / down, y * up / down, f->x.valid * up / down,
                         f->y.valid * up / down};
    b.target = rect_intersect(whole, sink->dst);
    struct nodata_census census =
        nodata_count((struct nodata_rule){f->spec->nodata, f->spec->saturated}, src, b.part);
    b.any_invalid = census.valid < (int64_t)b.part.w * b.part.h;
    b.all_invalid = census.valid == 0;
    b.mean = b.all_invalid ? 0 : (int32_t)(census.sum / census.valid);
    b.cut_x = x + f->taps->lo < 0 || x + f->x.valid - 1 + f->taps->hi >= f->x.src;
    return b;
}

/* Loads row r of the block's samples, minus c, into w->samples. Returns false if the row is outside
 * the raster, where all samples are zero. */
static bool load_row(const struct resample_fft *f, struct resample_fft_work *w,
                     const struct block *b, int32_t r)
{
    int32_t y = b->y + f->taps->lo + r - b->part.y;
    if (y < 0 || y >= b->part.h)
        return false;
    const uint16_t *restrict px = b->any_invalid ? w->filled + (ptrdiff_t)y * b->part.w
                                                 : ring_row(b->src, b->part.y + y) + b->part.x;
    int32_t before = b->part.x - (b->x + f->taps->lo), after = before + b->part.w;
    float *restrict to = w->samples;
    memset(to, 0, (size_t)before * sizeof *to);
    for (int32_t i = 0; i < b->part.w; i++)
        to[before + i] = (float)(px[i] - b->mean);
    memset(to + after, 0, (size_t)(f->x.n - after) * sizeof *to);
    return true;
}

static void forward(const struct resample_fft *f, struct resample_fft_work *w,
                    const struct block *b)
{
    if (b->any_invalid) {
        struct nodata_job job = {.rule = {f->spec->nodata, f->spec->saturated},
                                 .src_w = f->x.src,
                                 .src_h = f->y.src,
                                 .part = b->part,
                                 .reach = f->taps->reach,
                                 .unfilled = (uint16_t)b->mean};
        nodata_fill(&job, b->src, w->scratch, w->filled);
    }
    for (int32_t r = 0; r < f->y.n; r++) {
        float *to = w->spectrum + (ptrdiff_t)r * f->pitch * 2;
        if (load_row(f, w, b, r))
            fftwf_execute_dft_r2c(f->row_forward, w->samples, (fftwf_complex *)to);
        else
            memset(to, 0, (size_t)f->pitch * 2 * sizeof *to);
    }
    fftwf_execute_dft(f->columns_forward, (fftwf_complex *)w->spectrum,
                      (fftwf_complex *)w->spectrum);
}

/* Multiplies row k of the spectrum by h[k], for all rows. */
SIMD_CLONES static void multiply_rows(const float *restrict spectrum, const float *restrict h,
                                      int32_t rows, int32_t floats, float *restrict out)
{
    for (int32_t k = 0; k < rows; k++, spectrum += floats, out += floats) {
        float re = h[2 * k], im = h[2 * k + 1];
        for (int32_t i = 0; i < floats; i += 2) {
            out[i] = spectrum[i] * re - spectrum[i + 1] * im;
            out[i + 1] = spectrum[i] * im + spectrum[i + 1] * re;
        }
    }
}

/* Makes one vertical phase: rows in space, columns still in frequency. */
static void make_phase(const struct resample_fft *f, struct resample_fft_work *w, int32_t phase)
{
    const float *h = f->y_response + (ptrdiff_t)phase * f->y.n * 2;
    multiply_rows(w->spectrum, h, f->y.n, 2 * f->pitch, w->phase);
    fftwf_execute_dft(f->columns_back, (fftwf_complex *)w->phase, (fftwf_complex *)w->phase);
}

/* out = half · h over all n frequencies. `half` holds the frequencies of a real row up to n/2; the
 * others are their conjugates. */
SIMD_CLONES static void multiply_row(const float *restrict half, const float *restrict h, int32_t n,
                                     float *restrict out)
{
    for (int32_t i = 0; i < n + 2; i += 2) {
        out[i] = half[i] * h[i] - half[i + 1] * h[i + 1];
        out[i + 1] = half[i] * h[i + 1] + half[i + 1] * h[i];
    }
    for (int32_t i = 2; i < n; i += 2) {
        int32_t j = 2 * n - i;
        out[j] = half[i] * h[j] + half[i + 1] * h[j + 1];
        out[j + 1] = half[i] * h[j + 1] - half[i + 1] * h[j];
    }
}

/* Merges the phases of one row into target pixels in target order: all phases of an anchor are
 * adjacent. */
static void interleave(const struct resample_fft *f, const float *restrict pixels,
                       float *restrict row)
{
    int32_t up = f->taps->up, down = f->taps->down;
    for (int32_t i = 0; up == 1 && i < f->x.valid / down; i++)
        row[i] = pixels[2 * i * down];
    for (int32_t pair = f->pairs - 1; up > 1 && pair >= 0; pair--) {
        const float *from = pixels + (ptrdiff_t)pair * f->x.n * 2;
        float *to = row + 2 * pair;
        for (int32_t i = 0; i < f->x.valid;
             /* a missing phase is overwritten by the next anchor's first phase, which comes last */
             i++)
            memcpy(to + i * up, from + 2 * i, 2 * sizeof *to);
    }
}

/* Makes one target row of the block in space. Returns its address, in w->pixels or w->row. */
static float *make_row(const struct resample_fft *f, struct resample_fft_work *w, int32_t r)
{
    const float *half = w->phase + (ptrdiff_t)r * f->pitch * 2;
    for (int32_t pair = 0; pair < f->pairs; pair++) {
        ptrdiff_t at = (ptrdiff_t)pair * f->x.n * 2;
        multiply_row(half, f->x_response + at, f->x.n, w->product);
        fftwf_execute_dft(f->row_back, (fftwf_complex *)w->product,
                          (fftwf_complex *)(w->pixels + at));
    }
    if (f->taps->up == 2)
        return w->pixels; /* re and im are the two phases: already in target order */
    interleave(f, w->pixels, w->row);
    return w->row;
}

/* Per target column of the block: the factor that compensates the taps left or right of the
 * raster. */
static void make_scale_x(const struct resample_fft *f, struct resample_fft_work *w,
                         const struct block *b)
{
    const struct kernel_taps *t = f->taps;
    int32_t first = b->x * t->up / t->down;
    for (int32_t i = b->target.x; b->cut_x && i < b->target.x + b->target.w; i++)
        w->scale_x[i - first] = (float)(1 / kernel_taps_inside(t, kernel_taps_phase(t, i),
                                                               kernel_taps_anchor(t, i), f->x.src));
}

static void rescale(const struct resample_fft *f, const struct resample_fft_work *w,
                    const struct block *b, int32_t target_y, float *row)
{
    const struct kernel_taps *t = f->taps;
    double inside = kernel_taps_inside(t, kernel_taps_phase(t, target_y),
                                       kernel_taps_anchor(t, target_y), f->y.src);
    float scale = (float)(1 / inside);
    int32_t first = b->target.x - b->x * t->up / t->down;
    if (inside != 1)
        for (int32_t i = first; i < first + b->target.w; i++)
            row[i] *= scale;
    if (b->cut_x)
        for (int32_t i = first; i < first + b->target.w; i++)
            row[i] *= w->scale_x[i];
}

/* Writes row target_y to the sink. `row` holds the target pixels wanted, minus c. */
static void emit_row(const struct resample_fft *f, const struct block *b, int32_t target_y,
                     const float *row)
{
    const struct resample_spec *spec = f->spec;
    struct rect dst = b->sink->dst;
    if (b->sink->values) {
        double *to =
            b->sink->values + (ptrdiff_t)(target_y - dst.y) * dst.w + (b->target.x - dst.x);
        for (int32_t i = 0; i < b->target.w; i++)
            to[i] = (double)row[i] + b->mean;
        return;
    }
    uint16_t *to = view_row(b->sink->px, target_y - dst.y) + (b->target.x - dst.x);
    quantise_f32(row, b->target.w, b->mean + spec->offset, to);
    if (!b->any_invalid && spec->down == 1)
        return; /* with `down` > 1 the last centres can lie past the raster */
    struct nodata_grid grid = {
        {spec->nodata, spec->saturated}, spec->up, spec->down, spec->src_w, spec->src_h};
    nodata_mark_row(&grid, b->src, b->target.x, target_y, b->target.w, to);
}

/* A block without a valid sample has no valid result, so it skips the transforms. Real products
 * have large voids. */
static void emit_void(const struct resample_fft *f, struct resample_fft_work *w,
                      const struct block *b)
{
    for (int32_t i = 0; i < b->target.w; i++)
        w->row[i] = 0;
    for (int32_t y = b->target.y; y < b->target.y + b->target.h; y++)
        emit_row(f, b, y, w->row);
}

static void back(const struct resample_fft *f, struct resample_fft_work *w, const struct block *b)
{
    const struct kernel_taps *t = f->taps;
    int32_t skip = b->target.x - b->x * t->up / t->down, end = b->target.y + b->target.h;
    for (int32_t phase = 0; phase < t->up; phase++) {
        int32_t y = b->target.y + (phase - b->target.y % t->up + t->up) % t->up;
        if (y >= end)
            continue;
        make_phase(f, w, phase);
        for (; y < end; y += t->up) {
            float *row = make_row(f, w, kernel_taps_anchor(t, y) - b->y);
            rescale(f, w, b, y, row);
            emit_row(f, b, y, row + skip);
        }
    }
}

void resample_fft_run(const struct resample_fft *f, struct resample_fft_work *w, struct ring src,
                      struct resample_sink sink)
{
    struct rect all = blocks_of(f, sink.dst);
    for (int32_t y = all.y; y < all.y + all.h; y += f->y.valid)
        for (int32_t x = all.x; x < all.x + all.w; x += f->x.valid) {
            struct block b = block_open(f, src, &sink, x, y);
            if (b.all_invalid) {
                emit_void(f, w, &b);
                continue;
            }
            forward(f, w, &b);
            make_scale_x(f, w, &b);
            back(f, w, &b);
        }
}
