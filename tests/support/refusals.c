#include "support/refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

void refusals_check(const struct refusal *r, size_t n, read_for_refusal *read)
{
    for (size_t i = 0; i < n; i++) {
        struct err e = ERR_INIT;
        size_t left = 1;
        int rc = read(r[i].text, strlen(r[i].text), &left, &e);
        if (rc != ERR_INPUT || !strstr(e.msg, r[i].says))
            fail_msg("case %zu: %d, \"%s\" instead of \"%s\"", i, rc, e.msg, r[i].says);
        assert_int_equal(left, 0);
    }
}
