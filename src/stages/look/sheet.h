/* The reduced subscenes of one product, side by side: one square of cell_px pixels for each column
 * and row of its lattice. A square shows its whole subscene. So neighbours repeat what they share,
 * and the position of subscenes on the product's grid is not needed. */
#ifndef SUBSCENE_STAGES_LOOK_SHEET_H
#define SUBSCENE_STAGES_LOOK_SHEET_H

#include "core/classes.h"
#include "io/folder/manifest.h"

/* A whole product of 10980 px with subscenes of 512 px is reduced by 16, to 704 px. */
enum { SHEET_SIDE = 704 };

struct sheet_grid {
    int32_t x0, y0, columns, rows; /* the smallest rectangle with all subscenes */
    int32_t size; /* side of a subscene, px */
    int32_t block; /* this many pixels in each direction become one */
    int32_t cell_px; /* side of a reduced subscene */
    int32_t width, height; /* of the sheet, px */
};

/* The grid of the manifest's subscenes, at least one. The block is the smallest with which the
 * sheet's longer side is at most SHEET_SIDE, apart from the rounding of cell_px. ERR_INPUT: the
 * sheet would be too large. */
int sheet_grid_of(const struct manifest *m, int32_t size, struct sheet_grid *out,
                  struct err *e) MUST_CHECK;

/* A class layer: its name, its flags, and the colour of each code. */
struct sheet_legend {
    struct class_layer layer;
    uint8_t colour[256][3];
};
struct sheet_legends {
    struct sheet_legend *s; /* owned */
    size_t n;
};

struct sheet_layer {
    struct sheet_legend legend;
    uint8_t none; /* the code of pixels without the layer */
    uint8_t *px;
};

struct sheet {
    struct sheet_grid grid;
    band_set bands;
    uint16_t *band[BAND_COUNT]; /* digital numbers; 0: no-data. NULL: not in `bands` */
    struct sheet_layer *layer; /* in the order of the file */
    size_t layers;
};

/* Allocates a sheet without data; sheet_clear frees it, also after an error. */
int sheet_init(const struct sheet_grid *grid, band_set bands, const struct sheet_legends *layers,
               struct sheet *out, struct err *e) MUST_CHECK;
void sheet_clear(struct sheet *s);

/* Buffers of one thread. Starts as {0}. */
struct sheet_work {
    uint16_t *dn;
    void *scratch;
    uint8_t *codes;
};
void sheet_work_clear(struct sheet_work *w);

/* Reads the bands and layers of a subscene's file into its square. A layer that the file lacks
 * stays empty. Two threads never add the same (x, y). Errors: ERR_INPUT (the file is damaged, lacks
 * a band, or has another size; its square stays empty), ERR_TEMPORARY. */
int sheet_add(struct sheet *s, struct sheet_work *w, const char *path, int32_t x, int32_t y,
              struct err *e) MUST_CHECK;

#endif
