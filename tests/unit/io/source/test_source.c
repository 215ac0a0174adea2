/* io/source/source: folders and zips, good and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/source/source.h"
#include "support/made_zip.h"
#include "support/source_checks.h"
#include "support/tmpdir.h"

#define REAL SOURCE_DIR "/../shared/data/real/"

/* ---- names ---- */

static void test_names(void **state)
{
    static const char *const good[] = {"a", "a/b.c", "..a", "a..", "a/...", ".a"};
    static const char *const bad[] = {"",    "/",   "/a",     "a/",   "a//b",     ".",   "..",
                                      "./a", "a/.", "a/../b", "../a", "a\\..\\b", "a\nb"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(source_name_ok(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(source_name_ok(bad[i]));
}

/* ---- folders ---- */

static void test_folder(void **state)
{
    const struct tmpdir *dir = *state;
    char path[1024];
    tmpdir_write(dir, "P.SAFE/MTD_MSIL1C.xml", "<a/>", 4);
    tmpdir_write(dir, "P.SAFE/GRANULE/G/x.jp2", "image", 5);
    static const char *const names[] = {"P.SAFE", "P.SAFE/", "P.SAFE///", "P.SAFE/MTD_MSIL1C.xml"};
    for (int i = 0; i < 4; i++) {
        struct source *s = source_opens(tmpdir_path(dir, names[i], path));
        assert_true(source_path(s)[strlen(source_path(s)) - 1] != '/');
        source_reads(s, "GRANULE/G/x.jp2", "image");
        assert_false(source_has(s, "GRANULE/G"));
        assert_false(source_has(s, "GRANULE/../MTD_MSIL1C.xml"));
        source_read_fails(s, "../secret", "", "is not the name of a file inside");
        source_read_fails(s, "/etc/passwd", "", "is not the name of a file inside");
        source_read_fails(s, "GRANULE/no", "", "GRANULE/no: No such file");
        source_read_fails(s, "GRANULE/G", "", "is not a plain file");
        source_close(s);
    }
    struct source *s = source_opens(tmpdir_path(dir, "P.SAFE", path));
    assert_int_equal(mkfifo(tmpdir_path(dir, "P.SAFE/fifo", path), 0600), 0);
    source_read_fails(s, "fifo", "", "is not a plain file");
    char big[1002];
    memset(big, 'x', sizeof big);
    tmpdir_write(dir, "P.SAFE/big", big, sizeof big);
    source_read_fails(s, "big", "", "is 1002 bytes long, more than the 1000");
    source_close(s);
}

/* Level-2A: the folder, its metadata, a zip in which it is the shallowest. */
static void test_level2(void **state)
{
    static const struct zip_entry entry[] = {
        {"deep/er/P.SAFE/MTD_MSIL1C.xml", "<inner/>", STORED, 0, 0, 0},
        {"deep/P.SAFE/MTD_MSIL2A.xml", "<a/>", DEFLATED, 0, 0, 0},
    };
    static const char *const names[] = {"L2.SAFE", "L2.SAFE/", "L2.SAFE/MTD_MSIL2A.xml"};
    char path[1024];
    tmpdir_write(*state, "L2.SAFE/MTD_MSIL2A.xml", "<a/>", 4);
    for (int i = 0; i < 3; i++) {
        struct source *s = source_opens(tmpdir_path(*state, names[i], path));
        source_reads(s, "MTD_MSIL2A.xml", "<a/>");
        source_close(s);
    }
    struct source *s = source_opens_zip(*state, entry, 2);
    source_reads(s, "MTD_MSIL2A.xml", "<a/>");
    assert_false(source_has(s, "MTD_MSIL1C.xml"));
    source_close(s);
}

static void test_pread(void **state)
{
    const struct tmpdir *dir = *state;
    char path[1024], buf[8] = "";
    struct source_file *f;
    struct err e = ERR_INIT;
    tmpdir_write(dir, "Q.SAFE/MTD_MSIL1C.xml", "0123456789", 10);
    struct source *s = source_opens(tmpdir_path(dir, "Q.SAFE", path));
    assert_int_equal(source_file_open(s, "MTD_MSIL1C.xml", &f, &e), 0);
    assert_int_equal(source_file_size(f), 10);
    assert_int_equal(source_file_pread(f, buf, 4, 6, &e), 0);
    assert_string_equal(buf, "6789");
    assert_int_equal(source_file_pread(f, buf, 0, 10, &e), 0);
    assert_int_equal(source_file_pread(f, buf, 1, 10, &e), ERR_INPUT);
    assert_int_equal(source_file_pread(f, buf, 4, 7, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "ends at byte 10, but bytes 7 to 11"));
    assert_int_equal(source_file_pread(f, buf, 2, UINT64_MAX, &e), ERR_INPUT);
    assert_int_equal(truncate(tmpdir_path(dir, "Q.SAFE/MTD_MSIL1C.xml", path), 5), 0);
    assert_int_equal(source_file_pread(f, buf, 4, 3, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "became shorter"));
    source_file_close(f);
    source_close(s);
}

static void test_other_inputs(void **state)
{
    const struct tmpdir *dir = *state;
    char path[1024];
    source_refuses(tmpdir_path(dir, "nowhere", path), "nowhere: No such file");
    source_refuses("/dev/null", "neither a folder nor a file");
    tmpdir_write(dir, "both.SAFE/MTD_MSIL1C.xml", "<a/>", 4);
    tmpdir_write(dir, "both.SAFE/MTD_MSIL2A.xml", "<a/>", 4);
    source_refuses(tmpdir_path(dir, "both.SAFE", path),
                   "holds more than one product: MTD_MSIL1C.xml and MTD_MSIL2A.xml");
    source_refuses(tmpdir_path(dir, "both.SAFE/MTD_MSIL2A.xml", path),
                   "holds more than one product");
    tmpdir_write(dir, "old/S2A_OPER_MTD_SAFL1C_PDMC_2016.xml", "<a/>", 4);
    source_refuses(tmpdir_path(dir, "old", path), "from before December 2016");
    tmpdir_write(dir, "S2B_OPER_PRD_MSIL1C_PDMC_2016.SAFE/x", "", 0);
    source_refuses(tmpdir_path(dir, "S2B_OPER_PRD_MSIL1C_PDMC_2016.SAFE", path),
                   "from before December 2016");
    tmpdir_write(dir, "other/x", "", 0);
    source_refuses(tmpdir_path(dir, "other", path), "no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it");
    source_refuses(tmpdir_path(dir, "other/x", path), "neither a folder nor a readable zip file");
    tmpdir_write(dir, "text", "this is no archive at all, just text", 36);
    source_refuses(tmpdir_path(dir, "text", path),
                   "/text: is a text file, not a product; did you mean @");
    tmpdir_write(dir, "bytes", "\1\2 no archive, and no text either \3", 36);
    source_refuses(tmpdir_path(dir, "bytes", path),
                   "neither a folder nor a readable zip file: Not a zip archive");
    tmpdir_write(dir, "zips/a.zip", "", 0);
    source_refuses(tmpdir_path(dir, "zips", path),
                   "is a folder of .zip files; for all of them type ");
    tmpdir_write(dir, "dir/MTD_MSIL1C.xml/x", "", 0);
    source_refuses(tmpdir_path(dir, "dir", path), "is not a plain file");
    tmpdir_write(dir, "dir2/MTD_MSIL2A.xml/x", "", 0);
    source_refuses(tmpdir_path(dir, "dir2", path), "MTD_MSIL2A.xml is not a plain file");
}

/* As browsers and file managers unpack an archive: a folder of its name around the product. */
static void test_folder_around(void **state)
{
    const struct tmpdir *dir = *state;
    char path[1024], name[100];
    tmpdir_write(dir, "around/B.SAFE/MTD_MSIL1C.xml", "<b/>", 4);
    tmpdir_write(dir, "around/empty/x", "", 0);
    tmpdir_write(dir, "around/notes.txt", "x", 1);
    static const char *const good[] = {"around", "around/", "around/B.SAFE"};
    for (int i = 0; i < 3; i++) {
        struct source *s = source_opens(tmpdir_path(dir, good[i], path));
        source_reads(s, "MTD_MSIL1C.xml", "<b/>");
        assert_false(source_has(s, "notes.txt"));
        source_close(s);
    }
    tmpdir_write(dir, "around/A.SAFE/MTD_MSIL2A.xml", "<a/>", 4);
    source_refuses(
        tmpdir_path(dir, "around", path),
        "holds 2 products; name the ones you want: A.SAFE, B.SAFE; for all of them type ");
    for (char c = 'C'; c <= 'F'; c++) {
        snprintf(name, sizeof name, "around/%c.SAFE/MTD_MSIL1C.xml", c);
        tmpdir_write(dir, name, "<c/>", 4);
    }
    source_refuses(
        tmpdir_path(dir, "around", path),
        "holds 6 products; name the ones you want: A.SAFE, B.SAFE, C.SAFE, D.SAFE and 2 more");
    tmpdir_write(dir, "around2/L.SAFE/MTD_MSIL1C.xml", "<l/>", 4);
    tmpdir_write(dir, "around2/L.SAFE/MTD_MSIL2A.xml", "<l/>", 4);
    source_refuses(tmpdir_path(dir, "around2", path),
                   "holds more than one product: MTD_MSIL1C.xml and MTD_MSIL2A.xml");
    tmpdir_write(dir, "deeper/around/P.SAFE/MTD_MSIL1C.xml", "<p/>", 4);
    source_refuses(tmpdir_path(dir, "deeper", path), "no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it");
}

static void test_memory(void **state)
{
    static const struct source_entry entry[2] = {{"a/b", "text", 4}, {"c", "", 0}};
    struct source *s;
    struct err e = ERR_INIT;
    (void)state;
    assert_int_equal(source_open_memory(entry, 2, &s, &e), 0);
    source_reads(s, "a/b", "text");
    source_reads(s, "c", "");
    source_read_fails(s, "d", "", "No such file");
    source_close(s);
}

/* ---- zips ---- */

static void test_zip(void **state)
{
    static const struct zip_entry entry[] = {
        {"deep/er/P.SAFE/MTD_MSIL1C.xml", "<inner/>", STORED, 0, 0, 0},
        {"deep/P.SAFE/MTD_MSIL1C.xml", "<a/>", DEFLATED, 0, 0, 0},
        {"deep/P.SAFE/GRANULE/G/stored.jp2", "0123456789", STORED, 0, 0, 0},
        {"deep/P.SAFE/GRANULE/G/deflated.jp2", "abcdefghij", DEFLATED, 0, 0, 0},
        {"deep/P.SAFE/GRANULE/../../../MTD_MSIL1C.xml", "<evil/>", STORED, 0, 0, 0},
        {"/MTD_MSIL1C.xml", "<evil/>", STORED, 0, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 6);
    struct err e = ERR_INIT;
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    source_reads(s, "GRANULE/G/stored.jp2", "0123456789");
    source_reads(s, "GRANULE/G/deflated.jp2", "abcdefghij");
    source_read_fails(s, "GRANULE/../MTD_MSIL1C.xml", "", "is not the name of a file inside");
    source_read_fails(s, "no", "", "No such file");
    static const char *const names[] = {"GRANULE/G/stored.jp2", "GRANULE/G/deflated.jp2"};
    static const char *const at5[] = {"567", "fgh"}, *const at1[] = {"123", "bcd"};
    for (int i = 0; i < 2; i++) {
        struct source_file *f;
        char buf[4] = "";
        assert_int_equal(source_file_open(s, names[i], &f, &e), 0);
        assert_int_equal(source_file_size(f), 10);
        assert_int_equal(source_file_pread(f, buf, 3, 5, &e), 0);
        assert_string_equal(buf, at5[i]);
        assert_int_equal(source_file_pread(f, buf, 3, 1, &e), 0);
        assert_string_equal(buf, at1[i]);
        assert_int_equal(source_file_pread(f, buf, 3, 8, &e), ERR_INPUT);
        source_file_close(f);
    }
    source_close(s);
}

static void test_zip_refused(void **state)
{
    static const struct zip_entry two[] = {{"a/MTD_MSIL1C.xml", "", 0, 0, 0, 0},
                                           {"b/MTD_MSIL1C.xml", "", 0, 0, 0, 0}};
    static const struct zip_entry none[] = {{"a/b", "", 0, 0, 0, 0}};
    static const struct zip_entry levels[] = {{"a.SAFE/MTD_MSIL2A.xml", "", 0, 0, 0, 0},
                                              {"b.SAFE/MTD_MSIL1C.xml", "", 0, 0, 0, 0}};
    static const struct zip_entry old[] = {
        {"S2A_OPER_PRD_MSIL1C_PDMC.SAFE/manifest.safe", "", 0, 0, 0, 0}};
    static const struct zip_entry evil[] = {{"../MTD_MSIL1C.xml", "", 0, 0, 0, 0}};
    source_refuses_zip(*state, two, 2,
                       "more than one product: a/MTD_MSIL1C.xml and b/MTD_MSIL1C.xml");
    source_refuses_zip(*state, none, 1, "no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it");
    source_refuses_zip(*state, levels, 2,
                       "more than one product: a.SAFE/MTD_MSIL2A.xml and b.SAFE/MTD_MSIL1C.xml");
    source_refuses_zip(*state, old, 1, "from before December 2016");
    source_refuses_zip(*state, evil, 1, "no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it");
    struct made_zip b;
    char path[1024];
    made_zip(&b, two, 1);
    for (size_t n = 4; n < b.n; n++) {
        tmpdir_write(*state, "cut.zip", b.at, n);
        source_refuses(tmpdir_path(*state, "cut.zip", path),
                       "a zip file that is cut off or damaged: ");
    }
}

static void test_zip_lies(void **state)
{
    static const struct zip_entry entry[] = {
        {"MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {"encrypted", "0123456789", STORED, 1, 0, 0},
        {"bzip2", "0123456789", 12, 0, 0, 0},
        {"crc_stored", "0123456789", STORED, 0, 1, 0},
        {"crc_deflated", "0123456789", DEFLATED, 0, 1, 0},
        {"bomb", "0123456789", DEFLATED, 0, 0, 0x90000000},
        {"short", "0123456789", DEFLATED, 0, 0, 20},
        {"long", "0123456789", DEFLATED, 0, 0, 5},
    };
    struct source *s = source_opens_zip(*state, entry, 8);
    struct source_file *f;
    struct err e = ERR_INIT;
    source_read_fails(s, "encrypted", "", "is encrypted");
    source_read_fails(s, "bzip2", "", "zip method 12");
    source_read_fails(s, "crc_stored", "", "CRC error");
    source_read_fails(s, "crc_deflated", "", "CRC error");
    source_read_fails(s, "bomb", "", "is 2415919104 bytes long, more than the 1000");
    assert_int_equal(source_file_open(s, "bomb", &f, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "more than the 2147483648"));
    source_read_fails(s, "short", "", "short: ");
    source_read_fails(s, "long", "", "long: ");
    source_reads(s, "MTD_MSIL1C.xml", "<a/>"); /* the archive is still of use */
    source_close(s);
}

struct reader {
    struct source_file *f[2];
    int bad;
};

static void *read_much(void *arg)
{
    struct reader *r = arg;
    struct err e = ERR_INIT;
    for (unsigned i = 0; i < 2000; i++) {
        char c = 0;
        unsigned at = i * 7 % 10;
        if (source_file_pread(r->f[i & 1], &c, 1, at, &e) != 0 ||
            c != (char)((i & 1 ? 'a' : '0') + at))
            r->bad++;
    }
    return NULL;
}

static void test_zip_threads(void **state)
{
    static const struct zip_entry entry[] = {
        {"MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {"digits", "0123456789", STORED, 0, 0, 0},
        {"letters", "abcdefghij", STORED, 0, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 3);
    struct err e = ERR_INIT;
    struct reader r[4] = {{{NULL, NULL}, 0}};
    pthread_t thread[4];
    assert_int_equal(source_file_open(s, "digits", &r[0].f[0], &e), 0);
    assert_int_equal(source_file_open(s, "letters", &r[0].f[1], &e), 0);
    for (int i = 0; i < 4; i++) {
        r[i] = r[0];
        assert_int_equal(pthread_create(&thread[i], NULL, read_much, &r[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(r[i].bad, 0);
    }
    source_file_close(r[0].f[0]);
    source_file_close(r[0].f[1]);
    source_close(s);
}

static void test_real(void **state)
{
    (void)state;
    if (!tmpdir_have(REAL "tiff_named.jp2"))
        skip();
    source_refuses(
        REAL "S2A_OPER_PRD_MSIL1C_PDMC_20161013T075059_R111_V20161012T161812_20161012T161807.zip",
        "from before December 2016");
    source_close(
        source_opens(REAL "S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE"));
    source_refuses(REAL "tiff_named.jp2", "neither a folder nor a readable zip file");
    struct source *s =
        source_opens(REAL "S2A_MSIL1C_20180629T000241_N0206_R030_T56JMM_20180629T012042.zip");
    struct source_file *f;
    struct err e = ERR_INIT;
    char head[12];
    if (source_file_open(
            s, "GRANULE/L1C_T56JMM_A015757_20180629T000241/IMG_DATA/T56JMM_20180629T000241_B01.jp2",
            &f, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(source_file_size(f), 4716);
    assert_int_equal(source_file_pread(f, head, sizeof head, 0, &e), 0);
    assert_memory_equal(head, "\0\0\0\x0cjP  \r\n\x87\n", 12);
    source_file_close(f);
    source_close(s);
}

/* ---- lists ---- */

static const char mask[] = "GRANULE/L1C_A/FMASK_DATA/L1C_Fmask4.tif";

static void finds(struct source *s, const char *pattern, const char *wanted)
{
    struct strlist l;
    struct err e = ERR_INIT;
    char found[1000] = "";
    assert_int_equal(source_find(s, pattern, &l, &e), 0);
    for (size_t i = 0; i < l.n; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i ? " " : "", l.s[i]);
    assert_string_equal(found, wanted);
    strlist_clear(&l);
}

static void check_lists(struct source *s)
{
    struct strlist l;
    struct err e = ERR_INIT;
    assert_int_equal(source_list(s, &l, &e), 0);
    assert_int_equal(l.n, 5);
    assert_string_equal(l.s[0], mask);
    assert_string_equal(l.s[1], "GRANULE/L1C_A/FMASK_DATA/deep/x_Fmask4.tif");
    assert_string_equal(l.s[4], "dluvclouds_rgbiswir.tif");
    strlist_clear(&l);
    finds(s, "GRANULE/*/FMASK_DATA/*_Fmask4.tif", mask);
    finds(s, "GRANULE/*/*_DATA/*_R[12].tif", "GRANULE/L1C_A/MAJA_DATA/S_CLM_R1.tif");
    finds(s, "GRANULE/*_Fmask4.tif", "");
    finds(s, "*", "MTD_MSIL1C.xml dluvclouds_rgbiswir.tif");
    finds(s, "none.tif", "");
}

static void test_find(void **state)
{
    const struct tmpdir *dir = *state;
    static const char *const names[] = {
        "MTD_MSIL1C.xml", mask, "GRANULE/L1C_A/FMASK_DATA/deep/x_Fmask4.tif",
        "GRANULE/L1C_A/MAJA_DATA/S_CLM_R1.tif", "dluvclouds_rgbiswir.tif"};
    struct source_entry memory[6];
    struct zip_entry zipped[10] = {{.name = "../evil.tif", .data = "x"},
                                   {.name = "other.tif", .data = "x"},
                                   {.name = "A.SAFE/", .data = ""},
                                   {.name = "A.SAFE/..\\b", .data = "x"}};
    char path[1024], in_zip[5][100], in_folder[200];
    for (int i = 0; i < 5; i++) {
        snprintf(in_folder, sizeof in_folder, "listed.SAFE/%s", names[i]);
        tmpdir_write(dir, in_folder, "x", 1);
        memory[i] = (struct source_entry){names[i], "x", 1};
        snprintf(in_zip[i], sizeof in_zip[i], "A.SAFE/%s", names[i]);
        zipped[4 + i] = (struct zip_entry){.name = in_zip[i], .data = "x"};
    }
    memory[5] = (struct source_entry){"../evil", "x", 1};
    struct err e = ERR_INIT;
    struct source *s = source_opens(tmpdir_path(dir, "listed.SAFE", path));
    check_lists(s);
    check_lists(s); /* the folder is read from its beginning again */
    source_close(s);
    tmpdir_path(dir, "listed.SAFE/GRANULE/L1C_A/loop", path);
    assert_int_equal(symlink("..", path), 0);
    s = source_opens(tmpdir_path(dir, "listed.SAFE", path));
    check_lists(s);
    source_close(s);
    s = source_opens_zip(dir, zipped, 9);
    check_lists(s);
    source_close(s);
    assert_int_equal(source_open_memory(memory, 6, &s, &e), 0);
    check_lists(s);
    source_close(s);
}

static void test_plain_file(void **state)
{
    const struct tmpdir *dir = *state;
    struct source_file *f;
    struct err e = ERR_INIT;
    char path[1024], buf[4] = "";
    tmpdir_write(dir, "plain.bin", "abcdef", 6);
    assert_int_equal(source_file_open_plain(tmpdir_path(dir, "plain.bin", path), &f, &e), 0);
    assert_string_equal(source_file_name(f), path);
    assert_int_equal(source_file_size(f), 6);
    assert_int_equal(source_file_pread(f, buf, 3, 2, &e), 0);
    assert_string_equal(buf, "cde");
    assert_int_equal(source_file_pread(f, buf, 3, 4, &e), ERR_INPUT);
    source_file_close(f);
    assert_int_equal(source_file_open_plain(dir->path, &f, &e), ERR_INPUT);
    assert_null(f);
    assert_int_equal(source_file_open_plain(tmpdir_path(dir, "none", path), &f, &e), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_level2),       cmocka_unit_test(test_pread),
        cmocka_unit_test(test_other_inputs), cmocka_unit_test(test_memory),
        cmocka_unit_test(test_zip),          cmocka_unit_test(test_zip_refused),
        cmocka_unit_test(test_zip_lies),     cmocka_unit_test(test_zip_threads),
        cmocka_unit_test(test_real),         cmocka_unit_test(test_find),
        cmocka_unit_test(test_plain_file),   cmocka_unit_test(test_folder_around),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
