// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vmks: the host's own interfaces, netdevs of kind vmk.
 *
 * A vmk is an upper device of its switch, but no slave, so that it may have a
 * master of its own and live in another netns.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "compat.h"
#include "fdb.h"
#include "filter.h"
#include "netlink.h"
#include "port.h"
#include "rx.h"
#include "stats.h"
#include "vmk.h"

/* The class of the first service (V3); any program can take those up to 6. */
#define VMK_PRIO_FIRST	8

/**
 * struct vsw_vmk - the private part of a vmk's netdev
 * @port: its port; NULL before it has joined and after it has left
 * @priority: the class of what it sends, or 0; RTNL w
 * @services: what it is for, bits of enum vswitch_service; RTNL
 */
struct vsw_vmk {
	struct vsw_port __rcu *port;
	u32 priority;
	u32 services;
};

/*
 * V3: what a program asks for is a wish within the class of the vmk. From
 * TC_PRIO_CONTROL on it was the kernel or somebody with CAP_NET_ADMIN.
 */
static void classify(const struct vsw_vmk *vmk, struct sk_buff *skb)
{
	u32 priority = READ_ONCE(vmk->priority);

	if (unlikely(priority) && skb->priority < TC_PRIO_CONTROL)
		skb->priority = priority;
}

static netdev_tx_t vmk_xmit(struct sk_buff *skb, struct net_device *dev)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);
	struct vsw_port *port;

	rcu_read_lock();
	port = rcu_dereference(vmk->port);
	classify(vmk, skb);
	if (likely(port))
		vsw_rx_vmk(port, skb);
	else
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static void vmk_get_stats64(struct net_device *dev,
			    struct rtnl_link_stats64 *link)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);
	const struct vsw_port *port;
	struct vsw_stats sum = {};

	rcu_read_lock();
	port = rcu_dereference(vmk->port);
	if (port)
		vsw_stats_add(port, &sum);
	rcu_read_unlock();
	vsw_stats_link(&sum, VSW_OUT, link);
}

/* The address of a vmk is declared: nobody else may hold it (F1). */
static int vmk_set_mac_address(struct net_device *dev, void *addr)
{
	struct vsw_port *port = vsw_vmk_port(dev);
	const struct sockaddr *sa = addr;
	int err;

	err = eth_prepare_mac_addr_change(dev, addr);
	if (err)
		return err;
	if (port) {
		err = vsw_fdb_claim(port, vsw_mac(sa->sa_data),
				    VSWITCH_ORIGIN_DECLARED, false,
				    GFP_KERNEL_ACCOUNT);
		if (err)
			return err;
	}
	eth_commit_mac_addr_change(dev, addr);
	if (port)
		vsw_port_readdressed(port);
	return 0;
}

static int vmk_get_iflink(const struct net_device *dev)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);
	const struct vsw_port *port;
	int iflink = 0;

	rcu_read_lock();
	port = rcu_dereference(vmk->port);
	if (port)
		iflink = READ_ONCE(port->sw->dev->ifindex);
	rcu_read_unlock();
	return iflink;
}

/**
 * vsw_vmk_detach() - part a vmk from its switch; the netdev is on its way out
 * @port: the vmk
 *
 * Context: RTNL.
 */
void vsw_vmk_detach(struct vsw_port *port)
{
	struct vsw_vmk *vmk = netdev_priv(port->dev);
	struct vsw_switch *sw = port->sw;

	vsw_netlink_port(port, VSWITCH_CMD_PORT_DEL_NTF);
	netif_carrier_off(port->dev);
	RCU_INIT_POINTER(vmk->port, NULL);
	/* No frame of its own may claim an address once it has left. */
	synchronize_net();
	list_del(&port->vmk_node);
	netdev_upper_dev_unlink(sw->dev, port->dev);
	vsw_port_leave(port);
	vsw_port_destroy(port);
	vsw_filter_sync(sw);
}

