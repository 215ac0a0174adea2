/* NetCDF4 files as other tools write them again, and damage where HDF5 stands it: the bytes decide
 * what the file says and how it is stored (support/h5build.h). Readers give exactly the numbers
 * that were put in, or refuse the file with a reason; and a file with nothing wrong is not
 * refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/netcdf/examine.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/raster_nc.h"
#include "io/netcdf/stage_nc.h"
#include "io/netcdf/stage_sum.h"
#include "io/netcdf/subscene_nc.h"
#include "support/h5build.h"
#include "support/memory_file.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE = H5BUILD_SIDE, SAMPLES = SIDE * SIDE, BANDS = 3 };

/* What is put into the file. */
struct model {
    struct h5build file;
    bool is_changed; /* an attribute is not as it was */
    double x_m[SIDE], y_m[SIDE];
    struct product product;
    struct params params;
    int n_bands, band[BANDS]; /* by raster */
    uint16_t dn[BANDS][SAMPLES];
    bool is_bad[BANDS]; /* a sample is none that bands have */
    struct stage_meta stage;
    char parameters[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    struct subscene_meta subscene;
    struct class_map map;
    struct class_origin origin;
    struct schema_layer layer;
};

static struct model model;
static struct ncspec spec;

static char last_refusal[sizeof(struct err)];

static void fail(const char *what, int line)
{
    fprintf(stderr, "fuzz_netcdf.c:%d: not so: %s\nlast refusal: %s\n", line, what, last_refusal);
    abort();
}
#define must(holds) ((holds) ? (void)0 : fail(#holds, __LINE__))

/* Whatever is refused is bad input, with a reason. */
static bool accepted(int r, struct err *e)
{
    snprintf(last_refusal, sizeof last_refusal, "%s", e->msg);
    must(r == 0 || (r == ERR_INPUT && (int)e->code == r && e->msg[0] != '\0'));
    *e = ERR_INIT;
    return r == 0;
}

/* ---- what is put in ---- */

static void choose_product(struct model *m, struct choices *c)
{
    const struct geogrid grid = {
        choose(c, 2) ? 32718 : 32635,     300000, 6500040, 10, 1 + (19 + choose(c, SIDE)) % SIDE,
        1 + (16 + choose(c, SIDE)) % SIDE};
    bool is_ground = choose(c, 2);
    m->product =
        (struct product){.name = "S2A_MSIL1C_20220125T151701_N0511_R125_T35VLF_20220125T190036",
                         .baseline = "05.11",
                         .spacecraft = "Sentinel-2A",
                         .tile_id = "T35VLF",
                         .sensing_time = "2022-01-25T15:17:01.024Z",
                         .sensing_compact = "20220125T151701",
                         .generation_time = "2022-01-25T19:00:36.000000Z",
                         .quantification = 10000,
                         .saturated = 65535,
                         .has_offset = true,
                         .grid = {grid}};
    memcpy(m->product.level, is_ground ? "L2A" : "L1C", 4);
    for (int b = 0; b < BAND_COUNT; b++)
        m->product.band[b] = (struct product_band){
            .offset = band_table[b].kind == BAND_REFLECTANCE ? -1000 - b : 0,
            .wavelength_nm = band_table[b].wavelength_nm,
            .quantification = band_table[b].kind == BAND_ATMOSPHERE ? 1000 : 0};
    m->params = (struct params){.size = 16,
                                .resolution_m = 10,
                                .filter = "sinc",
                                .lobes = 4,
                                .engine = "fft",
                                .keep_offset = choose(c, 2),
                                .deflate = choose(c, 10)};
}

static void choose_bands(struct model *m, int n, struct choices *c)
{
    static const int some[] = {1, 4, BAND_AOT, BAND_TCI_R, 10, BAND_WVP};
    int first = choose(c, 6);
    m->n_bands = n;
    m->params.bands = 0;
    for (int i = 0; i < n; i++)
        m->params.bands |= (band_set)1 << some[(first + i) % 6];
    for (int i = 0; i < n; i++)
        m->band[i] = band_set_nth(m->params.bands, i);
}

static void choose_place(struct model *m, struct choices *c)
{
    struct stage_meta *s = &m->stage;
    const struct geogrid *g = &m->product.grid[PRODUCT_GRID_10];
    static const int32_t pixels[] = {10, 20, 60};
    struct lattice l;
    m->params.resolution_m = pixels[choose(c, 3)];
    *s = (struct stage_meta){.kind = (enum stage_kind)choose(c, 3)};
    choose_bands(m, s->kind == STAGE_CUT ? 2 : 1, c);
    s->grid = geogrid_with_pixel(g, s->kind == STAGE_DECODED ? band_table[m->band[0]].pixel_m
                                                             : m->params.resolution_m);
    s->px = (struct rect){0, 0, s->grid.width, s->grid.height};
    if (s->kind == STAGE_CUT) {
        m->params.overlap = choose(c, 3) * 0.25;
        m->params.edge = (enum edge_policy)choose(c, 3);
        if (s->grid.width < m->params.size || s->grid.height < m->params.size)
            m->params.edge = EDGE_PAD;
        must(lattice_init(&l, m->params.size, m->params.overlap, m->params.edge, s->grid.width,
                          s->grid.height, NULL) == 0);
        s->x = choose(c, 256) % l.cols;
        s->y = choose(c, 256) % l.rows;
        s->px = lattice_cell(&l, s->x, s->y);
    }
    s->product = m->product;
    s->params = m->params;
}

static void describe_stage(struct model *m, struct choices *c)
{
    int band_var[BAND_COUNT];
    choose_place(m, c);
    stage_nc_describe(&m->stage, m->stage.px.h, &spec, band_var, m->x_m, m->y_m);
}

static void describe_subscene(struct model *m, struct choices *c)
{
    struct schema_vars vars;
    m->params.size = 1 + (15 + choose(c, SIDE)) % SIDE;
    m->params.profile = choose(c, 2) ? PROFILE_KAPPAZETA : PROFILE_GEOREF;
    choose_bands(m, BANDS, c);
    class_map_init(&m->map);
    memcpy(m->map.layer, "Label", 6);
    m->map.flags = 2;
    m->map.flag[0] = (struct class_flag){1, "CLEAR"};
    m->map.flag[1] = (struct class_flag){4, "CLOUD"};
    m->origin =
        (struct class_origin){"cvat a.xml", "0123456789abcdef", "label", "0123456789abcdef"};
    m->layer = (struct schema_layer){&m->map, choose(c, 2) ? &m->origin : NULL};
    params_format(&m->params, m->parameters);
    params_digest(m->parameters, m->digest);
    m->subscene = (struct subscene_meta){.product = &m->product,
                                         .params = &m->params,
                                         .parameters = m->parameters,
                                         .digest = m->digest,
                                         .last_modified = "2022-01-25 19:00:36",
                                         .grid = &m->product.grid[PRODUCT_GRID_10],
                                         .px = {m->params.size, 0, m->params.size, m->params.size},
                                         .x = 1,
                                         .valid_fraction = 0.5,
                                         .content_hash = "0123456789abcdef",
                                         .layer = &m->layer,
                                         .layers = choose(c, 2)};
    schema_describe(&m->subscene, &spec, &vars, m->x_m, m->y_m);
}

/* Some attributes take another form, or another value. */
static void change_attributes(struct model *m, struct choices *c)
{
    int changes = choose(c, 4);
    bool is_old = choose(c, 2); /* without a checksum */
    memset(m->file.form, 0, sizeof m->file.form);
    m->is_changed = false;
    for (int i = 0; is_old && i < spec.n_atts; i++)
        if (strcmp(spec.att[i].name, STAGE_SUM_ATT) == 0)
            m->file.form[i] = ATT_ABSENT;
    for (int k = 0; k < changes && spec.n_atts > 0; k++) {
        int i = choose(c, 256) % spec.n_atts, form = choose(c, ATT_FORMS + 1);
        struct ncspec_att *a = &spec.att[i];
        unsigned char *value = (unsigned char *)spec.arena + a->offset;
        /* flags are bytes, nothing else */
        m->is_changed |= form >= ATT_DOUBLE || (form == ATT_WIDE && a->kind == NC_KIND_UBYTE);
        if (m->file.form[i] == ATT_ABSENT)
            continue;
        if (form < ATT_FORMS)
            m->file.form[i] = (enum att_form)form;
        else if (a->kind == NC_KIND_TEXT && a->n > 0)
            value[(size_t)choose(c, 256) % a->n] = (unsigned char)(' ' + choose(c, 95));
        else if (a->n > 0)
            value[0] ^= (unsigned char)(1 + choose(c, 255));
    }
}

static void fill_raster(const struct model *m, struct h5build_raster *r, int i, struct choices *c)
{
    size_t n = (size_t)r->width * (size_t)r->height;
    bool is_band = i < m->n_bands, is_byte = is_band && band_is_byte(m->band[i]);
    int seed = choose(c, 256), bad = choose(c, 8);
    for (size_t k = 0; k < n; k++) {
        uint16_t dn = (uint16_t)(k * 257 + (size_t)seed * 1009);
        float stored = (float)dn / 65535.0f;
        if (is_byte && bad != 1)
            dn %= 256;
        if (r->value == H5RASTER_BYTE)
            r->values[k] = is_band || bad == 1 ? (uint8_t)dn : k % 3 ? 1 : 4;
        else if (r->value == H5RASTER_USHORT)
            memcpy(r->values + 2 * k, &dn, sizeof dn);
        else
            memcpy(r->values + 4 * k, &stored, sizeof stored);
    }
    if (bad == 1 && r->value == H5RASTER_FLOAT)
        memcpy(r->values, &(float){seed % 2 ? NAN : 0.5f}, sizeof(float));
}

static void fill_rasters(struct model *m, struct choices *c)
{
    struct h5build *b = &m->file;
    b->spec = &spec;
    b->n_rasters = 0;
    for (int i = 0; i < spec.n_vars; i++) {
        const struct ncspec_var *v = &spec.var[i];
        if (v->n_dims < 2)
            continue;
        struct h5build_raster *r = &b->raster[b->n_rasters];
        *r = (struct h5build_raster){.name = v->name,
                                     .value = v->kind == NC_KIND_UBYTE    ? H5RASTER_BYTE
                                              : v->kind == NC_KIND_USHORT ? H5RASTER_USHORT
                                                                          : H5RASTER_FLOAT,
                                     .height = (int32_t)spec.dim[v->dim[0]].len,
                                     .width = (int32_t)spec.dim[v->dim[1]].len};
        fill_raster(m, r, b->n_rasters++, c);
    }
}

/* The digital number that a stored value stands for, or −1. */
static int number_of(const struct h5build_raster *r, size_t k, bool is_byte)
{
    uint16_t dn;
    float real;
    if (r->value == H5RASTER_BYTE)
        return r->values[k];
    if (r->value == H5RASTER_USHORT) {
        memcpy(&dn, r->values + 2 * k, sizeof dn);
        return is_byte && dn > UINT8_MAX ? -1 : dn;
    }
    memcpy(&real, r->values + 4 * k, sizeof real);
    if (!(real >= 0 && real <= 1))
        return -1;
    dn = (uint16_t)lroundf(real * 65535.0f);
    return (float)dn / 65535.0f == real ? dn : -1;
}

/* What must come back: known when h5build_file has decided what is written. */
static void take_samples(struct model *m)
{
    for (int i = 0; i < m->n_bands; i++) {
        const struct h5build_raster *r = &m->file.raster[i];
        m->is_bad[i] = false;
        for (size_t k = 0; k < (size_t)r->width * (size_t)r->height; k++) {
            int dn = number_of(r, k, band_is_byte(m->band[i]));
            m->is_bad[i] |= dn < 0;
            m->dn[i][k] = (uint16_t)(dn < 0 ? 0 : dn);
        }
    }
}

/* ---- rasters ---- */

static void check_rows(struct h5file *f, const struct h5build_raster *r, int32_t y, int32_t h,
                       size_t room)
{
    static unsigned char values[2 * SAMPLES * 4], planes[sizeof values];
    size_t line = (size_t)r->width * r->value;
    struct err e = ERR_INIT;
    struct raster_nc rows;
    const struct h5raster_rows wanted = {r->name,        r->value, {0, y, r->width, h},
                                         h == r->height, values,   room};
    must(room <= sizeof values);
    bool ok = accepted(raster_nc_read(f, &wanted, planes, &rows, &e), &e);
    must(ok || !r->is_whole);
    if (!ok)
        return;
    must(r->is_vague || memcmp(rows.values, r->values + line * (size_t)y, line * (size_t)h) == 0);
    raster_nc_clear(&rows);
}

static void check_raster(struct h5file *f, const struct h5build_raster *r)
{
    size_t line = (size_t)r->width * r->value;
    int32_t half = r->height / 2;
    struct h5raster how;
    struct err e = ERR_INIT;
    for (int value = H5RASTER_BYTE; value <= H5RASTER_FLOAT; value *= 2) {
        bool is = accepted(h5raster_describe(f, r->name, (enum h5raster_value)value, &how, &e), &e);
        must(!is || (value == (int)r->value && !r->is_other && how.width == r->width &&
                     how.height == r->height));
        must(is || value != (int)r->value || !r->is_whole);
    }
    if (r->is_other)
        return;
    check_rows(f, r, 0, r->height, sizeof r->values * 2);
    check_rows(f, r, 0, r->height, line * (size_t)r->height);
    check_rows(f, r, half, r->height - half, sizeof r->values * 2);
    check_rows(f, r, half, 1, line);
}

static void check_rasters(const struct model *m, struct h5file *f)
{
    for (int i = 0; i < m->file.n_rasters; i++)
        check_raster(f, &m->file.raster[i]);
}

/* Nothing is wrong with the file. */
static bool is_whole(const struct model *m)
{
    bool whole = !m->is_changed && !m->file.without_scales && !m->file.is_moved;
    for (int i = 0; i < m->file.n_rasters; i++)
        whole &= m->file.raster[i].is_whole;
    return whole;
}

/* ---- stage files ---- */

static const struct ncspec_att *find_attribute(const struct ncspec *s, const char *var,
                                               const char *name)
{
    for (int i = 0; i < s->n_atts; i++) {
        const char *of = s->att[i].var < 0 ? "" : s->var[s->att[i].var].name;
        if (strcmp(of, var) == 0 && strcmp(s->att[i].name, name) == 0)
            return &s->att[i];
    }
    return NULL;
}

/* Does the next stage use it? */
static bool is_used(const struct ncspec *s, const struct ncspec_att *a)
{
    static const char *const unused[] = {"version", "Conventions", "upper_left_pixel"};
    for (size_t i = 0; a->var < 0 && i < sizeof unused / sizeof *unused; i++)
        if (strcmp(a->name, unused[i]) == 0)
            return false;
    return a->var < 0 ||
           (s->var[a->var].n_dims == 2 &&
            (strcmp(a->name, "wavelength_nm") == 0 || strstr(a->name, "_add_offset") ||
             strcmp(a->name, "quantification_value") == 0));
}

/* What was read, described again, is what was put in. */
static void compare_meta(const struct stage_meta *found)
{
    static struct ncspec again;
    static double axes[2 * SIDE];
    int band_var[BAND_COUNT];
    must(found->px.w <= SIDE && found->px.h <= SIDE);
    stage_nc_describe(found, found->px.h, &again, band_var, axes, axes + SIDE);
    for (int i = 0; i < again.n_atts; i++) {
        const struct ncspec_att *a = &again.att[i];
        if (!is_used(&again, a))
            continue;
        const struct ncspec_att *in =
            find_attribute(&spec, a->var < 0 ? "" : again.var[a->var].name, a->name);
        enum att_form form = in ? model.file.form[in - spec.att] : ATT_ABSENT;
        if (form == ATT_EMPTY && in->kind == NC_KIND_TEXT && a->n == 0)
            continue;
        if (form == ATT_ABSENT && strcmp(a->name, STAGE_SUM_ATT) == 0)
            continue;
        must(form < ATT_KEEPING && in->kind == a->kind && in->n == a->n);
        size_t bytes = a->n * (a->kind == NC_KIND_TEXT     ? 1
                               : a->kind == NC_KIND_DOUBLE ? sizeof(double)
                                                           : sizeof(int32_t));
        must(memcmp(spec.arena + in->offset, again.arena + a->offset, bytes) == 0);
    }
}

static void check_samples(struct model *m, struct ncfile *f, int i, int32_t y, int32_t h)
{
    static uint16_t back[SAMPLES], scratch[4 * SAMPLES];
    const struct h5build_raster *r = &m->file.raster[i];
    struct view dst = {back, r->width, r->width, h};
    struct err e = ERR_INIT;
    bool ok = accepted(stage_nc_read_rows(f, r->name, y, dst, scratch, 2 * SAMPLES, &e), &e);
    must(ok || !r->is_whole || m->is_bad[i]);
    if (!ok || r->is_vague)
        return;
    must(!r->is_other && (!m->is_bad[i] || y > 0));
    must(m->is_bad[i] || memcmp(back, m->dn[i] + (ptrdiff_t)y * r->width,
                                sizeof *back * (size_t)r->width * (size_t)h) == 0);
}

static void check_stage(struct model *m, struct ncfile *f)
{
    static struct stage_meta found;
    struct err e = ERR_INIT;
    bool ok = accepted(stage_nc_read(f, &found, &e), &e);
    must(ok || !is_whole(m));
    if (ok)
        compare_meta(&found);
    for (int i = 0; i < m->n_bands; i++) {
        int32_t h = m->file.raster[i].height;
        check_samples(m, f, i, 0, h);
        check_samples(m, f, i, h / 2, h - h / 2);
    }
}

/* ---- subscenes ---- */

static void check_bands(const struct model *m, struct h5file *f)
{
    static uint16_t back[SAMPLES];
    static unsigned char scratch[8 * SAMPLES];
    struct err e = ERR_INIT;
    for (int i = 0; i < m->n_bands; i++) {
        const struct h5build_raster *r = &m->file.raster[i];
        bool ok =
            accepted(subscene_nc_read_band(f, r->name, m->params.size, back, scratch, &e), &e);
        must(ok || !r->is_whole || m->is_bad[i]);
        must(!ok || (!r->is_other && (!m->is_bad[i] || r->is_vague)));
        must(!ok || r->is_vague || m->is_bad[i] ||
             memcmp(back, m->dn[i],
                    sizeof *back * (size_t)m->params.size * (size_t)m->params.size) == 0);
    }
}

static void check_layers(const struct model *m, struct h5file *f)
{
    static uint8_t back[SAMPLES];
    struct class_layers layers;
    struct err e = ERR_INIT;
    bool ok = accepted(layers_list(f, &layers, &e), &e);
    must(ok || !is_whole(m));
    for (size_t i = 0; ok && i < layers.n; i++) {
        const struct class_layer *layer = &layers.s[i];
        const struct h5build_raster *r = &m->file.raster[m->n_bands];
        if (strcmp(layer->name, "Label") != 0 ||
            !accepted(layers_read(f, layer->name, m->params.size, back, &e), &e))
            continue;
        must(m->subscene.layers == 1 && !r->is_other);
        must(r->is_vague ||
             memcmp(back, r->values, (size_t)m->params.size * (size_t)m->params.size) == 0);
        (void)accepted(layers_check(layer, back, m->params.size, &e), &e);
    }
    free(layers.s);
}

static void check_place(const struct model *m, struct ncfile *f)
{
    struct subscene_place place;
    if (subscene_nc_read_place(f, &place) && !m->is_changed)
        must(m->params.profile == PROFILE_GEOREF && place.grid.epsg == m->subscene.grid->epsg &&
             place.grid.ulx_m == m->subscene.grid->ulx_m &&
             place.grid.uly_m == m->subscene.grid->uly_m && place.px_x == m->subscene.px.x &&
             place.px_y == m->subscene.px.y);
}

static void check_facts(const struct model *m, struct h5file *f)
{
    static struct subscene_facts facts;
    struct err e = ERR_INIT;
    char name[sizeof facts.product];
    bool ok = accepted(subscene_nc_look(f, m->params.bands, &facts, &e), &e);
    must(ok || !is_whole(m));
    snprintf(name, sizeof name, "%s.SAFE", m->product.name);
    must(m->is_changed || strcmp(facts.product, name) == 0);
    must(!ok || facts.size == m->params.size);
}

/* The file with another layer has the same bands. */
static void check_put(const struct model *m, const char *path)
{
    static uint8_t codes[SAMPLES], back[SAMPLES];
    const struct layer layer = {&m->map, codes, NULL};
    struct filesum sum;
    struct ncfile *f;
    struct err e = ERR_INIT;
    memset(codes, 4, sizeof codes);
    if (!accepted(layers_put(path, &layer, 1, m->params.size, &sum, &e), &e))
        return;
    must(accepted(ncfile_open(path, &f, &e), &e));
    check_bands(m, ncfile_h5(f));
    check_place(m, f);
    must(accepted(layers_read(ncfile_h5(f), "Label", m->params.size, back, &e), &e));
    must(memcmp(back, codes, (size_t)m->params.size * (size_t)m->params.size) == 0);
    ncfile_close(f);
}

static void check_file(struct model *m, const char *path, bool is_stage)
{
    struct ncfile *f = NULL;
    struct h5file *h = NULL;
    struct err e = ERR_INIT;
    if (!accepted(ncfile_open(path, &f, &e), &e))
        must(!is_whole(m) && accepted(h5file_open(path, &h, &e), &e));
    if (f)
        h = ncfile_h5(f);
    check_rasters(m, h);
    if (is_stage && f)
        check_stage(m, f);
    if (!is_stage) {
        check_facts(m, h);
        check_bands(m, h);
        check_layers(m, h);
    }
    if (!is_stage && f)
        check_place(m, f);
    if (!f)
        h5file_close(h);
    ncfile_close(f);
}

/* HDF5 keeps memory for its next files. libFuzzer would look for leaks after every such run, in ten
 * times the time of the run itself. The replay of the corpus looks for them at its end. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char no_leaks[] = "-detect_leaks=0";
    static char *longer[64];
    must(*argc < 62);
    memcpy(longer, *argv, (size_t)*argc * sizeof *longer);
    longer[(*argc)++] = no_leaks;
    *argv = longer;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices c = {data, size};
    struct model *m = &model;
    char path[100];
    struct err e = ERR_INIT;
    bool is_stage = choose(&c, 2) == 0, with_layer = choose(&c, 4) == 1,
         examined = choose(&c, 8) == 1;
    choose_product(m, &c);
    if (is_stage)
        describe_stage(m, &c);
    else
        describe_subscene(m, &c);
    change_attributes(m, &c);
    fill_rasters(m, &c);
    /* one that has a name: HDF5 opens no other */
    snprintf(path, sizeof path, "%s/file.nc", memory_folder());
    h5build_file(&m->file, &c, path);
    take_samples(m);
    check_file(m, path, is_stage);
    if (examined) {
        (void)accepted(examine_here(path, &e), &e);
        h5build_keep_memory();
    }
    if (!is_stage && with_layer)
        check_put(m, path);
    return 0;
}
