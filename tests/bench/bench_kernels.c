/* What a longer kernel costs: ns per target pixel of the FFT and of the direct engine, on one
 * thread, as Markdown.
 *
 * The work is a run's: strips of 512 rows over the full width of a band, onto the 10 m grid. CPU
 * time of the thread, the least of some passes: other processes disturb it little. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "filters/resample.h"

static const char usage[] = "usage: bench_kernels [--quick] [--values FILE]\n";

enum { STRIP = 512, SPAN_2 = 0, SPAN_6 = 1, SPANS = 2, LOBES = 11 };
static const int lobes_table[LOBES] = {2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};

/* A source raster and its factor. */
struct source {
    int32_t w, h, up;
};

struct effort {
    double seconds; /* a pass does whole strips for at least so long */
    int passes;
};

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* White noise of 15 bits: no sample is special, and no block can be skipped. */
static void fill_noise(uint16_t *px, size_t n)
{
    uint32_t state = 1;
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525U + 1013904223U;
        px[i] = (uint16_t)(1 + (state >> 17) % 32767);
    }
}

static double time_pass(const struct resample_plan *p, struct resample_work *w, struct ring src,
                        struct view out, double seconds)
{
    int32_t height = resample_target_height(p), y = 0;
    double pixels = 0, begin = cpu_now(), spent;
    do {
        resample_run(p, w, src, (struct rect){0, y, out.w, out.h}, out);
        pixels += (double)out.w * out.h;
        y = y + 2 * out.h <= height ? y + out.h : 0;
        spent = cpu_now() - begin;
    } while (spent < seconds);
    return spent / pixels * 1e9;
}

/* ns per target pixel, or -1. */
static double time_engine(const struct source *s, struct ring src, int lobes,
                          enum resample_engine engine, const struct effort *effort)
{
    struct resample_spec spec = {.src_w = s->w,
                                 .src_h = s->h,
                                 .up = s->up,
                                 .down = 1,
                                 .kernel = KERNEL_SINC,
                                 .lobes = lobes,
                                 .engine = engine,
                                 .saturated = 65535};
    struct resample_plan *plan = NULL;
    struct resample_work *work = NULL;
    struct err e = ERR_INIT;
    double best = -1;
    uint16_t *px = NULL;
    if (resample_plan_create(&spec, &plan, &e) || resample_work_create(plan, &work, &e))
        goto done;
    struct view out = {NULL, resample_target_width(plan), resample_target_width(plan), STRIP};
    if (resample_target_height(plan) < out.h)
        out.h = resample_target_height(plan);
    out.px = px = mem_alloc((size_t)out.w * (size_t)out.h, sizeof *px);
    for (int i = 0; px && i < effort->passes; i++) {
        double ns = time_pass(plan, work, src, out, effort->seconds);
        best = best < 0 || ns < best ? ns : best;
    }
done:
    if (best < 0)
        fprintf(stderr, "bench_kernels: %s\n", e.code ? e.msg : "out of memory");
    free(px);
    resample_work_destroy(work);
    resample_plan_destroy(plan);
    return best;
}

/* ns[lobes][span][engine] */
typedef double results[LOBES][SPANS][2];

static int measure(const struct source source[SPANS], const struct effort *effort, results ns)
{
    for (int s = 0; s < SPANS; s++) {
        struct ring src = {NULL, source[s].w, source[s].w, source[s].h};
        size_t n = (size_t)src.w * (size_t)src.capacity;
        src.px = mem_alloc(n, sizeof *src.px);
        if (!src.px)
            return fprintf(stderr, "bench_kernels: out of memory\n"), 1;
        fill_noise(src.px, n);
        for (int l = 0; l < LOBES; l++)
            for (int engine = 0; engine < 2; engine++) {
                ns[l][s][engine] = time_engine(&source[s], src, lobes_table[l],
                                               (enum resample_engine)engine, effort);
                if (ns[l][s][engine] < 0)
                    return free(src.px), 1;
            }
        free(src.px);
    }
    return 0;
}

/* Number of the lobes in the table. */
static int at(int lobes)
{
    int i = 0;
    while (i < LOBES - 1 && lobes_table[i] != lobes)
        i++;
    return i;
}

/* From this many lobes on the FFT engine is always the faster one. */
static void print_crossing(int up, results ns, int span)
{
    int from = LOBES;
    while (from > 0 && ns[from - 1][span][RESAMPLE_FFT] < ns[from - 1][span][RESAMPLE_DIRECT])
        from--;
    if (from < LOBES)
        printf("- Factor %d: FFT is faster than direct from %d lobes.\n", up, lobes_table[from]);
    else
        printf("- Factor %d: FFT is not faster than direct.\n", up);
}

static double print_ratio(int up, results ns, int span)
{
    double ratio = ns[at(32)][span][RESAMPLE_FFT] / ns[at(4)][span][RESAMPLE_FFT];
    printf("- Factor %d: FFT with 32 lobes takes %.2f x the time of 4 lobes, direct %.2f x.\n", up,
           ratio, ns[at(32)][span][RESAMPLE_DIRECT] / ns[at(4)][span][RESAMPLE_DIRECT]);
    return ratio;
}

static void print(const struct source source[SPANS], results ns, FILE *values)
{
    printf(
        "ns per target pixel, 1 thread, noise: factor 2 from %d x %d, factor 6 from %d x %d.\n\n",
        (int)source[0].w, (int)source[0].h, (int)source[1].w, (int)source[1].h);
    printf("| lobes | 2 x, FFT | 2 x, direct | 6 x, FFT | 6 x, direct |\n|--:|--:|--:|--:|--:|\n");
    for (int l = 0; l < LOBES; l++)
        printf("| %d | %.2f | %.2f | %.2f | %.2f |\n", lobes_table[l], ns[l][SPAN_2][RESAMPLE_FFT],
               ns[l][SPAN_2][RESAMPLE_DIRECT], ns[l][SPAN_6][RESAMPLE_FFT],
               ns[l][SPAN_6][RESAMPLE_DIRECT]);
    printf("\n");
    print_crossing(2, ns, SPAN_2);
    print_crossing(6, ns, SPAN_6);
    double two = print_ratio(2, ns, SPAN_2), six = print_ratio(6, ns, SPAN_6);
    if (values)
        fprintf(values, "value\tlobes_32_to_4\t%.3f\n", two > six ? two : six);
}

int main(int argc, char **argv)
{
    /* a band of 60 m, and rows of one of 20 m */
    static const struct source full[SPANS] = {{5490, 2048, 2}, {1830, 1830, 6}},
                               small[SPANS] = {{600, 128, 2}, {200, 100, 6}};
    struct effort effort = {0.25, 3};
    const struct source *source = full;
    FILE *values = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            source = small;
            effort = (struct effort){0, 1};
        } else if (strcmp(argv[i], "--values") == 0 && i + 1 < argc && !values &&
                   (values = fopen(argv[i + 1], "a"))) {
            i++;
        } else {
            return fputs(usage, stderr), 2;
        }
    }
    static results ns;
    int failed = measure(source, &effort, ns);
    if (!failed)
        print(source, ns, values);
    if (values && fclose(values) != 0)
        failed = 1;
    return failed;
}
