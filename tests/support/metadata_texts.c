#include "support/metadata_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>

#include "support/tmpdir.h"

static char *slurp_text(const char *folder, const char *name)
{
    char path[1024];
    size_t len;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *s = (char *)tmpdir_slurp(path, &len);
    assert_non_null(s);
    return s;
}

struct metadata_texts metadata_load(const char *folder, const char *xml)
{
    struct metadata_texts t = {xml, slurp_text(folder, xml), slurp_text(folder, "MTD_TL.xml"), ""};
    const char *image = strstr(t.product, "<IMAGE_FILE>GRANULE/");
    assert_non_null(image);
    image += strlen("<IMAGE_FILE>");
    int n = (int)(strstr(image, "/IMG_DATA") - image);
    snprintf(t.tile_name, sizeof t.tile_name, "%.*s/MTD_TL.xml", n, image);
    return t;
}

void metadata_unload(struct metadata_texts *t)
{
    free(t->product);
    free(t->tile);
}

void metadata_replace(struct metadata_texts *t, const char *from, const char *to)
{
    char **text = strstr(t->product, from) ? &t->product : &t->tile, *at = strstr(*text, from);
    if (!at)
        fail_msg("\"%s\" is not in the text", from);
    size_t before = (size_t)(at - *text);
    char *out = malloc(strlen(*text) + strlen(to) + 1);
    assert_non_null(out);
    memcpy(out, *text, before);
    strcpy(out + before, to);
    strcat(out, at + strlen(from));
    free(*text);
    *text = out;
}

int metadata_read(const struct metadata_texts *t, struct product *p, struct err *e)
{
    struct source_entry entry[2] = {
        {t->xml, t->product, strlen(t->product)},
        {t->tile_name, t->tile, strlen(t->tile)},
    };
    struct source *s;
    assert_int_equal(source_open_memory(entry, 2, &s, e), 0);
    int rc = safe_read_product(s, p, e);
    source_close(s);
    return rc;
}

void metadata_refuses(const char *folder, const char *xml, const char *from, const char *to,
                      const char *said)
{
    struct metadata_texts t = metadata_load(folder, xml);
    struct product p;
    struct err e = ERR_INIT;
    metadata_replace(&t, from, to);
    int rc = metadata_read(&t, &p, &e);
    if (rc != ERR_INPUT || !strstr(e.msg, said))
        fail_msg("\"%s\" as \"%.60s\": code %d, \"%s\" instead of \"%s\"", from, to, rc, e.msg,
                 said);
    metadata_unload(&t);
}

void metadata_accepts(const char *folder, const char *xml, const char *from, const char *to,
                      struct product *p)
{
    struct metadata_texts t = metadata_load(folder, xml);
    struct err e = ERR_INIT;
    if (from)
        metadata_replace(&t, from, to);
    if (metadata_read(&t, p, &e) != 0)
        fail_msg("\"%s\" as \"%s\": %s", from ? from : "", to ? to : "", e.msg);
    metadata_unload(&t);
}
