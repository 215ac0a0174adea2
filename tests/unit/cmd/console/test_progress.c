/* The progress line at every width, and what is expected of the products to come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmd/console/progress.h"

#define NAME "S2A_MSIL1C_20220125T151701_N0511_R125_T35VLF_20220125T190036"

static void expect(const struct progress_view *v, int columns, const char *wanted)
{
    char line[PROGRESS_LINE];
    size_t n = progress_line(v, columns, line);
    assert_string_equal(line, wanted);
    assert_int_equal(n, strlen(wanted));
}

/* ---- the line ---- */

static void fields_drop_out(void **state)
{
    const struct progress_view v = {NAME, 2, 30, 121, 484, 9.68, 780};
    (void)state;
    expect(&v, 132, "2 of 30  " NAME " [######------------------] 121/484  9.7/s  13 min left");
    expect(&v, 80,
           "2 of 30  1_R125_T35VLF_20220125T190036 [##--------] 121/484  9.7/s  13 min left");
    expect(&v, 60, "2 of 30  [#####---------------] 121/484  9.7/s  13 min left");
    expect(&v, 40, "2 of 30  121/484  9.7/s  13 min left");
    expect(&v, 36, "2 of 30  121/484  13 min left");
    expect(&v, 29, "121/484  13 min left");
    expect(&v, 20, "121/484");
    expect(&v, 8, "121/484");
    expect(&v, 7, "");
    expect(&v, 1, "");
    expect(&v, 0, "");
    expect(&v, -1, "");
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    expect(&(struct progress_view){"P", 1, 1, 0, 4, NAN, NAN}, 80,
           "P [------------------------] 0/4");
    expect(&(struct progress_view){"P", 2, 3, 7, PROGRESS_UNKNOWN, 0.5, NAN}, 80,
           "2 of 3  P 7  0.50/s");
    expect(&(struct progress_view){"P", 1, 1, 5, 2, INFINITY, -1}, 80,
           "P [########################] 5/5");
    expect(&(struct progress_view){"P", 1, 1, 0, 0, 0, 0}, 80, "P [########################] 0/0");
    expect(&(struct progress_view){"", 1, 1, 1, 2, 1, 1}, 40,
           "[########--------] 1/2  1.0/s  1 s left");
}

static void times_and_rates(void **state)
{
    static const struct {
        double rate, left;
        const char *text;
    } all[] = {{0.001, 99.4, "0.00/s  99 s left"},    {0.994, 0.2, "0.99/s  1 s left"},
               {0.996, 99.6, "1.0/s  2 min left"},    {9.94, 5969, "9.9/s  99 min left"},
               {9.96, 5970, "10/s  1 h 40 min left"}, {12345, 172769, "12345/s  47 h 59 min left"},
               {1, 172771, "1.0/s  2 d 0 h left"},    {1, 1e7, "1.0/s  115 d 18 h left"}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char wanted[100];
        const struct progress_view v = {"", 1, 1, 1, 2, all[i].rate, all[i].left};
        snprintf(wanted, sizeof wanted, "1/2  %s", all[i].text);
        expect(&v, (int)strlen(wanted) + 1, wanted);
    }
}

static void strange_labels(void **state)
{
    (void)state;
    expect(&(struct progress_view){"a\033[2Jb\n\xc3\xa9\x7f", 1, 1, 1, 2, NAN, NAN}, 80,
           "a?[2Jb???? [############------------] 1/2");
}

/* 20 to 200 columns, all cases: never too wide, printable, and what a narrower line has a wider one
 * has too. */
static void check_widths(const struct progress_view *v)
{
    size_t fields_before = 0, length_before = 0;
    for (int columns = 20; columns <= 200; columns++) {
        char line[PROGRESS_LINE];
        size_t n = progress_line(v, columns, line), fields = 0;
        assert_int_equal(n, strlen(line));
        assert_true(n < (size_t)columns);
        for (size_t i = 0; i < n; i++)
            assert_in_range(line[i], ' ', '~');
        assert_true(n == 0 || (line[0] != ' ' && line[n - 1] != ' '));
        fields = (strstr(line, " of ") != NULL) + (strstr(line, "/s") != NULL) +
                 (strstr(line, " left") != NULL) + (strchr(line, '[') != NULL) + (n > 0);
        assert_true(fields >= fields_before && n >= length_before);
        fields_before = fields;
        length_before = n;
    }
    assert_true(fields_before > 0);
}

