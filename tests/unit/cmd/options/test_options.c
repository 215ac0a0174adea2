/* cmd/options: every command refuses every option that only others have, and every value that is
 * not allowed, in both ways of writing. cli_options shows with some of them that the program ends
 * then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cmd/options/commands.h"
#include "cmd/options/options.h"

enum { ARGUMENT = 128 };

/* The error of the arguments, the second of which may be NULL. */
static struct err refused_by(const struct command *c, const char *first, const char *second)
{
    char text[2][ARGUMENT], operand[] = "operand";
    char *argv[] = {operand, text[0], second ? text[1] : NULL, NULL};
    struct settings s;
    struct err e = ERR_INIT;
    snprintf(text[0], ARGUMENT, "%s", first);
    snprintf(text[1], ARGUMENT, "%s", second ? second : "");
    int r = options_parse(c->bit, second ? 3 : 2, argv, &s, &e);
    options_clear(&s);
    if (r != ERR_USAGE)
        fail_msg("%s %s %s: %d instead of an error", c->name, first, second ? second : "", r);
    return e;
}

static void expect_in(const struct err *e, const char *text)
{
    if (!strstr(e->msg, text))
        fail_msg("\"%s\" is not in \"%s\"", text, e->msg);
}

static bool some_has(const char *name, unsigned commands)
{
    for (size_t i = 0; i < option_count; i++)
        if (strcmp(option_table[i].name, name) == 0 && (option_table[i].commands & commands))
            return true;
    return false;
}

static void test_options_of_others(void **state)
{
    (void)state;
    int tried = 0;
    for (size_t c = 0; c < command_count; c++)
        for (size_t i = 0; i <= option_count; i++) {
            char option[ARGUMENT];
            const char *name = i < option_count ? option_table[i].name : "sizes";
            if (some_has(name, command_table[c].bit))
                continue;
            snprintf(option, sizeof option, "--%s", name);
            struct err e = refused_by(&command_table[c], option, NULL);
            expect_in(&e, option);
            expect_in(&e, "--help lists");
            tried++;
        }
    assert_true(tried > 200);
}

static const struct {
    const char *option, *value, *allowed;
} bad_values[] = {
    {"size", "0", "1 to 10980"},
    {"size", "10981", "1 to 10980"},
    {"size", "-5", "1 to 10980"},
    {"size", "512x", "1 to 10980"},
    {"size", "0x10", "1 to 10980"},
    {"size", "1e9", "1 to 10980"},
    {"size", "nan", "1 to 10980"},
    {"size", "inf", "1 to 10980"},
    {"size", " 512", "1 to 10980"},
    {"size", "512 ", "1 to 10980"},
    {"size", "512.5", "1 to 10980"},
    {"size", "99999999999999999999", "1 to 10980"},
    {"size", "", "1 to 10980"},
    {"overlap", "0.51", "0 to 0.5"},
    {"overlap", "-0.1", "0 to 0.5"},
    {"overlap", "nan", "0 to 0.5"},
    {"overlap", "0.1x", "0 to 0.5"},
    {"overlap", "0,1", "0 to 0.5"},
    {"resolution", "30", "10, 20, 60"},
    {"resolution", "10m", "10, 20, 60"},
    {"filter", "SINC", "sinc, nearest, box"},
    {"filter", "", "sinc, nearest, box"},
    {"filter", "lanczos3", "sinc, nearest, box, linear, cubic, catrom, mitchell, lanczos"},
    {"lobes", "1", "2 to 64"},
    {"lobes", "65", "2 to 64"},
    {"engine", "gpu", "fft, direct"},
    {"edge", "cut", "pad, drop, shift"},
    {"offset", "add", "remove, keep"},
    {"decoder", "kakadu", "auto, own, openjpeg"},
    {"profile", "geo", "georef, kappazeta"},
    {"min-valid", "1.01", "0 to 1"},
    {"min-valid", "-1", "0 to 1"},
    {"min-valid", "inf", "0 to 1"},
    {"deflate", "10", "0 to 9"},
    {"deflate", "-1", "0 to 9"},
    {"threads", "0", "1 to 1024"},
    {"threads", "1025", "1 to 1024"},
    {"threads", "2.5", "1 to 1024"},
    {"memory", "0", "1M to 1024G"},
    {"memory", "1023K", "1M to 1024G"},
    {"memory", "2T", "1M to 1024G"},
    {"memory", "1GB", "1M to 1024G"},
    {"memory", "nan", "1M to 1024G"},
    {"memory", "G", "1M to 1024G"},
    {"bands", "b02", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "B2", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "B13", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "B02,", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", ",B02", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "B02,,B03", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "B02 B03", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "SCL", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "tci", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "TCI_", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "B02,TCI_A", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"bands", "", "B01 to B12, B8A, AOT, WVP, TCI"},
    {"top", "0", "1 to 100000"},
    {"max-failures", "0", "1 to 1000000"},
    {"lock-timeout", "1", "2 to 86400"},
    {"unlabelled", "256", "0 to 255"},
    {"progress", "yes", "auto, always, never"},
    {"log-format", "xml", "text, json"},
};

static void test_bad_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_values / sizeof *bad_values; i++) {
        int commands = 0;
        for (size_t c = 0; c < command_count; c++) {
            const struct command *command = &command_table[c];
            if (!some_has(bad_values[i].option, command->bit))
                continue;
            char name[ARGUMENT], joined[ARGUMENT];
            snprintf(name, sizeof name, "--%s", bad_values[i].option);
            snprintf(joined, sizeof joined, "--%s=%s", bad_values[i].option, bad_values[i].value);
            struct err e[] = {refused_by(command, joined, NULL),
                              refused_by(command, name, bad_values[i].value)};
            for (int way = 0; way < 2; way++) {
                expect_in(&e[way], name);
                expect_in(&e[way], *bad_values[i].value ? bad_values[i].value : "\"\"");
                expect_in(&e[way], bad_values[i].allowed);
            }
            commands++;
        }
        if (commands == 0)
            fail_msg("no command has --%s", bad_values[i].option);
    }
}

static void test_flags_with_values(void **state)
{
    (void)state;
    int tried = 0;
    for (size_t c = 0; c < command_count; c++)
        for (size_t i = 0; i < option_count; i++) {
            const struct option_def *o = &option_table[i];
            if (o->kind != OPTION_FLAG || !(o->commands & command_table[c].bit))
                continue;
            char option[ARGUMENT];
            snprintf(option, sizeof option, "--%s=yes", o->name);
            struct err e = refused_by(&command_table[c], option, NULL);
            expect_in(&e, option);
            expect_in(&e, "takes no value");
            tried++;
        }
    assert_true(tried > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_of_others),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_flags_with_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
