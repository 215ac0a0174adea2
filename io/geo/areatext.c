#include "io/geo/areatext.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/text.h"
#include "io/geo/crs.h"
#include "io/geo/geojson.h"
#include "io/geo/vectorfile.h"
#include "io/source/wholefile.h"

static const char BLANKS[] = " \t\r\n";

enum { FILE_BYTES_MAX = 64 << 20, NESTING_MAX = 16 };

/* GEOS's reader recurses for every parenthesis. This limits the nesting in a hostile file. */
static bool is_nested_too_deeply(const char *text)
{
    int depth = 0;
    for (const char *c = text; *c && depth <= NESTING_MAX; c++)
        depth += (*c == '(') - (*c == ')');
    return depth > NESTING_MAX;
}

static int take_ewkt(struct areatext *a, const char *text, struct err *e)
{
    a->kind = "EWKT";
    a->epsg = CRS_WGS84;
    if (is_nested_too_deeply(text))
        return err_set(e, ERR_USAGE, "collections are nested too deeply");
    text += strspn(text, BLANKS);
    if (strncasecmp(text, "SRID=", 5) == 0) {
        char *end;
        long code = strtol(text + 5, &end, 10);
        if (!isdigit((unsigned char)text[5]) || *end != ';' || code < 1 || code > 1000000)
            return err_set(e, ERR_USAGE, "an EPSG code and a semicolon belong after SRID=");
        a->epsg = (int32_t)code;
        text = end + 1;
    }
    a->wkt = strdup(text);
    return a->wkt ? 0 : err_nomem(e, strlen(text) + 1);
}

static int take_geojson(struct areatext *a, const char *text, size_t len, struct err *e)
{
    struct text wkt = {0};
    a->kind = "GeoJSON";
    int r = geojson_to_wkt(text, len, &wkt, &a->epsg, e);
    if (r)
        free(wkt.s);
    else
        a->wkt = wkt.s;
    return r;
}

static int take_content(struct areatext *a, const char *text, size_t len, struct err *e)
{
    size_t mark = text_utf8_mark(text, len);
    if (text_is_utf16(text, len))
        return err_set(e, ERR_USAGE, "is UTF-16 text; save it as UTF-8");
    text += mark;
    len -= mark;
    if (strlen(text) != len)
        return err_set(e, ERR_USAGE, "is neither GeoJSON nor EWKT: it has a NUL byte");
    char first = text[strspn(text, BLANKS)];
    return first == '{' || first == '[' ? take_geojson(a, text, len, e) : take_ewkt(a, text, e);
}

static int read_file(struct areatext *a, const char *path, struct err *e)
{
    unsigned char *content = NULL; /* followed by a NUL byte */
    size_t len = 0;
    struct err why = ERR_INIT;
    int r = wholefile_read(path, FILE_BYTES_MAX, &content, &len, e);
    if (r == 0 && (r = take_content(a, (const char *)content, len, e)) != 0)
        err_wrap(e, "%.200s", path);
    free(content);
    if (r && r != ERR_TEMPORARY && vectorfile_refuse(path, &why)) {
        *e = why; /* the better explanation */
        return ERR_USAGE;
    }
    return r;
}

int areatext_read(const char *given, struct areatext *out, struct err *e)
{
    struct stat st;
    *out = (struct areatext){.is_file = !strchr(given, '(') || stat(given, &st) == 0};
    if (out->is_file)
        return read_file(out, given, e);
    int r = take_ewkt(out, given, e);
    return r ? err_wrap(e, "%.200s", given) : 0;
}
