/* Files in pieces, and archives of them: what is there is compared, kept, replaced or only looked
 * at; archives are read by libzip, and always have the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/folder/outzip.h"
#include "io/source/source.h"
#include "support/tmpdir.h"

static const char *path_of(const char *name)
{
    static char path[1024];
    return tmpdir_path(&test_dir, name, path);
}

static void expect_file(const char *name, const char *content)
{
    size_t n;
    unsigned char *there = tmpdir_slurp(path_of(name), &n);
    if (!content) {
        assert_null(there);
        return;
    }
    assert_non_null(there);
    assert_string_equal((char *)there, content);
    free(there);
}

static enum outstream_outcome put(const char *name, enum outstream_mode mode, const char *content)
{
    enum outstream_outcome outcome;
    struct err e = ERR_INIT;
    size_t files = tmpdir_files(&test_dir);
    ino_t before = 0;
    struct stat st;
    if (lstat(path_of(name), &st) == 0)
        before = st.st_ino;
    if (outstream_put(path_of(name), mode, content, strlen(content), &outcome, &e) != 0)
        fail_msg("%s", e.msg);
    /* no file aside is left; a file that need not change is not touched */
    bool is_new = outcome == OUTSTREAM_MADE && mode <= OUTSTREAM_REPLACE;
    assert_int_equal(tmpdir_files(&test_dir), files + (is_new && before == 0));
    if (before && !is_new) {
        assert_int_equal(lstat(path_of(name), &st), 0);
        assert_int_equal(st.st_ino, before);
    }
    return outcome;
}

static void modes(void **state)
{
    (void)state;
    assert_int_equal(put("a", OUTSTREAM_TRY_KEEP, "one"), OUTSTREAM_MADE);
    assert_int_equal(put("a", OUTSTREAM_TRY_REPLACE, "one"), OUTSTREAM_MADE);
    expect_file("a", NULL);
    assert_int_equal(put("a", OUTSTREAM_KEEP, "one"), OUTSTREAM_MADE);
    expect_file("a", "one");
    for (int mode = OUTSTREAM_KEEP; mode <= OUTSTREAM_TRY_REPLACE; mode++)
        assert_int_equal(put("a", (enum outstream_mode)mode, "one"), OUTSTREAM_SAME);
    static const char *const others[] = {"two", "on", "ones", ""};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(put("a", OUTSTREAM_KEEP, others[i]), OUTSTREAM_OTHER);
        assert_int_equal(put("a", OUTSTREAM_TRY_KEEP, others[i]), OUTSTREAM_OTHER);
        assert_int_equal(put("a", OUTSTREAM_TRY_REPLACE, others[i]), OUTSTREAM_MADE);
        expect_file("a", "one");
    }
    assert_int_equal(put("a", OUTSTREAM_REPLACE, "two"), OUTSTREAM_MADE);
    expect_file("a", "two");
    assert_int_equal(unlink(path_of("a")), 0);
}

static void what_is_no_file(void **state)
{
    (void)state;
    enum outstream_outcome outcome;
    struct err e = ERR_INIT;
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", path_of("folder"));
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(put("folder", OUTSTREAM_KEEP, "x"), OUTSTREAM_OTHER);
    assert_int_equal(outstream_put(folder, OUTSTREAM_REPLACE, "x", 1, &outcome, &e), ERR_OUTPUT);
    assert_int_equal(rmdir(folder), 0);
    /* a pipe would block a reader; a link to nowhere is something */
    assert_int_equal(mkfifo(folder, 0666), 0);
    assert_int_equal(put("folder", OUTSTREAM_KEEP, ""), OUTSTREAM_OTHER);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(symlink("nowhere", folder), 0);
    assert_int_equal(put("folder", OUTSTREAM_KEEP, ""), OUTSTREAM_OTHER);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(outstream_put(path_of("none/a"), OUTSTREAM_KEEP, "x", 1, &outcome, &e),
                     ERR_OUTPUT);
    assert_non_null(strstr(e.msg, "none/a: cannot create: No such file"));
}

static void pieces(void **state)
{
    (void)state;
    static char block[150000];
    struct outstream *s;
    enum outstream_outcome outcome;
    struct err e = ERR_INIT;
    for (int run = 0; run < 3; run++) {
        memset(block, 'x', sizeof block);
        assert_int_equal(outstream_open(path_of("b"), OUTSTREAM_KEEP, &s, &e), 0);
        for (int i = 0; i < 4; i++) {
            block[sizeof block - 1] = run == 2 && i == 3 ? 'y' : 'z';
            assert_int_equal(outstream_add(s, block, sizeof block, &e), 0);
        }
        assert_int_equal(outstream_length(s), 4 * sizeof block);
        assert_int_equal(outstream_close(s, &outcome, &e), 0);
        assert_int_equal(outcome, run == 0   ? OUTSTREAM_MADE
                                  : run == 1 ? OUTSTREAM_SAME
                                             : OUTSTREAM_OTHER);
    }
    assert_int_equal(outstream_open(path_of("b"), OUTSTREAM_REPLACE, &s, &e), 0);
    assert_int_equal(outstream_add(s, "c", 1, &e), 0);
    outstream_abandon(s);
    assert_int_equal(tmpdir_files(&test_dir), 1);
    assert_int_equal(unlink(path_of("b")), 0);
}

