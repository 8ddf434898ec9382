// SPDX-License-Identifier: GPL-2.0-only
/*
 * VLAN settings as words: none, an id, all, or trunk with a list.
 */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "nl.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"
#include "words.h"

/* What ESXi writes for all. */
#define VLAN_ALL 4095

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

static int out_of_range(struct args *args, const struct key *key,
			const char *text)
{
	return ctl_fail(args->ctl, STATUS_USAGE, "VLAN %s is out of range (%s)",
			text, key->word);
}

static int not_a_vlan(struct args *args, const struct key *key,
		      const char *text)
{
	static const struct words words = { { "none", "all", "trunk" }, 3 };
	const char *meant = words_meant(&words, text);

	if (meant)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a VLAN; did you mean \"%s\"? (%s)",
				text, meant, key->word);
	return ctl_fail(args->ctl, STATUS_USAGE,
			"\"%s\" is not a VLAN; it is none, 1 to 4094, all or trunk LIST (%s)",
			text, key->word);
}

/* An end of a range; @piece is the range, for the message. */
static int read_end(struct args *args, const struct key *key, const char *text,
		    const char *piece, __u32 *vid)
{
	unsigned long number;

	if (!is_number(text))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a VLAN or a range A-B (%s)",
				piece, key->word);
	number = strtoul(text, NULL, 10);
	if (number == VLAN_ALL)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"VLAN 4095 is out of range; did you mean \"vlan all\"? (%s)",
				key->word);
	if (number > VSWITCH_VLAN_MAX)
		return out_of_range(args, key, text);
	*vid = number;
	return STATUS_OK;
}

static int read_piece(struct args *args, const struct key *key,
		      const char *piece, struct opt_vlan *vlan)
{
	const char *dash = strchr(piece, '-');
	__u32 first, last;
	char *text;
	int status;

	if (dash && dash == piece)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"the range \"%s\" has no start (%s)", piece, key->word);
	if (dash && !dash[1])
		return ctl_fail(args->ctl, STATUS_USAGE,
				"the range \"%s\" has no end (%s)", piece, key->word);
	text = must(strndup(piece, strcspn(piece, "-")));
	status = read_end(args, key, text, piece, &first);
	free(text);
	last = first;
	if (!status && dash)
		status = read_end(args, key, dash + 1, piece, &last);
	if (status)
		return status;
	if (first > last)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"the range \"%s\" runs backwards (%s)",
				piece, key->word);
	if (vlan->ranges == ARRAY_SIZE(vlan->range))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"more than %d ranges (%s)", VSWITCH_RANGE_MAX,
				key->word);
	vlan->range[vlan->ranges].first = first;
	vlan->range[vlan->ranges++].last = last;
	return STATUS_OK;
}

static int empty_piece(struct args *args, const struct key *key,
		       const char *list, const char *at)
{
	int before = at - list;

	if (!*list)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"the list is empty (%s)", key->word);
	if (!before)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"nothing before the first comma of \"%s\" (%s)",
				list, key->word);
	return ctl_fail(args->ctl, STATUS_USAGE,
			"nothing after \"%.*s\" in \"%s\" (%s)", before, list,
			list, key->word);
}

static int read_list(struct args *args, const struct key *key,
		     const char *list, struct opt_vlan *vlan)
{
	const char *at = list;

	for (;;) {
		size_t len = strcspn(at, ",");
		char *piece;
		int status;

		if (!len)
			return empty_piece(args, key, list, at);
		piece = must(strndup(at, len));
		status = read_piece(args, key, piece, vlan);
		free(piece);
		if (status)
			return status;
		if (!at[len])
			return STATUS_OK;
		at += len + 1;
	}
}

/**
 * parse_vlan - a VLAN setting
 * @args: the command; the list of a trunk is taken from it
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_vlan for it
 *
 * Return: an exit status.
 */
int parse_vlan(struct args *args, const struct key *key, const char *value,
	       void *field)
{
	struct opt_vlan *vlan = field;
	unsigned long number;

	vlan->given = true;
	if (!strcmp(value, "trunk")) {
		if (!*args->argv)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"trunk\" needs a list such as 10,20-29 (%s)",
					key->word);
		return read_list(args, key, *args->argv++, vlan);
	}
	if (!strcmp(value, "none"))
		number = 0;
	else if (!strcmp(value, "all"))
		number = VLAN_ALL;
	else if (is_number(value))
		number = strtoul(value, NULL, 10);
	else
		return not_a_vlan(args, key, value);
	if (number > VLAN_ALL)
		return out_of_range(args, key, value);
	if (number < VLAN_ALL) {
		vlan->id = number;
	} else {
		vlan->range[0].last = VSWITCH_VLAN_MAX;
		vlan->ranges = 1;
	}
	return STATUS_OK;
}

/**
 * parse_vid - one VLAN
 * @args: the command
 * @key: the keyword
 * @value: its value; 0 and none are untagged
 * @field: a struct opt_u32 for it
 *
 * Return: an exit status.
 */
int parse_vid(struct args *args, const struct key *key, const char *value,
	      void *field)
{
	struct opt_u32 *vid = field;
	unsigned long number = 0;

	if (strcmp(value, "none")) {
		if (!is_number(value))
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"%s\" is not a VLAN; it is none or 1 to 4094 (%s)",
					value, key->word);
		number = strtoul(value, NULL, 10);
	}
	if (number > VSWITCH_VLAN_MAX)
		return out_of_range(args, key, value);
	vid->given = true;
	vid->value = number;
	return STATUS_OK;
}

/**
 * vlan_put - add a VLAN setting if there is one
 * @req: the request
 * @type: type of the attribute
 * @vlan: the setting
 */
void vlan_put(struct req *req, __u16 type, const struct opt_vlan *vlan)
{
	struct nlattr *nest;
	size_t i;

	if (!vlan->given)
		return;
	nest = req_nest(req, type);
	if (!vlan->ranges)
		req_u32(req, VSWITCH_A_VLAN_ID, vlan->id);
	for (i = 0; i < vlan->ranges; i++) {
		struct nlattr *range = req_nest(req, VSWITCH_A_VLAN_RANGE);

		req_u32(req, VSWITCH_A_RANGE_FIRST, vlan->range[i].first);
		req_u32(req, VSWITCH_A_RANGE_LAST, vlan->range[i].last);
		req_nest_end(req, range);
	}
	req_nest_end(req, nest);
}
