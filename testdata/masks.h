/* The class rasters that other tools add to a product, with their paths and formats.
 * config/classes/ describes how they are found.
 *
 *     word         pixel   format                  file
 *     fmask        20      LZW, strips             GRANULE/<granule>/FMASK_DATA/
 *                                                  <granule>_Fmask4.tif
 *     s2cloudless  10 … 60 PNG                     GRANULE/<granule>/S2CLOUDLESS_DATA/
 *                                                  R{10,20,60}m/
 *                                                  <image>_{prediction,probability}.png
 *     maja         10, 20  deflate, tiles          GRANULE/<granule>/MAJA_DATA/
 *                                                  <image>_CLM_R1.tif and _CLM_R2.tif
 *     gsfc         10      not compressed, strips  GRANULE/<granule>/GSFC/<image>_label.tif
 *     bhc          60      not compressed, tiles   ref_dataset/Classification/
 *                                                  classification_map.tif
 *     fmsc         20      PNG                     ref_dataset_mrziglod20/
 *                                                  classification_map.png
 *     dluvclouds   10      deflate, strips         dluvclouds_rgbiswir.tif
 *
 * <image> is the beginning of the band files' names: T35VLF_20220125T151701. The values are those
 * of scene_mask_value; MAJA's are the bits that Theia defines. */
#ifndef SUBSCENE_TESTDATA_MASKS_H
#define SUBSCENE_TESTDATA_MASKS_H

#include "core/err.h"
#include "testdata/spec.h"

/* Writes the masks in s->masks, except SPEC_MASK_CLASSI (testdata/sidecars.h). */
MUST_CHECK int masks_write(const struct spec *s, const char *root, struct err *e);

#endif