/* ---- archives ---- */

static const struct {
    const char *name, *data;
} files[] = {{"tile_0_0.png", "\x89PNG"}, {"empty", ""}, {"folder/\xC3\xBC.txt", "umlaut"}};

static enum outstream_outcome zip(const char *name, enum outstream_mode mode, size_t n)
{
    struct outzip *z;
    enum outstream_outcome outcome;
    struct err e = ERR_INIT;
    assert_int_equal(outzip_open(path_of(name), mode, &z, &e), 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(outzip_add(z, files[i].name, files[i].data, strlen(files[i].data), &e), 0);
    assert_int_equal(outzip_close(z, &outcome, &e), 0);
    return outcome;
}

static void archives(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 3; n++) {
        struct source *s;
        struct strlist l;
        struct err e = ERR_INIT;
        assert_int_equal(zip("a.zip", OUTSTREAM_REPLACE, n), OUTSTREAM_MADE);
        assert_int_equal(zip("a.zip", OUTSTREAM_KEEP, n), OUTSTREAM_SAME);
        if (source_open_archive(path_of("a.zip"), &s, &e) != 0)
            fail_msg("%s", e.msg);
        assert_int_equal(source_list(s, &l, &e), 0);
        assert_int_equal(l.n, n);
        for (size_t i = 0; i < n; i++) {
            unsigned char *data;
            size_t len;
            struct source_file *f;
            if (source_read(s, files[i].name, 100, &data, &len, &e) != 0)
                fail_msg("%s", e.msg);
            assert_int_equal(len, strlen(files[i].data));
            assert_memory_equal(data, files[i].data, len);
            free(data);
            assert_int_equal(source_file_open(s, files[i].name, &f, &e), 0);
            assert_int_equal(source_file_check(f, &e), 0);
            source_file_close(f);
        }
        strlist_clear(&l);
        source_close(s);
    }
    assert_int_equal(zip("a.zip", OUTSTREAM_KEEP, 2), OUTSTREAM_OTHER);
}

/* Every byte, written by hand. */
static void bytes_of_one(void **state)
{
    (void)state;
    static const unsigned char wanted[] =
        "PK\3\4\x14\0\0\x08\0\0\0\0\x21\0\x4a\x02\x8b\xf0\x04\0\0\0\x04\0\0\0\x0c\0\0\0"
        "tile_0_0.png\x89PNG"
        "PK\1\2\x14\x03\x14\0\0\x08\0\0\0\0\x21\0\x4a\x02\x8b\xf0\x04\0\0\0\x04\0\0\0\x0c\0\0\0\0\0"
        "\0\0\0\0\0\0\xa4\x81\0\0\0\0tile_0_0.png"
        "PK\5\6\0\0\0\0\1\0\1\0\x3a\0\0\0\x2e\0\0\0\0";
    size_t n;
    assert_int_equal(zip("one.zip", OUTSTREAM_REPLACE, 1), OUTSTREAM_MADE);
    unsigned char *there = tmpdir_slurp(path_of("one.zip"), &n);
    assert_int_equal(n, sizeof wanted);
    memset(there + 14, 0x11, 4); /* the checksums, which libzip compares above */
    memset(there + 62, 0x11, 4);
    for (size_t i = 0; i < n; i++)
        if (there[i] != wanted[i] && there[i] != 0x11)
            fail_msg("byte %zu is %02x, not %02x", i, there[i], wanted[i]);
    free(there);
}

static void limits(void **state)
{
    (void)state;
    struct outzip *z;
    struct source *s;
    struct strlist l;
    enum outstream_outcome outcome;
    struct err e = ERR_INIT;
    char name[16];
    assert_int_equal(outzip_open(path_of("many.zip"), OUTSTREAM_KEEP, &z, &e), 0);
    for (int i = 0; i < OUTZIP_FILES_MAX; i++) {
        snprintf(name, sizeof name, "%d", i);
        assert_int_equal(outzip_add(z, name, "", 0, &e), 0);
    }
    assert_int_equal(outzip_add(z, "one more", "", 0, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "many.zip: a .zip has at most 65535 files and 4 GiB"));
    assert_int_equal(outzip_close(z, &outcome, &e), 0);
    assert_int_equal(source_open_archive(path_of("many.zip"), &s, &e), 0);
    assert_int_equal(source_list(s, &l, &e), 0);
    assert_int_equal(l.n, OUTZIP_FILES_MAX);
    strlist_clear(&l);
    source_close(s);
    /* nothing of a file that is too long is looked at */
    assert_int_equal(outzip_open(path_of("long.zip"), OUTSTREAM_TRY_KEEP, &z, &e), 0);
    assert_int_equal(outzip_add(z, "a", "", OUTZIP_BYTES_MAX, &e), ERR_USAGE);
    assert_int_equal(outzip_add(z, "a", "", OUTZIP_BYTES_MAX - 80, &e), ERR_USAGE);
    outzip_abandon(z);
    assert_int_equal(access(path_of("long.zip"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes),    cmocka_unit_test(what_is_no_file), cmocka_unit_test(pieces),
        cmocka_unit_test(archives), cmocka_unit_test(bytes_of_one),    cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
