/* manifest.csv: written, read back, refused when damaged; and the statistics in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filters/statistics.h"
#include "io/folder/manifest.h"
#include "support/tmpdir.h"

static struct manifest_row make_row(int32_t x, int32_t y)
{
    struct manifest_row r = {.x = x,
                             .y = y,
                             .valid_fraction = 0.25,
                             .content_hash = "0123456789abcdef",
                             .digest = "fedcba9876543210"};
    snprintf(r.file, sizeof r.file, "tile_%d_%d.nc", x, y);
    r.band[1] = (struct manifest_band){7, 100, 2000, 345.678};
    return r;
}

static void put(struct manifest *m, int32_t x, int32_t y)
{
    struct err e = ERR_INIT;
    struct manifest_row r = make_row(x, y);
    assert_int_equal(manifest_put(m, &r, &e), 0);
}

static void rows_are_sorted_and_unique(void **state)
{
    (void)state;
    struct manifest m;
    manifest_init(&m, 1U << 1);
    for (int i = 0; i < 300; i++)
        put(&m, i * 7 % 20, i * 11 % 15);
    for (size_t i = 1; i < m.n; i++)
        assert_true(m.row[i - 1].y < m.row[i].y ||
                    (m.row[i - 1].y == m.row[i].y && m.row[i - 1].x < m.row[i].x));
    size_t before = m.n;
    put(&m, m.row[5].x, m.row[5].y);
    assert_int_equal(m.n, before);
    assert_non_null(manifest_find(&m, m.row[5].x, m.row[5].y));
    assert_null(manifest_find(&m, 20, 0));
    manifest_clear(&m);
}

static void comes_back(void **state)
{
    (void)state;
    char path[1024];
    struct manifest m, back;
    struct err e = ERR_INIT;
    manifest_init(&m, 1U << 1 | 1U << 8);
    put(&m, 3, 1);
    put(&m, 0, 0);
    tmpdir_path(&test_dir, "manifest.csv", path);
    assert_int_equal(manifest_write(&m, path, &e), 0);
    assert_int_equal(manifest_read(path, &back, &e), 0);
    assert_int_equal(back.bands, m.bands);
    assert_int_equal(back.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(manifest_row_equal(&m.row[i], &back.row[i], m.bands));
        assert_string_equal(m.row[i].file, back.row[i].file);
    }
    size_t len;
    char *text = (char *)tmpdir_slurp(path, &len);
    assert_string_equal(text,
                        "x,y,file,valid_fraction,B02_min,B02_mean,B02_max,B8A_min,B8A_mean,B8A_max,"
                        "file_bytes,head_bytes,head_checksum,row_checksum,content_hash,parameters\n"
                        "0,0,tile_0_0.nc,0.250000,100,345.678,2000,,,,,,,66e60ec4,0123456789abcdef,"
                        "fedcba9876543210\n"
                        "3,1,tile_3_1.nc,0.250000,100,345.678,2000,,,,,,,eb57f696,0123456789abcdef,"
                        "fedcba9876543210\n");
    free(text);
    manifest_clear(&m);
    manifest_clear(&back);
}

/* All kinds of bands have columns, in the order of the files' variables. */
static void other_bands_come_back(void **state)
{
    (void)state;
    char path[1024];
    struct manifest m, back;
    struct manifest_row row = make_row(0, 0);
    struct err e = ERR_INIT;
    size_t len;
    manifest_init(&m, 1U << 1 | 1U << BAND_WVP | BAND_SET_TCI);
    row.band[BAND_TCI_G] = (struct manifest_band){3, 1, 255, 12.5};
    row.band[BAND_WVP] = (struct manifest_band){1, 700, 700, 700};
    assert_int_equal(manifest_put(&m, &row, &e), 0);
    assert_int_equal(manifest_write(&m, tmpdir_path(&test_dir, "manifest.csv", path), &e), 0);
    char *text = (char *)tmpdir_slurp(path, &len);
    assert_string_equal(text,
                        "x,y,file,valid_fraction,B02_min,B02_mean,B02_max,WVP_min,WVP_mean,WVP_max,"
                        "TCI_R_min,TCI_R_mean,"
                        "TCI_R_max,TCI_G_min,TCI_G_mean,TCI_G_max,TCI_B_min,TCI_B_mean,TCI_B_max,"
                        "file_bytes,head_bytes,head_checksum,row_checksum,content_hash,parameters\n"
                        "0,0,tile_0_0.nc,0.250000,100,345.678,2000,700,700.000,700,,,,1,12.500,255,"
                        ",,,,,,7d77bac7,0123456789abcdef,"
                        "fedcba9876543210\n");
    free(text);
    assert_int_equal(manifest_read(path, &back, &e), 0);
    assert_int_equal(back.bands, m.bands);
    assert_true(manifest_row_equal(&m.row[0], &back.row[0], m.bands));
    back.row[0].band[BAND_TCI_G].max = 254;
    assert_false(manifest_row_equal(&m.row[0], &back.row[0], m.bands));
    manifest_clear(&m);
    manifest_clear(&back);
}