static void vmk_uninit(struct net_device *dev)
{
	struct vsw_port *port = vsw_vmk_port(dev);

	if (port)
		vsw_vmk_detach(port);
}

static const struct net_device_ops vmk_netdev_ops = {
	.ndo_uninit		= vmk_uninit,
	.ndo_start_xmit		= vmk_xmit,
	.ndo_get_stats64	= vmk_get_stats64,
	.ndo_set_mac_address	= vmk_set_mac_address,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_get_iflink		= vmk_get_iflink,
	.ndo_features_check	= passthru_features_check,
};

static void vmk_get_drvinfo(struct net_device *dev,
			    struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "vswitch vmk");
}

static const struct ethtool_ops vmk_ethtool_ops = {
	.get_drvinfo		= vmk_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_ts_info		= ethtool_op_get_ts_info,
};

/* What its DEVTYPE is in sysfs, and to udev. */
static const struct device_type vmk_type = {
	.name = "vmk",
};

static void vmk_setup(struct net_device *dev)
{
	ether_setup(dev);
	SET_NETDEV_DEVTYPE(dev, &vmk_type);
	dev->netdev_ops = &vmk_netdev_ops;
	dev->ethtool_ops = &vmk_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->lltx = true;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
	/* It would send with interrupts off, where no frame may be forwarded. */
	dev->priv_flags |= IFF_DISABLE_NETPOLL;
	/* The tags of a frame are changed in place. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = VSWITCH_MTU_MAX;
	dev->hw_features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |
			   NETIF_F_HIGHDMA | NETIF_F_GSO_SOFTWARE |
			   NETIF_F_GSO_ENCAP_ALL;
	dev->features |= dev->hw_features | NETIF_F_HW_VLAN_CTAG_TX |
			 NETIF_F_HW_VLAN_STAG_TX;
	dev->hw_enc_features = dev->hw_features;
	dev->vlan_features = dev->hw_features;
	netif_set_tso_max_size(dev, GSO_MAX_SIZE);
}

static int vmk_validate(struct nlattr *tb[], struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack,
		       "a vmk stands on a portgroup: use \"vswctl vmk add\"");
	return -EOPNOTSUPP;
}

static struct net *vmk_get_link_net(const struct net_device *dev)
{
	const struct vsw_port *port = vsw_vmk_port(dev);

	return port ? dev_net(port->sw->dev) : dev_net(dev);
}

static struct rtnl_link_ops vmk_link_ops __read_mostly = {
	.kind		= "vmk",
	.priv_size	= sizeof(struct vsw_vmk),
	.setup		= vmk_setup,
	.validate	= vmk_validate,
	.get_link_net	= vmk_get_link_net,
};

/**
 * vsw_vmk_is() - whether a netdev is a vmk
 * @dev: the netdev
 *
 * Return: true if so.
 */
bool vsw_vmk_is(const struct net_device *dev)
{
	return dev->netdev_ops == &vmk_netdev_ops;
}

/**
 * vsw_vmk_port() - the port of a vmk
 * @dev: its netdev
 *
 * Context: RTNL.
 * Return: the port, or NULL while it is not on a switch.
 */
struct vsw_port *vsw_vmk_port(const struct net_device *dev)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);

	return rtnl_dereference(vmk->port);
}

/**
 * vsw_vmk_services() - what a vmk is for (V3)
 * @port: the vmk
 *
 * Context: RTNL.
 * Return: bits of enum vswitch_service.
 */
u32 vsw_vmk_services(const struct vsw_port *port)
{
	const struct vsw_vmk *vmk = netdev_priv(port->dev);

	return vmk->services;
}

static void set_services(struct net_device *dev, u32 services)
{
	struct vsw_vmk *vmk = netdev_priv(dev);

	vmk->services = services;
	WRITE_ONCE(vmk->priority,
		   services ? VMK_PRIO_FIRST + __ffs(services) : 0);
}

/**
 * vsw_vmk_find() - look up a vmk, in whatever netns its netdev lives
 * @vnet: the netns of its switch
 * @name: its netdev name
 *
 * Context: RTNL.
 * Return: the port, or NULL.
 */
