/* Suggestions for options and values that are nearly right (core/suggest.h). */
#ifndef SUBSCENE_CMD_CLI_OPTION_HINTS_H
#define SUBSCENE_CMD_CLI_OPTION_HINTS_H

#include "cmd/cli/options.h"
#include "core/suggest.h"

/* Filters of other programs, and what is like them here. */
extern const struct suggest_alias filter_aliases[];

/* "; did you mean cubic?", or "": for a value of the option; of --bands, for one band. */
const char *option_value_hint(const struct option_def *o, const char *value,
                              char buf[SUGGEST_SIZE]);

/* The same for the name of an option of the commands (bits); `prefix` is put before the names. */
const char *option_name_hint(unsigned commands, const char *name, const char *prefix,
                             char buf[SUGGEST_SIZE]);

/* The same for the name of a command. */
const char *command_name_hint(const char *name, char buf[SUGGEST_SIZE]);

#endif
