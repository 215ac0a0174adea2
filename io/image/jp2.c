#include "io/image/jp2.h"

#include <openjpeg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/image/jp2_load.h"

enum { STREAM_BUFFER = 64 * 1024 };

/* Puts the file's name before an error; read errors have it already. */
static int named(const struct source_file *f, int rc, struct err *e)
{
    const char *name = source_file_name(f);
    if (rc && e && strncmp(e->msg, name, strlen(name)) != 0)
        return err_wrap(e, "%s", name);
    return rc;
}

/* ---- open ---- */

static int open_wanted(struct source_file *f, struct jp2_wanted wanted, struct jp2 **out,
                       struct err *e)
{
    *out = NULL;
    struct jp2 *j = mem_zalloc(1, sizeof *j);
    if (!j)
        return err_nomem(e, sizeof *j);
    j->file = f;
    int rc = jp2_index_read(&j->index, f, wanted, e);
    if (rc) {
        free(j);
        return named(f, rc, e);
    }
    j->style = j2k_style_read(j->index.header, j->index.header_len);
    *out = j;
    return 0;
}

int jp2_open(struct source_file *f, int32_t expect_w, int32_t expect_h, struct jp2 **out,
             struct err *e)
{
    return open_wanted(f, (struct jp2_wanted){expect_w, expect_h, 1, false}, out, e);
}

int jp2_open_colours(struct source_file *f, int32_t expect_w, int32_t expect_h, struct jp2 **out,
                     struct err *e)
{
    return open_wanted(f, (struct jp2_wanted){expect_w, expect_h, JP2_COMPONENTS_MAX, false}, out,
                       e);
}

int jp2_open_mask(struct source_file *f, int32_t max_w, int32_t max_h, struct jp2 **out,
                  struct err *e)
{
    return open_wanted(f, (struct jp2_wanted){max_w, max_h, JP2_COMPONENTS_MAX, true}, out, e);
}

void jp2_close(struct jp2 *j)
{
    if (!j)
        return;
    jp2_index_clear(&j->index);
    free(j);
}

const struct jp2_info *jp2_info(const struct jp2 *j) { return &j->index.info; }

const struct j2k_style *jp2_style(const struct jp2 *j) { return &j->style; }

struct rect jp2_tile_rect(const struct jp2 *j, int32_t t)
{
    const struct jp2_info *i = &j->index.info;
    struct rect whole = {0, 0, i->width, i->height};
    struct rect r = {t % i->tiles_x * i->tile_w, t / i->tiles_x * i->tile_h, i->tile_w, i->tile_h};
    /* not rect_intersect: x + w of a far tile could overflow */
    if (r.w > whole.w - r.x)
        r.w = whole.w - r.x;
    if (r.h > whole.h - r.y)
        r.h = whole.h - r.y;
    return r;
}

int jp2_reduce_max(const struct jp2 *j) { return j->index.coding.levels; }

static int32_t halved(int64_t x, int steps)
{
    return (int32_t)((x + (INT64_C(1) << steps) - 1) >> steps);
}

struct rect jp2_reduced(struct rect r, int reduce)
{
    const int32_t x = halved(r.x, reduce), y = halved(r.y, reduce);
    return (struct rect){x, y, halved((int64_t)r.x + r.w, reduce) - x,
                         halved((int64_t)r.y + r.h, reduce) - y};
}

/* ---- memory ---- */

static uint64_t divide_up(uint64_t a, uint64_t b) { return a / b + (a % b != 0); }

/* Counts the code-blocks and precincts of one resolution of a tile. Both counts are rounded up,
 * plus one per side, because the corner of the tile may be inside a precinct. */
static void count_blocks(const struct jp2_coding *c, int r, const struct jp2_info *i,
                         uint64_t *blocks, uint64_t *precincts)
{
    int shift = c->levels - r < 31 ? c->levels - r : 31;
    uint64_t w = ((uint64_t)i->tile_w >> shift) + 2, h = ((uint64_t)i->tile_h >> shift) + 2;
    int pw = c->precinct_log2[r] & 15, ph = c->precinct_log2[r] >> 4;
    *precincts = (divide_up(w, UINT64_C(1) << pw) + 1) * (divide_up(h, UINT64_C(1) << ph) + 1);
    /* above the lowest resolution the precinct of a sub-band is half as wide, and limits the block
     * size */
    int down = r > 0;
    int bw = pw - down < c->block_w_log2 ? pw - down : c->block_w_log2;
    int bh = ph - down < c->block_h_log2 ? ph - down : c->block_h_log2;
    uint64_t across = divide_up(w, UINT64_C(1) << (bw < 0 ? 0 : bw)) + 1;
    uint64_t down_rows = divide_up(h, UINT64_C(1) << (bh < 0 ? 0 : bh)) + 1;
    *blocks = across * down_rows;
}

