/* base64 against the examples of RFC 4648, every length, and every way to be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/text/base64.h"

static void examples(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xef\xbe", "/+++"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *plain = pairs[i][0], *coded = pairs[i][1];
        struct text t = {0};
        unsigned char out[16];
        size_t n;
        base64_encode((const unsigned char *)plain, strlen(plain), &t);
        assert_string_equal(t.s ? t.s : "", coded);
        assert_true(base64_decode(coded, strlen(coded), out, &n));
        assert_int_equal(n, strlen(plain));
        assert_memory_equal(out, plain, n);
        /* without the padding */
        size_t bare = strcspn(coded, "=");
        assert_true(base64_decode(coded, bare, out, &n));
        assert_int_equal(n, strlen(plain));
        free(t.s);
    }
}

static void every_length(void **state)
{
    (void)state;
    unsigned char in[100], *out = malloc(base64_bound(140));
    assert_non_null(out);
    for (size_t len = 0; len < sizeof in; len++) {
        struct text t = {0};
        size_t n;
        for (size_t i = 0; i < len; i++)
            in[i] = (unsigned char)(37 * i + len);
        base64_encode(in, len, &t);
        assert_int_equal(t.len, (len + 2) / 3 * 4);
        assert_true(base64_bound(t.len) >= len);
        assert_true(base64_decode(t.s ? t.s : "", t.len, out, &n));
        assert_int_equal(n, len);
        assert_memory_equal(out, in, len);
        free(t.s);
    }
    free(out);
}

static void wrong(void **state)
{
    (void)state;
    static const char *const texts[] = {"Z",        "Zg=",   "=",    "====",  "Z===",
                                        "Zg==Zg==", "Zm9v=", "Zm 9", "Zm9\n", "Zm-_",
                                        "Zh==",     "Zm9=",  "Zm8=="};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        unsigned char out[16];
        size_t n;
        if (base64_decode(texts[i], strlen(texts[i]), out, &n))
            fail_msg("\"%s\" is accepted", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),
        cmocka_unit_test(every_length),
        cmocka_unit_test(wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
