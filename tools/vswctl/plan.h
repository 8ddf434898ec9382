/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_PLAN_H
#define VSWCTL_PLAN_H

#include <jansson.h>

json_t *plan_make(const json_t *have, const json_t *want);
char *plan_line(const json_t *step);

#endif /* VSWCTL_PLAN_H */
