// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl why
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vswitch.h>

#include "args.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"
#include "why.h"

static const char help[] =
	"vswctl why port DEV [source MAC] destination MAC [vlan N]\n"
	"\n"
	"What would become of a frame from a port or an uplink now, and by which rule.\n"
	"Nothing is sent. vlan is the tag of the frame; without it, it is untagged.\n"
	"The source can be left out if the port has an address.\n";

/**
 * struct why_args - the frame that a command asks about
 * @source: its source address
 * @destination: its destination address
 * @tag: the VLAN id of its tag
 */
struct why_args {
	struct opt_mac source;
	struct opt_mac destination;
	struct opt_u32 tag;
};

/* Any tag that a frame can have, also one that is not a VLAN. */
static int parse_tag(struct args *args, const struct key *key,
		     const char *value, void *field)
{
	static const struct range range = { "VLAN", 0, VSWITCH_VLAN_MAX + 1 };

	if (!strcmp(value, "none"))
		return STATUS_OK;
	return args_number(args, key, value, &range, field);
}

static const struct key keys[] = {
	{ "source", parse_any_mac, offsetof(struct why_args, source) },
	{ "destination", parse_any_mac, offsetof(struct why_args, destination) },
	{ "vlan", parse_tag, offsetof(struct why_args, tag) },
};

/* The reasons in words that follow "it is dropped, because". */
static const char *const reasons[] = {
	[VSWITCH_DROP_REASON_SWITCH_DOWN] = "the switch is down",
	[VSWITCH_DROP_REASON_BLOCKED] = "the port is blocked",
	[VSWITCH_DROP_REASON_RUNT] = "the frame is too short",
	[VSWITCH_DROP_REASON_BAD_SOURCE] =
		"the source is zero or a group address",
	[VSWITCH_DROP_REASON_LINK_LOCAL] =
		"no guest may send to link-local group addresses",
	[VSWITCH_DROP_REASON_VLAN_INVALID] = "there is no such VLAN",
	[VSWITCH_DROP_REASON_VLAN_TAG] =
		"the portgroup sets the VLAN, and the frame has a tag",
	[VSWITCH_DROP_REASON_VLAN_DENIED] =
		"the VLAN is not in the list of the port",
	[VSWITCH_DROP_REASON_ADDRESS_CONFLICT] =
		"the source belongs to another port",
	[VSWITCH_DROP_REASON_FORGED] =
		"the source is not an address of the port, and that is rejected",
	[VSWITCH_DROP_REASON_MAC_LIMIT] =
		"the port has learned as many addresses as it may",
	[VSWITCH_DROP_REASON_SHAPER] = "the queue of the shaper is full",
	[VSWITCH_DROP_REASON_HAIRPIN] = "the destination is the sender itself",
	[VSWITCH_DROP_REASON_NO_UPLINK] =
		"the destination is outside, and there is no usable uplink",
	[VSWITCH_DROP_REASON_NO_MEMBER] = "nobody else is in this VLAN",
	[VSWITCH_DROP_REASON_UNKNOWN_UNICAST] =
		"no port owns the destination",
	[VSWITCH_DROP_REASON_REVERSE_PATH] =
		"this is not the uplink that the receivers use",
	[VSWITCH_DROP_REASON_REFLECTION] =
		"the source is an address of a port of this switch",
	[VSWITCH_DROP_REASON_MAC_CHANGES] =
		"its guest has changed its address, and that is rejected",
	[VSWITCH_DROP_REASON_MTU] = "the frame is longer than its MTU",
	[VSWITCH_DROP_REASON_DEVICE] = "the device does not take it",
	[VSWITCH_DROP_REASON_NO_MEMORY] = "there is no memory",
};

/* A reason in words, and what it is called. */
static char *reason_text(const json_t *object)
{
	char *name = cell_value(object, "reason"), *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (strcmp(names_drop_reason.name[i], name))
			continue;
		text = text_format("%s (%s)", reasons[i], name);
		free(name);
		return text;
	}
	return name;
}

/* One line of the answer, which is freed. */
static void say(char *line)
{
	char *safe = text_escape(line);

	puts(safe);
	free(safe);
	free(line);
}

