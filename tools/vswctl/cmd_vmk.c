// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl vmk
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/vswitch.h>

#include "addr.h"
#include "args.h"
#include "netns.h"
#include "line.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vmk.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl vmk add [NAME] portgroup NAME [mac MAC] [mtu N] [netns NS]\n"
	"               [address A/PLEN]... [service SERVICE,...]\n"
	"vswctl vmk set NAME [portgroup NAME] [mac MAC] [mtu N]\n"
	"               [address A/PLEN|none]... [service SERVICE,...|none]\n"
	"vswctl vmk del NAME\n"
	"vswctl vmk show [NAME]\n"
	"vswctl vmk adopt DEV switch NAME portgroup NAME [vlan VLAN]\n"
	"vswctl vmk release NAME\n"
	"\n"
	"SERVICE := management | vmotion | vsan | provisioning | ft | replication |\n"
	"           nfs | iscsi\n"
	"VLAN    := none | 1..4094 | all | trunk LIST\n"
	"\n"
	"add prints the name of the new vmk if it has to choose one. address also sets\n"
	"the vmk up; with set, the addresses take the place of those that it has.\n"
	"adopt makes a NIC that has the host's addresses an uplink, and a vmk that has\n"
	"its MAC, addresses and routes from then on, and prints the name of the vmk. It\n"
	"makes the switch and the portgroup if there are none. Connections stay.\n"
	"release gives all that back to the NIC and deletes the vmk.\n";

/**
 * struct vmk_args - what a command says about a vmk
 * @portgroup: its portgroup
 * @netns: the network namespace that it is to live in
 * @mac: its address
 * @mtu: its MTU
 * @services: what it is for, as bits
 * @addrs: its IP addresses
 */
struct vmk_args {
	const char *portgroup;
	const char *netns;
	struct opt_mac mac;
	struct opt_u32 mtu;
	struct opt_u32 services;
	struct opt_addrs addrs;
};

/**
 * parse_netns - the name or the path of a network namespace
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a const char * to point to it
 *
 * Return: an exit status.
 */
int parse_netns(struct args *args, const struct key *key, const char *value,
		void *field)
{
	*(const char **)field = value;
	if (!*value)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"the name is empty (%s)", key->word);
	return STATUS_OK;
}

static int parse_services(struct args *args, const struct key *key,
			  const char *value, void *field)
{
	struct opt_u32 *services = field;
	struct opt_u32 one;
	int status = STATUS_OK;

	services->given = true;
	if (!strcmp(value, "none"))
		return STATUS_OK;
	for (;;) {
		char *word = must(strndup(value, strcspn(value, ",")));

		status = parse_names(args, key, word, &one);
		free(word);
		if (status)
			return status;
		services->value |= 1U << one.value;
		value += strcspn(value, ",");
		if (!*value++)
			return STATUS_OK;
	}
}

/* The last one is not for set. */
static const struct key keys[] = {
	{ "portgroup", parse_portgroup, offsetof(struct vmk_args, portgroup) },
	{ "mac", parse_mac, offsetof(struct vmk_args, mac) },
	{ "mtu", parse_mtu, offsetof(struct vmk_args, mtu) },
	{ "address", parse_addr, offsetof(struct vmk_args, addrs),
	  .repeats = true, .words = "none" },
	{ "service", parse_services, offsetof(struct vmk_args, services),
	  &names_service, .words = "none" },
	{ "netns", parse_netns, offsetof(struct vmk_args, netns) },
};

/* Opens the socket to the network namespace of a vmk. */
static int open_dev(struct ctl *ctl, const json_t *vmk, int netns,
		    struct addr_dev *dev)
{
	int status;

	dev->ifindex = get_number(vmk, "ifindex");
	dev->sock = NULL;
	if (netns >= 0)
		return netns_socket(ctl, netns, &dev->sock);
	status = nl_start_route(ctl);
	dev->sock = ctl->route;
	return status;
}

static void close_dev(struct ctl *ctl, struct addr_dev *dev)
{
	if (dev->sock != ctl->route)
		nl_close(dev->sock);
}

/* Sends a request that only names a vmk. */
static int name_vmk(struct ctl *ctl, __u8 command, const char *name,
		    json_t *list)
{
	struct req req;
	int status;

	status = vsw_start(ctl, &req, command, &set_vmk);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_VMK_NAME, name);
	return list ? vsw_get(ctl, &req, list) : vsw_do(ctl, &req);
}

