// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl vmk adopt and release: the host's addresses move between a NIC and a
 * vmk, and the NIC between the host and a switch.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/vswitch.h>

#include "addr.h"
#include "args.h"
#include "guard.h"
#include "link.h"
#include "move.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "undo.h"
#include "vmk.h"
#include "vsw.h"
#include "vswctl.h"

/**
 * struct adopt - what a command says, and what comes of it
 * @sw: the switch that is to have the NIC
 * @portgroup: the portgroup that is to have the vmk
 * @vlan: its VLAN setting
 * @nic: the NIC
 * @mtu: the MTU of the switch
 * @vmk: the vmk
 */
struct adopt {
	const char *sw;
	const char *portgroup;
	struct opt_vlan vlan;
	struct link nic;
	__u32 mtu;
	json_t *vmk;
};

const struct key adopt_keys[ADOPT_KEYS] = {
	{ "switch", parse_device, offsetof(struct adopt, sw) },
	{ "portgroup", parse_portgroup, offsetof(struct adopt, portgroup) },
	{ "vlan", parse_vlan, offsetof(struct adopt, vlan),
	  .words = "none all trunk" },
};

/* Does a step at the switch that another request can undo. */
static int step(struct undo *undo, struct req *req, const struct req *back)
{
	struct nl_error error;

	undo_do(undo, undo->ctl->genl, req, back, &error);
	return nl_report(undo->ctl, &error);
}

/* Begins a request that only names something. */
static int name_one(struct ctl *ctl, struct req *req, __u8 command,
		    const struct attr_set *set, const char *name)
{
	/* The attribute that names an object is the first of each set. */
	int status = vsw_start(ctl, req, command, set);

	if (!status)
		req_text(req, 1, name);
	return status;
}

/* Gets an object; @list stays empty if there is none. */
static int get_one(struct ctl *ctl, __u8 command, const struct attr_set *set,
		   const char *name, json_t *list)
{
	struct nl_error error;
	struct req req;
	int status;

	status = name_one(ctl, &req, command, set, name);
	if (status)
		return status;
	vsw_try(ctl, &req, list, &error);
	return error.code == ENOENT ? STATUS_OK : nl_report(ctl, &error);
}

static int make_switch(struct undo *undo, struct adopt *adopt)
{
	struct ctl *ctl = undo->ctl;
	struct req req, back;
	int status;

	adopt->mtu = adopt->nic.mtu;
	status = name_one(ctl, &req, VSWITCH_CMD_SWITCH_NEW, &set_switch, adopt->sw);
	if (!status)
		status = name_one(ctl, &back, VSWITCH_CMD_SWITCH_DEL, &set_switch,
				  adopt->sw);
	if (status)
		return status;
	req_u32(&req, VSWITCH_A_SWITCH_MTU, adopt->mtu);
	return step(undo, &req, &back);
}

static int need_switch(struct undo *undo, struct adopt *adopt)
{
	json_t *list = must(json_array());
	int status;

	status = get_one(undo->ctl, VSWITCH_CMD_SWITCH_GET, &set_switch, adopt->sw,
			 list);
	if (!status && !json_array_size(list))
		status = make_switch(undo, adopt);
	else if (!status)
		adopt->mtu = get_number(json_array_get(list, 0), "mtu");
	json_decref(list);
	return status;
}

static int make_portgroup(struct undo *undo, const struct adopt *adopt)
{
	struct ctl *ctl = undo->ctl;
	struct req req, back;
	int status;

	status = name_one(ctl, &req, VSWITCH_CMD_PORTGROUP_NEW, &set_portgroup,
			  adopt->portgroup);
	if (!status)
		status = name_one(ctl, &back, VSWITCH_CMD_PORTGROUP_DEL,
				  &set_portgroup, adopt->portgroup);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_PORTGROUP_SWITCH, adopt->sw);
	vlan_put(&req, VSWITCH_A_PORTGROUP_VLAN, &adopt->vlan);
	return step(undo, &req, &back);
}

