/* SIGINT, SIGTERM and SIGHUP as a flag: work asks for it between its pieces and winds up
 * cleanly. */
#ifndef SUBSCENE_EXEC_STOP_H
#define SUBSCENE_EXEC_STOP_H

#include "core/err.h"

/* Installs the handlers. The first signal sets the flag; a second one of the same kind ends the
 * process at once, as by default. SIGHUP does not: a closed terminal sends it more than once, by
 * the shell and by the system. A signal that the process was started with as ignored (nohup) stays
 * ignored. Also ignores SIGPIPE and SIGXFSZ, so that a closed reader or a size limit shows as an
 * error of write(). Call once, before any thread. */
int stop_install(struct err *e) MUST_CHECK;

/* The signal that asked to stop, or 0. Any thread. */
int stop_signal(void);

#endif
