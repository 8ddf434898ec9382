// SPDX-License-Identifier: GPL-2.0-only
/* The door to ports: vnics, and what vmks have in common with them. */
#include <linux/ctype.h>
#include <linux/rtnetlink.h>

#include "filter.h"
#include "learn.h"
#include "netlink.h"
#include "netlink_common.h"
#include "port.h"
#include "switch.h"
#include "team.h"
#include "vnic.h"

static int fill_macs(struct sk_buff *skb, const struct vsw_port *port)
{
	if (port->kind == VSW_VNIC &&
	    vsw_nl_put_mac(skb, VSWITCH_A_PORT_MAC, port->declared))
		return -EMSGSIZE;
	if (vsw_nl_put_mac(skb, VSWITCH_A_PORT_INITIAL_MAC, port->initial) ||
	    vsw_nl_put_mac(skb, VSWITCH_A_PORT_EFFECTIVE_MAC,
			   vsw_vnic_effective(port)))
		return -EMSGSIZE;
	if (vsw_fdb_conflict(port))
		return nla_put_flag(skb, VSWITCH_A_PORT_ADDRESS_CONFLICT);
	return 0;
}

static int fill_allowed(struct sk_buff *skb, const struct vsw_port *port)
{
	const struct vsw_allowed *allowed = rtnl_dereference(port->allowed);
	struct nlattr *nest;
	int i;

	if (!allowed)
		return 0;
	nest = nla_nest_start(skb, VSWITCH_A_PORT_ALLOW_MAC);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < allowed->n; i++) {
		if (vsw_nl_put_mac(skb, VSWITCH_A_MACS_ADDRESS,
				   allowed->mac[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* The last source that was not its own, unless it has become that since. */
static u64 other_source(const struct vsw_port *port)
{
	u64 mac = READ_ONCE(port->other_source);
	bool allowed;

	rcu_read_lock();
	allowed = vsw_learn_allows(port, mac);
	rcu_read_unlock();
	return allowed || mac == vsw_vnic_effective(port) ? 0 : mac;
}

/* Why it uses the uplink that it uses (T7). */
static u32 choice(const struct vsw_port *port)
{
	const struct vsw_portgroup *pg = rtnl_dereference(port->pg);
	const struct vsw_team *team = rtnl_dereference(pg->snap)->team;

	return vsw_team_choice(team, vsw_team_number(team, port,
						     port->wanted));
}

static int port_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_port *port = object;
	const struct vsw_portgroup *pg = rtnl_dereference(port->pg);

	if (nla_put_string(skb, VSWITCH_A_PORT_DEV, port->dev->name) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_IFINDEX, port->dev->ifindex) ||
	    vsw_nl_put_netns(skb, VSWITCH_A_PORT_NETNS_ID, port) ||
	    nla_put_string(skb, VSWITCH_A_PORT_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSWITCH_A_PORT_PORTGROUP, pg->name) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_NUMBER, port->number) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_KIND, port->kind) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_STATE,
			vsw_nl_link_state(port->dev)) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_BLOCKED, vsw_port_blocked(port)) ||
	    (port->client &&
	     nla_put_string(skb, VSWITCH_A_PORT_CLIENT, port->client)) ||
	    fill_macs(skb, port) ||
	    vsw_nl_put_uplink(skb, VSWITCH_A_PORT_UPLINK, port))
		return -EMSGSIZE;
	if (fill_allowed(skb, port) ||
	    vsw_nl_put_mac(skb, VSWITCH_A_PORT_OTHER_SOURCE,
			   other_source(port)) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_LEARNED,
			READ_ONCE(port->n_learned)) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_CHOICE, choice(port)))
		return -EMSGSIZE;
	return vsw_nl_put_port_stats(skb, VSWITCH_A_PORT_STATS, port);
}

/**
 * vsw_netlink_port() - tell those who listen about a vnic or vmk, of the latter
 * both as a port and as a vmk
 * @port: the port
 * @cmd: VSWITCH_CMD_PORT_NTF or _DEL_NTF
 *
 * Context: RTNL.
 */
void vsw_netlink_port(struct vsw_port *port, u8 cmd)
{
	vsw_nl_notify(port->sw->vnet->net, cmd, port_fill, port);
	if (port->kind == VSW_VMK)
		vsw_nl_notify_vmk(port, cmd == VSWITCH_CMD_PORT_NTF ?
				  VSWITCH_CMD_VMK_NTF :
				  VSWITCH_CMD_VMK_DEL_NTF);
}

static int check_client(struct genl_info *info, const char *client)
{
	for (; *client; client++) {
		if (iscntrl(*client)) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    info->attrs[VSWITCH_A_PORT_CLIENT],
					    "the text has control characters");
			return -EINVAL;
		}
	}
	return 0;
}

static int get_allowed(struct genl_info *info, struct vsw_vnic_config *cfg)
{
	const struct nlattr *attr = info->attrs[VSWITCH_A_PORT_ALLOW_MAC];
	const struct nlattr *pos;
	int rem, err;
	u64 mac;

	if (!attr)
		return 0;
	cfg->set_allow = true;
	nla_for_each_nested(pos, attr, rem) {
		mac = vsw_mac(nla_data(pos));
		err = mac ? vsw_port_check_mac(mac, info->extack) :
			    -EADDRNOTAVAIL;
		if (err) {
			if (!mac)
				NL_SET_ERR_MSG(info->extack,
					       "zero cannot be an allowed address");
			NL_SET_BAD_ATTR(info->extack, pos);
			return err;
		}
		if (cfg->n_allow == VSWITCH_ALLOW_MAC_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, pos,
					    "more than 32 addresses are listed");
			return -E2BIG;
		}
		cfg->allow[cfg->n_allow++] = mac;
	}
	return 0;
}

