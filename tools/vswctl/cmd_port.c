// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl port
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vswitch.h>

#include "args.h"
#include "line.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl port add DEV portgroup NAME [client TEXT] [mac MAC]\n"
	"                    [allow-mac MAC,...|none] [blocked on|off]\n"
	"vswctl port set DEV [portgroup NAME] [client TEXT] [mac MAC|none]\n"
	"                    [effective-mac MAC] [allow-mac MAC,...|none]\n"
	"                    [blocked on|off]\n"
	"vswctl port del DEV\n"
	"vswctl [-s] port show [DEV|CLIENT]\n"
	"\n"
	"client says whose the port is; an empty one takes it away. mac is the address\n"
	"that the guest was given, effective-mac the one that it uses now; allow-mac is\n"
	"the whole list of what else it may send from where forged is reject.\n";

/**
 * struct port_args - what a command says about a port
 * @portgroup: its portgroup
 * @client: whose it is
 * @mac: its declared address
 * @effective: the address that it uses now
 * @allow: what else its guest may send from
 * @blocked: whether nothing may pass it
 */
struct port_args {
	const char *portgroup;
	const char *client;
	struct opt_mac mac;
	struct opt_mac effective;
	struct opt_macs allow;
	struct opt_u32 blocked;
};

static const struct key add_keys[] = {
	{ "portgroup", parse_portgroup, offsetof(struct port_args, portgroup) },
	{ "client", parse_client, offsetof(struct port_args, client) },
	{ "mac", parse_mac, offsetof(struct port_args, mac) },
	{ "allow-mac", parse_macs, offsetof(struct port_args, allow),
	  .words = "none" },
	{ "blocked", parse_names, offsetof(struct port_args, blocked),
	  &names_toggle },
};

static const struct key set_keys[] = {
	{ "portgroup", parse_portgroup, offsetof(struct port_args, portgroup) },
	{ "client", parse_client, offsetof(struct port_args, client) },
	{ "mac", parse_mac_none, offsetof(struct port_args, mac), .words = "none" },
	{ "effective-mac", parse_mac, offsetof(struct port_args, effective) },
	{ "allow-mac", parse_macs, offsetof(struct port_args, allow),
	  .words = "none" },
	{ "blocked", parse_names, offsetof(struct port_args, blocked),
	  &names_toggle },
};

static void put_macs(struct req *req, __u16 type, const struct opt_macs *macs)
{
	struct nlattr *nest;
	size_t i;

	if (!macs->given)
		return;
	nest = req_nest(req, type);
	for (i = 0; i < macs->count; i++)
		req_bytes(req, VSWITCH_A_MACS_ADDRESS, macs->value[i],
			  sizeof(macs->value[i]));
	req_nest_end(req, nest);
}

static int write_port(struct ctl *ctl, __u8 command,
		      const struct port_args *port)
{
	struct req req;
	int status;

	status = vsw_start(ctl, &req, command, &set_port);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_PORT_DEV, ctl->name);
	req_opt_text(&req, VSWITCH_A_PORT_PORTGROUP, port->portgroup);
	req_opt_text(&req, VSWITCH_A_PORT_CLIENT, port->client);
	req_opt_mac(&req, VSWITCH_A_PORT_MAC, &port->mac);
	req_opt_mac(&req, VSWITCH_A_PORT_EFFECTIVE_MAC, &port->effective);
	req_opt_u32(&req, VSWITCH_A_PORT_BLOCKED, &port->blocked);
	put_macs(&req, VSWITCH_A_PORT_ALLOW_MAC, &port->allow);
	return vsw_do(ctl, &req);
}

static int port_add(struct ctl *ctl, struct args *args)
{
	struct port_args port = { .portgroup = NULL };
	const struct key_set mine = { add_keys, ARRAY_SIZE(add_keys), &port };
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (!status && !port.portgroup)
		status = args_missing(args, "portgroup");
	return status ? status : write_port(ctl, VSWITCH_CMD_PORT_NEW, &port);
}

static int port_set(struct ctl *ctl, struct args *args)
{
	struct port_args port = { .portgroup = NULL };
	const struct key_set mine = { set_keys, ARRAY_SIZE(set_keys), &port };
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status && !*args->argv)
		status = args_nothing(args, &mine, NULL);
	if (!status)
		status = args_parse(args, &mine, NULL);
	return status ? status : write_port(ctl, VSWITCH_CMD_PORT_SET, &port);
}

static int port_del(struct ctl *ctl, struct args *args)
{
	const struct port_args none = { .portgroup = NULL };
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_end(args);
	return status ? status : write_port(ctl, VSWITCH_CMD_PORT_DEL, &none);
}

