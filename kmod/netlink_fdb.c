// SPDX-License-Identifier: GPL-2.0-only
/* The door to the addresses that ports hold. */
#include <linux/rtnetlink.h>

#include "fdb.h"
#include "netlink_common.h"
#include "switch.h"

/**
 * struct vsw_fdb_filter - what a dump is limited to
 * @sw: the switch, or NULL
 * @vid: attribute with a VLAN, or NULL
 * @dev: attribute with the name of a port's netdev, or NULL
 */
struct vsw_fdb_filter {
	struct vsw_switch *sw;
	const struct nlattr *vid;
	const struct nlattr *dev;
};

static int fdb_fill(struct sk_buff *skb, const struct genl_info *info,
		    const struct vsw_port *port, u64 held)
{
	void *hdr = genlmsg_iput(skb, info);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, VSWITCH_A_FDB_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSWITCH_A_FDB_DEV, port->dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_NUMBER, port->number) ||
	    vsw_nl_put_mac(skb, VSWITCH_A_FDB_ADDRESS, held) ||
	    vsw_nl_put_vlan(skb, VSWITCH_A_FDB_VLAN,
			    rtnl_dereference(port->pg)) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_ORIGIN, port->origin)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static bool wanted(const struct vsw_port *port,
		   const struct vsw_fdb_filter *filter)
{
	const struct vsw_portgroup *pg = rtnl_dereference(port->pg);

	if (filter->vid &&
	    !vsw_vlan_admits(rtnl_dereference(pg->snap),
			     nla_get_u32(filter->vid), false))
		return false;
	return !filter->dev ||
	       !strcmp(port->dev->name, nla_data(filter->dev));
}

static int dump_switch(struct sk_buff *skb, const struct genl_info *info,
		       struct vsw_switch *sw,
		       const struct vsw_fdb_filter *filter,
		       struct vsw_nl_dump *dump)
{
	struct vsw_port *port;
	unsigned long i;
	u64 held;
	int err;

	xa_for_each_start(&sw->ports, i, port, dump->index) {
		held = READ_ONCE(port->held);
		if (held && wanted(port, filter)) {
			err = fdb_fill(skb, info, port, held);
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
	const struct genl_info *info = genl_info_dump(cb);
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vsw_nl_dump *dump = vsw_nl_dump(cb);
	struct vsw_fdb_filter filter = {
		.vid = info->attrs[VSWITCH_A_FDB_VID],
		.dev = info->attrs[VSWITCH_A_FDB_DEV],
	};
	struct vsw_switch *sw;
	unsigned long i;
	int err;

	rtnl_lock();
	err = vsw_nl_filter_switch(info, VSWITCH_A_FDB_SWITCH, &filter.sw);
	if (err)
		goto out;
	xa_for_each_start(&vnet->switches, i, sw, dump->switch_index) {
		vsw_nl_dump_at(dump, i);
		if (!filter.sw || filter.sw == sw)
			err = dump_switch(skb, info, sw, &filter, dump);
		if (err)
			break;
		vsw_nl_dump_at(dump, i + 1);
	}
out:
	rtnl_unlock();
	return err;
}
