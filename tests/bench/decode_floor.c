/* The floor that all else is measured against: decodes every tile of the given JP2 files with
 * OpenJPEG and throws the pixels away. Nothing of this project is in it.
 *
 * Each thread takes the next (file, tile) in order and keeps the codec of the file that it is at:
 * OpenJPEG then walks over the tile-parts of the other threads' tiles once, by their lengths.
 * Measured on a full product on two threads, of the plain loops this is the fastest: a new codec
 * for each tile walks from the file's beginning every time (3 to 7 % more CPU); opj_decode of whole
 * files, one thread a file, writes every pixel a second time, holds a whole band for each thread (1
 * GB) and leaves threads idle at the end. OpenJPEG's own threads scale worse than any of these. */
#include <openjpeg.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] = "usage: bench_decode_floor THREADS FILE.jp2...    large files first, "
                            "so that no thread ends late\n";

enum { THREADS_MAX = 256, FILES_MAX = 64 };

static struct {
    char **file;
    int files;
    int first[FILES_MAX + 1]; /* number of a file's first tile among all */
    atomic_int next; /* tile to be decoded */
    atomic_bool failed;
} job;

struct reader {
    opj_codec_t *codec;
    opj_stream_t *stream;
    opj_image_t *image;
};

static void on_error(const char *message, void *path)
{
    fprintf(stderr, "%s: %s", (const char *)path, message);
}

static void reader_close(struct reader *r)
{
    opj_image_destroy(r->image);
    opj_stream_destroy(r->stream);
    opj_destroy_codec(r->codec);
    *r = (struct reader){0};
}

static bool reader_open(struct reader *r, char *path)
{
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    *r = (struct reader){.codec = opj_create_decompress(OPJ_CODEC_JP2),
                         .stream = opj_stream_create_default_file_stream(path, OPJ_TRUE)};
    if (!r->codec || !r->stream)
        return fprintf(stderr, "%s: cannot be opened\n", path), false;
    opj_set_error_handler(r->codec, on_error, path);
    return opj_setup_decoder(r->codec, &parameters) &&
           opj_read_header(r->stream, r->codec, &r->image);
}

static void *decode(void *unused)
{
    (void)unused;
    struct reader r = {0};
    int file = 0, open = -1;
    for (int tile; !job.failed && (tile = atomic_fetch_add(&job.next, 1)) < job.first[job.files];) {
        while (tile >= job.first[file + 1])
            file++;
        if (open != file) {
            reader_close(&r);
            if (!reader_open(&r, job.file[file]))
                job.failed = true;
            open = file;
        }
        if (!job.failed &&
            !opj_get_decoded_tile(r.codec, r.stream, r.image, (OPJ_UINT32)(tile - job.first[file])))
            job.failed = true;
    }
    reader_close(&r);
    return NULL;
}

static bool count_tiles(int file)
{
    struct reader r;
    bool ok = reader_open(&r, job.file[file]);
    opj_codestream_info_v2_t *info = ok ? opj_get_cstr_info(r.codec) : NULL;
    if (info)
        job.first[file + 1] = job.first[file] + (int)(info->tw * info->th);
    opj_destroy_cstr_info(&info);
    reader_close(&r);
    return ok;
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 0, started = 0;
    if (argc < 3 || argc - 2 > FILES_MAX || threads < 1 || threads > THREADS_MAX)
        return fputs(usage, stderr), 2;
    job.file = argv + 2;
    job.files = argc - 2;
    for (int i = 0; i < job.files; i++)
        if (!count_tiles(i))
            return 1;
    pthread_t thread[THREADS_MAX];
    while (started < threads && pthread_create(&thread[started], NULL, decode, NULL) == 0)
        started++;
    if (started < threads)
        job.failed = true;
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    return job.failed ? 1 : 0;
}
