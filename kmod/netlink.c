// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door: what all objects share of it. Attributes are known in netlink*.c
 * only; the rooms behind take plain structures.
 */
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "fdb.h"
#include "member.h"
#include "netlink.h"
#include "netlink_common.h"
#include "portgroup.h"
#include "stats.h"
#include "switch.h"
#include "team.h"
#include "vmk.h"

/* The largest object: a portgroup with full lists and a ragged trunk. */
#define MSG_SIZE	SZ_16K

/* Whether the family's multicast group is ours to use; RTNL. */
static bool door_open;

/**
 * vswitch_nl_pre_doit() - before each request
 * @ops: the operation
 * @skb: the request
 * @info: the same
 *
 * Return: 0.
 */
int vswitch_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			struct genl_info *info)
{
	rtnl_lock();
	return 0;
}

/**
 * vswitch_nl_post_doit() - after each request
 * @ops: the operation
 * @skb: the request
 * @info: the same
 */
void vswitch_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			  struct genl_info *info)
{
	rtnl_unlock();
}

/**
 * vswitch_nl_dump_start() - before each dump
 * @cb: the dump
 *
 * Return: 0.
 */
int vswitch_nl_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = MSG_SIZE;
	return 0;
}

/**
 * vsw_nl_put() - write an object into a message
 * @skb: the message
 * @info: what it answers, or the notification that it is
 * @fill: writes the attributes
 * @object: the object
 *
 * Return: 0 or what @fill said, and then nothing is written.
 */
int vsw_nl_put(struct sk_buff *skb, const struct genl_info *info,
	       vsw_nl_fill_fn fill, const void *object)
{
	void *hdr = genlmsg_iput(skb, info);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = fill(skb, object);
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/**
 * vsw_nl_reply() - answer a request with an object
 * @info: the request
 * @fill: writes its attributes
 * @object: the object
 *
 * Return: 0 or an error.
 */
int vsw_nl_reply(struct genl_info *info, vsw_nl_fill_fn fill,
		 const void *object)
{
	struct sk_buff *skb;
	int err;

	skb = genlmsg_new(MSG_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	err = vsw_nl_put(skb, info, fill, object);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

/**
 * vsw_nl_notify() - tell those who listen about an object
 * @net: the netns of its switch
 * @cmd: what has happened
 * @fill: writes its attributes
 * @object: the object
 *
 * Context: RTNL.
 */
void vsw_nl_notify(struct net *net, u8 cmd, vsw_nl_fill_fn fill,
		   const void *object)
{
	struct genl_info info;
	struct sk_buff *skb;

	ASSERT_RTNL();
	if (!door_open ||
	    !genl_has_listeners(&vswitch_nl_family, net, VSWITCH_NLGRP_MONITOR))
		return;
	genl_info_init_ntf(&info, &vswitch_nl_family, cmd);
	genl_info_net_set(&info, net);
	skb = genlmsg_new(MSG_SIZE, GFP_KERNEL);
	if (!skb)
		goto err;
	if (vsw_nl_put(skb, &info, fill, object)) {
		nlmsg_free(skb);
		goto err;
	}
	genlmsg_multicast_netns(&vswitch_nl_family, net, skb, 0,
				VSWITCH_NLGRP_MONITOR, GFP_KERNEL);
	return;

err:
	/* A listener can tell that it has lost something (C4). */
	genl_set_err(&vswitch_nl_family, net, 0, VSWITCH_NLGRP_MONITOR,
		     -ENOBUFS);
}

/**
 * vsw_nl_switch() - the switch that a request names
 * @info: the request
 * @attr: the attribute with its name
 *
 * Context: RTNL.
 * Return: the switch, or -EINVAL or -ENOENT.
 */
struct vsw_switch *vsw_nl_switch(struct genl_info *info, int attr)
{
	struct vsw_switch *sw;

	if (GENL_REQ_ATTR_CHECK(info, attr))
		return ERR_PTR(-EINVAL);
	sw = vsw_switch_find(genl_info_net(info), nla_data(info->attrs[attr]));
	if (sw)
		return sw;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
			    "there is no such vSwitch");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_portgroup() - the portgroup that a request names
 * @info: the request
 * @attr: the attribute with its name
 *
 * Context: RTNL.
 * Return: the portgroup, or -EINVAL or -ENOENT.
 */
struct vsw_portgroup *vsw_nl_portgroup(struct genl_info *info, int attr)
{
	struct vsw_portgroup *pg;

	if (GENL_REQ_ATTR_CHECK(info, attr))
		return ERR_PTR(-EINVAL);
	pg = vsw_portgroup_find(vsw_net(genl_info_net(info)),
				nla_data(info->attrs[attr]));
	if (pg)
		return pg;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
			    "there is no such portgroup");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_dev() - the netdev that a request names
 * @info: the request
 * @attr: the attribute with one of its names
 *
 * Context: RTNL.
 * Return: the netdev, or -EINVAL or -ENODEV.
 */
struct net_device *vsw_nl_dev(struct genl_info *info, int attr)
{
	struct net_device *dev;

	if (GENL_REQ_ATTR_CHECK(info, attr))
		return ERR_PTR(-EINVAL);
	dev = __dev_get_by_name(genl_info_net(info),
				nla_data(info->attrs[attr]));
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
			    "there is no such device");
	return ERR_PTR(-ENODEV);
}

/**
 * vsw_nl_port() - the vnic or vmk that a request names
 * @info: the request
 * @attr: the attribute with one of the names of its netdev
 * @uplinks: an uplink will do, too
 *
 * Context: RTNL.
 * Return: the port, or -EINVAL or -ENOENT.
 */
struct vsw_port *vsw_nl_port(struct genl_info *info, int attr, bool uplinks)
{
	struct net *net = genl_info_net(info);
	struct net_device *dev;
	struct vsw_port *port;
	const char *name;

	if (GENL_REQ_ATTR_CHECK(info, attr))
		return ERR_PTR(-EINVAL);
	name = nla_data(info->attrs[attr]);
	dev = __dev_get_by_name(net, name);
	if (dev && (uplinks ? vsw_member_is(dev) : vsw_member_is_vnic(dev)))
		return vsw_member_port(dev);
	port = vsw_vmk_find(vsw_net(net), name);
	if (port)
		return port;
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[attr], "%s",
				!dev ? "there is no such port" :
				uplinks ? "the device is on no vSwitch" :
					  "the device is not on a portgroup");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_filter_switch() - the switch to which a dump is limited
 * @info: the dump
 * @attr: the attribute with its name
 * @sw: where it goes; NULL if the dump is of all switches
 *
 * Context: RTNL.
 * Return: 0 or -ENOENT.
 */
int vsw_nl_filter_switch(const struct genl_info *info, int attr,
			 struct vsw_switch **sw)
{
	*sw = NULL;
	if (!info->attrs[attr])
		return 0;
	*sw = vsw_switch_find(genl_info_net(info), nla_data(info->attrs[attr]));
	if (*sw)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
			    "there is no such vSwitch");
	return -ENOENT;
}

/*
 * Go on at a switch: at its beginning, unless the last message ended in it.
 * After the switch, begin at the next one.
 */
static void dump_at(struct vsw_nl_dump *dump, unsigned long index)
{
	if (dump->switch_index != index)
		*dump = (struct vsw_nl_dump){ .switch_index = index };
}

/**
 * vsw_nl_dump_switches() - dump what is on all switches, or on one
 * @skb: where it goes
 * @cb: the dump
 * @attr: the attribute that may name the one switch
 * @fn: dumps what is on a switch
 *
 * Return: 0, -EMSGSIZE to be called again, or -ENOENT.
 */
int vsw_nl_dump_switches(struct sk_buff *skb, struct netlink_callback *cb,
			 int attr, vsw_nl_dump_fn fn)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vsw_nl_dump *dump = vsw_nl_dump(cb);
	struct vsw_switch *sw, *only;
	unsigned long i;
	int err;

	rtnl_lock();
	err = vsw_nl_filter_switch(info, attr, &only);
	if (err)
		goto out;
	xa_for_each_start(&vnet->switches, i, sw, dump->switch_index) {
		dump_at(dump, i);
		if (!only || only == sw)
			err = fn(skb, info, sw, dump);
		if (err)
			break;
		dump_at(dump, i + 1);
	}
out:
	rtnl_unlock();
	return err;
}

