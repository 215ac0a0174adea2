/* How cm_vsm 0.3.7 converts samples to GraphicsMagick's 16-bit pixels and back. Stateless. */
#ifndef SUBSCENE_FILTERS_QUANTUM_H
#define SUBSCENE_FILTERS_QUANTUM_H

#include <stdint.h>

/* Loads 16-bit samples as a whole image: trunc((double)((float)DN · (1/65535.f)) · 65535), with the
 * product in float. 33407 of the 65536 numbers become one smaller; the order of numbers stays. With
 * --tiled cm_vsm loads 16-bit samples unchanged. It always stores them unchanged. */
void quantum_load16(const uint16_t *dn, int32_t n, uint16_t *out);

/* 8-bit samples v = 0 … 255. Loading uses the same formula with 255; with --tiled it is 257·v.
 * Storing is trunc((float)(255·q) / 65535.f). A sample that is not resized keeps its value. `out`
 * may be the input. */
void quantum_load8(const uint16_t *v, int32_t n, uint16_t *out);
void quantum_load8_tiled(const uint16_t *v, int32_t n, uint16_t *out);
void quantum_store8(const uint16_t *q, int32_t n, uint16_t *out);

#endif
