#include "io/netcdf/nclib.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* netCDF-C keeps global state without a lock. Its HDF5 is the one that this program calls. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

static bool is_set_up, is_broken;
static _Thread_local int cause;

/* HDF5 reports errno in words: "file write failed: ..., errno = 28, error message = ..." */
static herr_t find_errno(unsigned n, const H5E_error2_t *error, void *unused)
{
    static const char mark[] = "errno = ";
    const char *at = error->desc ? strstr(error->desc, mark) : NULL;
    (void)n;
    (void)unused;
    if (at)
        cause = atoi(at + sizeof mark - 1);
    else if (cause == 0 && error->maj_num == H5E_RESOURCE && error->min_num == H5E_NOSPACE)
        cause = ENOMEM;
    return 0;
}

/* HDF5 calls it for each failed call, netCDF-C's too, before the next call clears the error. */
static herr_t note_failure(hid_t stack, void *unused)
{
    return H5Ewalk2(stack, H5E_WALK_UPWARD, find_errno, unused);
}

void nclib_lock(void)
{
    pthread_mutex_lock(&library);
    if (!is_set_up) {
        /* at exit HDF5 would close objects that it could not close before, and crash; every file is
         * closed explicitly */
        H5dont_atexit();
        /* if memory is short here, later errors of HDF5 say nothing about a file */
        is_broken =
            H5open() < 0 || nc_initialize() != NC_NOERR; /* nc_initialize sets its own handler */
        is_set_up = true;
    }
    cause = is_broken ? ENOMEM : 0;
    /* per thread in a thread-safe HDF5: errors are returned and never printed to stderr */
    H5Eset_auto2(H5E_DEFAULT, note_failure, NULL);
}

void nclib_unlock(void)
{
    /* a thread that ends with errors on its stack would leak them */
    H5Eclear2(H5E_DEFAULT);
    pthread_mutex_unlock(&library);
}

int nclib_cause(void) { return cause; }

int nclib_blame(int r, struct err *e)
{
    static const int refusals[] = {ENOMEM, EMFILE, ENFILE,    EIO,   EAGAIN,
                                   EINTR,  ESTALE, ETIMEDOUT, EACCES};
    for (size_t i = 0; r == ERR_INPUT && i < sizeof refusals / sizeof *refusals; i++)
        if (cause == refusals[i]) {
            struct err why = ERR_INIT;
            if (e)
                why = *e;
            return err_sys(e, ERR_INPUT, cause, "%s", why.msg);
        }
    return r;
}

/* HDF5 gives out identifiers in rising order, separately for each type of object. */
struct nclib_mark nclib_mark(void)
{
    struct nclib_mark mark = {H5Pcreate(H5P_FILE_CREATE), H5Tcopy(H5T_NATIVE_INT)};
    if (mark.list >= 0)
        H5Pclose(mark.list);
    if (mark.type >= 0)
        H5Tclose(mark.type);
    return mark;
}

void nclib_sweep(struct nclib_mark from, struct nclib_mark to)
{
    for (hid_t id = from.list + 1; from.list >= 0 && id < to.list; id++)
        if (H5Iis_valid(id) > 0 && H5Iget_type(id) == H5I_GENPROP_LST &&
            H5Pisa_class(id, H5P_FILE_CREATE) > 0)
            H5Pclose(id);
    for (hid_t id = from.type + 1; from.type >= 0 && id < to.type; id++)
        if (H5Iis_valid(id) > 0 && H5Iget_type(id) == H5I_DATATYPE)
            H5Tclose(id);
}

void nclib_forget(void)
{
    nclib_lock();
    (void)H5set_free_list_limits(0, 0, 0, 0, 0, 0);
    nclib_unlock();
#ifdef M_PERTURB
    mallopt(M_PERTURB, 0xa5);
#endif
}

const nc_type nclib_type[] = {
    [NC_KIND_TEXT] = NC_CHAR, [NC_KIND_UBYTE] = NC_UBYTE, [NC_KIND_USHORT] = NC_USHORT,
    [NC_KIND_INT] = NC_INT,   [NC_KIND_FLOAT] = NC_FLOAT, [NC_KIND_DOUBLE] = NC_DOUBLE};
