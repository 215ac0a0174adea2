/* io/image/jp2: pixels against a formula and against opj_decompress, damage of every kind, tiles
 * from several threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>
#include <pthread.h>

#include "support/jp2_image.h"
#include "support/tmpdir.h"

#define CORPUS SOURCE_DIR "/tests/fuzz/corpus/jp2/"
#define REAL   SOURCE_DIR "/../shared/data/real/"
#define T18LTM                                                                                     \
    REAL "S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE/GRANULE/"              \
         "L1C_T18LTM_A034442_20220125T152341/"                                                     \
         "IMG_DATA/T18LTM_20220125T151701_"
#define T29UNU                                                                                     \
    REAL "S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE/GRANULE/"              \
         "L2A_T29UNU_A038058_20221005T115407/"                                                     \
         "IMG_DATA/"
#define T35VLF                                                                                     \
    SOURCE_DIR "/../shared/data/cm_vsm/"                                                           \
               "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441.SAFE/GRANULE/"        \
               "L1C_T35VLF_A025773_20200529T094035/IMG_DATA/T35VLF_20200529T094041_"

/* ---- our own small images ---- */

static int32_t tiny_side[2] = {75, 50};

/* tests/fuzz/corpus/jp2: value = 1000 + 3 x + 7 y + x·y mod 5, lossless */
static void check_tiny_pixels(const uint16_t *px)
{
    for (int y = 0; y < 50; y++) {
        for (int x = 0; x < 75; x++)
            assert_int_equal(px[75 * y + x], 1000 + 3 * x + 7 * y + x * y % 5);
    }
}

static void check_tiny(const void *data, size_t len)
{
    static const int32_t strides[] = {1, 5, 7};
    struct jp2_image m;
    struct err e = ERR_INIT;
    if (jp2_image_open(&m, data, len, tiny_side, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(jp2_info(m.jp2)->precision, 15);
    for (int i = 0; i < 3; i++) {
        uint16_t *px = jp2_image_pixels(jp2_info(m.jp2));
        if (jp2_image_decode_all(m.jp2, strides[i], px, &e) != 0)
            fail_msg("%s", e.msg);
        check_tiny_pixels(px);
        free(px);
    }
    assert_true(jp2_decode_bytes(m.jp2) > 8 * 32 * 32 && jp2_decode_bytes(m.jp2) < 4 << 20);
    jp2_image_close(&m);
}

static const char *const tiny[] = {CORPUS "tiles.jp2", CORPUS "parts.j2k", CORPUS "tlm.jp2"};

static void test_tiny(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        size_t len;
        unsigned char *data = jp2_image_slurp(tiny[i], &len);
        check_tiny(data, len);
        free(data);
    }
}

static size_t find_last(const unsigned char *data, size_t len, const char *what, size_t n)
{
    for (size_t i = len - n + 1; i-- > 0;) {
        if (memcmp(data + i, what, n) == 0)
            return i;
    }
    fail_msg("not found");
    return 0;
}

static void test_forms(void **state)
{
    (void)state;
    size_t len;
    unsigned char *data = jp2_image_slurp(tiny[0], &len);
    size_t box = find_last(data, len, "jp2c", 4) - 4;
    unsigned char *more = malloc(len + 64);
    assert_non_null(more);

    memset(data + box, 0, 4); /* jp2c to the end of the file, as in real products */
    check_tiny(data, len);

    memcpy(more, data, box); /* jp2c with a long length, and a box behind it */
    static const unsigned char long_box[8] = {0, 0, 0, 1, 'j', 'p', '2', 'c'};
    memcpy(more + box, long_box, 8);
    size_t whole = len - box - 8 + 16;
    memset(more + box + 8, 0, 8);
    more[box + 14] = (unsigned char)(whole >> 8);
    more[box + 15] = (unsigned char)whole;
    memcpy(more + box + 16, data + box + 8, len - box - 8);
    memcpy(more + len + 8,
           "\0\0\0\x0c"
           "xml <a/>",
           12);
    check_tiny(more, len + 20);

    size_t sot = find_last(data, len, "\xff\x90\0\x0a", 4); /* the last tile without a length */
    memset(data + sot + 6, 0, 4);
    check_tiny(data, len);
    data[len - 1] = 0;
    struct err e = ERR_INIT;
    assert_int_equal(jp2_image_try(data, len, tiny_side, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "cut off"));
    free(more);
    free(data);
}

/* Every cut is seen, at the latest by the missing end marker. */
static void test_every_cut(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        size_t len;
        unsigned char *data = jp2_image_slurp(tiny[i], &len);
        for (size_t n = 0; n < len; n++) {
            struct err e = ERR_INIT;
            unsigned char *part = malloc(n ? n : 1);
            assert_non_null(part);
            memcpy(part, data, n);
            int rc = jp2_image_try(part, n, tiny_side, &e);
            if (rc != ERR_INPUT)
                fail_msg("%s cut at %zu: %d %s", tiny[i], n, rc, e.msg);
            free(part);
        }
        free(data);
    }
}

