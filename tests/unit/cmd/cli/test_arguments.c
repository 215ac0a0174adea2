/* Lists and configuration files: a NUL byte, as in text of UTF-16, never ends a line without a
 * word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cmd/cli/arguments.h"
#include "support/tmpdir.h"

static int read_products(const char *path, struct strlist *out, struct err *e)
{
    char operand[1100];
    const char *operands[] = {operand};
    const struct settings s = {.operands = operands, .n_operands = 1};
    snprintf(operand, sizeof operand, "@%s", path);
    return arguments_products(&s, out, e);
}

static void test_products(void **state)
{
    static const char good[] = "# two\r\na.SAFE\r\n  b.SAFE", cut[] = "a.SAFE\0b.SAFE\nc.SAFE\n";
    static const char wide[] = "a\0.\0S\0A\0F\0E\0\n\0", remark[] = "a.SAFE\n# \0\n";
    struct tmpdir dir;
    char path[1024];
    struct strlist products;
    struct err e = ERR_INIT;
    (void)state;
    tmpdir_make(&dir);
    tmpdir_path(&dir, "list", path);
    tmpdir_write(&dir, "list", good, sizeof good - 1);
    assert_int_equal(read_products(path, &products, &e), 0);
    assert_int_equal(products.n, 2);
    assert_string_equal(products.s[1], "b.SAFE");
    strlist_clear(&products);
    const char *const bad[] = {cut, wide, remark};
    const size_t size[] = {sizeof cut - 1, sizeof wide - 1, sizeof remark - 1};
    for (int i = 0; i < 3; i++) {
        tmpdir_write(&dir, "list", bad[i], size[i]);
        assert_int_equal(read_products(path, &products, &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, "NUL byte"));
        assert_int_equal(products.n, 0);
    }
    tmpdir_remove(&dir);
}

static void test_tiles(void **state)
{
    static const char cut[] = "3_4\0 5_6\n";
    struct tmpdir dir;
    char path[1024], tiles[1100];
    struct settings s = {.tiles = tiles};
    struct selection selection;
    struct err e = ERR_INIT;
    (void)state;
    tmpdir_make(&dir);
    tmpdir_path(&dir, "list", path);
    snprintf(tiles, sizeof tiles, "@%s", path);
    tmpdir_write(&dir, "list", cut, sizeof cut - 1);
    assert_int_equal(arguments_selection(&s, &selection, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "NUL byte"));
    arguments_selection_clear(&selection);
    tmpdir_remove(&dir);
}

static int read_config(const char *path, struct settings *s, struct err *e)
{
    char option[] = "--config", file[1024];
    char *words[] = {option, file};
    snprintf(file, sizeof file, "%s", path);
    return options_parse(CMD_RUN, 2, words, s, e);
}

static void test_config(void **state)
{
    static const char good[] = "output = ab\nsize = 256", cut[] = "size = 256\noutput = a\0b\n";
    struct tmpdir dir;
    char path[1024];
    struct settings s;
    struct err e = ERR_INIT;
    (void)state;
    tmpdir_make(&dir);
    tmpdir_path(&dir, "config", path);
    tmpdir_write(&dir, "config", good, sizeof good - 1);
    assert_int_equal(read_config(path, &s, &e), 0);
    assert_int_equal(s.size, 256);
    assert_string_equal(s.output, "ab");
    options_clear(&s);
    tmpdir_write(&dir, "config", cut, sizeof cut - 1);
    assert_int_equal(read_config(path, &s, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "line 2 has a NUL byte"));
    options_clear(&s);
    tmpdir_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_products),
                                       cmocka_unit_test(test_tiles), cmocka_unit_test(test_config)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
