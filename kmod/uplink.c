// SPDX-License-Identifier: GPL-2.0-only
/* Uplinks: the ladder up, the ladder down, MTU and role. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compile.h"
#include "filter.h"
#include "linkmon.h"
#include "member.h"
#include "netlink.h"
#include "policy.h"
#include "port.h"
#include "rx.h"
#include "team.h"
#include "uplink.h"
#include "wake.h"

/**
 * vsw_uplink_role() - the role of a device in the policy of a switch
 * @sw: the switch
 * @name: its netdev name
 *
 * Return: enum vswitch_role.
 */
u32 vsw_uplink_role(const struct vsw_switch *sw, const char *name)
{
	if (vsw_policy_find(&sw->policy.active, name) >= 0)
		return VSWITCH_ROLE_ACTIVE;
	if (vsw_policy_find(&sw->policy.standby, name) >= 0)
		return VSWITCH_ROLE_STANDBY;
	return VSWITCH_ROLE_UNUSED;
}

/**
 * vsw_uplink_state() - the state of an uplink in the team of its switch (T7)
 * @uplink: the uplink
 *
 * Context: RTNL.
 * Return: enum vswitch_link_state.
 */
u32 vsw_uplink_state(const struct vsw_uplink *uplink)
{
	const struct net_device *dev = uplink->port.dev;

	if (!netif_running(dev))
		return VSWITCH_LINK_STATE_DOWN;
	if (!netif_carrier_ok(dev))
		return VSWITCH_LINK_STATE_NO_CARRIER;
	return vsw_team_state(uplink->port.sw->team, uplink);
}

/**
 * vsw_uplink_listed() - whether a name means an uplink of a switch
 * @sw: the switch
 * @name: a netdev name
 *
 * Context: RTNL.
 * Return: true if it is an uplink, or an absent one.
 */
bool vsw_uplink_listed(const struct vsw_switch *sw, const char *name)
{
	return vsw_compile_uplink(sw, name) ||
	       vsw_policy_find(&sw->absent, name) >= 0;
}

/*
 * Compile the switch with @name in the list that @role says, and, if @forget,
 * without it in the lists of portgroups too.
 */
static int compile_role(struct vsw_switch *sw, const char *name, u32 role,
			bool forget)
{
	struct vsw_members *list = NULL;
	struct vsw_policy *policy;
	int err;

	policy = kmemdup(&sw->policy, sizeof(*policy), GFP_KERNEL);
	if (!policy)
		return -ENOMEM;
	if (role != vsw_uplink_role(sw, name)) {
		vsw_policy_forget(policy, name);
		if (role == VSWITCH_ROLE_ACTIVE)
			list = &policy->active;
		else if (role == VSWITCH_ROLE_STANDBY)
			list = &policy->standby;
	}
	err = -ENOSPC;
	if (list && list->n == VSW_MAX_UPLINKS)
		goto out;
	if (list)
		strscpy(list->name[list->n++], name);
	err = vsw_compile_switch(sw, policy, forget ? name : NULL, NULL);
	if (!err)
		vsw_netlink_policy(sw);
out:
	kfree(policy);
	return err;
}

/**
 * vsw_uplink_set_role() - move an uplink into another list of its switch
 * @sw: the switch
 * @name: its netdev name; it may be absent
 * @role: enum vswitch_role
 *
 * Context: RTNL.
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int vsw_uplink_set_role(struct vsw_switch *sw, const char *name, u32 role)
{
	return compile_role(sw, name, role, false);
}

static struct vsw_uplink *create(struct vsw_switch *sw, struct net_device *dev)
{
	struct vsw_uplink *uplink;
	int cpu;

	uplink = kzalloc(sizeof(*uplink), GFP_KERNEL_ACCOUNT);
	if (!uplink)
		return NULL;
	uplink->filter = kzalloc(sizeof(*uplink->filter), GFP_KERNEL_ACCOUNT);
	uplink->drops = alloc_percpu_gfp(struct vsw_pcpu_drops,
					 GFP_KERNEL_ACCOUNT);
	if (!uplink->filter || !uplink->drops ||
	    vsw_port_init(&uplink->port, sw, dev, VSW_UPLINK)) {
		free_percpu(uplink->drops);
		kfree(uplink->filter);
		kfree(uplink);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(uplink->drops, cpu)->syncp);
	return uplink;
}

static void destroy(struct vsw_uplink *uplink)
{
	vsw_port_exit(&uplink->port);
	free_percpu(uplink->drops);
	kfree(uplink->filter);
	kfree(uplink);
}

/* What the device was before, and gets back. */
static void save(struct vsw_uplink *uplink)
{
	const struct net_device *dev = uplink->port.dev;

	uplink->saved_mtu = dev->mtu;
	uplink->saved_up = dev->flags & IFF_UP;
	uplink->saved_lro = dev->features & NETIF_F_LRO;
}

