/* The commands. Each one gets its parsed settings, prints its results to stdout and returns the
 * exit status of the process. */
#ifndef SUBSCENE_CMD_CLI_COMMANDS_H
#define SUBSCENE_CMD_CLI_COMMANDS_H

#include "cmd/cli/options.h"
#include "cmd/cli/resources.h"
#include "core/params.h"
#include "core/strlist.h"
#include "stages/folder/session.h"
#include "stages/image/cells.h"

struct command_example {
    const char *line; /* as typed; NULL ends the list */
    const char *does; /* one line without a full stop */
};
enum { COMMAND_EXAMPLES_MAX = 4 };

struct command {
    const char *name;
    unsigned bit; /* CMD_… */
    const char *operands; /* as in the usage line; "": none */
    const char *summary; /* one line */
    struct command_example examples[COMMAND_EXAMPLES_MAX + 1];
    const char *details; /* for --help and the manual; a line break begins a paragraph */
    int (*run)(const struct settings *s);
};
extern const struct command command_table[];
extern const size_t command_count;

int cmd_run(const struct settings *s);
int cmd_info(const struct settings *s);
int cmd_decode(const struct settings *s);
int cmd_resample(const struct settings *s);
int cmd_cut(const struct settings *s);
int cmd_write(const struct settings *s);
int cmd_label(const struct settings *s);
int cmd_config(const struct settings *s);
int cmd_verify(const struct settings *s);
int cmd_dataset(const struct settings *s);
int cmd_select(const struct settings *s);

/* ---- shared by commands ---- */

/* Logs the error and returns its exit status. */
int command_fail(const struct err *e);

/* The parameters of the settings. ERR_USAGE: options contradict each other. */
int command_params(const struct settings *s, struct params *out, struct err *e) MUST_CHECK;

/* The parameters of decode, resample and cut: files are uncompressed unless --deflate is given. */
int command_stage_params(const struct settings *s, struct params *out, struct err *e) MUST_CHECK;

/* Checks --output. ERR_USAGE: it is missing or not allowed. */
int command_output(const struct settings *s, struct err *e) MUST_CHECK;

/* The options of the output folder; the caller sets layout and timestamp. */
struct session_options command_folder(const struct settings *s, const struct resources *r);

/* `*out` is SOURCE_DATE_EPOCH (reproducible-builds.org) as ISO 8601 in `buf`, or NULL if the
 * variable is not set. ERR_USAGE: it is not a number of seconds. */
int command_timestamp(char buf[32], const char **out, struct err *e) MUST_CHECK;

/* The template of the layout. ERR_USAGE: it is not allowed. */
int command_layout(const struct settings *s, const char **template, struct err *e) MUST_CHECK;

/* The selection of --tiles and --aoi. command_selection_clear frees it, also after an error.
 * ERR_USAGE; ERR_INPUT: a file cannot be read. */
int command_selection(const struct settings *s, struct selection *out, struct err *e) MUST_CHECK;
void command_selection_clear(struct selection *s);

/* Keeps the share of --shard: products K, K + N, K + 2 N … of the list, counted from 1. Removes the
 * others. ERR_USAGE: the option is malformed. */
int command_shard(const struct settings *s, struct strlist *products, struct err *e) MUST_CHECK;

/* The products of the operands, with the lines of each @LIST. Free with strlist_clear; empty after
 * an error. ERR_INPUT: a list cannot be read. */
int command_products(const struct settings *s, struct strlist *out, struct err *e) MUST_CHECK;

/* The same for exactly one product. ERR_USAGE: there are none or several. */
int command_one_product(const struct settings *s, struct strlist *out, struct err *e) MUST_CHECK;

#endif
