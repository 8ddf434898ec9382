// SPDX-License-Identifier: GPL-2.0-only
/* The door to the addresses that ports hold. */
#include <linux/rtnetlink.h>

#include "fdb.h"
#include "netlink_common.h"
#include "switch.h"

/**
 * struct vsw_nl_address - an address of a port
 * @port: the port
 * @e: the entry of what is held by use, NULL for what it claims
 */
struct vsw_nl_address {
	const struct vsw_port *port;
	const struct vsw_fdb_entry *e;
};

/* Write the VLAN of an entry in the same way as a portgroup's. */
static int put_one_vlan(struct sk_buff *skb, int attr, u16 vlan)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest || nla_put_u32(skb, VSWITCH_A_VLAN_ID, vlan))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_claim(struct sk_buff *skb, const struct vsw_port *port)
{
	if (vsw_nl_put_mac(skb, VSWITCH_A_FDB_ADDRESS,
			   READ_ONCE(port->held)) ||
	    vsw_nl_put_vlan(skb, VSWITCH_A_FDB_VLAN,
			    rtnl_dereference(port->pg)) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_ORIGIN, port->origin))
		return -EMSGSIZE;
	return 0;
}

static int fill_by_use(struct sk_buff *skb, const struct vsw_fdb_entry *e)
{
	unsigned long idle = jiffies - READ_ONCE(e->used);

	if (vsw_nl_put_mac(skb, VSWITCH_A_FDB_ADDRESS, e->mac) ||
	    put_one_vlan(skb, VSWITCH_A_FDB_VLAN, e->vlan) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_ORIGIN, e->origin) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_IDLE, idle / HZ))
		return -EMSGSIZE;
	return 0;
}

static int fdb_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_nl_address *address = object;
	const struct vsw_port *port = address->port;

	if (nla_put_string(skb, VSWITCH_A_FDB_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSWITCH_A_FDB_DEV, port->dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_FDB_NUMBER, port->number))
		return -EMSGSIZE;
	return address->e ? fill_by_use(skb, address->e) :
			    fill_claim(skb, port);
}

/* Whether a dump is to have an address. */
static bool wanted(const struct genl_info *info,
		   const struct vsw_nl_address *address)
{
	const struct nlattr *attr = info->attrs[VSWITCH_A_FDB_VID];
	const struct vsw_portgroup *pg;
	u32 vid;

	if (!address->e && !READ_ONCE(address->port->held))
		return false;
	if (!attr)
		return true;
	vid = nla_get_u32(attr);
	if (address->e)
		return address->e->vlan == vid;
	pg = rtnl_dereference(address->port->pg);
	return vsw_vlan_admits(rtnl_dereference(pg->snap), vid, false);
}

/* Dump one address unless the last message had it already. */
static int dump_address(struct sk_buff *skb, const struct genl_info *info,
			const struct vsw_nl_address *address, unsigned int i,
			struct vsw_nl_dump *dump)
{
	int err;

	if (i < dump->item)
		return 0;
	if (wanted(info, address)) {
		err = vsw_nl_put(skb, info, fdb_fill, address);
		if (err)
			return err;
	}
	dump->item = i + 1;
	return 0;
}

static int dump_port(struct sk_buff *skb, const struct genl_info *info,
		     struct vsw_port *port, struct vsw_nl_dump *dump)
{
	struct vsw_nl_address address = { .port = port };
	const struct vsw_fdb_entry *e;
	unsigned int i = 0;
	int err;

	err = dump_address(skb, info, &address, i++, dump);
	if (err)
		return err;
	spin_lock_bh(&port->sw->fdb.lock);
	list_for_each_entry(e, &port->by_use, by_use) {
		address.e = e;
		err = dump_address(skb, info, &address, i++, dump);
		if (err)
			break;
	}
	spin_unlock_bh(&port->sw->fdb.lock);
	return err;
}

static int dump_switch(struct sk_buff *skb, const struct genl_info *info,
		       struct vsw_switch *sw, struct vsw_nl_dump *dump)
{
	const struct nlattr *dev = info->attrs[VSWITCH_A_FDB_DEV];
	struct vsw_port *port;
	unsigned long i;
	int err;

	xa_for_each_start(&sw->ports, i, port, dump->index) {
		if (dump->index != i)
			dump->item = 0;
		dump->index = i;
		if (!dev || !strcmp(port->dev->name, nla_data(dev))) {
			err = dump_port(skb, info, port, dump);
			if (err)
				return err;
		}
		dump->index = i + 1;
		dump->item = 0;
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
