/* A plan's memory: how much it takes, and the roomiest plan that a limit allows. */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_MEMORY_H
#define SUBSCENE_STAGES_IMAGE_PLAN_MEMORY_H

#include "stages/image/plan.h"

/* Fills p->memory and the slots of all bands (plan_tiles_slots) from the plan's strips, leads and
 * threads. The caller has set memory.per_writer, cells, masks and unpacked, in bytes. */
void plan_memory_sum(struct plan *p, bool roomy);

/* Sets strips, leads, threads for I/O, slots and memory: of a few plans from the roomiest to the
 * tightest, the first that takes at most limits->memory. memory.least is the tightest one's.
 * ERR_USAGE: not even that one fits; the message says how much it takes. */
int plan_memory_fit(struct plan *p, const struct plan_limits *limits, struct err *e) MUST_CHECK;

#endif
