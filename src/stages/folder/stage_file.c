#include "stages/folder/stage_file.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/log.h"

static int compare(struct ncfile *f, const struct stage_meta *here, struct err *e)
{
    struct stage_meta there;
    struct h5raster how;
    int failed = stage_nc_read(f, &there, e);
    if (failed == 0)
        failed = stage_nc_same(&there, here, e);
    for (int b = 0; failed == 0 && b < BAND_COUNT; b++)
        if (band_in(here->params.bands, b))
            failed = stage_nc_raster(f, band_table[b].name, &how, e); /* is every chunk there? */
    return failed;
}

int stage_file_look(const char *path, const struct stage_meta *here, bool *keep, struct err *e)
{
    struct stat st;
    struct ncfile *f;
    struct err why = ERR_INIT;
    *keep = false;
    if (stat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot be looked at", path);
    int failed = ncfile_open(path, &f, &why);
    if (failed == 0) {
        failed = compare(f, here, &why);
        ncfile_close(f);
    }
    *keep = failed == 0;
    if (failed == ERR_USAGE)
        return err_set(e, ERR_USAGE,
                       "%s: %s; choose another --output, or --overwrite to replace it", path,
                       why.msg);
    if (failed == ERR_TEMPORARY) {
        *e = why;
        return failed;
    }
    if (failed)
        log_message(LOG_WARNING, here->product.name, "made again: %s: %s", path, why.msg);
    return 0;
}
