#include "filters/codeblock.h"

#include <stdbool.h>
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define NEVER_INLINE  static __attribute__((noinline))

enum { BORDER = CODEBLOCK_WORDS + 2 }; /* words from a stripe's significance to the next one's */
enum { SIGN_SHIFT = 32 };

/* Contexts (Table D.7): zero coding is 0 … 8, sign coding 9 … 13. */
enum { REFINEMENT = 14, RUN_LENGTH = 17, UNIFORM = 18 };

/* A row of the word. */
static const uint64_t ROW = UINT64_C(0x1111111111111111);

/* ---- tables ---- */

/* Table D.1. */
static int zero_context(enum codeblock_band band, int h, int v, int d)
{
    if (band == CODEBLOCK_HH) {
        const int hv = h + v;
        if (d >= 3)
            return 8;
        if (d == 2)
            return hv >= 1 ? 7 : 6;
        if (d == 1)
            return hv >= 2 ? 5 : 3 + hv;
        return hv >= 2 ? 2 : hv;
    }
    const int along = band == CODEBLOCK_HL ? v : h, across = band == CODEBLOCK_HL ? h : v;
    if (along == 2)
        return 8;
    if (along == 1)
        return across >= 1 ? 7 : d >= 1 ? 6 : 5;
    if (across > 0)
        return 2 + across;
    return d >= 2 ? 2 : d;
}

/* Bit 3 · row + column of the index is a neighbour's significance; 4 is the coefficient itself. */
static void init_zero_coding(struct codeblock_work *w)
{
    for (int band = 0; band < CODEBLOCK_BANDS; band++)
        for (int i = 0; i < 512; i++) {
            const int h = (i >> 3 & 1) + (i >> 5 & 1), v = (i >> 1 & 1) + (i >> 7 & 1);
            const int d = (i & 1) + (i >> 2 & 1) + (i >> 6 & 1) + (i >> 8 & 1);
            w->zero_coding[band][i] = (uint8_t)zero_context((enum codeblock_band)band, h, v, d);
        }
}

/* Table D.2: −1, 0 or 1 of two neighbours together. */
static int contribution(int a, int b)
{
    const int sum = a + b;
    return sum > 1 ? 1 : sum < -1 ? -1 : sum;
}

/* Table D.3. */
static uint8_t sign_context(int h, int v)
{
    const bool flip = h < 0 || (h == 0 && v < 0);
    const int context = h == 0 ? 9 + (v != 0) : (flip ? -v : v) + 12;
    return (uint8_t)(context | flip << 7);
}

/* Bits 1, 3, 5, 7 of the index are the significance of N, W, E, S; 0, 2, 4, 6 are set where the
 * neighbour is negative. */
static void init_sign_coding(struct codeblock_work *w)
{
    for (int i = 0; i < 256; i++) {
        int x[4];
        for (int k = 0; k < 4; k++)
            x[k] = !(i >> (2 * k + 1) & 1) ? 0 : i >> 2 * k & 1 ? -1 : 1;
        w->sign_coding[i] = sign_context(contribution(x[1], x[2]), contribution(x[0], x[3]));
    }
}

/* ---- neighbours ---- */

ALWAYS_INLINE uint64_t *significance(struct codeblock_work *w, int stripe, int word)
{
    return &w->significant[(stripe + 1) * BORDER + word + 1];
}

/* Has it a significant coefficient above or below? */
ALWAYS_INLINE uint64_t vertical(const uint64_t *s)
{
    return ((*s << 1) & ~ROW) | ((*s >> 1) & ~(ROW << 3)) | ((s[-BORDER] >> 3) & ROW) |
           ((s[BORDER] & ROW) << 3);
}

/* Or anywhere around it? Blocks of one word have nothing beside it. */
ALWAYS_INLINE uint64_t neighbours(const uint64_t *s, int words)
{
    const uint64_t v = vertical(s), column = v | *s;
    uint64_t n = v | column << 4 | column >> 4;
    if (words > 1) {
        n |= (vertical(s - 1) | s[-1]) >> 60;
        n |= (vertical(s + 1) | s[1]) << 60;
    }
    return n;
}

/* Tells the columns around that the coefficient in `row` of column `f` became significant. */
ALWAYS_INLINE void mark(uint64_t *f, int stride, int row, uint64_t negative)
{
    const uint64_t v = 1 | negative << SIGN_SHIFT;
    const int at = 3 * (row + 1);
    f[-1] |= v << (at + 2);
    f[0] |= v << (at + 1);
    f[1] |= v << at;
    const uint64_t up = row == 0 ? v : 0, down = row == 3 ? v : 0;
    uint64_t *above = f - stride, *below = f + stride;
    above[-1] |= up << 17;
    above[0] |= up << 16;
    above[1] |= up << 15;
    below[-1] |= down << 2;
    below[0] |= down << 1;
    below[1] |= down;
}