struct vsw_port *vsw_vmk_find(const struct vsw_net *vnet, const char *name)
{
	struct net_device *dev = __dev_get_by_name(vnet->net, name);
	struct vsw_port *port;

	if (dev && vsw_vmk_is(dev)) {
		port = vsw_vmk_port(dev);
		return port && port->sw->vnet == vnet ? port : NULL;
	}
	list_for_each_entry(port, &vnet->vmks, vmk_node) {
		if (!strcmp(port->dev->name, name))
			return port;
	}
	return NULL;
}

/* Find the lowest vmkN that is free here and where the netdev will live. */
static void next_name(const struct vsw_net *vnet, struct net *net, char *name)
{
	int i = 0;

	do {
		snprintf(name, IFNAMSIZ, "vmk%d", i++);
	} while (__dev_get_by_name(net, name) || vsw_vmk_find(vnet, name));
}

static struct net_device *create_netdev(const struct vsw_vmk_config *cfg,
					struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = cfg->pg->sw;
	struct net_device *dev;
	char name[IFNAMSIZ];
	u8 addr[ETH_ALEN];
	int err;

	if (cfg->name)
		strscpy(name, cfg->name);
	else
		next_name(sw->vnet, cfg->net, name);
	if (!dev_valid_name(name) || strchr(name, '%')) {
		NL_SET_ERR_MSG(extack, "that is not a name for a device");
		return ERR_PTR(-EINVAL);
	}
	if (__dev_get_by_name(cfg->net, name) || vsw_vmk_find(sw->vnet, name)) {
		NL_SET_ERR_MSG_FMT(extack, "there is a device %s already", name);
		return ERR_PTR(-EEXIST);
	}
	if (cfg->ifindex < 0 || __dev_get_by_index(cfg->net, cfg->ifindex)) {
		NL_SET_ERR_MSG_FMT(extack, "a device cannot have the index %u",
				   cfg->ifindex);
		return ERR_PTR(-EBUSY);
	}
	dev = alloc_netdev(sizeof(struct vsw_vmk), name, NET_NAME_USER,
			   vmk_setup);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev_net_set(dev, cfg->net);
	dev->ifindex = cfg->ifindex;
	dev->rtnl_link_ops = &vmk_link_ops;
	dev->mtu = cfg->mtu ?: sw->dev->mtu;
	if (cfg->mac) {
		vsw_mac_addr(cfg->mac, addr);
		eth_hw_addr_set(dev, addr);
	} else {
		eth_hw_addr_random(dev);
	}
	/* Otherwise udev gives a device with a random address another one. */
	dev->addr_assign_type = NET_ADDR_SET;
	netif_carrier_off(dev);
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return ERR_PTR(err);
	}
	return dev;
}

/**
 * vsw_vmk_add() - make a vmk, and set it up (V1, V2)
 * @cfg: the portgroup, the netns, and what else is asked
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: its port or an error, and then nothing has changed.
 */
struct vsw_port *vsw_vmk_add(const struct vsw_vmk_config *cfg,
			     struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = cfg->pg->sw;
	struct net_device *dev;
	struct vsw_port *port;
	struct vsw_vmk *vmk;
	u64 mac;
	int err;

	err = vsw_port_check_mac(cfg->mac, extack);
	if (err)
		return ERR_PTR(err);
	dev = create_netdev(cfg, extack);
	if (IS_ERR(dev))
		return ERR_CAST(dev);
	vmk = netdev_priv(dev);
	port = vsw_port_create(cfg->pg, dev, VSW_VMK, extack);
	if (IS_ERR(port)) {
		err = PTR_ERR(port);
		goto err_create;
	}
	mac = vsw_mac(dev->dev_addr);
	err = vsw_fdb_claim(port, mac, VSWITCH_ORIGIN_DECLARED, false,
			    GFP_KERNEL_ACCOUNT);
	if (err) {
		if (err == -EEXIST)
			vsw_port_taken(port, mac, extack);
		goto err_claim;
	}
	port->declared = mac;
	WRITE_ONCE(port->initial, mac);
	set_services(dev, cfg->services);
	err = netdev_upper_dev_link(sw->dev, dev, extack);
	if (err)
		goto err_claim;
	rcu_assign_pointer(vmk->port, port);
	list_add_tail(&port->vmk_node, &sw->vnet->vmks);
	vsw_port_join(port);
	if (sw->up)
		netif_carrier_on(dev);
	vsw_filter_sync(sw);
	rtnl_configure_link(dev, NULL, 0, NULL);
	/* It works without an address too, so a failure here is no reason. */
	dev_open(dev, NULL);
	vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
	return port;

err_claim:
	vsw_port_destroy(port);
err_create:
	unregister_netdevice(dev);
	return ERR_PTR(err);
}

