#include "stages/jobs/label_old.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"

int label_old_open(struct label_old *o, const char *folder, int unlabelled, int (*stopped)(void),
                   struct err *e)
{
    o->folder = folder;
    int r = label_targets_find(&o->found, folder, stopped, e);
    if (r)
        return r;
    const size_t n = o->found.n;
    if (n == 0)
        return err_set(e, ERR_INPUT, "%s: no subscene found below this folder", folder);
    o->file = mem_alloc(n, sizeof *o->file);
    if (!o->file)
        return err_nomem(e, n * sizeof *o->file);
    for (size_t i = 0; i < n; i++) {
        const struct label_target *t = &o->found.target[i];
        if (!t->is_placed)
            return label_targets_refuse_unplaced(t, "its layers cannot be carried over", e);
        o->file[i] = (struct carry_file){t->path, t->product, t->size, t->place};
    }
    return carry_open(folder, o->file, n, unlabelled, stopped, &o->layers, e);
}

int label_old_check(const struct label_old *o, const struct label_targets *to, struct err *e)
{
    bool any = false;
    for (size_t i = 0; i < to->n; i++) {
        const struct label_target *t = &to->target[i];
        if (!t->is_placed)
            return label_targets_refuse_unplaced(t, "layers cannot be carried over to it", e);
        any |= carry_find(o->layers, t->product) != NULL;
    }
    return any ? 0
               : err_set(e, ERR_INPUT,
                         "%s: none of its %zu subscene%s has the tile and sensing time of %s",
                         o->folder, o->found.n, text_s(o->found.n), to->target[0].product);
}

void label_old_clear(struct label_old *o)
{
    carry_close(o->layers);
    free(o->file);
    label_targets_clear(&o->found);
}