static int write_vmk(struct ctl *ctl, __u8 command,
		     const struct vmk_args *vmk, int netns, json_t *list)
{
	struct req req;
	int status;

	status = vsw_start(ctl, &req, command, &set_vmk);
	if (status)
		return status;
	req_opt_text(&req, VSWITCH_A_VMK_NAME, ctl->name);
	req_opt_text(&req, VSWITCH_A_VMK_PORTGROUP, vmk->portgroup);
	req_opt_mac(&req, VSWITCH_A_VMK_MAC, &vmk->mac);
	req_opt_u32(&req, VSWITCH_A_VMK_MTU, &vmk->mtu);
	req_opt_u32(&req, VSWITCH_A_VMK_SERVICE, &vmk->services);
	if (netns >= 0)
		req_u32(&req, VSWITCH_A_VMK_NETNS_FD, netns);
	return list ? vsw_get(ctl, &req, list) : vsw_do(ctl, &req);
}

static int add_addresses(struct ctl *ctl, const json_t *vmk, int netns,
			 struct opt_addrs *addrs)
{
	struct addr_dev dev;
	int status;

	status = open_dev(ctl, vmk, netns, &dev);
	if (!status)
		status = addr_set_up(ctl, &dev);
	if (!status)
		status = addr_add(ctl, &dev, addrs);
	close_dev(ctl, &dev);
	return status;
}

/* Makes a vmk with its addresses, or leaves nothing of it. */
static int make_vmk(struct ctl *ctl, struct vmk_args *vmk, int netns)
{
	json_t *list = must(json_array());
	const json_t *made;
	int status;

	status = write_vmk(ctl, VSWITCH_CMD_VMK_NEW, vmk, netns, list);
	made = json_array_get(list, 0);
	if (!status && vmk->addrs.count) {
		status = add_addresses(ctl, made, netns, &vmk->addrs);
		if (status)
			name_vmk(ctl, VSWITCH_CMD_VMK_DEL,
				 get_text(made, "name"), NULL);
	}
	if (!status && !ctl->name) {
		if (ctl->json)
			print_json(ctl, list);
		else
			puts(get_text(made, "name"));
	}
	json_decref(list);
	return status;
}

