#include "io/compress/igzip.h"

#include "core/mem.h"

#ifdef SUBSCENE_ISAL

#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Levels 1 and 2 are slower than this, and in version 2.30 with AVX2 their output sometimes depends
 * on the address of the stream: about once in 2,500 inputs of 1 KB. Level 3 takes half as long
 * again. Level 0 with Huffman codes made for the data is the fastest, with 4 % more bytes. */
enum { LEVEL = 0 };

/* The codes are made from half of the data. Data up to PIECES_FROM bytes are taken whole. */
enum { PIECE = 32 << 10, STEP = 2 * PIECE, PIECES_FROM = 4 * PIECE };

struct igzip {
    struct isal_zstream stream;
    struct isal_huff_histogram histogram;
    struct isal_hufftables codes;
};

bool igzip_is_there(void) { return true; }

int igzip_create(struct igzip **out, struct err *e)
{
    *out = mem_zalloc(1, sizeof **out);
    return *out ? 0 : err_nomem(e, sizeof **out);
}

void igzip_destroy(struct igzip *z) { free(z); }

/* ISA-L only reads the data, though its types are not const. */
static bool make_codes(struct igzip *z, const void *data, size_t len)
{
    uint8_t *bytes = (uint8_t *)(uintptr_t)data;
    const size_t piece = len > PIECES_FROM ? PIECE : len, step = len > PIECES_FROM ? STEP : len;
    memset(&z->histogram, 0, sizeof z->histogram);
    for (size_t at = 0; at < len; at += step) {
        const size_t left = len - at;
        isal_update_histogram(bytes + at, (int)(left < piece ? left : piece), &z->histogram);
    }
    return isal_create_hufftables(&z->codes, &z->histogram) == 0;
}

size_t igzip_run(struct igzip *z, const void *data, size_t len, bool is_last, void *out,
                 size_t out_size)
{
    struct isal_zstream *s = &z->stream;
    if (len > INT32_MAX || !make_codes(z, data, len))
        return 0;
    isal_deflate_stateless_init(s);
    s->hist_bits = 0; /* the usual window; the call above does not set it */
    s->level = LEVEL;
    s->hufftables = &z->codes;
    s->gzip_flag = IGZIP_DEFLATE;
    s->flush = is_last ? NO_FLUSH : FULL_FLUSH;
    s->end_of_stream = is_last;
    s->next_in = (uint8_t *)(uintptr_t)data;
    s->avail_in = (uint32_t)len;
    s->next_out = out;
    s->avail_out = out_size < UINT32_MAX ? (uint32_t)out_size : UINT32_MAX;
    return isal_deflate_stateless(s) == COMP_OK && s->avail_in == 0 ? s->total_out : 0;
}

#else

bool igzip_is_there(void) { return false; }

int igzip_create(struct igzip **out, struct err *e)
{
    *out = NULL;
    return err_set(e, ERR_USAGE, "this build has no ISA-L");
}

void igzip_destroy(struct igzip *z) { (void)z; }

size_t igzip_run(struct igzip *z, const void *data, size_t len, bool is_last, void *out,
                 size_t out_size)
{
    (void)z;
    (void)data;
    (void)len;
    (void)is_last;
    (void)out;
    (void)out_size;
    return 0;
}

#endif
