// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Locking
 *
 * RTNL is the outermost lock and the only one for configuration: every
 * request, every notifier and the slow path hold it. Under it, fdb->lock (BH
 * off) serialises claims to addresses, since a guest's first frame may make
 * one; it also covers the publication of what decides over claims, port->pg
 * and pg->snap.
 *
 * Frames take no lock. They run under RCU and read what was published last.
 * An object is published when it is complete and unpublished before anything
 * of it is taken down; what a frame may still see is freed after a grace
 * period.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/rtnetlink.h>

#include "announce.h"
#include "beacon.h"
#include "compat.h"
#include "compile.h"
#include "fdb.h"
#include "learn.h"
#include "linkmon.h"
#include "member.h"
#include "netlink.h"
#include "policy.h"
#include "port.h"
#include "portgroup.h"
#include "sighting.h"
#include "stats.h"
#include "switch.h"
#include "team.h"
#include "uplink.h"
#include "vmk.h"
#include "vnic.h"

static unsigned int net_id __read_mostly;

/* All switches of all namespaces; RTNL. */
static LIST_HEAD(switches);

/**
 * vsw_net() - what the module keeps for a netns
 * @net: the netns
 *
 * Return: it.
 */
struct vsw_net *vsw_net(struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * vsw_switch_for_each() - do something with every switch there is
 * @fn: what to do
 *
 * Context: RTNL.
 */
void vsw_switch_for_each(void (*fn)(struct vsw_switch *sw))
{
	struct vsw_switch *sw;

	ASSERT_RTNL();
	list_for_each_entry(sw, &switches, node)
		fn(sw);
}

/* A switch sends nothing of its own (M2). */
static netdev_tx_t switch_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	return NETDEV_TX_OK;
}

static int switch_open(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	WRITE_ONCE(sw->up, true);
	vsw_vmk_carrier(sw, true);
	return 0;
}

static int switch_stop(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	WRITE_ONCE(sw->up, false);
	vsw_vmk_carrier(sw, false);
	return 0;
}

/* The uplinks have the MTU of their switch (M6). */
static int switch_change_mtu(struct net_device *dev, int mtu)
{
	int err;

	err = vsw_uplink_set_mtu(netdev_priv(dev), mtu);
	if (!err)
		WRITE_ONCE(dev->mtu, mtu);
	return err;
}

/**
 * vsw_switch_stats() - add up the counters of all that is on a switch
 * @sw: the switch
 * @sum: where they are added
 *
 * Context: any.
 */
void vsw_switch_stats(struct vsw_switch *sw, struct vsw_stats *sum)
{
	const struct vsw_uplink *uplink;
	struct vsw_port *port;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sw->ports, i, port)
		vsw_stats_add(port, sum);
	list_for_each_entry_rcu(uplink, &sw->uplinks, node)
		vsw_stats_add(&uplink->port, sum);
	rcu_read_unlock();
}

static void switch_get_stats64(struct net_device *dev,
			       struct rtnl_link_stats64 *link)
{
	struct vsw_stats sum = {};

	vsw_switch_stats(netdev_priv(dev), &sum);
	/* What came in from its ports is what the switch received. */
	vsw_stats_link(&sum, VSW_IN, link);
}

/* "ip link set DEV master SWITCH" makes DEV a vnic (M7). */
static int switch_add_slave(struct net_device *dev, struct net_device *slave,
			    struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = netdev_priv(dev);
	struct vsw_vnic_config cfg = { .pg = sw->default_pg };

	if (!cfg.pg) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s has no default portgroup (vswctl switch set)",
				   dev->name);
		return -EOPNOTSUPP;
	}
	return vsw_vnic_add(slave, &cfg, extack);
}

static int switch_del_slave(struct net_device *dev, struct net_device *slave)
{
	struct vsw_port *port = vsw_member_port(slave);

	if (vsw_member_is_uplink(slave))
		return vsw_uplink_del(container_of(port, struct vsw_uplink,
						   port));
	vsw_vnic_del(port);
	return 0;
}

static void detach_portgroups(struct vsw_switch *sw)
{
	struct vsw_portgroup *pg, *next;

	list_for_each_entry_safe(pg, next, &sw->portgroups, node) {
		vsw_netlink_portgroup(pg, VSWITCH_CMD_PORTGROUP_DEL_NTF);
		vsw_compile_remove(pg);
		vsw_portgroup_free(pg);
	}
}

/* Everything lets go of the switch; its netdev is being unregistered. */
static void switch_uninit(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);
	struct vsw_uplink *uplink, *next;
	struct vsw_port *port;
	unsigned long n;

	if (list_empty(&sw->node))
		return;		/* registering failed */
	xa_for_each(&sw->ports, n, port) {
		if (port->kind == VSW_VMK)
			vsw_vmk_detach(port);
		else
			vsw_vnic_del(port);
	}
	list_for_each_entry_safe(uplink, next, &sw->uplinks, node)
		vsw_uplink_detach(uplink);
	vsw_learn_stop(sw);
	detach_portgroups(sw);
	vsw_netlink_switch(sw, VSWITCH_CMD_SWITCH_DEL_NTF);
	xa_erase(&sw->vnet->switches, sw->id);
	sw->vnet->n_switches--;
	list_del(&sw->node);
}