size_t jp2_decode_bytes(const struct jp2 *j)
{
    const struct jp2_info *i = &j->index.info;
    const struct jp2_coding *c = &j->index.coding;
    /* Sizes in OpenJPEG 2.5, rounded up. A block takes 900 bytes with its ten segments, first
     * chunks and tag-tree nodes. A precinct takes 700 with its two trees, for up to three
     * sub-bands. A marker in the packet order takes 2 for each layer, resolution and precinct. */
    uint64_t blocks = 0, precincts = 0, most = 0;
    for (int r = 0; r <= c->levels; r++) {
        uint64_t b, p;
        count_blocks(c, r, i, &b, &p);
        blocks += b;
        precincts += p;
        most = p > most ? p : most;
    }
    uint64_t components = (uint64_t)i->components,
             pixels = components * (uint64_t)i->tile_w * (uint64_t)i->tile_h;
    uint64_t longest = (uint64_t)(i->tile_w > i->tile_h ? i->tile_w : i->tile_h);
    uint64_t order = 2 * (uint64_t)(c->layers + 1) * (uint64_t)(c->levels + 1) * most;
    /* the decoder's buffer and OpenJPEG's */
    uint64_t compressed = 2 * (j->index.header_len + j->index.tile_bytes_max);
    uint64_t sum = 8 * pixels + components * (900 * blocks + 700 * precincts + order) + compressed +
                   256 * longest + STREAM_BUFFER + 512 * 1024;
    return sum < SIZE_MAX ? (size_t)sum : SIZE_MAX;
}

int jp2_decoder_create(struct jp2_decoder **out, struct err *e)
{
    *out = mem_zalloc(1, sizeof **out);
    return *out ? 0 : err_nomem(e, sizeof **out);
}

void jp2_decoder_destroy(struct jp2_decoder *d)
{
    if (!d)
        return;
    free(d->buf);
    free(d);
}

/* ---- OpenJPEG ---- */

struct memory {
    const unsigned char *data;
    size_t len, at;
};

static OPJ_SIZE_T memory_read(void *buf, OPJ_SIZE_T n, void *user)
{
    struct memory *m = user;
    size_t left = m->len - m->at;
    if (left == 0)
        return (OPJ_SIZE_T)-1;
    n = n < left ? n : left;
    memcpy(buf, m->data + m->at, n);
    m->at += n;
    return n;
}

static OPJ_OFF_T memory_skip(OPJ_OFF_T n, void *user)
{
    struct memory *m = user;
    if (n < 0 || (uint64_t)n > m->len - m->at)
        return -1;
    m->at += (size_t)n;
    return n;
}

static OPJ_BOOL memory_seek(OPJ_OFF_T at, void *user)
{
    struct memory *m = user;
    if (at < 0 || (uint64_t)at > m->len)
        return OPJ_FALSE;
    m->at = (size_t)at;
    return OPJ_TRUE;
}

/* The first message of OpenJPEG. */
struct complaint {
    char msg[200];
    bool memory;
};

static void on_message(const char *msg, void *user)
{
    struct complaint *c = user;
    if (strstr(msg, "memory"))
        c->memory = true;
    if (c->msg[0] != '\0')
        return;
    snprintf(c->msg, sizeof c->msg, "%s", msg);
    c->msg[strcspn(c->msg, "\r\n")] = '\0';
}

static opj_codec_t *new_codec(int reduce, struct complaint *c)
{
    opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
    if (!codec)
        return NULL;
    opj_set_warning_handler(codec, on_message, c);
    opj_set_error_handler(codec, on_message, c);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    parameters.cp_reduce = (OPJ_UINT32)reduce;
    bool ok = opj_setup_decoder(codec, &parameters);
#if OPJ_VERSION_MAJOR > 2 || OPJ_VERSION_MINOR >= 5
    ok = ok && opj_decoder_set_strict_mode(codec, OPJ_TRUE); /* older versions are always strict */
#endif
    /* OPJ_NUM_THREADS in the environment must not start threads here */
    if (opj_has_thread_support())
        ok = ok && opj_codec_set_threads(codec, 0);
    if (ok)
        return codec;
    opj_destroy_codec(codec);
    return NULL;
}

