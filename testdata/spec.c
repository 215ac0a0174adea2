#include "testdata/spec.h"

#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char spec_usage[] =
    "usage: make_product [options] OUTDIR\n"
    "Writes OUTDIR/<PRODUCT>.SAFE, a synthetic Sentinel-2 product, and prints its path.\n"
    "  --level L1C|L2A      L2A also has AOT, WVP, TCI, coarser copies of the images, the scene\n"
    "                       classification and probabilities, and no B10 (L1C)\n"
    "  --tci                L1C: the true-colour image too\n"
    "  --size N             pixels a side at 10 m: a multiple of 6, 6...10980 (1590)\n"
    "  --scene KIND         analytic, texture, constant; with weather, to be looked at: cumulus "
    "(land,\n"
    "                       broken clouds, shadows), snow (mountains, fog, cirrus), sea (coast, "
    "haze,\n"
    "                       cirrus) (analytic)\n"
    "  --truth FILE.tif     with weather: the true class of each pixel of 10 m, in codes of Label, "
    "as\n"
    "                       'subscene label OUT --raster Label=FILE.tif' takes it\n"
    "  --baseline NN.NN     02.04...05.11 (05.11); offsets of -1000 from 04.00\n"
    "  --platform S2x       S2A, S2B or S2C (S2A)\n"
    "  --sensing TIME       YYYYMMDDThhmmss, UTC (20220125T151701)\n"
    "  --tile ID            MGRS tile (35VLF)\n"
    "  --epsg CODE          326zz or 327zz (32635)\n"
    "  --ulx M, --uly M     outer corner of the upper-left pixel, whole metres (300000, 6500040)\n"
    "  --seed N             of texture, weather and saturated discs (1)\n"
    "  --nodata KIND        wedge or none (wedge)\n"
    "  --saturated K        discs of 65535, 0...64 (0); the bands are then coded with 16 bits\n"
    "  --bands B02,B05      encode only these (also AOT, WVP, TCI); the metadata lists all\n"
    "  --missing B05,B09    leave these files out\n"
    "  --drop-qi            no QI_DATA folder\n"
    "  --masks LIST         class masks of an analytic scene (testdata/scene.h), with weather of "
    "the\n"
    "                       true classes, or all: fmask, s2cloudless, maja, gsfc, bhc, fmsc,\n"
    "                       dluvclouds, classi (the product's own mask, the only one in\n"
    "                       manifest.safe; with weather from baseline 04.00) (none)\n"
    "  --jp2-tile A,B,C     side of the JP2 tiles at 10, 20 and 60 m, 4...10980 (1024,640,192)\n"
    "  --zip                <PRODUCT>.zip instead of a folder: JP2 stored, XML deflated\n"
    "  --zip-deflate        the same with JP2 deflated too\n"
    "  --threads N          1...256 (online CPUs); does not change a byte\n"
    "  --help\n";

enum option_id {
    OPT_LEVEL = 256,
    OPT_TCI,
    OPT_SIZE,
    OPT_SCENE,
    OPT_TRUTH,
    OPT_BASELINE,
    OPT_PLATFORM,
    OPT_SENSING,
    OPT_TILE,
    OPT_EPSG,
    OPT_ULX,
    OPT_ULY,
    OPT_SEED,
    OPT_NODATA,
    OPT_SATURATED,
    OPT_BANDS,
    OPT_MISSING,
    OPT_DROP_QI,
    OPT_MASKS,
    OPT_JP2_TILE,
    OPT_ZIP,
    OPT_ZIP_DEFLATE,
    OPT_THREADS,
    OPT_HELP,
};

