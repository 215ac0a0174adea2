#include "support/h5build.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program where HDF5 cannot do what it always can. */
static int64_t sure(int64_t result)
{
    if (result < 0)
        abort();
    return result;
}

/* ---- attributes ---- */

static hid_t number_type(enum nc_kind kind, enum att_form form)
{
    const bool wide = form == ATT_WIDE, big = form == ATT_BIG;
    if (form == ATT_DOUBLE)
        return H5T_IEEE_F64LE;
    switch (kind) {
    case NC_KIND_UBYTE:
        return wide ? H5T_STD_U16LE : H5T_STD_U8LE;
    case NC_KIND_USHORT:
        return wide ? H5T_STD_U32LE : big ? H5T_STD_U16BE : H5T_STD_U16LE;
    case NC_KIND_INT:
        return wide ? H5T_STD_I64LE : big ? H5T_STD_I32BE : H5T_STD_I32LE;
    case NC_KIND_FLOAT:
        return wide ? H5T_IEEE_F64LE : big ? H5T_IEEE_F32BE : H5T_IEEE_F32LE;
    default:
        return big ? H5T_IEEE_F64BE : H5T_IEEE_F64LE;
    }
}

static hid_t native_type(enum nc_kind kind)
{
    return kind == NC_KIND_UBYTE    ? H5T_NATIVE_UINT8
           : kind == NC_KIND_USHORT ? H5T_NATIVE_UINT16
           : kind == NC_KIND_INT    ? H5T_NATIVE_INT32
           : kind == NC_KIND_FLOAT  ? H5T_NATIVE_FLOAT
                                    : H5T_NATIVE_DOUBLE;
}

/* Takes over `space`. */
static void put(hid_t object, const char *name, hid_t stored, hid_t space, hid_t memory,
                const void *values)
{
    hid_t a = sure(H5Acreate2(object, name, stored, space, H5P_DEFAULT, H5P_DEFAULT));
    if (values)
        sure(H5Awrite(a, memory, values));
    H5Aclose(a);
    H5Sclose(space);
}

static hid_t list_of(hsize_t n) { return sure(H5Screate_simple(1, &n, NULL)); }

static hid_t text_type(size_t size, bool is_utf8)
{
    hid_t type = sure(H5Tcopy(H5T_C_S1));
    sure(H5Tset_size(type, size));
    if (is_utf8)
        sure(H5Tset_cset(type, H5T_CSET_UTF8));
    return type;
}

/* Strings that bring their own lengths. */
static void put_strings(hid_t object, const char *name, const char *text, enum att_form form)
{
    const char *twice[2] = {text, text};
    hid_t type = text_type(H5T_VARIABLE, form == ATT_BIG);
    hid_t space = form == ATT_TWICE    ? list_of(2)
                  : form == ATT_SINGLE ? list_of(1)
                                       : sure(H5Screate(H5S_SCALAR));
    put(object, name, type, space, type, twice);
    H5Tclose(type);
}

static void put_text(hid_t object, const char *name, const char *text, size_t n, enum att_form form)
{
    char padded[NCSPEC_ARENA] = "";
    memcpy(padded, text, n);
    if (form == ATT_CONVERTED) {
        put(object, name, H5T_STD_I32LE, list_of(1), H5T_NATIVE_INT32, &(int32_t){7});
        return;
    }
    if (form != ATT_PLAIN && form != ATT_DOUBLE && form != ATT_EMPTY) {
        put_strings(object, name, padded, form);
        return;
    }
    bool is_empty = form == ATT_EMPTY || n == 0;
    hid_t type = text_type(n + (form == ATT_DOUBLE || n == 0 ? 3 : 0), false);
    put(object, name, type, sure(H5Screate(is_empty ? H5S_NULL : H5S_SCALAR)), type,
        is_empty ? NULL : padded);
    H5Tclose(type);
}

