/* The table of commands. A command gets its parsed settings, prints its results to stdout and
 * returns the exit status of the process. The functions are in cmd/cli, in one file per command. */
#ifndef SUBSCENE_CMD_OPTIONS_COMMANDS_H
#define SUBSCENE_CMD_OPTIONS_COMMANDS_H

#include "cmd/options/options.h"

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
int cmd_look(const struct settings *s);
int cmd_export(const struct settings *s);

/* Logs the error and returns its exit status. */
int command_fail(const struct err *e);

#endif
