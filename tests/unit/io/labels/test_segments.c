/* Segments.ai's classes: every form, every way to be wrong with its place named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/labels/segments.h"
#include "support/refusals.h"

static int read_text(const char *text, size_t len, struct segments *s, struct err *e)
{
    return segments_parse("c.json", text, len, s, e);
}

static void forms(void **state)
{
    (void)state;
#define LIST(key)                                                                                  \
    "[{\"id\": 16777215, \"" key "\": \"cloud_shadow\"}, {\"x\": [1], \"id\": 3, \"" key           \
    "\": \"cloud\"},\n"                                                                            \
    "{\"id\": 0, \"" key "\": \"\\u00f6\"}]"
    static const char *const texts[] = {
        "{\"format_version\": \"0.0.1\", \"label_map\": " LIST("category_name") "}\n",
        "{\"task_attributes\": {\"format_version\": \"0.1\", \"categories\": " LIST("name") "}}",
        "{\"categories\": " LIST("name") "}",
        LIST("name") " \n\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct segments s;
        struct err e = ERR_INIT;
        if (read_text(texts[i], strlen(texts[i]), &s, &e) != 0)
            fail_msg("%zu: %s", i, e.msg);
        assert_int_equal(s.n, 3);
        assert_string_equal(segments_category(&s, 3), "cloud");
        assert_string_equal(segments_category(&s, 16777215), "cloud_shadow");
        assert_string_equal(segments_category(&s, 0), "\xc3\xb6");
        assert_null(segments_category(&s, 1));
        segments_clear(&s);
        assert_null(segments_category(&s, 3));
    }
}

#define MAP(element) "{\"label_map\": [{\"id\": 1, \"category_name\": \"a\"}, " element "]}"

static const struct refusal wrong[] = {
    {"", "c.json: is not JSON: line 1, column 0:"},
    {"null", "c.json: is not JSON: line 1, column 4:"},
    {"{}", "c.json: has no list label_map"},
    {"{\"label_map\": {}}", "has no list label_map"},
    {"{\"task_attributes\": 1}", "has no list label_map"},
    {"3", "is not JSON: line 1, column 1:"},
    {"\"label_map\"", "is not JSON: line 1, column 11:"},
    {"{\"label_map\": []}", "its list of classes is empty"},
    {"{\"label_map\":\n [1,\n ]}", "is not JSON: line 3, column 2:"},
    {"{\"label_map\": [}", "is not JSON: line 1, column"},
    {"{\"label_map\": [{\"id\": 1, \"category_nam", "is not JSON: line 1, column"},
    {"[{\"id\": 1, \"name\": \"a\"}] x", "is not JSON: line 1, column"},
    {"[{\"id\": 1, \"name\": \"\xff\"}]", "is not JSON: line 1, column"},
    {MAP("1"), "c.json: label_map[1]: is not an object"},
    {MAP("{\"category_name\": \"b\"}"), "label_map[1]: has no id that is an integer"},
    {MAP("{\"id\": \"2\", \"category_name\": \"b\"}"),
     "label_map[1]: has no id that is an integer"},
    {MAP("{\"id\": 2.5, \"category_name\": \"b\"}"), "label_map[1]: has no id that is an integer"},
    {MAP("{\"id\": -2, \"category_name\": \"b\"}"),
     "label_map[1]: its id is not from 0 to 16777215"},
    {MAP("{\"id\": 16777216, \"name\": \"b\"}"), "label_map[1]: its id is not from 0 to 16777215"},
    {MAP("{\"id\": 9999999999, \"name\": \"b\"}"), "label_map[1]: its id is not from"},
    {MAP("{\"id\": 2}"), "label_map[1]: has no category_name"},
    {MAP("{\"id\": 2, \"category_name\": 7}"), "label_map[1]: its category_name is not a text"},
    {MAP("{\"id\": 2, \"category_name\": \"\"}"), "label_map[1]: its category_name is empty"},
    {MAP("{\"id\": 2, \"category_name\": \"a\\u0000\"}"), "is not JSON: line 1, column"},
    {MAP("{\"id\": 2, \"category_name\": \"a\\n\"}"), "its category_name has control characters"},
    {MAP("{\"id\": 1, \"category_name\": \"a\"}"), "c.json: label_map has the id 1 twice"},
};

static int read_wrong(const char *text, size_t len, size_t *left, struct err *e)
{
    struct segments s;
    int r = read_text(text, len, &s, e);
    *left = s.n;
    return r;
}

static void wrong_ones(void **state)
{
    (void)state;
    refusals_check(wrong, sizeof wrong / sizeof wrong[0], read_wrong);
}

static void bombs(void **state)
{
    (void)state;
    enum { N = 1000000 };
    struct segments s;
    struct err e = ERR_INIT;
    char *text = malloc(N);
    assert_non_null(text);
    memset(text, '[', N);
    assert_int_equal(read_text(text, N, &s, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "is not JSON"));
    text[0] = 0;
    assert_int_equal(read_text(text, N, &s, &e), ERR_INPUT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(wrong_ones),
        cmocka_unit_test(bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
