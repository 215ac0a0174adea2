#include "core/composite.h"

#include <stdio.h>
#include <string.h>

#include "core/suggest.h"

enum { B02 = 1, B03 = 2, B04 = 3, B08 = 7, B8A = 8, B10 = 10, B11 = 11, B12 = 12 };

const struct composite composite_table[COMPOSITE_COUNT] = {
    {"natural", {B04, B03, B02}, "the colours that an eye sees"},
    {"cloud",
     {B11, B8A, B10},
     "water clouds yellow to white, ice clouds and cirrus blue, snow green, land brown"},
    {"cirrus", {B10, B04, B02}, "high thin clouds red, which hardly show in other bands"},
    {"swir", {B12, B8A, B04}, "snow and ice cyan, water clouds white, burnt land red"},
    {"vegetation", {B08, B04, B03}, "plants red, bare soil grey, water black"},
};

static int find_band(const char *text, size_t n, int *out, struct err *e)
{
    char name[16] = "";
    if (n < sizeof name)
        memcpy(name, text, n);
    *out = band_find(name);
    return *out >= 0
               ? 0
               : err_set(e, ERR_USAGE, "composite: no band '%.*s'", n > 40 ? 40 : (int)n, text);
}

static int parse_bands(const char *text, struct composite *out, struct err *e)
{
    const char *at = text;
    for (int i = 0; i < 3; i++) {
        const size_t n = strcspn(at, ",");
        int r = find_band(at, n, &out->band[i], e);
        if (r)
            return r;
        at += n;
        if ((*at == ',') != (i < 2))
            return err_set(e, ERR_USAGE, "composite '%.80s': needs three bands, as B11,B8A,B04",
                           text);
        at += *at == ',';
    }
    return 0;
}

int composite_parse(const char *text, struct composite *out, struct err *e)
{
    char hint[SUGGEST_SIZE];
    const char *names[COMPOSITE_COUNT + 1] = {NULL};
    for (int i = 0; i < COMPOSITE_COUNT; i++) {
        names[i] = composite_table[i].name;
        if (strcmp(text, names[i]) == 0) {
            *out = composite_table[i];
            return 0;
        }
    }
    *out = (struct composite){.shows = ""};
    if (strchr(text, ','))
        return parse_bands(text, out, e);
    const struct suggest_words words = {names, NULL, NULL};
    return err_set(e, ERR_USAGE,
                   "no composite '%.40s'%s (natural, cloud, cirrus, swir, vegetation, or three "
                   "bands as B11,B8A,B04)",
                   text, suggest(text, &words, hint));
}

const char *composite_format(const struct composite *c, char buf[COMPOSITE_TEXT])
{
    if (c->name)
        snprintf(buf, COMPOSITE_TEXT, "%s", c->name);
    else
        snprintf(buf, COMPOSITE_TEXT, "%s-%s-%s", band_table[c->band[0]].name,
                 band_table[c->band[1]].name, band_table[c->band[2]].name);
    return buf;
}

band_set composite_bands(const struct composite *c)
{
    return (band_set)1 << c->band[0] | (band_set)1 << c->band[1] | (band_set)1 << c->band[2];
}
