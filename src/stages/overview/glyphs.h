/* The digits and the underscore as 3 × 5 points, for numbers on a picture. */
#ifndef SUBSCENE_STAGES_OVERVIEW_GLYPHS_H
#define SUBSCENE_STAGES_OVERVIEW_GLYPHS_H

#include <stdbool.h>

enum { GLYPH_WIDTH = 3, GLYPH_HEIGHT = 5 };

/* Is there a point in column x, row y of the character? Others than '0' … '9' and '_' are blank. */
bool glyph_point(char c, int x, int y);

#endif