static char *cell_state(const json_t *object, const char *key)
{
	if (get_is(object, "blocked", "on"))
		return must(strdup("blocked"));
	return cell_value(object, key);
}

static char *cell_mac(const json_t *object, const char *key)
{
	if (!json_object_get(object, key))
		key = "mac";
	return cell_value(object, key);
}

/* What is odd about the addresses of a port. */
static char *cell_note(const json_t *object, const char *key)
{
	const char *initial = get_text(object, key);
	const char *other = get_text(object, "other-source");
	size_t size;
	char *text;
	FILE *out;

	out = must(open_memstream(&text, &size));
	if (json_object_get(object, "address-conflict"))
		fputs("address-conflict", out);
	else if (*initial && !get_is(object, "effective-mac", initial))
		fprintf(out, "initial-mac %s", initial);
	if (*other)
		fprintf(out, "%salso sends from %s", ftell(out) ? ", " : "",
			other);
	if (!ftell(out))
		fputs(NOTHING, out);
	fclose(out);
	return must(text);
}

static char *cell_allowed(const json_t *object, const char *key)
{
	return cell_value(json_object_get(object, key), "address");
}

/* The uplink, and why it is that one where that is not the usual reason. */
static char *cell_uplink(const json_t *port, const char *key)
{
	const char *choice = get_text(port, "choice");
	const char *uplink = get_text(port, key);

	if (!*uplink)
		return must(strdup(get_is(port, "choice", "per-frame") ?
				   choice : NOTHING));
	if (!strcmp(choice, "own") || !strcmp(choice, "order"))
		return must(strdup(uplink));
	return text_format("%s (%s)", uplink, choice);
}

static const struct column columns[] = {
	{ "DEV", .key = "dev" },
	{ "KIND", .key = "kind" },
	{ "CLIENT", .key = "client", .optional = true },
	{ "SWITCH", .key = "switch" },
	{ "NUMBER", .key = "number", .number = true },
	{ "PORTGROUP", .key = "portgroup" },
	{ "STATE", cell_state, "state", .state = true },
	{ "MAC", cell_mac, "effective-mac" },
	{ "UPLINK", cell_uplink, "uplink" },
	{ "LEARNED", cell_count, "learned", .number = true, .optional = true },
	{ "NOTE", cell_note, "initial-mac", .optional = true },
	{ "ALLOW-MAC", cell_allowed, "allow-mac", .optional = true },
};

/* Keeps only the ports of a client. */
static int of_client(struct ctl *ctl, json_t *list)
{
	size_t i = json_array_size(list);

	while (i--)
		if (!get_is(json_array_get(list, i), "client", ctl->name))
			json_array_remove(list, i);
	if (!json_array_size(list))
		return ctl_fail(ctl, STATUS_ABSENT,
				"there is no port of this device or client");
	return STATUS_OK;
}

/* Gets the port of a device, or the ports of a client. */
static int find_ports(struct ctl *ctl, json_t **list)
{
	struct nl_error error = { .code = ENODEV };
	struct req req;
	int status;

	status = vsw_start(ctl, &req, VSWITCH_CMD_PORT_GET, &set_port);
	if (status)
		return status;
	if (strlen(ctl->name) <= VSWITCH_DEV_NAME_MAX) {
		*list = must(json_array());
		req_text(&req, VSWITCH_A_PORT_DEV, ctl->name);
		vsw_try(ctl, &req, *list, &error);
	}
	if (error.code != ENODEV && error.code != ENOENT)
		return nl_report(ctl, &error);
	json_decref(*list);
	status = vsw_list(ctl, VSWITCH_CMD_PORT_GET, &set_port, list);
	return status ? status : of_client(ctl, *list);
}

static int port_show(struct ctl *ctl, struct args *args)
{
	json_t *list = NULL;
	int status;

	status = args_optional(args, VSWITCH_CLIENT_MAX);
	if (!status && ctl->name)
		status = find_ports(ctl, &list);
	else if (!status)
		status = vsw_list(ctl, VSWITCH_CMD_PORT_GET, &set_port, &list);
	if (!status && !line_list(ctl, list)) {
		print_table(columns, ARRAY_SIZE(columns), list);
		if (ctl->stats)
			print_stats(list, "dev");
	}
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "add", port_add, { add_keys, ARRAY_SIZE(add_keys) } },
	{ "set", port_set, { set_keys, ARRAY_SIZE(set_keys) } },
	{ "del", port_del },
	{ "show", port_show },
	{ NULL },
};

const struct object object_port = { "port", help, commands };
