/* The packets of a JPEG 2000 tile: where the bytes of each code-block are, and how to decode them.
 * No coefficient is decoded here.
 *
 * A tile has components, these have resolutions (0 the lowest), these have sub-bands (LL in
 * resolution 0; HL, LH, HH in the others), these have precincts, and these code-blocks. All arrays
 * belong to the tile and stay until the next j2k_tile_read.
 *
 * Sources: ITU-T T.800 Annex B (B.5 … B.10 and B.12). */
#ifndef SUBSCENE_IO_IMAGE_J2K_PACKETS_H
#define SUBSCENE_IO_IMAGE_J2K_PACKETS_H

#include "core/err.h"
#include "core/view.h"
#include "io/image/j2k_style.h"

enum { J2K_COMPONENTS_MAX = 3, J2K_BLOCKS_MAX = 1 << 20 };

/* Bytes of one code-block from one packet. */
struct j2k_piece {
    uint32_t offset, len; /* in the tile's packets */
    uint32_t next; /* index + 1 of the block's next piece; 0: none */
};

struct j2k_block {
    struct rect px; /* in the coordinates of the sub-band */
    uint32_t first, last; /* pieces: index + 1; 0: none */
    uint32_t len; /* bytes of all pieces */
    uint16_t passes;
    uint8_t planes; /* Mb − zero bit-planes */
    uint8_t len_bits; /* Lblock (B.10.7.1) */
    bool included; /* in a packet so far */
};

/* The code-blocks of a sub-band in a precinct. */
struct j2k_precinct {
    uint32_t first_block; /* row by row */
    int32_t blocks_x, blocks_y;
    uint32_t inclusion, zero_planes; /* first nodes of its tag trees */
};

struct j2k_band {
    struct rect px; /* tbx0 … (Equation B-15) */
    int planes; /* Mb */
    int block_w_log2, block_h_log2; /* xcb', ycb' (B.7) */
    uint32_t first_precinct;
};

struct j2k_resolution {
    struct rect px; /* trx0 … (Equation B-14) */
    int32_t precincts_x, precincts_y;
    int bands; /* 1 or 3 */
    struct j2k_band band[3];
};

struct j2k_tile {
    const struct j2k_style *style;
    struct rect px; /* on the reference grid */
    struct j2k_resolution resolution[J2K_COMPONENTS_MAX][J2K_LEVELS_MAX + 1];
    struct j2k_precinct *precinct;
    struct j2k_block *block;
    struct j2k_piece *piece;
    struct j2k_node *node; /* of tag trees */
    struct j2k_step *step; /* the progression */
    size_t precincts, blocks, pieces, nodes, steps;
    size_t precinct_cap, block_cap, piece_cap, node_cap, step_cap;
};

/* Reads the headers of all packets of the tile at `px`. `t` starts as zeros; arrays grow and are
 * used again. Errors: ERR_INPUT (a packet is damaged or cut off, or the tile has more than
 * J2K_BLOCKS_MAX blocks: OpenJPEG tells what, or decodes it), ERR_TEMPORARY. */
int j2k_tile_read(struct j2k_tile *t, const struct j2k_style *style, struct rect px,
                  const unsigned char *packets, size_t len, struct err *e) MUST_CHECK;
void j2k_tile_clear(struct j2k_tile *t);

#endif
