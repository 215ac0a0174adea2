/* Subscenes as cm_vsm has them: each is the window of the decoded image that core/window.h says,
 * loaded, padded and resized for itself; whichever are asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/window.h"
#include "filters/quantum.h"
#include "filters/resize16.h"
#include "support/jp2_image.h"
#include "support/trial_run.h"

#define REFERENCE SOURCE_DIR "/../shared/data/cm_vsm/"
#define SAFE_NAME "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441"

static const band_set BANDS = 1U << 0 | 1U << 1 | 1U << 4; /* B01, B02, B05 */

static char product[1024];

static struct params compat_params(int32_t size, double overlap, enum compat compat)
{
    struct params p = trial_params(BANDS, size);
    p.overlap = overlap;
    p.compat = compat;
    p.keep_offset = true;
    p.lobes = 0;
    snprintf(p.filter, sizeof p.filter, "catrom");
    return p;
}

/* ---- against the whole image ---- */

struct image {
    uint16_t *px;
    int32_t side;
};

static struct image decode_whole(const struct product_input *in, int band)
{
    struct err e = ERR_INIT;
    uint16_t *px = jp2_image_pixels(jp2_info(in->jp2[band]));
    assert_int_equal(jp2_image_decode_all(in->jp2[band], 1, px, &e), 0);
    return (struct image){px, product_band_grid(&in->product, band)->width};
}

static uint16_t sample(const struct image *whole, int32_t x, int32_t y, enum compat compat)
{
    uint16_t q = 0;
    if (x >= whole->side || y >= whole->side)
        return 0;
    quantum_load16(&whole->px[(ptrdiff_t)y * whole->side + x], 1, &q);
    return compat == COMPAT_CM_VSM_TILED ? whole->px[(ptrdiff_t)y * whole->side + x] : q;
}

static uint16_t *expected(const struct image *whole, struct rect window, const struct params *p)
{
    struct resize16 *r;
    struct err e = ERR_INIT;
    size_t n = (size_t)window.w * (size_t)window.h, m = (size_t)p->size * (size_t)p->size;
    uint16_t *src = mem_alloc(n, sizeof *src), *out = mem_alloc(m, sizeof *out);
    void *work = mem_alloc(resize16_work_bytes(window.w, p->size), 1);
    assert_true(src && out && work);
    for (int32_t y = 0; y < window.h; y++)
        for (int32_t x = 0; x < window.w; x++)
            src[y * window.w + x] = sample(whole, window.x + x, window.y + y, p->compat);
    assert_int_equal(resize16_create(window.w, p->size, resize16_find(p->filter), &r, &e), 0);
    resize16_run(r, src, work, out); /* of the same size catrom changes nothing */
    resize16_destroy(r);
    free(src);
    free(work);
    return out;
}

static void check_band(const struct product_input *in, const struct params *p, int band,
                       const char *folder)
{
    struct lattice l;
    struct geogrid target;
    struct err e = ERR_INIT;
    struct image whole = decode_whole(in, band);
    assert_int_equal(plan_lattice(&in->product, p, &target, &l, &e), 0);
    for (int32_t y = 0; y < l.rows; y++)
        for (int32_t x = 0; x < l.cols; x++) {
            struct rect window =
                window_cell(p->size, p->overlap, band_table[band].pixel_m / 10, x, y);
            uint16_t *dn = trial_read(folder, (struct cell){x, y}, band_table[band].name, p->size);
            uint16_t *want = expected(&whole, window, p);
            if (memcmp(dn, want, (size_t)p->size * (size_t)p->size * sizeof *dn) != 0)
                fail_msg("%s of subscene %d_%d, size %d, overlap %g", band_table[band].name, x, y,
                         p->size, p->overlap);
            free(dn);
            free(want);
        }
    free(whole.px);
}

static void check(struct params p)
{
    static int count;
    char name[32], output[1024];
    struct run_result result;
    struct product_input in;
    snprintf(name, sizeof name, "run-%d", count++);
    struct run_options o = trial_options(&test_dir, name, output);
    trial_run(product, &p, &o, &result);
    trial_open(product, BANDS, &in);
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(BANDS, b))
            check_band(&in, &p, b, result.folder);
    product_input_close(&in);
}

static void windows_are_resized(void **state)
{
    (void)state;
    check(compat_params(128, 0, COMPAT_CM_VSM)); /* 60 m: 22 px for 21.3 */
    check(compat_params(128, 0.0625, COMPAT_CM_VSM_TILED));
    check(compat_params(100, 0.1, COMPAT_CM_VSM));
    check(compat_params(64, 0.1, COMPAT_CM_VSM)); /* a step of 57.6 */
    check(compat_params(90, 0.5, COMPAT_CM_VSM_TILED));
    check(compat_params(630, 0, COMPAT_CM_VSM)); /* larger than the product */
}

/* ---- alone or with others ---- */