static void no_line_is_too_wide(void **state)
{
    static const size_t counts[][2] = {{0, 484},
                                       {1, 484},
                                       {484, 484},
                                       {500, 484},
                                       {0, 0},
                                       {7, 0},
                                       {12345678, 123456789},
                                       {0, PROGRESS_UNKNOWN},
                                       {3, PROGRESS_UNKNOWN}};
    static const double numbers[] = {NAN, 0, 9.68, 5000, 1e12};
    static const size_t products[][2] = {{1, 1}, {1, 2}, {2, 30}, {999999, 1000000}};
    char endless[300];
    memset(endless, 'x', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    const char *const labels[] = {"", "P", NAME, endless, "Produkt \xc3\xa4\xe2\x82\xac"};
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t p = 0; p < 4; p++)
            for (size_t i = 0; i < 5 * 5 * 5; i++)
                check_widths(&(struct progress_view){.label = labels[i / 25],
                                                     .product = products[p][0],
                                                     .products = products[p][1],
                                                     .done = counts[c][0],
                                                     .total = counts[c][1],
                                                     .rate = numbers[i % 5],
                                                     .seconds_left = numbers[i / 5 % 5]});
}

/* ---- rate and time left ---- */

static void make(struct progress *p, int made, int skipped)
{
    for (int i = 0; i < made + skipped; i++)
        progress_step(p, i >= skipped);
}

static void one_product(void **state)
{
    struct progress p = {.product = 1, .products = 1};
    (void)state;
    assert_true(isnan(progress_rate(&p, 0)) && isnan(progress_seconds_left(&p, 0)));
    progress_begin(&p, 100, 1000);
    assert_true(isnan(progress_rate(&p, 1001)) && isnan(progress_seconds_left(&p, 1001)));
    make(&p, 0, 50); /* they were there: nothing is known of the others */
    assert_true(isnan(progress_rate(&p, 1001)) && isnan(progress_seconds_left(&p, 1001)));
    make(&p, 20, 0);
    assert_float_equal(progress_rate(&p, 1010), 2, 1e-9);
    assert_float_equal(progress_seconds_left(&p, 1010), 15, 1e-9);
    make(&p, 40, 0); /* more than was said */
    assert_float_equal(progress_seconds_left(&p, 1010), 0, 1e-9);
}

static void a_list(void **state)
{
    struct progress p = {.product = 1, .products = 1};
    (void)state;
    progress_product(&p, 1, 5, 0);
    assert_true(isnan(progress_seconds_left(&p, 1)));
    progress_begin(&p, 40, 2); /* opening it counts, too */
    make(&p, 10, 0);
    assert_float_equal(progress_rate(&p, 10), 1, 1e-9);
    assert_float_equal(progress_seconds_left(&p, 10), 30 + 4 * 40, 1e-9); /* they take as long */
    make(&p, 30, 0);
    progress_end(&p, 20);
    progress_product(&p, 2, 5, 20); /* cannot be opened: no example of the others */
    progress_end(&p, 21);
    progress_product(&p, 3, 5, 21); /* is there already: likewise */
    progress_begin(&p, 40, 22);
    make(&p, 0, 40);
    assert_float_equal(progress_seconds_left(&p, 22), 2 * 20, 1e-9);
    progress_end(&p, 22);
    progress_product(&p, 4, 5, 22);
    progress_begin(&p, 40, 22);
    assert_float_equal(progress_rate(&p, 22), 2, 1e-9); /* that of the first */
    assert_float_equal(progress_seconds_left(&p, 22), 20 + 20, 1e-9);
    make(&p, 40, 0);
    progress_end(&p, 62);
    progress_product(&p, 5, 5, 62);
    progress_begin(&p, 80, 62);
    assert_float_equal(progress_rate(&p, 62), 80 / 60., 1e-9);
    assert_float_equal(progress_seconds_left(&p, 62), 60, 1e-9);
}

/* Until something is made, what is skipped is all that is known. */
static void a_list_that_is_there(void **state)
{
    struct progress p = {.product = 1, .products = 1};
    (void)state;
    for (size_t k = 1; k <= 3; k++) {
        progress_product(&p, k, 4, (double)k);
        progress_begin(&p, 10, (double)k + 0.5);
        make(&p, 0, 10);
        progress_end(&p, (double)k + 1);
    }
    progress_product(&p, 4, 4, 4);
    assert_true(isnan(progress_rate(&p, 4)));
    progress_begin(&p, 0, 4); /* no subscene is asked for */
    assert_float_equal(progress_seconds_left(&p, 4), 0, 1e-9);
}

/* Commands that begin again without an end, as verify for each manifest. */
static void begins_alone(void **state)
{
    struct progress p = {.product = 1, .products = 1};
    (void)state;
    progress_begin(&p, 10, 0);
    make(&p, 10, 0);
    progress_begin(&p, 30, 5);
    assert_int_equal(p.done, 0);
    assert_float_equal(progress_rate(&p, 5), 2, 1e-9);
    assert_float_equal(progress_seconds_left(&p, 5), 15, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fields_drop_out),
                                       cmocka_unit_test(what_is_not_known_is_left_out),
                                       cmocka_unit_test(times_and_rates),
                                       cmocka_unit_test(strange_labels),
                                       cmocka_unit_test(no_line_is_too_wide),
                                       cmocka_unit_test(one_product),
                                       cmocka_unit_test(a_list),
                                       cmocka_unit_test(a_list_that_is_there),
                                       cmocka_unit_test(begins_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
