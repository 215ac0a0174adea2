#include "core/params.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/hash.h"

const char *const edge_policy_names[] = {"pad", "drop", "shift", NULL};
const char *const file_profile_names[] = {"georef", "kappazeta", NULL};
const char *const compat_names[] = {"none", "cm-vsm", "cm-vsm-tiled", NULL};
const char *const compat_declared[] = {NULL, "cm_vsm 0.3.7", "cm_vsm 0.3.7 --tiled"};

/* Raise it when files of equal parameters get other bytes. A resumed folder then does not mix the
 * two. */
enum { FORMAT_VERSION = 2 };

void params_format(const struct params *p, char text[PARAMS_TEXT_SIZE])
{
    char bands[BAND_SET_TEXT] = "default";
    char compat[40] = "";
    if (p->bands == BAND_SET_ALL)
        snprintf(bands, sizeof bands, "all");
    else if (p->bands)
        band_set_format(p->bands, bands);
    if (p->compat && params_cut(p) != p->size)
        snprintf(compat, sizeof compat, " compat=%s cut=%d", compat_names[p->compat], p->cut);
    else if (p->compat)
        snprintf(compat, sizeof compat, " compat=%s", compat_names[p->compat]);
    snprintf(text, PARAMS_TEXT_SIZE,
             "format=%d bands=%s size=%d overlap=%.9g resolution=%d filter=%s lobes=%d engine=%s "
             "edge=%s offset=%s "
             "profile=%s deflate=%d%s",
             FORMAT_VERSION, bands, p->size, p->overlap, p->resolution_m, p->filter, p->lobes,
             p->engine, edge_policy_names[p->edge], p->keep_offset ? "keep" : "remove",
             file_profile_names[p->profile], p->deflate, compat);
}

/* Index of the word in the list, or −1. */
static int find_word(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static bool parse_bands(char *names, band_set *out)
{
    *out = 0;
    for (char *name = names; name;) {
        char *comma = strchr(name, ',');
        if (comma)
            *comma++ = '\0';
        int b = band_find(name);
        if (b < 0)
            return false;
        *out |= (band_set)1 << b;
        name = comma;
    }
    return true;
}

int params_parse(const char *text, struct params *out, struct err *e)
{
    char bands[BAND_SET_TEXT], edge[8], offset[8], profile[16], compat[16] = "none",
                                                                again[PARAMS_TEXT_SIZE];
    int format = 0;
    struct params p = {0};
    int n = sscanf(text,
                   "format=%d bands=%95s size=%d overlap=%lf resolution=%d filter=%15s lobes=%d "
                   "engine=%7s edge=%7s "
                   "offset=%7s profile=%15s deflate=%d compat=%15s cut=%d",
                   &format, bands, &p.size, &p.overlap, &p.resolution_m, p.filter, &p.lobes,
                   p.engine, edge, offset, profile, &p.deflate, compat, &p.cut);
    int edge_at = n >= 12 ? find_word(edge_policy_names, edge) : -1;
    int profile_at = n >= 12 ? find_word(file_profile_names, profile) : -1;
    int compat_at = find_word(compat_names, compat);
    if (edge_at < 0 || profile_at < 0 || compat_at < 0 || !parse_bands(bands, &p.bands))
        return err_set(e, ERR_INPUT, "\"%.60s\" is not a list of parameters of format %d", text,
                       FORMAT_VERSION);
    p.edge = (enum edge_policy)edge_at;
    p.profile = (enum file_profile)profile_at;
    p.compat = (enum compat)compat_at;
    p.keep_offset = strcmp(offset, "keep") == 0;
    /* a text that does not survive the round trip is not ours */
    params_format(&p, again);
    if (strcmp(again, text) != 0)
        return err_set(e, ERR_INPUT, "\"%.60s\" is not a list of parameters of format %d", text,
                       FORMAT_VERSION);
    *out = p;
    return 0;
}

void params_digest(const char *text, char digest[PARAMS_DIGEST_SIZE])
{
    snprintf(digest, PARAMS_DIGEST_SIZE, "%016" PRIx64, hash_text(text));
}

/* The value of compat in a text; "none" if it is missing. */
static void find_compat(const char *text, char value[16])
{
    const char *at = strstr(text, " compat=");
    if (!at || sscanf(at, " compat=%15s", value) != 1)
        snprintf(value, 16, "%s", compat_names[COMPAT_NONE]);
}

void params_difference(const char *there, const char *here, char *buf, size_t size)
{
    char compat_there[16], compat_here[16];
    buf[0] = '\0';
    /* compat changes other keys and explains more */
    find_compat(there, compat_there);
    find_compat(here, compat_here);
    if (strcmp(compat_there, compat_here) != 0) {
        snprintf(buf, size, "compat is %s there and %s here", compat_there, compat_here);
        return;
    }
    while (*there && *here) {
        int n_there = (int)strcspn(there, " "), n_here = (int)strcspn(here, " ");
        if (n_there != n_here || memcmp(there, here, (size_t)n_there) != 0) {
            int key = (int)strcspn(here, "= ");
            int key_there = (int)strcspn(there, "= ");
            if (key == key_there && memcmp(there, here, (size_t)key) == 0 && n_there > key &&
                n_here > key)
                snprintf(buf, size, "%.*s is %.*s there and %.*s here", key, here,
                         n_there - key - 1, there + key + 1, n_here - key - 1, here + key + 1);
            else
                snprintf(buf, size, "\"%.*s\" there, \"%.*s\" here", n_there, there, n_here, here);
            return;
        }
        there += n_there + (there[n_there] == ' ');
        here += n_here + (here[n_here] == ' ');
    }
    if (*there || *here)
        snprintf(buf, size, "\"%s\" is only %s", *there ? there : here, *there ? "there" : "here");
}
