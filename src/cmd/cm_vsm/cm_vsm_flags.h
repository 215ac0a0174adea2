/* The table of the flags of cm_vsm 0.3.x. Each flag changes the settings of run or label. */
#ifndef SUBSCENE_CMD_CM_VSM_CM_VSM_FLAGS_H
#define SUBSCENE_CMD_CM_VSM_CM_VSM_FLAGS_H

#include "cmd/options/options.h"

enum cm_vsm_flag_id {
    FLAG_PRODUCT,
    FLAG_OUTPUT,
    FLAG_LAYERS,
    FLAG_SIZE,
    FLAG_SHRINK,
    FLAG_DEFLATE,
    FLAG_FILTER,
    FLAG_OVERLAP,
    FLAG_PNG,
    FLAG_TILED,
    FLAG_OVERWRITE,
    FLAG_JOBS,
    FLAG_AREA,
    FLAG_MAJA,
    FLAG_TILES,
    FLAG_CVAT,
    FLAG_SUPERVISELY,
    FLAG_TILE_NAME,
    FLAG_NETCDF,
    FLAG_SEGMENTS,
    FLAG_PREPARED,
    FLAG_KZ_S2,
    FLAG_SHOW_VERSION,
    FLAG_SHOW_HELP,
    FLAG_COUNT
};

/* What a call does. A flag may belong to several modes. */
enum {
    MODE_MAKE = 1,
    MODE_LABEL_ONE = 2,
    MODE_LABEL_PROJECT = 4,
    MODE_LABEL_FOLDER = 8,
    MODE_LABEL = MODE_LABEL_ONE | MODE_LABEL_PROJECT | MODE_LABEL_FOLDER,
    MODE_REFUSED = 16,
    MODE_ANY = 31
};

struct cm_vsm_call {
    struct settings settings;
    /* as given; for a flag without a value its name; NULL: not given */
    const char *value[FLAG_COUNT];
    unsigned mode;
    const char *by; /* name of the flag that selects the mode */
    const char *operand;
};

struct cm_vsm_flag {
    const char *name;
    const char *arg; /* placeholder of the value; NULL: no value */
    unsigned modes; /* MODE_… in which it is allowed */
    /* the option of run that gets the value; NULL: `take` handles it */
    const char *option;
    int (*take)(struct cm_vsm_call *c, const char *value, struct err *e);
    const char *help;
};

/* In the order in which they are applied. */
extern const struct cm_vsm_flag cm_vsm_flag_table[FLAG_COUNT];

/* The values of -m and -M, NULL-terminated. */
extern const char *const cm_vsm_filters[], *const cm_vsm_maja_words[];

/* Sets an option of run. ERR_USAGE: the value is not allowed. */
int cm_vsm_set(struct cm_vsm_call *c, const char *option, const char *value,
               struct err *e) MUST_CHECK;

/* Sets the default output folder: <parent>/<stem>.CVAT beside the product. */
int cm_vsm_choose_output(struct cm_vsm_call *c, struct err *e) MUST_CHECK;

#endif
