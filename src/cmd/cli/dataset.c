#include "stages/check/dataset.h"

#include "cmd/cli/commands.h"
#include "cmd/cli/console.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"

static int make(const char *folder, struct err *e)
{
    struct dataset d;
    char path[4096];
    int failed = dataset_collect(folder, stop_signal, &d, e);
    if (failed == 0)
        failed = dataset_write(&d, folder, path, e);
    if (failed == 0) {
        console_result(path);
        log_message(LOG_INFO, "", "%zu subscene%s of %zu manifest%s, %zu class column%s", d.line.n,
                    text_s(d.line.n), d.manifests, text_s(d.manifests), d.columns,
                    text_s(d.columns));
    }
    dataset_clear(&d);
    return failed;
}

int cmd_dataset(const struct settings *s)
{
    struct err err = ERR_INIT;
    int failed = s->n_operands == 1
                     ? stop_install(&err)
                     : err_set(&err, ERR_USAGE, "one folder is taken, not %d", s->n_operands);
    if (failed == 0)
        failed = make(s->operands[0], &err);
    if (failed == ERR_STOPPED)
        return 128 + stop_signal();
    return failed ? command_fail(&err) : 0;
}