static void restore_lro(struct vsw_uplink *uplink)
{
	struct net_device *dev = uplink->port.dev;

	if (uplink->saved_lro) {
		dev->wanted_features |= NETIF_F_LRO;
		netdev_update_features(dev);
	}
}

static void restore_mtu(struct vsw_uplink *uplink)
{
	struct net_device *dev = uplink->port.dev;

	if (dev->mtu != uplink->saved_mtu)
		dev_set_mtu(dev, uplink->saved_mtu);
}

static void restore(struct vsw_uplink *uplink)
{
	restore_lro(uplink);
	restore_mtu(uplink);
	if (!uplink->saved_up)
		dev_close(uplink->port.dev);
}

/* The steps that change the netdev; no frame comes to us yet. */
static int prepare(struct vsw_switch *sw, struct vsw_uplink *uplink,
		   struct netlink_ext_ack *extack)
{
	struct net_device *dev = uplink->port.dev;
	int err;

	save(uplink);
	if (dev->mtu != sw->dev->mtu) {
		err = dev_set_mtu(dev, sw->dev->mtu);
		if (err) {
			NL_SET_ERR_MSG_FMT(extack, "%s cannot have the MTU %u of %s",
					   dev->name, sw->dev->mtu,
					   sw->dev->name);
			return err;
		}
	}
	err = vsw_member_link(sw, dev, extack);
	if (err)
		goto err_link;
	err = dev_set_allmulti(dev, 1);
	if (err)
		goto err_allmulti;
	dev_disable_lro(dev);
	return 0;

err_allmulti:
	vsw_member_unlink(sw, dev);
err_link:
	restore(uplink);
	return err;
}

static u32 lowest_free_number(const struct vsw_switch *sw)
{
	const struct vsw_uplink *pos;
	u32 number = 1;

	list_for_each_entry(pos, &sw->uplinks, node) {
		if (pos->port.number != number)
			break;
		number++;
	}
	return number;
}

/* Give the uplink its place on the list, which is in order of the numbers. */
static void enlist(struct vsw_switch *sw, struct vsw_uplink *uplink)
{
	struct vsw_uplink *pos;

	list_for_each_entry(pos, &sw->uplinks, node) {
		if (pos->port.number > uplink->port.number)
			break;
	}
	list_add_tail_rcu(&uplink->node, &pos->node);
	sw->n_uplinks++;
}

static void delist(struct vsw_switch *sw, struct vsw_uplink *uplink)
{
	list_del_rcu(&uplink->node);
	sw->n_uplinks--;
}

static void unprepare(struct vsw_switch *sw, struct vsw_uplink *uplink)
{
	struct net_device *dev = uplink->port.dev;

	vsw_filter_clear(uplink);
	dev_set_allmulti(dev, -1);
	vsw_member_unlink(sw, dev);
}

/* Whether there is room for one more, which may be absent so far. */
static int check_room(const struct vsw_switch *sw, const char *name,
		      struct netlink_ext_ack *extack)
{
	if (vsw_policy_find(&sw->absent, name) >= 0 ||
	    sw->n_uplinks + sw->absent.n < VSW_MAX_UPLINKS)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s has %d uplinks already", sw->dev->name,
			   VSW_MAX_UPLINKS);
	return -ENOSPC;
}

static void remember(struct vsw_members *list, const char *name)
{
	strscpy(list->name[list->n++], name);
}

static void no_more_absent(struct vsw_switch *sw, const char *name)
{
	vsw_policy_unlist(&sw->absent, name);
	vsw_policy_unlist(&sw->vanished, name);
}

/* The role of a new uplink: what is asked, what it had as absent, or active. */
static u32 first_role(const struct vsw_switch *sw, const char *name,
		      const u32 *role)
{
	if (role)
		return *role;
	if (vsw_policy_find(&sw->absent, name) >= 0)
		return vsw_uplink_role(sw, name);
	return VSWITCH_ROLE_ACTIVE;
}

