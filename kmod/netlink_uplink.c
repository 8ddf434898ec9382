// SPDX-License-Identifier: GPL-2.0-only
/* The door to uplinks. */
#include <linux/rtnetlink.h>

#include "compile.h"
#include "linkmon.h"
#include "member.h"
#include "netlink.h"
#include "netlink_common.h"
#include "switch.h"
#include "uplink.h"

/**
 * struct vsw_uplink_ref - an uplink, or an absent one
 * @sw: its switch
 * @uplink: the uplink, or NULL while it is absent
 * @name: the netdev name by which the lists know it
 */
struct vsw_uplink_ref {
	const struct vsw_switch *sw;
	struct vsw_uplink *uplink;
	const char *name;
};

static int uplink_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_uplink_ref *ref = object;
	const struct vsw_uplink *uplink = ref->uplink;

	if (nla_put_string(skb, VSWITCH_A_UPLINK_DEV, ref->name) ||
	    nla_put_string(skb, VSWITCH_A_UPLINK_SWITCH, ref->sw->dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_UPLINK_ROLE,
			vsw_uplink_role(ref->sw, ref->name)))
		return -EMSGSIZE;
	if (!uplink)
		return nla_put_u32(skb, VSWITCH_A_UPLINK_STATE,
				   VSWITCH_LINK_STATE_ABSENT);
	if (nla_put_u32(skb, VSWITCH_A_UPLINK_IFINDEX,
			uplink->port.dev->ifindex) ||
	    nla_put_u32(skb, VSWITCH_A_UPLINK_NUMBER, uplink->port.number) ||
	    nla_put_u32(skb, VSWITCH_A_UPLINK_STATE,
			vsw_uplink_state(uplink)))
		return -EMSGSIZE;
	return vsw_nl_put_port_stats(skb, VSWITCH_A_UPLINK_STATS, &uplink->port);
}

/**
 * vsw_netlink_uplink() - tell those who listen about an uplink
 * @uplink: the uplink
 * @cmd: VSWITCH_CMD_UPLINK_NTF or _DEL_NTF
 *
 * Context: RTNL.
 */
void vsw_netlink_uplink(struct vsw_uplink *uplink, u8 cmd)
{
	const struct vsw_uplink_ref ref = {
		.sw = uplink->port.sw, .uplink = uplink, .name = uplink->name,
	};

	vsw_nl_notify(ref.sw->vnet->net, cmd, uplink_fill, &ref);
}

/**
 * vsw_netlink_absent() - tell those who listen about a name in the lists of a
 * switch that has no uplink, or is not in the lists any more
 * @sw: the switch
 * @name: the name
 * @cmd: VSWITCH_CMD_UPLINK_NTF or _DEL_NTF
 *
 * Context: RTNL.
 */
void vsw_netlink_absent(struct vsw_switch *sw, const char *name, u8 cmd)
{
	const struct vsw_uplink_ref ref = { .sw = sw, .name = name };

	vsw_nl_notify(sw->vnet->net, cmd, uplink_fill, &ref);
}

/* The switch to which a device that is absent belongs. */
static struct vsw_switch *find_absent(struct net *net, const char *name)
{
	struct vsw_switch *sw;
	unsigned long i;

	xa_for_each(&vsw_net(net)->switches, i, sw) {
		if (vsw_uplink_listed(sw, name))
			return sw;
	}
	return NULL;
}

/*
 * The uplink that a request names. The name of the netdev stands in the lists,
 * which outlive it.
 */
static int get_ref(struct genl_info *info, struct vsw_uplink_ref *ref,
		   struct vsw_switch **sw)
{
	struct nlattr *attr = info->attrs[VSWITCH_A_UPLINK_DEV];
	struct net *net = genl_info_net(info);
	struct net_device *dev;

	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_UPLINK_DEV))
		return -EINVAL;
	dev = __dev_get_by_name(net, nla_data(attr));
	if (dev && vsw_member_is_uplink(dev)) {
		ref->uplink = container_of(vsw_member_port(dev),
					   struct vsw_uplink, port);
		ref->name = ref->uplink->name;
		*sw = ref->uplink->port.sw;
	} else {
		ref->uplink = NULL;
		ref->name = nla_data(attr);
		*sw = find_absent(net, ref->name);
	}
	ref->sw = *sw;
	if (*sw)
		return 0;
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr, "%s",
				dev ? "the device is not an uplink" :
				      "there is no such uplink");
	return -ENOENT;
}

