#include "io/product/safe_checksum.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/text/xmldoc.h"

static const char MANIFEST[] = "manifest.safe";
enum { PIECE_BYTES = 1 << 20 };

/* The bands in the image with the name "./GRANULE/…". */
static band_set find_bands(const struct product *p, const char *href)
{
    band_set s = 0;
    if (strncmp(href, "./", 2) == 0)
        href += 2;
    for (int b = 0; b < BAND_COUNT; b++)
        s |= (band_set)(p->band[b].image[0] && strcmp(p->band[b].image, href) == 0) << b;
    return s;
}

/* Copies hexadecimal digits of either case; their number must fit the kind. */
static int take_digits(const struct xml_place *at, const char *digits, struct safe_checksum *out,
                       struct err *e)
{
    size_t n = strlen(digits);
    if (n != digest_hex_length(out->kind) || strspn(digits, "0123456789abcdefABCDEF") != n)
        return xmldoc_bad_value(at, "checksum", digits, digest_name(out->kind), e);
    for (size_t i = 0; i <= n; i++)
        out->text[i] = (char)tolower((unsigned char)digits[i]);
    return 0;
}

static int read_object(const struct xml_place *at, const struct product *p,
                       struct safe_checksum out[BAND_COUNT], struct err *e)
{
    char href[512], kind[32], digits[128];
    struct xml_node *location = xmldoc_first(at, "fileLocation"),
                    *checksum = xmldoc_first(at, "checksum");
    if (!location || !checksum)
        return 0;
    int r = xmldoc_attribute(at, location, "href", href, sizeof href, e);
    band_set bands = r == 0 ? find_bands(p, href) : 0;
    if (r || !bands)
        return r;
    r = xmldoc_attribute(at, checksum, "checksumName", kind, sizeof kind, e);
    if (r == 0)
        r = xmldoc_node_text(at, checksum, digits, sizeof digits, e);
    if (r)
        return r;
    struct safe_checksum sum = {.kind = digest_find(kind)};
    if (sum.kind == DIGEST_KIND_COUNT)
        return xmldoc_bad_value(at, "checksumName", kind, "MD5 and SHA3-256 are known", e);
    r = take_digits(at, digits, &sum, e);
    for (int b = 0; r == 0 && b < BAND_COUNT; b++)
        if (band_in(bands, b))
            out[b] = sum;
    return r;
}

int safe_checksum_read(struct source *s, const struct product *p,
                       struct safe_checksum out[BAND_COUNT], struct err *e)
{
    struct xmldoc *doc;
    memset(out, 0, BAND_COUNT * sizeof *out);
    int r = xmldoc_open(s, MANIFEST, &doc, e);
    if (r)
        return r;
    struct xml_place root = xmldoc_root(doc, MANIFEST);
    for (struct xml_node *n = xmldoc_first(&root, "dataObject"); r == 0 && n;
         n = xmldoc_next(root.node, n, "dataObject"))
        r = read_object(&(struct xml_place){MANIFEST, n}, p, out, e);
    xmldoc_close(doc);
    return r;
}

static int digest_file(struct source_file *f, struct digest *d, struct err *e)
{
    unsigned char *piece = mem_alloc(PIECE_BYTES, 1);
    if (!piece)
        return err_nomem(e, PIECE_BYTES);
    int r = 0;
    uint64_t size = source_file_size(f);
    for (uint64_t at = 0; r == 0 && at < size; at += PIECE_BYTES) {
        size_t n = size - at < PIECE_BYTES ? (size_t)(size - at) : PIECE_BYTES;
        r = source_file_pread(f, piece, n, at, e);
        if (r == 0)
            digest_add(d, piece, n);
    }
    free(piece);
    return r;
}

int safe_checksum_check(struct source_file *f, const struct safe_checksum *expected, struct err *e)
{
    char found[DIGEST_TEXT_SIZE];
    struct digest *d;
    if (expected->text[0] == '\0')
        return err_set(e, ERR_INPUT, "%s: %s has no checksum of it", source_file_name(f), MANIFEST);
    int r = digest_create(expected->kind, &d, e);
    if (r)
        return r;
    r = digest_file(f, d, e);
    if (r == 0)
        digest_finish(d, found);
    digest_destroy(d);
    if (r || strcmp(found, expected->text) == 0)
        return r;
    return err_set(e, ERR_INPUT, "%s: is damaged: its %s is %s, %s says %s", source_file_name(f),
                   digest_name(expected->kind), found, MANIFEST, expected->text);
}