static int put_counters(struct sk_buff *skb, int attr,
			const struct vsw_stats *sum, enum vsw_direction dir)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	const u64 *frames = sum->frames[dir];
	const u64 *bytes = sum->bytes[dir];

	if (!nest ||
	    nla_put_uint(skb, VSWITCH_A_COUNTERS_UNICAST_FRAMES,
			 frames[VSW_UNICAST]) ||
	    nla_put_uint(skb, VSWITCH_A_COUNTERS_UNICAST_BYTES,
			 bytes[VSW_UNICAST]) ||
	    nla_put_uint(skb, VSWITCH_A_COUNTERS_MULTICAST_FRAMES,
			 frames[VSW_MULTICAST]) ||
	    nla_put_uint(skb, VSWITCH_A_COUNTERS_MULTICAST_BYTES,
			 bytes[VSW_MULTICAST]) ||
	    nla_put_uint(skb, VSWITCH_A_COUNTERS_BROADCAST_FRAMES,
			 frames[VSW_BROADCAST]) ||
	    nla_put_uint(skb, VSWITCH_A_COUNTERS_BROADCAST_BYTES,
			 bytes[VSW_BROADCAST]))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_drop(struct sk_buff *skb, u32 reason, u64 frames)
{
	struct nlattr *nest;

	if (!frames)
		return 0;
	nest = nla_nest_start(skb, VSWITCH_A_STATS_DROP);
	if (!nest || nla_put_u32(skb, VSWITCH_A_DROP_REASON, reason) ||
	    nla_put_uint(skb, VSWITCH_A_DROP_FRAMES, frames))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vsw_nl_put_stats() - write counters
 * @skb: the message
 * @attr: the attribute
 * @sum: the counters
 *
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_stats(struct sk_buff *skb, int attr, const struct vsw_stats *sum)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	u64 dropped = 0, filtered = 0;
	int reason;

	for (reason = 0; reason < VSW_DROP_COUNT; reason++) {
		if (vsw_drop_filtered(reason))
			filtered += sum->drops[reason];
		else
			dropped += sum->drops[reason];
	}
	if (!nest || put_counters(skb, VSWITCH_A_STATS_IN, sum, VSW_IN) ||
	    put_counters(skb, VSWITCH_A_STATS_OUT, sum, VSW_OUT) ||
	    nla_put_uint(skb, VSWITCH_A_STATS_DROPPED, dropped) ||
	    nla_put_uint(skb, VSWITCH_A_STATS_FILTERED, filtered))
		return -EMSGSIZE;
	for (reason = 0; reason < VSW_DROP_COUNT; reason++) {
		if (put_drop(skb, reason, sum->drops[reason]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vsw_nl_put_port_stats() - write the counters of a port
 * @skb: the message
 * @attr: the attribute
 * @port: the port
 *
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_port_stats(struct sk_buff *skb, int attr,
			  const struct vsw_port *port)
{
	struct vsw_stats sum = {};

	vsw_stats_add(port, &sum);
	return vsw_nl_put_stats(skb, attr, &sum);
}

static int put_range(struct sk_buff *skb, u32 first, u32 last)
{
	struct nlattr *nest = nla_nest_start(skb, VSWITCH_A_VLAN_RANGE);

	if (!nest || nla_put_u32(skb, VSWITCH_A_RANGE_FIRST, first) ||
	    nla_put_u32(skb, VSWITCH_A_RANGE_LAST, last))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vsw_nl_put_vlan() - write the VLAN setting of a portgroup
 * @skb: the message
 * @attr: the attribute
 * @pg: the portgroup
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_vlan(struct sk_buff *skb, int attr,
		    const struct vsw_portgroup *pg)
{
	const struct vsw_snap *snap = rtnl_dereference(pg->snap);
	struct nlattr *nest = nla_nest_start(skb, attr);
	unsigned int first, end;

	if (!nest)
		return -EMSGSIZE;
	if (!snap->trunk) {
		if (nla_put_u32(skb, VSWITCH_A_VLAN_ID, snap->vid))
			return -EMSGSIZE;
	} else {
		for_each_set_bitrange(first, end, snap->trunk, VSW_VLAN_COUNT)
			if (put_range(skb, first, end - 1))
				return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vsw_nl_put_mac() - write an address unless there is none
 * @skb: the message
 * @attr: the attribute
 * @mac: the address, or 0
 *
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_mac(struct sk_buff *skb, int attr, u64 mac)
{
	u8 addr[ETH_ALEN];

	if (!mac)
		return 0;
	vsw_mac_addr(mac, addr);
	return nla_put(skb, attr, ETH_ALEN, addr);
}

/**
 * vsw_nl_put_netns() - write the netns of a port's netdev if it is another one
 * @skb: the message
 * @attr: the attribute
 * @port: the port
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_netns(struct sk_buff *skb, int attr, const struct vsw_port *port)
{
	struct net *net = port->sw->vnet->net;
	struct net *other = dev_net(port->dev);

	if (net_eq(net, other))
		return 0;
	return nla_put_s32(skb, attr, peernet2id_alloc(net, other, GFP_ATOMIC));
}

/**
 * vsw_nl_put_uplink() - write the uplink that a port uses now, if it is one
 * @skb: the message
 * @attr: the attribute
 * @port: the port
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_uplink(struct sk_buff *skb, int attr,
		      const struct vsw_port *port)
{
	const struct vsw_uplink *uplink;
	const struct vsw_team *team;
	int err = 0;

	rcu_read_lock();
	team = vsw_port_snap(port)->team;
	uplink = vsw_team_pick(team, vsw_team_number(team, port, port->wanted));
	if (uplink && team->teaming != VSWITCH_TEAMING_IPHASH)
		err = nla_put_string(skb, attr, uplink->port.dev->name);
	rcu_read_unlock();
	return err;
}

/**
 * vsw_nl_link_state() - whether a netdev can carry frames
 * @dev: the netdev
 *
 * Return: enum vswitch_link_state.
 */
u32 vsw_nl_link_state(const struct net_device *dev)
{
	if (!netif_running(dev))
		return VSWITCH_LINK_STATE_DOWN;
	return netif_carrier_ok(dev) ? VSWITCH_LINK_STATE_UP :
				       VSWITCH_LINK_STATE_NO_CARRIER;
}

static void set_door(bool open)
{
	rtnl_lock();
	door_open = open;
	rtnl_unlock();
}

/**
 * vsw_netlink_init() - open the door
 *
 * Return: 0 or an error.
 */
int vsw_netlink_init(void)
{
	int err;

	err = genl_register_family(&vswitch_nl_family);
	if (!err)
		set_door(true);
	return err;
}

/**
 * vsw_netlink_exit() - close the door
 */
void vsw_netlink_exit(void)
{
	set_door(false);
	genl_unregister_family(&vswitch_nl_family);
}
