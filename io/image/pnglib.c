#include "io/image/pnglib.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pnglib_on_error(png_structp png, png_const_charp msg)
{
    struct pnglib *w = png_get_error_ptr(png);
    snprintf(w->msg, sizeof w->msg, "%s", msg);
    w->no_memory |= strstr(msg, "memory") != NULL;
    png_longjmp(png, 1);
}

void pnglib_on_warning(png_structp png, png_const_charp msg)
{
    (void)png;
    (void)msg;
}

bool pnglib_run(struct pnglib *w, void (*step)(struct pnglib *))
{
    if (setjmp(png_jmpbuf(w->png)))
        return false;
    step(w);
    return true;
}

/* ---- reading ---- */

static bool next_piece(struct pnglib *w)
{
    uint64_t left = w->file ? source_file_size(w->file) - w->file_at : 0;
    size_t len = left < PNGLIB_PIECE ? (size_t)left : PNGLIB_PIECE;
    if (len == 0 || source_file_pread(w->file, w->piece, len, w->file_at, &w->io) != 0)
        return false;
    w->in = (struct pngfile_bytes){w->piece, len};
    w->file_at += len;
    w->at = 0;
    return true;
}

static void read_bytes(png_structp png, png_bytep to, size_t n)
{
    struct pnglib *w = png_get_io_ptr(png);
    while (n > 0) {
        if (w->at == w->in.len && !next_piece(w))
            png_error(png, "it is cut off");
        size_t left = w->in.len - w->at, len = n < left ? n : left;
        memcpy(to, w->in.data + w->at, len);
        w->at += len;
        to += len;
        n -= len;
    }
}

static void read_header(struct pnglib *w)
{
    png_set_read_fn(w->png, w, read_bytes);
    png_set_user_limits(
        w->png, PNG_UINT_31_MAX,
        PNG_UINT_31_MAX); /* the caller's limits are checked before anything is allocated */
    png_set_chunk_malloc_max(w->png, 8000000);
    png_set_keep_unknown_chunks(w->png, PNG_HANDLE_CHUNK_NEVER, NULL,
                                -1); /* ignores texts and profiles, so they take no memory */
    png_read_info(w->png, w->info);
}

static int check_size(const char *name, struct pnglib *w, int32_t max_width, int32_t max_height,
                      struct err *e)
{
    png_uint_32 width = png_get_image_width(w->png, w->info),
                height = png_get_image_height(w->png, w->info);
    if (width > (png_uint_32)max_width || height > (png_uint_32)max_height)
        return err_set(e, ERR_INPUT, "%s: is %lu x %lu px, more than the %d x %d that are allowed",
                       name, (unsigned long)width, (unsigned long)height, (int)max_width,
                       (int)max_height);
    w->image->width = (int32_t)width;
    w->image->height = (int32_t)height;
    return 0;
}

int pnglib_failed(const char *name, const struct pnglib *w, struct err *e)
{
    char where[32] = "";
    if (w->io.code != ERR_NONE) {
        *e = w->io;
        return (int)e->code;
    }
    if (w->no_memory)
        return err_set(e, ERR_TEMPORARY, "%s: %s", name, w->msg);
    if (w->row >= 0)
        snprintf(where, sizeof where, " at row %d", (int)w->row);
    return err_set(e, ERR_INPUT, "%s: is damaged%s: %s", name, where, w->msg);
}

int pnglib_begin(const char *name, struct pnglib *w, int32_t max_width, int32_t max_height,
                 struct err *e)
{
    w->row = -1;
    if (w->file && !next_piece(w) && w->io.code != ERR_NONE)
        return pnglib_failed(name, w, e);
    if (w->in.len < 8 || png_sig_cmp(w->in.data, 0, 8) != 0)
        return err_set(e, ERR_INPUT, "%s: is not a PNG image", name);
    w->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, w, pnglib_on_error, pnglib_on_warning);
    w->info = w->png ? png_create_info_struct(w->png) : NULL;
    if (!w->info)
        return err_nomem(e, 0);
    if (!pnglib_run(w, read_header))
        return pnglib_failed(name, w, e);
    return check_size(name, w, max_width, max_height, e);
}

void pnglib_finish(struct pnglib *w)
{
    png_destroy_read_struct(&w->png, &w->info, NULL);
    free(w->raw);
    w->raw = NULL;
}
