/* PNG images as masks and as pictures (libpng). Whole images are read from memory and written to
 * memory. Masks of any size are read row by row from a file.
 *
 * A mask's values are read as they are stored:
 *   - gray of 1 to 16 bits
 *   - the index of a palette image
 *   - ids in 8-bit RGB or RGBA as Segments.ai writes them: R + 256·G + 65536·B with alpha 255, or a
 *     pixel of four zeros
 * Values are not scaled; gamma and palette are not applied.
 *
 * Prints nothing. Any thread. Sources: PNG specification (ISO/IEC 15948); Segments.ai's bitmap2file
 * for the ids. */
#ifndef SUBSCENE_IO_IMAGE_PNGFILE_H
#define SUBSCENE_IO_IMAGE_PNGFILE_H

#include <stddef.h>
#include <stdint.h>

#include "io/source/source.h"

enum pngfile_kind { PNGFILE_GRAY, PNGFILE_INDEX, PNGFILE_ID };

struct pngfile {
    enum pngfile_kind kind;
    int32_t width, height;
    int32_t bits; /* bits of a stored sample: 1 … 16; 24 for ids */
    int32_t bytes; /* bytes of a value in px: 1, 2 (more than 8 bits) or 4 (ids) */
    void *px; /* uint8_t, uint16_t or uint32_t, row by row without gaps */
};

struct pngfile_bytes {
    const unsigned char *data;
    size_t len;
};

/* Decodes a whole image. `name` is for messages. An image wider or higher than the limits is
 * rejected before anything is allocated for it; the message names both sizes. Errors: ERR_INPUT
 * (truncated, damaged, another kind of image), ERR_TEMPORARY. */
int pngfile_decode(const char *name, struct pngfile_bytes in, int32_t max_width, int32_t max_height,
                   struct pngfile *out, struct err *e) MUST_CHECK;
void pngfile_clear(struct pngfile *p);

/* The value of pixel i, counted row by row. */
static inline uint32_t pngfile_value(const struct pngfile *p, size_t i)
{
    return p->bytes == 1   ? ((const uint8_t *)p->px)[i]
           : p->bytes == 2 ? ((const uint16_t *)p->px)[i]
                           : ((const uint32_t *)p->px)[i];
}

/* Decodes a whole image as a mask of 0 and 1 (bits 1, one byte a pixel). A pixel with an alpha
 * value counts by it, also in a palette; a gray one without counts if it is not 0. Colours without
 * alpha are rejected. Otherwise as pngfile_decode. */
int pngfile_decode_opacity(const char *name, struct pngfile_bytes in, int32_t max_width,
                           int32_t max_height, struct pngfile *out, struct err *e) MUST_CHECK;

/* ---- row by row ---- */

/* A mask of gray or palette values in a file, read from the top down. One thread at a time. */
struct pngfile_rows;

/* Reads the header only. Borrows `f`, which must outlive the result. The sizes are limits as above.
 * Ids are rejected (ERR_INPUT). */
int pngfile_rows_open(struct source_file *f, int32_t max_width, int32_t max_height,
                      struct pngfile_rows **out, struct err *e) MUST_CHECK;
void pngfile_rows_close(struct pngfile_rows *r);

/* Kind, sizes, bits and bytes. px is private. */
const struct pngfile *pngfile_rows_info(const struct pngfile_rows *r);

/* Reads row y, 0 … height − 1, into `to` of width × bytes. Rows in ascending order are decoded
 * once, skipped rows too. The last row can be read again without cost; an earlier row restarts the
 * image. An interlaced image is decoded whole with the first row and kept. ERR_INPUT names file and
 * row; rows before the damage can still be read. */
int pngfile_rows_read(struct pngfile_rows *r, int32_t y, void *to, struct err *e) MUST_CHECK;

/* The most memory that it takes for any read: three rows and a constant, plus all rows of an
 * interlaced image. */
size_t pngfile_rows_bytes(const struct pngfile_rows *r);

/* ---- writing ---- */

/* The colours of indices. */
struct pngfile_palette {
    uint8_t rgb[256][3];
    int transparent; /* an index, or −1 */
};

/* A picture to write: uint8_t samples (8 bits) or uint16_t samples (16 bits). */
struct pngfile_picture {
    int32_t width, height;
    int32_t bits; /* 8, 16 */
    int32_t channels; /* 1 gray, 3 RGB, 4 RGB and alpha */
    const void *px;
    size_t stride; /* bytes from row to row */
    /* NULL, or the samples are its indices: 1 channel of 8 bits */
    const struct pngfile_palette *palette;
};

/* A PNG file in memory. Starts as {0}; the next picture reuses its memory. */
struct pngfile_image {
    unsigned char *data;
    size_t len, capacity;
};

/* Makes the whole file, with fast settings. The same picture gives the same bytes with the same
 * versions of libpng and zlib. Errors: ERR_TEMPORARY, ERR_INTERNAL. */
int pngfile_encode(const struct pngfile_picture *p, struct pngfile_image *out,
                   struct err *e) MUST_CHECK;
void pngfile_image_clear(struct pngfile_image *p);

/* For the memory plan: the largest size of a picture's file (px is not read), and the libraries'
 * memory during encoding. */
size_t pngfile_image_bytes(const struct pngfile_picture *p);
size_t pngfile_encode_bytes(void);

#endif