static uint32_t next_random(uint32_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 17;
    return *s ^= *s << 5;
}

static void flip_bits(const char *path, int32_t side[2], int times)
{
    size_t len;
    unsigned char *data = jp2_image_slurp(path, &len);
    uint32_t random = 2463534242U;
    int errors = 0;
    for (int k = 0; k < times; k++) {
        struct err e = ERR_INIT;
        size_t at = next_random(&random) % len;
        unsigned char bit = (unsigned char)(1U << next_random(&random) % 8);
        data[at] ^= bit;
        errors += jp2_image_try(data, len, side, &e) != 0;
        data[at] ^= bit;
    }
    printf("%s: %d of %d flips were seen\n", strrchr(path, '/') + 1, errors, times);
    free(data);
}

static void test_flips(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        flip_bits(tiny[i], tiny_side, 300);
}

/* ---- what it says ---- */

static void says(const void *data, size_t len, int32_t side[2], const char *said)
{
    struct err e = ERR_INIT;
    int rc = jp2_image_try(data, len, side, &e);
    if (rc != ERR_INPUT || !strstr(e.msg, said))
        fail_msg("code %d, \"%s\" instead of \"%s\"", rc, e.msg, said);
}

static void test_not_jp2(void **state)
{
    (void)state;
    says("", 0, tiny_side, "is not a JPEG 2000 file: it is empty");
    says("\n", 1, tiny_side, "its only 1 byte is: 0a");
    says("\0\0\0\x0cjP", 6, tiny_side, "its only 6 bytes are: 00 00 00 0c 6a 50");
    says("II*\0\x08\0\0\0\0\0\0\0", 12, tiny_side, "it begins with 49 49 2a 00 08 00 00 00 (TIFF)");
    says("\x89PNG\r\n\x1a\n\0\0\0\0", 12, tiny_side, "(PNG)");
    says("\x89HDF\r\n\x1a\n\0\0\0\0", 12, tiny_side, "(HDF5)");
    says("<html>404</html>", 16, tiny_side, "(XML or HTML)");
    says("what is this?", 13, tiny_side, "it begins with 77 68 61 74 20 69 73 20");
    if (!tmpdir_have(REAL "tiff_named.jp2"))
        skip();
    size_t len;
    unsigned char *data = jp2_image_slurp(REAL "tiff_named.jp2", &len);
    says(data, len, tiny_side, "it begins with 49 49 2a 00 08 00 00 00 (TIFF)");
    free(data);
}

/* parts.j2k is a raw codestream: SIZ is at byte 2, so that offsets are easy; `at` counts from
 * Lsiz. */
static void siz_says(size_t at, unsigned char value, const char *said)
{
    size_t len;
    unsigned char *data = jp2_image_slurp(tiny[1], &len);
    data[4 + at] = value;
    says(data, len, tiny_side, said);
    free(data);
}

/* With a CRG marker segment of that length after SIZ: it has two numbers for each component. */
static unsigned char *with_crg(unsigned char length, size_t *len)
{
    unsigned char *data = jp2_image_slurp(tiny[1], len);
    const size_t at = 4 + ((size_t)data[4] << 8 | data[5]), more = 2 + (size_t)length;
    unsigned char *longer = calloc(*len + more, 1);
    assert_non_null(longer);
    memcpy(longer, data, at);
    memcpy(longer + at + more, data + at, *len - at);
    memcpy(longer + at, (const unsigned char[]){0xff, 0x63, 0, length}, 4);
    *len += more;
    free(data);
    return longer;
}

