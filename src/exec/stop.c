#include "exec/stop.h"

#include <errno.h>
#include <signal.h>

static volatile sig_atomic_t received;

static void note(int sig)
{
    if (!received)
        received = sig;
    signal(sig, sig == SIGHUP ? SIG_IGN : SIG_DFL);
}

/* Leaves a signal ignored if the parent ignored it: shells do so for background jobs, and nohup
 * does. */
static int watch(int sig, const struct sigaction *act)
{
    struct sigaction old;
    if (sigaction(sig, NULL, &old) != 0)
        return -1;
    return old.sa_handler == SIG_IGN ? 0 : sigaction(sig, act, NULL);
}

int stop_install(struct err *e)
{
    static const int noted[] = {SIGINT, SIGTERM, SIGHUP};
    static const int ignored[] = {SIGPIPE, SIGXFSZ};
    struct sigaction act = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&act.sa_mask);
    for (unsigned i = 0; i < sizeof noted / sizeof *noted; i++)
        if (watch(noted[i], &act) != 0)
            return err_sys(e, ERR_INTERNAL, errno, "cannot watch signal %d", noted[i]);
    act.sa_handler = SIG_IGN;
    for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (sigaction(ignored[i], &act, NULL) != 0)
            return err_sys(e, ERR_INTERNAL, errno, "cannot ignore signal %d", ignored[i]);
    return 0;
}

int stop_signal(void) { return received; }
