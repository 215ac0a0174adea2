#include "io/image/j2k_style.h"

#include "io/image/jp2_index.h"

/* SIZ (A.5.1). `m` is behind the marker, at its length, of `len` bytes; so are all others. */
static const char *read_siz(const unsigned char *m, size_t len, struct j2k_style *s)
{
    s->components = (int)jp2_u16(m + 36);
    if (s->components > JP2_COMPONENTS_MAX || len < 38 + 3 * (size_t)s->components)
        return "more than three components";
    for (int c = 0; c < s->components; c++) {
        const unsigned char *q = m + 38 + 3 * c;
        if (q[0] != m[38] || q[0] & 0x80)
            return "components of several depths, or signed ones";
        if (q[1] != 1 || q[2] != 1)
            return "sub-sampled components";
    }
    s->precision = m[38] + 1;
    return s->precision > 16 ? "more than 16 bits" : NULL;
}

static const char *read_blocks(const unsigned char *m, struct j2k_style *s)
{
    s->block_w_log2 = (m[8] & 15) + 2;
    s->block_h_log2 = (m[9] & 15) + 2;
    if (s->block_w_log2 > 6 || s->block_h_log2 > 6)
        return "code-blocks of more than 64 x 64";
    if (m[10] != 0)
        return "a code-block style other than 0";
    return m[11] != 1 ? "the irreversible transform" : NULL;
}

/* COD (A.6.1). */
static const char *read_cod(const unsigned char *m, size_t len, struct j2k_style *s)
{
    const bool has_precincts = m[2] & 1;
    s->sop = m[2] & 2;
    s->eph = m[2] & 4;
    s->layers = (int)jp2_u16(m + 4);
    s->levels = m[7];
    s->colour_transform = m[6];
    if (m[2] & ~7 || m[3] >= J2K_ORDERS)
        return "a coding style that T.800 does not have";
    s->order = (enum j2k_order)m[3];
    if (m[6] > 1 || (m[6] == 1 && s->components != 3))
        return "another transform of components";
    if (s->levels > J2K_LEVELS_MAX)
        return "more than 10 decomposition levels";
    if (has_precincts && len < 12 + (size_t)s->levels + 1)
        return "precincts that are cut off";
    for (int r = 0; r <= s->levels; r++)
        s->precinct_log2[r] = has_precincts ? m[12 + r] : 0xFF;
    for (int r = 1; r <= s->levels; r++)
        if (!(s->precinct_log2[r] & 15) || !(s->precinct_log2[r] >> 4))
            return "precincts of one row or column";
    return read_blocks(m, s);
}

/* QCD (A.6.4) of the style without quantization: guard bits, and an exponent for each sub-band. */
static const char *read_qcd(const unsigned char *m, size_t len, struct j2k_style *s)
{
    const int guard = m[2] >> 5, bands = (int)len - 3;
    if (m[2] & 31)
        return "quantized coefficients";
    for (int b = 0; b < J2K_BANDS_MAX; b++)
        s->planes[b] = b < bands ? guard + (m[3 + b] >> 3) - 1 : -1;
    return NULL;
}

static const char *read_marker(uint32_t marker, const unsigned char *m, size_t len,
                               struct j2k_style *s)
{
    switch (marker) {
    case JP2_SIZ:
        return len < 41 ? "a SIZ marker that is cut off" : read_siz(m, len, s);
    case JP2_COD:
        return len < 12 ? "a COD marker that is cut off" : read_cod(m, len, s);
    case JP2_QCD:
        return len < 4 ? "a QCD marker that is cut off" : read_qcd(m, len, s);
    case JP2_COC:
    case JP2_QCC:
        return "coding of its own for a component";
    case JP2_RGN:
        return "a region of interest";
    case JP2_POC:
        return "changes of the progression order";
    case JP2_PPM:
        return "packed packet headers";
    case JP2_TLM:
    case JP2_PLM:
    case JP2_CRG:
    case JP2_COM:
        return NULL;
    default:
        return "a marker that is not known";
    }
}

struct j2k_style j2k_style_read(const unsigned char *header, size_t len)
{
    struct j2k_style s = {.planes = {-1}};
    for (size_t at = 2; at + 4 <= len;) {
        const size_t size = jp2_u16(header + at + 2);
        if (size < 2 || size > len - at - 2)
            return (struct j2k_style){.outside = "a main header that is cut off"};
        const char *why = read_marker(jp2_u16(header + at), header + at + 2, size, &s);
        if (why)
            return (struct j2k_style){.outside = why};
        at += 2 + size;
    }
    if (s.components == 0 || s.layers == 0)
        return (struct j2k_style){.outside = "no SIZ or COD marker"};
    for (int b = 0; b <= 3 * s.levels; b++)
        if (s.planes[b] < 0)
            return (struct j2k_style){.outside = "a sub-band without an exponent"};
    return s;
}