static void assert_refused(const char *text, const char *reason)
{
    char path[1024];
    struct manifest m;
    struct err e = ERR_INIT;
    tmpdir_write(&test_dir, "bad.csv", text, strlen(text));
    assert_int_equal(manifest_read(tmpdir_path(&test_dir, "bad.csv", path), &m, &e), ERR_INPUT);
    if (!strstr(e.msg, reason))
        fail_msg("\"%s\" is not in \"%s\"", reason, e.msg);
}

#define HEADER "x,y,file,valid_fraction,B02_min,B02_mean,B02_max,content_hash,parameters\n"

static void damage_is_refused(void **state)
{
    (void)state;
    assert_refused("", "empty");
    assert_refused("x,y\n", "line 1");
    assert_refused("x,y,file,valid_fraction,B02_min,B02_max,content_hash,parameters\n", "line 1");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,h,p", "cut off");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,h\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,h,p,q\n", "line 2");
    assert_refused(HEADER "-1,0,a.nc,0.5,1,2,3,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,1.5,1,2,3,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,nan,1,2,3,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,70000,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,0123456789abcdefg,p\n", "line 2");
    struct manifest m;
    struct err e = ERR_INIT;
    assert_int_equal(manifest_read("/nonexistent/manifest.csv", &m, &e), ERR_INPUT);
    assert_int_equal(e.sys_errno, ENOENT);
}

static void differences_are_seen(void **state)
{
    (void)state;
    struct manifest_row a = make_row(1, 2);
    struct manifest_row changed[6];
    for (int i = 0; i < 6; i++)
        changed[i] = a;
    changed[0].valid_fraction += 2e-6;
    changed[1].content_hash[0] = 'x';
    changed[2].digest[15] = 'x';
    changed[3].band[1].min++;
    changed[4].band[1].mean += 0.001;
    changed[5].band[1].count = 0;
    assert_true(manifest_row_equal(&a, &a, 1U << 1));
    for (int i = 0; i < 6; i++)
        assert_false(manifest_row_equal(&a, &changed[i], 1U << 1));
    assert_true(manifest_row_equal(&a, &changed[3], 1U << 2));
}

/* ---- class columns ---- */

static const struct class_flag label_flags[] = {
    {0, "MISSING"},
    {1, "CLEAR"},
    {4, "CLOUD"},
};
static const struct class_flag other_flags[] = {
    {0, "CLOUD"},
    {1, "FOG"},
};
static const uint8_t codes[8] = {0, 1, 1, 4, 4, 4, 7, 255};

static void add(struct manifest *m, const char *layer, const struct class_flag *flag, size_t flags)
{
    struct err e = ERR_INIT;
    if (manifest_add_layer(m, layer, flag, flags, &e))
        fail_msg("%s", e.msg);
}

/* A row with the fractions of those layers. */
static void put_classes(struct manifest *m, int32_t x, const char *const *layer)
{
    struct err e = ERR_INIT;
    struct manifest_row r = make_row(x, 0);
    manifest_row_no_classes(&r);
    for (; *layer; layer++)
        manifest_row_classes(m, &r, *layer, codes, 8);
    assert_int_equal(manifest_put(m, &r, &e), 0);
}