/**
 * vsw_vmk_set() - change a vmk
 * @port: the vmk
 * @cfg: what is asked
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or an error, and then nothing has changed.
 */
int vsw_vmk_set(struct vsw_port *port, const struct vsw_vmk_config *cfg,
		struct netlink_ext_ack *extack)
{
	struct vsw_portgroup *old_pg = rtnl_dereference(port->pg);
	struct net_device *dev = port->dev;
	u32 old_mtu = dev->mtu;
	u8 addr[ETH_ALEN];
	int err;

	err = vsw_port_check_mac(cfg->mac, extack) ?:
	      vsw_port_check_claim(port, cfg->pg ?: old_pg, cfg->mac, extack);
	if (err)
		return err;
	if (cfg->pg) {
		err = vsw_port_move(port, cfg->pg, extack);
		if (err)
			return err;
	}
	if (cfg->mtu) {
		err = dev_set_mtu(dev, cfg->mtu);
		if (err)
			goto err_mtu;
	}
	if (cfg->mac) {
		vsw_mac_addr(cfg->mac, addr);
		err = vsw_set_mac_address(dev, addr, extack);
		if (err)
			goto err_mac;
	}
	if (cfg->has_services)
		set_services(dev, cfg->services);
	vsw_filter_sync(port->sw);
	vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
	return 0;

err_mac:
	dev_set_mtu(dev, old_mtu);
err_mtu:
	vsw_port_move(port, old_pg, NULL);
	return err;
}

/**
 * vsw_vmk_del() - delete a vmk
 * @port: the vmk
 *
 * Context: RTNL.
 */
void vsw_vmk_del(struct vsw_port *port)
{
	unregister_netdevice(port->dev);
}

/**
 * vsw_vmk_kill() - queue all vmks of a switch to be unregistered
 * @sw: the switch
 * @head: the queue
 *
 * Context: RTNL.
 */
void vsw_vmk_kill(struct vsw_switch *sw, struct list_head *head)
{
	struct vsw_port *port;
	unsigned long i;

	xa_for_each(&sw->ports, i, port) {
		if (port->kind == VSW_VMK)
			unregister_netdevice_queue(port->dev, head);
	}
}

/**
 * vsw_vmk_carrier() - let the vmks of a switch follow whether it is up (M6)
 * @sw: the switch
 * @on: whether it is
 *
 * Context: RTNL.
 */
void vsw_vmk_carrier(struct vsw_switch *sw, bool on)
{
	struct vsw_port *port;
	unsigned long i;

	xa_for_each(&sw->ports, i, port) {
		if (port->kind != VSW_VMK)
			continue;
		if (on)
			netif_carrier_on(port->dev);
		else
			netif_carrier_off(port->dev);
	}
}

/**
 * vsw_vmk_init() - make the kind vmk known
 *
 * Return: 0 or an error.
 */
int vsw_vmk_init(void)
{
	return rtnl_link_register(&vmk_link_ops);
}

/**
 * vsw_vmk_exit() - delete all vmks and the kind
 */
void vsw_vmk_exit(void)
{
	rtnl_link_unregister(&vmk_link_ops);
}
