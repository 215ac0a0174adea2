#include "io/netcdf/raster_nc.h"

#include <stdlib.h>
#include <string.h>

#include "io/compress/deflate.h"
#include "io/compress/fletcher.h"

static void unshuffle(enum h5raster_value value, const void *planes, size_t n, void *values)
{
    if (value == H5RASTER_USHORT)
        unshuffle2(planes, values, n);
    else if (value == H5RASTER_FLOAT)
        unshuffle4(planes, values, n);
    else
        memcpy(values, planes, n); /* bytes have one plane */
}

/* Checks the checksum and removes it from the chunk's end. */
static int check_sum(struct h5raster_chunk *p, struct err *e)
{
    if (p->len < FLETCHER_BYTES)
        return err_set(e, ERR_INPUT, "a chunk of %zu bytes has no checksum", p->len);
    p->len -= FLETCHER_BYTES;
    return fletcher32_matches(p->bytes, p->len)
               ? 0
               : err_set(e, ERR_INPUT, "damaged: a chunk does not have its checksum");
}

/* *plain: the chunk's values, in one of the three buffers. */
static int unpack(struct h5raster_chunk *p, const struct h5raster_rows *wanted, void *planes,
                  const void **plain, struct err *e)
{
    size_t n = (size_t)p->how.width * (size_t)p->how.chunk_rows, len = n * wanted->value;
    const void *at = p->bytes;
    int r = p->how.summed ? check_sum(p, e) : 0;
    if (r)
        return r;
    if (p->how.deflated) {
        void *to = p->how.shuffled ? planes : wanted->values;
        if ((r = inflate_run(p->bytes, p->len, to, len, e)) != 0)
            return r;
        at = to;
    } else if (p->len != len) {
        return err_set(e, ERR_INPUT, "%zu bytes are stored where %zu belong", p->len, len);
    }
    if (p->how.shuffled)
        unshuffle(wanted->value, at, n, wanted->values);
    *plain = p->how.shuffled ? wanted->values : at;
    return 0;
}

int raster_nc_read(struct h5file *f, const struct h5raster_rows *wanted, void *planes,
                   struct raster_nc *out, struct err *e)
{
    struct h5raster_chunk packed;
    *out = (struct raster_nc){.values = wanted->values};
    int r = h5raster_read(f, wanted, &packed, e);
    if (r || !packed.bytes)
        return r;
    r = unpack(&packed, wanted, planes, &out->values, e);
    if (r == 0 && out->values == packed.bytes)
        out->owned = packed.bytes;
    else
        free(packed.bytes);
    return r ? err_wrap(e, "%s", wanted->var) : 0;
}

void raster_nc_clear(struct raster_nc *r) { free(r->owned); }

int raster_nc_copy(struct h5file *f, const struct h5raster_rows *wanted, void *planes,
                   struct err *e)
{
    struct raster_nc rows;
    int r = raster_nc_read(f, wanted, planes, &rows, e);
    if (r)
        return r;
    if (rows.owned)
        memcpy(wanted->values, rows.values,
               (size_t)wanted->px.w * (size_t)wanted->px.h * wanted->value);
    raster_nc_clear(&rows);
    return 0;
}