static char *written(const struct manifest *m)
{
    char path[1024];
    size_t len;
    struct err e = ERR_INIT;
    tmpdir_path(&test_dir, "classes.csv", path);
    assert_int_equal(manifest_write(m, path, &e), 0);
    return (char *)tmpdir_slurp(path, &len);
}

#define CLASS_HEADER "x,y,file,valid_fraction,B02_min,B02_mean,B02_max,"
#define CLASS_ROW(x) #x ",0,tile_" #x "_0.nc,0.250000,100,345.678,2000,"
#define CLASS_END    ",0123456789abcdef,fedcba9876543210\n"

static const char with_classes[] =
    CLASS_HEADER "Label_CLEAR,Label_CLOUD,Label_MISSING,FMC_CLOUD,FMC_FOG,SS2CC_mean,file_bytes,"
                 "head_bytes,head_checksum,"
                 "row_checksum,content_hash,parameters\n" CLASS_ROW(
                     0) "0.250000,0.375000,0.125000,0.125000,0.250000,34.500,,,,47ceda7a" CLASS_END
                     CLASS_ROW(1) ",,,0.125000,0.250000,,,,,745ffb23" CLASS_END;

#define SUM_HEADER                                                                                 \
    CLASS_HEADER "file_bytes,head_bytes,head_checksum,row_checksum,content_hash,parameters\n"

/* Of the file itself: size and checksum, size alone, nothing; tables without these columns are read
 * too. */
static void checksums_come_back(void **state)
{
    (void)state;
    static const char all[] =
        SUM_HEADER CLASS_ROW(0) "5000,3000,0123456789abcdef,9f5cfdd2" CLASS_END CLASS_ROW(
            1) "5000,,,16776212" CLASS_END CLASS_ROW(2) ",,,86c73703" CLASS_END;
    static const char *const wrong[] = {"5000,3000,",
                                        "5000,3000,0123456789abcde",
                                        "5000,3000,0123456789ABCDEF",
                                        "5000,6000,0123456789abcdef",
                                        "5000,,0123456789abcdef",
                                        "-1,,",
                                        "5000,3000",
                                        "5000,3000,0x23456789abcdef",
                                        "x,,",
                                        "5000,3000,0123456789abcdef,"};
    struct manifest m;
    struct err e = ERR_INIT;
    char path[1024], text[600];
    tmpdir_write(&test_dir, "sums.csv", all, sizeof all - 1);
    assert_int_equal(manifest_read(tmpdir_path(&test_dir, "sums.csv", path), &m, &e), 0);
    assert_true(m.row[0].file_sum.bytes == 5000 && m.row[0].file_sum.head == 3000);
    assert_true(m.row[0].file_sum.sum.crc == 0x01234567 &&
                m.row[0].file_sum.sum.adler == 0x89abcdef);
    assert_int_equal(manifest_altered(&m), 0);
    assert_true(m.row[1].file_sum.bytes == 5000 && m.row[1].file_sum.head == 0 &&
                m.row[2].file_sum.bytes == 0);
    char *back = written(&m);
    assert_string_equal(back, all);
    free(back);
    struct manifest_row other = m.row[0];
    other.file_sum.sum.adler++;
    assert_false(manifest_row_equal(&m.row[0], &other, m.bands));
    manifest_clear(&m);
    static const char *const changed[] = {
        CLASS_ROW(0) "5000,3000,0123456789abcdef,00000000" CLASS_END,
        CLASS_ROW(0) "5000,3000,0123456789abcdef,0000000000" CLASS_END,
        CLASS_ROW(0) "5000,3000,0123456789abcdef," CLASS_END};
    for (size_t i = 0; i < sizeof changed / sizeof *changed;
         i++) { /* also when it is written again */
        snprintf(text, sizeof text, "%s%s", SUM_HEADER, changed[i]);
        tmpdir_write(&test_dir, "sums.csv", text, strlen(text));
        for (int round = 0; round < 2; round++) {
            assert_int_equal(manifest_read(path, &m, &e), 0);
            assert_true(m.row[0].is_altered && manifest_altered(&m) == 1 &&
                        m.row[0].file_sum.head == 3000);
            assert_int_equal(manifest_write(&m, path, &e), 0);
            manifest_clear(&m);
        }
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, "%s%s%s,00000000%s", SUM_HEADER, CLASS_ROW(0), wrong[i],
                 CLASS_END);
        assert_refused(text, "line 2");
    }
}

