/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_GUARD_H
#define VSWCTL_GUARD_H

#include <jansson.h>

struct ctl;

/**
 * struct guard - who watches over a change
 * @lock: file that is locked as long as configurations are changed
 * @way: socket that tells the guard what has become of the change
 */
struct guard {
	int lock;
	int way;
};

int guard_start(struct ctl *ctl, struct guard *guard, json_t **before);
int guard_end(struct ctl *ctl, struct guard *guard, json_t *before, int status);
int guard_confirm(struct ctl *ctl);

#endif /* VSWCTL_GUARD_H */
