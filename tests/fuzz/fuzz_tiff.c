/* TIFF masks of up to 256 x 256, read from top to bottom. */
#include <stdlib.h>

#include "io/image/tiffile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct tiffile *t)
{
    static uint16_t row[256];
    const struct tiffile_info *i = tiffile_info(t);
    struct err e = ERR_INIT;
    if (i->width < 1 || i->width > 256 || i->height < 1 || i->height > 256 ||
        (i->bits != 8 && i->bits != 16))
        abort();
    for (int32_t y = 0; y < i->height; y++) {
        if (tiffile_read(t, y, 1, row, sizeof row, &e) == 0)
            continue;
        if (e.msg[0] == '\0')
            abort();
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source_entry entry = {"a.tif", data, size};
    struct source *s;
    struct source_file *f;
    struct tiffile *t;
    struct err e = ERR_INIT;
    if (source_open_memory(&entry, 1, &s, &e) != 0 || source_file_open(s, "a.tif", &f, &e) != 0)
        abort();
    if (tiffile_open(f, 256, 256, &t, &e) == 0)
        read_all(t);
    else if (e.msg[0] == '\0' || t)
        abort();
    tiffile_close(t);
    source_file_close(f);
    source_close(s);
    return 0;
}
