/* The one table of the options of all commands, and their parser. Defaults, --help, manual pages,
 * completion and OPTIONS.md are made from the table. */
#ifndef SUBSCENE_CMD_OPTIONS_OPTIONS_H
#define SUBSCENE_CMD_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/band.h"
#include "core/err.h"
#include "core/strlist.h"
#include "stages/layers/labels.h"

/* Commands as bits; an option may belong to several commands. */
enum {
    CMD_RUN = 1,
    CMD_INFO = 2,
    CMD_VERIFY = 4,
    CMD_DECODE = 8,
    CMD_RESAMPLE = 16,
    CMD_CUT = 32,
    CMD_WRITE = 64,
    CMD_CONFIG = 128,
    CMD_LABEL = 256,
    CMD_DATASET = 512,
    CMD_SELECT = 1024,
    CMD_LOOK = 2048,
    CMD_EXPORT = 4096
};

enum option_kind {
    OPTION_FLAG, /* bool */
    OPTION_INT, /* int32_t, min … max */
    OPTION_REAL, /* double, min … max */
    OPTION_WORD, /* int32_t: index into `words` */
    OPTION_TEXT, /* const char *, as given */
    OPTION_TEXTS, /* struct strlist: the option may be repeated */
    OPTION_BANDS, /* band_set */
    OPTION_BYTES, /* size_t: number with K, M or G; min … max */
};

/* Headings of --help and the manual pages, in this order. */
enum option_group {
    GROUP_INPUT,
    GROUP_SUBSCENES,
    GROUP_RESAMPLING,
    GROUP_OUTPUT,
    GROUP_LABELS,
    GROUP_RESOURCES,
    GROUP_MESSAGES,
    GROUP_COUNT
};
extern const char *const option_group_names[GROUP_COUNT];

struct option_def {
    const char *name; /* without the dashes */
    char letter; /* 0: none */
    enum option_kind kind;
    const char *arg; /* placeholder of the value; NULL for flags */
    const char *def; /* default as the user writes it; NULL: none, or `help` names it */
    double min, max;
    const char *const *words; /* NULL-terminated */
    size_t offset; /* of the value in struct settings */
    unsigned commands;
    enum option_group group; /* the table is sorted by it */
    const char *help; /* sentences without the last full stop */
};

/* Options for which it matters whether the user gave them. */
enum {
    GIVEN_LOBES = 1,
    GIVEN_DEFLATE = 2,
    GIVEN_UNLABELLED = 4,
    GIVEN_FILTER = 8,
    GIVEN_ENGINE = 16,
    GIVEN_OFFSET = 32,
    GIVEN_FOR = 64
};

/* The values of the options, with defaults. Texts are borrowed from argv, or are in `owned`. */
struct settings {
    const char *output;
    band_set bands; /* 0: not given */
    int32_t size;
    double overlap;
    int32_t resolution; /* index: 10, 20, 60 */
    int32_t filter; /* index; options_filter is its name */
    int32_t lobes;
    int32_t engine;
    int32_t decoder; /* enum tile_decoder_choice */
    const char *tiles, *aoi;
    double min_valid;
    int32_t edge;
    int32_t offset;
    const char *layout;
    int32_t profile;
    int32_t compat; /* enum compat */
    int32_t deflate;
    bool png;
    int32_t threads; /* 0: not given */
    size_t memory; /* 0: none */
    bool overwrite, drop_labels, dry_run, check_input, json, repair;
    const char *shard, *status;
    int32_t max_failures; /* 0: none */
    int32_t lock_timeout_s;
    int32_t progress;
    bool quiet, verbose;
    int32_t log_format;
    bool help, version;
    const char *config;
    struct strlist owned; /* texts from the configuration file */
    const char *labels[LABELS_TOOLS]; /* --cvat, --segments, --supervisely */
    const char *map, *product;
    const char *from; /* a folder of subscenes whose layers are carried over */
    const char *prefer_map; /* set by cm_vsm: layer_request.prefer */
    int32_t cut; /* set by cm_vsm: params.cut */
    struct strlist raster;
    bool no_masks;
    int32_t unlabelled;
    int32_t top, by, spacing; /* by: enum rank_by */
    int32_t tool; /* --for: enum labels_tool */
    const char *suggest, *composite;
    unsigned given; /* GIVEN_… */

    const char *const *operands; /* arguments that are not options */
    int n_operands;
};

extern const struct option_def option_table[];
extern const size_t option_count;
enum { OPTIONS_MAX = 100 };

enum { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };
enum { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* The value of --resolution: 10, 20 or 60. */
int32_t options_resolution_m(const struct settings *s);

/* Parses the arguments after the command's name. The file of --config sets the options that are not
 * among them. Operands are moved to the front of `argv`. options_clear frees, also after an error.
 * ERR_USAGE: the message names the value and the allowed values. ERR_INPUT: the file cannot be
 * read. */
int options_parse(unsigned command, int argc, char **argv, struct settings *out,
                  struct err *e) MUST_CHECK;
void options_clear(struct settings *s);

/* The value of --filter. */
const char *options_filter(const struct settings *s);

/* Sets one option of the command, as its command line would. `name` has no dashes. `value` is
 * borrowed; NULL for a flag. ERR_USAGE: the value is not allowed, or the command has no such
 * option. */
int options_set(unsigned command, const char *name, const char *value, struct settings *s,
                struct err *e) MUST_CHECK;

/* True if a configuration file may have the option. */
bool options_in_config(const struct option_def *o);

/* The allowed values, for messages and documents: "10, 20, 60", "1 to 10980", "0 to 0.5". "" for
 * texts and flags. */
void options_range(const struct option_def *o, char *buf, size_t size);

#endif
