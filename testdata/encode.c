#include "testdata/encode.h"

#include <errno.h>
#include <inttypes.h>
#include <openjpeg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "testdata/jp2_boxes.h"

enum { RESOLUTIONS = 5 };

struct encoder {
    const struct encode_format *format;
    const char *path;
    FILE *file;
    struct err *err;
    int write_errno; /* errno of the first failed write, or 0 */
    char library_message[160]; /* OpenJPEG's last message */
    opj_codec_t *codec;
    opj_image_t *image;
    opj_stream_t *stream;
    uint16_t *pixels; /* one JP2 tile */
    /* the same in the layout that OpenJPEG takes: component after component, 1 or 2 bytes per
     * sample */
    uint8_t *packed;
};

/* ---- OpenJPEG's callbacks: the codestream is written right after the boxes ---- */

static OPJ_SIZE_T stream_write(void *buffer, OPJ_SIZE_T n, void *user)
{
    struct encoder *enc = user;
    if (fwrite(buffer, 1, n, enc->file) == n)
        return n;
    if (enc->write_errno == 0)
        enc->write_errno = errno;
    return (OPJ_SIZE_T)-1;
}

static OPJ_OFF_T stream_skip(OPJ_OFF_T n, void *user)
{
    struct encoder *enc = user;
    return fseeko(enc->file, n, SEEK_CUR) == 0 ? n : -1;
}

static OPJ_BOOL stream_seek(OPJ_OFF_T position, void *user)
{
    /* only TLM needs it, which is off; positions would be wrong by the boxes */
    (void)position;
    (void)user;
    return OPJ_FALSE;
}

static void remember_message(const char *message, void *user)
{
    struct encoder *enc = user;
    snprintf(enc->library_message, sizeof enc->library_message, "%.*s", (int)strcspn(message, "\n"),
             message);
}

static int failed(struct encoder *enc, const char *step)
{
    if (enc->write_errno != 0)
        return err_sys(enc->err, ERR_OUTPUT, enc->write_errno, "%s: cannot write", enc->path);
    return err_set(enc->err, ERR_INTERNAL, "%s: OpenJPEG: %s: %s", enc->path, step,
                   enc->library_message);
}

/* ---- set-up ---- */

static void fill_parameters(const struct encode_format *f, opj_cparameters_t *p)
{
    /* the default contains the library's version, and so other bytes elsewhere */
    static char comment[] = "subscene make_product";
    opj_set_default_encoder_parameters(p);
    p->tile_size_on = OPJ_TRUE;
    p->cp_tdx = p->cp_tdy = f->tile;
    p->cp_comment = comment;
    p->prog_order = OPJ_LRCP;
    p->numresolution = RESOLUTIONS;
    p->irreversible = 0;
    p->tcp_numlayers = 1;
    p->tcp_rates[0] = 0;
    p->cp_disto_alloc = 1;
    p->tcp_mct = f->components == 3;
    p->cblockw_init = p->cblockh_init = f->block;
    p->csty |= 1; /* precincts are set */
    p->res_spec = RESOLUTIONS;
    for (int i = 0; i < RESOLUTIONS; i++)
        p->prcw_init[i] = p->prch_init[i] = f->precinct;
}

