// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl switch
 */
#include <string.h>
#include <linux/vswitch.h>

#include "args.h"
#include "line.h"
#include "nl.h"
#include "policy.h"
#include "policy_show.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl switch add NAME [mtu N] [POLICY]\n"
	"vswctl switch set NAME [mtu N] [default-portgroup PORTGROUP|none] [POLICY]\n"
	"vswctl [--force] switch del NAME\n"
	"vswctl [-d] [-s] switch show [NAME]\n"
	"\n"
	POLICY_GRAMMAR
	"\n"
	"The default portgroup takes the devices that \"ip link set DEV master NAME\"\n"
	"attaches. --force deletes a switch that has ports. show says what of the policy\n"
	"is not the default; -d shows it whole.\n";

/**
 * struct switch_args - what a command says about a switch
 * @mtu: its MTU
 * @portgroup: its default portgroup, empty for none
 */
struct switch_args {
	struct opt_u32 mtu;
	const char *portgroup;
};

static int parse_default(struct args *args, const struct key *key,
			 const char *value, void *field)
{
	if (strcmp(value, "none"))
		return parse_portgroup(args, key, value, field);
	*(const char **)field = "";
	return STATUS_OK;
}

static const struct key keys[] = {
	{ "mtu", parse_mtu, offsetof(struct switch_args, mtu) },
	{ "default-portgroup", parse_default,
	  offsetof(struct switch_args, portgroup), .words = "none" },
};

/* Takes the words of add and set; add has only the first keyword. */
static int parse(struct args *args, const struct key_set *mine,
		 const struct key_set *team)
{
	int status;

	status = args_name(args, "name", VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = args_parse(args, mine, team);
	return status ? status : policy_of_switch(args, team->into);
}

static int write_switch(struct ctl *ctl, __u8 command,
			const struct switch_args *sw,
			const struct opt_policy *policy)
{
	struct req req;
	int status;

	status = vsw_start(ctl, &req, command, &set_switch);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_SWITCH_NAME, ctl->name);
	req_opt_u32(&req, VSWITCH_A_SWITCH_MTU, &sw->mtu);
	req_opt_text(&req, VSWITCH_A_SWITCH_DEFAULT_PORTGROUP, sw->portgroup);
	policy_put(&req, VSWITCH_A_SWITCH_POLICY, policy);
	return vsw_do(ctl, &req);
}

static int switch_add(struct ctl *ctl, struct args *args)
{
	struct switch_args sw = { .portgroup = NULL };
	struct opt_policy policy = {};
	const struct key_set mine = { keys, 1, &sw };
	const struct key_set team = { policy_keys, ARRAY_SIZE(policy_keys), &policy };
	int status;

	status = parse(args, &mine, &team);
	return status ? status :
	       write_switch(ctl, VSWITCH_CMD_SWITCH_NEW, &sw, &policy);
}

static int switch_set(struct ctl *ctl, struct args *args)
{
	struct switch_args sw = { .portgroup = NULL };
	struct opt_policy policy = {};
	const struct key_set mine = { keys, ARRAY_SIZE(keys), &sw };
	const struct key_set team = { policy_keys, ARRAY_SIZE(policy_keys), &policy };
	int status;

	status = parse(args, &mine, &team);
	if (status)
		return status;
	if (!sw.mtu.given && !sw.portgroup && !policy_is_given(&policy))
		return args_nothing(args, &mine, &team);
	return write_switch(ctl, VSWITCH_CMD_SWITCH_SET, &sw, &policy);
}

static int switch_del(struct ctl *ctl, struct args *args)
{
	struct req req;
	int status;

	status = args_name(args, "name", VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = args_end(args);
	if (!status)
		status = vsw_start(ctl, &req, VSWITCH_CMD_SWITCH_DEL, &set_switch);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_SWITCH_NAME, ctl->name);
	if (ctl->force)
		req_flag(&req, VSWITCH_A_SWITCH_FORCE);
	return vsw_do(ctl, &req);
}

static const struct column columns[] = {
	{ "NAME", .key = "name" },
	{ "STATE", .key = "state", .state = true },
	{ "MTU", .key = "mtu", .number = true },
	{ "TEAMING", cell_policy, "teaming" },
	{ "ACTIVE", cell_team, "active" },
	{ "STANDBY", cell_team, "standby" },
	{ "PORTGROUPS", .key = "portgroups", .number = true },
	{ "PORTS", .key = "ports", .number = true },
	{ "UPLINKS", .key = "uplinks", .number = true },
	{ "LEARNED", cell_count, "learned", .number = true, .optional = true },
	{ "DEFAULT", .key = "default-portgroup", .optional = true },
	{ "FAILOVER", cell_failover, .optional = true },
	{ "SECURITY", cell_security, .optional = true },
	{ "SHAPING", cell_shaping, .optional = true },
};

static int switch_show(struct ctl *ctl, struct args *args)
{
	json_t *list = NULL;
	int status;

	status = args_optional(args, VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = vsw_show(ctl, VSWITCH_CMD_SWITCH_GET, &set_switch,
				  VSWITCH_A_SWITCH_NAME, &list);
	if (!status && !line_list(ctl, list)) {
		print_table(columns, ARRAY_SIZE(columns), list);
		if (ctl->details)
			print_policies(list);
		if (ctl->stats)
			print_stats(list, "name");
	}
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "add", switch_add, { keys, 1 }, true },
	{ "set", switch_set, { keys, ARRAY_SIZE(keys) }, true },
	{ "del", switch_del },
	{ "show", switch_show },
	{ NULL },
};

const struct object object_switch = { "switch", help, commands };
