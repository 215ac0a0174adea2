/* Reads the metadata of a SAFE product (libxml2): MTD_MSIL1C.xml or MTD_MSIL2A.xml, and the
 * granule's MTD_TL.xml.
 *
 * Elements are matched by local name, because the root's namespace changes with every schema
 * (psd-12 … psd-15). Source of the facts: Sentinel-2 Products Specification Document
 * (S2-PDGS-TAS-DI-PSD), checked on real products of baselines 02.04 to 05.11 (Level-1C) and 04.00
 * (Level-2A).
 *
 * A Level-2A product has most images at several resolutions. Only the image at the band's native
 * resolution is used. */
#ifndef SUBSCENE_IO_PRODUCT_SAFE_H
#define SUBSCENE_IO_PRODUCT_SAFE_H

#include "core/product.h"
#include "io/source/source.h"

/* Reads and checks both files. A document with a DOCTYPE is rejected: real metadata has none, and
 * entities could make the parser read other files. The network is never used. Images may be missing
 * from the product: only their names are read. Errors: ERR_INPUT, with the file's name and the text
 * found. Not thread-safe, because of libxml2's global state: use one thread. */
int safe_read_product(struct source *s, struct product *out, struct err *e) MUST_CHECK;

#endif