static opj_stream_t *new_stream(struct memory *m)
{
    opj_stream_t *stream = opj_stream_create(STREAM_BUFFER, OPJ_TRUE);
    if (!stream)
        return NULL;
    opj_stream_set_user_data(stream, m, NULL);
    opj_stream_set_user_data_length(stream, m->len);
    opj_stream_set_read_function(stream, memory_read);
    opj_stream_set_skip_function(stream, memory_skip);
    opj_stream_set_seek_function(stream, memory_seek);
    return stream;
}

/* Copies a component. Returns all its samples combined by OR. */
static uint32_t copy_component(const opj_image_comp_t *comp, struct view dst)
{
    uint32_t seen = 0;
    for (int32_t y = 0; y < dst.h; y++) {
        const OPJ_INT32 *from = comp->data + (size_t)y * comp->w;
        uint16_t *to = view_row(dst, y);
        for (int32_t x = 0; x < dst.w; x++) {
            seen |= (uint32_t)from[x];
            to[x] = (uint16_t)from[x];
        }
    }
    return seen;
}

/* Copies a component to one bit of samples whose lower bits are already set. */
static uint32_t copy_bit(const opj_image_comp_t *comp, int bit, struct view dst)
{
    uint32_t seen = 0;
    for (int32_t y = 0; y < dst.h; y++) {
        const OPJ_INT32 *from = comp->data + (size_t)y * comp->w;
        uint16_t *to = view_row(dst, y);
        for (int32_t x = 0; x < dst.w; x++) {
            seen |= (uint32_t)from[x];
            to[x] = (uint16_t)((bit ? to[x] : 0) | (from[x] != 0) << bit);
        }
    }
    return seen;
}

/* What to decode, and where to. */
struct want {
    struct rect window; /* in pixels of the reduced image */
    int reduce;
    struct rect tile; /* in pixels of the full image */
    bool is_whole; /* the window is the whole tile */
    const struct jp2_info *info;
    struct view dst; /* for one component, or for bits */
    const struct jp2_planes *planes; /* or NULL */
};

static int copy_samples(const opj_image_t *image, const struct want *want, struct err *e)
{
    const struct jp2_info *info = want->info;
    const uint32_t outside = ~((UINT32_C(1) << info->precision) - 1);
    const struct rect size = want->window;
    uint32_t seen = 0;
    if (image->numcomps != (OPJ_UINT32)info->components)
        return err_set(e, ERR_INPUT, "decoded to %lu components instead of %d",
                       (unsigned long)image->numcomps, (int)info->components);
    for (int c = 0; c < info->components; c++) {
        const opj_image_comp_t *comp = &image->comps[c];
        if (!comp->data || comp->w != (OPJ_UINT32)size.w || comp->h != (OPJ_UINT32)size.h)
            return err_set(e, ERR_INPUT, "decoded to %lu x %lu px instead of %d x %d",
                           (unsigned long)comp->w, (unsigned long)comp->h, (int)size.w,
                           (int)size.h);
        if (want->planes && !want->planes->dst[c].px)
            continue;
        seen |= want->planes           ? copy_component(comp, want->planes->dst[c])
                : info->components > 1 ? copy_bit(comp, c, want->dst)
                                       : copy_component(comp, want->dst);
    }
    return seen & outside
               ? err_set(e, ERR_INPUT, "has samples of more than %d bits", (int)info->precision)
               : 0;
}

static int failed(const struct complaint *c, struct err *e)
{
    return err_set(e, c->memory ? ERR_TEMPORARY : ERR_INPUT, "is damaged: %s",
                   c->msg[0] ? c->msg : "it cannot be decoded");
}

/* A place of the reduced tile in the full one, at most its end. */
static int32_t full(int32_t x, int reduce, int32_t end)
{
    const int64_t at = (int64_t)x << reduce;
    return at < end ? (int32_t)at : end;
}

/* For a window, OpenJPEG decodes only the code-blocks under it and the part of the wavelet that
 * they need. It takes the window in pixels of the full image. */
