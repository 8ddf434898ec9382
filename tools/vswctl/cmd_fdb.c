// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl fdb
 */
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
	"vswctl fdb show [switch NAME] [vlan N] [port DEV]\n"
	"\n"
	"The addresses that ports hold, in which VLANs, and how they came to them:\n"
	"declared by the administrator, from the peer of a veth, adopted from the first\n"
	"frame of the guest, allowed to the port and used by it, or learned. IDLE is how\n"
	"long ago the port sent from an allowed or learned one.\n";

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

static char *cell_idle(const json_t *object, const char *key)
{
	if (!json_object_get(object, key))
		return must(strdup(NOTHING));
	return text_format("%" JSON_INTEGER_FORMAT "s", get_number(object, key));
}

static const struct column columns[] = {
	{ "ADDRESS", .key = "address" },
	{ "VLAN", cell_vlan, "vlan" },
	{ "PORT", .key = "dev" },
	{ "NUMBER", .key = "number", .number = true },
	{ "ORIGIN", .key = "origin" },
	{ "IDLE", cell_idle, "idle", .number = true, .optional = true },
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
	if (!status && !line_list(ctl, list))
		print_table(columns, ARRAY_SIZE(columns), list);
	json_decref(list);
	return status;
}

static const struct command commands[] = {
	{ "show", fdb_show, { keys, ARRAY_SIZE(keys) } },
	{ NULL },
};

const struct object object_fdb = { "fdb", help, commands };
