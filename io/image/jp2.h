/* Decodes the JPEG 2000 images of a product tile by tile (OpenJPEG).
 *
 * jp2_open reads the boxes and the main header. It walks the tile-parts by their lengths and
 * records their positions. A decoder gets a codestream with the main header and the wanted tile
 * only. SIZ is rewritten so that this tile is the whole image, at its own place. So there is no
 * scan, any thread can decode tiles in any order, and a damaged tile leaves no state in a codec.
 *
 * These JPEG 2000 files have no checksums, so damage inside a code-block decodes to other pixels.
 * Errors that OpenJPEG reports are detected. So are lengths that do not add up: of boxes, of
 * tile-parts, and of packets if a tile lists them in PLT.
 *
 * Sources: ISO/IEC 15444-1 Annex A (markers SOC SIZ SOT SOD EOC, Psot, TPsot) and Annex I (boxes
 * jP, ftyp, jp2h, jp2c). */
#ifndef SUBSCENE_IO_IMAGE_JP2_H
#define SUBSCENE_IO_IMAGE_JP2_H

#include "core/view.h"
#include "io/compress/deflate.h"
#include "io/image/j2k_style.h"
#include "io/source/source.h"

struct jp2; /* immutable after opening: shared by threads */

struct jp2_info {
    int32_t width, height; /* px */
    int32_t tile_w, tile_h; /* px, tiles of the codestream */
    int32_t tiles_x, tiles_y;
    int32_t components; /* 1; 3 for colours; up to 3 for a mask */
    int32_t precision; /* bits, 1 … 16, unsigned */
};

/* Opens an image of one component. Borrows `f`, which must outlive the result. Checks everything
 * that decoding relies on: one component of ≤ 16 unsigned bits, image and tiles anchored at (0, 0),
 * subsampling 1, all tiles complete. The image must have `expect_w` × `expect_h` pixels; another
 * size is ERR_INPUT with both sizes, before anything is allocated. Errors: ERR_INPUT ("… is not a
 * JPEG 2000 file: it begins with 49 49 2a 00 (TIFF)", "… is cut off: tile 37 ends at byte …"). */
int jp2_open(struct source_file *f, int32_t expect_w, int32_t expect_h, struct jp2 **out,
             struct err *e) MUST_CHECK;
void jp2_close(struct jp2 *j);

/* The same for a colour image: exactly three components of up to 8 bits each. */
int jp2_open_colours(struct source_file *f, int32_t expect_w, int32_t expect_h, struct jp2 **out,
                     struct err *e) MUST_CHECK;

/* The same for class masks, whose size is not in the metadata. The sizes are limits, and up to
 * three components of up to 8 bits each are accepted. With several components, a sample has bit c
 * set where component c is not 0 (MSK_CLASSI: 1 opaque cloud, 2 cirrus, 4 snow). */
int jp2_open_mask(struct source_file *f, int32_t max_w, int32_t max_h, struct jp2 **out,
                  struct err *e) MUST_CHECK;
const struct jp2_info *jp2_info(const struct jp2 *j);

/* The pixels of tile `t` = row · tiles_x + column. Tiles of the last column and row are smaller. */
struct rect jp2_tile_rect(const struct jp2 *j, int32_t t);

/* The image at a lower resolution: each of `reduce` steps halves its width and height, rounded up
 * (T.800 Equation B-14). A reduced image needs only the lower wavelet levels. The most steps: */
int jp2_reduce_max(const struct jp2 *j);
/* `r` in pixels of the reduced image. */
struct rect jp2_reduced(struct rect r, int reduce);

/* The state that one thread needs to decode. Between calls it holds the compressed bytes of one
 * tile. */
struct jp2_decoder;
int jp2_decoder_create(struct jp2_decoder **out, struct err *e) MUST_CHECK;
void jp2_decoder_destroy(struct jp2_decoder *d);

/* Decodes the pixels `window` of the image into `dst`, which has the size of the window. The window
 * is not empty and inside tile `t`. The numbers do not depend on the window; a smaller window takes
 * less time. OpenJPEG runs in strict mode and its warnings count as errors, so a damaged tile is
 * never returned as a good one. After an error the content of `dst` is undefined. ERR_INPUT:
 * damaged; ERR_TEMPORARY: out of memory. */
int jp2_decode_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct rect window,
                    struct view dst, struct err *e) MUST_CHECK;

/* A window of a tile, in pixels of the image reduced by `reduce` steps (0: the image itself). */
struct jp2_window {
    int32_t t;
    struct rect window;
    int reduce;
};

/* The same for several components: component c is decoded into dst[c]. A component whose `px` is
 * NULL is skipped. All are decoded together, once. */
enum { JP2_COMPONENTS_MAX = 3 };
struct jp2_planes {
    struct view dst[JP2_COMPONENTS_MAX];
};
int jp2_decode_planes(struct jp2_decoder *d, const struct jp2 *j, struct jp2_window part,
                      const struct jp2_planes *to, struct err *e) MUST_CHECK;

/* How the image is coded, for the decoder of the project's own (stages/image/tile_decoder.h). */
const struct j2k_style *jp2_style(const struct jp2 *j);

/* The packets of tile `t`, all tile-parts joined. They stay valid until the decoder's next call.
 * NULL: a part has a coding of its own. Errors: ERR_INPUT (damaged), ERR_TEMPORARY. */
int jp2_read_packets(struct jp2_decoder *d, const struct jp2 *j, int32_t t,
                     const unsigned char **packets, size_t *len, struct err *e) MUST_CHECK;

/* Continue a checksum with the main header as it is in memory, and with the stored bytes of tile
 * `t`, all its parts. Equal sums mean equal pixels. Errors: ERR_INPUT, ERR_TEMPORARY. */
void jp2_sum_header(const struct jp2 *j, struct checksum *sum);
int jp2_sum_tile(const struct jp2 *j, int32_t t, struct checksum *sum, struct err *e) MUST_CHECK;

/* The most memory that decoding a tile of `j` takes besides `dst`: the decoder's buffer and
 * OpenJPEG's own allocations. For the memory plan. On real images it is 2 to 3 times the measured
 * use. */
size_t jp2_decode_bytes(const struct jp2 *j);

#endif
