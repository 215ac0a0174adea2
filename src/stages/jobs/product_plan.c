#include "stages/jobs/product_plan.h"

#include "stages/folder/subscene.h"
#include "stages/image/compat_cut.h"

/* Bytes per subscene: its row in the job, its row in the manifest (which doubles when it grows),
 * its texts, its state and its cells. */
enum { CELL_BYTES = 4 * sizeof(struct manifest_row) + sizeof(int) + 2 * sizeof(struct cell) + 512 };

/* Unpacked images stay in memory only if the plan has room for them. */
static int plan_with_kept(struct product_input *in, struct plan_request *request, struct plan *out,
                          struct err *e)
{
    struct err first = ERR_INIT; /* no failure yet */
    request->unpacked_bytes = product_input_kept_bytes(in);
    int r = plan_create(request, out, &first);
    if (r == 0)
        return 0;
    if (r != ERR_USAGE || request->unpacked_bytes == 0) {
        *e = first;
        return r;
    }
    r = product_input_spill(in, e);
    if (r)
        return r;
    request->unpacked_bytes = product_input_kept_bytes(in);
    return plan_create(request, out, e);
}

int product_plan(struct product_input *in, const struct params *params,
                 const struct product_plan_request *q, struct plan *out, struct err *e)
{
    struct band_source sources[BAND_COUNT];
    if (params->compat && compat_cut_check(params, e))
        return ERR_USAGE;
    product_input_sources(in, sources);
    size_t layers = layerset_count(in->layers);
    size_t shared = params->compat ? compat_cut_bytes(params) : 0;
    size_t each = params->compat ? compat_cut_worker_bytes(params) : 0;
    struct plan_request request = {.product = &in->product,
                                   .params = params,
                                   .source = sources,
                                   .cells = q->cell,
                                   .n_cells = q->n,
                                   .sink_bytes = subscene_work_bytes(params, layers, q->png) + each,
                                   .other_bytes = layerset_bytes(in->layers, params->size) + shared,
                                   .cell_bytes = CELL_BYTES,
                                   .limits = q->limits};
    return plan_with_kept(in, &request, out, e);
}
