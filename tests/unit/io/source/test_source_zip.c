/* io/source/source: the archives that other programs make, and those that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>
#include <pthread.h>

#include "io/source/source.h"
#include "support/made_zip.h"
#include "support/source_checks.h"
#include "support/tmpdir.h"

/* ---- names ---- */

static void test_backslashes(void **state)
{
    static const struct zip_entry entry[] = {
        {"P.SAFE\\", "", STORED, 0, 0, 0},
        {"P.SAFE\\MTD_MSIL1C.xml", "<a/>", DEFLATED, 0, 0, 0},
        {"P.SAFE\\GRANULE\\G\\x.jp2", "image", STORED, 0, 0, 0},
        {"P.SAFE\\GRANULE\\..\\..\\evil.xml", "<evil>", STORED, 0, 0, 0},
        {"..\\MTD_MSIL1C.xml", "<evil>", STORED, 0, 0, 0},
        {"\\MTD_MSIL1C.xml", "<evil>", STORED, 0, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 6);
    struct strlist l;
    struct err e = ERR_INIT;
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    source_reads(s, "GRANULE/G/x.jp2", "image");
    assert_false(source_has(s, "GRANULE\\G\\x.jp2")); /* callers have one kind of name */
    source_read_fails(s, "evil.xml", "evil.xml", "No such file");
    assert_int_equal(source_list(s, &l, &e), 0);
    assert_int_equal(l.n, 2);
    assert_string_equal(l.s[0], "GRANULE/G/x.jp2");
    strlist_clear(&l);
    source_close(s);
    source_refuses_zip(*state, entry + 4, 2, "no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it");
}

static void test_dot_slash(void **state)
{
    static const struct zip_entry entry[] = {
        {"./", "", STORED, 0, 0, 0},
        {"./P.SAFE/MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {".\\P.SAFE/b", "b", STORED, 0, 0, 0},
        {"././P.SAFE/c", "c", STORED, 0, 0, 0},
        {"./../MTD_MSIL1C.xml", "<evil>", STORED, 0, 0, 0},
        {".//MTD_MSIL1C.xml", "<evil>", STORED, 0, 0, 0},
        {"P.SAFE/./d", "d", STORED, 0, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 7);
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    source_reads(s, "b", "b");
    source_reads(s, "c", "c");
    source_read_fails(s, "d", "d", "No such file");
    source_close(s);
    static const struct zip_entry is_incomplete[] = {{"./MTD_MSIL2A.xml", "<b/>", STORED, 0, 0, 0}};
    s = source_opens_zip(*state, is_incomplete, 1);
    source_reads(s, "MTD_MSIL2A.xml", "<b/>");
    source_close(s);
}

static void test_old_naming(void **state)
{
    static const struct zip_entry entry[] = {
        {".\\S2A_OPER_PRD_MSIL1C_PDMC.SAFE\\manifest.safe", "", STORED, 0, 0, 0}};
    source_refuses_zip(*state, entry, 1, "from before December 2016");
}

/* The same name twice: harmless if the contents are the same, else nobody knows which is meant. */
static void test_doubles(void **state)
{
    static const struct zip_entry entry[] = {
        {"P/MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {"P/same", "same", STORED, 0, 0, 0},
        {"P/other", "one", STORED, 0, 0, 0},
        {"P/MTD_MSIL1C.xml", "<a/>", DEFLATED, 0, 0, 0},
        {"P/same", "same", STORED, 0, 0, 0},
        {"P\\other", "two", STORED, 0, 0, 0},
        {"P/same", "same", STORED, 0, 0, 0},
        {"Q/other", "three", STORED, 0, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 8);
    struct strlist l;
    struct err e = ERR_INIT;
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    source_reads(s, "same", "same");
    source_read_fails(s, "other", "other",
                      "is in the zip file more than once, with different contents");
    assert_int_equal(source_list(s, &l, &e), 0);
    assert_int_equal(l.n, 3);
    strlist_clear(&l);
    source_close(s);
}

/* ---- how members are described ---- */

static void test_kinds(void **state)
{
    static const struct zip_entry entry[] = {
        {"MTD_MSIL1C.xml", "<a/>", STORED, ZIP_LARGE, 0, 0},
        {"large", "0123456789", DEFLATED, ZIP_LARGE, 0, 0},
        {"streamed", "0123456789", STORED, ZIP_DESCRIPTOR, 0, 0},
        {"streamed_deflated", "0123456789", DEFLATED, ZIP_DESCRIPTOR, 0, 0},
        {"streamed_large", "0123456789", DEFLATED, ZIP_DESCRIPTOR | ZIP_LARGE, 0, 0},
        {"local", "0123456789", STORED, ZIP_LOCAL_LIES, 0, 0},
        {"local_deflated", "0123456789", DEFLATED, ZIP_LOCAL_LIES, 0, 0},
        {"local_large", "0123456789", STORED, ZIP_LOCAL_LIES | ZIP_LARGE, 0, 0},
        {"empty", "", STORED, 0, 0, 0},
        {"empty_deflated", "", DEFLATED, ZIP_DESCRIPTOR, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 10);
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    for (int i = 1; i < 10; i++)
        source_reads(s, entry[i].name, entry[i].data);
    source_close(s);
}

static void test_lies(void **state)
{
    static const struct zip_entry entry[] = {
        {"MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {"two_sizes", "0123456789", STORED, ZIP_TWO_SIZES, 0, 0},
        {"grown", "0123456789", STORED, 0, 0, 11},
        {"shrunk", "0123456789", STORED, 0, 0, 9},
        {"encrypted", "0123456789", DEFLATED, ZIP_ENCRYPTED, 0, 0},
        {"deflate64", "0123456789", 9, 0, 0, 0},
        {"lzma", "0123456789", 14, 0, 0, 0},
        {"zstd", "0123456789", 93, 0, 0, 0},
        {"nothing", "", STORED, 0, 1, 0},
        {"nothing_deflated", "", DEFLATED, 0, 1, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 10);
    for (int i = 1; i < 4; i++)
        source_read_fails(s, entry[i].name, entry[i].name, "the zip file gives two lengths of it");
    source_read_fails(s, "encrypted", "encrypted", "is encrypted in the zip file");
    source_read_fails(
        s, "deflate64", "deflate64",
        "is packed with zip method 9; only stored (0) and deflated (8) are supported");
    source_read_fails(s, "lzma", "lzma", "method 14");
    source_read_fails(s, "zstd", "zstd", "method 93");
    source_read_fails(s, "nothing", "nothing",
                      "is damaged: it is empty, but its CRC-32 in the zip file is 00000001");
    source_read_fails(s, "nothing_deflated", "nothing_deflated", "is damaged: it is empty");
    source_close(s);
}

/* ---- unpacking ---- */

static const struct zip_entry packed[] = {
    {"MTD_MSIL1C.xml", "<a/>", DEFLATED, 0, 0, 0}, {"one", "0123456789", DEFLATED, 0, 0, 0},
    {"two", "abcdefghij", DEFLATED, 0, 0, 0},      {"three", "ABCDEFGHIJ", DEFLATED, 0, 0, 0},
    {"stored", "0123456789", STORED, 0, 0, 0},     {"bad", "0123456789", DEFLATED, 0, 1, 0},
};

static struct source_file *open_file(struct source *s, const char *name, const char *wanted)
{
    struct source_file *f;
    struct err e = ERR_INIT;
    char buf[4] = "";
    if (source_file_open(s, name, &f, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(source_file_pread(f, buf, 3, 4, &e), 0);
    assert_string_equal(buf, wanted);
    return f;
}

/* Small ones stay in memory, the one that no longer fits goes to a file; what is closed makes room.
 */
static void test_kept(void **state)
{
    const struct tmpdir *dir = *state;
    struct source *s = source_opens_zip(dir, packed, 6);
    struct err e = ERR_INIT;
    char buf[4] = "";
    source_unpack_in(dir->path);
    source_set_unpack(s, (struct source_unpack){.keep_bytes = 25});
    assert_int_equal(source_kept_bytes(s), 0);
    struct source_file *one = open_file(s, "one", "456"), *two = open_file(s, "two", "efg");
    assert_int_equal(source_kept_bytes(s), 20);
    struct source_file *three = open_file(s, "three", "EFG"),
                       *stored = open_file(s, "stored", "456");
    assert_int_equal(source_kept_bytes(s), 20);
    source_reads(s, "MTD_MSIL1C.xml", "<a/>"); /* does not count */
    source_read_fails(s, "bad", "bad", "CRC error");
    assert_int_equal(source_kept_bytes(s), 20);
    source_file_close(one);
    assert_int_equal(source_kept_bytes(s), 10);
    struct source_file *files[] = {two, three, stored};
    static const char *const texts[] = {"bcd", "BCD", "123"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(source_file_spill(files[i], &e), 0);
        assert_int_equal(source_file_spill(files[i], &e), 0); /* nothing is left to do */
        assert_int_equal(source_file_size(files[i]), 10);
        assert_int_equal(source_file_pread(files[i], buf, 3, 1, &e), 0);
        assert_string_equal(buf, texts[i]);
        source_file_close(files[i]);
    }
    assert_int_equal(source_kept_bytes(s), 0);
    assert_int_equal(source_file_open(s, "bad", &one, &e), ERR_INPUT);
    assert_int_equal(source_kept_bytes(s), 0);
    source_close(s);
    assert_int_equal(tmpdir_files(dir), 1); /* x.zip */
}

/* A folder for temporary files that is not there is no matter while memory will do, and never a
 * reason to try again. */
static void test_no_scratch(void **state)
{
    const struct tmpdir *dir = *state;
    struct source *s = source_opens_zip(dir, packed, 6);
    struct source_file *f;
    struct err e = ERR_INIT;
    source_unpack_in("/nowhere/at/all");
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    source_reads(s, "one", "0123456789");
    source_file_close(open_file(s, "one", "456"));
    source_set_unpack(s, (struct source_unpack){.keep_bytes = 9, .may_exceed = true});
    assert_int_equal(source_file_open(s, "one", &f, &e), 0);
    assert_int_equal(e.code, 0); /* nothing is left of what was tried first */
    assert_string_equal(e.msg, "");
    source_file_close(f);
    source_set_unpack(s, (struct source_unpack){.keep_bytes = 10});
    f = open_file(s, "one", "456");
    struct source_file *two;
    const char *said = "two: no room in memory to unpack it, and no temporary file can be made in "
                       "/nowhere/at/all (TMPDIR): No such file or directory";
    assert_int_equal(source_file_open(s, "two", &two, &e), ERR_OUTPUT);
    assert_string_equal(e.msg, said);
    assert_int_equal(source_file_spill(f, &e), ERR_OUTPUT);
    assert_int_equal(source_kept_bytes(s), 10);
    char buf[4] = "";
    assert_int_equal(source_file_pread(f, buf, 3, 0, &e), 0); /* it stays as it was */
    assert_string_equal(buf, "012");
    source_file_close(f);
    source_close(s);
}

/* ---- damage ---- */

static void test_check(void **state)
{
    static const struct zip_entry entry[] = {
        {"MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {"good", "0123456789", STORED, 0, 0, 0},
        {"bad", "0123456789", STORED, 0, 1, 0},
        {"deflated", "0123456789", DEFLATED, 0, 0, 0},
        {"empty", "", STORED, 0, 0, 0},
    };
    static const char *const sound[] = {"good", "deflated", "empty"};
    struct source *s = source_opens_zip(*state, entry, 5);
    struct source_file *f;
    struct err e = ERR_INIT;
    char buf[4] = "";
    for (int i = 0; i < 3; i++) {
        assert_int_equal(source_file_open(s, sound[i], &f, &e), 0);
        assert_int_equal(source_file_check(f, &e), 0);
        source_file_close(f);
    }
    assert_int_equal(source_file_open(s, "bad", &f, &e), 0);
    assert_int_equal(source_file_pread(f, buf, 3, 2, &e), 0);
    assert_int_equal(source_file_check(f, &e), ERR_INPUT);
    assert_string_equal(e.msg,
                        "bad: is damaged: its CRC-32 is a684c7c6, the zip file says a684c7c7");
    assert_int_equal(source_file_pread(f, buf, 3, 5, &e), 0); /* nothing is moved by the check */
    assert_string_equal(buf, "567");
    source_file_close(f);
    source_close(s);
}

/* The directory is whole and points to where the data no longer are. */
static void test_lost_data(void **state)
{
    static const struct zip_entry entry[] = {
        {"image", "0123456789", STORED, 0, 0, 0},
        {"MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
    };
    struct made_zip b;
    struct source *s;
    struct source_file *f;
    struct err e = ERR_INIT;
    char path[1024];
    made_zip(&b, entry, 2);
    b.at[26] =
        0xff; /* the length of the name in the local header: the data would begin behind the end */
    b.at[27] = 0xff;
    tmpdir_write(*state, "x.zip", b.at, b.n);
    assert_int_equal(source_open(tmpdir_path(*state, "x.zip", path), &s, &e), 0);
    source_reads(s, "MTD_MSIL1C.xml", "<a/>");
    source_read_fails(s, "image", "image", "image: ");
    if (source_file_open(s, "image", &f, &e) == 0) {
        assert_int_equal(source_file_check(f, &e), ERR_INPUT);
        source_file_close(f);
    }
    source_close(s);
    made_zip(&b, entry, 2);
    b.at[26] = 6; /* one more: the data are one byte on */
    tmpdir_write(*state, "x.zip", b.at, b.n);
    assert_int_equal(source_open(tmpdir_path(*state, "x.zip", path), &s, &e), 0);
    assert_int_equal(source_file_open(s, "image", &f, &e), 0);
    assert_int_equal(source_file_check(f, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "image: is damaged"));
    source_file_close(f);
    source_read_fails(s, "image", "image", "CRC error");
    source_close(s);
}

struct checker {
    struct source_file *f;
    int bad;
};

static void *check_often(void *arg)
{
    struct checker *c = arg;
    struct err e = ERR_INIT;
    for (unsigned i = 0; i < 500; i++) {
        char byte = 0;
        c->bad += source_file_check(c->f, &e) != 0;
        c->bad += source_file_pread(c->f, &byte, 1, i % 10, &e) != 0;
    }
    return NULL;
}

static void test_check_threads(void **state)
{
    static const struct zip_entry entry[] = {
        {"MTD_MSIL1C.xml", "<a/>", STORED, 0, 0, 0},
        {"digits", "0123456789", STORED, 0, 0, 0},
        {"letters", "abcdefghij", STORED, 0, 0, 0},
    };
    struct source *s = source_opens_zip(*state, entry, 3);
    struct err e = ERR_INIT;
    struct checker c[4] = {0};
    pthread_t thread[4];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(source_file_open(s, entry[1 + i % 2].name, &c[i].f, &e), 0);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, check_often, &c[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(c[i].bad, 0);
        source_file_close(c[i].f);
    }
    source_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backslashes),   cmocka_unit_test(test_dot_slash),
        cmocka_unit_test(test_old_naming),    cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_kinds),         cmocka_unit_test(test_lies),
        cmocka_unit_test(test_check),         cmocka_unit_test(test_lost_data),
        cmocka_unit_test(test_check_threads), cmocka_unit_test(test_kept),
        cmocka_unit_test(test_no_scratch),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
