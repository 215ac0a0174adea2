/* The subcommands. Each gets its parsed settings, prints results to stdout and returns the
 * process's exit status. */
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
    const char *operands; /* as usage shows them; "": none */
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

/* Logs the error and gives its exit status. */
int command_fail(const struct err *e);

/* The parameters of the settings; checks what depends on more than one option. ERR_USAGE. */
int command_params(const struct settings *s, struct params *out, struct err *e) MUST_CHECK;

/* Those of a command between the stages: files are uncompressed unless --deflate is given. */
int command_stage_params(const struct settings *s, struct params *out, struct err *e) MUST_CHECK;

/* --output is given. ERR_USAGE. */
int command_output(const struct settings *s, struct err *e) MUST_CHECK;

/* What a job is told of the output folder, but for its layout and timestamp. */
struct session_options command_folder(const struct settings *s, const struct resources *r);

/* SOURCE_DATE_EPOCH (reproducible-builds.org) as ISO 8601 in `buf`, or NULL where it is not set. */
int command_timestamp(char buf[32], const char **out, struct err *e) MUST_CHECK;

/* The layout's template, checked. */
int command_layout(const struct settings *s, const char **template, struct err *e) MUST_CHECK;

/* What --tiles and --aoi say; command_selection_clear frees it, also after an error. ERR_USAGE;
 * ERR_INPUT: a file cannot be read. */
int command_selection(const struct settings *s, struct selection *out, struct err *e) MUST_CHECK;
void command_selection_clear(struct selection *s);

/* The share that --shard names: products K, K + N, K + 2 N … of the list, counted from 1; the
 * others are dropped. ERR_USAGE. */
int command_shard(const struct settings *s, struct strlist *products, struct err *e) MUST_CHECK;

/* The products of the operands, @LISTs read. strlist_clear frees. */
int command_products(const struct settings *s, struct strlist *out, struct err *e) MUST_CHECK;
/* The same where only one is taken: also as a list of one. */
int command_one_product(const struct settings *s, struct strlist *out, struct err *e) MUST_CHECK;

#endif