static const struct option options[] = {
    {"level", required_argument, NULL, OPT_LEVEL},
    {"tci", no_argument, NULL, OPT_TCI},
    {"size", required_argument, NULL, OPT_SIZE},
    {"scene", required_argument, NULL, OPT_SCENE},
    {"truth", required_argument, NULL, OPT_TRUTH},
    {"baseline", required_argument, NULL, OPT_BASELINE},
    {"platform", required_argument, NULL, OPT_PLATFORM},
    {"sensing", required_argument, NULL, OPT_SENSING},
    {"tile", required_argument, NULL, OPT_TILE},
    {"epsg", required_argument, NULL, OPT_EPSG},
    {"ulx", required_argument, NULL, OPT_ULX},
    {"uly", required_argument, NULL, OPT_ULY},
    {"seed", required_argument, NULL, OPT_SEED},
    {"nodata", required_argument, NULL, OPT_NODATA},
    {"saturated", required_argument, NULL, OPT_SATURATED},
    {"bands", required_argument, NULL, OPT_BANDS},
    {"missing", required_argument, NULL, OPT_MISSING},
    {"drop-qi", no_argument, NULL, OPT_DROP_QI},
    {"masks", required_argument, NULL, OPT_MASKS},
    {"jp2-tile", required_argument, NULL, OPT_JP2_TILE},
    {"zip", no_argument, NULL, OPT_ZIP},
    {"zip-deflate", no_argument, NULL, OPT_ZIP_DEFLATE},
    {"threads", required_argument, NULL, OPT_THREADS},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

struct range {
    int32_t low, high;
};

static int parse_int(const char *name, const char *text, struct range r, int32_t *value,
                     struct err *e)
{
    char *end;
    long v = strtol(text, &end, 10);
    if (end == text || *end != '\0' || v < r.low || v > r.high)
        return err_set(e, ERR_USAGE,
                       "--%s: '%s' is not a whole number from %" PRId32 " to %" PRId32, name, text,
                       r.low, r.high);
    *value = (int32_t)v;
    return 0;
}

/* The index of `text` in the list of words, which ends with NULL. */
static int parse_word(const char *name, const char *text, const char *const *words, int32_t *index,
                      struct err *e)
{
    for (int32_t i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *index = i;
            return 0;
        }
    }
    return err_set(e, ERR_USAGE, "--%s: '%s' is not one of its words (see --help)", name, text);
}

/* Copies a comma-separated list into `copy`, for strsep. */
static int copy_list(const char *name, const char *text, char copy[128], struct err *e)
{
    if (strlen(text) >= 128)
        return err_set(e, ERR_USAGE, "--%s: too long", name);
    strcpy(copy, text);
    return 0;
}

static int parse_bands(const char *name, const char *text, band_set *set, struct err *e)
{
    char copy[128];
    int rc = copy_list(name, text, copy, e);
    if (rc != 0)
        return rc;
    *set = 0;
    char *rest = copy;
    for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
        band_set named = band_set_named(word);
        if (!named)
            return err_set(e, ERR_USAGE, "--%s: '%s' is not a band; they are %s", name, word,
                           band_set_names);
        *set |= named;
    }
    return 0;
}

static int parse_masks(const char *text, unsigned *masks, struct err *e)
{
    static const char *const words[] = {"fmask", "s2cloudless", "maja",   "gsfc", "bhc",
                                        "fmsc",  "dluvclouds",  "classi", "all",  NULL};
    char copy[128];
    int rc = copy_list("masks", text, copy, e);
    char *rest = copy;
    for (char *word = rc ? NULL : strsep(&rest, ","); word; word = strsep(&rest, ",")) {
        int32_t i = 0;
        rc = parse_word("masks", word, words, &i, e);
        if (rc != 0)
            return rc;
        *masks |= words[i + 1] ? 1U << i : SPEC_MASK_ALL;
    }
    return rc;
}

static int parse_baseline(const char *text, int32_t *baseline, struct err *e)
{
    int major, minor, used = 0;
    if (strlen(text) != 5 || sscanf(text, "%2d.%2d%n", &major, &minor, &used) != 2 || used != 5 ||
        major * 100 + minor < BASELINE_0204 || major * 100 + minor > BASELINE_0511)
        return err_set(e, ERR_USAGE, "--baseline: '%s' is not one from 02.04 to 05.11", text);
    *baseline = major * 100 + minor;
    return 0;
}

static void format_time(time_t t, char out[16])
{
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(out, 16, "%Y%m%dT%H%M%S", &tm);
}

static int parse_sensing(const char *text, time_t *sensing, struct err *e)
{
    struct tm tm = {0};
    char again[16] = "";
    const char *end = strlen(text) == 15 ? strptime(text, "%Y%m%dT%H%M%S", &tm) : NULL;
    if (end && *end == '\0') {
        *sensing = timegm(&tm);
        format_time(*sensing, again); /* 31 June becomes 1 July */
    }
    if (strcmp(again, text) != 0)
        return err_set(e, ERR_USAGE, "--sensing: '%s' is not a time YYYYMMDDThhmmss", text);
    return 0;
}

