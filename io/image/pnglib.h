/* What reading and writing PNG share (libpng). Private to io/image/pngfile and
 * io/image/pngfile_opacity. */
#ifndef SUBSCENE_IO_IMAGE_PNGLIB_H
#define SUBSCENE_IO_IMAGE_PNGLIB_H

#include <png.h>
#include <stdbool.h>

#include "io/image/pngfile.h"

/* bytes read from a file at once */
enum { PNGLIB_PIECE = 32768 };

/* libpng reports errors by longjmp. This struct owns everything that a step allocates, and the
 * function that runs the steps clears it. So a jump leaks nothing. */
struct pnglib {
    png_structp png;
    png_infop info;
    char msg[160]; /* the error message */
    bool no_memory;
    struct err io; /* the error, if the file caused it */
    /* reading */
    struct pngfile_bytes in; /* the whole PNG, or the piece of `file` that was read last */
    size_t at; /* position in `in` */
    struct source_file *file;
    uint64_t file_at; /* position of the next piece in the file */
    unsigned char *piece;
    struct pngfile *image;
    unsigned char *raw; /* RGB or RGBA samples; NULL if rows are read straight into the image */
    size_t raw_stride;
    int32_t row; /* the row that is being decoded, or −1 */
    unsigned char *to; /* its destination */
    /* writing */
    const struct pngfile_picture *picture;
    struct pngfile_image *out;
};

/* For png_create_read_struct and png_create_write_struct, with a struct pnglib. */
void pnglib_on_error(png_structp png, png_const_charp msg);
void pnglib_on_warning(png_structp png, png_const_charp msg);

/* Runs a step. false: libpng reported an error in it. */
bool pnglib_run(struct pnglib *w, void (*step)(struct pnglib *));

/* Reads everything before the first row; sets the sizes of w->image. Errors as pngfile_decode. */
int pnglib_begin(const char *name, struct pnglib *w, int32_t max_width, int32_t max_height,
                 struct err *e) MUST_CHECK;

/* Ends a reading. */
void pnglib_finish(struct pnglib *w);

/* The error of a step of reading that failed: ERR_INPUT, ERR_TEMPORARY, or that of the file. */
int pnglib_failed(const char *name, const struct pnglib *w, struct err *e) MUST_CHECK;

#endif
