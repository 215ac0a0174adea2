#include "io/text/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const unsigned char *data, size_t len, struct text *out)
{
    for (size_t i = 0; i < len; i += 3) {
        const size_t n = len - i < 3 ? len - i : 3;
        uint32_t v = (uint32_t)data[i] << 16;
        char four[4] = {'=', '=', '=', '='};
        v |= n > 1 ? (uint32_t)data[i + 1] << 8 : 0;
        v |= n > 2 ? data[i + 2] : 0;
        for (size_t k = 0; k <= n; k++)
            four[k] = digits[v >> (18 - 6 * k) & 63];
        text_add(out, four, sizeof four);
    }
}

bool base64_decode(const char *s, size_t len, unsigned char *out, size_t *out_len)
{
    uint32_t bits = 0;
    int n = 0; /* bits that wait */
    *out_len = 0;
    for (int pad = 0; pad < 2 && len > 0 && (len + (size_t)pad) % 4 == 0 && s[len - 1] == '=';
         pad++)
        len--;
    for (size_t i = 0; i < len; i++) {
        const char *digit = memchr(digits, s[i], sizeof digits - 1);
        if (!digit)
            return false;
        bits = bits << 6 | (uint32_t)(digit - digits);
        n += 6;
        if (n < 8)
            continue;
        n -= 8;
        out[(*out_len)++] = (unsigned char)(bits >> n);
        bits &= (1U << n) - 1;
    }
    return n != 6 && bits == 0;
}