static int vmk_add(struct ctl *ctl, struct args *args)
{
	struct vmk_args vmk = { .portgroup = NULL };
	const struct key_set mine = { keys, ARRAY_SIZE(keys), &vmk };
	int status = STATUS_OK;
	int netns = -1;

	if (*args->argv && !args_is_key(args, &mine))
		status = args_name(args, "name", VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (!status && !vmk.portgroup)
		status = args_missing(args, "portgroup");
	if (!status && vmk.netns)
		status = netns_open(ctl, vmk.netns, &netns);
	if (!status)
		status = make_vmk(ctl, &vmk, netns);
	if (netns >= 0)
		close(netns);
	return status;
}

/* Opens the network namespace of a vmk, if it is not ours. */
static int open_netns(struct ctl *ctl, const json_t *vmk, int *netns)
{
	const json_t *id = json_object_get(vmk, "netns-id");
	char *name;
	int status;

	*netns = -1;
	if (!id)
		return STATUS_OK;
	status = netns_find(ctl, json_integer_value(id), &name);
	if (!status && !name)
		status = ctl_fail(ctl, STATUS_SYSTEM,
				  "its network namespace has no name in /run/netns (address)");
	if (!status)
		status = netns_open(ctl, name, netns);
	free(name);
	return status;
}

/* Sets everything of a vmk, or nothing. */
static int set_all(struct ctl *ctl, struct vmk_args *vmk,
		   const struct addr_dev *dev)
{
	bool other = vmk->portgroup || vmk->mac.given || vmk->mtu.given ||
		     vmk->services.given;
	int status;

	status = addr_add(ctl, dev, &vmk->addrs);
	if (status)
		return status;
	if (other)
		status = write_vmk(ctl, VSWITCH_CMD_VMK_SET, vmk, -1, NULL);
	if (!status)
		status = addr_set_up(ctl, dev);
	if (status) {
		addr_take_back(dev, &vmk->addrs);
		return status;
	}
	return addr_replace(ctl, dev, &vmk->addrs);
}

static int set_addresses(struct ctl *ctl, struct vmk_args *vmk)
{
	json_t *list = must(json_array());
	struct addr_dev dev;
	int status, netns;

	status = name_vmk(ctl, VSWITCH_CMD_VMK_GET, ctl->name, list);
	if (status)
		goto out;
	status = open_netns(ctl, json_array_get(list, 0), &netns);
	if (status)
		goto out;
	status = open_dev(ctl, json_array_get(list, 0), netns, &dev);
	if (!status)
		status = set_all(ctl, vmk, &dev);
	close_dev(ctl, &dev);
	if (netns >= 0)
		close(netns);
out:
	json_decref(list);
	return status;
}

static int vmk_set(struct ctl *ctl, struct args *args)
{
	struct vmk_args vmk = { .portgroup = NULL };
	const struct key_set mine = { keys, ARRAY_SIZE(keys) - 1, &vmk };
	int status;

	status = args_name(args, "name", VSWITCH_SWITCH_NAME_MAX);
	if (!status && !*args->argv)
		status = args_nothing(args, &mine, NULL);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (status)
		return status;
	if ((vmk.addrs.count || vmk.addrs.none) && !ctl->dry_run)
		return set_addresses(ctl, &vmk);
	return write_vmk(ctl, VSWITCH_CMD_VMK_SET, &vmk, -1, NULL);
}

static int vmk_del(struct ctl *ctl, struct args *args)
{
	int status;

	status = args_name(args, "name", VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = args_end(args);
	return status ? status :
	       name_vmk(ctl, VSWITCH_CMD_VMK_DEL, ctl->name, NULL);
}

/**
 * vmk_add_details - add to a vmk what the kernel keeps elsewhere
 * @ctl: the run
 * @vmk: the object; it gets "address", an array, and maybe "netns"
 */
void vmk_add_details(struct ctl *ctl, json_t *vmk)
{
	const json_t *id = json_object_get(vmk, "netns-id");
	__s32 netns_id = json_integer_value(id);
	json_t *texts = must(json_array());
	struct addr_list list;
	char *name;
	size_t i;

	json_object_set_new(vmk, "address", texts);
	if (nl_start_route(ctl))
		return;
	/* Those in a network namespace of somebody else are not ours to see. */
	if (addr_dump(ctl->route, id ? &netns_id : NULL,
		      get_number(vmk, "ifindex"), &list))
		json_array_append_new(texts, must(json_string("?")));
	for (i = 0; i < list.count; i++) {
		if (addr_is_link_local(&list.addr[i]))
			continue;
		name = addr_text(&list.addr[i]);
		json_array_append_new(texts, must(json_string(name)));
		free(name);
	}
	free(list.addr);
	if (!id || netns_find(ctl, netns_id, &name))
		return;
	if (!name)
		name = text_format("id %d", netns_id);
	json_object_set_new(vmk, "netns", schema_text(name, strlen(name)));
	free(name);
}

static const struct column columns[] = {
	{ "NAME", .key = "name" },
	{ "SWITCH", .key = "switch" },
	{ "NUMBER", .key = "number", .number = true },
	{ "PORTGROUP", .key = "portgroup" },
	{ "STATE", .key = "state", .state = true },
	{ "MTU", .key = "mtu", .number = true },
	{ "MAC", .key = "mac" },
	{ "UPLINK", .key = "uplink" },
	{ "NETNS", .key = "netns", .optional = true },
	{ "SERVICE", .key = "service", .optional = true },
	{ "ADDRESS", .key = "address" },
};

static int vmk_show(struct ctl *ctl, struct args *args)
{
	json_t *list = NULL, *vmk;
	size_t index;
	int status;

	status = args_optional(args, VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = vsw_show(ctl, VSWITCH_CMD_VMK_GET, &set_vmk,
				  VSWITCH_A_VMK_NAME, &list);
	if (!status && !ctl->json)
		json_array_foreach(list, index, vmk)
			vmk_add_details(ctl, vmk);
	if (!status && !line_list(ctl, list))
		print_table(columns, ARRAY_SIZE(columns), list);
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "add", vmk_add, { keys, ARRAY_SIZE(keys) } },
	{ "set", vmk_set, { keys, ARRAY_SIZE(keys) - 1 } },
	{ "del", vmk_del },
	{ "show", vmk_show },
	{ "adopt", vmk_adopt, { adopt_keys, ARRAY_SIZE(adopt_keys) } },
	{ "release", vmk_release },
	{ NULL },
};

const struct object object_vmk = { "vmk", help, commands };