static void put_numbers(hid_t object, const struct ncspec_att *a, const void *values,
                        enum att_form form)
{
    static const size_t size_of[] = {1, 1, 2, 4, 4, 8};
    unsigned char twice[2 * 64 * 8];
    size_t bytes = a->n * size_of[a->kind];
    if (form == ATT_CONVERTED) {
        put_text(object, a->name, "10", 2, ATT_PLAIN);
        return;
    }
    if (bytes > sizeof twice / 2)
        abort();
    memcpy(twice, values, bytes);
    memcpy(twice + bytes, values, bytes);
    hid_t space = form == ATT_EMPTY                 ? sure(H5Screate(H5S_NULL))
                  : form == ATT_SINGLE && a->n == 1 ? sure(H5Screate(H5S_SCALAR))
                                                    : list_of(a->n * (form == ATT_TWICE ? 2 : 1));
    put(object, a->name, number_type(a->kind, form), space, native_type(a->kind),
        form == ATT_EMPTY ? NULL : twice);
}

static void put_attributes(const struct h5build *b, int var, hid_t object)
{
    for (int i = 0; i < b->spec->n_atts; i++) {
        const struct ncspec_att *a = &b->spec->att[i];
        const void *value = b->spec->arena + a->offset;
        if (a->var != var || b->form[i] == ATT_ABSENT)
            continue;
        if (a->kind == NC_KIND_TEXT)
            put_text(object, a->name, value, a->n, b->form[i]);
        else
            put_numbers(object, a, value, b->form[i]);
    }
}

/* ---- dimensions: what H5DSset_scale and H5DSattach_scale write, as far as netCDF-C reads it ----
 */

static void put_terminated(hid_t object, const char *name, const char *text)
{
    hid_t type = text_type(strlen(text) + 1, false);
    put(object, name, type, sure(H5Screate(H5S_SCALAR)), type, text);
    H5Tclose(type);
}

static void make_scale(hid_t set, const char *name)
{
    put_terminated(set, "CLASS", "DIMENSION_SCALE");
    put_terminated(set, "NAME", name);
}

static void attach_scales(hid_t file, const struct ncspec *s, const struct ncspec_var *v, hid_t set)
{
    hobj_ref_t scale[2];
    hvl_t list[2];
    for (int i = 0; i < v->n_dims; i++) {
        sure(H5Rcreate(&scale[i], file, s->dim[v->dim[i]].name, H5R_OBJECT, -1));
        list[i] = (hvl_t){1, &scale[i]};
    }
    hid_t type = sure(H5Tvlen_create(H5T_STD_REF_OBJ));
    put(set, "DIMENSION_LIST", type, list_of((hsize_t)v->n_dims), type, list);
    H5Tclose(type);
}

static bool is_variable(const struct ncspec *s, const char *name)
{
    for (int i = 0; i < s->n_vars; i++)
        if (strcmp(s->var[i].name, name) == 0)
            return true;
    return false;
}