/* Whether a portgroup that is there is the one that is meant. */
static int check_portgroup_is(struct ctl *ctl, const struct adopt *adopt,
			      const json_t *pg)
{
	const json_t *id = json_object_get(json_object_get(pg, "vlan"), "id");
	int status = STATUS_OK;
	char *vlan;

	if (!get_is(pg, "switch", adopt->sw))
		return ctl_fail(ctl, STATUS_SYSTEM,
				"portgroup \"%s\" belongs to %s (portgroup)",
				adopt->portgroup, get_text(pg, "switch"));
	if (!adopt->vlan.given ||
	    (id && !adopt->vlan.ranges &&
	     json_integer_value(id) == adopt->vlan.id))
		return STATUS_OK;
	vlan = cell_vlan(pg, "vlan");
	status = ctl_fail(ctl, STATUS_SYSTEM,
			  "portgroup \"%s\" is there already, with VLAN %s (vlan)",
			  adopt->portgroup, vlan);
	free(vlan);
	return status;
}

static int need_portgroup(struct undo *undo, struct adopt *adopt)
{
	json_t *list = must(json_array());
	int status;

	status = get_one(undo->ctl, VSWITCH_CMD_PORTGROUP_GET, &set_portgroup,
			 adopt->portgroup, list);
	if (!status && !json_array_size(list))
		status = make_portgroup(undo, adopt);
	else if (!status)
		status = check_portgroup_is(undo->ctl, adopt, json_array_get(list, 0));
	json_decref(list);
	return status;
}

static void build_gen_mode(struct req *req, __u32 ifindex, int mode)
{
	const struct ifinfomsg header = { .ifi_index = ifindex };
	struct nlattr *spec, *family;
	__u8 value = mode;

	req_start(req, RTM_NEWLINK, 0, &header, sizeof(header));
	spec = req_nest(req, IFLA_AF_SPEC);
	family = req_nest(req, AF_INET6);
	req_bytes(req, IFLA_INET6_ADDR_GEN_MODE, &value, sizeof(value));
	req_nest_end(req, family);
	req_nest_end(req, spec);
}

/* What it does by itself for IPv6 it does as the NIC has done it. */
static int set_gen_mode(struct ctl *ctl, __u32 ifindex, int mode)
{
	struct nl_error error;
	struct req req;

	if (mode < 0)
		return STATUS_OK;
	build_gen_mode(&req, ifindex, mode);
	nl_request(ctl->route, &req, NULL, NULL, &error);
	/* Stable-privacy addresses want a secret, which the vmk does not have. */
	return error.code == EINVAL ? STATUS_OK : nl_report(ctl, &error);
}

/* Makes a vmk with the MAC of the NIC. */
static int make_vmk(struct undo *undo, struct adopt *adopt)
{
	struct ctl *ctl = undo->ctl;
	struct req req, back;
	__u32 mtu = adopt->nic.mtu < adopt->mtu ? adopt->nic.mtu : adopt->mtu;
	json_t *list = must(json_array());
	int status;

	status = vsw_start(ctl, &req, VSWITCH_CMD_VMK_NEW, &set_vmk);
	if (status)
		goto out;
	req_text(&req, VSWITCH_A_VMK_PORTGROUP, adopt->portgroup);
	req_bytes(&req, VSWITCH_A_VMK_MAC, adopt->nic.mac, sizeof(adopt->nic.mac));
	req_u32(&req, VSWITCH_A_VMK_MTU, mtu);
	status = vsw_get(ctl, &req, list);
	if (status)
		goto out;
	adopt->vmk = json_incref(json_array_get(list, 0));
	status = name_one(ctl, &back, VSWITCH_CMD_VMK_DEL, &set_vmk,
			  get_text(adopt->vmk, "name"));
	if (!status) {
		undo_note(undo, ctl->genl, &back);
		status = set_gen_mode(ctl, get_number(adopt->vmk, "ifindex"),
				      adopt->nic.gen_mode);
	}
out:
	json_decref(list);
	return status;
}

static int make_uplink(struct undo *undo, const struct adopt *adopt)
{
	struct ctl *ctl = undo->ctl;
	struct req req, back;
	int status;

	status = name_one(ctl, &req, VSWITCH_CMD_UPLINK_NEW, &set_uplink,
			  adopt->nic.name);
	if (!status)
		status = name_one(ctl, &back, VSWITCH_CMD_UPLINK_DEL, &set_uplink,
				  adopt->nic.name);
	if (status)
		return status;
	req_text(&req, VSWITCH_A_UPLINK_SWITCH, adopt->sw);
	return step(undo, &req, &back);
}

