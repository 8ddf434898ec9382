// SPDX-License-Identifier: GPL-2.0-only
/* The door to switches. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compile.h"
#include "filter.h"
#include "netlink.h"
#include "netlink_common.h"
#include "policy.h"
#include "portgroup.h"
#include "stats.h"
#include "switch.h"

static int switch_fill(struct sk_buff *skb, const void *object)
{
	/* Reading the counters does not change the switch. */
	struct vsw_switch *sw = (struct vsw_switch *)object;
	struct vsw_stats sum = {};

	if (nla_put_string(skb, VSWITCH_A_SWITCH_NAME, sw->dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_IFINDEX, sw->dev->ifindex) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_STATE,
			sw->up ? VSWITCH_LINK_STATE_UP :
				 VSWITCH_LINK_STATE_DOWN) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_MTU, sw->dev->mtu) ||
	    (sw->default_pg &&
	     nla_put_string(skb, VSWITCH_A_SWITCH_DEFAULT_PORTGROUP,
			    sw->default_pg->name)) ||
	    vsw_nl_put_policy(skb, VSWITCH_A_SWITCH_POLICY, &sw->policy) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_PORTGROUPS, sw->n_portgroups) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_PORTS, sw->n_ports) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_UPLINKS, sw->n_uplinks) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_LEARNED,
			READ_ONCE(sw->fdb.n_learned)))
		return -EMSGSIZE;
	vsw_switch_stats(sw, &sum);
	return vsw_nl_put_stats(skb, VSWITCH_A_SWITCH_STATS, &sum);
}

/**
 * vsw_netlink_switch() - tell those who listen about a switch
 * @sw: the switch
 * @cmd: VSWITCH_CMD_SWITCH_NTF or _DEL_NTF
 *
 * Context: RTNL.
 */
void vsw_netlink_switch(struct vsw_switch *sw, u8 cmd)
{
	vsw_nl_notify(sw->vnet->net, cmd, switch_fill, sw);
}

/**
 * vsw_netlink_policy() - tell those who listen that a switch has another
 * policy: of the switch, its uplinks, and its portgroups, which inherit it
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_netlink_policy(struct vsw_switch *sw)
{
	struct vsw_portgroup *pg;
	struct vsw_uplink *uplink;
	int i;

	vsw_netlink_switch(sw, VSWITCH_CMD_SWITCH_NTF);
	list_for_each_entry(uplink, &sw->uplinks, node)
		vsw_netlink_uplink(uplink, VSWITCH_CMD_UPLINK_NTF);
	for (i = 0; i < sw->absent.n; i++)
		vsw_netlink_absent(sw, sw->absent.name[i],
				   VSWITCH_CMD_UPLINK_NTF);
	list_for_each_entry(pg, &sw->portgroups, node)
		vsw_netlink_portgroup(pg, VSWITCH_CMD_PORTGROUP_NTF);
}

/**
 * vsw_netlink_all() - tell those who listen about all that is on a switch; a
 * name has changed by which others call it
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_netlink_all(struct vsw_switch *sw)
{
	struct vsw_port *port;
	unsigned long i;

	vsw_netlink_policy(sw);
	xa_for_each(&sw->ports, i, port)
		vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
}

/**
 * vswitch_nl_switch_new_doit() - make a switch
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_switch_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct vsw_policy *policy;
	struct vsw_switch *sw;
	u32 mtu = 0;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_SWITCH_NAME))
		return -EINVAL;
	if (attrs[VSWITCH_A_SWITCH_MTU])
		mtu = nla_get_u32(attrs[VSWITCH_A_SWITCH_MTU]);
	policy = kmalloc(sizeof(*policy), GFP_KERNEL);
	if (!policy)
		return -ENOMEM;
	vsw_policy_init(policy);
	err = vsw_nl_get_policy(info, VSWITCH_A_SWITCH_POLICY, NULL, policy);
	if (err)
		goto out;
	sw = vsw_switch_add(genl_info_net(info),
			    nla_data(attrs[VSWITCH_A_SWITCH_NAME]), mtu, policy,
			    info->extack);
	err = PTR_ERR_OR_ZERO(sw);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attrs[VSWITCH_A_SWITCH_NAME]);
out:
	kfree(policy);
	return err;
}

static int get_default(struct genl_info *info, const struct vsw_switch *sw,
		       struct vsw_portgroup **pg)
{
	const struct nlattr *attr;

	attr = info->attrs[VSWITCH_A_SWITCH_DEFAULT_PORTGROUP];
	if (!nla_len(attr) || !*(char *)nla_data(attr)) {
		*pg = NULL;
		return 0;
	}
	*pg = vsw_nl_portgroup(info, VSWITCH_A_SWITCH_DEFAULT_PORTGROUP);
	if (IS_ERR(*pg))
		return PTR_ERR(*pg);
	if ((*pg)->sw == sw)
		return 0;
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr, "that portgroup is on %s",
				(*pg)->sw->dev->name);
	return -EXDEV;
}

/**
 * vswitch_nl_switch_set_doit() - change a switch
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error, and then nothing has changed.
 */
