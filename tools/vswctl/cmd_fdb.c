// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl fdb
 */
#include <linux/vswitch.h>

#include "args.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

static const char help[] =
	"vswctl fdb show [switch NAME] [vlan N] [port DEV]\n"
	"\n"
	"The addresses that ports hold, in which VLANs, and how they came to them:\n"
	"declared by the administrator, from the peer of a veth, or adopted from the\n"
	"first frame of the guest.\n";

/**
 * struct fdb_args - which addresses to show
 * @sw: those of a switch
 * @port: those of a port
 * @vid: those held in a VLAN
 */
struct fdb_args {
	const char *sw;
	const char *port;
	struct opt_u32 vid;
};

static const struct key keys[] = {
	{ "switch", parse_device, offsetof(struct fdb_args, sw) },
	{ "vlan", parse_vid, offsetof(struct fdb_args, vid) },
	{ "port", parse_device, offsetof(struct fdb_args, port) },
};

static const struct column columns[] = {
	{ "ADDRESS", .key = "address" },
	{ "VLAN", cell_vlan, "vlan" },
	{ "PORT", .key = "dev" },
	{ "NUMBER", .key = "number", .number = true },
	{ "ORIGIN", .key = "origin" },
	{ "SWITCH", .key = "switch" },
};

static int fdb_show(struct ctl *ctl, struct args *args)
{
	struct fdb_args fdb = { .sw = NULL };
	const struct key_set mine = { keys, ARRAY_SIZE(keys), &fdb };
	json_t *list;
	struct req req;
	int status;

	status = args_parse(args, &mine, NULL);
	if (!status)
		status = vsw_start(ctl, &req, VSWITCH_CMD_FDB_GET, &set_fdb);
	if (status)
		return status;
	req_opt_text(&req, VSWITCH_A_FDB_SWITCH, fdb.sw);
	req_opt_u32(&req, VSWITCH_A_FDB_VID, &fdb.vid);
	req_opt_text(&req, VSWITCH_A_FDB_DEV, fdb.port);
	list = must(json_array());
	status = vsw_dump(ctl, &req, list);
	if (!status && ctl->json)
		print_json(ctl, list);
	else if (!status)
		print_table(columns, ARRAY_SIZE(columns), list);
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "show", fdb_show },
	{ NULL },
};

const struct object object_fdb = { "fdb", help, commands };