/*
 * The vmk has everything before the NIC loses it, and sends as soon as the NIC
 * is an uplink: what a session loses is what it sends in between.
 */
static int adopt_all(struct undo *undo, void *what)
{
	struct move move = { .undo = undo };
	struct adopt *adopt = what;
	int status;

	status = need_switch(undo, adopt);
	if (!status)
		status = need_portgroup(undo, adopt);
	if (!status)
		status = make_vmk(undo, adopt);
	if (status)
		return status;
	move.from = (struct move_dev){ adopt->nic.ifindex, adopt->nic.name };
	move.to = (struct move_dev){ get_number(adopt->vmk, "ifindex"),
				     get_text(adopt->vmk, "name") };
	status = move_read(&move);
	if (!status)
		status = move_give(&move);
	if (!status)
		status = move_take(&move);
	if (!status)
		status = make_uplink(undo, adopt);
	move_end(&move);
	return status;
}

/* Whoever is logged in by that NIC may lose the terminal, but not half way. */
static void block_signals(void)
{
	static const int signals[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGTSTP, SIGTTOU,
	};
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Says which vmk it has become. */
static int print_vmk(struct ctl *ctl, const char *name)
{
	json_t *list;
	int status;

	if (!ctl->json) {
		puts(name);
		return STATUS_OK;
	}
	list = must(json_array());
	status = get_one(ctl, VSWITCH_CMD_VMK_GET, &set_vmk, name, list);
	if (!status)
		print_json(ctl, list);
	json_decref(list);
	return status;
}

/*
 * Watched over by the guard of --confirm or by one of its own, so that nobody has
 * half of it if this process is killed.  The caller puts @signals back.
 */
static int guarded(struct ctl *ctl, int (*change)(struct undo *undo, void *what),
		   void *what, sigset_t *signals)
{
	struct undo dry = { .ctl = ctl };
	bool own = !ctl->guard;
	struct guard guard;
	json_t *before;
	int status;

	sigprocmask(SIG_BLOCK, NULL, signals);
	if (ctl->dry_run)
		return change(&dry, what);
	status = own ? guard_start(ctl, &guard, &before) : STATUS_OK;
	if (status)
		return status;
	block_signals();
	status = change(&ctl->guard->undo, what);
	if (own)
		status = guard_end(ctl, &guard, before, status);
	else if (status)
		undo_end(&ctl->guard->undo, status);
	return status;
}

/**
 * vmk_adopt - vswctl vmk adopt
 * @ctl: the run
 * @args: the words that follow
 *
 * Return: an exit status.
 */
int vmk_adopt(struct ctl *ctl, struct args *args)
{
	struct adopt adopt = { .sw = NULL };
	const struct key_set mine = {
		adopt_keys, ARRAY_SIZE(adopt_keys), &adopt
	};
	sigset_t signals;
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_parse(args, &mine, NULL);
	if (!status && !adopt.sw)
		status = args_missing(args, "switch");
	if (!status && !adopt.portgroup)
		status = args_missing(args, "portgroup");
	if (!status)
		status = link_get(ctl, ctl->name, &adopt.nic);
	if (!status && (!adopt.nic.has_mac || adopt.nic.flags & IFF_LOOPBACK))
		status = ctl_fail(ctl, STATUS_SYSTEM, "it is not an Ethernet device");
	if (!status && adopt.nic.master)
		status = ctl_fail(ctl, STATUS_SYSTEM, "it has a master already");
	if (!status) {
		status = guarded(ctl, adopt_all, &adopt, &signals);
		if (!status)
			status = print_vmk(ctl, get_text(adopt.vmk, "name"));
		fflush(stdout);
		sigprocmask(SIG_SETMASK, &signals, NULL);
	}
	json_decref(adopt.vmk);
	return status;
}

/**
 * struct release - a vmk that goes, and the NIC that gets what it has
 * @sw: their switch
 * @portgroup: that of the vmk
 * @vmk: the vmk
 * @nic: the NIC
 */
struct release {
	const char *sw;
	const char *portgroup;
	struct link vmk;
	struct link nic;
};

/* A policy that is to be put back, maybe of a portgroup of one switch. */
struct old_policy {
	struct undo *undo;
	__u8 command;
	__u16 policy;
};

/* The name is the first attribute of both sets. */
static void note_policy(const struct nlmsghdr *nlh, void *data)
{
	const struct old_policy *old = data;
	const struct nlattr *nla, *name = NULL, *policy = NULL;
	struct ctl *ctl = old->undo->ctl;
	struct req back;

	/* What is noted twice does no harm. */
	if (!nlh)
		return;
	mnl_attr_for_each(nla, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(nla) == 1)
			name = nla;
		else if (mnl_attr_get_type(nla) == old->policy)
			policy = nla;
	}
	if (!name || !policy ||
	    name_one(ctl, &back, old->command, NULL, mnl_attr_get_payload(name)))
		return;
	req_bytes(&back, policy->nla_type, mnl_attr_get_payload(policy),
		  mnl_attr_get_payload_len(policy));
	undo_note(old->undo, ctl->genl, &back);
}

