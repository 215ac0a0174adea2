#include "stages/layers/mask_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/classify.h"

static int32_t width_of(const struct mask_rows *r) { return classraster_info(r->raster)->width; }
static bool is_wide(const struct mask_rows *r) { return classraster_info(r->raster)->bits > 8; }

void mask_rows_init(struct mask_rows *r, struct classraster *raster, const char *file)
{
    *r = (struct mask_rows){.raster = raster, .file = file};
}

void mask_rows_clear(struct mask_rows *r)
{
    free(r->part[0].px);
    free(r->part[1].px);
    free(r->wide);
    *r = (struct mask_rows){0};
}

size_t mask_rows_bytes(const struct mask_rows *r, int32_t n)
{
    const size_t width = (size_t)width_of(r), raster = classraster_bytes(r->raster),
                 rows = width * 2 * (size_t)n + (is_wide(r) ? width * sizeof *r->wide : 0);
    return raster < SIZE_MAX - rows ? raster + rows : SIZE_MAX;
}

int mask_rows_read(struct mask_rows *r, int32_t y, uint8_t *to, struct err *e)
{
    const int32_t width = width_of(r);
    int32_t unknown = -1;
    if (!is_wide(r))
        return classraster_read(r->raster, y, 1, to, (size_t)width, e);
    if (!r->wide && !(r->wide = mem_alloc((size_t)width, sizeof *r->wide)))
        return err_nomem(e, (size_t)width * sizeof *r->wide);
    int failed = classraster_read(r->raster, y, 1, r->wide, (size_t)width * sizeof *r->wide, e);
    if (failed)
        return failed;
    classify_narrow(r->wide, width, to, &unknown);
    if (unknown >= 0)
        return err_set(e, ERR_INPUT, "%s: row %d: the value %d; classes are 0 to 255", r->file, y,
                       unknown);
    return 0;
}

static int fill(struct mask_rows *r, struct mask_rows_part *to, const struct mask_rows_part *other,
                int32_t y, int32_t n, struct err *e)
{
    size_t w = (size_t)width_of(r), len = w * (size_t)n;
    int32_t have = 0;
    to->n = 0;
    to->px = mem_scratch(to->px, len, &to->cap, 1, e);
    if (!to->px)
        return ERR_TEMPORARY;
    if (other->n > 0 && other->y <= y && y < other->y + other->n) {
        have = other->y + other->n - y < n ? other->y + other->n - y : n;
        memcpy(to->px, other->px + (size_t)(y - other->y) * w, (size_t)have * w);
    }
    for (int32_t i = have; i < n; i++) {
        int failed = mask_rows_read(r, y + i, to->px + (size_t)i * w, e);
        if (failed)
            return failed;
    }
    to->y = y;
    to->n = n;
    return 0;
}

int mask_rows_load(struct mask_rows *r, int32_t y, int32_t n, const struct mask_rows_part **out,
                   struct err *e)
{
    for (int i = 0; i < 2; i++) {
        const struct mask_rows_part *p = &r->part[i];
        if (p->n > 0 && p->y <= y && y + n <= p->y + p->n) {
            *out = p;
            return 0;
        }
    }
    /* the strips run from north to south: the northern rows are needed least */
    int old = r->part[0].n == 0 || (r->part[1].n > 0 && r->part[0].y < r->part[1].y) ? 0 : 1;
    *out = &r->part[old];
    return fill(r, &r->part[old], &r->part[1 - old], y, n, e);
}