static void free_parts(struct vsw_switch *sw)
{
	vsw_team_put(sw->team);
	vsw_sighting_exit(sw);
	kvfree(sw->vlan);
	vsw_fdb_exit(&sw->fdb);
}

/* Runs when the last reference to the netdev is gone. */
static void switch_free(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	vsw_linkmon_stop(sw);
	vsw_announce_stop(sw);
	vsw_beacon_stop(sw);
	xa_destroy(&sw->ports);
	free_parts(sw);
}

static const struct net_device_ops switch_netdev_ops = {
	.ndo_uninit		= switch_uninit,
	.ndo_open		= switch_open,
	.ndo_stop		= switch_stop,
	.ndo_start_xmit		= switch_xmit,
	.ndo_get_stats64	= switch_get_stats64,
	.ndo_change_mtu		= switch_change_mtu,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_add_slave		= switch_add_slave,
	.ndo_del_slave		= switch_del_slave,
};

static void switch_get_drvinfo(struct net_device *dev,
			       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "vswitch");
}

static const struct ethtool_ops switch_ethtool_ops = {
	.get_drvinfo	= switch_get_drvinfo,
	.get_link	= ethtool_op_get_link,
};

/* What its DEVTYPE is in sysfs, and to udev. */
static const struct device_type switch_type = {
	.name = "vswitch",
};

static void switch_setup(struct net_device *dev)
{
	ether_setup(dev);
	SET_NETDEV_DEVTYPE(dev, &switch_type);
	dev->netdev_ops = &switch_netdev_ops;
	dev->ethtool_ops = &switch_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->lltx = true;
	dev->netns_immutable = true;
	dev->flags |= IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_NO_ADDRCONF;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = VSWITCH_MTU_MAX;
}

/**
 * vsw_switch_is() - whether a netdev is a switch
 * @dev: the netdev
 *
 * Return: true if so.
 */
bool vsw_switch_is(const struct net_device *dev)
{
	return dev->netdev_ops == &switch_netdev_ops;
}

/**
 * vsw_switch_find() - look up a switch
 * @net: its netns
 * @name: a name of its netdev
 *
 * Context: RTNL.
 * Return: the switch, or NULL.
 */
struct vsw_switch *vsw_switch_find(struct net *net, const char *name)
{
	struct net_device *dev = __dev_get_by_name(net, name);

	return dev && vsw_switch_is(dev) ? netdev_priv(dev) : NULL;
}

static int alloc_parts(struct vsw_switch *sw, const struct vsw_policy *policy)
{
	int err;

	err = vsw_fdb_init(&sw->fdb);
	if (err)
		return err;
	sw->vlan = kvcalloc(VSW_VLAN_COUNT, sizeof(*sw->vlan),
			    GFP_KERNEL_ACCOUNT);
	if (!sw->vlan)
		goto err_vlan;
	if (vsw_sighting_init(sw))
		goto err_sightings;
	if (policy)
		sw->policy = *policy;
	else
		vsw_policy_init(&sw->policy);
	sw->team = vsw_team_create(&sw->policy);
	if (!sw->team)
		goto err_team;
	return 0;

err_team:
	vsw_sighting_exit(sw);
err_sightings:
	kvfree(sw->vlan);
err_vlan:
	vsw_fdb_exit(&sw->fdb);
	return -ENOMEM;
}