/* An uplink that goes is on no list any more, so the lists are kept here. */
static int note_policies(struct undo *undo, const struct release *release)
{
	struct old_policy sw = {
		undo, VSWITCH_CMD_SWITCH_SET, VSWITCH_A_SWITCH_POLICY,
	};
	struct old_policy pg = {
		undo, VSWITCH_CMD_PORTGROUP_SET, VSWITCH_A_PORTGROUP_POLICY,
	};
	struct ctl *ctl = undo->ctl;
	struct nl_error error;
	struct req req;
	int status;

	status = name_one(ctl, &req, VSWITCH_CMD_SWITCH_GET, &set_switch,
			  release->sw);
	if (status)
		return status;
	nl_request(ctl->genl, &req, note_policy, &sw, &error);
	if (!error.code) {
		status = vsw_start(ctl, &req, VSWITCH_CMD_PORTGROUP_GET,
				   &set_portgroup);
		if (status)
			return status;
		req_text(&req, VSWITCH_A_PORTGROUP_SWITCH, release->sw);
		nl_dump(ctl->genl, &req, note_policy, &pg, &error);
	}
	return nl_report(ctl, &error);
}

static int drop_uplink(struct undo *undo, const struct release *release)
{
	struct ctl *ctl = undo->ctl;
	struct req req, back;
	int status;

	status = name_one(ctl, &req, VSWITCH_CMD_UPLINK_DEL, &set_uplink,
			  release->nic.name);
	if (!status)
		status = name_one(ctl, &back, VSWITCH_CMD_UPLINK_NEW, &set_uplink,
				  release->nic.name);
	if (status)
		return status;
	req_text(&back, VSWITCH_A_UPLINK_SWITCH, release->sw);
	return step(undo, &req, &back);
}

/*
 * A vmk that has gone comes back as it was, with the index by which its routes
 * know it.  What else was set of it is in the configuration (C2).
 */
static int drop_vmk(struct undo *undo, const struct release *release,
		    struct req *req)
{
	const struct link *vmk = &release->vmk;
	struct req back;
	int status;

	status = name_one(undo->ctl, &back, VSWITCH_CMD_VMK_NEW, &set_vmk, vmk->name);
	if (status)
		return status;
	req_u32(&back, VSWITCH_A_VMK_IFINDEX, vmk->ifindex);
	req_text(&back, VSWITCH_A_VMK_PORTGROUP, release->portgroup);
	req_bytes(&back, VSWITCH_A_VMK_MAC, vmk->mac, sizeof(vmk->mac));
	req_u32(&back, VSWITCH_A_VMK_MTU, vmk->mtu);
	if (vmk->gen_mode >= 0) {
		struct req mode;

		build_gen_mode(&mode, vmk->ifindex, vmk->gen_mode);
		undo_note(undo, undo->ctl->route, &mode);
	}
	return step(undo, req, &back);
}

