/* Computes the memory of a plan, and finds the fastest plan within a memory limit. */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_MEMORY_H
#define SUBSCENE_STAGES_IMAGE_PLAN_MEMORY_H

#include "stages/image/plan.h"

/* Fills p->memory and the slots of all bands (plan_tiles_slots) from the plan's strips, leads and
 * threads. The caller has set memory.per_writer, cells, masks and unpacked, in bytes. */
void plan_memory_sum(struct plan *p, bool roomy);

/* Sets strips, leads, threads for I/O, slots and memory. It tries a few plans, from the one with
 * the most memory to the one with the least, and keeps the first that needs at most limits->memory.
 * memory.least is what the last one needs. ERR_USAGE: none fits; the message has the least memory
 * that is needed. */
int plan_memory_fit(struct plan *p, const struct plan_limits *limits, struct err *e) MUST_CHECK;

#endif
