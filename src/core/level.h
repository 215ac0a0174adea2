/* The processing levels that can be read, and their differences. */
#ifndef SUBSCENE_CORE_LEVEL_H
#define SUBSCENE_CORE_LEVEL_H

#include "core/band.h"

enum level { LEVEL_L1C, LEVEL_L2A, LEVEL_COUNT };

struct level_def {
    const char *name; /* "L1C", as in names of folders */
    const char *title; /* "Level-1C", as in PROCESSING_LEVEL */
    const char *xml; /* name of the product's metadata: "MTD_MSIL1C.xml" */
    const char *offset; /* its element of band offsets: "RADIO_ADD_OFFSET" */
    band_set spectral; /* its spectral bands, which are the default selection */
    band_set bands; /* all bands that its images hold */
};

/* Indexed by enum level. */
extern const struct level_def level_table[LEVEL_COUNT];

/* By name, or by the name of the metadata file. NULL: none. */
const struct level_def *level_find(const char *name);
const struct level_def *level_of_xml(const char *file);

#endif
