#include "support/memory_jp2.h"

#include <string.h>

static int32_t be32(const uint8_t *p)
{
    return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

static void find_size(const uint8_t *data, size_t size, int32_t *w, int32_t *h)
{
    static const uint8_t magic[4] = {0xff, 0x4f, 0xff, 0x51};
    for (size_t i = 0; i + 16 <= size; i++) {
        if (memcmp(data + i, magic, sizeof magic) == 0) {
            *w = be32(data + i + 8);
            *h = be32(data + i + 12);
            return;
        }
    }
}

bool memory_jp2_open(struct memory_jp2 *m, const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    *m = (struct memory_jp2){.entry = {"x.jp2", data, size}, .width = 1, .height = 1};
    find_size(data, size, &m->width, &m->height);
    if (source_open_memory(&m->entry, 1, &m->source, &e) != 0)
        return false;
    if (source_file_open(m->source, "x.jp2", &m->file, &e) == 0)
        return true;
    source_close(m->source);
    return false;
}

void memory_jp2_close(struct memory_jp2 *m)
{
    source_file_close(m->file);
    source_close(m->source);
}
