/* The XML of a product: elements and attributes as in ESA's files, with the differences between
 * baselines 02.04 and 05.11. */
#ifndef SUBSCENE_TESTDATA_METADATA_H
#define SUBSCENE_TESTDATA_METADATA_H

#include "core/err.h"
#include "testdata/spec.h"

/* Writes <root>/MTD_MSIL1C.xml or MTD_MSIL2A.xml. Spectral responses are cut to three values. S2C
 * has S2B's wavelengths and gains. */
MUST_CHECK int metadata_write_product(const struct spec *s, const char *root, struct err *e);

/* Writes <root>/GRANULE/<granule>/MTD_TL.xml, with the means of the view angles but without their
 * grids. */
MUST_CHECK int metadata_write_tile(const struct spec *s, const char *root, struct err *e);

#endif
