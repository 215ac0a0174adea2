#include "stages/check/dataset.h"

#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"

static int make(const char *folder, struct err *e)
{
    struct dataset d;
    char path[4096];
    int r;
    if ((r = dataset_collect(folder, stop_signal, &d, e)) != 0 ||
        (r = dataset_write(&d, folder, path, e)) != 0)
        goto clear_dataset;
    console_result(path);
    log_message(LOG_INFO, "", "%zu subscene%s of %zu manifest%s, %zu class column%s", d.line.n,
                text_s(d.line.n), d.manifests, text_s(d.manifests), d.columns, text_s(d.columns));
clear_dataset:
    dataset_clear(&d);
    return r;
}

int cmd_dataset(const struct settings *s)
{
    struct err err = ERR_INIT;
    if (s->n_operands != 1) {
        err_set(&err, ERR_USAGE, "one folder is expected, not %d", s->n_operands);
        return command_fail(&err);
    }
    int r = stop_install(&err);
    if (r == 0)
        r = make(s->operands[0], &err);
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    return r ? command_fail(&err) : 0;
}
