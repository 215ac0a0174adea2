/* A mask's values for test_masks.py: mask_text FILE MAX-SIDE prints "width height bits place…" and
 * then its bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "io/image/classraster.h"

static int print(struct classraster *r, struct err *e)
{
    const struct classraster_info *i = classraster_info(r);
    size_t row = (size_t)i->width * (size_t)i->bits / 8;
    unsigned char *px = malloc(row * 3);
    if (!px)
        return err_nomem(e, row * 3);
    printf("%d %d %d %d %.17g %.17g %.17g\n", i->width, i->height, i->bits, i->has_place, i->ulx_m,
           i->uly_m, i->pixel_m);
    int rc = 0;
    for (int32_t y = 0; y < i->height && !rc; y += 3) {
        int32_t n = i->height - y < 3 ? i->height - y : 3;
        rc = classraster_read(r, y, n, px, row, e);
        if (!rc)
            fwrite(px, row, (size_t)n, stdout);
    }
    free(px);
    return rc;
}

int main(int argc, char **argv)
{
    struct source_file *f = NULL;
    struct classraster *r = NULL;
    struct err e = ERR_INIT;
    int32_t side = argc == 3 ? atoi(argv[2]) : 0;
    int rc = source_file_open_plain(argc == 3 ? argv[1] : "", &f, &e);
    if (!rc)
        rc = classraster_open(f, side, side, &r, &e);
    if (!rc)
        rc = print(r, &e);
    if (rc)
        fprintf(stderr, "%s\n", e.msg);
    classraster_close(r);
    source_file_close(f);
    return rc;
}