static void test_crg(void **state)
{
    struct err e = ERR_INIT;
    size_t len;
    (void)state;
    unsigned char *data = with_crg(6, &len);
    assert_int_equal(jp2_image_try(data, len, tiny_side, &e), 0);
    free(data);
    data = with_crg(5, &len);
    says(data, len, tiny_side, "is damaged: its CRG marker has 5 bytes");
    free(data);
}

static void test_header_damage(void **state)
{
    int32_t other[2] = {10980, 10980};
    size_t len;
    (void)state;
    unsigned char *data = jp2_image_slurp(tiny[1], &len);
    says(data, len, other, "is 75 x 50 px, but the metadata says 10980 x 10980");
    free(data);
    siz_says(4, 0x3b, "px, but the metadata says 75 x 50"); /* 10^9 px */
    siz_says(4, 0xff, "is damaged: 4278190155 x 50 px");
    siz_says(15, 1, "not anchored at 0, 0");
    siz_says(31, 1, "not anchored at 0, 0");
    siz_says(23, 0, "is damaged: 75 x 50 px in tiles of 0 x 40");
    siz_says(23, 1, "a"); /* 150 tiles: the parts do not fit */
    siz_says(37, 3, "has 3 components");
    siz_says(38, 0x8e, "has 15-bit signed samples");
    siz_says(38, 23, "has 24-bit unsigned samples");
    siz_says(39, 2, "is subsampled by 2 x 1");
    siz_says(1, 40, "has 1 components");
}

