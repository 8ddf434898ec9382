/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_UNDO_H
#define VSWCTL_UNDO_H

#include <stddef.h>

struct ctl;
struct nl_error;
struct nl_sock;
struct req;

/**
 * struct undo - how to put back what was done so far
 * @ctl: the run
 * @count: how many steps there are
 * @step: the requests that take them back, in the order of what they undo
 */
struct undo {
	struct ctl *ctl;
	size_t count;
	struct undo_step *step;
};

void undo_note(struct undo *undo, struct nl_sock *sock, const struct req *back);
void undo_do(struct undo *undo, struct nl_sock *sock, struct req *req,
	     const struct req *back, struct nl_error *error);
int undo_end(struct undo *undo, int status);

#endif /* VSWCTL_UNDO_H */
