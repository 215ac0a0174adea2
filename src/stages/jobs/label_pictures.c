#include "stages/jobs/label_pictures.h"

#include "io/netcdf/layers_nc.h"

int label_pictures_of_added(const struct addlayers_work *w, const struct addlayers_target *t,
                            const struct pictures_subscene *s, const struct addlayers_result *plan,
                            bool always, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < plan->added.n; i++)
        r = pictures_redraw_layer(s, layerset_map(t->set, plan->added.layer[i])->layer, w->codes[i],
                                  t->cell.size, always, e);
    return r;
}

static int draw_from_file(struct addlayers_work *w, const struct addlayers_target *t,
                          const struct pictures_subscene *s, const char *layer, struct err *e)
{
    struct h5file *f;
    int r = h5file_open(t->path, &f, e);
    if (r)
        return r;
    r = layers_read(f, layer, t->cell.size, w->there, e);
    h5file_close(f);
    return r ? err_wrap(e, "%s", t->path)
             : pictures_redraw_layer(s, layer, w->there, t->cell.size, true, e);
}

int label_pictures_lacking(struct addlayers_work *w, const struct addlayers_target *t,
                           const struct pictures_subscene *s, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < layerset_count(t->set); i++) {
        const char *layer = layerset_map(t->set, i)->layer;
        bool there;
        r = layerset_has(t->set, i, &t->cell, &there, e);
        if (r == 0 && there && !pictures_has_layer(s, layer))
            r = draw_from_file(w, t, s, layer, e);
    }
    return r;
}
