// SPDX-License-Identifier: GPL-2.0-only
/* The door to the addresses that ports hold. */
#include <linux/rtnetlink.h>

#include "fdb.h"
#include "netlink_common.h"
#include "switch.h"

static int fdb_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_port *port = object;

	if (nla_put_string(skb, VSWITCH_A_FDB_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSWITCH_A_FDB_DEV, port->dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_NUMBER, port->number) ||
	    vsw_nl_put_mac(skb, VSWITCH_A_FDB_ADDRESS,
			   READ_ONCE(port->held)) ||
	    vsw_nl_put_vlan(skb, VSWITCH_A_FDB_VLAN,
			    rtnl_dereference(port->pg)) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_ORIGIN, port->origin))
		return -EMSGSIZE;
	return 0;
}

/* Whether a dump is to have what a port holds. */
static bool wanted(const struct genl_info *info, const struct vsw_port *port)
{
	const struct vsw_portgroup *pg = rtnl_dereference(port->pg);
	const struct nlattr *vid = info->attrs[VSWITCH_A_FDB_VID];
	const struct nlattr *dev = info->attrs[VSWITCH_A_FDB_DEV];

	if (!READ_ONCE(port->held))
		return false;
	if (vid && !vsw_vlan_admits(rtnl_dereference(pg->snap),
				    nla_get_u32(vid), false))
		return false;
	return !dev || !strcmp(port->dev->name, nla_data(dev));
}

static int dump_switch(struct sk_buff *skb, const struct genl_info *info,
		       struct vsw_switch *sw, struct vsw_nl_dump *dump)
{
	struct vsw_port *port;
	unsigned long i;
	int err;

	xa_for_each_start(&sw->ports, i, port, dump->index) {
		if (wanted(info, port)) {
			err = vsw_nl_put(skb, info, fdb_fill, port);
			if (err)
				return err;
		}
		dump->index = i + 1;
	}
	return 0;
}

/**
 * vswitch_nl_fdb_get_dumpit() - get the addresses that ports hold, or some
 * @skb: where they go
 * @cb: the dump
 *
 * Return: 0, -EMSGSIZE to be called again, or -ENOENT.
 */
int vswitch_nl_fdb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vsw_nl_dump_switches(skb, cb, VSWITCH_A_FDB_SWITCH, dump_switch);
}
