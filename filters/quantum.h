/* How cm_vsm 0.3.7 brings samples into GraphicsMagick's 16-bit pixels and out of them again.
 * Stateless. */
#ifndef SUBSCENE_FILTERS_QUANTUM_H
#define SUBSCENE_FILTERS_QUANTUM_H

#include <stdint.h>

/* 16-bit samples, loaded as a whole image: trunc((double)((float)DN · (1/65535.f)) · 65535), the
 * product in float. 33407 of all 65536 numbers come out one lower, none lower than that; the order
 * of numbers stays. (With --tiled they are loaded as they are, and so they are stored either
 * way.) */
void quantum_load16(const uint16_t *dn, int32_t n, uint16_t *out);

/* 8-bit samples v = 0 … 255: the same with 255; with --tiled 257·v. Stored is trunc((float)(255·q)
 * / 65535.f): what is not resized comes out as it was. `out` may be the input. */
void quantum_load8(const uint16_t *v, int32_t n, uint16_t *out);
void quantum_load8_tiled(const uint16_t *v, int32_t n, uint16_t *out);
void quantum_store8(const uint16_t *q, int32_t n, uint16_t *out);

#endif
