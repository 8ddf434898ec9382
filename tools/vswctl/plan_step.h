/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_PLAN_STEP_H
#define VSWCTL_PLAN_STEP_H

#include <stdbool.h>
#include <jansson.h>

#include "field.h"

/**
 * struct plan - a plan that is being made
 * @steps: the steps so far
 * @held: kinds and names of those that get beacons at the end
 * @have: what there is after them, by kind and name
 * @want: what is wanted, in the same way
 */
struct plan {
	json_t *steps;
	json_t *held;
	json_t *have[KINDS];
	json_t *want[KINDS];
};

json_t *step_start(struct plan *plan, enum kind kind, const char *verb,
		   const char *name);
void step_end(struct plan *plan, const json_t *step);
void step_words(json_t *step, const char *word, const char *value);
void step_policy(json_t *step, const json_t *have, const json_t *want,
		 bool inherits);

#endif /* VSWCTL_PLAN_STEP_H */