static void test_part_damage(void **state)
{
    static const struct {
        size_t at; /* in SOT */
        unsigned char value;
        const char *said;
    } damage[] = {
        {5, 9, "is damaged: tile 9 of 4"},
        {5, 1, "is damaged: tile 1 has its part 0 of 3 after 0"},
        {10, 2, "its part 2 of 3 after 0"},
        {11, 4, "has its part"},
        {6, 0x7f, "is cut off: tile 0 ends at byte 21"},
        {9, 5, "tile 0 has the length 5"},
        {9, 0x80, "no tile begins at byte"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        size_t len;
        unsigned char *data = jp2_image_slurp(tiny[1], &len);
        size_t sot = 0x6e; /* the first */
        assert_memory_equal(data + sot, "\xff\x90\0\x0a\0\0\0\0\0\x93\0\x03", 12);
        data[sot + damage[i].at] = damage[i].value;
        if (i == 1)
            says(data, len, tiny_side, "is damaged: tile");
        else
            says(data, len, tiny_side, damage[i].said);
        free(data);
    }
    size_t len;
    unsigned char *data =
        jp2_image_slurp(tiny[0], &len); /* the last tile is left out, the end is whole */
    size_t sot = find_last(data, len, "\xff\x90\0\x0a", 4),
           box = find_last(data, len, "jp2c", 4) - 4;
    memset(data + box, 0, 4);
    memcpy(data + sot, "\xff\xd9", 2);
    says(data, sot + 2, tiny_side, "is damaged: tile 5 of 6 is missing");
    free(data);
}

static void test_packet_lengths(void **state)
{
    size_t len;
    (void)state;
    unsigned char *data = jp2_image_slurp(tiny[0], &len);
    size_t plt = find_last(data, len, "\xff\x58", 2);
    data[plt + 5] ^= 1;
    says(data, len, tiny_side, "tile 5: its packets have ");
    data[plt + 5] ^= 1;
    data[plt + 4 + data[plt + 3] - 3] |= 0x80;
    says(data, len, tiny_side, "tile 5: its list of packet lengths is damaged");
    free(data);
}

/* ---- real images ---- */

static void test_real_sizes(void **state)
{
    static const struct {
        const char *path;
        int32_t side[2], tile, precision;
    } real[] = {
        {T18LTM "B01.jp2", {1830, 1830}, 192, 15},
        {T18LTM "B09.jp2", {1830, 1830}, 192, 15},
        {T29UNU "R60m/T29UNU_20221005T115411_B12_60m.jp2", {1830, 1830}, 192, 15},
        {T29UNU "R20m/T29UNU_20221005T115411_SCL_20m.jp2", {5490, 5490}, 640, 8},
        {T29UNU "R10m/T29UNU_20221005T115411_AOT_10m.jp2", {10980, 10980}, 1024, 15},
        {T35VLF "B02.jp2", {1098, 1098}, 1024, 15},
        {T35VLF "B10.jp2", {183, 183}, 183, 15},
    };
    (void)state;
    if (!tmpdir_have(T18LTM "B01.jp2") || !tmpdir_have(T35VLF "B02.jp2"))
        skip();
    for (size_t i = 0; i < sizeof real / sizeof real[0]; i++) {
        size_t len;
        unsigned char *data = jp2_image_slurp(real[i].path, &len);
        struct jp2_image m;
        struct err e = ERR_INIT;
        int32_t side[2] = {real[i].side[0], real[i].side[1]};
        if (jp2_image_open(&m, data, len, side, &e) != 0)
            fail_msg("%s: %s", real[i].path, e.msg);
        const struct jp2_info *info = jp2_info(m.jp2);
        assert_int_equal(info->tile_w, real[i].tile);
        assert_int_equal(info->tiles_y, (side[1] + real[i].tile - 1) / real[i].tile);
        assert_int_equal(info->precision, real[i].precision);
        jp2_image_close(&m);
        free(data);
    }
}

/* From the product to the message, as a run would meet them. */
static void product_says(const char *product, const char *image, const char *said)
{
    struct source *s;
    struct source_file *f = NULL;
    struct jp2 *j;
    struct err e = ERR_INIT;
    if (source_open(product, &s, &e) != 0 || source_file_open(s, image, &f, &e) != 0)
        fail_msg("%s", e.msg);
    int rc = jp2_open(f, 1830, 1830, &j, &e);
    if (rc != ERR_INPUT || !strstr(e.msg, image) || !strstr(e.msg, said))
        fail_msg("code %d, \"%s\" instead of \"%s\"", rc, e.msg, said);
    source_file_close(f);
    source_close(s);
}

static void test_real_oddities(void **state)
{
    (void)state;
    if (!tmpdir_have(REAL "tiff_named.jp2"))
        skip();
    product_says(
        REAL "S2A_MSIL1C_20180629T000241_N0206_R030_T56JMM_20180629T012042.zip",
        "GRANULE/L1C_T56JMM_A015757_20180629T000241/IMG_DATA/T56JMM_20180629T000241_B01.jp2",
        "is 73 x 73 px, but the metadata says 1830 x 1830");
    product_says(
        REAL "S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE",
        "GRANULE/L1C_T18LTM_A034442_20220125T152341/IMG_DATA/T18LTM_20220125T151701_B02.jp2",
        "is not a JPEG 2000 file: its only 1 byte is: ");
}

/* Pixel for pixel what opj_decompress makes of the whole image. */
static void compare(const char *path, int32_t n)
{
    struct tmpdir dir;
    char command[2048], raw[1024];
    tmpdir_make(&dir);
    snprintf(command, sizeof command, "opj_decompress -i '%s' -o '%s' >/dev/null 2>&1", path,
             tmpdir_path(&dir, "out.rawl", raw));
    assert_int_equal(system(command), 0);
    size_t raw_len, len;
    unsigned char *theirs = jp2_image_slurp(raw, &raw_len), *data = jp2_image_slurp(path, &len);
    struct jp2_image m;
    struct err e = ERR_INIT;
    int32_t side[2] = {n, n};
    if (jp2_image_open(&m, data, len, side, &e) != 0)
        fail_msg("%s: %s", path, e.msg);
    assert_int_equal(raw_len, 2 * (size_t)n * (size_t)n);
    uint16_t *ours = jp2_image_pixels(jp2_info(m.jp2));
    if (jp2_image_decode_all(m.jp2, 7, ours, &e) != 0)
        fail_msg("%s: %s", path, e.msg);
    assert_memory_equal(ours, theirs, raw_len);
    free(ours);
    jp2_image_close(&m);
    free(theirs);
    free(data);
    tmpdir_remove(&dir);
}

static void test_same_as_opj_decompress(void **state)
{
    (void)state;
    if (!tmpdir_have(T18LTM "B10.jp2") || !tmpdir_have(T35VLF "B05.jp2") ||
        !tmpdir_have("/usr/bin/opj_decompress"))
        skip();
    compare(T18LTM "B10.jp2", 1830);
    compare(T35VLF "B04.jp2", 1098);
    compare(T35VLF "B05.jp2", 549);
    compare(T29UNU "R20m/T29UNU_20221005T115411_AOT_20m.jp2", 5490);
}

static void test_real_damage(void **state)
{
    int32_t side[2] = {1830, 1830}, small[2] = {183, 183};
    uint32_t random = 88172645;
    size_t len;
    (void)state;
    if (!tmpdir_have(T18LTM "B10.jp2") || !tmpdir_have(T35VLF "B10.jp2"))
        skip();
    unsigned char *data = jp2_image_slurp(T18LTM "B10.jp2", &len);
    for (int k = 0; k < 50; k++) {
        size_t n = next_random(&random) % len;
        unsigned char *part = malloc(n ? n : 1);
        assert_non_null(part);
        memcpy(part, data, n);
        says(part, n, side, "");
        free(part);
    }
    says(data, len / 2, side, "is cut off: tile ");
    free(data);
    flip_bits(T35VLF "B10.jp2", small, 200);
}

/* ---- threads ---- */

struct worker {
    const struct jp2 *jp2;
    uint16_t *px;
    int32_t begin;
    struct err e;
};

static void *work(void *arg)
{
    struct worker *w = arg;
    struct jp2_decoder *d;
    int32_t n = jp2_info(w->jp2)->tiles_x * jp2_info(w->jp2)->tiles_y;
    if (jp2_decoder_create(&d, &w->e) != 0)
        return NULL;
    for (int32_t t = n - 1 - w->begin; t >= 0; t -= 4) {
        if (jp2_image_decode(d, w->jp2, t, w->px, &w->e) != 0)
            break;
    }
    jp2_decoder_destroy(d);
    return NULL;
}

static void check_threads(const char *path, int32_t side[2])
{
    size_t len;
    unsigned char *data = jp2_image_slurp(path, &len);
    struct jp2_image m;
    struct err e = ERR_INIT;
    assert_int_equal(jp2_image_open(&m, data, len, side, &e), 0);
    uint16_t *one = jp2_image_pixels(jp2_info(m.jp2)), *four = jp2_image_pixels(jp2_info(m.jp2));
    assert_int_equal(jp2_image_decode_all(m.jp2, 1, one, &e), 0);
    pthread_t thread[4];
    struct worker worker[4];
    for (int i = 0; i < 4; i++) {
        worker[i] = (struct worker){m.jp2, four, i, ERR_INIT};
        assert_int_equal(pthread_create(&thread[i], NULL, work, &worker[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        assert_string_equal(worker[i].e.msg, "");
    }
    assert_memory_equal(one, four, (size_t)side[0] * (size_t)side[1] * sizeof *one);
    free(one);
    free(four);
    jp2_image_close(&m);
    free(data);
}

static void test_threads(void **state)
{
    int32_t side[2] = {1830, 1830};
    (void)state;
    check_threads(tiny[0], tiny_side);
    check_threads(tiny[1], tiny_side);
    if (!tmpdir_have(T18LTM "B10.jp2"))
        skip();
    check_threads(T18LTM "B10.jp2", side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiny),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_not_jp2),
        cmocka_unit_test(test_header_damage),
        cmocka_unit_test(test_crg),
        cmocka_unit_test(test_part_damage),
        cmocka_unit_test(test_packet_lengths),
        cmocka_unit_test(test_real_sizes),
        cmocka_unit_test(test_same_as_opj_decompress),
        cmocka_unit_test(test_real_damage),
        cmocka_unit_test(test_real_oddities),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
