/* Polygons that grow ring by ring. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/rings.h"

static void add(struct rings *r, double x, double y)
{
    struct err e = ERR_INIT;
    assert_int_equal(rings_add(r, (struct point){x, y}, &e), 0);
}

static void end(struct rings *r, struct ring_span *s)
{
    struct err e = ERR_INIT;
    assert_int_equal(rings_end(r, s, &e), 0);
}

static void polygons_keep_their_rings(void **state)
{
    struct rings r = {0};
    (void)state;
    struct ring_span one = rings_begin(&r);
    for (int i = 0; i < 4; i++)
        add(&r, i, -i);
    assert_int_equal(rings_open(&r, &one), 4);
    end(&r, &one);
    assert_int_equal(rings_open(&r, &one), 0);
    for (int i = 0; i < 3; i++)
        add(&r, 10 + i, i);
    assert_int_equal(rings_open(&r, &one), 3);
    end(&r, &one);
    struct ring_span two = rings_begin(&r);
    add(&r, 7, 8);
    assert_int_equal(rings_open(&r, &two), 1);
    end(&r, &two);
    struct polygon p = rings_polygon(&r, &one), q = rings_polygon(&r, &two);
    assert_int_equal(p.rings, 2);
    assert_int_equal(p.end[0], 4);
    assert_int_equal(p.end[1], 7);
    assert_true(p.vertex[3].x == 3 && p.vertex[3].y == -3 && p.vertex[4].x == 10);
    assert_int_equal(q.rings, 1);
    assert_int_equal(q.end[0], 1);
    assert_true(q.vertex[0].x == 7 && q.vertex[0].y == 8);
    rings_clear(&r);
    assert_int_equal(r.vertices, 0);
    assert_null(r.vertex);
}

static void many_of_each(void **state)
{
    enum { N = 1000 };
    struct rings r = {0};
    struct ring_span span[N];
    (void)state;
    for (int i = 0; i < N; i++) {
        span[i] = rings_begin(&r);
        for (int k = 0; k < 3; k++)
            add(&r, i, k);
        end(&r, &span[i]);
    }
    for (int i = 0; i < N; i++) {
        struct polygon p = rings_polygon(&r, &span[i]);
        assert_int_equal(p.end[0], 3);
        assert_true(p.vertex[2].x == i && p.vertex[2].y == 2);
    }
    rings_clear(&r);
}

static void coordinates_have_a_limit(void **state)
{
    (void)state;
    assert_true(rings_point_ok((struct point){SHAPE_COORDINATE_MAX, -SHAPE_COORDINATE_MAX}));
    assert_false(rings_point_ok((struct point){1.0000001e7, 0}));
    assert_false(rings_point_ok((struct point){0, -1.0000001e7}));
    assert_false(rings_point_ok((struct point){NAN, 0}));
    assert_false(rings_point_ok((struct point){0, INFINITY}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polygons_keep_their_rings),
        cmocka_unit_test(many_of_each),
        cmocka_unit_test(coordinates_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