static int get_config(struct genl_info *info, struct vsw_vnic_config *cfg)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = get_allowed(info, cfg);
	if (err)
		return err;
	if (attrs[VSWITCH_A_PORT_PORTGROUP]) {
		cfg->pg = vsw_nl_portgroup(info, VSWITCH_A_PORT_PORTGROUP);
		if (IS_ERR(cfg->pg))
			return PTR_ERR(cfg->pg);
	}
	if (attrs[VSWITCH_A_PORT_MAC]) {
		cfg->mac = vsw_mac(nla_data(attrs[VSWITCH_A_PORT_MAC]));
		cfg->set_mac = true;
	}
	if (attrs[VSWITCH_A_PORT_BLOCKED]) {
		cfg->blocked = nla_get_u32(attrs[VSWITCH_A_PORT_BLOCKED]);
		cfg->set_blocked = true;
	}
	if (attrs[VSWITCH_A_PORT_CLIENT]) {
		cfg->client = nla_data(attrs[VSWITCH_A_PORT_CLIENT]);
		return check_client(info, cfg->client);
	}
	return 0;
}

/**
 * vswitch_nl_port_new_doit() - attach a vnic
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_port_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_vnic_config cfg = {};
	struct net_device *dev;
	int err;

	dev = vsw_nl_dev(info, VSWITCH_A_PORT_DEV);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_PORT_PORTGROUP))
		return -EINVAL;
	err = get_config(info, &cfg);
	if (err)
		return err;
	err = vsw_vnic_add(dev, &cfg, info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, info->attrs[VSWITCH_A_PORT_DEV]);
	return err;
}

/* What can be set of a vmk here: whether it is blocked, and its list. */
static int set_vmk(struct genl_info *info, struct vsw_port *port,
		   const struct vsw_vnic_config *cfg)
{
	struct vsw_allowed *allowed = NULL;

	if (cfg->pg || cfg->set_mac || cfg->client ||
	    info->attrs[VSWITCH_A_PORT_EFFECTIVE_MAC]) {
		NL_SET_ERR_MSG_FMT(info->extack,
				   "%s is a vmk: use \"vswctl vmk set\"",
				   port->dev->name);
		return -EOPNOTSUPP;
	}
	if (cfg->n_allow) {
		allowed = vsw_learn_alloc(cfg->allow, cfg->n_allow);
		if (!allowed)
			return -ENOMEM;
	}
	if (cfg->set_allow) {
		vsw_learn_allow(port, allowed);
		vsw_filter_sync(port->sw);
	}
	if (cfg->set_blocked)
		vsw_port_block(port, cfg->blocked);
	vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
	return 0;
}

/**
 * vswitch_nl_port_set_doit() - change a vnic, or block a vmk
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error, and then nothing has changed.
 */
int vswitch_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *effective = info->attrs[VSWITCH_A_PORT_EFFECTIVE_MAC];
	struct vsw_port *port = vsw_nl_port(info, VSWITCH_A_PORT_DEV, false);
	struct vsw_vnic_config cfg = {};
	int err;

	if (IS_ERR(port))
		return PTR_ERR(port);
	err = get_config(info, &cfg);
	if (err)
		return err;
	if (port->kind == VSW_VMK)
		return set_vmk(info, port, &cfg);
	if (effective) {
		cfg.effective = vsw_mac(nla_data(effective));
		if (!cfg.effective) {
			NL_SET_ERR_MSG_ATTR(info->extack, effective,
					    "a guest cannot use the address zero");
			return -EADDRNOTAVAIL;
		}
	}
	return vsw_vnic_set(port, &cfg, info->extack);
}

/**
 * vswitch_nl_port_del_doit() - let go of a vnic
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port = vsw_nl_port(info, VSWITCH_A_PORT_DEV, false);

	if (IS_ERR(port))
		return PTR_ERR(port);
	if (port->kind == VSW_VMK) {
		NL_SET_ERR_MSG_FMT(info->extack,
				   "%s is a vmk: use \"vswctl vmk del\"",
				   port->dev->name);
		return -EOPNOTSUPP;
	}
	vsw_vnic_del(port);
	return 0;
}

/**
 * vswitch_nl_port_get_doit() - get one vnic or vmk
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port = vsw_nl_port(info, VSWITCH_A_PORT_DEV, false);

	if (IS_ERR(port))
		return PTR_ERR(port);
	return vsw_nl_reply(info, port_fill, port);
}

static int dump_switch(struct sk_buff *skb, const struct genl_info *info,
		       struct vsw_switch *sw, struct vsw_nl_dump *dump)
{
	const struct nlattr *only = info->attrs[VSWITCH_A_PORT_PORTGROUP];
	const struct vsw_portgroup *pg;
	struct vsw_port *port;
	unsigned long i;
	int err;

	xa_for_each_start(&sw->ports, i, port, dump->index) {
		pg = rtnl_dereference(port->pg);
		if (!only || !strcmp(pg->name, nla_data(only))) {
			err = vsw_nl_put(skb, info, port_fill, port);
			if (err)
				return err;
		}
		dump->index = i + 1;
	}
	return 0;
}

/**
 * vswitch_nl_port_get_dumpit() - get all vnics and vmks, or some
 * @skb: where they go
 * @cb: the dump
 *
 * Return: 0, -EMSGSIZE to be called again, or -ENOENT.
 */
int vswitch_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vsw_nl_dump_switches(skb, cb, VSWITCH_A_PORT_SWITCH,
				    dump_switch);
}
