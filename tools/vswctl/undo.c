// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps that are all done or all put back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "nl.h"
#include "text.h"
#include "undo.h"
#include "vswctl.h"

/**
 * struct undo_step - a request that undoes one step
 * @sock: where it is sent
 * @nlh: the request
 */
struct undo_step {
	struct nl_sock *sock;
	struct nlmsghdr *nlh;
};

static void keep(struct undo *undo, struct nl_sock *sock, const struct req *back)
{
	struct undo_step *step;

	undo->step = must(reallocarray(undo->step, undo->count + 1,
				       sizeof(*step)));
	step = &undo->step[undo->count++];
	step->sock = sock;
	step->nlh = must(malloc(back->nlh.nlmsg_len));
	memcpy(step->nlh, &back->nlh, back->nlh.nlmsg_len);
}

/**
 * undo_note - keep a request for the case that a later step fails
 * @undo: the steps
 * @sock: where it would be sent
 * @back: the request
 */
void undo_note(struct undo *undo, struct nl_sock *sock, const struct req *back)
{
	guard_note(undo->ctl, sock, back);
	keep(undo, sock, back);
}

/**
 * undo_do - do a step that can be undone
 * @undo: the steps
 * @sock: where the requests are sent
 * @req: the request that does it
 * @back: the one that undoes it
 * @error: what the kernel says; a step that it refused need not be undone
 *
 * The guard knows of it before, as there may be no time after.
 */
void undo_do(struct undo *undo, struct nl_sock *sock, struct req *req,
	     const struct req *back, struct nl_error *error)
{
	guard_note(undo->ctl, sock, back);
	nl_request(sock, req, NULL, NULL, error);
	if (!error->code)
		keep(undo, sock, back);
}

static void take_back(struct undo *undo, const struct undo_step *step)
{
	struct nl_error error;
	struct req req;
	char *text;

	req.set = NULL;
	req.full = false;
	req.header = step->nlh->nlmsg_len;
	memcpy(&req.nlh, step->nlh, step->nlh->nlmsg_len);
	nl_request(step->sock, &req, NULL, NULL, &error);
	/* What is there already is as it should be. */
	if (!error.code || error.code == EEXIST)
		return;
	text = nl_error_text(&error);
	ctl_warn(undo->ctl, "not all could be put back: %s", text);
	free(text);
}

/**
 * undo_end - let go of the steps; put all of them back if one has failed
 * @undo: the steps
 * @status: the exit status that they have led to
 *
 * Return: @status.
 */
int undo_end(struct undo *undo, int status)
{
	while (undo->count) {
		const struct undo_step *step = &undo->step[--undo->count];

		if (status)
			take_back(undo, step);
		free(step->nlh);
	}
	free(undo->step);
	undo->step = NULL;
	return status;
}
