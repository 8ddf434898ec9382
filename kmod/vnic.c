// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vnics: guests' netdevs on a portgroup, and their addresses (S1).
 *
 * The other end of a veth tells its address itself. Any other device has the
 * address that the administrator declared, or that of its first frame.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "fdb.h"
#include "filter.h"
#include "learn.h"
#include "member.h"
#include "netlink.h"
#include "port.h"
#include "rx.h"
#include "vnic.h"

/* The address of the other end of a pair; false if @dev is not one of two. */
static bool peer_mac(struct net_device *dev, u64 *mac)
{
	struct net_device *peer = NULL;

	if (!dev->netdev_ops->ndo_get_peer_dev)
		return false;
	rcu_read_lock();
	peer = dev->netdev_ops->ndo_get_peer_dev(dev);
	if (peer)
		*mac = vsw_mac(peer->dev_addr);
	rcu_read_unlock();
	return peer;
}

/**
 * vsw_vnic_effective() - the address that a guest uses now (S1)
 * @port: its vnic
 *
 * Context: RTNL.
 * Return: the address, or 0 while it is not known.
 */
u64 vsw_vnic_effective(const struct vsw_port *port)
{
	u64 mac;

	return peer_mac(port->dev, &mac) ? mac : READ_ONCE(port->wanted);
}

/* How a port comes to @mac, if the administrator did not name it. */
static u8 origin_of(const struct vsw_port *port, u64 mac, u8 otherwise)
{
	return mac == port->declared ? VSWITCH_ORIGIN_DECLARED : otherwise;
}

/*
 * Set the declared address, which is also the initial one. A guest that tells
 * its own address goes on using that.
 */
static int set_declared(struct vsw_port *port, u64 mac,
			struct netlink_ext_ack *extack)
{
	u64 peer;
	int err;

	if (!peer_mac(port->dev, &peer)) {
		if (!mac) {
			vsw_fdb_release(port);
			port->declared = 0;
			WRITE_ONCE(port->initial, 0);
			vsw_port_set_flag(port, VSW_PORT_ADOPTS, true);
			return 0;
		}
		err = vsw_fdb_claim(port, mac, VSWITCH_ORIGIN_DECLARED, false,
				    GFP_KERNEL_ACCOUNT);
		if (err == -EEXIST)
			return vsw_port_taken(port, mac, extack);
		if (err)
			return err;
		port->declared = mac;
		WRITE_ONCE(port->initial, mac);
		return 0;
	}

	if (mac && vsw_fdb_check(port, rtnl_dereference(port->pg), mac,
				 VSWITCH_ORIGIN_DECLARED))
		return vsw_port_taken(port, mac, extack);
	port->declared = mac;
	vsw_fdb_claim(port, peer, origin_of(port, peer, VSWITCH_ORIGIN_PEER),
		      true, GFP_KERNEL_ACCOUNT);
	WRITE_ONCE(port->initial, mac ?: peer);
	return 0;
}

/* The allowed list that is asked for; NULL is none. */
static int alloc_allowed(const struct vsw_vnic_config *cfg,
			 struct vsw_allowed **list)
{
	*list = NULL;
	if (!cfg->n_allow)
		return 0;
	*list = vsw_learn_alloc(cfg->allow, cfg->n_allow);
	return *list ? 0 : -ENOMEM;
}

/**
 * vsw_vnic_add() - attach a guest's netdev to a portgroup (M1, M2)
 * @dev: the netdev
 * @cfg: the portgroup and what else is asked
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or an error, and then nothing has changed.
 */
