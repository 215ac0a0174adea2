/* What a product has besides images and metadata: INSPIRE.xml, the quality masks, manifest.safe. */
#ifndef SUBSCENE_TESTDATA_SIDECARS_H
#define SUBSCENE_TESTDATA_SIDECARS_H

#include "core/err.h"
#include "testdata/files.h"
#include "testdata/spec.h"

/* A minimal one. */
MUST_CHECK int sidecars_write_inspire(const struct spec *s, const char *root, struct err *e);

/* The masks in QI_DATA: all GML files below baseline 04.00 (NODATA holds the wedge, CLOUDS the
 * scene's polygons with SPEC_MASK_CLASSI, the others no feature); from 04.00 only
 * MSK_CLASSI_B00.jp2 (three components at 60 m: the scene's with SPEC_MASK_CLASSI, else zeros), the
 * other masks are listed and absent. Of Level-2A also the two probabilities at 20 and 60 m. */
MUST_CHECK int sidecars_write_masks(const struct spec *s, const char *root, struct err *e);

/* manifest.safe with path and size of each of `files`; without checksums. */
MUST_CHECK int sidecars_write_manifest(const struct spec *s, const char *root,
                                       const struct file_list *files, struct err *e);

#endif
