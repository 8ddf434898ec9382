/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_GUARD_H
#define VSWCTL_GUARD_H

#include <stdbool.h>
#include <jansson.h>

#include "undo.h"

struct ctl;
struct nl_sock;
struct req;

/**
 * struct guard - who watches over a change
 * @lock: file that is locked as long as configurations are changed
 * @way: socket that tells the guard what has become of the change
 * @undo: what was done that is not a part of the configuration
 * @stays: the change was to be taken back, and not all of it was
 */
struct guard {
	int lock;
	int way;
	struct undo undo;
	bool stays;
};

void guard_note(const struct ctl *ctl, const struct nl_sock *sock,
		const struct req *back);
int guard_start(struct ctl *ctl, struct guard *guard, json_t **before);
int guard_end(struct ctl *ctl, struct guard *guard, json_t *before, int status);
int guard_settled(const struct ctl *ctl, int *lock);
int guard_confirm(struct ctl *ctl);

#endif /* VSWCTL_GUARD_H */