static opj_image_t *create_image(const struct encode_format *f)
{
    opj_image_cmptparm_t parameters[3];
    memset(parameters, 0, sizeof parameters);
    for (int c = 0; c < f->components; c++)
        parameters[c] = (opj_image_cmptparm_t){.dx = 1,
                                               .dy = 1,
                                               .w = (OPJ_UINT32)f->width,
                                               .h = (OPJ_UINT32)f->height,
                                               .prec = (OPJ_UINT32)f->bits,
                                               .bpp = (OPJ_UINT32)f->bits};
    /* the tile variant holds no samples */
    opj_image_t *image =
        opj_image_tile_create((OPJ_UINT32)f->components, parameters,
                              f->components == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    if (!image)
        return NULL;
    image->x1 = (OPJ_UINT32)f->width;
    image->y1 = (OPJ_UINT32)f->height;
    return image;
}

static int open_stream(struct encoder *enc)
{
    enc->stream = opj_stream_create(1 << 20, OPJ_FALSE);
    if (!enc->stream)
        return err_nomem(enc->err, 1 << 20);
    opj_stream_set_user_data(enc->stream, enc, NULL);
    opj_stream_set_write_function(enc->stream, stream_write);
    opj_stream_set_skip_function(enc->stream, stream_skip);
    opj_stream_set_seek_function(enc->stream, stream_seek);
    return 0;
}

static int open_codec(struct encoder *enc)
{
    static const char *const extra[] = {"PLT=YES", NULL};
    opj_cparameters_t parameters;
    fill_parameters(enc->format, &parameters);
    enc->codec = opj_create_compress(OPJ_CODEC_J2K);
    enc->image = create_image(enc->format);
    if (!enc->codec || !enc->image)
        return err_nomem(enc->err, sizeof *enc->image);
    opj_set_error_handler(enc->codec, remember_message, enc);
    if (!opj_setup_encoder(enc->codec, &parameters, enc->image))
        return failed(enc, "set-up");
    if (!opj_encoder_set_extra_options(enc->codec, extra))
        return failed(enc, "PLT");
    if (!opj_start_compress(enc->codec, enc->image, enc->stream))
        return failed(enc, "start");
    return 0;
}

static int open_buffers(struct encoder *enc)
{
    const struct encode_format *f = enc->format;
    size_t samples = (size_t)f->tile * (size_t)f->tile;
    enc->pixels = mem_alloc(samples, sizeof *enc->pixels);
    enc->packed = mem_alloc(samples, (size_t)f->components * 2);
    return enc->pixels && enc->packed
               ? 0
               : err_nomem(enc->err, samples * (2 + 2 * (size_t)f->components));
}

/* ---- the tiles ---- */

/* Packs the samples of a component for opj_write_tile; returns their size in bytes. */
static size_t pack_component(const struct encoder *enc, int component, size_t samples)
{
    const struct encode_format *f = enc->format;
    size_t bytes = f->bits <= 8 ? 1 : 2, plane = samples * bytes;
    uint8_t *to = enc->packed + (size_t)component * plane;
    if (bytes == 2)
        memcpy(to, enc->pixels, plane);
    else
        for (size_t i = 0; i < samples; i++)
            to[i] = (uint8_t)(f->components_are_bits ? enc->pixels[i] >> component & 1
                                                     : enc->pixels[i]);
    return plane;
}

/* Gets the pixels and packs them. */
static int make_tile(struct encoder *enc, encode_pixels *pixels, void *context, struct rect part,
                     size_t *bytes)
{
    const struct encode_format *f = enc->format;
    struct view out = {enc->pixels, part.w, part.w, part.h};
    *bytes = 0;
    for (int c = 0; c < f->components; c++) {
        int rc = c > 0 && f->components_are_bits ? 0 : pixels(context, c, part, out, enc->err);
        if (rc != 0)
            return rc;
        *bytes += pack_component(enc, c, (size_t)part.w * (size_t)part.h);
    }
    return 0;
}

static int write_tiles(struct encoder *enc, encode_pixels *pixels, void *context)
{
    const struct encode_format *f = enc->format;
    struct rect image = {0, 0, f->width, f->height};
    OPJ_UINT32 index = 0;
    for (int32_t y = 0; y < f->height; y += f->tile) {
        for (int32_t x = 0; x < f->width; x += f->tile, index++) {
            struct rect part = rect_intersect((struct rect){x, y, f->tile, f->tile}, image);
            size_t bytes;
            int rc = make_tile(enc, pixels, context, part, &bytes);
            if (rc != 0)
                return rc;
            if (!opj_write_tile(enc->codec, index, enc->packed, (OPJ_UINT32)bytes, enc->stream))
                return failed(enc, "tile");
        }
    }
    return opj_end_compress(enc->codec, enc->stream) ? 0 : failed(enc, "end");
}

static int write_file(struct encoder *enc, encode_pixels *pixels, void *context)
{
    int rc = jp2_boxes_write(enc->file, enc->format);
    if (rc != 0)
        return err_sys(enc->err, ERR_OUTPUT, errno, "%s: cannot write", enc->path);
    if ((rc = open_stream(enc)) != 0 || (rc = open_codec(enc)) != 0 ||
        (rc = open_buffers(enc)) != 0)
        return rc;
    return write_tiles(enc, pixels, context);
}

static void clear(struct encoder *enc)
{
    free(enc->packed);
    free(enc->pixels);
    if (enc->stream)
        opj_stream_destroy(enc->stream);
    if (enc->codec)
        opj_destroy_codec(enc->codec);
    if (enc->image)
        opj_image_destroy(enc->image);
}

int encode_jp2(const char *path, const struct encode_format *f, encode_pixels *pixels,
               void *context, struct err *e)
{
    struct encoder enc = {
        .format = f, .path = path, .err = e, .library_message = "no reason given"};
    enc.file = fopen(path, "wb");
    if (!enc.file)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", path);
    int rc = write_file(&enc, pixels, context);
    clear(&enc);
    /* the last bytes are written here, so a full disk may show only here */
    if (fclose(enc.file) != 0 && rc == 0)
        rc = err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", path);
    return rc;
}
