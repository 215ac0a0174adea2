/* JPEG 2000 images of a product, decoded tile by tile (OpenJPEG).
 *
 * jp2_open reads the boxes and the main header, walks the tile-parts by their lengths and keeps
 * where each one lies. A decoder is then given a codestream that holds the main header and only the
 * wanted tile, with SIZ rewritten so that this tile is the whole image at its place: no scan, tiles
 * in any order, from any thread, and nothing is left behind in a codec by a tile that failed.
 *
 * JPEG 2000 has no checksums in these files: damage inside of a code-block decodes to other pixels.
 * What can be seen is: lengths that do not add up (of boxes, tile-parts, and packets where a tile
 * lists them in PLT), and what OpenJPEG complains about.
 *
 * Sources: ISO/IEC 15444-1 Annex A (markers SOC SIZ SOT SOD EOC, Psot, TPsot) and Annex I (boxes
 * jP, ftyp, jp2h, jp2c). */
#ifndef SUBSCENE_IO_IMAGE_JP2_H
#define SUBSCENE_IO_IMAGE_JP2_H

#include "core/view.h"
#include "io/source/source.h"

struct jp2; /* immutable once open: shared by threads */

struct jp2_info {
    int32_t width, height; /* px */
    int32_t tile_w, tile_h; /* px, of the codestream's tiles */
    int32_t tiles_x, tiles_y;
    int32_t components; /* 1; of colours 3; of a mask up to 3 */
    int32_t precision; /* bits, 1 … 16, unsigned */
};

/* `f` is borrowed and must outlive the result. Everything that decoding relies on is checked here:
 * exactly one component of ≤ 16 unsigned bits, image and tiles anchored at (0, 0), subsampling 1,
 * all tiles complete. The number of pixels is limited to what `expect_w` × `expect_h` says before
 * anything is allocated: another size is ERR_INPUT with both sizes named. Errors: ERR_INPUT ("… is
 * not a JPEG 2000 file: it begins with 49 49 2a 00 (TIFF)", "… is cut off: tile 37 ends at byte
 * …"). */
int jp2_open(struct source_file *f, int32_t expect_w, int32_t expect_h, struct jp2 **out,
             struct err *e) MUST_CHECK;
void jp2_close(struct jp2 *j);

/* The same for an image of three colours: exactly three components of up to 8 bits each. */
int jp2_open_colours(struct source_file *f, int32_t expect_w, int32_t expect_h, struct jp2 **out,
                     struct err *e) MUST_CHECK;

/* The same for class masks, whose size the metadata does not say: the sizes are limits, and up to
 * three components of up to 8 bits each are accepted. A sample of more than one component has bit c
 * set where component c is not 0 (MSK_CLASSI: 1 opaque cloud, 2 cirrus, 4 snow). */
int jp2_open_mask(struct source_file *f, int32_t max_w, int32_t max_h, struct jp2 **out,
                  struct err *e) MUST_CHECK;
const struct jp2_info *jp2_info(const struct jp2 *j);

/* The pixels of tile `t` = row · tiles_x + column: the last column and row are narrower. */
struct rect jp2_tile_rect(const struct jp2 *j, int32_t t);

/* What one thread needs to decode; holds the compressed bytes of one tile between calls. */
struct jp2_decoder;
int jp2_decoder_create(struct jp2_decoder **out, struct err *e) MUST_CHECK;
void jp2_decoder_destroy(struct jp2_decoder *d);

/* Decodes the pixels `window` of the image, not empty and inside of tile `t`, into `dst` of their
 * size: the same numbers whatever the window, and in less time the smaller it is. OpenJPEG runs in
 * strict mode and its warnings count as errors: a damaged tile is never handed on as if it were
 * good. On an error `dst` holds anything. ERR_INPUT: damaged; ERR_TEMPORARY: memory. */
int jp2_decode_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct rect window,
                    struct view dst, struct err *e) MUST_CHECK;

/* The same, each component into pixels of its own: component c into dst[c], whose `px` is NULL
 * where it is not wanted. All are decoded together, once. */
enum { JP2_COMPONENTS_MAX = 3 };
struct jp2_planes {
    struct view dst[JP2_COMPONENTS_MAX];
};
int jp2_decode_planes(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct rect window,
                      const struct jp2_planes *to, struct err *e) MUST_CHECK;

/* The most bytes that decoding a tile of `j` needs beside `dst` (the decoder's buffer and all that
 * OpenJPEG allocates), for the memory plan. Measured on real images it is 2 to 3 times what is
 * used. */
size_t jp2_decode_bytes(const struct jp2 *j);

#endif
