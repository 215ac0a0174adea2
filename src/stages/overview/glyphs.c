#include "stages/overview/glyphs.h"

#include <stdint.h>

/* Row by row from the top, the left point in the highest of three bits. */
static const uint8_t DIGIT[10][GLYPH_HEIGHT] = {
    {7, 5, 5, 5, 7}, {2, 6, 2, 2, 7}, {7, 1, 7, 4, 7}, {7, 1, 3, 1, 7}, {5, 5, 7, 1, 1},
    {7, 4, 7, 1, 7}, {7, 4, 7, 5, 7}, {7, 1, 1, 2, 2}, {7, 5, 7, 5, 7}, {7, 5, 7, 1, 7},
};

bool glyph_point(char c, int x, int y)
{
    if (c == '_')
        return y == GLYPH_HEIGHT - 1;
    return c >= '0' && c <= '9' && (DIGIT[c - '0'][y] >> (GLYPH_WIDTH - 1 - x) & 1);
}
