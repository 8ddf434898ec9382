// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl portgroup
 */
#include <stdlib.h>
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
	"vswctl portgroup add NAME switch NAME [vlan VLAN] [POLICY]\n"
	"vswctl portgroup set NAME [name NEW] [vlan VLAN] [POLICY | policy inherit]\n"
	"vswctl portgroup del NAME\n"
	"vswctl [-d] portgroup show [NAME]\n"
	"\n"
	"VLAN   := none | 1..4094 | all | trunk LIST        LIST is such as 10,20-29\n"
	POLICY_GRAMMAR
	"\n"
	"Each setting of the policy also takes the word inherit. show puts in brackets\n"
	"what a portgroup inherits from its switch; -d shows the policy whole.\n";

/**
 * struct portgroup_args - what a command says about a portgroup
 * @vlan: its VLAN setting
 * @sw: its switch
 * @name: the name that it is to have
 * @inherit: all of its policy is to come from the switch
 */
struct portgroup_args {
	struct opt_vlan vlan;
	const char *sw;
	const char *name;
	bool inherit;
};

static int parse_inherit(struct args *args, const struct key *key,
			 const char *value, void *field)
{
	if (strcmp(value, "inherit"))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a value of %s, which takes only inherit",
				value, key->word);
	*(bool *)field = true;
	return STATUS_OK;
}

static const struct key add_keys[] = {
	{ "switch", parse_device, offsetof(struct portgroup_args, sw) },
	{ "vlan", parse_vlan, offsetof(struct portgroup_args, vlan),
	  .words = "none all trunk" },
};

static const struct key set_keys[] = {
	{ "name", parse_portgroup, offsetof(struct portgroup_args, name) },
	{ "vlan", parse_vlan, offsetof(struct portgroup_args, vlan),
	  .words = "none all trunk" },
	{ "policy", parse_inherit, offsetof(struct portgroup_args, inherit),
	  .words = "inherit" },
};

static int write_portgroup(struct ctl *ctl, __u8 command,
			   const struct portgroup_args *pg,
			   const struct opt_policy *policy)
{
	__u32 inherit = policy_inherited(policy);
	struct req req;
	int status;

	if (pg->inherit)
		inherit = VSWITCH_POLICY_FIELD_MASK;
	status = vsw_start(ctl, &req, command, &set_portgroup);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_PORTGROUP_NAME, ctl->name);
	req_opt_text(&req, VSWITCH_A_PORTGROUP_NEW_NAME, pg->name);
	req_opt_text(&req, VSWITCH_A_PORTGROUP_SWITCH, pg->sw);
	vlan_put(&req, VSWITCH_A_PORTGROUP_VLAN, &pg->vlan);
	policy_put(&req, VSWITCH_A_PORTGROUP_POLICY, policy);
	/* A new portgroup inherits what is not set. */
	if (inherit && command == VSWITCH_CMD_PORTGROUP_SET)
		req_u32(&req, VSWITCH_A_PORTGROUP_INHERIT, inherit);
	return vsw_do(ctl, &req);
}

static int portgroup_add(struct ctl *ctl, struct args *args)
{
	struct opt_policy policy = {};
	struct portgroup_args pg = { .sw = NULL };
	const struct key_set mine = { add_keys, ARRAY_SIZE(add_keys), &pg };
	const struct key_set team = { policy_keys, ARRAY_SIZE(policy_keys), &policy };
	int status;

	status = args_portgroup_name(args);
	if (!status)
		status = args_parse(args, &mine, &team);
	if (!status && !pg.sw)
		status = args_missing(args, "switch");
	return status ? status :
	       write_portgroup(ctl, VSWITCH_CMD_PORTGROUP_NEW, &pg, &policy);
}

static int portgroup_set(struct ctl *ctl, struct args *args)
{
	struct opt_policy policy = {};
	struct portgroup_args pg = { .sw = NULL };
	const struct key_set mine = { set_keys, ARRAY_SIZE(set_keys), &pg };
	const struct key_set team = { policy_keys, ARRAY_SIZE(policy_keys), &policy };
	bool has_policy;
	int status;

	status = args_portgroup_name(args);
	if (!status)
		status = args_parse(args, &mine, &team);
	if (status)
		return status;
	has_policy = policy_is_given(&policy);
	if (pg.inherit && has_policy)
		return ctl_fail(ctl, STATUS_USAGE,
				"\"policy inherit\" leaves no policy to set");
	if (!pg.name && !pg.vlan.given && !pg.inherit && !has_policy)
		return args_nothing(args, &mine, &team);
	return write_portgroup(ctl, VSWITCH_CMD_PORTGROUP_SET, &pg, &policy);
}

static int portgroup_del(struct ctl *ctl, struct args *args)
{
	struct req req;
	int status;

	status = args_portgroup_name(args);
	if (!status)
		status = args_end(args);
	if (!status)
		status = vsw_start(ctl, &req, VSWITCH_CMD_PORTGROUP_DEL,
				   &set_portgroup);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_PORTGROUP_NAME, ctl->name);
	return vsw_do(ctl, &req);
}

static const struct column columns[] = {
	{ "NAME", .key = "name" },
	{ "SWITCH", .key = "switch" },
	{ "VLAN", cell_vlan, "vlan" },
	{ "PORTS", .key = "ports", .number = true },
	{ "TEAMING", cell_policy, "teaming" },
	{ "ACTIVE", cell_team, "active" },
	{ "STANDBY", cell_team, "standby" },
	{ "FAILOVER", cell_failover, .optional = true },
	{ "SECURITY", cell_security, .optional = true },
	{ "SHAPING", cell_shaping, .optional = true },
};

static int portgroup_show(struct ctl *ctl, struct args *args)
{
	json_t *list = NULL;
	int status;

	status = args_optional(args, VSWITCH_PORTGROUP_NAME_MAX);
	if (!status)
		status = vsw_show(ctl, VSWITCH_CMD_PORTGROUP_GET, &set_portgroup,
				  VSWITCH_A_PORTGROUP_NAME, &list);
	if (!status && !line_list(ctl, list)) {
		print_table(columns, ARRAY_SIZE(columns), list);
		if (ctl->details)
			print_policies(list);
	}
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "add", portgroup_add, { add_keys, ARRAY_SIZE(add_keys) }, true },
	{ "set", portgroup_set, { set_keys, ARRAY_SIZE(set_keys) }, true },
	{ "del", portgroup_del },
	{ "show", portgroup_show },
	{ NULL },
};

const struct object object_portgroup = { "portgroup", help, commands };
