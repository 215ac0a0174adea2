#include "io/source/digest.h"

#include <nettle/md5.h>
#include <nettle/sha3.h>
#include <nettle/version.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct digest {
    enum digest_kind kind;
    union {
        struct md5_ctx md5;
        struct sha3_256_ctx sha3;
    } state;
};

static const struct {
    const char *name;
    size_t bytes;
} kinds[DIGEST_KIND_COUNT] = {[DIGEST_MD5] = {"MD5", MD5_DIGEST_SIZE},
                              [DIGEST_SHA3_256] = {"SHA3-256", SHA3_256_DIGEST_SIZE}};

enum digest_kind digest_find(const char *name)
{
    enum digest_kind k = 0;
    while (k < DIGEST_KIND_COUNT && strcmp(kinds[k].name, name) != 0)
        k++;
    return k;
}

const char *digest_name(enum digest_kind kind) { return kinds[kind].name; }
size_t digest_hex_length(enum digest_kind kind) { return 2 * kinds[kind].bytes; }

int digest_create(enum digest_kind kind, struct digest **out, struct err *e)
{
    struct digest *d = mem_alloc(1, sizeof *d);
    if (!d)
        return err_nomem(e, sizeof *d);
    d->kind = kind;
    if (kind == DIGEST_MD5)
        md5_init(&d->state.md5);
    else
        sha3_256_init(&d->state.sha3);
    *out = d;
    return 0;
}

void digest_destroy(struct digest *d) { free(d); }

void digest_add(struct digest *d, const void *data, size_t len)
{
    if (d->kind == DIGEST_MD5)
        md5_update(&d->state.md5, len, data);
    else
        sha3_256_update(&d->state.sha3, len, data);
}

/* from version 4 on, a digest always has its full length */
#if NETTLE_VERSION_MAJOR >= 4
#define FINISH(digest, state, bytes) digest(state, bytes)
#else
#define FINISH(digest, state, bytes) digest(state, sizeof(bytes), bytes)
#endif

void digest_finish(struct digest *d, char text[DIGEST_TEXT_SIZE])
{
    uint8_t md5[MD5_DIGEST_SIZE], sha3[SHA3_256_DIGEST_SIZE];
    if (d->kind == DIGEST_MD5)
        FINISH(md5_digest, &d->state.md5, md5);
    else
        FINISH(sha3_256_digest, &d->state.sha3, sha3);
    for (size_t i = 0; i < kinds[d->kind].bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", d->kind == DIGEST_MD5 ? md5[i] : sha3[i]);
}
