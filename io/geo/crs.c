#include "io/geo/crs.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/geogrid.h"
#include "core/mem.h"

struct crs_path {
    PJ_CONTEXT *context;
    PJ *way; /* NULL: both systems are the same */
    bool to_degrees;
    int32_t from, to;
};

static void say_nothing(void *ctx, int level, const char *message)
{
    (void)ctx;
    (void)level;
    (void)message;
}

/* From UTM of WGS 84 to longitude and latitude of WGS 84: arithmetic alone, without PROJ's
 * database. */
static PJ *way_to_wgs84(PJ_CONTEXT *context, int32_t utm)
{
    int is_north;
    char text[160];
    int zone = geogrid_utm_zone(utm, &is_north);
    snprintf(text, sizeof text,
             "+proj=pipeline +step +inv +proj=utm +zone=%d %s +ellps=WGS84 +step +proj=unitconvert "
             "+xy_in=rad +xy_out=deg",
             zone, is_north ? "" : "+south");
    return proj_create(context, text);
}

static bool is_geographic(PJ_TYPE t)
{
    return t == PJ_TYPE_GEOGRAPHIC_2D_CRS || t == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

static PJ_CONTEXT *quiet_context(void)
{
    PJ_CONTEXT *context = proj_context_create();
    if (!context)
        return NULL;
    proj_log_func(context, NULL, say_nothing);
    proj_context_set_enable_network(context, 0);
    return context;
}

bool crs_is_geographic(int32_t epsg)
{
    char name[24];
    if (epsg == CRS_WGS84)
        return true;
    PJ_CONTEXT *context = quiet_context();
    snprintf(name, sizeof name, "EPSG:%d", epsg);
    PJ *system = context ? proj_create(context, name) : NULL;
    bool yes = system && is_geographic(proj_get_type(system));
    proj_destroy(system);
    if (context)
        proj_context_destroy(context);
    return yes;
}

/* Uses the database. *type: the type of the target system. */
static PJ *way_by_database(PJ_CONTEXT *context, int32_t utm, int32_t to, PJ_TYPE *type)
{
    char from_name[24], to_name[24];
    snprintf(from_name, sizeof from_name, "EPSG:%d", utm);
    snprintf(to_name, sizeof to_name, "EPSG:%d", to);
    PJ *system = proj_create(context, to_name);
    *type = system ? proj_get_type(system) : PJ_TYPE_UNKNOWN;
    proj_destroy(system);
    if (!is_geographic(*type) && *type != PJ_TYPE_PROJECTED_CRS)
        return NULL;
    PJ *way = proj_create_crs_to_crs(context, from_name, to_name, NULL);
    PJ *normal = way ? proj_normalize_for_visualization(context, way) : NULL;
    proj_destroy(way);
    return normal;
}

/* PROJ 7 cannot explain an error of one context */
static const char *explain(PJ_CONTEXT *context, int cause)
{
#if PROJ_VERSION_MAJOR >= 8
    return proj_context_errno_string(context, cause);
#else
    (void)context;
    return proj_errno_string(cause);
#endif
}

static int open_way(struct crs_path *p, struct err *e)
{
    PJ_TYPE type = PJ_TYPE_GEOGRAPHIC_2D_CRS;
    p->context = quiet_context();
    if (!p->context)
        return err_nomem(e, 0);
    p->way = p->to == CRS_WGS84 ? way_to_wgs84(p->context, p->from)
                                : way_by_database(p->context, p->from, p->to, &type);
    p->to_degrees = is_geographic(type);
    if (p->way)
        return 0;
    int cause = proj_context_errno(p->context);
    return err_set(e, ERR_USAGE, "PROJ cannot convert coordinates to EPSG:%d from EPSG:%d%s%s",
                   p->to, p->from, cause ? ": " : "", cause ? explain(p->context, cause) : "");
}

int crs_path_create(int32_t utm, int32_t to, struct crs_path **out, struct err *e)
{
    struct crs_path *p = mem_zalloc(1, sizeof *p);
    if (!p)
        return err_nomem(e, sizeof *p);
    p->from = utm;
    p->to = to;
    int r = utm == to ? 0 : open_way(p, e);
    if (r) {
        crs_path_destroy(p);
        return r;
    }
    *out = p;
    return 0;
}

void crs_path_destroy(struct crs_path *p)
{
    if (!p)
        return;
    proj_destroy(p->way);
    if (p->context)
        proj_context_destroy(p->context);
    free(p);
}

bool crs_path_to_degrees(const struct crs_path *p) { return p->to_degrees; }

int crs_path_convert(const struct crs_path *p, double *x, double *y, size_t n, struct err *e)
{
    if (!p->way)
        return 0;
    proj_trans_generic(p->way, PJ_FWD, x, sizeof *x, n, y, sizeof *y, n, NULL, 0, 0, NULL, 0, 0);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return err_set(e, ERR_USAGE, "the product lies where EPSG:%d is not defined", p->to);
    return 0;
}
