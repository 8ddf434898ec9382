// SPDX-License-Identifier: GPL-2.0-only
/* The door to vmks. */
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "netlink.h"
#include "netlink_common.h"
#include "switch.h"
#include "vmk.h"

static int vmk_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_port *port = object;
	const struct vsw_portgroup *pg = rtnl_dereference(port->pg);
	const struct net_device *dev = port->dev;

	if (nla_put_string(skb, VSWITCH_A_VMK_NAME, dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_IFINDEX, dev->ifindex) ||
	    vsw_nl_put_netns(skb, VSWITCH_A_VMK_NETNS_ID, port) ||
	    nla_put_string(skb, VSWITCH_A_VMK_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSWITCH_A_VMK_PORTGROUP, pg->name) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_NUMBER, port->number) ||
	    nla_put(skb, VSWITCH_A_VMK_MAC, ETH_ALEN, dev->dev_addr) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_MTU, dev->mtu) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_STATE, vsw_nl_link_state(dev)) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_SERVICE, vsw_vmk_services(port)))
		return -EMSGSIZE;
	return vsw_nl_put_uplink(skb, VSWITCH_A_VMK_UPLINK, port);
}

/**
 * vsw_nl_notify_vmk() - tell those who listen about a vmk
 * @port: its port
 * @cmd: VSWITCH_CMD_VMK_NTF or _DEL_NTF
 *
 * Context: RTNL.
 */
void vsw_nl_notify_vmk(struct vsw_port *port, u8 cmd)
{
	vsw_nl_notify(port->sw->vnet->net, cmd, vmk_fill, port);
}

/* The vmk that a request names. */
static struct vsw_port *get_vmk(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VSWITCH_A_VMK_NAME];
	struct vsw_port *port;

	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_VMK_NAME))
		return ERR_PTR(-EINVAL);
	port = vsw_vmk_find(vsw_net(genl_info_net(info)), nla_data(attr));
	if (port)
		return port;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "there is no such vmk");
	return ERR_PTR(-ENOENT);
}

static int get_config(struct genl_info *info, struct vsw_vmk_config *cfg)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VSWITCH_A_VMK_PORTGROUP]) {
		cfg->pg = vsw_nl_portgroup(info, VSWITCH_A_VMK_PORTGROUP);
		if (IS_ERR(cfg->pg))
			return PTR_ERR(cfg->pg);
	}
	if (attrs[VSWITCH_A_VMK_MAC]) {
		cfg->mac = vsw_mac(nla_data(attrs[VSWITCH_A_VMK_MAC]));
		if (!cfg->mac) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    attrs[VSWITCH_A_VMK_MAC],
					    "a vmk cannot have the address zero");
			return -EADDRNOTAVAIL;
		}
	}
	if (attrs[VSWITCH_A_VMK_MTU])
		cfg->mtu = nla_get_u32(attrs[VSWITCH_A_VMK_MTU]);
	if (attrs[VSWITCH_A_VMK_SERVICE]) {
		cfg->services = nla_get_u32(attrs[VSWITCH_A_VMK_SERVICE]);
		cfg->has_services = true;
	}
	return 0;
}

/* The netns in which a new vmk is to live, held; the requester must own it. */
static struct net *get_netns(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VSWITCH_A_VMK_NETNS_FD];
	struct net *net;

	if (!attr)
		return get_net(genl_info_net(info));
	net = get_net_ns_by_fd(nla_get_u32(attr));
	if (IS_ERR(net)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "that is not a network namespace");
		return net;
	}
	if (netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))
		return net;
	put_net(net);
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "that network namespace is not yours");
	return ERR_PTR(-EPERM);
}

/**
 * vswitch_nl_vmk_new_doit() - make a vmk, and answer with it
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_vmk_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_vmk_config cfg = {};
	struct vsw_port *port;
	struct sk_buff *reply;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_VMK_PORTGROUP))
		return -EINVAL;
	err = get_config(info, &cfg);
	if (err)
		return err;
	if (info->attrs[VSWITCH_A_VMK_NAME])
		cfg.name = nla_data(info->attrs[VSWITCH_A_VMK_NAME]);
	if (info->attrs[VSWITCH_A_VMK_IFINDEX])
		cfg.ifindex = nla_get_u32(info->attrs[VSWITCH_A_VMK_IFINDEX]);
	cfg.net = get_netns(skb, info);
	if (IS_ERR(cfg.net))
		return PTR_ERR(cfg.net);
	/* Room for the answer first, so that nothing has to be undone. */
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply) {
		err = -ENOMEM;
		goto out;
	}
	port = vsw_vmk_add(&cfg, info->extack);
	if (IS_ERR(port)) {
		nlmsg_free(reply);
		err = PTR_ERR(port);
		goto out;
	}
	err = vsw_nl_put(reply, info, vmk_fill, port);
	if (err)
		nlmsg_free(reply);
	else
		err = genlmsg_reply(reply, info);
out:
	put_net(cfg.net);
	return err;
}

/**
 * vswitch_nl_vmk_set_doit() - change a vmk
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error, and then nothing has changed.
 */
int vswitch_nl_vmk_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port = get_vmk(info);
	struct vsw_vmk_config cfg = {};
	int err;

	if (IS_ERR(port))
		return PTR_ERR(port);
	err = get_config(info, &cfg);
	if (err)
		return err;
	return vsw_vmk_set(port, &cfg, info->extack);
}

/**
 * vswitch_nl_vmk_del_doit() - delete a vmk
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_vmk_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port = get_vmk(info);

	if (IS_ERR(port))
		return PTR_ERR(port);
	vsw_vmk_del(port);
	return 0;
}

/**
 * vswitch_nl_vmk_get_doit() - get one vmk
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_vmk_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port = get_vmk(info);

	if (IS_ERR(port))
		return PTR_ERR(port);
	return vsw_nl_reply(info, vmk_fill, port);
}

static int dump_switch(struct sk_buff *skb, const struct genl_info *info,
		       struct vsw_switch *sw, struct vsw_nl_dump *dump)
{
	struct vsw_port *port;
	unsigned long i;
	int err;

	xa_for_each_start(&sw->ports, i, port, dump->index) {
		if (port->kind == VSW_VMK) {
			err = vsw_nl_put(skb, info, vmk_fill, port);
			if (err)
				return err;
		}
		dump->index = i + 1;
	}
	return 0;
}

/**
 * vswitch_nl_vmk_get_dumpit() - get all vmks, or those of a switch
 * @skb: where they go
 * @cb: the dump
 *
 * Return: 0, -EMSGSIZE to be called again, or -ENOENT.
 */
int vswitch_nl_vmk_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vsw_nl_dump_switches(skb, cb, VSWITCH_A_VMK_SWITCH,
				    dump_switch);
}
