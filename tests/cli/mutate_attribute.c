/* mutate_attribute FILE SEED: gives one attribute of a NetCDF4 file another value, always in the
 * same way for the same seed: one bit of a number or character. The file stays a valid one, which
 * no checksum of HDF5's finds fault with. Prints VARIABLE:ATTRIBUTE; of the file itself,
 * :ATTRIBUTE. What netCDF keeps for itself (dimension scales) is left alone. */
#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 1024, VALUE = 4096 };

struct place {
    char var[64], att[64];
};
static struct place places[PLACES];
static size_t n_places;

static bool is_netcdfs(const char *name)
{
    static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST",
                                        "DIMENSION_LABELS"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] == '_';
}

static herr_t add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *var)
{
    (void)object;
    (void)info;
    if (!is_netcdfs(name) && n_places < PLACES) {
        snprintf(places[n_places].var, sizeof places->var, "%s", (const char *)var);
        snprintf(places[n_places++].att, sizeof places->att, "%s", name);
    }
    return 0;
}

static herr_t add_object(hid_t file, const char *name, const H5L_info_t *info, void *ctx)
{
    char var[64];
    (void)info;
    (void)ctx;
    snprintf(var, sizeof var, "%s", name);
    hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    herr_t r = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, var);
    H5Oclose(object);
    return r;
}

/* Reads its value, and changes one bit of it. */
static bool read_changed(hid_t a, hid_t type, unsigned seed, unsigned char value[VALUE])
{
    size_t size = (size_t)H5Aget_storage_size(a);
    if (size == 0 || size > VALUE || H5Aread(a, type, value) < 0)
        return false;
    bool is_text = H5Tget_class(type) == H5T_STRING;
    value[seed / 8 % size] ^= (unsigned char)(1U << seed % (is_text ? 5 : 8));
    return true;
}

/* HDF5 1.10 cannot overwrite one of many attributes: it is made again. */
static bool change(hid_t file, const struct place *p, unsigned seed)
{
    static unsigned char value[VALUE];
    hid_t object = H5Oopen(file, p->var, H5P_DEFAULT);
    hid_t a = H5Aopen(object, p->att, H5P_DEFAULT);
    hid_t type = H5Aget_type(a), space = H5Aget_space(a);
    bool ok = type >= 0 && space >= 0 && read_changed(a, type, seed, value);
    H5Aclose(a);
    if (!ok || H5Adelete(object, p->att) < 0)
        return false;
    a = H5Acreate2(object, p->att, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = a >= 0 && H5Awrite(a, type, value) >= 0 && H5Aclose(a) >= 0;
    H5Sclose(space);
    H5Tclose(type);
    H5Oclose(object);
    return ok;
}

int main(int argc, char **argv)
{
    char global[] = ".";
    if (argc != 3)
        return 2;
    hid_t file = H5Fopen(argv[1], H5F_ACC_RDWR, H5P_DEFAULT);
    if (file < 0 ||
        H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, global) < 0 ||
        H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, NULL, add_object, NULL) < 0 || n_places == 0)
        return 1;
    /* every attribute has its turn, each time with another bit */
    unsigned seed = (unsigned)strtoul(argv[2], NULL, 10);
    const struct place *p = &places[seed * 7919U % n_places];
    if (!change(file, p, seed * 2654435761U >> 8))
        return 1;
    printf("%s:%s\n", strcmp(p->var, ".") == 0 ? "" : p->var, p->att);
    return H5Fclose(file) < 0;
}
