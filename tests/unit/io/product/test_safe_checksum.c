/* Digests against their published vectors; checksums of a product's images against its
 * manifest.safe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "io/product/safe_checksum.h"

#define MD5_ABC "900150983cd24fb0d6963f7d28e17f72" /* RFC 1321 */
#define SHA3_ABC                                                                                   \
    "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" /* FIPS 202 examples */

static void assert_digest(enum digest_kind kind, const char *expected)
{
    struct digest *d;
    struct err e = ERR_INIT;
    char text[DIGEST_TEXT_SIZE];
    assert_int_equal(digest_create(kind, &d, &e), 0);
    digest_add(d, "a", 1);
    digest_add(d, "bc", 2);
    digest_finish(d, text);
    assert_string_equal(text, expected);
    digest_destroy(d);
}

static void published_vectors(void **state)
{
    (void)state;
    assert_digest(DIGEST_MD5, MD5_ABC);
    assert_digest(DIGEST_SHA3_256, SHA3_ABC);
    assert_int_equal(digest_find("SHA3-256"), DIGEST_SHA3_256);
    assert_int_equal(digest_find("CRC32"), DIGEST_KIND_COUNT);
}

static const struct product product = {
    .band = {{.image = "GRANULE/G/IMG_DATA/X_B01.jp2"}, {.image = "GRANULE/G/IMG_DATA/X_B02.jp2"}}};

/* Checks B01, whose bytes are "abc", against a manifest. */
static int check(const char *manifest, struct err *e)
{
    const struct source_entry entries[] = {{"MTD_MSIL1C.xml", "<a/>", 4},
                                           {"GRANULE/G/IMG_DATA/X_B01.jp2", "abc", 3},
                                           {"manifest.safe", manifest, strlen(manifest)}};
    struct source *s;
    struct source_file *f;
    struct safe_checksum sums[BAND_COUNT];
    assert_int_equal(source_open_memory(entries, 3, &s, e), 0);
    int r = safe_checksum_read(s, &product, sums, e);
    if (r == 0) {
        assert_int_equal(source_file_open(s, "GRANULE/G/IMG_DATA/X_B01.jp2", &f, e), 0);
        r = safe_checksum_check(f, &sums[0], e);
        source_file_close(f);
    }
    source_close(s);
    return r;
}

#define OBJECT(href, kind, digits)                                                                 \
    "<dataObject ID='i'><byteStream><fileLocation href='" href "'/><checksum checksumName='" kind  \
    "'>" digits "</checksum></byteStream></dataObject>"
#define MANIFEST(objects)                                                                          \
    "<x:XFDU xmlns:x='urn:x'><dataObjectSection>" objects "</dataObjectSection></x:XFDU>"
#define IMAGE "./GRANULE/G/IMG_DATA/X_B01.jp2"

static void good_images(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(
        check(MANIFEST(OBJECT("./other.xml", "CRC", "1") OBJECT(IMAGE, "MD5", MD5_ABC)), &e), 0);
    assert_int_equal(check(MANIFEST(OBJECT(IMAGE, "SHA3-256", SHA3_ABC)), &e), 0);
    assert_int_equal(check(MANIFEST(OBJECT(IMAGE, "MD5", "900150983CD24FB0D6963F7D28E17F72")), &e),
                     0);
}

static void assert_refused(const char *manifest, const char *reason)
{
    struct err e = ERR_INIT;
    assert_int_equal(check(manifest, &e), ERR_INPUT);
    if (!strstr(e.msg, reason))
        fail_msg("\"%s\" is not in \"%s\"", reason, e.msg);
}

/* One image, three bands: each has its checksum. */
static void shared_image(void **state)
{
    static const struct product colours = {
        .band = {[BAND_TCI_R] = {.image = "GRANULE/G/IMG_DATA/X_B01.jp2"},
                 [BAND_TCI_G] = {.image = "GRANULE/G/IMG_DATA/X_B01.jp2"},
                 [BAND_TCI_B] = {.image = "GRANULE/G/IMG_DATA/X_B01.jp2"}}};
    static const char manifest[] = MANIFEST(OBJECT(IMAGE, "MD5", MD5_ABC));
    const struct source_entry entry = {"manifest.safe", manifest, sizeof manifest - 1};
    struct safe_checksum sums[BAND_COUNT];
    struct source *s;
    struct err e = ERR_INIT;
    (void)state;
    assert_int_equal(source_open_memory(&entry, 1, &s, &e), 0);
    assert_int_equal(safe_checksum_read(s, &colours, sums, &e), 0);
    for (int b = 0; b < BAND_COUNT; b++)
        assert_string_equal(sums[b].text, band_in(BAND_SET_TCI, b) ? MD5_ABC : "");
    source_close(s);
}

static void others(void **state)
{
    (void)state;
    assert_refused(MANIFEST(OBJECT(IMAGE, "MD5", "900150983cd24fb0d6963f7d28e17f73")),
                   "X_B01.jp2: is damaged: its MD5 is " MD5_ABC);
    assert_refused(MANIFEST(OBJECT(IMAGE, "MD5", SHA3_ABC)), "MD5");
    assert_refused(MANIFEST(OBJECT(IMAGE, "MD5", "900150983cd24fb0d6963f7d28e17f7x")), "MD5");
    assert_refused(MANIFEST(OBJECT(IMAGE, "SHA-1", MD5_ABC)), "SHA-1");
    assert_refused(MANIFEST(OBJECT("./X_B01.jp2", "MD5", MD5_ABC)), "has no checksum");
    assert_refused("<unclosed>", "manifest.safe");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(good_images),
        cmocka_unit_test(shared_image),
        cmocka_unit_test(others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
