/* Finds the parts of a JPEG 2000 file: boxes, main header, tile-parts. Decodes nothing. Private to
 * io/image/jp2.
 *
 * Sources: ISO/IEC 15444-1 Annex A (markers) and Annex I (boxes). */
#ifndef SUBSCENE_IO_IMAGE_JP2_INDEX_H
#define SUBSCENE_IO_IMAGE_JP2_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/image/jp2.h"

/* Marker codes (A.2). */
enum {
    JP2_SOC = 0xFF4F,
    JP2_SIZ = 0xFF51,
    JP2_COD = 0xFF52,
    JP2_COC = 0xFF53,
    JP2_TLM = 0xFF55,
    JP2_PLM = 0xFF57,
    JP2_PLT = 0xFF58,
    JP2_QCD = 0xFF5C,
    JP2_QCC = 0xFF5D,
    JP2_RGN = 0xFF5E,
    JP2_POC = 0xFF5F,
    JP2_PPM = 0xFF60,
    JP2_PPT = 0xFF61,
    JP2_CRG = 0xFF63,
    JP2_COM = 0xFF64,
    JP2_SOT = 0xFF90,
    JP2_SOP = 0xFF91,
    JP2_EPH = 0xFF92,
    JP2_SOD = 0xFF93,
    JP2_EOC = 0xFFD9,
};

enum { JP2_SOT_BYTES = 12, JP2_LEVELS_MAX = 32 };

/* The fields of COD that decide the memory of a decoder. */
struct jp2_coding {
    int32_t layers, levels;
    int32_t block_w_log2, block_h_log2;
    /* per resolution: width in the low four bits, height in the high four */
    uint8_t precinct_log2[JP2_LEVELS_MAX + 1];
};

struct jp2_part {
    uint64_t offset; /* position of SOT in the file */
    uint64_t len; /* from SOT to the end of its data */
    int32_t tile;
};

/* The properties that an image must have. */
struct jp2_wanted {
    int32_t width, height;
    int32_t components; /* several components have one depth of up to 8 bits */
    bool is_limit; /* smaller sizes and fewer components are accepted */
};

struct jp2_index {
    struct jp2_wanted wanted;
    struct jp2_info info;
    struct jp2_coding coding;
    /* SOC, SIZ and the rest up to the first SOT, without TLM and PLM, which describe the whole
     * file */
    unsigned char *header;
    size_t header_len;
    struct jp2_part *part; /* by tile, then in the order of TPsot */
    size_t *first; /* tile t has the parts first[t] … first[t + 1] − 1 */
    uint64_t tile_bytes_max;
};

static inline uint32_t jp2_u16(const unsigned char *p) { return (uint32_t)p[0] << 8 | p[1]; }
static inline uint32_t jp2_u32(const unsigned char *p) { return jp2_u16(p) << 16 | jp2_u16(p + 2); }

/* Reads and checks the whole structure as jp2_open describes. On an error the index is as after
 * jp2_index_clear. */
int jp2_index_read(struct jp2_index *x, struct source_file *f, struct jp2_wanted wanted,
                   struct err *e) MUST_CHECK;
void jp2_index_clear(struct jp2_index *x);

/* What the header of a tile-part says. */
struct jp2_part_header {
    size_t len; /* its data begin here, after SOD */
    bool own_coding; /* it has more than comments and packet lengths */
};

/* Reads the header of a tile-part that is in memory. If it has packet lengths (PLT), their sum must
 * equal the length of its data. ERR_INPUT. */
int jp2_index_check_part(const unsigned char *part, size_t len, struct jp2_part_header *header,
                         struct err *e) MUST_CHECK;

#endif
