/* PNG images as masks and as pictures (libpng): whole ones from and to memory, masks of any size
 * row by row from a file.
 *
 * A mask's values are read as they are stored: gray of 1 to 16 bits, the index of a palette image,
 * and ids in 8-bit RGB or RGBA as Segments.ai writes them: R + 256·G + 65536·B with alpha 255 (or a
 * pixel of four zeros). Nothing is scaled, no gamma, no palette is applied.
 *
 * Nothing is printed. Any thread. Sources: PNG specification (ISO/IEC 15948); Segments.ai's
 * bitmap2file for the ids. */
#ifndef SUBSCENE_IO_IMAGE_PNGFILE_H
#define SUBSCENE_IO_IMAGE_PNGFILE_H

#include <stddef.h>
#include <stdint.h>

#include "io/source/source.h"

enum pngfile_kind { PNGFILE_GRAY, PNGFILE_INDEX, PNGFILE_ID };

struct pngfile {
    enum pngfile_kind kind;
    int32_t width, height;
    int32_t bits; /* of a stored sample: 1 … 16; 24 for ids */
    int32_t bytes; /* of a value in px: 1, 2 (more than 8 bits) or 4 (ids) */
    void *px; /* uint8_t, uint16_t or uint32_t, row after row without gaps */
};

struct pngfile_bytes {
    const unsigned char *data;
    size_t len;
};

/* `name` is for messages. An image that is wider or higher than the limits is refused before
 * anything is allocated for it, with both sizes named. Errors: ERR_INPUT (cut off, damaged, another
 * kind of image), ERR_TEMPORARY. */
int pngfile_decode(const char *name, struct pngfile_bytes in, int32_t max_width, int32_t max_height,
                   struct pngfile *out, struct err *e) MUST_CHECK;
void pngfile_clear(struct pngfile *p);

/* The value of pixel i, counted row after row. */
static inline uint32_t pngfile_value(const struct pngfile *p, size_t i)
{
    return p->bytes == 1   ? ((const uint8_t *)p->px)[i]
           : p->bytes == 2 ? ((const uint16_t *)p->px)[i]
                           : ((const uint32_t *)p->px)[i];
}

/* ---- row by row ---- */

/* A mask in a file, of gray or palette values, from the top down. One thread at a time. */
struct pngfile_rows;

/* `f` is borrowed and must outlive the result. Only the header is read: the sizes are limits as
 * above; ids are refused (ERR_INPUT). */
int pngfile_rows_open(struct source_file *f, int32_t max_width, int32_t max_height,
                      struct pngfile_rows **out, struct err *e) MUST_CHECK;
void pngfile_rows_close(struct pngfile_rows *r);

/* Kind, sizes, bits and bytes; px is not the caller's business. */
const struct pngfile *pngfile_rows_info(const struct pngfile_rows *r);

/* Row y, 0 … height − 1, into `to` of width × bytes. Rows that ascend are decoded once, those
 * between them on the way; the last one can be had again for nothing, one further up begins the
 * image again. An interlaced image is decoded whole with the first row and kept. ERR_INPUT names
 * file and row; rows before the damage can still be read. */
int pngfile_rows_read(struct pngfile_rows *r, int32_t y, void *to, struct err *e) MUST_CHECK;

/* What it takes at most, whatever is read: three rows and a constant; of an interlaced image all
 * rows too. */
size_t pngfile_rows_bytes(const struct pngfile_rows *r);

/* ---- writing ---- */

/* A picture to write: uint8_t samples with 8 bits, uint16_t ones with 16. */
struct pngfile_picture {
    int32_t width, height;
    int32_t bits; /* 8, 16 */
    int32_t channels; /* 1 gray, 3 RGB */
    const void *px;
    size_t stride; /* bytes from row to row */
};

/* A PNG file in memory. Starts as {0}; its memory serves the next picture again. */
struct pngfile_image {
    unsigned char *data;
    size_t len, capacity;
};

/* The whole file, quickly. The same picture gives the same bytes with the same versions of libpng
 * and zlib. Errors: ERR_TEMPORARY, ERR_INTERNAL. */
int pngfile_encode(const struct pngfile_picture *p, struct pngfile_image *out,
                   struct err *e) MUST_CHECK;
void pngfile_image_clear(struct pngfile_image *p);

/* For the memory plan: what the file of a picture (its px are not looked at) takes at most, and
 * what the libraries take while they make one. */
size_t pngfile_image_bytes(const struct pngfile_picture *p);
size_t pngfile_encode_bytes(void);

#endif