/* A dimension that is no variable. */
static void put_bare_dimension(hid_t file, const char *name, size_t len)
{
    char title[100];
    hid_t space = list_of(len);
    hid_t set =
        sure(H5Dcreate2(file, name, H5T_IEEE_F32BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    snprintf(title, sizeof title, "This is a netCDF dimension but not a netCDF variable.%10zu",
             len);
    make_scale(set, title);
    H5Dclose(set);
    H5Sclose(space);
}

/* ---- variables that are no rasters ---- */

static void put_small(const struct h5build *b, hid_t file, int i)
{
    const struct ncspec_var *v = &b->spec->var[i];
    double moved[H5BUILD_SIDE];
    size_t n = v->n_dims ? b->spec->dim[v->dim[0]].len : 1;
    const void *values = v->values;
    if (b->is_moved && v->n_dims == 1) {
        for (size_t k = 0; k < n; k++)
            moved[k] = ((const double *)values)[k] + 10;
        values = moved;
    }
    hid_t space = v->n_dims ? list_of(n) : sure(H5Screate(H5S_SCALAR));
    hid_t set = sure(H5Dcreate2(file, v->name, number_type(v->kind, ATT_PLAIN), space, H5P_DEFAULT,
                                H5P_DEFAULT, H5P_DEFAULT));
    sure(H5Dwrite(set, native_type(v->kind), H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    if (v->n_dims == 1 && !b->without_scales)
        make_scale(set, v->name);
    put_attributes(b, i, set);
    H5Dclose(set);
    H5Sclose(space);
}

/* ---- rasters ---- */

enum damage { DAMAGE_NONE, DAMAGE_FLIP, DAMAGE_SHORT, DAMAGE_UNFILTERED, DAMAGES };

/* How one is stored. */
struct storage {
    hid_t type;
    hsize_t dims[2], chunk[2]; /* chunk[0] 0: in one piece */
    int filter[3], n_filters; /* 1: deflate, 2: shuffle, 3: fletcher32 */
    bool is_summed, is_direct, is_early, is_unlimited;
    hsize_t rows; /* written */
    int fill; /* the value of those that are not */
    enum damage damage;
    int at;
};

static hid_t stored_type(enum h5raster_value value, bool is_big)
{
    return value == H5RASTER_BYTE     ? H5T_STD_U8LE
           : value == H5RASTER_USHORT ? (is_big ? H5T_STD_U16BE : H5T_STD_U16LE)
                                      : (is_big ? H5T_IEEE_F32BE : H5T_IEEE_F32LE);
}

static hid_t native_value(enum h5raster_value value)
{
    return value == H5RASTER_BYTE     ? H5T_NATIVE_UINT8
           : value == H5RASTER_USHORT ? H5T_NATIVE_UINT16
                                      : H5T_NATIVE_FLOAT;
}

/* Types that hold the numbers of no raster of ours. The last two are copies. */
static hid_t other_type(int which)
{
    hid_t type = H5Tcopy(which == 0   ? H5T_STD_I16LE
                         : which == 1 ? H5T_STD_I32LE
                         : which == 2 ? H5T_IEEE_F64LE
                         : which == 3 ? H5T_STD_I8LE
                                      : H5T_STD_U16LE);
    if (which == 4)
        sure(H5Tset_precision(type, 12));
    return type;
}

static void choose_filters(struct storage *s, struct choices *c)
{
    s->n_filters = choose(c, 4);
    for (int i = 0; i < s->n_filters; i++) {
        s->filter[i] = 1 + choose(c, 3);
        s->is_summed |= s->filter[i] != 2;
    }
}

static void choose_storage(struct storage *s, struct h5build_raster *r, struct choices *c)
{
    *s = (struct storage){
        .type = -1, .dims = {(hsize_t)r->height, (hsize_t)r->width}, .rows = (hsize_t)r->height};
    bool is_plain = choose(c, 4) == 0;
    r->is_other = !is_plain && choose(c, 8) == 1;
    s->type = r->is_other ? other_type(choose(c, 5))
                          : H5Tcopy(stored_type(r->value, !is_plain && choose(c, 2)));
    s->chunk[0] = s->dims[0];
    s->chunk[1] = s->dims[1];
    if (is_plain)
        return;
    if (choose(c, 4) == 1) {
        s->chunk[0] = 0;
        s->rows = choose(c, 4) == 1 ? 0 : s->rows;
        s->is_early = choose(c, 2);
        s->fill = choose(c, 4);
        return;
    }
    s->is_unlimited = choose(c, 4) == 1;
    int rows = choose(c, H5BUILD_SIDE), columns = choose(c, H5BUILD_SIDE);
    s->chunk[0] = rows == 0 || (rows > r->height && !s->is_unlimited) ? s->dims[0] : (hsize_t)rows;
    s->chunk[1] =
        columns == 0 || (columns > r->width && !s->is_unlimited) ? s->dims[1] : (hsize_t)columns;
    choose_filters(s, c);
    s->fill = choose(c, 4);
    s->is_early = choose(c, 4) == 1;
    if (choose(c, 8) == 1)
        s->rows = s->dims[0] / s->chunk[0] / 2 * s->chunk[0];
    s->damage = (enum damage)choose(c, DAMAGES);
    s->at = choose(c, 256);
}

static hid_t creation(const struct storage *s)
{
    hid_t list = sure(H5Pcreate(H5P_DATASET_CREATE));
    if (s->chunk[0] > 0)
        sure(H5Pset_chunk(list, 2, s->chunk));
    for (int i = 0; i < s->n_filters; i++)
        sure(s->filter[i] == 1   ? H5Pset_deflate(list, 1 + (unsigned)s->at % 9)
             : s->filter[i] == 2 ? H5Pset_shuffle(list)
                                 : H5Pset_fletcher32(list));
    if (s->fill || s->is_early) /* else HDF5 leaves unwritten values as they are */
        sure(H5Pset_fill_value(list, H5T_NATIVE_INT, &s->fill));
    sure(H5Pset_alloc_time(list, s->is_early ? H5D_ALLOC_TIME_EARLY : H5D_ALLOC_TIME_INCR));
    return list;
}

/* Rows that are not written have the fill value. */
static void fill_rest(struct h5build_raster *r, const struct storage *s)
{
    for (size_t i = (size_t)s->rows * (size_t)r->width; i < (size_t)r->width * (size_t)r->height;
         i++) {
        uint16_t number = (uint16_t)s->fill;
        float real = (float)s->fill;
        unsigned char *to = r->values + i * r->value;
        *to = (unsigned char)s->fill;
        if (r->value != H5RASTER_BYTE)
            memcpy(to, r->value == H5RASTER_USHORT ? (void *)&number : (void *)&real, r->value);
    }
}

static void write_rows(hid_t set, const struct h5build_raster *r, const struct storage *s)
{
    const hsize_t start[2] = {0, 0}, count[2] = {s->rows, s->dims[1]};
    if (s->rows == 0)
        return;
    hid_t space = sure(H5Dget_space(set)), memory = sure(H5Screate_simple(2, count, NULL));
    sure(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL));
    sure(H5Dwrite(set, native_value(r->value), memory, space, H5P_DEFAULT, r->values));
    H5Sclose(memory);
    H5Sclose(space);
}

/* All of the raster as one chunk of plain values, none of its filters applied. Only as the chunk's
 * first write: HDF5 1.10 does not take note of the filters if the size stays. */
static bool store_unfiltered(hid_t set, const struct h5build_raster *r, const struct storage *s)
{
    const hsize_t origin[2] = {0, 0};
    bool is_little = r->value == H5RASTER_BYTE || H5Tget_order(s->type) == H5T_ORDER_LE;
    if (s->damage != DAMAGE_UNFILTERED || r->is_other || s->is_early || !is_little ||
        s->rows < s->dims[0] || s->chunk[0] != s->dims[0] || s->chunk[1] != s->dims[1])
        return false;
    sure(H5Dwrite_chunk(set, H5P_DEFAULT, (1U << s->n_filters) - 1, origin,
                        (size_t)(s->dims[0] * s->dims[1]) * r->value, r->values));
    return true;
}

/* Readers may refuse it. */
static bool is_deflated_twice(const struct storage *s)
{
    int deflates = 0;
    for (int i = 0; i < s->n_filters; i++)
        deflates += s->filter[i] == 1;
    return deflates > 1;
}

/* Changes one byte of the first chunk's stored bytes, or takes some off. */
static void damage_chunk(hid_t set, struct h5build_raster *r, const struct storage *s)
{
    const hsize_t origin[2] = {0, 0};
    hsize_t len = 0;
    uint32_t mask = 0;
    if (H5Dget_chunk_storage_size(set, origin, &len) < 0 || len < 2)
        return;
    unsigned char *bytes = malloc(len);
    if (!bytes)
        abort();
    sure(H5Dread_chunk(set, H5P_DEFAULT, origin, &mask, bytes));
    if (s->damage == DAMAGE_SHORT && !r->is_other && s->n_filters > 0) {
        len = 1 + (hsize_t)s->at % (len - 1);
    } else {
        bytes[(hsize_t)s->at % len] ^= (unsigned char)(1 + s->at % 255);
        r->is_vague = !s->is_summed;
    }
    sure(H5Dwrite_chunk(set, H5P_DEFAULT, mask, origin, len, bytes));
    free(bytes);
}

/* Attributes that make other numbers of the stored ones, and one that does not. */
static void put_scale(hid_t set, struct h5build_raster *r, int which)
{
    const double number = which == 2 ? 0.5 : which == 3 ? 0 : 1;
    if (which < 1 || which > 4)
        return;
    const char *name = which == 4 ? "add_offset" : "scale_factor";
    put(set, name, H5T_IEEE_F64LE, list_of(1), H5T_NATIVE_DOUBLE, &number);
    r->is_other |= which > 1;
}

static void put_raster(const struct h5build *b, hid_t file, int i, struct h5build_raster *r,
                       struct choices *c)
{
    static const hsize_t unlimited[2] = {H5S_UNLIMITED, H5S_UNLIMITED};
    struct storage s;
    choose_storage(&s, r, c);
    hid_t list = creation(&s);
    hid_t space = sure(H5Screate_simple(2, s.dims, s.is_unlimited ? unlimited : NULL));
    hid_t set = sure(H5Dcreate2(file, r->name, s.type, space, H5P_DEFAULT, list, H5P_DEFAULT));
    fill_rest(r, &s);
    if (!store_unfiltered(set, r, &s))
        write_rows(set, r, &s);
    if (s.damage == DAMAGE_FLIP || s.damage == DAMAGE_SHORT) {
        sure(H5Dflush(set));
        damage_chunk(set, r, &s);
    }
    if (!b->without_scales)
        attach_scales(file, b->spec, &b->spec->var[i], set);
    put_attributes(b, i, set);
    put_scale(set, r, choose(c, 16));
    r->is_whole = !r->is_other && !is_deflated_twice(&s) && s.rows == s.dims[0] &&
                  (s.damage == DAMAGE_NONE || s.damage == DAMAGE_UNFILTERED);
    H5Dclose(set);
    H5Sclose(space);
    H5Pclose(list);
    H5Tclose(s.type);
}

/* ---- what no file of ours has ---- */

static void put_strangers(hid_t file, int which)
{
    const hsize_t dims[3] = {2, 3, 4};
    const int rank = which == 1 ? 3 : which == 2 ? 2 : 0;
    hid_t type = which == 3   ? text_type(H5T_VARIABLE, true)
                 : which == 5 ? sure(H5Tcreate(H5T_OPAQUE, 4))
                              : sure(H5Tcopy(H5T_IEEE_F64BE));
    if (which >= 1 && which <= 3) {
        hid_t space = rank ? sure(H5Screate_simple(rank, dims, NULL)) : sure(H5Screate(H5S_SCALAR));
        H5Dclose(
            sure(H5Dcreate2(file, "stranger", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
        H5Sclose(space);
    } else if (which == 4) {
        H5Gclose(sure(H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
    } else if (which == 5) {
        sure(H5Tcommit2(file, "kind", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    } else if (which == 6) {
        put_bare_dimension(file, "time", 3);
    } else if (which == 7) {
        put_text(file, "history", "somebody was here", 17, ATT_BIG);
    }
    H5Tclose(type);
}

static hid_t create_file(struct choices *c, const char *path)
{
    const unsigned order = choose(c, 8) == 1 ? 0 : H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t create = sure(H5Pcreate(H5P_FILE_CREATE)), access = sure(H5Pcreate(H5P_FILE_ACCESS));
    sure(H5Pset_link_creation_order(create, order));
    sure(H5Pset_attr_creation_order(create, order));
    if (choose(c, 4) == 1)
        sure(H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST));
    hid_t file = sure(H5Fcreate(path, H5F_ACC_TRUNC, create, access));
    H5Pclose(access);
    H5Pclose(create);
    return file;
}

void h5build_file(struct h5build *b, struct choices *c, const char *path)
{
    struct h5build_raster *r = b->raster;
    hid_t file = create_file(c, path);
    b->without_scales = choose(c, 8) == 1;
    b->is_moved = choose(c, 8) == 1;
    put_strangers(file, choose(c, 16));
    put_attributes(b, NCSPEC_GLOBAL, file);
    for (int i = 0; i < b->spec->n_vars; i++)
        if (b->spec->var[i].n_dims < 2)
            put_small(b, file, i);
    for (int i = 0; i < b->spec->n_dims && !b->without_scales; i++)
        if (!is_variable(b->spec, b->spec->dim[i].name))
            put_bare_dimension(file, b->spec->dim[i].name, b->spec->dim[i].len);
    for (int i = 0; i < b->spec->n_vars; i++)
        if (b->spec->var[i].n_dims == 2)
            put_raster(b, file, i, r++, c);
    sure(H5Fclose(file));
}

void h5build_keep_memory(void)
{
    enum { ALL = 1 << 20, ONE = 1 << 16 }; /* HDF5's own limits */
    sure(H5set_free_list_limits(ALL, ONE, ALL, ONE, ALL, ONE));
}
