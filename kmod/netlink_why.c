// SPDX-License-Identifier: GPL-2.0-only
/* The door to the question of what would become of a frame. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink_common.h"
#include "switch.h"
#include "vnic.h"
#include "why.h"

/**
 * struct vsw_nl_why - a question and its answer
 * @port: where the frame would come from
 * @tag: the VLAN id of its tag; counts if @has_tag
 * @has_tag: whether it has one
 * @why: the answer
 */
struct vsw_nl_why {
	struct vsw_port *port;
	u16 tag;
	bool has_tag;
	struct vsw_why why;
};

static int put_receiver(struct sk_buff *skb, const struct vsw_why *why,
			const struct vsw_why_receiver *to)
{
	struct nlattr *nest = nla_nest_start(skb, VSWITCH_A_WHY_RECEIVER);

	if (!nest ||
	    nla_put_string(skb, VSWITCH_A_RECEIVER_DEV, to->port->dev->name) ||
	    (to->tagged &&
	     nla_put_u32(skb, VSWITCH_A_RECEIVER_TAG, why->frame.vlan)) ||
	    (to->refused != VSW_PASS &&
	     nla_put_u32(skb, VSWITCH_A_RECEIVER_REASON, to->refused)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_question(struct sk_buff *skb, const struct vsw_nl_why *q)
{
	const struct vsw_portgroup *pg = rtnl_dereference(q->port->pg);

	if (nla_put_string(skb, VSWITCH_A_WHY_DEV, q->port->dev->name) ||
	    vsw_nl_put_mac(skb, VSWITCH_A_WHY_SOURCE, q->why.frame.src) ||
	    vsw_nl_put_mac(skb, VSWITCH_A_WHY_DESTINATION, q->why.frame.dst) ||
	    (q->has_tag && nla_put_u32(skb, VSWITCH_A_WHY_TAG, q->tag)) ||
	    nla_put_string(skb, VSWITCH_A_WHY_SWITCH, q->port->sw->dev->name) ||
	    (pg && nla_put_string(skb, VSWITCH_A_WHY_PORTGROUP, pg->name)))
		return -EMSGSIZE;
	return 0;
}

static int why_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_nl_why *q = object;
	const struct vsw_why *why = &q->why;
	unsigned int i;

	if (fill_question(skb, q) ||
	    (why->has_vlan &&
	     nla_put_u32(skb, VSWITCH_A_WHY_VLAN, why->frame.vlan)) ||
	    nla_put_u32(skb, VSWITCH_A_WHY_ACTION, why->action) ||
	    (why->action == VSWITCH_ACTION_DROP &&
	     nla_put_u32(skb, VSWITCH_A_WHY_REASON, why->reason)) ||
	    nla_put_string(skb, VSWITCH_A_WHY_RULE, why->rule))
		return -EMSGSIZE;
	for (i = 0; i < min(why->n, VSW_WHY_RECEIVERS); i++) {
		if (put_receiver(skb, why, &why->to[i]))
			return -EMSGSIZE;
	}
	return nla_put_u32(skb, VSWITCH_A_WHY_RECEIVERS, why->n);
}

static int get_source(struct genl_info *info, const struct vsw_port *port,
		      u8 *addr)
{
	const struct nlattr *attr = info->attrs[VSWITCH_A_WHY_SOURCE];

	if (attr) {
		ether_addr_copy(addr, nla_data(attr));
		return 0;
	}
	if (port->kind != VSW_UPLINK)
		vsw_mac_addr(vsw_vnic_effective(port), addr);
	if (!is_zero_ether_addr(addr))
		return 0;
	/* It has no address that could stand for it. */
	return GENL_REQ_ATTR_CHECK(info, VSWITCH_A_WHY_SOURCE) ? -EINVAL : 0;
}

/* Make the frame that is asked about. */
static int get_frame(struct genl_info *info, struct vsw_nl_why *q)
{
	const struct nlattr *tag = info->attrs[VSWITCH_A_WHY_TAG];
	struct ethhdr eth = {};
	int err;

	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_WHY_DESTINATION))
		return -EINVAL;
	ether_addr_copy(eth.h_dest,
			nla_data(info->attrs[VSWITCH_A_WHY_DESTINATION]));
	err = get_source(info, q->port, eth.h_source);
	if (err)
		return err;
	vsw_frame_read(&q->why.frame, &eth);
	if (tag) {
		q->has_tag = true;
		q->tag = nla_get_u32(tag);
		q->why.frame.outer.proto = ETH_P_8021Q;
		q->why.frame.outer.tci = q->tag;
	}
	return 0;
}

/**
 * vswitch_nl_why_get_doit() - say what would become of a frame
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_why_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port = vsw_nl_port(info, VSWITCH_A_WHY_DEV, true);
	struct vsw_nl_why *q;
	int err;

	if (IS_ERR(port))
		return PTR_ERR(port);
	q = kzalloc(sizeof(*q), GFP_KERNEL);
	if (!q)
		return -ENOMEM;
	q->port = port;
	err = get_frame(info, q);
	if (err)
		goto out;
	rcu_read_lock();
	if (port->kind == VSW_UPLINK)
		vsw_why_uplink(container_of(port, struct vsw_uplink, port),
			       &q->why);
	else
		vsw_why_port(port, &q->why);
	rcu_read_unlock();
	err = vsw_nl_reply(info, why_fill, q);
out:
	kfree(q);
	return err;
}
