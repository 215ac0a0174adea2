#include "stages/keep/found_layer.h"

#include <stdlib.h>

#include "core/mem.h"
#include "io/netcdf/schema.h"

static int read_layer(struct h5file *f, const char *name, int32_t size, struct found_layer *out,
                      struct err *e)
{
    struct class_layer layer;
    int r = layers_describe_one(f, name, &layer, e);
    if (r)
        return r;
    layers_map(f, &layer, &out->map);
    layers_origin(f, name, &out->origin);
    r = layers_read(f, name, size, out->px, e);
    return r ? r : layers_check(&layer, out->px, size, e);
}

int found_layer_read(struct h5file *f, const char *name, int32_t size, struct found_layer *out,
                     struct err *e)
{
    *out = (struct found_layer){.px = mem_alloc((size_t)size, (size_t)size)};
    if (!out->px)
        return err_nomem(e, (size_t)size * (size_t)size);
    int r = read_layer(f, name, size, out, e);
    if (r)
        found_layers_clear(out, 1);
    return r;
}

void found_layers_clear(struct found_layer *found, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(found[i].px);
        found[i].px = NULL;
    }
}

static int by_order(const void *a, const void *b)
{
    return schema_layer_order(((const struct layer *)a)->map->layer,
                              ((const struct layer *)b)->map->layer);
}

void found_layers_order(const struct found_layer *found, size_t n, struct layer *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (struct layer){&found[i].map, found[i].px, &found[i].origin};
    qsort(out, n, sizeof *out, by_order);
}