/**
 * vsw_uplink_expect() - make an uplink of a device that is not there yet
 * @sw: the switch
 * @name: its netdev name
 * @role: NULL for active
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or an error, and then nothing has changed.
 */
int vsw_uplink_expect(struct vsw_switch *sw, const char *name, const u32 *role,
		      struct netlink_ext_ack *extack)
{
	int err;

	if (!dev_valid_name(name)) {
		NL_SET_ERR_MSG(extack, "that is not a name for a device");
		return -EINVAL;
	}
	if (vsw_uplink_listed(sw, name)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is already an uplink of %s", name,
				   sw->dev->name);
		return -EEXIST;
	}
	err = check_room(sw, name, extack) ?:
	      compile_role(sw, name, first_role(sw, name, role), false);
	if (!err)
		remember(&sw->absent, name);
	return err;
}

/**
 * vsw_uplink_add() - attach a netdev as an uplink (M1, M2, M6)
 * @sw: the switch
 * @dev: the netdev
 * @role: NULL for the one that it is listed with, or else active
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or an error, and then nothing has changed.
 */
int vsw_uplink_add(struct vsw_switch *sw, struct net_device *dev,
		   const u32 *role, struct netlink_ext_ack *extack)
{
	struct vsw_uplink *uplink;
	int err;

	err = vsw_member_check(sw, dev, extack) ?:
	      check_room(sw, dev->name, extack);
	if (err)
		return err;
	uplink = create(sw, dev);
	if (!uplink)
		return -ENOMEM;
	err = prepare(sw, uplink, extack);
	if (err)
		goto err_prepare;
	/* Frames come as soon as there is a handler, and tell it by its number. */
	uplink->port.number = lowest_free_number(sw);
	uplink->live = vsw_dev_live(dev);
	uplink->downs = atomic_read(&dev->carrier_down_count);
	uplink->lost = vsw_policy_find(&sw->vanished, dev->name) >= 0;
	uplink->told = vsw_uplink_state(uplink);
	strscpy(uplink->name, dev->name);
	err = netdev_rx_handler_register(dev, vsw_rx_uplink, uplink);
	if (err)
		goto err_handler;
	enlist(sw, uplink);
	err = compile_role(sw, dev->name, first_role(sw, dev->name, role), false);
	if (err)
		goto err_compile;
	no_more_absent(sw, dev->name);
	vsw_filter_sync(sw);
	vsw_linkmon_arm(sw);
	return 0;

err_compile:
	delist(sw, uplink);
	netdev_rx_handler_unregister(dev);
err_handler:
	unprepare(sw, uplink);
	restore(uplink);
err_prepare:
	destroy(uplink);
	return err;
}

/* The steps down that need no memory, whatever becomes of the netdev. */
static void take_down(struct vsw_uplink *uplink)
{
	struct vsw_switch *sw = uplink->port.sw;
	struct vsw_port *port;
	unsigned long i;

	vsw_netlink_uplink(uplink, VSWITCH_CMD_UPLINK_DEL_NTF);
	delist(sw, uplink);
	vsw_compile_forget(sw, uplink);
	xa_for_each(&sw->ports, i, port)
		vsw_port_forget(port, uplink);
	/* Waits for a grace period: no frame knows the uplink after it. */
	netdev_rx_handler_unregister(uplink->port.dev);
	unprepare(sw, uplink);
}

/**
 * vsw_uplink_detach() - let go of an uplink whose netdev stays; its place in
 * the lists stays too
 * @uplink: the uplink
 *
 * Context: RTNL.
 */
void vsw_uplink_detach(struct vsw_uplink *uplink)
{
	take_down(uplink);
	restore(uplink);
	destroy(uplink);
}

/**
 * vsw_uplink_forget() - take a device that is absent out of every list (T1)
 * @sw: the switch
 * @name: its netdev name
 *
 * Context: RTNL.
 * Return: 0; or -ENOMEM, and then nothing has changed.
 */
int vsw_uplink_forget(struct vsw_switch *sw, const char *name)
{
	int err = compile_role(sw, name, VSWITCH_ROLE_UNUSED, true);

	if (!err && vsw_policy_find(&sw->absent, name) >= 0) {
		no_more_absent(sw, name);
		vsw_netlink_absent(sw, name, VSWITCH_CMD_UPLINK_DEL_NTF);
	}
	return err;
}

