/* Suggestions for misspelt options, values and commands (core/suggest.h). */
#ifndef SUBSCENE_CMD_OPTIONS_OPTION_HINTS_H
#define SUBSCENE_CMD_OPTIONS_OPTION_HINTS_H

#include "cmd/options/options.h"
#include "core/suggest.h"

/* Filter names of other programs, and the similar filters of this one. */
extern const struct suggest_alias filter_aliases[];

/* "; did you mean cubic?", or "" without a suggestion. For a value of the option; for one band of
 * --bands. */
const char *option_value_hint(const struct option_def *o, const char *value,
                              char buf[SUGGEST_SIZE]);

/* The same for the name of an option. `commands`: bits of the commands whose options are suggested.
 * `prefix` comes before each suggested name. */
const char *option_name_hint(unsigned commands, const char *name, const char *prefix,
                             char buf[SUGGEST_SIZE]);

/* The same for the name of a command. */
const char *command_name_hint(const char *name, char buf[SUGGEST_SIZE]);

#endif
