/* How cm_vsm loads samples: which numbers change, all of them looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filters/quantum.h"

enum { ALL = 65536 };

static void whole_images(void **state)
{
    (void)state;
    static uint16_t dn[ALL], q[ALL];
    int changed = 0;
    for (int i = 0; i < ALL; i++)
        dn[i] = (uint16_t)i;
    quantum_load16(dn, ALL, q);
    for (int i = 0; i < ALL; i++) {
        changed += q[i] != i;
        if (q[i] > i || q[i] < i - 1 || (i > 0 && q[i] < q[i - 1]))
            fail_msg("%d became %d", i, q[i]);
    }
    assert_int_equal(changed, 33407);
    assert_int_equal(q[0], 0);
    assert_int_equal(q[1], 0);
    assert_int_equal(q[65534], 65534);
    assert_int_equal(q[65535], 65535);
}

/* Any length, none of it outside. */
static void short_rows(void **state)
{
    (void)state;
    uint16_t dn[40], q[42];
    for (int n = 0; n <= 40; n++) {
        for (int i = 0; i < 42; i++)
            q[i] = 7;
        for (int i = 0; i < 40; i++)
            dn[i] = (uint16_t)(1000 + i);
        quantum_load16(dn, n, q + 1);
        assert_int_equal(q[0], 7);
        assert_int_equal(q[n + 1], 7);
        for (int i = 0; i < n; i++)
            assert_in_range(q[i + 1], 999 + i, 1000 + i);
    }
}

/* The reference output `tci` has the product's own bytes. */
static void bytes_come_back(void **state)
{
    (void)state;
    uint16_t v[256], back[256], whole[256], tiled[256];
    for (int i = 0; i < 256; i++)
        v[i] = (uint16_t)i;
    quantum_load8(v, 256, whole);
    quantum_load8_tiled(v, 256, tiled);
    assert_int_equal(tiled[255], 65535);
    assert_int_equal(tiled[1], 257);
    for (int i = 0; i < 256; i++)
        assert_in_range(whole[i], i * 257 - (i > 0), i * 257);
    quantum_store8(whole, 256, back);
    assert_memory_equal(back, v, sizeof v);
    quantum_store8(tiled, 256, back);
    assert_memory_equal(back, v, sizeof v);
    /* between two bytes: the lower one */
    quantum_store8((const uint16_t[]){256, 258, 513, 65534}, 4, back);
    assert_memory_equal(back, ((uint16_t[]){0, 1, 1, 254}), 4 * sizeof *back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_images),
        cmocka_unit_test(short_rows),
        cmocka_unit_test(bytes_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