/* ---- the passes ---- */

/* Sign coding (D.3.2): 1 is negative. */
ALWAYS_INLINE uint64_t decode_sign(struct codeblock_work *w, struct mq *m, uint64_t around)
{
    const unsigned index = (around & 0xAA) | (around >> (SIGN_SHIFT + 1) & 0x55);
    const unsigned coding = w->sign_coding[index];
    return mq_decode(m, &w->mq_table, &w->context[coding & 31]) ^ coding >> 7;
}

/* Zero coding (D.3.1): does the coefficient in the middle of `around` become significant? */
ALWAYS_INLINE uint32_t decode_zero(struct codeblock_work *w, struct mq *m, uint64_t around)
{
    return mq_decode(m, &w->mq_table, &w->context[w->zero_context[around & 0x1ff]]);
}

/* The run-length mode of a whole column (D.3.4): the row of its first significant coefficient; −1:
 * it has none. */
ALWAYS_INLINE int decode_run(struct codeblock_work *w, struct mq *m)
{
    uint64_t *uniform = &w->context[UNIFORM];
    if (!mq_decode(m, &w->mq_table, &w->context[RUN_LENGTH]))
        return -1;
    const int high = (int)mq_decode(m, &w->mq_table, uniform);
    return 2 * high + (int)mq_decode(m, &w->mq_table, uniform);
}

/* Of a coefficient in this row, those behind it in the scan that touch it. */
static const uint64_t TOUCHED[4] = {0x32, 0x3A, 0x3A, 0x18};

/* Significance propagation (D.3.1). */
ALWAYS_INLINE void propagate(struct codeblock_work *w, int plane, int words)
{
    struct mq m = w->mq;
    for (int s = 0; s < w->stripes; s++)
        for (int x = 0; x < words; x++) {
            const int i = s * words + x;
            uint64_t *sig = significance(w, s, x), *column = w->around;
            column += (s + 1) * w->column_stride + 1 + 16 * x;
            const uint64_t open = w->inside[i] & ~*sig;
            uint64_t todo = neighbours(sig, words) & open, visited = 0, found = 0, negative = 0;
            while (todo) {
                const int p = __builtin_ctzll(todo), row = p & 3;
                const uint64_t bit = todo & -todo;
                todo ^= bit;
                visited |= bit;
                uint64_t *f = column + (p >> 2);
                const uint64_t around = *f >> 3 * row;
                if (!decode_zero(w, &m, around))
                    continue;
                const uint64_t sign = decode_sign(w, &m, around);
                mark(f, w->column_stride, row, sign);
                found |= bit;
                negative |= sign << p;
                todo |= (TOUCHED[row] << p) & open;
            }
            *sig |= found;
            w->visited[i] = visited;
            w->magnitude[plane][i] = found;
            w->negative[i] |= negative;
        }
    w->mq = m;
}

/* Magnitude refinement (D.3.3, Table D.4). */
ALWAYS_INLINE void refine(struct codeblock_work *w, int plane, int words)
{
    struct mq m = w->mq;
    for (int s = 0; s < w->stripes; s++)
        for (int x = 0; x < words; x++) {
            const int i = s * words + x;
            uint64_t *sig = significance(w, s, x), todo = *sig & ~w->visited[i], bits = 0;
            const uint64_t again = w->refined[i];
            if (!todo)
                continue;
            w->refined[i] |= todo;
            const uint64_t touched = todo & ~again ? neighbours(sig, words) : 0;
            for (; todo; todo &= todo - 1) {
                const int p = __builtin_ctzll(todo);
                const uint64_t old = again >> p & 1, beside = touched >> p & 1 & ~old;
                uint64_t *context = &w->context[REFINEMENT + 2 * old + beside];
                bits |= (uint64_t)mq_decode(&m, &w->mq_table, context) << p;
            }
            w->magnitude[plane][i] |= bits;
        }
    w->mq = m;
}