/* As with adopt, the NIC has everything before the vmk loses it. */
static int release_all(struct undo *undo, void *what)
{
	const struct release *release = what;
	struct move move = {
		.undo = undo,
		.from = { release->vmk.ifindex, release->vmk.name },
		.to = { release->nic.ifindex, release->nic.name },
	};
	struct addr_dev nic = { .ifindex = release->nic.ifindex };
	struct req req;
	int status;

	/* What comes last is begun first: a dry run ends here. */
	status = name_one(undo->ctl, &req, VSWITCH_CMD_VMK_DEL, &set_vmk,
			  release->vmk.name);
	if (!status)
		status = move_read(&move);
	if (!status)
		status = note_policies(undo, release);
	if (!status)
		status = drop_uplink(undo, release);
	/* It may have been down before it was an uplink. */
	nic.sock = undo->ctl->route;
	if (!status)
		status = addr_set_up(undo->ctl, &nic);
	if (!status)
		status = move_give(&move);
	if (!status)
		status = move_take(&move);
	if (!status)
		status = drop_vmk(undo, release, &req);
	move_end(&move);
	return status;
}

/* Finds the NIC of a vmk: the uplink that has its address as its own. */
static int find_nic(struct ctl *ctl, const struct link_list *links,
		    struct release *release)
{
	json_t *uplinks, *uplink;
	size_t index;
	int status;

	status = vsw_list(ctl, VSWITCH_CMD_UPLINK_GET, &set_uplink, &uplinks);
	json_array_foreach(uplinks, index, uplink) {
		const struct link *link =
			link_find(links, get_number(uplink, "ifindex"));

		if (link && get_is(uplink, "switch", release->sw) &&
		    !memcmp(link->mac, release->vmk.mac, sizeof(link->mac)))
			release->nic = *link;
	}
	json_decref(uplinks);
	if (!status && !release->nic.ifindex)
		status = ctl_fail(ctl, STATUS_SYSTEM,
				  "no uplink of %s has its address, so there is no NIC that it came from",
				  release->sw);
	return status;
}

/* Whether nothing would be lost with the vmk. */
static int check_vmk(struct ctl *ctl, const struct link_list *links,
		     const struct link *vmk)
{
	size_t i;

	if (vmk->master)
		return ctl_fail(ctl, STATUS_SYSTEM, "it has a master (a VRF?)");
	for (i = 0; i < links->count; i++)
		if (links->link[i].lower == vmk->ifindex)
			return ctl_fail(ctl, STATUS_SYSTEM, "%s stands on it",
					links->link[i].name);
	return STATUS_OK;
}

static int find_release(struct ctl *ctl, const json_t *vmk,
			struct release *release)
{
	struct link_list links;
	const struct link *link;
	int status;

	if (json_object_get(vmk, "netns-id"))
		return ctl_fail(ctl, STATUS_SYSTEM,
				"it lives in another network namespace");
	release->sw = get_text(vmk, "switch");
	release->portgroup = get_text(vmk, "portgroup");
	status = link_dump(ctl, &links);
	link = link_find(&links, get_number(vmk, "ifindex"));
	if (!status && !link)
		status = ctl_fail(ctl, STATUS_ABSENT, "there is no such vmk");
	if (!status) {
		release->vmk = *link;
		status = check_vmk(ctl, &links, link);
	}
	if (!status)
		status = find_nic(ctl, &links, release);
	free(links.link);
	return status;
}

/**
 * vmk_release - vswctl vmk release
 * @ctl: the run
 * @args: the words that follow
 *
 * Return: an exit status.
 */
int vmk_release(struct ctl *ctl, struct args *args)
{
	struct release release = { .sw = NULL };
	json_t *list = must(json_array());
	sigset_t signals;
	struct req req;
	int status;

	status = args_name(args, "name", VSWITCH_SWITCH_NAME_MAX);
	if (!status)
		status = args_end(args);
	if (!status)
		status = name_one(ctl, &req, VSWITCH_CMD_VMK_GET, &set_vmk, ctl->name);
	if (!status)
		status = vsw_get(ctl, &req, list);
	if (!status)
		status = find_release(ctl, json_array_get(list, 0), &release);
	if (!status) {
		status = guarded(ctl, release_all, &release, &signals);
		sigprocmask(SIG_SETMASK, &signals, NULL);
	}
	json_decref(list);
	return status;
}
