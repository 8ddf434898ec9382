/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_COLOUR_H
#define VSWCTL_COLOUR_H

struct ctl;

/**
 * enum colour - what a colour is to say
 * @COLOUR_NONE: nothing
 * @COLOUR_GOOD: it works
 * @COLOUR_BAD: it does not
 * @COLOUR_HELD: somebody wants it so
 * @COLOUR_HEAD: a title
 * @COLOUR_FAINT: of less importance
 */
enum colour {
	COLOUR_NONE,
	COLOUR_GOOD,
	COLOUR_BAD,
	COLOUR_HELD,
	COLOUR_HEAD,
	COLOUR_FAINT,
};

int colour_set(const struct ctl *ctl, const char *when);
enum colour colour_of_state(const char *state);
const char *colour_on(enum colour colour);
const char *colour_off(enum colour colour);

#endif /* VSWCTL_COLOUR_H */
