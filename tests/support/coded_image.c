#include "support/coded_image.h"

#include <openjpeg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    unsigned char *data;
    size_t len, cap, at;
};

static void die(const char *what)
{
    fprintf(stderr, "coded_image: %s\n", what);
    exit(99);
}

static OPJ_SIZE_T put(void *from, OPJ_SIZE_T n, void *user)
{
    struct buffer *b = user;
    while (b->at + n > b->cap) {
        b->cap = b->cap ? 2 * b->cap : 1 << 16;
        b->data = realloc(b->data, b->cap);
        if (!b->data)
            die("no memory");
    }
    memcpy(b->data + b->at, from, n);
    b->at += n;
    b->len = b->at > b->len ? b->at : b->len;
    return n;
}

static OPJ_OFF_T skip(OPJ_OFF_T n, void *user)
{
    static char zeros[64];
    for (OPJ_OFF_T left = n; left > 0; left -= 64)
        put(zeros, (OPJ_SIZE_T)(left < 64 ? left : 64), user);
    return n;
}

static OPJ_BOOL seek(OPJ_OFF_T at, void *user)
{
    ((struct buffer *)user)->at = (size_t)at;
    return OPJ_TRUE;
}

static opj_cparameters_t parameters_of(const struct coding *c)
{
    opj_cparameters_t p;
    opj_set_default_encoder_parameters(&p);
    p.tile_size_on = c->tile_w > 0;
    p.cp_tdx = c->tile_w;
    p.cp_tdy = c->tile_h;
    p.prog_order = (OPJ_PROG_ORDER)c->order;
    p.numresolution = c->levels + 1;
    p.cblockw_init = c->block_w;
    p.cblockh_init = c->block_h;
    p.tcp_mct = c->components == 3;
    p.tcp_numlayers = c->layers;
    p.cp_disto_alloc = 1;
    for (int i = 0; i < c->layers; i++)
        p.tcp_rates[i] = (c->rate > 0 ? c->rate : 1) * (float)(1 << (c->layers - 1 - i));
    if (c->rate <= 0)
        p.tcp_rates[c->layers - 1] = 0;
    p.csty |= (c->precinct_w > 0 ? 1 : 0) | (c->sop ? 2 : 0) | (c->eph ? 4 : 0);
    p.res_spec = c->precinct_w > 0 ? p.numresolution : 0;
    for (int i = 0; i < p.res_spec; i++) {
        p.prcw_init[i] = c->precinct_w;
        p.prch_init[i] = c->precinct_h;
    }
    p.tp_on = c->parts != 0;
    p.tp_flag = (char)c->parts;
    return p;
}

static opj_image_t *image_of(const struct coding *c, const uint16_t *px)
{
    opj_image_cmptparm_t of[3];
    memset(of, 0, sizeof of);
    for (int k = 0; k < c->components; k++)
        of[k] = (opj_image_cmptparm_t){.dx = 1,
                                       .dy = 1,
                                       .w = (OPJ_UINT32)c->width,
                                       .h = (OPJ_UINT32)c->height,
                                       .prec = (OPJ_UINT32)c->bits};
    opj_image_t *image = opj_image_create((OPJ_UINT32)c->components, of,
                                          c->components == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    if (!image)
        die("no memory");
    image->x1 = (OPJ_UINT32)c->width;
    image->y1 = (OPJ_UINT32)c->height;
    const size_t n = (size_t)c->width * (size_t)c->height;
    for (int k = 0; k < c->components; k++)
        for (size_t i = 0; i < n; i++)
            image->comps[k].data[i] = px[(size_t)k * n + i];
    return image;
}

unsigned char *coded_image(const struct coding *c, const uint16_t *px, size_t *len)
{
    struct buffer b = {0};
    opj_cparameters_t p = parameters_of(c);
    opj_image_t *image = image_of(c, px);
    opj_codec_t *codec = opj_create_compress(OPJ_CODEC_JP2);
    opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_FALSE);
    const char *extra[3] = {NULL, NULL, NULL};
    int n = 0;
    if (c->plt)
        extra[n++] = "PLT=YES";
    if (c->tlm)
        extra[n++] = "TLM=YES";
    if (!codec || !stream)
        die("no memory");
    opj_stream_set_user_data(stream, &b, NULL);
    opj_stream_set_write_function(stream, put);
    opj_stream_set_skip_function(stream, skip);
    opj_stream_set_seek_function(stream, seek);
    if (!opj_setup_encoder(codec, &p, image) ||
        !opj_encoder_set_extra_options(codec, n > 0 ? extra : NULL) ||
        !opj_start_compress(codec, image, stream) || !opj_encode(codec, stream) ||
        !opj_end_compress(codec, stream)) {
        free(b.data);
        b = (struct buffer){0};
    }
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    *len = b.len;
    return b.data;
}

void coding_format(const struct coding *c, char *buf, size_t size)
{
    snprintf(buf, size,
             "%d x %d in tiles of %d x %d, %d components of %d bits, %d levels, blocks %d x %d, "
             "precincts %d x %d, order %d, %d layers, rate %g,%s%s%s%s tile-parts %c",
             (int)c->width, (int)c->height, (int)c->tile_w, (int)c->tile_h, c->components, c->bits,
             c->levels, c->block_w, c->block_h, c->precinct_w, c->precinct_h, c->order, c->layers,
             (double)c->rate, c->sop ? " SOP" : "", c->eph ? " EPH" : "", c->plt ? " PLT" : "",
             c->tlm ? " TLM" : "", c->parts ? c->parts : '-');
}
