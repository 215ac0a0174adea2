#include "io/geo/vectorfile.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/text.h"

enum { HEAD_BYTES = 4096, NAME_MAX_CHARS = 130 };

struct vector_format {
    const char *name;
    const char *magic; /* first bytes of the file; NULL: its name decides */
    size_t magic_len;
    const char *inside; /* in addition, a text in its head */
    const char *ending; /* end of its name, for formats without magic */
    const char *before, *behind; /* the command around the path */
};

/* The first match counts. */
static const struct vector_format formats[] = {
    {"a shapefile", "\0\0\x27\x0a", 4, NULL, NULL, "", ""},
    {"a table", NULL, 0, NULL, ".dbf", "", ""},
    {"a GeoPackage", "SQLite format 3", 16, NULL, NULL, "", ""},
    {"KMZ", "PK\3\4", 4, NULL, ".kmz", "", ""},
    {"an archive", "PK\3\4", 4, NULL, NULL, "/vsizip/", ""},
    {"FlatGeobuf", "fgb", 3, NULL, NULL, "", ""},
    {"GeoParquet", "PAR1", 4, NULL, NULL, "", ""},
    {"KML", "<", 1, "<kml", NULL, "", ""},
    {"GPX", "<", 1, "<gpx", NULL, "", " tracks"},
    {"GML", "<", 1, "opengis.net/gml", NULL, "", ""},
    {"XML", "<", 1, NULL, NULL, "", ""},
    {"TopoJSON", "{", 1, "\"Topology\"", NULL, "", ""},
    {"Esri JSON", "{", 1, "\"esriGeometry", NULL, "", ""},
};

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcasecmp(s + n - m, end) == 0;
}

static bool fits(const struct vector_format *f, const char *path, const char *head, size_t len)
{
    if (f->ending && !ends_with(path, f->ending))
        return false;
    if (f->magic && (len < f->magic_len || memcmp(head, f->magic, f->magic_len) != 0))
        return false;
    return !f->inside || memmem(head, len, f->inside, strlen(f->inside));
}

/* Writes the path as a shell word. */
static void put_word(char buf[NAME_MAX_CHARS + 60], const struct vector_format *f, const char *path)
{
    const char *quote = strpbrk(path, " \t\"\\$&;()<>|*?[]#~`!{}") ? "'" : "";
    snprintf(buf, NAME_MAX_CHARS + 60, "%s%s%.*s%s%s", quote, f->before, NAME_MAX_CHARS, path,
             quote, f->behind);
}

static int refuse(const struct vector_format *f, const char *path, struct err *e)
{
    char word[NAME_MAX_CHARS + 60];
    put_word(word, f, path);
    return err_set(e, ERR_USAGE,
                   "%.*s: is %s, not GeoJSON or EWKT; convert it: "
                   "ogr2ogr -f GeoJSON -t_srs EPSG:4326 area.geojson %s",
                   NAME_MAX_CHARS, path, f->name, word);
}

/* Reads the first bytes, without a byte-order mark and blanks. */
static size_t read_head(const char *path, char head[HEAD_BYTES])
{
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(head, 1, HEAD_BYTES, f) : 0;
    if (f)
        fclose(f);
    size_t from = text_utf8_mark(head, n);
    while (from < n && head[from] && strchr(" \t\r\n", head[from]))
        from++;
    memmove(head, head + from, n - from);
    return n - from;
}

int vectorfile_refuse(const char *path, struct err *e)
{
    static const struct vector_format folder = {.name = "a folder", .before = "", .behind = ""};
    char head[HEAD_BYTES];
    struct stat st;
    if (stat(path, &st) != 0)
        return 0;
    if (S_ISDIR(st.st_mode))
        return refuse(&folder, path, e);
    size_t n = S_ISREG(st.st_mode) ? read_head(path, head) : 0;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (n > 0 && fits(&formats[i], path, head, n))
            return refuse(&formats[i], path, e);
    return 0;
}
