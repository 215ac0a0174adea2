/* A source, a resampling plan and a work for it, and ways to fill the source: what the tests of
 * filters/resample.h share. */
#ifndef SUBSCENE_TESTS_SUPPORT_RESAMPLE_RIG_H
#define SUBSCENE_TESTS_SUPPORT_RESAMPLE_RIG_H

#include "filters/resample.h"

/* The contract between the engines, in DN before the rounding, for DN up to 32767: twice what
 * bright clouds give. The noise of single precision grows with the range of the samples: white
 * noise over all of 1 … 65534 has a difference of 0.0032 rms, and over some millions of pixels its
 * largest was 0.0239, with 32 lobes. */
static const double ENGINES_AGREE = 0.02;
static const double ENGINES_AGREE_FULL_RANGE = 0.03;

struct rig {
    struct resample_spec spec;
    struct resample_plan *plan;
    struct resample_work *work;
    uint16_t *px; /* the source, to be filled */
    int32_t tw, th; /* of the target */
};

/* The factors up and down that products need. */
enum { RIG_FACTORS = 6 };
extern const int32_t rig_factors[RIG_FACTORS][2];

/* The default kernel and special values, no offset. */
struct resample_spec rig_spec_of(int32_t w, int32_t h, int32_t up, int32_t down,
                                 enum resample_engine engine);

void rig_open(struct rig *s, struct resample_spec spec);
void rig_close(struct rig *s);
struct ring rig_ring(const struct rig *s);

/* The whole target, as digital numbers and before the rounding. Freed with free(). */
uint16_t *rig_run(const struct rig *s);
double *rig_run_float(const struct rig *s);

/* 24 bits; the same row of numbers in every run. */
uint32_t rig_random(void);

void rig_fill_constant(struct rig *s, uint16_t dn);
void rig_fill_noise(struct rig *s);

/* Puts no data and saturated pixels into the source. */
enum rig_pattern { RIG_HOLES, RIG_WEDGE, RIG_ONE_VALID, RIG_ALL_INVALID, RIG_SWATH, RIG_PATTERNS };
void rig_hide(struct rig *s, enum rig_pattern p);

/* The source pixel under the centre of a target pixel, and whether it is a measurement. */
uint16_t rig_under_centre(const struct rig *s, int32_t x, int32_t y);
bool rig_is_valid(const struct rig *s, int32_t x, int32_t y);

#endif