/* An uplink whose device is to come later. */
static int expect_uplink(struct genl_info *info, const u32 *role)
{
	struct vsw_uplink_ref ref = {
		.name = nla_data(info->attrs[VSWITCH_A_UPLINK_DEV]),
	};
	struct vsw_switch *sw;
	int err;

	sw = vsw_nl_switch(info, VSWITCH_A_UPLINK_SWITCH);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	err = vsw_uplink_expect(sw, ref.name, role, info->extack);
	if (err) {
		NL_SET_BAD_ATTR(info->extack, info->attrs[VSWITCH_A_UPLINK_DEV]);
		return err;
	}
	ref.sw = sw;
	vsw_nl_notify(genl_info_net(info), VSWITCH_CMD_UPLINK_NTF, uplink_fill,
		      &ref);
	return 0;
}

/**
 * vswitch_nl_uplink_new_doit() - attach an uplink
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_uplink_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct net_device *dev;
	struct vsw_switch *sw;
	u32 role, *wanted = NULL;
	int err;

	if (attrs[VSWITCH_A_UPLINK_ROLE]) {
		role = nla_get_u32(attrs[VSWITCH_A_UPLINK_ROLE]);
		wanted = &role;
	}
	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_UPLINK_DEV))
		return -EINVAL;
	if (attrs[VSWITCH_A_UPLINK_ABSENT] &&
	    !__dev_get_by_name(genl_info_net(info),
			       nla_data(attrs[VSWITCH_A_UPLINK_DEV])))
		return expect_uplink(info, wanted);
	dev = vsw_nl_dev(info, VSWITCH_A_UPLINK_DEV);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	sw = vsw_nl_switch(info, VSWITCH_A_UPLINK_SWITCH);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	err = vsw_uplink_add(sw, dev, wanted, info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attrs[VSWITCH_A_UPLINK_DEV]);
	return err;
}

/**
 * vswitch_nl_uplink_set_doit() - change the role of an uplink
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_uplink_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_uplink_ref ref;
	struct vsw_switch *sw;
	int err;

	err = get_ref(info, &ref, &sw);
	if (err)
		return err;
	if (!info->attrs[VSWITCH_A_UPLINK_ROLE])
		return 0;
	return vsw_uplink_set_role(sw, ref.name,
				   nla_get_u32(info->attrs[VSWITCH_A_UPLINK_ROLE]));
}

/**
 * vswitch_nl_uplink_del_doit() - let go of an uplink
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_uplink_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_uplink_ref ref;
	struct vsw_switch *sw;
	int err;

	err = get_ref(info, &ref, &sw);
	if (err)
		return err;
	if (ref.uplink)
		return vsw_uplink_del(ref.uplink);
	return vsw_uplink_forget(sw, ref.name);
}

/**
 * vswitch_nl_uplink_get_doit() - get one uplink
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_uplink_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_uplink_ref ref;
	struct vsw_switch *sw;
	int err;

	err = get_ref(info, &ref, &sw);
	if (err)
		return err;
	/* What is shown is what the teams go by, so take note of it first. */
	vsw_linkmon_check(sw);
	return vsw_nl_reply(info, uplink_fill, &ref);
}

/* Those that are there by their number, then those that are absent. */
static int dump_switch(struct sk_buff *skb, const struct genl_info *info,
		       struct vsw_switch *sw, struct vsw_nl_dump *dump)
{
	struct vsw_uplink_ref ref = { .sw = sw };
	int err;

	vsw_linkmon_check(sw);	/* as in a get */
	list_for_each_entry(ref.uplink, &sw->uplinks, node) {
		if (ref.uplink->port.number <= dump->index)
			continue;
		ref.name = ref.uplink->name;
		err = vsw_nl_put(skb, info, uplink_fill, &ref);
		if (err)
			return err;
		dump->index = ref.uplink->port.number;
	}
	ref.uplink = NULL;
	for (; dump->item < sw->absent.n; dump->item++) {
		ref.name = sw->absent.name[dump->item];
		err = vsw_nl_put(skb, info, uplink_fill, &ref);
		if (err)
			return err;
	}
	return 0;
}

/**
 * vswitch_nl_uplink_get_dumpit() - get all uplinks, or those of a switch
 * @skb: where they go
 * @cb: the dump
 *
 * Return: 0, -EMSGSIZE to be called again, or -ENOENT.
 */
int vswitch_nl_uplink_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return vsw_nl_dump_switches(skb, cb, VSWITCH_A_UPLINK_SWITCH,
				    dump_switch);
}