static int parse_tile(const char *text, char tile[6], struct err *e)
{
    int zone;
    if (strlen(text) != 5 || strspn(text, "0123456789") != 2 ||
        strspn(text + 2, "ABCDEFGHJKLMNPQRSTUVWXYZ") != 3 || (zone = atoi(text)) < 1 || zone > 60)
        return err_set(e, ERR_USAGE, "--tile: '%s' is not an MGRS tile such as 35VLF", text);
    strcpy(tile, text);
    return 0;
}

static int parse_jp2_tile(const char *text, int32_t side[SPEC_GRIDS], struct err *e)
{
    int used = 0;
    bool ok = sscanf(text, "%5" SCNd32 ",%5" SCNd32 ",%5" SCNd32 "%n", &side[0], &side[1], &side[2],
                     &used) == 3 &&
              text[used] == '\0';
    for (int i = 0; ok && i < SPEC_GRIDS; i++)
        ok = side[i] >= 4 && side[i] <= 10980;
    return ok ? 0
              : err_set(e, ERR_USAGE, "--jp2-tile: '%s' is not three numbers from 4 to 10980",
                        text);
}

static int parse_epsg(const char *text, int32_t *epsg, struct err *e)
{
    if (parse_int("epsg", text, (struct range){32601, 32760}, epsg, e) != 0)
        return e->code;
    if (*epsg % 100 < 1 || *epsg % 100 > 60)
        return err_set(e, ERR_USAGE, "--epsg: '%s' is not 32601...32660 or 32701...32760", text);
    return 0;
}

static int apply_word(struct spec *s, int id, const char *arg, struct err *e)
{
    static const char *const scenes[] = {"analytic", "texture", "constant", "cumulus",
                                         "snow",     "sea",     NULL};
    static const char *const platforms[] = {"S2A", "S2B", "S2C", NULL};
    static const char *const nodata[] = {"none", "wedge", NULL};
    static const char *const levels[] = {"L1C", "L2A", NULL};
    int32_t index = 0;
    int rc = id == OPT_LEVEL      ? parse_word("level", arg, levels, &index, e)
             : id == OPT_SCENE    ? parse_word("scene", arg, scenes, &index, e)
             : id == OPT_PLATFORM ? parse_word("platform", arg, platforms, &index, e)
                                  : parse_word("nodata", arg, nodata, &index, e);
    if (rc != 0)
        return rc;
    if (id == OPT_LEVEL)
        s->level = (enum level)index;
    else if (id == OPT_SCENE)
        s->scene.kind = (enum scene_kind)index;
    else if (id == OPT_PLATFORM)
        s->platform = (char)('A' + index);
    else
        s->scene.wedge = index == 1;
    return 0;
}

static int apply_number(struct spec *s, int id, const char *arg, struct err *e)
{
    int32_t seed = 0;
    int rc;
    switch (id) {
    case OPT_SIZE:
        rc = parse_int("size", arg, (struct range){6, 10980}, &s->size_px, e);
        return rc != 0 || s->size_px % 6 == 0
                   ? rc
                   : err_set(e, ERR_USAGE, "--size: %s is not a multiple of 6", arg);
    case OPT_ULX:
        return parse_int("ulx", arg, (struct range){0, 1000000}, &s->scene.ulx_m, e);
    case OPT_ULY:
        return parse_int("uly", arg, (struct range){0, 10000000}, &s->scene.uly_m, e);
    case OPT_SATURATED:
        return parse_int("saturated", arg, (struct range){0, SCENE_SATURATED_MAX},
                         &s->scene.saturated, e);
    case OPT_THREADS:
        return parse_int("threads", arg, (struct range){1, 256}, &s->threads, e);
    default:
        rc = parse_int("seed", arg, (struct range){0, INT32_MAX}, &seed, e);
        s->scene.seed = (uint32_t)seed;
        return rc;
    }
}

