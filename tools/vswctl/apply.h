/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_APPLY_H
#define VSWCTL_APPLY_H

#include <jansson.h>

struct ctl;

int apply_plan(struct ctl *ctl, const json_t *want, json_t **steps);
int apply_steps(struct ctl *ctl, const json_t *steps, const json_t *before);
int apply_back(struct ctl *ctl, const json_t *before);
void apply_print(const json_t *steps);

#endif /* VSWCTL_APPLY_H */