/* Cleanup (D.3.4) with its run-length mode, which takes whole columns that nothing touches. */
ALWAYS_INLINE void clean_up(struct codeblock_work *w, int plane, int words)
{
    struct mq m = w->mq;
    for (int s = 0; s < w->stripes; s++) {
        const bool whole = s + 1 < w->stripes || w->last_rows == 4;
        for (int x = 0; x < words; x++) {
            const int i = s * words + x;
            uint64_t *sig = significance(w, s, x), *column = w->around;
            column += (s + 1) * w->column_stride + 1 + 16 * x;
            uint64_t todo = w->inside[i] & ~*sig & ~w->visited[i], found = 0, negative = 0;
            while (todo) {
                int p = __builtin_ctzll(todo), row = p & 3;
                uint64_t *f = column + (p >> 2), around = *f;
                if (whole && (around & 0x3ffff) == 0) {
                    row = decode_run(w, &m);
                    if (row < 0) {
                        todo &= ~(UINT64_C(15) << p);
                        continue;
                    }
                    todo &= ~((UINT64_C(2) << (p + row)) - (UINT64_C(1) << p));
                    p += row;
                    around >>= 3 * row;
                } else {
                    todo &= todo - 1;
                    around >>= 3 * row;
                    if (!decode_zero(w, &m, around))
                        continue;
                }
                const uint64_t sign = decode_sign(w, &m, around);
                mark(f, w->column_stride, row, sign);
                found |= UINT64_C(1) << p;
                negative |= sign << p;
            }
            *sig |= found;
            w->negative[i] |= negative;
            w->magnitude[plane][i] |= found;
        }
    }
    w->mq = m;
}

/* A block's width is known to each, so that loops over its words have constant ends. */
enum pass { PROPAGATE, REFINE, CLEAN_UP };

/* By the words of a stripe (1, 2, 4: index words / 2), then the pass. */
struct codeblock_passes {
    void (*of[3][3])(struct codeblock_work *w, int plane);
};

#define PASS_OF(pass, words, variant, attributes)                                                  \
    attributes NEVER_INLINE void pass##_##words##variant(struct codeblock_work *w, int plane)      \
    {                                                                                              \
        pass(w, plane, words);                                                                     \
    }
#define PASSES_OF(words, variant, attributes)                                                      \
    PASS_OF(propagate, words, variant, attributes)                                                 \
    PASS_OF(refine, words, variant, attributes)                                                    \
    PASS_OF(clean_up, words, variant, attributes)
