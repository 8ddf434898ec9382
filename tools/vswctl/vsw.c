// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vswitch family: its number, and requests that are answered with objects.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vswitch.h>

#include "nl.h"
#include "plan.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

/* The number of the one group that there is. */
static void read_groups(const struct nlattr *groups, __u32 *number)
{
	const struct nlattr *group, *nla;

	mnl_attr_for_each_nested(group, groups)
		mnl_attr_for_each_nested(nla, group)
			if (mnl_attr_get_type(nla) == CTRL_ATTR_MCAST_GRP_ID &&
			    mnl_attr_get_payload_len(nla) == sizeof(*number))
				*number = mnl_attr_get_u32(nla);
}

static void read_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *nla;
	struct ctl *ctl = data;

	if (mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN)
		return;
	mnl_attr_for_each(nla, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(nla) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(nla) == sizeof(ctl->family))
			ctl->family = mnl_attr_get_u16(nla);
		if (mnl_attr_get_type(nla) == CTRL_ATTR_MCAST_GROUPS)
			read_groups(nla, &ctl->group);
	}
}

static int find_family(struct ctl *ctl)
{
	const struct genlmsghdr header = {
		.cmd = CTRL_CMD_GETFAMILY, .version = 1,
	};
	struct nl_error error;
	struct req req;

	req_start(&req, GENL_ID_CTRL, 0, &header, sizeof(header));
	req_text(&req, CTRL_ATTR_FAMILY_NAME, VSWITCH_FAMILY_NAME);
	nl_request(ctl->genl, &req, read_family, ctl, &error);
	if (error.code == ENOENT || (!error.code && !ctl->family))
		return ctl_fail(ctl, STATUS_SYSTEM,
				"the vswitch module is not loaded (modprobe vswitch)");
	return nl_report(ctl, &error);
}

static bool is_change(__u8 command)
{
	switch (command) {
	case VSWITCH_CMD_SWITCH_GET:
	case VSWITCH_CMD_PORTGROUP_GET:
	case VSWITCH_CMD_UPLINK_GET:
	case VSWITCH_CMD_PORT_GET:
	case VSWITCH_CMD_VMK_GET:
	case VSWITCH_CMD_FDB_GET:
	case VSWITCH_CMD_WHY_GET:
		return false;
	}
	return true;
}

/**
 * vsw_say - say the command at hand instead of doing it
 * @ctl: the run
 *
 * Return: STATUS_DRY.
 */
int vsw_say(const struct ctl *ctl)
{
	json_t *words = must(json_array());
	char **word, *line;

	for (word = ctl->words; *word; word++)
		json_array_append_new(words, must(json_string(*word)));
	line = plan_line(words);
	puts(line);
	free(line);
	json_decref(words);
	return STATUS_DRY;
}

/**
 * vsw_start - begin a request to the vswitch family
 * @ctl: the run; its socket is opened if it is not yet
 * @req: the request
 * @command: VSWITCH_CMD_*
 * @set: what the attributes are
 *
 * Return: an exit status; STATUS_DRY for a change that is only to be said.
 */
int vsw_start(struct ctl *ctl, struct req *req, __u8 command,
	      const struct attr_set *set)
{
	const struct genlmsghdr header = {
		.cmd = command, .version = VSWITCH_FAMILY_VERSION,
	};
	int status;

	if (ctl->dry_run && is_change(command))
		return vsw_say(ctl);
	if (!ctl->genl) {
		ctl->genl = nl_open(NETLINK_GENERIC);
		if (!ctl->genl)
			return ctl_fail(ctl, STATUS_SYSTEM, "netlink: %s",
					strerror(errno));
	}
	if (!ctl->family) {
		status = find_family(ctl);
		if (status)
			return status;
	}
	req_start(req, ctl->family, 0, &header, sizeof(header));
	req->set = set;
	return STATUS_OK;
}

/* What an answer is appended to, and how it is read. */
struct answer {
	const struct attr_set *set;
	json_t *list;
	bool stats;
};

static void append(const struct nlmsghdr *nlh, void *data)
{
	struct answer *answer = data;
	const char *payload;
	json_t *object;
	size_t len;

	if (!nlh) {
		json_array_clear(answer->list);
		return;
	}
	len = mnl_nlmsg_get_payload_len(nlh);
	payload = mnl_nlmsg_get_payload(nlh);
	if (len < GENL_HDRLEN)
		return;
	object = schema_decode(answer->set, payload + GENL_HDRLEN,
			       len - GENL_HDRLEN);
	if (!answer->stats)
		json_object_del(object, "stats");
	json_array_append_new(answer->list, object);
}

/**
 * vsw_try - send a request to the vswitch family
 * @ctl: the run
 * @req: the request
 * @list: JSON array to append the answer to
 * @error: what the kernel says about it, which is not reported
 */
void vsw_try(struct ctl *ctl, struct req *req, json_t *list,
	     struct nl_error *error)
{
	struct answer answer = { req->set, list, ctl->stats };

	nl_request(ctl->genl, req, append, &answer, error);
}

/**
 * vsw_do - send a request that has no answer
 * @ctl: the run
 * @req: the request
 *
 * Return: an exit status.
 */
int vsw_do(struct ctl *ctl, struct req *req)
{
	struct nl_error error;

	nl_request(ctl->genl, req, NULL, NULL, &error);
	return nl_report(ctl, &error);
}

/**
 * vsw_get - send a request that is answered with an object
 * @ctl: the run
 * @req: the request
 * @list: JSON array to append the object to
 *
 * Return: an exit status.
 */
int vsw_get(struct ctl *ctl, struct req *req, json_t *list)
{
	struct nl_error error;

	vsw_try(ctl, req, list, &error);
	return nl_report(ctl, &error);
}

/**
 * vsw_dump - send a request that is answered with many objects
 * @ctl: the run
 * @req: the request
 * @list: empty JSON array for the objects
 *
 * Return: an exit status.
 */
int vsw_dump(struct ctl *ctl, struct req *req, json_t *list)
{
	struct answer answer = { req->set, list, ctl->stats };
	struct nl_error error;

	nl_dump(ctl->genl, req, append, &answer, &error);
	return nl_report(ctl, &error);
}

/**
 * vsw_list - list all objects of a kind
 * @ctl: the run
 * @command: VSWITCH_CMD_*_GET
 * @set: what their attributes are
 * @list: set to a new JSON array, to be released also on failure
 *
 * Return: an exit status.
 */
int vsw_list(struct ctl *ctl, __u8 command, const struct attr_set *set,
	     json_t **list)
{
	struct req req;
	int status;

	*list = must(json_array());
	status = vsw_start(ctl, &req, command, set);
	return status ? status : vsw_dump(ctl, &req, *list);
}

/**
 * vsw_show - get the object that a command names, or all of its kind
 * @ctl: the run
 * @command: VSWITCH_CMD_*_GET
 * @set: what their attributes are
 * @key: the attribute that names one
 * @list: set to a new JSON array, to be released also on failure
 *
 * Return: an exit status.
 */
int vsw_show(struct ctl *ctl, __u8 command, const struct attr_set *set,
	     __u16 key, json_t **list)
{
	struct req req;
	int status;

	if (!ctl->name)
		return vsw_list(ctl, command, set, list);
	*list = must(json_array());
	status = vsw_start(ctl, &req, command, set);
	if (status)
		return status;
	req_text(&req, key, ctl->name);
	return vsw_get(ctl, &req, *list);
}
