#include "io/nclib.h"

#include <pthread.h>

/* netCDF-C keeps global state without a lock of its own; HDF5 below it is shared with our own calls. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

void nclib_lock(void)
{
    pthread_mutex_lock(&library);
    /* per thread in a thread-safe HDF5: its errors come back as values, never as text on stderr */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void nclib_unlock(void) { pthread_mutex_unlock(&library); }

const nc_type nclib_type[] = {[NC_KIND_TEXT] = NC_CHAR, [NC_KIND_UBYTE] = NC_UBYTE, [NC_KIND_USHORT] = NC_USHORT,
                              [NC_KIND_INT] = NC_INT,   [NC_KIND_FLOAT] = NC_FLOAT, [NC_KIND_DOUBLE] = NC_DOUBLE};