int vswitch_nl_switch_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch *sw = vsw_nl_switch(info, VSWITCH_A_SWITCH_NAME);
	struct nlattr **attrs = info->attrs;
	struct vsw_portgroup *default_pg;
	struct vsw_policy *policy;
	u32 old_mtu;
	int err;

	if (IS_ERR(sw))
		return PTR_ERR(sw);
	default_pg = sw->default_pg;
	if (attrs[VSWITCH_A_SWITCH_DEFAULT_PORTGROUP]) {
		err = get_default(info, sw, &default_pg);
		if (err)
			return err;
	}
	policy = kmemdup(&sw->policy, sizeof(*policy), GFP_KERNEL);
	if (!policy)
		return -ENOMEM;
	err = vsw_nl_get_policy(info, VSWITCH_A_SWITCH_POLICY, sw, policy);
	if (err)
		goto out;
	old_mtu = sw->dev->mtu;
	if (attrs[VSWITCH_A_SWITCH_MTU]) {
		err = dev_set_mtu(sw->dev,
				  nla_get_u32(attrs[VSWITCH_A_SWITCH_MTU]));
		if (err) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    attrs[VSWITCH_A_SWITCH_MTU],
					    "an uplink cannot have this MTU");
			goto out;
		}
	}
	if (attrs[VSWITCH_A_SWITCH_POLICY]) {
		err = vsw_compile_switch(sw, policy, NULL, info->extack);
		if (err) {
			NL_SET_BAD_ATTR(info->extack,
					attrs[VSWITCH_A_SWITCH_POLICY]);
			dev_set_mtu(sw->dev, old_mtu);
			goto out;
		}
		vsw_filter_sync(sw);
	}
	sw->default_pg = default_pg;
	if (attrs[VSWITCH_A_SWITCH_POLICY])
		vsw_netlink_policy(sw);
	else
		vsw_netlink_switch(sw, VSWITCH_CMD_SWITCH_NTF);
out:
	kfree(policy);
	return err;
}

/**
 * vswitch_nl_switch_del_doit() - delete a switch
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_switch_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch *sw = vsw_nl_switch(info, VSWITCH_A_SWITCH_NAME);

	int err;

	if (IS_ERR(sw))
		return PTR_ERR(sw);
	err = vsw_switch_del(sw, info->attrs[VSWITCH_A_SWITCH_FORCE],
			     info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[VSWITCH_A_SWITCH_NAME]);
	return err;
}

/**
 * vswitch_nl_switch_get_doit() - get one switch
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_switch_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch *sw = vsw_nl_switch(info, VSWITCH_A_SWITCH_NAME);

	if (IS_ERR(sw))
		return PTR_ERR(sw);
	return vsw_nl_reply(info, switch_fill, sw);
}

/**
 * vswitch_nl_switch_get_dumpit() - get all switches
 * @skb: where they go
 * @cb: the dump
 *
 * Return: 0, or -EMSGSIZE to be called again.
 */
int vswitch_nl_switch_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vsw_nl_dump *dump = vsw_nl_dump(cb);
	struct vsw_switch *sw;
	unsigned long i;
	int err = 0;

	rtnl_lock();
	xa_for_each_start(&vnet->switches, i, sw, dump->switch_index) {
		err = vsw_nl_put(skb, genl_info_dump(cb), switch_fill, sw);
		if (err)
			break;
		dump->switch_index = i + 1;
	}
	rtnl_unlock();
	return err;
}
