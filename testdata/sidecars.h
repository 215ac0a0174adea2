/* The other files of a product: INSPIRE.xml, the quality masks, manifest.safe. */
#ifndef SUBSCENE_TESTDATA_SIDECARS_H
#define SUBSCENE_TESTDATA_SIDECARS_H

#include "core/err.h"
#include "testdata/files.h"
#include "testdata/spec.h"

/* Writes a minimal INSPIRE.xml. */
MUST_CHECK int sidecars_write_inspire(const struct spec *s, const char *root, struct err *e);

/* Writes the masks in QI_DATA. Below baseline 04.00 these are all GML files: NODATA holds the
 * wedge, CLOUDS the scene's polygons with SPEC_MASK_CLASSI, and the others have no feature. From
 * 04.00 on it is only MSK_CLASSI_B00.jp2: three components at 60 m, from the scene with
 * SPEC_MASK_CLASSI, else zeros. The other masks are listed but absent. Level-2A also gets the two
 * probabilities at 20 and 60 m. */
MUST_CHECK int sidecars_write_masks(const struct spec *s, const char *root, struct err *e);

/* Writes manifest.safe with path, size and checksum of each of `files`. */
MUST_CHECK int sidecars_write_manifest(const struct spec *s, const char *root,
                                       const struct file_list *files, struct err *e);

#endif
