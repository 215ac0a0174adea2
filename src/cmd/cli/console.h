/* What the user sees on stderr: messages as text or JSON lines, and the progress bar. The sink of
 * core/log.h. */
#ifndef SUBSCENE_CMD_CLI_CONSOLE_H
#define SUBSCENE_CMD_CLI_CONSOLE_H

#include <stddef.h>

#include "cmd/cli/options.h"
#include "core/log.h"

/* Sets level, format and progress from the settings, and becomes the log's sink. One thread. */
void console_start(const struct settings *s);

/* The program's name in front of messages; "subscene" unless another one is given. One thread. */
void console_name(const char *program);

/* Starts, moves and removes the bar. `label` is copied. Any thread. */
void console_progress_begin(const char *label, size_t total);
void console_progress_step(void);
void console_progress_end(void);

/* A result on stdout; the bar steps aside. Any thread. */
void console_result(const char *line);

#endif