/* In whatever order layers and rows come, and however often a layer is added. */
static void class_columns_have_their_order(void **state)
{
    (void)state;
    static const char *const all[] = {"Label", "FMC", "SS2CC", NULL}, *const one[] = {"FMC", NULL};
    for (int order = 0; order < 3; order++) {
        struct manifest m;
        manifest_init(&m, 1U << 1);
        if (order == 1)
            add(&m, "SS2CC", NULL, 0);
        add(&m, "FMC", other_flags, 2);
        put_classes(&m, 1, one);
        if (order == 2)
            add(&m, "Label", label_flags, 3);
        add(&m, "SS2CC", NULL, 0);
        add(&m, "Nothing", label_flags, 3);
        add(&m, "Label", label_flags, 3);
        add(&m, "FMC", other_flags, 2);
        put_classes(&m, 0, all);
        assert_int_equal(m.classes, 9);
        char *text = written(&m);
        assert_string_equal(text, with_classes);
        free(text);
        manifest_clear(&m);
    }
}

static void class_columns_come_back(void **state)
{
    (void)state;
    char path[1024];
    struct manifest m;
    struct err e = ERR_INIT;
    tmpdir_write(&test_dir, "in.csv", with_classes, sizeof with_classes - 1);
    assert_int_equal(manifest_read(tmpdir_path(&test_dir, "in.csv", path), &m, &e), 0);
    assert_int_equal(m.classes, 6);
    assert_true(m.class[5].is_mean);
    assert_false(m.class[0].has_code);
    char *text = written(&m);
    assert_string_equal(text, with_classes);
    free(text);
    /* codes are learnt from the layer; those of before do not count */
    struct manifest_row row = m.row[0];
    add(&m, "Label", other_flags, 2);
    assert_int_equal(m.classes, 7);
    assert_null(manifest_class_difference(&m, &m.row[0], &m.row[0]));
    manifest_row_classes(&m, &row, "Label", codes, 8);
    assert_true(isnan(row.fraction[0])); /* CLEAR: no code of it is known */
    assert_true(fabsf(row.fraction[1] - 0.125F) < 1e-7F); /* CLOUD is 0 now */
    assert_true(fabsf(row.fraction[2] - 0.25F) < 1e-7F); /* FOG */
    /* a table without class columns */
    struct manifest old;
    manifest_init(&old, 1U << 1);
    assert_int_equal(manifest_add_classes(&old, &m, &e), 0);
    assert_int_equal(old.classes, 7);
    struct manifest_row moved = m.row[0];
    manifest_row_move(&m, &old, &moved);
    assert_null(manifest_class_difference(&old, &moved, &m.row[0]));
    manifest_clear(&old);
    manifest_clear(&m);
}

/* Between tables with other columns a row's values go by their names. */
static void fractions_move_by_name(void **state)
{
    (void)state;
    static const char *const fmc[] = {"FMC", NULL};
    struct manifest from, to;
    manifest_init(&from, 1U << 1);
    manifest_init(&to, 1U << 1);
    add(&from, "FMC", label_flags, 3);
    put_classes(&from, 0, fmc);
    add(&to, "Label", label_flags, 3);
    add(&to, "FMC", other_flags, 2);
    struct manifest_row row = from.row[0];
    manifest_row_move(&from, &to, &row);
    for (size_t i = 0; i < to.classes; i++)
        assert_int_equal(isnan(row.fraction[i]),
                         strcmp(to.class[i].meaning, "CLOUD") != 0 || i < 3);
    assert_true(fabsf(row.fraction[3] - 0.375F) < 1e-7F);
    manifest_clear(&from);
    manifest_clear(&to);
}

