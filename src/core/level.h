/* The processing levels whose products are read, and what differs between them. */
#ifndef SUBSCENE_CORE_LEVEL_H
#define SUBSCENE_CORE_LEVEL_H

#include "core/band.h"

enum level { LEVEL_L1C, LEVEL_L2A, LEVEL_COUNT };

struct level_def {
    const char *name; /* "L1C": in folders' names */
    const char *title; /* "Level-1C": PROCESSING_LEVEL */
    const char *xml; /* the product's metadata: "MTD_MSIL1C.xml" */
    const char *offset; /* of its bands, in the metadata: "RADIO_ADD_OFFSET" */
    band_set spectral; /* its spectral bands: what is made unless bands are named */
    band_set bands; /* all that its images hold */
};

/* Indexed by enum level. */
extern const struct level_def level_table[LEVEL_COUNT];

/* By name; by the name of its metadata file. NULL: none. */
const struct level_def *level_find(const char *name);
const struct level_def *level_of_xml(const char *file);

#endif
