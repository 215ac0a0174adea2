/* A release of Segments.ai: which samples have labels, where their masks may be, and every way to
 * be wrong with its place named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "io/labels/segments_release.h"
#include "support/refusals.h"

#define RELEASE(task, categories, samples)                                                         \
    "{\"name\": \"v1\", \"dataset\": {\"owner\": \"jane\", \"name\": \"clouds\", \"task_type\": "  \
    "\"" task                                                                                      \
    "\", \"task_attributes\": {\"format_version\": \"0.1\", \"categories\": [" categories          \
    "]}, \"samples\": [" samples "]}}"
#define CATEGORIES                                                                                 \
    "{\"id\": 1, \"name\": \"cloud\", \"color\": [1, 2, 3]}, {\"id\": 4, \"name\": \"clear\"}"
#define SAMPLE(name, url, annotations)                                                             \
    "{\"uuid\": \"u\", \"name\": \"" name "\", \"labels\": {\"ground-truth\": {\"label_status\": " \
    "\"LABELED\", \"attributes\": {\"annotations\": [" annotations                                 \
    "], \"segmentation_bitmap\": {\"url\": \"" url "\"}}}}}"
#define URL                 "https://host/a/4f1e.png?signature=a/b"
#define GOOD                SAMPLE("f/tile_3_4.png", URL, "{\"id\": 7, \"category_id\": 4}")
#define ONE(samples)        RELEASE("segmentation-bitmap", CATEGORIES, samples)
#define BROKEN(annotations) ONE(GOOD ", " SAMPLE("b.png", URL, annotations))

static int read_text(const char *text, struct segments_release *r, struct err *e)
{
    return segments_release_parse("r.json", text, strlen(text), r, e);
}

static void good_one(void **state)
{
    (void)state;
    static const char text[] =
        ONE("{\"name\": \"a.png\", \"labels\": {\"ground-truth\": null}}, "
            "{\"name\": \"b.png\", \"labels\": {}}, {\"name\": \"c.png\"}, " SAMPLE(
                "f/tile_3_4.tif", URL,
                "{\"id\": 7, \"category_id\": 4}, {\"id\": 2, "
                "\"category_id\": 1}, {\"id\": 300, \"category_id\": 4}") ", " SAMPLE(".x/tile_0_0",
                                                                                      "", ""));
    static const char *const places[] = {
        "4f1e.png", "f/tile_3_4_label_ground-truth.png", "segments/jane_clouds/v1/4f1e.png",
        "segments/jane_clouds/v1/f/tile_3_4_label_ground-truth.png"};
    struct segments_release r;
    struct err e = ERR_INIT;
    char name[100];
    if (read_text(text, &r, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(r.n, 2);
    assert_string_equal(r.sample[0].name, "f/tile_3_4.tif");
    assert_int_equal(r.sample[0].instances.n, 3);
    assert_string_equal(segments_category(&r.sample[0].instances, 2), "cloud");
    assert_string_equal(segments_category(&r.sample[0].instances, 300), "clear");
    assert_null(segments_category(&r.sample[0].instances, 4));
    for (int i = 0; i < SEGMENTS_PLACES; i++) {
        assert_true(segments_release_place(&r, &r.sample[0], i, name, sizeof name));
        assert_string_equal(name, places[i]);
        assert_false(segments_release_place(&r, &r.sample[0], i, name, strlen(places[i])));
    }
    assert_int_equal(r.sample[1].instances.n, 0);
    assert_false(segments_release_place(&r, &r.sample[1], 0, name, sizeof name));
    assert_true(segments_release_place(&r, &r.sample[1], 1, name, sizeof name));
    assert_string_equal(name, ".x/tile_0_0_label_ground-truth.png");
    segments_release_clear(&r);
    assert_int_equal(r.n, 0);
}

/* Names never lead out of the release's folder. */
static void escapes(void **state)
{
    (void)state;
    static const char *const texts[] = {ONE(SAMPLE("../tile_0_0.png", "https://h/..", "")),
                                        ONE(SAMPLE("/etc/tile_0_0.png", ".", "")),
                                        ONE(SAMPLE("a\\\\b.png", "x\\\\y", ""))};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct segments_release r;
        struct err e = ERR_INIT;
        char name[100];
        if (read_text(texts[i], &r, &e) != 0)
            fail_msg("%s", e.msg);
        assert_false(segments_release_place(&r, &r.sample[0], 0, name, sizeof name));
        assert_false(segments_release_place(&r, &r.sample[0], 1, name, sizeof name));
        segments_release_clear(&r);
    }
}

static const struct refusal wrong[] = {
    {"", "r.json: is not JSON"},
    {"{\"dataset\": {\"samples\": [", "r.json: is not JSON"},
    {"{}", "r.json: is no release of Segments.ai: it has no dataset.samples"},
    {"[]", "it has no dataset.samples"},
    {"{\"dataset\": {\"samples\": {}}}", "it has no dataset.samples"},
    {"{\"dataset\": {\"samples\": []}}", "r.json: has no list label_map"},
    {ONE(""), "r.json: no sample has a label in the labelset ground-truth"},
    {ONE("{\"name\": \"a\", \"labels\": {\"other\": {}}}"), "no sample has a label"},
    {RELEASE("vector", CATEGORIES, GOOD), "its task_type is \"vector\""},
    {RELEASE("segmentation-bitmap", "", GOOD), "its list of classes is empty"},
    {RELEASE("segmentation-bitmap", CATEGORIES ", {\"id\": 1, \"name\": \"x\"}", GOOD),
     "has the id 1 twice"},
    {ONE("{}"), "r.json: samples[0]: has no name"},
    {ONE("{\"name\": \"a\\n\"}"), "samples[0]: has no name"},
    {ONE(GOOD ", {\"name\": \"a\", \"labels\": {\"ground-truth\": {}}}"),
     "samples[1]: its label has no segmentation_bitmap"},
    {ONE("{\"name\": \"a\", \"labels\": {\"ground-truth\": {\"attributes\": "
         "{\"segmentation_bitmap\": {}}}}}"),
     "samples[0]: its label has no list of annotations"},
    {BROKEN("1"), "samples[1]: annotations[0]: has no id"},
    {BROKEN("{\"id\": 0, \"category_id\": 1}"), "annotations[0]: has no id from 1"},
    {BROKEN("{\"id\": 16777216, \"category_id\": 1}"), "annotations[0]: has no id from 1"},
    {BROKEN("{\"id\": 1}"), "annotations[0]: has no category_id"},
    {BROKEN("{\"id\": 1, \"category_id\": 2}"),
     "annotations[0]: its category_id is not in the release"},
    {BROKEN("{\"id\": 1, \"category_id\": -1}"), "its category_id is not in the release"},
    {BROKEN("{\"id\": 1, \"category_id\": 4294967297}"), "its category_id is not in the release"},
    {BROKEN("{\"id\": 1, \"category_id\": 1}, {\"id\": 1, \"category_id\": 4}"),
     "samples[1]: annotations has the id 1 twice"},
};

static int read_wrong(const char *text, size_t len, size_t *left, struct err *e)
{
    struct segments_release r;
    int rc = segments_release_parse("r.json", text, len, &r, e);
    *left = r.n;
    return rc;
}

static void wrong_ones(void **state)
{
    (void)state;
    refusals_check(wrong, sizeof wrong / sizeof wrong[0], read_wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_one),
        cmocka_unit_test(escapes),
        cmocka_unit_test(wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
