/* Supervisely's annotations: what is read is painted as a label stage would, so that a sanitizer sees every index that an object can have. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "filters/rasterize.h"
#include "io/labels/supervisely.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = 64 };

static void paint(const struct supervisely *s)
{
    static uint8_t px[SIDE * SIDE], scratch[SIDE * SIDE];
    struct byte_part to = {
        px, SIDE, {0, 0, SIDE, SIDE}
    };
    for (size_t i = 0; i < s->objects; i++) {
        struct polygon p = supervisely_polygon(s, &s->object[i]);
        if (s->object[i].category >= s->category.n || p.rings == 0)
            abort();
        rasterize_polygon(&p, 1, to, scratch);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct supervisely s;
    struct err e = ERR_INIT;
    int fd = memfd_create("supervisely", MFD_CLOEXEC);
    if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (supervisely_read(path, &s, &e) == 0) {
        if (s.width < 1 || s.height < 1)
            abort();
        paint(&s);
        supervisely_clear(&s);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    close(fd);
    return 0;
}
