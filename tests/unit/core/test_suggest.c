/* core/suggest: which words are suggested for a word that is nearly right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/suggest.h"

static const char *const words[] = {"sinc",   "nearest", "cubic",     "catrom",
                                    "linear", "overlap", "overwrite", NULL};
static const struct suggest_alias aliases[] = {{"bicubic", "cubic or catrom"}, {NULL, NULL}};

static void check(const char *typed, const char *wanted)
{
    char buf[SUGGEST_SIZE];
    const char *got = suggest(typed, &(struct suggest_words){.word = words, .alias = aliases}, buf);
    assert_ptr_equal(got, buf);
    assert_string_equal(got, wanted);
}

static void near_words(void **state)
{
    (void)state;
    check("cubik", "; did you mean cubic?"); /* another letter */
    check("cubi", "; did you mean cubic?"); /* one is missing */
    check("linnear", "; did you mean linear?"); /* one too many */
    check("cuibc", "; did you mean cubic?"); /* two are swapped */
    check("scni", "; did you mean sinc?"); /* two edits */
    check("ilenar", "; did you mean linear?"); /* two swaps */
    check("SINC", "; did you mean sinc?"); /* case alone */
    check("Catrim", "; did you mean catrom?");
}

static void far_words(void **state)
{
    (void)state;
    check("", "");
    check("x", "");
    check("xy", "");
    check("gauss", "");
    check("cqqqc", ""); /* three edits */
    check("a word of more than forty characters, all of them typed", "");
}

static void beginnings_and_aliases(void **state)
{
    (void)state;
    check("over", "; did you mean overlap or overwrite?");
    check("near", "; did you mean nearest?");
    check("ov", ""); /* too short */
    check("bicubic", "; did you mean cubic or catrom?");
    check("BiCubic", "; did you mean cubic or catrom?");
}

static void equally_near(void **state)
{
    static const char *const bands[] = {"B10", "B11", "B12", NULL}, *const more[] = {"B10", "B11",
                                                                                     "B12", "B03",
                                                                                     NULL};
    char buf[SUGGEST_SIZE];
    (void)state;
    assert_string_equal(suggest("B13", &(struct suggest_words){.word = bands}, buf),
                        "; did you mean B10, B11 or B12?");
    assert_string_equal(suggest("B13", &(struct suggest_words){.word = more}, buf), "");
    static const char *const cases[] = {"label", "Label", "LABEL", NULL};
    assert_string_equal(suggest("lable", &(struct suggest_words){.word = cases}, buf),
                        "; did you mean label?");
    assert_string_equal(
        suggest("B1", &(struct suggest_words){.word = (const char *const[]){NULL}}, buf), "");
}

static void prefixes_and_long_words(void **state)
{
    static const char *const two[] = {"filter", "filters-of-a-name-that-is-forty-characters", NULL};
    char buf[SUGGEST_SIZE];
    (void)state;
    assert_string_equal(
        suggest("filtre", &(struct suggest_words){.word = two, .prefix = "--"}, buf),
        "; did you mean --filter?");
    assert_string_equal(
        suggest("filter", &(struct suggest_words){.word = two, .prefix = "--"}, buf),
        "; did you mean --filter?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_words),
        cmocka_unit_test(far_words),
        cmocka_unit_test(beginnings_and_aliases),
        cmocka_unit_test(equally_near),
        cmocka_unit_test(prefixes_and_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
