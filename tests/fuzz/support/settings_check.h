/* What options_parse accepted must be inside of the documented ranges, and good for what commands
 * make of it; else the program ends. */
#ifndef FUZZ_SUPPORT_SETTINGS_CHECK_H
#define FUZZ_SUPPORT_SETTINGS_CHECK_H

#include "cmd/options/options.h"

void settings_check(const struct settings *s);

#endif