static int apply(struct spec *s, int id, const char *arg, struct err *e)
{
    switch (id) {
    case OPT_LEVEL:
    case OPT_SCENE:
    case OPT_PLATFORM:
    case OPT_NODATA:
        return apply_word(s, id, arg, e);
    case OPT_BASELINE:
        return parse_baseline(arg, &s->baseline, e);
    case OPT_SENSING:
        return parse_sensing(arg, &s->sensing, e);
    case OPT_TILE:
        return parse_tile(arg, s->tile, e);
    case OPT_EPSG:
        return parse_epsg(arg, &s->epsg, e);
    case OPT_BANDS:
        return parse_bands("bands", arg, &s->wanted, e);
    case OPT_MISSING:
        return parse_bands("missing", arg, &s->missing, e);
    case OPT_TCI:
        s->tci = true;
        return 0;
    case OPT_TRUTH:
        s->truth = arg;
        return 0;
    case OPT_JP2_TILE:
        return parse_jp2_tile(arg, s->jp2_tile, e);
    case OPT_MASKS:
        return parse_masks(arg, &s->masks, e);
    case OPT_DROP_QI:
        s->drop_qi = true;
        return 0;
    case OPT_ZIP:
    case OPT_ZIP_DEFLATE:
        s->zip = true;
        s->zip_deflate |= id == OPT_ZIP_DEFLATE;
        return 0;
    default:
        return apply_number(s, id, arg, e);
    }
}

static void finish(struct spec *s)
{
    const struct level_def *level = &level_table[s->level];
    s->tci |= (s->wanted & BAND_SET_TCI) != 0;
    s->bands = s->level == LEVEL_L2A ? level->bands : level->spectral | (s->tci ? BAND_SET_TCI : 0);
    if (s->wanted)
        s->bands = s->wanted & level->bands;
    s->bands &= ~s->missing;
    format_time(s->sensing, s->sensing_compact);
    format_time(s->sensing + 3 * 3600 + 43 * 60 + 35, s->made_compact);
    format_time(s->sensing + 400, s->strip_compact);
    snprintf(s->name, sizeof s->name, "S2%c_MSI%s_%s_N%04" PRId32 "_R125_T%s_%s", s->platform,
             level->name, s->sensing_compact, s->baseline, s->tile, s->made_compact);
    snprintf(s->granule, sizeof s->granule, "%s_T%s_A034442_%s", level->name, s->tile,
             s->strip_compact);
    s->scene.side_m = s->size_px * 10;
    s->scene.dn_offset = spec_has_offset(s) ? 1000 : 0;
}

/* Options that do not go together. */
static int check(const struct spec *s, struct err *e)
{
    bool weather = scene_has_weather(&s->scene);
    if (s->drop_qi && s->masks & SPEC_MASK_CLASSI)
        return err_set(e, ERR_USAGE, "--masks: classi is in QI_DATA, which --drop-qi leaves out");
    if (weather && s->masks & SPEC_MASK_CLASSI && s->baseline < BASELINE_0400)
        return err_set(
            e, ERR_USAGE,
            "--masks: classi of this scene has no polygons; it needs --baseline 04.00 or "
            "later");
    if (s->truth && !weather)
        return err_set(e, ERR_USAGE, "--truth: only the scenes cumulus, snow and sea have one");
    return 0;
}

int spec_parse(struct spec *s, int argc, char **argv, bool *help, struct err *e)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    *s = (struct spec){.size_px = 1590,
                       .baseline = BASELINE_0511,
                       .platform = 'A',
                       .sensing = 1643123821,
                       .tile = "35VLF",
                       .epsg = 32635,
                       .jp2_tile = {1024, 640, 192},
                       .threads = cpus < 1     ? 1
                                  : cpus > 256 ? 256
                                               : (int32_t)cpus};
    s->scene = (struct scene){
        .kind = SCENE_ANALYTIC, .seed = 1, .ulx_m = 300000, .uly_m = 6500040, .wedge = true};
    *help = false;
    opterr = 0;
    for (int id; (id = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (id == '?' || id == ':')
            return err_set(e, ERR_USAGE, "unknown option or missing value: %s", argv[optind - 1]);
        if (id == OPT_HELP) {
            *help = true;
            return 0;
        }
        if (apply(s, id, optarg, e) != 0)
            return e->code;
    }
    if (argc - optind != 1)
        return err_set(e, ERR_USAGE, "one OUTDIR is needed, %d given", argc - optind);
    if (check(s, e) != 0)
        return e->code;
    s->out_dir = argv[optind];
    finish(s);
    return 0;
}
