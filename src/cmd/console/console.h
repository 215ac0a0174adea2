/* Prints on stderr: messages as text or JSON lines, and the progress line. The sink of core/log.h.
 *
 * Colour: the words "error" and "warning", if stderr is a terminal, NO_COLOR is unset or empty and
 * TERM is not "dumb". The progress line fits the terminal's width and never wraps. */
#ifndef SUBSCENE_CMD_CONSOLE_CONSOLE_H
#define SUBSCENE_CMD_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/options/options.h"
#include "core/log.h"

/* Sets level, format and progress from the settings. Registers the sink of the log. One thread. */
void console_start(const struct settings *s);

/* Sets the program's name before messages, a static text. Default "subscene". One thread. */
void console_name(const char *program);

/* Product k of n comes next. Not needed for a single product. Any thread. */
void console_product(size_t k, size_t n);

/* Starts, advances and removes the progress line. `label` is copied. `is_work`: the step took time
 * and counts in the rate. Any thread. */
void console_progress_begin(const char *label, size_t total);
void console_progress_step(bool is_work);
void console_progress_end(void);

/* The same for the subscenes of a product. The JSON log also gets the event "progress", at most
 * every 5 s. */
void console_progress_begin_product(const char *product, size_t total);

/* Prints a result on stdout. Erases the progress line first if stdout is a terminal. Any thread. */
void console_result(const char *line);

#endif
