// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl show
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/vswitch.h>

#include "args.h"
#include "draw.h"
#include "line.h"
#include "link.h"
#include "print.h"
#include "save.h"
#include "schema.h"
#include "text.h"
#include "vmk.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl show [--svg FILE]\n"
	"\n"
	"The whole host, drawn: portgroups and their ports on the left, uplinks on the\n"
	"right. A whole line leads to an active uplink, a broken one to a standby. A line\n"
	"below says so if it is not what \"vswctl save\" has kept.\n"
	"--svg writes the drawing as an SVG; - is standard output.\n";

/**
 * struct host - everything that is to be shown
 * @switches: the switches
 * @portgroups: the portgroups
 * @ports: the vnics and vmks
 * @uplinks: the uplinks
 */
struct host {
	json_t *switches;
	json_t *portgroups;
	json_t *ports;
	json_t *uplinks;
};

static int read_host(struct ctl *ctl, struct host *host)
{
	int status;

	status = vsw_list(ctl, VSWITCH_CMD_SWITCH_GET, &set_switch,
			  &host->switches);
	if (!status)
		status = vsw_list(ctl, VSWITCH_CMD_PORTGROUP_GET, &set_portgroup,
				  &host->portgroups);
	if (!status)
		status = vsw_list(ctl, VSWITCH_CMD_PORT_GET, &set_port,
				  &host->ports);
	if (!status)
		status = vsw_list(ctl, VSWITCH_CMD_UPLINK_GET, &set_uplink,
				  &host->uplinks);
	return status;
}

/* What is drawn beside a vmk: its IP addresses, and where it lives. */
static void add_notes(json_t *vmk)
{
	json_t *notes = must(json_deep_copy(json_object_get(vmk, "address")));
	const char *netns = get_text(vmk, "netns");

	if (*netns)
		json_array_append_new(notes, must(json_sprintf("in netns %s", netns)));
	json_object_set_new(vmk, "notes", notes);
}

/* Adds what is drawn but is not the kernel's answer. */
static void add_details(struct ctl *ctl, struct host *host)
{
	struct link_details details;
	json_t *object;
	size_t index;

	json_array_foreach(host->ports, index, object) {
		if (!get_is(object, "kind", "vmk"))
			continue;
		vmk_add_details(ctl, object);
		add_notes(object);
	}
	json_array_foreach(host->uplinks, index, object) {
		link_read_details(get_text(object, "dev"), &details);
		json_object_set_new(object, "speed",
				    must(json_integer(details.speed)));
	}
}

/* Gives every object those of a list that name it. */
static void hang(json_t *objects, const char *key, const json_t *list,
		 const char *parent)
{
	json_t *by_name = must(json_object());
	json_t *object, *item;
	size_t index;

	json_array_foreach(objects, index, object) {
		json_t *mine = must(json_array());

		json_object_set_new(object, key, mine);
		json_object_set(by_name, get_text(object, "name"), mine);
	}
	json_array_foreach(list, index, item)
		json_array_append(json_object_get(by_name, get_text(item, parent)),
				  item);
	json_decref(by_name);
}

static void add_uplink(json_t *sorted, const json_t *uplinks, const char *dev,
		       const char *role)
{
	json_t *uplink;
	size_t index;

	json_array_foreach(uplinks, index, uplink) {
		if (!get_is(uplink, "dev", dev))
			continue;
		json_array_append(sorted, uplink);
		return;
	}
	json_array_append_new(sorted,
			      must(json_pack("{s:s, s:s, s:s}", "dev", dev,
					     "role", role, "state", "absent")));
}

/* Puts the uplinks of a switch into the order in which they take their turn. */
static void sort_uplinks(json_t *sw)
{
	static const char *const roles[] = { "active", "standby" };
	const json_t *policy = json_object_get(sw, "policy");
	const json_t *uplinks = json_object_get(sw, "uplink");
	json_t *sorted = must(json_array());
	json_t *item;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(roles); i++) {
		const json_t *list = json_object_get(policy, roles[i]);

		json_array_foreach(json_object_get(list, "dev"), j, item)
			add_uplink(sorted, uplinks, json_string_value(item),
				   roles[i]);
	}
	json_array_foreach(uplinks, j, item)
		if (get_is(item, "role", "unused"))
			json_array_append(sorted, item);
	json_object_set_new(sw, "uplink", sorted);
}

/* Writes the drawing as an SVG. */
static int write_svg(const struct ctl *ctl, const json_t *switches)
{
	bool is_stdout = !strcmp(ctl->svg, "-");
	FILE *out = is_stdout ? stdout : fopen(ctl->svg, "we");
	bool failed;

	if (out)
		svg_host(out, switches);
	failed = !out || ferror(out);
	if (out && !is_stdout)
		failed |= fclose(out);
	if (!failed)
		return STATUS_OK;
	return ctl_fail(ctl, STATUS_SYSTEM, "%s: %s", ctl->svg,
			strerror(errno));
}

/* Prints every object on a line of its own. */
static void print_lines(struct ctl *ctl, const struct host *host)
{
	const struct {
		const char *word;
		const json_t *list;
	} all[] = {
		{ "switch", host->switches }, { "uplink", host->uplinks },
		{ "portgroup", host->portgroups }, { "port", host->ports },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		ctl->object = all[i].word;
		line_list(ctl, all[i].list);
	}
}

/* Draws, or writes a drawing. */
static int draw(struct ctl *ctl, struct host *host)
{
	json_t *sw;
	size_t index;

	add_details(ctl, host);
	json_array_foreach(host->switches, index, sw)
		sort_uplinks(sw);
	if (ctl->svg)
		return write_svg(ctl, host->switches);
	draw_host(host->switches);
	if (save_differs(ctl))
		puts("What runs is not what is saved (vswctl save, vswctl restore).");
	return STATUS_OK;
}

static int host_show(struct ctl *ctl, struct args *args)
{
	struct host host = { NULL };
	int status;

	status = args_end(args);
	if (!status)
		status = read_host(ctl, &host);
	if (!status && ctl->oneline && !ctl->json && !ctl->svg) {
		print_lines(ctl, &host);
		goto out;
	}
	if (!status) {
		hang(host.portgroups, "port", host.ports, "portgroup");
		hang(host.switches, "portgroup", host.portgroups, "switch");
		hang(host.switches, "uplink", host.uplinks, "switch");
	}
	if (!status && ctl->json && !ctl->svg)
		print_json(ctl, host.switches);
	else if (!status)
		status = draw(ctl, &host);
out:
	json_decref(host.switches);
	json_decref(host.portgroups);
	json_decref(host.ports);
	json_decref(host.uplinks);
	return status;
}

static const struct command commands[] = {
	{ NULL, host_show },
};

const struct object object_show = { "show", help, commands };