static void fractions_by_the_files_flags(void **state)
{
    (void)state;
    struct manifest m;
    struct err e = ERR_INIT;
    struct class_layer layer = {.name = "Label", .flags = 2};
    memcpy(layer.flag, other_flags, sizeof other_flags);
    manifest_init(&m, 1U << 1);
    add(&m, "Label", label_flags, 3);
    struct manifest_row row = make_row(0, 0), other;
    manifest_row_no_classes(&row);
    assert_false(manifest_row_has_layer(&m, &row, &layer));
    assert_int_equal(manifest_row_layer(&m, &row, &layer, codes, 8, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "Label_FOG"));
    add(&m, "Label", other_flags, 2);
    add(&m, "Label", label_flags, 3);
    manifest_row_no_classes(&row);
    assert_int_equal(manifest_row_layer(&m, &row, &layer, codes, 8, &e), 0);
    assert_true(manifest_row_has_layer(&m, &row, &layer));
    assert_true(isnan(row.fraction[0]) && isnan(row.fraction[3]));
    assert_true(fabsf(row.fraction[1] - 0.125F) <
                1e-7F); /* CLOUD: the file's code 0, not the table's 4 */
    other = row;
    assert_null(manifest_class_difference(&m, &row, &other));
    other.fraction[2] += 2e-6F;
    assert_string_equal(manifest_class_difference(&m, &row, &other)->meaning, "FOG");
    other.fraction[2] = NAN;
    assert_string_equal(manifest_class_difference(&m, &other, &row)->meaning, "FOG");
    manifest_clear(&m);
}

