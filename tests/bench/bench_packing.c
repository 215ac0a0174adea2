/* What packing costs, on real content: the bands of the given subscenes, shuffled and compressed by
 * libdeflate, zlib, and ISA-L where it was there when this was built; and what a file costs to
 * make. Markdown. CPU time of one thread, but for the making of files, which waits for the disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>
#ifdef HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

#include "core/mem.h"
#include "io/netcdf/h5raster.h"
#include "io/netcdf/subscene_nc.h"

static const char usage[] = "usage: bench_packing [--values FILE] FOLDER FILE.nc...    FOLDER: for "
                            "files made and removed\n";

/* All bands of all files. */
struct content {
    int32_t size;
    size_t samples; /* of a chunk */
    size_t chunks;
    size_t stored; /* bytes of the chunks as they are in the files */
    uint16_t *dn;
    float *values; /* the same as they are stored */
};

static double clock_now(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the content ---- */

static int read_chunk(struct h5file *f, int band, struct content *c, void *scratch, struct err *e)
{
    struct h5raster_chunk chunk;
    const struct h5raster_rows all = {
        band_table[band].name,     H5RASTER_FLOAT, {0, 0, c->size, c->size}, true, scratch,
        c->samples * sizeof(float)};
    int r = h5raster_read(f, &all, &chunk, e);
    if (r)
        return r;
    free(chunk.bytes);
    c->stored += chunk.len;
    uint16_t *dn = c->dn + c->chunks * c->samples;
    r = subscene_nc_read_band(f, band_table[band].name, c->size, dn, scratch, e);
    if (!r)
        schema_store(dn, c->values + c->chunks * c->samples, c->samples);
    c->chunks++;
    return r;
}

static int read_file(const char *path, struct content *c, void *scratch, struct err *e)
{
    struct h5file *f;
    int r = h5file_open(path, &f, e);
    for (int band = 0; !r && band < BAND_SPECTRAL_COUNT; band++)
        r = read_chunk(f, band, c, scratch, e);
    h5file_close(f);
    return r;
}

static int content_read(struct content *c, char **path, int n, struct err *e)
{
    struct subscene_facts facts;
    int r = subscene_nc_inspect(path[0], BAND_SET_SPECTRAL, &facts, e);
    if (r)
        return r;
    *c = (struct content){.size = facts.size, .samples = (size_t)facts.size * (size_t)facts.size};
    size_t all = (size_t)n * BAND_SPECTRAL_COUNT * c->samples;
    c->dn = mem_alloc(all, sizeof *c->dn);
    c->values = mem_alloc(all, sizeof *c->values);
    void *scratch = mem_alloc(c->samples, 8);
    if (!c->dn || !c->values || !scratch)
        r = err_nomem(e, all * 6);
    for (int i = 0; !r && i < n; i++)
        r = read_file(path[i], c, scratch, e);
    free(scratch);
    return r;
}

static void content_clear(struct content *c)
{
    free(c->dn);
    free(c->values);
}

/* ---- the compressors ---- */

/* Compresses `len` bytes into `out`; the compressed length, 0 when it cannot. */
typedef size_t compressor(void *state, const void *data, size_t len, void *out, size_t out_size);

static size_t with_libdeflate(void *state, const void *data, size_t len, void *out, size_t out_size)
{
    return deflater_run(state, data, len, out, out_size);
}

static size_t with_zlib(void *state, const void *data, size_t len, void *out, size_t out_size)
{
    uLongf n = (uLongf)out_size;
    return compress2(out, &n, data, (uLong)len, *(const int *)state) == Z_OK ? n : 0;
}

#ifdef HAVE_ISAL
struct isal {
    struct isal_zstream stream;
    uint32_t level, buffer_size;
    uint8_t buffer[ISAL_DEF_LVL3_DEFAULT];
};

static void isal_init(struct isal *s, int level)
{
    static const uint32_t size[] = {ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT,
                                    ISAL_DEF_LVL2_DEFAULT, ISAL_DEF_LVL3_DEFAULT};
    s->level = (uint32_t)level;
    s->buffer_size = size[level];
}

static size_t with_isal(void *state, const void *data, size_t len, void *out, size_t out_size)
{
    struct isal *s = state;
    union { /* the library takes input that it does not change as not const */
        const void *from;
        uint8_t *to;
    } input = {data};
    isal_deflate_stateless_init(&s->stream);
    s->stream.gzip_flag = IGZIP_ZLIB;
    s->stream.level = s->level;
    s->stream.level_buf = s->buffer_size ? s->buffer : NULL;
    s->stream.level_buf_size = s->buffer_size;
    s->stream.end_of_stream = 1;
    s->stream.next_in = input.to;
    s->stream.avail_in = (uint32_t)len;
    s->stream.next_out = out;
    s->stream.avail_out = (uint32_t)out_size;
    return isal_deflate_stateless(&s->stream) == COMP_OK ? s->stream.total_out : 0;
}
#endif

struct outcome {
    char name[32];
    double mb_per_s;
    size_t bytes;
};

enum { OUTCOMES_MAX = 32 };
struct outcomes {
    struct outcome of[OUTCOMES_MAX];
    int n;
};

static int add_outcome(struct outcomes *o, const struct content *c, const char *name,
                       compressor *run, void *state)
{
    size_t len = c->samples * sizeof(float), room = len + len / 8 + 65536;
    void *planes = mem_alloc(len, 1), *out = mem_zalloc(room, 1);
    struct outcome *here = &o->of[o->n++];
    snprintf(here->name, sizeof here->name, "%s", name);
    double begin = clock_now(CLOCK_THREAD_CPUTIME_ID);
    int failed = !planes || !out;
    for (size_t i = 0; !failed && i < c->chunks; i++) {
        shuffle4(c->values + i * c->samples, c->samples, planes, c->samples);
        size_t packed = run(state, planes, len, out, room);
        failed = packed == 0;
        here->bytes += packed;
    }
    here->mb_per_s =
        (double)len * (double)c->chunks / 1e6 / (clock_now(CLOCK_THREAD_CPUTIME_ID) - begin);
    free(planes);
    free(out);
    if (failed)
        fprintf(stderr, "bench_packing: %s failed\n", name);
    return failed;
}

static int compress_all(const struct content *c, struct outcomes *o, struct err *e)
{
    static const int zlib_levels[] = {1, 6, 9};
    char name[32];
    int failed = 0;
    for (int level = 1; !failed && level <= 9; level++) {
        struct deflater *d;
        failed = deflater_create(level, &d, e);
        if (failed)
            return failed;
        snprintf(name, sizeof name, "libdeflate %d", level);
        failed = add_outcome(o, c, name, with_libdeflate, d);
        deflater_destroy(d);
    }
#ifdef HAVE_ISAL
    static struct isal isal;
    for (int level = 0; !failed && level <= 3; level++) {
        isal_init(&isal, level);
        snprintf(name, sizeof name, "ISA-L %d", level);
        failed = add_outcome(o, c, name, with_isal, &isal);
    }
#endif
    for (int i = 0; !failed && i < 3; i++) {
        int level = zlib_levels[i];
        snprintf(name, sizeof name, "zlib %d", level);
        failed = add_outcome(o, c, name, with_zlib, &level);
    }
    return failed;
}

static void print_outcomes(const struct content *c, const struct outcomes *o, FILE *values)
{
    double best = (double)o->of[o->n - 1].bytes; /* of zlib 9, which comes last */
    printf("Shuffle and deflate of %zu chunks of %d x %d floats, 1 thread.\n\n", c->chunks,
           (int)c->size, (int)c->size);
    printf("| | MB/s | size / zlib 9 |\n|---|--:|--:|\n");
    for (int i = 0; i < o->n; i++)
        printf("| %s | %.0f | %.3f |\n", o->of[i].name, o->of[i].mb_per_s,
               (double)o->of[i].bytes / best);
    printf("| chunks as they are in the files | | %.3f |\n\n", (double)c->stored / best);
    if (values)
        fprintf(values, "value\tsize_to_zlib9\t%.4f\n", (double)c->stored / best);
}

/* ---- the writer ---- */

static const struct product product = {
    .name = "S2A_MSIL1C_20220125T151701_N0511_R125_T35VLF_20220125T190036",
    .level = "L1C",
    .baseline = "05.11",
    .spacecraft = "Sentinel-2A",
    .tile_id = "T35VLF",
    .sensing_time = "2022-01-25T15:17:01.024Z",
    .quantification = 10000};

/* ms per file: all of it, and of it shuffling and compressing. */
struct writing {
    double all, packing;
};

static int write_files(const struct content *c, struct subscene_writer *w,
                       const struct subscene_meta *m, const char *path, struct writing *ms,
                       struct err *e)
{
    size_t files = c->chunks / BAND_SPECTRAL_COUNT;
    double begin = clock_now(CLOCK_MONOTONIC), packing = 0;
    for (size_t i = 0; i < files; i++) {
        double added = clock_now(CLOCK_MONOTONIC);
        for (int band = 0; band < BAND_SPECTRAL_COUNT; band++)
            subscene_writer_add(w, band,
                                c->dn + (i * BAND_SPECTRAL_COUNT + (size_t)band) * c->samples);
        packing += clock_now(CLOCK_MONOTONIC) - added;
        int r = subscene_writer_make(w, m, e);
        if (r == 0)
            r = subscene_writer_store(w, path, e);
        if (r)
            return r;
    }
    *ms = (struct writing){(clock_now(CLOCK_MONOTONIC) - begin) * 1e3 / (double)files,
                           packing * 1e3 / (double)files};
    return remove(path) == 0 ? 0 : err_set(e, ERR_OUTPUT, "%s: cannot be removed", path);
}

static int time_writer(const struct content *c, int deflate, const char *path, struct writing *ms,
                       struct err *e)
{
    struct params params = {.bands = BAND_SET_SPECTRAL,
                            .size = c->size,
                            .resolution_m = 10,
                            .filter = "sinc",
                            .lobes = 4,
                            .engine = "fft",
                            .deflate = deflate};
    struct geogrid grid = {32635, 300000, 6500040, 10, c->size, c->size};
    char text[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    params_format(&params, text);
    params_digest(text, digest);
    struct subscene_meta m = {.product = &product,
                              .params = &params,
                              .parameters = text,
                              .digest = digest,
                              .last_modified = "",
                              .grid = &grid,
                              .px = {0, 0, c->size, c->size},
                              .valid_fraction = 1,
                              .content_hash = "0000000000000000"};
    struct subscene_writer *w;
    int r = subscene_writer_create(&params, 0, &w, e);
    if (r)
        return r;
    r = write_files(c, w, &m, path, ms, e);
    subscene_writer_destroy(w);
    return r;
}

static int print_writer(const struct content *c, const char *folder, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/packing.nc", folder);
    printf("Files of %d bands, made one after the other by one thread.\n\n", BAND_SPECTRAL_COUNT);
    printf("| --deflate | ms a file | packing | netCDF, HDF5, writing |\n|--:|--:|--:|--:|\n");
    int r = 0;
    for (int deflate = 0; !r && deflate <= 1; deflate++) {
        struct writing ms;
        r = time_writer(c, deflate, path, &ms, e);
        if (!r)
            printf("| %d | %.1f | %.1f | %.1f |\n", deflate, ms.all, ms.packing,
                   ms.all - ms.packing);
    }
    return r;
}

int main(int argc, char **argv)
{
    FILE *values = NULL;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--values") == 0) {
        values = fopen(argv[2], "a");
        first = 3;
    }
    if (argc - first < 2 || (first == 3 && !values))
        return fputs(usage, stderr), 2;
    struct err e = ERR_INIT;
    struct content c = {0};
    struct outcomes o = {0};
    int failed = content_read(&c, argv + first + 1, argc - first - 1, &e);
    if (!failed)
        failed = compress_all(&c, &o, &e);
    if (!failed) {
        print_outcomes(&c, &o, values);
        failed = print_writer(&c, argv[first], &e);
    }
    if (e.code)
        fprintf(stderr, "bench_packing: %s\n", e.msg);
    content_clear(&c);
    if (values && fclose(values) != 0)
        failed = 1;
    return failed != 0;
}
