#include "stages/folder/stage_file.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/log.h"

static int compare(struct ncfile *f, const struct stage_meta *here, struct err *e)
{
    struct stage_meta there;
    int r = stage_nc_read(f, &there, e);
    if (r)
        return r;
    r = stage_nc_same(&there, here, e);
    if (r)
        return r;
    for (int b = 0; b < BAND_COUNT; b++) {
        struct h5raster raster;
        if (!band_in(here->params.bands, b))
            continue;
        r = stage_nc_raster(f, band_table[b].name, &raster, e); /* checks that all chunks exist */
        if (r)
            return r;
    }
    return 0;
}

static int open_and_compare(const char *path, const struct stage_meta *here, struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    r = compare(f, here, e);
    ncfile_close(f);
    return r;
}

int stage_file_check(const char *path, const struct stage_meta *here, bool *keep, struct err *e)
{
    struct stat st;
    struct err why = ERR_INIT;
    *keep = false;
    if (stat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot be examined", path);
    int r = open_and_compare(path, here, &why);
    *keep = r == 0;
    if (r == ERR_USAGE)
        return err_set(e, ERR_USAGE,
                       "%s: %s; choose another --output, or --overwrite to replace it", path,
                       why.msg);
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (r)
        log_message(LOG_WARNING, here->product.name, "made again: %s: %s", path, why.msg);
    return 0;
}
