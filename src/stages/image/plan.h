/* What a run is going to do, worked out before it does anything: which subscenes, in which strips,
 * from which tiles of the images, in how much memory.
 *
 * A strip is a row of the lattice, or some columns of one, with something to make in it. Strips go
 * through the steps in order, row by row; how wide they are, how many may be between two steps at
 * once (`lead`), how many rows of image tiles are held, and how many threads work decides the
 * memory. */
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
    int leader; /* index of the first band whose image is the same: its tiles are decoded for all of
                   them; mostly the band itself */
    int resampler; /* its index: bands that are resampled alike share one; −1 with params.compat,
                      where cells are made one by one (stages/image/compat_cut.h) */
    int stored; /* place among the bands whose resampled pixels are stored, −1: pixels are picked
                   from the decoded rows when they are wanted */
    int32_t piece_w; /* columns of the target grid that one resampling task makes */
    int32_t slots; /* rows of tiles held at once: row r in slot r mod slots */
    struct rect *window; /* per tile: the pixels of it that any strip needs */
};

struct plan_strip {
    struct rect px; /* what it needs of the target grid; inside of the raster */
    size_t first, n; /* its cells; none where whole rows are made */
    int32_t after; /* the strip that still needs a row of tiles whose slot this one takes: that
                      strip must be done with; −1 for none */
};

struct plan_memory {
    size_t sources; /* decoded JP2 tile rows */
    size_t strips; /* resampled strips */
    size_t per_worker; /* decoder and filter buffers of one thread */
    size_t per_writer; /* file buffers of one thread, of as many as have a subscene to write */
    size_t cells; /* lists of subscenes, the manifest */
    size_t masks; /* rows of class rasters, and their readers */
    size_t unpacked; /* files of a .zip that are held in memory */
    size_t program; /* libraries, tables, metadata */
    size_t total;
    size_t least; /* total of the tightest plan for the same */
};

struct plan {
    const struct product *product;
    const struct params *params;
    struct geogrid target;
    struct lattice lattice;
    struct cell *cell; /* what is to be made, by row, then column */
    size_t n_cells;
    struct plan_strip *strip;
    int32_t n_strips;
    struct plan_band band[BAND_COUNT]; /* in table order */
    int n_bands, n_stored;
    struct resample_plan *resampler[BAND_COUNT];
    int n_resamplers;
    int threads;
    int io_threads; /* threads that work while others wait for the disk */
    int writers; /* threads that can have a subscene of theirs at once */
    int32_t lead_decode,
        lead_resample; /* strips between decode and resample, and between resample and write */
    int32_t strip_w, strip_h; /* the largest strip, px */
    struct plan_memory memory;
};

/* The grid and the lattice of a product: all that is needed to say which subscenes there are.
 * Errors: ERR_USAGE. */
int plan_lattice(const struct product *p, const struct params *params, struct geogrid *target,
                 struct lattice *lattice, struct err *e) MUST_CHECK;

/* What a job may use of the machine. */
struct plan_limits {
    int threads;
    size_t memory; /* bytes; 0: no limit; with one, the plan shrinks until it fits */
    const char *memory_from; /* who set the limit, and how much: begins the message that it "is too
                                little"; NULL: --memory */
};

/* What is to be planned. Everything is borrowed and outlives the plan, but for the cells, which are
 * copied. */
struct plan_request {
    const struct product *product;
    const struct params *params;
    const struct band_source *source; /* BAND_COUNT; those of params->bands count */
    const struct geogrid *as_it_is; /* not NULL: the sources are on this grid already and pass
                                       unchanged; else they are brought onto the target grid */
    const struct cell *cells; /* subscenes, inside of the lattice; */
    size_t n_cells;
    int32_t strip_rows; /* or, without cells, whole rows of the raster, so many a strip */
    size_t sink_bytes; /* what each thread needs behind the resampling */
    size_t cell_bytes; /* what each subscene needs for as long as the run lasts */
    size_t other_bytes; /* of masks */
    size_t unpacked_bytes; /* of files of a .zip that are held in memory */
    struct plan_limits limits;
};

/* Works everything out. ERR_USAGE says what the least memory is when it cannot fit. */
int plan_create(const struct plan_request *request, struct plan *out, struct err *e) MUST_CHECK;
void plan_clear(struct plan *p);

/* Threads of the crew, each with buffers of its own. */
static inline int plan_workers(const struct plan *p) { return p->threads + p->io_threads; }

static inline const struct resample_plan *plan_resampler(const struct plan *p, int band)
{
    return p->resampler[p->band[band].resampler];
}

#endif