#define PASSES(variant, attributes)                                                                \
    PASSES_OF(1, variant, attributes)                                                              \
    PASSES_OF(2, variant, attributes)                                                              \
    PASSES_OF(4, variant, attributes)                                                              \
    static const struct codeblock_passes PASSES##variant = {                                       \
        {{propagate_1##variant, refine_1##variant, clean_up_1##variant},                           \
         {propagate_2##variant, refine_2##variant, clean_up_2##variant},                           \
         {propagate_4##variant, refine_4##variant, clean_up_4##variant}}};

PASSES(, )

/* Counting leading zeros takes one cycle with LZCNT, up to four with BSR; shifts of BMI2 have free
 * operands. The numbers are the same. */
#if defined(__x86_64__)
PASSES(_bmi2, __attribute__((target("lzcnt,bmi,bmi2"))))
#endif

static const struct codeblock_passes *passes_of_cpu(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("bmi2"))
        return &PASSES_bmi2;
#endif
    return &PASSES;
}

void codeblock_work_init(struct codeblock_work *w)
{
    w->passes = passes_of_cpu();
    mq_table_init(&w->mq_table);
    init_zero_coding(w);
    init_sign_coding(w);
    for (int i = 0; i < 256; i++) {
        w->spread[i] = 0;
        for (int k = 0; k < 8; k++)
            w->spread[i] |= (uint64_t)(i >> k & 1) << 8 * k;
    }
}

/* ---- a block ---- */

static void begin_contexts(struct codeblock_work *w)
{
    for (int i = 0; i < CODEBLOCK_CONTEXTS; i++)
        w->context[i] = mq_context(&w->mq_table, 0);
    w->context[0] = mq_context(&w->mq_table, 4); /* Table D.7 */
    w->context[RUN_LENGTH] = mq_context(&w->mq_table, 3);
    w->context[UNIFORM] = mq_context(&w->mq_table, 46);
}

static void begin(struct codeblock_work *w, const struct codeblock *b)
{
    w->stripes = (b->height + 3) / 4;
    w->words = b->width <= 16 ? 1 : b->width <= 32 ? 2 : 4;
    w->column_stride = 16 * w->words + 2;
    w->last_rows = b->height - 4 * (w->stripes - 1);
    w->zero_context = w->zero_coding[b->band];
    const size_t n = (size_t)w->stripes * (size_t)w->words * sizeof(uint64_t);
    memset(w->significant, 0, sizeof(uint64_t) * BORDER * (size_t)(w->stripes + 2));
    memset(w->around, 0, sizeof(uint64_t) * (size_t)w->column_stride * (size_t)(w->stripes + 2));
    memset(w->refined, 0, n);
    memset(w->negative, 0, n);
    memset(w->visited, 0, n);
    memset(w->magnitude[b->planes - 1], 0, n); /* its only pass is a cleanup, which adds to it */
    for (int x = 0; x < w->words; x++) {
        const int columns = b->width - 16 * x;
        const uint64_t in = columns >= 16  ? ~UINT64_C(0)
                            : columns <= 0 ? 0
                                           : (UINT64_C(1) << 4 * columns) - 1;
        for (int s = 0; s < w->stripes; s++)
            w->inside[s * w->words + x] = in;
        w->inside[(w->stripes - 1) * w->words + x] = in & ROW * ((UINT64_C(1) << w->last_rows) - 1);
    }
    begin_contexts(w);
    w->mq = mq_begin(b->data, b->len);
}

/* The passes end in `plane`, which is not the last one or not complete. Every coefficient gets the
 * bit below its last decoded one; the planes below are 0. */
static void set_half(struct codeblock_work *w, int plane, enum pass last)
{
    for (int s = 0; s < w->stripes; s++)
        for (int x = 0; x < w->words; x++) {
            const int i = s * w->words + x;
            const uint64_t sig = *significance(w, s, x);
            const uint64_t decoded = last == PROPAGATE ? w->visited[i] : ~UINT64_C(0);
            if (plane > 0)
                w->magnitude[plane - 1][i] = sig & decoded;
            w->magnitude[plane][i] |= sig & ~decoded;
        }
    const size_t n = (size_t)w->stripes * (size_t)w->words * sizeof(uint64_t);
    for (int k = 0; k < plane - 1; k++)
        memset(w->magnitude[k], 0, n);
}

static void decode_passes(struct codeblock_work *w, const struct codeblock *b)
{
    int plane = b->planes - 1;
    enum pass pass = CLEAN_UP; /* the first plane has nothing else */
    for (int done = 0;;) {
        w->passes->of[w->words / 2][pass](w, plane);
        if (++done == b->passes)
            break;
        plane -= pass == CLEAN_UP;
        pass = pass == CLEAN_UP ? PROPAGATE : pass + 1;
    }
    if (plane > 0 || pass != CLEAN_UP)
        set_half(w, plane, pass);
}

/* Byte i of `out` is what the planes from `first` on, up to eight, say of coefficient `shift` + i.
 */
ALWAYS_INLINE uint64_t gather(const struct codeblock_work *w, int word, int shift, int first,
                              int planes)
{
    uint64_t out = 0;
    const int end = planes < first + 8 ? planes : first + 8;
    for (int k = first; k < end; k++)
        out |= w->spread[(uint8_t)(w->magnitude[k][word] >> shift)] << (k - first);
    return out;
}

/* Two columns of a stripe, from the planes. */
static void put_columns(const struct codeblock_work *w, int word, int pair, int planes,
                        const int size[2], int32_t *out, ptrdiff_t stride)
{
    const int shift = 8 * pair;
    const uint64_t low = gather(w, word, shift, 0, planes), mid = gather(w, word, shift, 8, planes),
                   high = gather(w, word, shift, 16, planes);
    const uint32_t negative = (uint32_t)(w->negative[word] >> shift);
    for (int x = 0; x < size[0]; x++)
        for (int y = 0; y < size[1]; y++) {
            const int i = 4 * x + y;
            const uint32_t v = (uint32_t)((low >> 8 * i & 255) | (mid >> 8 * i & 255) << 8 |
                                          (high >> 8 * i & 255) << 16);
            out[y * stride + x] = negative >> i & 1 ? -(int32_t)v : (int32_t)v;
        }
}

static void put_block(const struct codeblock_work *w, const struct codeblock *b, int32_t *out,
                      ptrdiff_t stride)
{
    for (int s = 0; s < w->stripes; s++) {
        const int rows = s + 1 < w->stripes ? 4 : w->last_rows;
        for (int x = 0; x < b->width; x += 2) {
            const int size[2] = {b->width - x < 2 ? 1 : 2, rows};
            put_columns(w, s * w->words + x / 16, x % 16 / 2, b->planes, size,
                        out + 4 * s * stride + x, stride);
        }
    }
}

void codeblock_decode(struct codeblock_work *w, const struct codeblock *b, int32_t *out,
                      ptrdiff_t stride)
{
    if (b->planes == 0 || b->passes == 0) {
        for (int y = 0; y < b->height; y++)
            memset(out + y * stride, 0, sizeof *out * (size_t)b->width);
        return;
    }
    begin(w, b);
    decode_passes(w, b);
    put_block(w, b, out, stride);
}
