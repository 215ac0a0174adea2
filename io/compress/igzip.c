#include "io/compress/igzip.h"

#include "core/mem.h"

#ifdef SUBSCENE_ISAL

#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>

/* Levels 1 and 2 are a third faster and as small. But in version 2.30 with AVX2 their output
 * sometimes depends on the address of the buffers: about once in 10,000 inputs of 1 KB. Level 3
 * gives the same bytes for the same input. With small tables it is as fast and finds more
 * matches. */
enum { LEVEL = 3, LEVEL_BYTES = ISAL_DEF_LVL3_SMALL };

struct igzip {
    struct isal_zstream stream;
    _Alignas(64) uint8_t tables[LEVEL_BYTES];
};

bool igzip_is_there(void) { return true; }

int igzip_create(struct igzip **out, struct err *e)
{
    *out = mem_zalloc(1, sizeof **out);
    return *out ? 0 : err_nomem(e, sizeof **out);
}

void igzip_destroy(struct igzip *z) { free(z); }

/* `is_part`: writes only blocks, for a stream that goes on. */
static size_t compress(struct igzip *z, const void *data, size_t len, void *out, size_t out_size,
                       bool is_part)
{
    struct isal_zstream *s = &z->stream;
    if (len > UINT32_MAX)
        return 0;
    isal_deflate_stateless_init(s);
    s->hist_bits = 0; /* the usual window; the call above does not set it */
    s->level = LEVEL;
    s->level_buf = z->tables;
    s->level_buf_size = LEVEL_BYTES;
    s->gzip_flag = is_part ? IGZIP_DEFLATE : IGZIP_ZLIB;
    s->flush = is_part ? FULL_FLUSH : NO_FLUSH;
    s->end_of_stream = !is_part;
    s->next_in = (uint8_t *)(uintptr_t)data; /* ISA-L only reads it, though its type is not const */
    s->avail_in = (uint32_t)len;
    s->next_out = out;
    s->avail_out = out_size < UINT32_MAX ? (uint32_t)out_size : UINT32_MAX;
    return isal_deflate_stateless(s) == COMP_OK && s->avail_in == 0 ? s->total_out : 0;
}

size_t igzip_run(struct igzip *z, const void *data, size_t len, void *out, size_t out_size)
{
    return compress(z, data, len, out, out_size, false);
}

size_t igzip_run_part(struct igzip *z, const void *data, size_t len, void *out, size_t out_size)
{
    return compress(z, data, len, out, out_size, true);
}

#else

bool igzip_is_there(void) { return false; }

int igzip_create(struct igzip **out, struct err *e)
{
    *out = NULL;
    return err_set(e, ERR_USAGE, "this build has no ISA-L");
}

void igzip_destroy(struct igzip *z) { (void)z; }

size_t igzip_run(struct igzip *z, const void *data, size_t len, void *out, size_t out_size)
{
    (void)z;
    (void)data;
    (void)len;
    (void)out;
    (void)out_size;
    return 0;
}

size_t igzip_run_part(struct igzip *z, const void *data, size_t len, void *out, size_t out_size)
{
    return igzip_run(z, data, len, out, out_size);
}

#endif