/**
 * vsw_uplink_del() - let go of an uplink and take it out of every list (T1)
 * @uplink: the uplink
 *
 * Context: RTNL.
 * Return: 0; or -ENOMEM, and then nothing has changed.
 */
int vsw_uplink_del(struct vsw_uplink *uplink)
{
	struct vsw_switch *sw = uplink->port.sw;
	char name[IFNAMSIZ];
	int err;

	strscpy(name, uplink->port.dev->name);
	err = vsw_uplink_forget(sw, name);
	if (err)
		return err;
	vsw_uplink_detach(uplink);
	return 0;
}

/*
 * Only the netdev and what was saved of it is left of the uplink. The move has
 * set it down, and who moves it may set it up again and give it an MTU in the
 * same breath.
 */
static void restore_late(struct work_struct *work)
{
	struct vsw_uplink *uplink = container_of(work, struct vsw_uplink, late);
	struct net_device *dev = uplink->port.dev;

	rtnl_lock();
	/* Unless someone else has it now, or it is gone meanwhile. */
	if (dev->reg_state == NETREG_REGISTERED && !vsw_member_is(dev)) {
		restore_lro(uplink);
		if (dev->mtu == uplink->left_mtu)
			restore_mtu(uplink);
	}
	rtnl_unlock();
	destroy(uplink);
}

/**
 * vsw_uplink_vanish() - an uplink's netdev is unregistered, or moves away (M3)
 * @uplink: the uplink
 *
 * It stays, as absent. Nothing may be called back on a device in this
 * state, so one that only moves to another netns gets its settings back later.
 *
 * Context: RTNL.
 */
void vsw_uplink_vanish(struct vsw_uplink *uplink)
{
	struct net_device *dev = uplink->port.dev;
	struct vsw_switch *sw = uplink->port.sw;

	take_down(uplink);
	remember(&sw->absent, uplink->name);
	remember(&sw->vanished, uplink->name);
	vsw_netlink_absent(sw, uplink->name, VSWITCH_CMD_UPLINK_NTF);
	if (dev->reg_state != NETREG_REGISTERED) {
		destroy(uplink);
		return;
	}
	uplink->left_mtu = dev->mtu;
	INIT_WORK(&uplink->late, restore_late);
	queue_work(vsw_linkmon_wq, &uplink->late);
}

/**
 * vsw_uplink_set_mtu() - give all uplinks of a switch its new MTU (M6)
 * @sw: the switch
 * @mtu: the MTU in bytes
 *
 * Context: RTNL.
 * Return: 0 or an error, and then all have the old one.
 */
int vsw_uplink_set_mtu(struct vsw_switch *sw, u32 mtu)
{
	struct vsw_uplink *uplink;
	int err = 0;

	sw->mtu_changing = true;
	list_for_each_entry(uplink, &sw->uplinks, node) {
		err = dev_set_mtu(uplink->port.dev, mtu);
		if (err)
			break;
	}
	if (err) {
		if (net_ratelimit())
			netdev_err(sw->dev, "%s cannot have the MTU %u\n",
				   uplink->name, mtu);
		list_for_each_entry_continue_reverse(uplink, &sw->uplinks, node)
			dev_set_mtu(uplink->port.dev, sw->dev->mtu);
	}
	sw->mtu_changing = false;
	return err;
}

/**
 * vsw_uplink_rename() - follow an uplink that has a new name (M3)
 * @uplink: the uplink
 *
 * If an absent one had that name, it is not expected any more: the uplink has
 * a place of its own.
 *
 * Context: RTNL.
 * Return: 0; or -ENOMEM, and then nothing has changed.
 */
int vsw_uplink_rename(struct vsw_uplink *uplink)
{
	struct vsw_switch *sw = uplink->port.sw;
	const char *name = uplink->port.dev->name;
	struct vsw_portgroup *pg;
	int err;

	/* The core takes back what was refused. */
	if (!strcmp(uplink->name, name))
		return 0;
	if (vsw_policy_find(&sw->absent, name) >= 0) {
		err = vsw_uplink_forget(sw, name);
		if (err)
			return err;
	}
	vsw_policy_rename(&sw->policy, uplink->name, name);
	list_for_each_entry(pg, &sw->portgroups, node) {
		if (pg->own)
			vsw_policy_rename(pg->own, uplink->name, name);
	}
	strscpy(uplink->name, name);
	vsw_netlink_all(sw);
	return 0;
}