/* Make a switch of a netdev that is not registered yet, and register it. */
static int create(struct net *net, struct net_device *dev,
		  const struct vsw_policy *policy,
		  struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = netdev_priv(dev);
	int err;

	sw->dev = dev;
	sw->vnet = vsw_net(net);
	sw->next_port = 1;
	xa_init(&sw->ports);
	INIT_LIST_HEAD(&sw->node);
	INIT_LIST_HEAD(&sw->uplinks);
	INIT_LIST_HEAD(&sw->portgroups);
	INIT_LIST_HEAD(&sw->allowed);
	vsw_linkmon_start(sw);
	vsw_announce_start(sw);
	vsw_beacon_start(sw);
	vsw_learn_start(sw);
	if (sw->vnet->n_switches >= VSW_MAX_SWITCHES) {
		NL_SET_ERR_MSG_FMT(extack, "there are %d switches already",
				   VSW_MAX_SWITCHES);
		return -ENOSPC;
	}
	err = alloc_parts(sw, policy);
	if (err)
		return err;

	err = xa_alloc_cyclic(&sw->vnet->switches, &sw->id, sw,
			      XA_LIMIT(1, INT_MAX), &sw->vnet->next_switch,
			      GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto err_id;
	err = register_netdevice(dev);
	if (err)
		goto err_register;
	dev->priv_destructor = switch_free;
	sw->vnet->n_switches++;
	list_add_tail(&sw->node, &switches);
	vsw_netlink_switch(sw, VSWITCH_CMD_SWITCH_NTF);
	return 0;

err_register:
	xa_erase(&sw->vnet->switches, sw->id);
err_id:
	free_parts(sw);
	return err;
}

static int switch_newlink(VSW_NEWLINK(dev), struct netlink_ext_ack *extack)
{
	int err;

	eth_hw_addr_random(dev);
	err = create(dev_net(dev), dev, NULL, extack);
	if (!err)
		dev_open(dev, NULL);	/* a new one is up (M6) */
	return err;
}

static void switch_dellink(struct net_device *dev, struct list_head *head)
{
	vsw_vmk_kill(netdev_priv(dev), head);
	unregister_netdevice_queue(dev, head);
}

static struct rtnl_link_ops switch_link_ops __read_mostly = {
	.kind		= "vswitch",
	.priv_size	= sizeof(struct vsw_switch),
	.setup		= switch_setup,
	.newlink	= switch_newlink,
	.dellink	= switch_dellink,
};

/**
 * vsw_switch_add() - make a switch, and set it up
 * @net: its netns
 * @name: the name of its netdev
 * @mtu: its MTU in bytes, or 0 for 1500
 * @policy: its policy, every field of it, or NULL for the default one
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: the switch or an error, and then nothing has changed.
 */
struct vsw_switch *vsw_switch_add(struct net *net, const char *name, u32 mtu,
				  const struct vsw_policy *policy,
				  struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	if (!dev_valid_name(name) || strchr(name, '%')) {
		NL_SET_ERR_MSG(extack, "that is not a name for a device");
		return ERR_PTR(-EINVAL);
	}
	if (__dev_get_by_name(net, name)) {
		NL_SET_ERR_MSG_FMT(extack, "there is a device %s already",
				   name);
		return ERR_PTR(-EEXIST);
	}
	dev = alloc_netdev(sizeof(struct vsw_switch), name, NET_NAME_USER,
			   switch_setup);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev_net_set(dev, net);
	dev->rtnl_link_ops = &switch_link_ops;
	eth_hw_addr_random(dev);
	if (mtu)
		dev->mtu = mtu;
	err = create(net, dev, policy, extack);
	if (err) {
		free_netdev(dev);
		return ERR_PTR(err);
	}
	rtnl_configure_link(dev, NULL, 0, NULL);
	dev_open(dev, NULL);
	return netdev_priv(dev);
}

/**
 * vsw_switch_del() - delete a switch (M3)
 * @sw: the switch
 * @force: also while vnics or vmks are attached
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or -EBUSY.
 */
int vsw_switch_del(struct vsw_switch *sw, bool force,
		   struct netlink_ext_ack *extack)
{
	LIST_HEAD(head);

	if (sw->n_ports && !force) {
		NL_SET_ERR_MSG_FMT(extack, "%s has vnics or vmks attached: %u",
				   sw->dev->name, sw->n_ports);
		return -EBUSY;
	}
	switch_dellink(sw->dev, &head);
	unregister_netdevice_many(&head);
	return 0;
}

static int __net_init net_init(struct net *net)
{
	struct vsw_net *vnet = vsw_net(net);

	vnet->net = net;
	xa_init_flags(&vnet->switches, XA_FLAGS_ALLOC1);
	xa_init_flags(&vnet->portgroups, XA_FLAGS_ALLOC1);
	INIT_LIST_HEAD(&vnet->vmks);
	return 0;
}

static void __net_exit net_exit(struct net *net)
{
	struct vsw_net *vnet = vsw_net(net);

	WARN_ON_ONCE(!xa_empty(&vnet->switches));
	WARN_ON_ONCE(!xa_empty(&vnet->portgroups));
	xa_destroy(&vnet->switches);
	xa_destroy(&vnet->portgroups);
}

static struct pernet_operations net_ops = {
	.init	= net_init,
	.exit	= net_exit,
	.id	= &net_id,
	.size	= sizeof(struct vsw_net),
};

/**
 * vsw_switch_init() - make the kind vswitch known
 *
 * Return: 0 or an error.
 */
int vsw_switch_init(void)
{
	int err;

	err = register_pernet_subsys(&net_ops);
	if (err)
		return err;
	err = rtnl_link_register(&switch_link_ops);
	if (err)
		unregister_pernet_subsys(&net_ops);
	return err;
}

/**
 * vsw_switch_exit() - delete all switches and the kind
 */
void vsw_switch_exit(void)
{
	rtnl_link_unregister(&switch_link_ops);
	unregister_pernet_subsys(&net_ops);
}