/* The frame: where it comes from, its addresses, and its VLAN. */
static void say_frame(const json_t *why)
{
	const char *portgroup = get_text(why, "portgroup");
	json_int_t vlan = get_number(why, "vlan");
	char *place, *where;

	if (*portgroup)
		place = text_format("port %s of \"%s\" on %s", get_text(why, "dev"),
				    portgroup, get_text(why, "switch"));
	else
		place = text_format("uplink %s of %s", get_text(why, "dev"),
				    get_text(why, "switch"));
	if (!json_object_get(why, "vlan"))
		where = must(strdup(""));
	else if (vlan)
		where = text_format(", VLAN %" JSON_INTEGER_FORMAT, vlan);
	else
		where = must(strdup(", no VLAN"));
	say(text_format("%s: %s to %s%s", place, get_text(why, "source"),
			get_text(why, "destination"), where));
	free(place);
	free(where);
}

/* One that is chosen, and whether it would take the frame. */
static char *receiver_text(const json_t *receiver)
{
	const char *dev = get_text(receiver, "dev");
	char *reason, *text;

	if (json_object_get(receiver, "reason")) {
		reason = reason_text(receiver);
		text = text_format("%s, which refuses it: %s", dev, reason);
		free(reason);
	} else if (json_object_get(receiver, "tag")) {
		text = text_format("%s, with VLAN tag %" JSON_INTEGER_FORMAT, dev,
				   get_number(receiver, "tag"));
	} else {
		text = text_format("%s, untagged", dev);
	}
	return text;
}

static void say_receivers(const json_t *why, const char *rule)
{
	const json_t *receivers = json_object_get(why, "receiver"), *receiver;
	size_t count = json_array_size(receivers), index;
	json_int_t more = get_number(why, "receivers") - (json_int_t)count;
	char *text;

	if (count != 1)
		say(text_format("goes by rule %s to%s", rule,
				count ? ":" : " nobody"));
	json_array_foreach(receivers, index, receiver) {
		text = receiver_text(receiver);
		if (count == 1)
			say(text_format("goes by rule %s to %s", rule, text));
		else
			say(text_format("  %s", text));
		free(text);
	}
	if (more > 0)
		say(text_format("  and %" JSON_INTEGER_FORMAT " more", more));
}

static void say_verdict(const json_t *why)
{
	const char *rule = get_text(why, "rule");
	char *reason;

	if (get_is(why, "action", "drop")) {
		reason = reason_text(why);
		say(text_format("is dropped by rule %s: %s", rule, reason));
		free(reason);
	} else if (get_is(why, "action", "host")) {
		say(text_format("goes by rule %s to the host's own stack on %s",
				rule, get_text(why, "dev")));
	} else {
		say_receivers(why, rule);
	}
}

/**
 * print_why - say what would become of a frame
 * @why: the kernel's answer
 */
void print_why(const json_t *why)
{
	say_frame(why);
	say_verdict(why);
}

static int ask(struct ctl *ctl, const struct why_args *why, json_t *list)
{
	struct nl_error error;
	struct req req;
	int status;

	status = vsw_start(ctl, &req, VSWITCH_CMD_WHY_GET, &set_why);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_WHY_DEV, ctl->name);
	req_opt_mac(&req, VSWITCH_A_WHY_SOURCE, &why->source);
	req_opt_mac(&req, VSWITCH_A_WHY_DESTINATION, &why->destination);
	req_opt_u32(&req, VSWITCH_A_WHY_TAG, &why->tag);
	vsw_try(ctl, &req, list, &error);
	if (error.code && !strcmp(error.absent, "source"))
		return ctl_fail(ctl, STATUS_USAGE,
				"\"source\" is missing, and %s has no address to stand for it",
				ctl->name);
	return nl_report(ctl, &error);
}

static int why_port(struct ctl *ctl, struct args *args)
{
	struct why_args why = { .tag.given = false };
	const struct key_set mine = { keys, ARRAY_SIZE(keys), &why };
	json_t *list = must(json_array());
	int status;

	status = args_name(args, "port", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (!status && !why.destination.given)
		status = args_missing(args, "destination");
	if (!status)
		status = ask(ctl, &why, list);
	if (!status && ctl->json)
		print_json(ctl, list);
	else if (!status)
		print_why(json_array_get(list, 0));
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "port", why_port, { keys, ARRAY_SIZE(keys) } },
	{ NULL },
};

const struct object object_why = { "why", help, commands };