static void wrong_class_columns_are_refused(void **state)
{
    (void)state;
    struct manifest m;
    struct err e = ERR_INIT;
    struct class_flag flag[32];
    char layer[16];
    size_t layers = 0;
    manifest_init(&m, 1U << 1);
    for (int i = 0; i < 32; i++) {
        flag[i].value = (uint8_t)i;
        snprintf(flag[i].meaning, sizeof flag[i].meaning, "M%d", i);
    }
    for (; layers < 3; layers++) {
        snprintf(layer, sizeof layer, "L%zu", layers);
        add(&m, layer, flag, 31);
    }
    assert_int_equal(manifest_add_layer(&m, "L3", flag, 4, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "96"));
    assert_int_equal(m.classes, 93);
    add(&m, "L3", flag, 3);
    add(&m, "L2", flag, 31); /* as it was */
    assert_int_equal(manifest_add_layer(&m, "L4", NULL, 0, &e), ERR_USAGE);
    assert_int_equal(m.classes, MANIFEST_CLASSES_MAX);
    manifest_init(&m, 1U << 1);
    static const char *const names[] = {"", "a,b", "a\"b", "a b", "a\n", "B02"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(manifest_add_layer(&m, names[i], flag, 2, &e), ERR_USAGE);
    static const struct class_flag twice[] = {
        {1, "A"},
        {2, "A"},
    };
    assert_int_equal(manifest_add_layer(&m, "L", twice, 2, &e), ERR_USAGE);
    static const struct class_flag mean[] = {
        {1, "mean"},
    };
    assert_int_equal(manifest_add_layer(&m, "L", mean, 1, &e), ERR_USAGE);
    assert_int_equal(m.classes, 0);
}

static void damaged_class_columns_are_refused(void **state)
{
    (void)state;
    char path[1024];
    struct manifest m;
    struct err e = ERR_INIT;
    static const char good[] =
        CLASS_HEADER "Label_A,FMC_A,content_hash,parameters\n" CLASS_ROW(0) ",0.5" CLASS_END;
    tmpdir_write(&test_dir, "good.csv", good, sizeof good - 1);
    assert_int_equal(manifest_read(tmpdir_path(&test_dir, "good.csv", path), &m, &e), 0);
    manifest_clear(&m);
    /* layers whose names have underscores */
    static const char split[] =
        CLASS_HEADER "A_B_CLOUD_SHADOW,A_B_mean,A_OTHER_CLASS,content_hash,parameters\n";
    tmpdir_write(&test_dir, "good.csv", split, sizeof split - 1);
    assert_int_equal(manifest_read(path, &m, &e), 0);
    assert_string_equal(m.class[0].layer, "A_B");
    assert_string_equal(m.class[0].meaning, "CLOUD_SHADOW");
    assert_string_equal(m.class[1].layer, "A_B");
    assert_string_equal(m.class[2].layer, "A");
    manifest_clear(&m);
    assert_refused(CLASS_HEADER "FMC_A,Label_A,content_hash,parameters\n", "line 1");
    assert_refused(CLASS_HEADER "Label_A,Label_A,content_hash,parameters\n", "line 1");
    assert_refused(CLASS_HEADER "Label,content_hash,parameters\n", "line 1");
    assert_refused(CLASS_HEADER "Label_A,parameters\n", "line 1");
    assert_refused(CLASS_HEADER "Label_A,content_hash,parameters,FMC_A\n", "line 1");
    assert_refused(CLASS_HEADER "Label_A,content_hash,parameters\n" CLASS_ROW(0) "1.5" CLASS_END,
                   "line 2");
    assert_refused(CLASS_HEADER "Label_A,content_hash,parameters\n" CLASS_ROW(0) "nan" CLASS_END,
                   "line 2");
    assert_refused(CLASS_HEADER
                   "Label_A,content_hash,parameters\n" CLASS_ROW(0) "0.5,0.5" CLASS_END,
                   "line 2");
    assert_refused(CLASS_HEADER "L_mean,content_hash,parameters\n" CLASS_ROW(0) "256" CLASS_END,
                   "line 2");
    assert_refused(CLASS_HEADER "Label_A,content_hash,parameters\n0,0,a.nc,0.5,1,2,3\n", "line 2");
}

/* Against the plainest loop, over lengths around the piece size. */
static void statistics_are_exact(void **state)
{
    (void)state;
    static uint16_t dn[200001];
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 200001};
    for (size_t i = 0; i < 200001; i++)
        dn[i] = (uint16_t)(i % 5 == 0 ? 0 : i * 40503 >> 3);
    dn[65536] = 65535;
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        struct band_stats s = BAND_STATS_INIT, naive = BAND_STATS_INIT;
        band_stats_add(&s, dn, lengths[l]);
        for (size_t i = 0; i < lengths[l]; i++) {
            if (dn[i] == 0)
                continue;
            naive.count++;
            naive.sum += dn[i];
            naive.min = dn[i] < naive.min ? dn[i] : naive.min;
            naive.max = dn[i] > naive.max ? dn[i] : naive.max;
        }
        assert_int_equal(s.count, naive.count);
        assert_int_equal(s.sum, naive.sum);
        if (s.count > 0) {
            assert_int_equal(s.min, naive.min);
            assert_int_equal(s.max, naive.max);
        }
    }
}

static void masks_add_up(void **state)
{
    (void)state;
    uint8_t mask[6] = {1, 1, 1, 1, 1, 1};
    const uint16_t a[6] = {0, 5, 5, 0, 65535, 1}, b[6] = {5, 0, 5, 0, 256, 512};
    valid_mask_and(mask, a, 6);
    assert_int_equal(valid_mask_count(mask, 6), 4);
    valid_mask_and(mask, b, 6);
    assert_int_equal(valid_mask_count(mask, 6), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sorted_and_unique),
        cmocka_unit_test(checksums_come_back),
        cmocka_unit_test_setup_teardown(comes_back, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(other_bands_come_back, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(damage_is_refused, test_dir_make, test_dir_remove),
        cmocka_unit_test(differences_are_seen),
        cmocka_unit_test_setup_teardown(class_columns_have_their_order, test_dir_make,
                                        test_dir_remove),
        cmocka_unit_test_setup_teardown(class_columns_come_back, test_dir_make, test_dir_remove),
        cmocka_unit_test(fractions_move_by_name),
        cmocka_unit_test(fractions_by_the_files_flags),
        cmocka_unit_test(wrong_class_columns_are_refused),
        cmocka_unit_test_setup_teardown(damaged_class_columns_are_refused, test_dir_make,
                                        test_dir_remove),
        cmocka_unit_test(statistics_are_exact),
        cmocka_unit_test(masks_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