static void alone_as_with_others(void **state)
{
    (void)state;
    struct params p = compat_params(128, 0.0625, COMPAT_CM_VSM);
    struct run_result all, one;
    char output[1024], name[64];
    struct run_options o = trial_options(&test_dir, "all", output);
    trial_run(product, &p, &o, &all);
    for (int32_t y = 0; y < 3; y++)
        for (int32_t x = 0; x < 3; x++) {
            struct cell cell = {x, y};
            char a[2300], b[2300];
            snprintf(name, sizeof name, "alone-%d-%d", x, y);
            o = trial_options(&test_dir, name, output);
            o.selection.cells = &cell;
            o.selection.n_cells = 1;
            trial_run(product, &p, &o, &one);
            assert_int_equal(one.made, 1);
            snprintf(a, sizeof a, "%s/tile_%d_%d.nc", all.folder, x, y);
            snprintf(b, sizeof b, "%s/tile_%d_%d.nc", one.folder, x, y);
            assert_true(trial_same_files(a, b));
        }
}

/* ---- smaller than what they show ---- */

static int try_run(const char *path, const struct params *p, const char *name,
                   const struct layer_request *layers, struct err *e)
{
    char output[1024];
    struct run_result result;
    struct run_options o = trial_options(&test_dir, name, output);
    struct cell cell = {1, 1};
    o.selection.cells = &cell;
    o.selection.n_cells = 1;
    o.layers = layers;
    return run_product(path, p, &o, NULL, &result, e);
}

static struct params shrunk(void)
{
    struct params p = compat_params(256, 0, COMPAT_CM_VSM);
    p.cut = 512;
    p.profile = PROFILE_KAPPAZETA;
    return p;
}

/* cm_vsm -s 2: windows of 512 px, 10 m bands down to 256 px, 20 m bands as they are. */
static void shrunk_as_cm_vsm_does(void **state)
{
    (void)state;
    struct params p = shrunk();
    struct err e = ERR_INIT;
    struct ncfile *f;
    char folder[2048];
    if (access(REFERENCE "outputs/shrink", R_OK) != 0) {
        printf("skipped: no reference of cm_vsm in ../shared\n");
        skip();
    }
    snprintf(p.filter, sizeof p.filter, "sinc");
    p.bands = 1U << 1 | 1U << 4;
    assert_int_equal(try_run(REFERENCE SAFE_NAME ".SAFE", &p, "shrunk", NULL, &e), 0);
    snprintf(folder, sizeof folder, "%s/shrunk/" SAFE_NAME, test_dir.path);
    assert_int_equal(
        ncfile_open(REFERENCE "outputs/shrink/tile_1_1/T35VLF_20200529T094041_tile_1_1.nc", &f, &e),
        0);
    for (int i = 0; i < 2; i++) {
        static uint16_t want[256 * 256];
        static double scratch[256 * 256];
        const char *band = i ? "B05" : "B02";
        uint16_t *dn = trial_read(folder, (struct cell){1, 1}, band, 256);
        assert_int_equal(subscene_nc_read_band(ncfile_h5(f), band, 256, want, scratch, &e), 0);
        assert_memory_equal(dn, want, sizeof want);
        free(dn);
    }
    ncfile_close(f);
    char path[2100];
    double factor;
    snprintf(path, sizeof path, "%s/tile_1_1.nc", folder);
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_true(ncfile_number(f, "B02", "scaling_factor", &factor) && factor == 0.5);
    assert_true(ncfile_number(f, "B05", "scaling_factor", &factor) && factor == 1);
    ncfile_close(f);
}

static void shrunk_refusals(void **state)
{
    (void)state;
    struct params p = shrunk();
    struct err e = ERR_INIT;
    p.size = 64;
    p.cut = 128;
    assert_int_equal(try_run(product, &p, "shrunk-good", NULL, &e), 0);
    assert_int_equal(try_run(product, &p, "shrunk-mask", &(struct layer_request){.find = true}, &e),
                     ERR_USAGE);
    assert_non_null(strstr(e.msg, "class layers"));
    p.profile = PROFILE_GEOREF;
    assert_int_equal(try_run(product, &p, "shrunk-georef", NULL, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "profile"));
    p = trial_params(BANDS, 64);
    p.cut = 128;
    assert_int_equal(try_run(product, &p, "shrunk-ours", NULL, &e), ERR_USAGE);
}

static void what_cm_vsm_has_not(void **state)
{
    (void)state;
    struct params p[4];
    struct err e = ERR_INIT;
    for (int i = 0; i < 4; i++)
        p[i] = compat_params(128, 0, COMPAT_CM_VSM);
    snprintf(p[0].filter, sizeof p[0].filter, "nearest");
    p[1].keep_offset = false;
    p[2].resolution_m = 20;
    p[3].edge = EDGE_DROP;
    for (int i = 0; i < 4; i++)
        assert_int_equal(try_run(product, &p[i], "refused", NULL, &e), ERR_USAGE);
}

static int make(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "in",
               "--size 300 --bands B01,B02,B05 --scene texture --saturated 3 --jp2-tile 64,32,16 "
               "--threads 2 --masks fmask",
               product);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_resized),   cmocka_unit_test(alone_as_with_others),
        cmocka_unit_test(shrunk_as_cm_vsm_does), cmocka_unit_test(shrunk_refusals),
        cmocka_unit_test(what_cm_vsm_has_not),
    };
    return cmocka_run_group_tests(tests, make, test_dir_remove);
}