static bool run_codec(opj_codec_t *codec, opj_stream_t *stream, const struct want *want,
                      opj_image_t **image)
{
    const struct rect r = want->window;
    const int32_t end_x = want->tile.x + want->tile.w, end_y = want->tile.y + want->tile.h;
    const int32_t x = full(r.x, want->reduce, end_x), y = full(r.y, want->reduce, end_y),
                  right = full(r.x + r.w, want->reduce, end_x),
                  below = full(r.y + r.h, want->reduce, end_y);
    if (!opj_read_header(stream, codec, image))
        return false;
    /* without an area, a reduced tile whose corner is odd gets one row or column too many */
    const bool has_area = !want->is_whole || want->reduce > 0;
    if (has_area && !opj_set_decode_area(codec, *image, x, y, right, below))
        return false;
    return opj_decode(codec, stream, *image) && opj_end_decompress(codec, stream);
}

static int decode(struct jp2_decoder *d, const struct want *want, struct err *e)
{
    struct complaint complaint = {{0}, false};
    struct memory memory = {d->buf, d->len, 0};
    opj_image_t *image = NULL;
    int rc = 0;
    opj_codec_t *codec = new_codec(want->reduce, &complaint);
    if (!codec)
        return err_nomem(e, 0);
    opj_stream_t *stream = new_stream(&memory);
    if (!stream) {
        rc = err_nomem(e, STREAM_BUFFER);
        goto destroy_codec;
    }
    if (!run_codec(codec, stream, want, &image) || complaint.msg[0] != '\0')
        rc = failed(&complaint, e);
    else
        rc = copy_samples(image, want, e);
    opj_image_destroy(image);
    opj_stream_destroy(stream);
destroy_codec:
    opj_destroy_codec(codec);
    return rc;
}

/* Checks that the window is inside the reduced tile t and that every destination has its size. */
static int check_want(const struct jp2 *j, int32_t t, struct want *want, struct err *e)
{
    const struct jp2_info *i = &j->index.info;
    const struct rect window = want->window;
    want->info = i;
    if (t < 0 || t >= i->tiles_x * i->tiles_y)
        return err_set(e, ERR_INTERNAL, "tile %d of %d", (int)t, (int)(i->tiles_x * i->tiles_y));
    if (want->reduce < 0 || want->reduce > jp2_reduce_max(j))
        return err_set(e, ERR_INTERNAL, "%d of %d resolutions", want->reduce, jp2_reduce_max(j));
    want->tile = jp2_tile_rect(j, t);
    struct rect tile = jp2_reduced(want->tile, want->reduce);
    struct rect inside = rect_intersect(window, tile);
    want->is_whole = window.w == tile.w && window.h == tile.h;
    bool fits = !rect_is_empty(window) && inside.w == window.w && inside.h == window.h;
    for (int c = 0; c < (want->planes ? i->components : 1); c++) {
        struct view dst = want->planes ? want->planes->dst[c] : want->dst;
        fits = fits && ((want->planes && !dst.px) || (dst.w == window.w && dst.h == window.h));
    }
    return fits ? 0
                : err_set(e, ERR_INTERNAL, "tile %d: %d x %d px at %d, %d into another size",
                          (int)t, (int)window.w, (int)window.h, (int)window.x, (int)window.y);
}

static int decode_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct want *want,
                       struct err *e)
{
    int rc = check_want(j, t, want, e);
    if (rc)
        return rc;
    rc = jp2_load_tile(d, j, t, e);
    if (!rc)
        rc = decode(d, want, e);
    if (rc)
        err_wrap(e, "tile %d", (int)t);
    return named(j->file, rc, e);
}

int jp2_read_packets(struct jp2_decoder *d, const struct jp2 *j, int32_t t,
                     const unsigned char **packets, size_t *len, struct err *e)
{
    bool own_coding;
    int rc = jp2_load_packets(d, j, t, &own_coding, e);
    if (rc) {
        err_wrap(e, "tile %d", (int)t);
        return named(j->file, rc, e);
    }
    *packets = own_coding ? NULL : d->buf;
    *len = d->len;
    return 0;
}

int jp2_decode_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct rect window,
                    struct view dst, struct err *e)
{
    struct want want = {.window = window, .dst = dst};
    return decode_tile(d, j, t, &want, e);
}

int jp2_decode_planes(struct jp2_decoder *d, const struct jp2 *j, struct jp2_window part,
                      const struct jp2_planes *to, struct err *e)
{
    struct want want = {.window = part.window, .reduce = part.reduce, .planes = to};
    return decode_tile(d, j, part.t, &want, e);
}
