/* Colours of classes: from a map, by meaning, by place; the Label's are told apart by everybody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "io/labels/classmap.h"

static void get(const char *name, struct class_map *m)
{
    struct err e = ERR_INIT;
    if (classmap_find(name, m, &e) != 0)
        fail_msg("%s", e.msg);
}

static uint32_t colour_of(const struct class_map *m, int code)
{
    return (uint32_t)(m->colour[code][0] << 16 | m->colour[code][1] << 8 | m->colour[code][2]);
}

static void a_meaning_has_one_colour(void **state)
{
    (void)state;
    struct class_map label, m;
    get("label", &label);
    for (size_t i = 0; i < classmap_count(); i++) {
        get(classmap_name(i), &m);
        for (size_t k = 0; k < m.flags; k++)
            for (size_t j = 0; j < label.flags && strcmp(m.layer, "SCL") != 0; j++)
                if (strcmp(m.flag[k].meaning, label.flag[j].meaning) == 0)
                    assert_int_equal(colour_of(&m, m.flag[k].value),
                                     colour_of(&label, label.flag[j].value));
        if (m.kind == CLASS_KEEP)
            assert_int_equal(colour_of(&m, 200), 0xC8C8C8);
    }
    /* the edition that swaps 0 and 5 */
    get("kappaset", &m);
    assert_int_equal(colour_of(&m, 5), 0x000000);
    assert_int_equal(colour_of(&m, 0), 0xE68CEB);
    get("scl_codes", &m);
    assert_int_equal(colour_of(&m, 11), 0xFF96FF);
    /* the default is what the file says */
    struct class_map defaults = label;
    class_map_default_colours(&defaults);
    assert_memory_equal(defaults.colour, label.colour, sizeof label.colour);
}

static void own_colours(void **state)
{
    (void)state;
    static const char text[] =
        "[layer]\nname = X\nkind = codes\n[colours]\n2 = AbCdEf\n77 = 010203\n"
        "[codes]\n0 = 1\n[flags]\n1 = FOG\n2 = CLOUD\n3 = cloud-shadow\n"
        "9 = ICE\n";
    struct class_map m, other;
    struct err e = ERR_INIT;
    char digest[2][CLASS_DIGEST_SIZE];
    assert_int_equal(classmap_parse("m", text, &m, &e), 0);
    assert_int_equal(colour_of(&m, 1), 0x332288);
    assert_int_equal(colour_of(&m, 2), 0xABCDEF);
    assert_int_equal(colour_of(&m, 9), 0x88CCEE);
    assert_int_equal(colour_of(&m, 77), 0x010203);
    assert_int_equal(colour_of(&m, 78), 0x4E4E4E);
    /* files made with other colours are not made again */
    other = m;
    memset(other.colour, 1, sizeof other.colour);
    class_map_digest(&m, digest[0]);
    class_map_digest(&other, digest[1]);
    assert_string_equal(digest[0], digest[1]);
}

static void borrowed_colours(void **state)
{
    (void)state;
    struct class_map scl, codes, m;
    struct err e = ERR_INIT;
    get("scl", &scl);
    get("scl_codes", &codes);
    m = codes;
    m.name[0] = '\0'; /* as a file's layer may be */
    class_map_default_colours(&m);
    assert_int_not_equal(colour_of(&m, 11), colour_of(&codes, 11));
    assert_int_equal(classmap_borrow_colours(&m, &e), 0);
    assert_memory_equal(m.colour, codes.colour, sizeof m.colour);
    m = scl;
    memset(m.colour, 7, sizeof m.colour);
    assert_int_equal(classmap_borrow_colours(&m, &e), 0);
    assert_memory_equal(m.colour, scl.colour, sizeof m.colour);
    m.flags--; /* nobody's flags */
    memset(m.colour, 7, sizeof m.colour);
    assert_int_equal(classmap_borrow_colours(&m, &e), 0);
    assert_int_equal(colour_of(&m, 1), 0x070707);
}

/* ---- what people see ---- */

/* Machado et al. 2009, severity 1.0, on linear RGB: everybody, protanopia, deuteranopia,
 * tritanopia */
static const double seen_by[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779},
     {-0.078411, 0.930809, 0.147602},
     {0.004733, 0.691367, 0.303900}},
};

static double linear(uint8_t v)
{
    double c = v / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double cube_root(double t) { return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116; }

static void lab_of(const uint8_t colour[3], const double sees[3][3], double lab[3])
{
    double c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = 0;
        for (int k = 0; k < 3; k++)
            c[i] += sees[i][k] * linear(colour[k]);
        c[i] = fmin(1, fmax(0, c[i]));
    }
    double x = cube_root((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.95047);
    double y = cube_root(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]);
    double z = cube_root((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.08883);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

static void everybody_tells_them_apart(void **state)
{
    (void)state;
    struct class_map m;
    get("label", &m);
    for (int eye = 0; eye < 4; eye++)
        for (int a = 0; a < LABEL_COUNT; a++)
            for (int b = a + 1; b < LABEL_COUNT; b++) {
                double s[3], t[3];
                lab_of(m.colour[a], seen_by[eye], s);
                lab_of(m.colour[b], seen_by[eye], t);
                double apart =
                    sqrt(pow(s[0] - t[0], 2) + pow(s[1] - t[1], 2) + pow(s[2] - t[2], 2));
                if (apart < 40)
                    fail_msg("eye %d: %s and %s are %.1f apart", eye, label_name(a), label_name(b),
                             apart);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meaning_has_one_colour),
        cmocka_unit_test(own_colours),
        cmocka_unit_test(borrowed_colours),
        cmocka_unit_test(everybody_tells_them_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
