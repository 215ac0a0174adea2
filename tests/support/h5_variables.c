#include "support/h5_variables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

hid_t h5_create(const char *path, bool keep_order)
{
    hid_t list = H5Pcreate(H5P_FILE_CREATE);
    if (keep_order)
        assert_true(
            H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, list, H5P_DEFAULT);
    assert_true(file >= 0);
    H5Pclose(list);
    return file;
}

void h5_add_variable(hid_t file, const char *name, struct h5_stored s, bool fill)
{
    const hsize_t dims[3] = {H5_SIDE, H5_SIDE, H5_SIDE},
                  most[3] = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED};
    static unsigned char values[H5_SIDE * H5_SIDE * H5_SIDE * 8];
    for (int i = 0; i < H5_SIDE * H5_SIDE * H5_SIDE * 8; i++)
        values[i] = H5_VALUE(i);
    hid_t space = H5Screate_simple(s.n_dims, dims, s.unlimited ? most : NULL);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    if (s.chunk[0] > 0)
        assert_true(H5Pset_chunk(list, s.n_dims, s.chunk) >= 0);
    if (s.plain_edges)
        assert_true(H5Pset_chunk_opts(list, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) >= 0);
    if (s.checksum)
        assert_true(H5Pset_fletcher32(list) >= 0);
    if (s.shuffle == 1)
        assert_true(H5Pset_shuffle(list) >= 0);
    for (int i = 0; i < s.deflate; i++)
        assert_true(H5Pset_deflate(list, 1) >= 0);
    if (s.shuffle == 2) /* behind */
        assert_true(H5Pset_shuffle(list) >= 0);
    hid_t set = H5Dcreate2(file, name, s.type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(set >= 0);
    if (fill)
        assert_true(H5Dwrite(set, s.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Pclose(list);
    H5Sclose(space);
}

void h5_write_values(hid_t file, const char *name, hid_t type, const void *values)
{
    hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
}
