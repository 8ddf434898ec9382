// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl uplink
 */
#include <linux/vswitch.h>

#include "args.h"
#include "line.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl uplink add DEV switch NAME [role active|standby|unused]\n"
	"                  [absent on|off]\n"
	"vswctl uplink set DEV role active|standby|unused\n"
	"vswctl uplink del DEV\n"
	"vswctl [-s] uplink show [DEV]\n"
	"\n"
	"absent on makes an uplink also of a device that is not there yet.\n";

/**
 * struct uplink_args - what a command says about an uplink
 * @role: its role
 * @absent: whether its device need not be there
 * @sw: its switch
 */
struct uplink_args {
	struct opt_u32 role;
	struct opt_u32 absent;
	const char *sw;
};

static const struct key keys[] = {
	{ "role", parse_names, offsetof(struct uplink_args, role), &names_role },
	{ "switch", parse_device, offsetof(struct uplink_args, sw) },
	{ "absent", parse_names, offsetof(struct uplink_args, absent),
	  &names_toggle },
};

static int write_uplink(struct ctl *ctl, __u8 command,
			const struct uplink_args *uplink)
{
	struct req req;
	int status;

	status = vsw_start(ctl, &req, command, &set_uplink);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_UPLINK_DEV, ctl->name);
	req_opt_text(&req, VSWITCH_A_UPLINK_SWITCH, uplink->sw);
	req_opt_u32(&req, VSWITCH_A_UPLINK_ROLE, &uplink->role);
	if (uplink->absent.value)
		req_flag(&req, VSWITCH_A_UPLINK_ABSENT);
	return vsw_do(ctl, &req);
}

static int uplink_add(struct ctl *ctl, struct args *args)
{
	struct uplink_args uplink = { .sw = NULL };
	const struct key_set mine = { keys, ARRAY_SIZE(keys), &uplink };
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (!status && !uplink.sw)
		status = args_missing(args, "switch");
	return status ? status :
	       write_uplink(ctl, VSWITCH_CMD_UPLINK_NEW, &uplink);
}

static int uplink_set(struct ctl *ctl, struct args *args)
{
	struct uplink_args uplink = { .sw = NULL };
	const struct key_set mine = { keys, 1, &uplink };
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (!status && !uplink.role.given)
		status = args_nothing(args, &mine, NULL);
	return status ? status :
	       write_uplink(ctl, VSWITCH_CMD_UPLINK_SET, &uplink);
}

static int uplink_del(struct ctl *ctl, struct args *args)
{
	const struct uplink_args none = { .sw = NULL };
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_end(args);
	return status ? status :
	       write_uplink(ctl, VSWITCH_CMD_UPLINK_DEL, &none);
}

static const struct column columns[] = {
	{ "DEV", .key = "dev" },
	{ "SWITCH", .key = "switch" },
	{ "NUMBER", .key = "number", .number = true },
	{ "ROLE", .key = "role" },
	{ "STATE", .key = "state", .state = true },
};

static int uplink_show(struct ctl *ctl, struct args *args)
{
	json_t *list = NULL;
	int status;

	status = args_optional(args, VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = vsw_show(ctl, VSWITCH_CMD_UPLINK_GET, &set_uplink,
				  VSWITCH_A_UPLINK_DEV, &list);
	if (!status && !line_list(ctl, list)) {
		print_table(columns, ARRAY_SIZE(columns), list);
		if (ctl->stats)
			print_stats(list, "dev");
	}
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "add", uplink_add, { keys, ARRAY_SIZE(keys) } },
	{ "set", uplink_set, { keys, 1 } },
	{ "del", uplink_del },
	{ "show", uplink_show },
	{ NULL },
};

const struct object object_uplink = { "uplink", help, commands };
