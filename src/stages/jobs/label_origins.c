#include "stages/jobs/label_origins.h"

#include <stdio.h>
#include <string.h>

int label_origins_save(struct label_origins *o, struct err *e)
{
    return o->rows && !o->is_dry ? layer_origins_save(o->rows, e) : 0;
}

void label_origins_clear(struct label_origins *o)
{
    layer_origins_destroy(o->rows);
    o->rows = NULL;
    o->manifest[0] = '\0';
}

int label_origins_look(struct label_origins *o, const char *path, const char *product,
                       struct err *e)
{
    char manifest[MANIFESTS_PATH], folder[4096];
    o->file = NULL;
    if (!manifests_of(path, product, manifest))
        manifest[0] = '\0';
    if (strcmp(manifest, o->manifest) != 0) {
        int r = label_origins_save(o, e);
        label_origins_clear(o);
        if (r == 0 && manifest[0])
            r = layer_origins_read(manifest, &o->rows, e);
        if (r)
            return r;
        snprintf(o->manifest, sizeof o->manifest, "%s", manifest);
    }
    manifests_folder(manifest, folder);
    if (o->rows)
        o->file = path + strlen(folder) + 1;
    return 0;
}
