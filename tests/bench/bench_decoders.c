/* Both decoders of JPEG 2000 images, alone, in one thread: every tile of the given files with
 * OpenJPEG and with the project's own (stages/image/tile_decoder.h), in turns. Compares all samples
 * and prints the CPU times and their ratio. With --own in front: the own one alone. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/image/jp2_index.h"
#include "stages/image/tile_decoder.h"

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Any size, of one component or three. */
static int open_any(struct source_file *f, struct jp2 **out, struct err *e)
{
    struct jp2_index x = {0};
    int r = jp2_index_read(&x, f, (struct jp2_wanted){20000, 20000, 3, true}, e);
    if (r)
        return jp2_index_read(&x, f, (struct jp2_wanted){20000, 20000, 1, true}, e)
                   ? r
                   : jp2_open(f, x.info.width, x.info.height, out, e);
    const struct jp2_info i = x.info;
    jp2_index_clear(&x);
    return i.components == 3 ? jp2_open_colours(f, i.width, i.height, out, e)
                             : jp2_open(f, i.width, i.height, out, e);
}

static bool own_alone;

struct sums {
    double openjpeg, own;
    size_t differ, samples;
};

static int tile(struct jp2_decoder *theirs, struct tile_decoder *own, const struct jp2 *j,
                int32_t t, uint16_t *px[2], struct sums *s, struct err *e)
{
    const struct rect r = jp2_tile_rect(j, t);
    const size_t n = (size_t)r.w * (size_t)r.h;
    struct jp2_planes a = {0}, b = {0};
    for (int c = 0; c < jp2_info(j)->components; c++) {
        a.dst[c] = (struct view){px[0] + (size_t)c * n, r.w, r.w, r.h};
        b.dst[c] = (struct view){px[1] + (size_t)c * n, r.w, r.w, r.h};
    }
    const double from = cpu_s();
    int failed = own_alone ? 0 : jp2_decode_planes(theirs, j, (struct jp2_window){t, r, 0}, &a, e);
    const double mid = cpu_s();
    if (failed == 0)
        failed =
            tile_decoder_read(own, &(struct tile_wanted){j, {t, r, 0}, TILE_DECODER_OWN}, &b, e);
    s->own += cpu_s() - mid;
    s->openjpeg += mid - from;
    const size_t all = n * (size_t)jp2_info(j)->components;
    s->samples += all;
    for (size_t i = 0; failed == 0 && !own_alone && i < all; i++)
        s->differ += px[0][i] != px[1][i];
    return failed;
}

static int file(const char *path, struct sums *s, struct err *e)
{
    struct source_file *f;
    struct jp2 *j;
    struct jp2_decoder *theirs;
    struct tile_decoder *own;
    int r = source_file_open_plain(path, &f, e);
    if (r == 0)
        r = open_any(f, &j, e);
    if (r == 0)
        r = jp2_decoder_create(&theirs, e);
    if (r == 0)
        r = tile_decoder_create(&own, e);
    if (r)
        return r;
    const struct jp2_info *i = jp2_info(j);
    const size_t n = (size_t)i->tile_w * (size_t)i->tile_h * (size_t)i->components;
    uint16_t *px[2] = {malloc(2 * n), malloc(2 * n)};
    for (int32_t t = 0; r == 0 && t < i->tiles_x * i->tiles_y; t++)
        r = tile(theirs, own, j, t, px, s, e);
    free(px[0]);
    free(px[1]);
    jp2_decoder_destroy(theirs);
    tile_decoder_destroy(own);
    jp2_close(j);
    source_file_close(f);
    return r;
}

int main(int argc, char **argv)
{
    int status = 0;
    own_alone = argc > 1 && strcmp(argv[1], "--own") == 0;
    for (int i = 1 + own_alone; i < argc; i++) {
        struct sums s = {0};
        struct err e = ERR_INIT;
        if (file(argv[i], &s, &e)) {
            printf("%s: %s\n", argv[i], e.msg);
            status = 1;
            continue;
        }
        printf("%s: OpenJPEG %.3f s, own %.3f s, ratio %.3f, %zu of %zu samples differ\n", argv[i],
               s.openjpeg, s.own, s.own / s.openjpeg, s.differ, s.samples);
        status |= s.differ > 0;
    }
    return status;
}
