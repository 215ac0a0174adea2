/* Plans a run before the work begins: its subscenes, strips, image tiles and memory.
 *
 * A strip is a row of the lattice, or some columns of one row, with at least one subscene to make.
 * Strips pass through the pipeline's steps in order, row by row. The memory depends on:
 *   - the width of the strips
 *   - `lead`, the number of strips between two steps
 *   - the number of tile rows that are held
 *   - the number of threads */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_H
#define SUBSCENE_STAGES_IMAGE_PLAN_H

#include "core/lattice.h"
#include "core/params.h"
#include "filters/resample.h"
#include "stages/image/band_reader.h"
#include "stages/image/cells.h"

struct plan_band {
    int band_id;
    struct band_source source;
    /* Index of the first band with the same image, mostly this band itself. Decoding a tile of the
     * leader fills all bands that share the image. */
    int leader;
    /* Index of its resampler; bands with the same resampling share one. −1 with params.compat,
     * which resizes each cell on its own (stages/image/compat_cut.h). */
    int resampler;
    /* Index among the bands whose resampled pixels are stored. −1: pixels are picked from the
     * decoded rows on demand. */
    int stored;
    int32_t piece_w; /* columns of the target grid in one resampling task */
    int32_t slots; /* tile rows held at once: row r is in slot r mod slots */
    struct rect *window; /* for each tile: its pixels that any strip needs */
};

struct plan_strip {
    struct rect px; /* its part of the target grid; inside of the raster */
    size_t first, n; /* its cells; n is 0 in a plan for whole rows */
    /* This strip overwrites tile rows that strip `after` needs. So it is decoded only when strip
     * `after` has left the pipeline. −1: no such strip. */
    int32_t after;
};

/* In bytes. */
struct plan_memory {
    size_t sources; /* decoded tile rows */
    size_t strips; /* resampled strips */
    size_t per_worker; /* decoder and filter buffers of one thread */
    size_t per_writer; /* file buffers of one thread that writes subscenes */
    size_t cells; /* lists of subscenes, the manifest */
    size_t masks; /* rows of class rasters, and their readers */
    size_t unpacked; /* files of a .zip that are held in memory */
    size_t program; /* libraries, tables, metadata */
    size_t total;
    size_t least; /* the total of the tightest plan for the same request */
};

struct plan {
    const struct product *product;
    const struct params *params;
    struct geogrid target;
    struct lattice lattice;
    struct cell *cell; /* the subscenes to make, by row, then column */
    size_t n_cells;
    struct plan_strip *strip;
    int32_t n_strips;
    struct plan_band band[BAND_COUNT]; /* in table order */
    int n_bands, n_stored;
    struct resample_plan *resampler[BAND_COUNT];
    int n_resamplers;
    int threads;
    int io_threads; /* spare threads that work while others wait for the disk */
    int writers; /* threads that can each hold a subscene at the same time */
    int32_t lead_decode; /* strips between decode and resample */
    int32_t lead_resample; /* strips between resample and write */
    int32_t strip_w, strip_h; /* the largest width and height of a strip, px */
    struct plan_memory memory;
};

/* The target grid and the lattice of a product; together they say which subscenes exist. Errors:
 * ERR_USAGE. */
int plan_lattice(const struct product *p, const struct params *params, struct geogrid *target,
                 struct lattice *lattice, struct err *e) MUST_CHECK;

/* The resources that a job may use. */
struct plan_limits {
    int threads;
    size_t memory; /* bytes; plans shrink until they fit; 0: no limit */
    /* Names the limit and its source, as the subject of the message "… is too little". NULL:
     * --memory. */
    const char *memory_from;
};

/* The input of a plan. Everything is borrowed and outlives the plan, except the cells, which are
 * copied. */
struct plan_request {
    const struct product *product;
    const struct params *params;
    const struct band_source
        *source; /* BAND_COUNT elements; only those of params->bands are used */
    /* The grid of sources that need no resampling. NULL: resample to the target grid. */
    const struct geogrid *as_it_is;
    const struct cell *cells; /* the subscenes to make, inside of the lattice */
    size_t n_cells;
    int32_t strip_rows; /* not 0: no cells, but strips of that many whole rows of the raster */
    size_t sink_bytes; /* what each thread needs after resampling */
    size_t cell_bytes; /* what each subscene needs during the whole run */
    size_t other_bytes; /* of masks */
    size_t unpacked_bytes; /* of files of a .zip that are held in memory */
    struct plan_limits limits;
};

/* Makes the plan. plan_clear frees it. ERR_USAGE: it does not fit the memory limit; the message has
 * the least memory that is needed. Other errors: ERR_TEMPORARY. */
int plan_create(const struct plan_request *request, struct plan *out, struct err *e) MUST_CHECK;
void plan_clear(struct plan *p);

/* The number of threads, spare ones included. Each has its own buffers. */
static inline int plan_workers(const struct plan *p) { return p->threads + p->io_threads; }

static inline const struct resample_plan *plan_resampler(const struct plan *p, int band)
{
    return p->resampler[p->band[band].resampler];
}

#endif