int vsw_vnic_add(struct net_device *dev, const struct vsw_vnic_config *cfg,
		 struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = cfg->pg->sw;
	bool was_up = dev->flags & IFF_UP;
	struct vsw_allowed *allowed;
	struct vsw_port *port;
	int err;

	err = vsw_member_check(sw, dev, extack) ?: vsw_port_check_mac(cfg->mac, extack);
	if (err)
		return err;
	port = vsw_port_create(cfg->pg, dev, VSW_VNIC, extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	if (cfg->client && *cfg->client) {
		err = -ENOMEM;
		port->client = kstrdup(cfg->client, GFP_KERNEL_ACCOUNT);
		if (!port->client)
			goto err_port;
	}
	err = alloc_allowed(cfg, &allowed);
	if (err)
		goto err_port;
	vsw_learn_allow(port, allowed);
	vsw_port_set_flag(port, VSW_PORT_BLOCKED, cfg->blocked);
	err = set_declared(port, cfg->mac, extack);
	if (err)
		goto err_port;
	err = vsw_member_link(sw, dev, extack);
	if (err)
		goto err_link;
	err = dev_set_promiscuity(dev, 1);
	if (err)
		goto err_promisc;
	err = netdev_rx_handler_register(dev, vsw_rx_vnic, port);
	if (err)
		goto err_handler;
	vsw_port_join(port);
	vsw_filter_sync(sw);
	vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
	return 0;

err_handler:
	dev_set_promiscuity(dev, -1);
err_promisc:
	vsw_member_unlink(sw, dev);
err_link:
	if (!was_up)
		dev_close(dev);
err_port:
	vsw_port_destroy(port);
	return err;
}

static void set_effective(struct vsw_port *port, u64 mac)
{
	/* To wait for an address is no failure. */
	vsw_fdb_claim(port, mac, origin_of(port, mac, VSWITCH_ORIGIN_ADOPTED),
		      true, GFP_KERNEL_ACCOUNT);
	if (!port->initial)
		WRITE_ONCE(port->initial, mac);
}

/*
 * What can be told beforehand; a move that is taken back would have cost the port
 * what it has learned.
 */
static int check_config(const struct vsw_port *port,
			const struct vsw_vnic_config *cfg,
			struct netlink_ext_ack *extack)
{
	const struct vsw_portgroup *pg = cfg->pg ?: rtnl_dereference(port->pg);
	u64 peer;
	int err;

	err = vsw_port_check_mac(cfg->mac, extack) ?:
	      vsw_port_check_mac(cfg->effective, extack);
	if (err)
		return err;
	if (cfg->effective && peer_mac(port->dev, &peer)) {
		NL_SET_ERR_MSG_FMT(extack, "the other end of %s tells its address itself",
				   port->dev->name);
		return -EOPNOTSUPP;
	}
	return vsw_port_check_claim(port, pg, cfg->mac, extack);
}

/**
 * vsw_vnic_set() - change a vnic
 * @port: the vnic
 * @cfg: what is asked
 * @extack: says why not
 *
 * The steps that can be refused come first, and each undoes the one before.
 *
 * Context: RTNL.
 * Return: 0 or an error, and then nothing has changed.
 */
int vsw_vnic_set(struct vsw_port *port, const struct vsw_vnic_config *cfg,
		 struct netlink_ext_ack *extack)
{
	struct vsw_portgroup *old_pg = rtnl_dereference(port->pg);
	struct vsw_allowed *allowed;
	char *client = NULL;
	int err;

	err = check_config(port, cfg, extack);
	if (err)
		return err;
	err = alloc_allowed(cfg, &allowed);
	if (err)
		return err;
	if (cfg->client && *cfg->client) {
		err = -ENOMEM;
		client = kstrdup(cfg->client, GFP_KERNEL_ACCOUNT);
		if (!client)
			goto err_move;
	}
	if (cfg->pg) {
		err = vsw_port_move(port, cfg->pg, extack);
		if (err)
			goto err_move;
	}
	if (cfg->set_mac) {
		err = set_declared(port, cfg->mac, extack);
		if (err)	/* for lack of memory only */
			goto err_mac;
	}
	if (cfg->effective)
		set_effective(port, cfg->effective);
	if (cfg->client)
		swap(port->client, client);
	if (cfg->set_allow)
		vsw_learn_allow(port, allowed);
	if (cfg->set_blocked)
		vsw_port_block(port, cfg->blocked);
	kfree(client);
	vsw_port_readdressed(port);
	return 0;

err_mac:
	vsw_port_move(port, old_pg, NULL);
err_move:
	kfree(client);
	kfree(allowed);
	return err;
}

/**
 * vsw_vnic_del() - let go of a vnic, also while its netdev is unregistered
 * @port: the vnic
 *
 * Context: RTNL.
 */
void vsw_vnic_del(struct vsw_port *port)
{
	struct vsw_switch *sw = port->sw;
	struct net_device *dev = port->dev;

	vsw_netlink_port(port, VSWITCH_CMD_PORT_DEL_NTF);
	netdev_rx_handler_unregister(dev);
	vsw_port_leave(port);
	dev_set_promiscuity(dev, -1);
	vsw_member_unlink(sw, dev);
	vsw_port_destroy(port);
	vsw_filter_sync(sw);
}

/**
 * vsw_vnic_peer_changed() - a netdev that may be a guest's end of a pair has
 * another address (S1)
 * @peer: the netdev
 *
 * Context: RTNL.
 */
void vsw_vnic_peer_changed(struct net_device *peer)
{
	struct net_device *dev = NULL;
	struct vsw_port *port;
	u64 mac;

	if (!peer->netdev_ops->ndo_get_peer_dev)
		return;
	rcu_read_lock();
	dev = peer->netdev_ops->ndo_get_peer_dev(peer);
	rcu_read_unlock();
	/* RTNL keeps the pair together. */
	if (!dev || !vsw_member_is_vnic(dev))
		return;

	port = vsw_member_port(dev);
	mac = vsw_mac(peer->dev_addr);
	vsw_fdb_claim(port, mac, origin_of(port, mac, VSWITCH_ORIGIN_PEER),
		      true, GFP_KERNEL_ACCOUNT);
	vsw_port_readdressed(port);
}
