#include "stages/folder/file_row.h"

#include <stdlib.h>
#include <string.h>

#include "io/netcdf/head_nc.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/schema.h"

static int make(struct measure_work *work, struct manifest *m, struct ncfile *f,
                struct manifest_row *row, struct err *e)
{
    struct class_layers layers;
    char digest[PARAMS_DIGEST_SIZE];
    struct h5file *h5 = ncfile_h5(f);
    int r = measure_file(work, m->bands, h5, row, e);
    if (r == 0)
        r = head_nc_sum(h5, ncfile_path(f), &row->file_sum, e);
    if (r)
        return r;
    if (ncfile_text(f, NULL, SCHEMA_ATT_DIGEST, digest, sizeof digest))
        memcpy(row->digest, digest, sizeof row->digest);
    r = layers_list(h5, &layers, e);
    if (r)
        return r;
    r = measure_add_layers(m, &layers, e);
    if (r == 0)
        r = measure_layers(work, m, h5, &layers, row, e);
    free(layers.s);
    return r;
}

int file_row_make(struct measure_work **work, struct manifest *m, const char *path,
                  struct manifest_row *row, struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    row->is_altered = false;
    r = measure_reserve(work, f, e);
    if (r == 0)
        r = make(*work, m, f, row, e);
    ncfile_close(f);
    return r ? err_wrap(e, "%s", path) : 0;
}
