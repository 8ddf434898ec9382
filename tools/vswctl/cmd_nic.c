// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl nic
 */
#include <stdlib.h>
#include <string.h>
#include <linux/if_arp.h>
#include <linux/vswitch.h>

#include "addr.h"
#include "args.h"
#include "line.h"
#include "link.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl nic show [DEV]\n"
	"\n"
	"Every device that is an uplink or could be one: its kind (physical, or what\n"
	"made it), driver, bus address, link, speed, MTU, MAC, and the switch that uses\n"
	"it or what stands in the way. Guests' devices are shown only by name.\n";

/* Kinds of devices that are made on another one and claim its frames. */
static const char *const upper_kinds[] = {
	"vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "dsa",
};

/**
 * struct host - what decides about a NIC
 * @links: the network devices
 * @addrs: the IP addresses
 * @uplinks: the uplinks of all switches
 */
struct host {
	struct link_list links;
	struct addr_list addrs;
	json_t *uplinks;
};

static bool is_nic(const struct link *link)
{
	return link->type == ARPHRD_ETHER && !(link->flags & IFF_LOOPBACK) &&
	       strcmp(link->kind, "vswitch") && strcmp(link->kind, "vmk");
}

static const struct link *switch_of(const struct host *host,
				    const struct link *link)
{
	const struct link *master = link_find(&host->links, link->master);

	return master && !strcmp(master->kind, "vswitch") ? master : NULL;
}

static bool is_uplink(const struct host *host, const struct link *link)
{
	const json_t *uplink;
	size_t index;

	json_array_foreach(host->uplinks, index, uplink)
		if (get_number(uplink, "ifindex") == link->ifindex)
			return true;
	return false;
}

static const struct link *upper_of(const struct host *host,
				   const struct link *link)
{
	const struct link *upper;
	size_t i, j;

	for (i = 0; i < host->links.count; i++) {
		upper = &host->links.link[i];
		if (upper->lower != link->ifindex)
			continue;
		for (j = 0; j < ARRAY_SIZE(upper_kinds); j++)
			if (!strcmp(upper->kind, upper_kinds[j]))
				return upper;
	}
	return NULL;
}

static const struct addr *addr_of(const struct host *host,
				  const struct link *link)
{
	size_t i;

	for (i = 0; i < host->addrs.count; i++)
		if (host->addrs.addr[i].ifindex == link->ifindex &&
		    !addr_is_link_local(&host->addrs.addr[i]))
			return &host->addrs.addr[i];
	return NULL;
}

/* Why a device cannot be made an uplink; NULL if nothing is known. */
static char *obstacle(const struct host *host, const struct link *link)
{
	const struct link *other = link_find(&host->links, link->master);
	const struct addr *addr;
	char *text, *name;

	if (other && switch_of(host, link))
		return text_format("is a vnic of %s", other->name);
	if (other)
		return text_format("has master %s", other->name);
	if (link->master)
		return must(strdup("has a master"));
	other = upper_of(host, link);
	if (other)
		return text_format("has %s on it", other->name);
	addr = addr_of(host, link);
	if (!addr)
		return NULL;
	name = addr_text(addr);
	text = text_format("has address %s", name);
	free(name);
	return text;
}

static void set_text(json_t *nic, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(nic, key, schema_text(text, strlen(text)));
}

static void set_number(json_t *nic, const char *key, json_int_t value)
{
	json_object_set_new(nic, key, must(json_integer(value)));
}

static json_t *describe(const struct host *host, const struct link *link)
{
	json_t *nic = must(json_object());
	struct link_details details;
	bool physical = *link->parent;
	char *why;

	link_read_details(link->name, &details);
	set_text(nic, "name", link->name);
	set_number(nic, "ifindex", link->ifindex);
	if (physical)
		set_text(nic, "kind", "physical");
	else
		set_text(nic, "kind", *link->kind ? link->kind : "virtual");
	set_text(nic, "driver", details.driver);
	if (physical)
		set_text(nic, "bus", *details.bus ? details.bus : link->parent);
	set_text(nic, "state", !(link->flags & IFF_UP) ? "down" :
		 link->flags & IFF_LOWER_UP ? "up" : "no-carrier");
	if (details.speed)
		set_number(nic, "speed", details.speed);
	set_text(nic, "duplex", details.duplex);
	set_number(nic, "mtu", link->mtu);
	if (link->has_mac)
		json_object_set_new(nic, "mac", schema_mac(link->mac));
	if (is_uplink(host, link)) {
		const struct link *sw = switch_of(host, link);

		set_text(nic, "switch", sw ? sw->name : "");
		return nic;
	}
	why = obstacle(host, link);
	set_text(nic, "obstacle", why ? why : "");
	free(why);
	return nic;
}

/* Reads the host. Uplinks are asked for only where there is a switch. */
static int read_host(struct ctl *ctl, struct host *host)
{
	int status;
	size_t i;

	status = link_dump(ctl, &host->links);
	if (status)
		return status;
	status = addr_dump(ctl->route, NULL, 0, &host->addrs);
	if (status)
		return addr_fail(ctl, "the host", status);
	for (i = 0; i < host->links.count; i++)
		if (!strcmp(host->links.link[i].kind, "vswitch"))
			return vsw_list(ctl, VSWITCH_CMD_UPLINK_GET, &set_uplink,
					&host->uplinks);
	return STATUS_OK;
}

static int collect(struct ctl *ctl, const struct host *host, json_t *list)
{
	size_t i;

	for (i = 0; i < host->links.count; i++) {
		const struct link *link = &host->links.link[i];
		bool wanted = !ctl->name || !strcmp(link->name, ctl->name);

		if (!wanted || !is_nic(link))
			continue;
		if (!ctl->name && switch_of(host, link) && !is_uplink(host, link))
			continue;
		json_array_append_new(list, describe(host, link));
	}
	if (ctl->name && !json_array_size(list))
		return ctl_fail(ctl, STATUS_ABSENT, "there is no NIC of this name");
	return STATUS_OK;
}

static char *cell_speed(const json_t *object, const char *key)
{
	char *speed = link_speed_text(get_number(object, key));
	char *text;

	if (!*speed) {
		free(speed);
		return must(strdup(NOTHING));
	}
	text = text_format("%s %s", speed, get_text(object, "duplex"));
	free(speed);
	return text;
}

static char *cell_use(const json_t *object, const char *key)
{
	if (json_object_get(object, "obstacle"))
		key = "obstacle";
	return cell_value(object, key);
}

static const struct column columns[] = {
	{ "NAME", .key = "name" },
	{ "KIND", .key = "kind" },
	{ "DRIVER", .key = "driver" },
	{ "BUS", .key = "bus", .optional = true },
	{ "LINK", .key = "state", .state = true },
	{ "SPEED", cell_speed, "speed" },
	{ "MTU", .key = "mtu", .number = true },
	{ "MAC", .key = "mac" },
	{ "USED BY", cell_use, "switch" },
};

static int nic_show(struct ctl *ctl, struct args *args)
{
	struct host host = { .uplinks = NULL };
	json_t *list = must(json_array());
	int status;

	status = args_optional(args, IFNAMSIZ - 1);
	if (!status)
		status = read_host(ctl, &host);
	if (!status)
		status = collect(ctl, &host, list);
	if (!status && !line_list(ctl, list))
		print_table(columns, ARRAY_SIZE(columns), list);
	free(host.links.link);
	free(host.addrs.addr);
	json_decref(host.uplinks);
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "show", nic_show },
	{ NULL },
};

const struct object object_nic = { "nic", help, commands };
