// SPDX-License-Identifier: GPL-2.0-only
/*
 * Colours: only on a terminal, unless one insists.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colour.h"
#include "vswctl.h"

static bool coloured;

/* Whether standard output is a terminal whose user wants colours. */
static bool wants_colour(void)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") &&
	       !(no && *no);
}

/**
 * colour_set - say when there are colours
 * @ctl: the run
 * @when: "auto", "always" or "never"
 *
 * Return: an exit status.
 */
int colour_set(const struct ctl *ctl, const char *when)
{
	if (!strcmp(when, "auto"))
		coloured = wants_colour();
	else if (!strcmp(when, "always"))
		coloured = true;
	else if (!strcmp(when, "never"))
		coloured = false;
	else
		return ctl_fail(ctl, STATUS_USAGE,
				"\"%s\" is not a value of --color; it takes auto, always or never",
				when);
	return STATUS_OK;
}

/**
 * colour_of_state - the colour of a word that says how something is
 * @state: the word
 *
 * Return: the colour.
 */
enum colour colour_of_state(const char *state)
{
	static const char *const good[] = { "up", "on" };
	static const char *const held[] = { "blocked", "standby", "unused" };
	static const char *const none[] = { "", "-", "active", "off" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (!strcmp(state, good[i]))
			return COLOUR_GOOD;
	for (i = 0; i < ARRAY_SIZE(held); i++)
		if (!strcmp(state, held[i]))
			return COLOUR_HELD;
	for (i = 0; i < ARRAY_SIZE(none); i++)
		if (!strcmp(state, none[i]))
			return COLOUR_NONE;
	return COLOUR_BAD;
}

/**
 * colour_on - what a terminal is told before coloured text
 * @colour: the colour
 *
 * Return: a constant, empty where there are no colours.
 */
const char *colour_on(enum colour colour)
{
	static const char *const on[] = {
		"", "\033[32m", "\033[31m", "\033[33m", "\033[1m", "\033[2m",
	};

	return coloured ? on[colour] : "";
}

/**
 * colour_off - what a terminal is told after coloured text
 * @colour: the colour
 *
 * Return: a constant, empty where there are no colours.
 */
const char *colour_off(enum colour colour)
{
	return coloured && colour != COLOUR_NONE ? "\033[0m" : "";
}
