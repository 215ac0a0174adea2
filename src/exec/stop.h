/* Turns SIGINT, SIGTERM and SIGHUP into a flag. Jobs check the flag between pieces of work and stop
 * cleanly. */
#ifndef SUBSCENE_EXEC_STOP_H
#define SUBSCENE_EXEC_STOP_H

#include "core/err.h"

/* Installs the handlers. The first signal sets the flag. A second signal of the same kind ends the
 * process at once, as by default. A second SIGHUP is ignored, because the shell and the system both
 * send one when a terminal closes. A signal that was ignored at the start of the process (nohup)
 * stays ignored. SIGPIPE and SIGXFSZ are ignored too, so a closed reader or a size limit becomes an
 * error of write(). Call once, before any thread. */
int stop_install(struct err *e) MUST_CHECK;

/* The signal that asked to stop, or 0. Any thread. */
int stop_signal(void);

#endif
