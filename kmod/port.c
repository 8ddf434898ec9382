// SPDX-License-Identifier: GPL-2.0-only
/* What vnics and vmks have in common: numbers, membership, current uplink. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "announce.h"
#include "deliver.h"
#include "filter.h"
#include "heard.h"
#include "kunit.h"
#include "learn.h"
#include "netlink.h"
#include "port.h"
#include "portgroup.h"
#include "rx.h"
#include "shaper.h"
#include "team.h"

/**
 * vsw_port_init() - set up what every kind of port has
 * @port: the port, zeroed
 * @sw: its switch
 * @dev: its netdev
 * @kind: what it is
 *
 * Return: 0 or -ENOMEM.
 */
int vsw_port_init(struct vsw_port *port, struct vsw_switch *sw,
		  struct net_device *dev, enum vsw_kind kind)
{
	int cpu;

	port->stats = alloc_percpu_gfp(struct vsw_pcpu_stats,
				       GFP_KERNEL_ACCOUNT);
	if (!port->stats)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(port->stats, cpu)->syncp);
	port->sw = sw;
	port->dev = dev;
	port->kind = kind;
	port->flood[0].port = port;
	port->flood[1].port = port;
	INIT_LIST_HEAD(&port->claim);
	INIT_LIST_HEAD(&port->by_use);
	INIT_LIST_HEAD(&port->news);
	INIT_LIST_HEAD(&port->call.node);
	INIT_LIST_HEAD(&port->vmk_node);
	netdev_hold(dev, &port->tracker, GFP_KERNEL);
	return 0;
}

/**
 * vsw_port_exit() - undo vsw_port_init()
 * @port: the port, which no reader can reach
 */
void vsw_port_exit(struct vsw_port *port)
{
	netdev_put(port->dev, &port->tracker);
	free_percpu(port->stats);
}

/**
 * vsw_port_prepare() - see that a port has what a snapshot asks for (Q1, T4)
 * @port: the port
 * @snap: the snapshot, which is to be published or whose portgroup the port is
 *        to join
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM; what is there then does no harm.
 */
int vsw_port_prepare(struct vsw_port *port, const struct vsw_snap *snap)
{
	static const vsw_shaper_emit_fn emit[VSW_DIRECTIONS] = {
		[VSW_IN] = vsw_rx_shaped,
		[VSW_OUT] = vsw_deliver_shaped,
	};

	int err;

	if (snap->trunk) {
		err = vsw_heard_prepare(port);
		if (err)
			return err;
	}
	return vsw_shaper_prepare(port, snap, emit);
}

/**
 * vsw_port_create() - make a port that frames do not see yet
 * @pg: its portgroup
 * @dev: its netdev
 * @kind: VSW_VNIC or VSW_VMK
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: the port, or -ENOSPC or -ENOMEM.
 */
struct vsw_port *vsw_port_create(struct vsw_portgroup *pg,
				 struct net_device *dev, enum vsw_kind kind,
				 struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = pg->sw;
	struct vsw_port *port;
	int err;

	if (sw->n_ports >= VSW_MAX_PORTS) {
		NL_SET_ERR_MSG_FMT(extack, "%s has %d ports already",
				   sw->dev->name, VSW_MAX_PORTS);
		return ERR_PTR(-ENOSPC);
	}
	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return ERR_PTR(-ENOMEM);
	err = vsw_port_init(port, sw, dev, kind);
	if (err)
		goto err_init;
	err = vsw_port_prepare(port, rtnl_dereference(pg->snap));
	if (err)
		goto err_reserve;
	/*
	 * The place is reserved now, so that joining cannot fail; the number is
	 * used up only then.
	 */
	port->number = sw->next_port;
	err = xa_reserve(&sw->ports, port->number, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_reserve;
	RCU_INIT_POINTER(port->pg, pg);
	return port;

err_reserve:
	kfree(port->heard);
	vsw_shaper_free(port);
	vsw_port_exit(port);
err_init:
	kfree(port);
	return ERR_PTR(err);
}

/**
 * vsw_port_join() - let frames find a port
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_port_join(struct vsw_port *port)
{
	struct vsw_switch *sw = port->sw;

	/* Reserved by vsw_port_create(), so nothing is allocated. */
	xa_store(&sw->ports, port->number, port, GFP_ATOMIC);
	sw->next_port = port->number + 1;
	sw->n_ports++;
	vsw_portgroup_link(rtnl_dereference(port->pg), port);
	vsw_port_follow(port);
	port->live = vsw_dev_live(port->dev);
	vsw_announce(port);
}

/**
 * vsw_port_leave() - let frames not find a port any more
 * @port: a port that has joined
 *
 * Context: RTNL.
 */
void vsw_port_leave(struct vsw_port *port)
{
	struct vsw_switch *sw = port->sw;

	/* What a shaper just let go must not find it an address any more. */
	vsw_port_set_flag(port, VSW_PORT_BLOCKED, true);
	vsw_port_set_flag(port, VSW_PORT_ADOPTS, false);
	vsw_shaper_purge(port);
	vsw_learn_forget_all(port);
	vsw_announce_forget(port);
	vsw_portgroup_unlink(rtnl_dereference(port->pg), port);
	vsw_fdb_release(port);
	sw->n_ports--;
	xa_erase(&sw->ports, port->number);
}

/**
 * vsw_port_destroy() - free a port
 * @port: a port that has left, or has never joined
 *
 * No frame of its own may be on its way in any more: its rx_handler is gone,
 * or its netdev has been unregistered. Frames for it may be, so it goes after
 * a grace period.
 *
 * Context: RTNL.
 */
void vsw_port_destroy(struct vsw_port *port)
{
	/* One that has never joined may hold an address that frames are for. */
	vsw_port_set_flag(port, VSW_PORT_BLOCKED, true);
	vsw_fdb_release(port);
	vsw_shaper_purge(port);
	vsw_learn_allow(port, NULL);
	xa_release(&port->sw->ports, port->number);
	synchronize_net();
	vsw_shaper_free(port);
	vsw_port_exit(port);
	kfree(port->heard);
	kfree(port->client);
	kfree(port);
}

/**
 * vsw_port_check_mac() - whether a port may have an address
 * @mac: the address, or 0 for none
 * @extack: says why not
 *
 * Return: 0 or -EADDRNOTAVAIL.
 */
int vsw_port_check_mac(u64 mac, struct netlink_ext_ack *extack)
{
	u8 addr[ETH_ALEN];

	vsw_mac_addr(mac, addr);
	if (!mac || is_valid_ether_addr(addr))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%pM is a group address", addr);
	return -EADDRNOTAVAIL;
}

/**
 * vsw_port_taken() - say that another port holds an address
 * @port: the port that was to have it
 * @mac: the address
 * @extack: gets the sentence
 *
 * Return: -EEXIST.
 */
int vsw_port_taken(const struct vsw_port *port, u64 mac,
		   struct netlink_ext_ack *extack)
{
	u8 addr[ETH_ALEN];

	vsw_mac_addr(mac, addr);
	NL_SET_ERR_MSG_FMT(extack, "another port on %s holds %pM",
			   port->sw->dev->name, addr);
	return -EEXIST;
}

/**
 * vsw_port_check_claim() - whether a port could hold an address in a portgroup
 * @port: the port
 * @pg: the portgroup
 * @mac: the address to be declared, or 0 for none
 * @extack: says why not
 *
 * A move that is taken back costs a port what it holds by use, so it is asked
 * before. One to another switch is for vsw_port_move() to refuse.
 *
 * Context: RTNL.
 * Return: 0 or -EEXIST.
 */
int vsw_port_check_claim(const struct vsw_port *port,
			 const struct vsw_portgroup *pg, u64 mac,
			 struct netlink_ext_ack *extack)
{
	if (!mac || pg->sw != port->sw ||
	    !vsw_fdb_check(port, pg, mac, VSWITCH_ORIGIN_DECLARED))
		return 0;
	return vsw_port_taken(port, mac, extack);
}

/**
 * vsw_port_move() - put a port into another portgroup of its switch
 * @port: the port
 * @pg: the portgroup
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, -EXDEV, -EEXIST or -ENOMEM.
 */
int vsw_port_move(struct vsw_port *port, struct vsw_portgroup *pg,
		  struct netlink_ext_ack *extack)
{
	struct vsw_portgroup *old = rtnl_dereference(port->pg);
	int err;

	if (pg == old)
		return 0;
	if (pg->sw != port->sw) {
		NL_SET_ERR_MSG_FMT(extack, "the portgroup is on %s, the port on %s",
				   pg->sw->dev->name, port->sw->dev->name);
		return -EXDEV;
	}
	err = vsw_port_prepare(port, rtnl_dereference(pg->snap));
	if (err)
		return err;
	err = vsw_fdb_move(port, pg);
	if (err)
		return vsw_port_taken(port, port->wanted, extack);
	vsw_portgroup_unlink(old, port);
	/* A reader on the old list must not be led into the new one. */
	synchronize_net();
	vsw_portgroup_link(pg, port);
	if (vsw_port_follow(port))
		vsw_announce(port);
	vsw_shaper_kick(port);
	return 0;
}

/**
 * vsw_port_set_flag() - set or clear a flag
 * @port: the port
 * @flag: VSW_PORT_*
 * @on: which
 *
 * Context: RTNL. A frame may change other flags at the same time.
 */
void vsw_port_set_flag(struct vsw_port *port, u16 flag, bool on)
{
	spin_lock_bh(&port->sw->fdb.lock);
	WRITE_ONCE(port->flags, on ? port->flags | flag : port->flags & ~flag);
	spin_unlock_bh(&port->sw->fdb.lock);
}

/**
 * vsw_port_block() - block or unblock a port (S6)
 * @port: the port
 * @on: which
 *
 * Context: RTNL.
 */
void vsw_port_block(struct vsw_port *port, bool on)
{
	bool was = vsw_port_blocked(port);

	vsw_port_set_flag(port, VSW_PORT_BLOCKED, on);
	if (on)
		vsw_learn_forget_all(port);
	else if (was)
		vsw_announce(port);
}

/**
 * vsw_port_changed() - the link of a port's device may have changed (T4)
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_port_changed(struct vsw_port *port)
{
	bool live = vsw_dev_live(port->dev);

	if (live == port->live)
		return;
	port->live = live;
	if (live)
		vsw_announce(port);
}

/* Take note of the uplink that is used now. Return whether it is another one. */
static bool follow_path(struct vsw_path *path, const struct vsw_uplink *uplink,
			u32 move)
{
	if (uplink == path->now)
		return false;
	WRITE_ONCE(path->moved, jiffies);
	WRITE_ONCE(path->move, move);
	WRITE_ONCE(path->prev, path->now);
	/* Unicast may have come by the new one already. */
	WRITE_ONCE(path->heard, uplink && READ_ONCE(path->proven) == uplink);
	WRITE_ONCE(path->settled, false);
	WRITE_ONCE(path->proven, NULL);
	WRITE_ONCE(path->now, uplink);
	return true;
}

/* With srcmac each address that is held by use goes its own way (F6). */
static bool follow_by_use(struct vsw_port *port, const struct vsw_team *team)
{
	struct vsw_fdb_entry *e;
	bool moved = false;

	spin_lock_bh(&port->sw->fdb.lock);
	list_for_each_entry(e, &port->by_use, by_use)
		moved |= follow_path(&e->path,
				     vsw_team_pick(team, vsw_mac_last(e->mac)),
				     port->sw->move);
	spin_unlock_bh(&port->sw->fdb.lock);
	return moved;
}

static bool follow(struct vsw_port *port)
{
	const struct vsw_uplink *uplink = NULL;
	const struct vsw_team *team;
	bool moved = false;

	rcu_read_lock();
	team = vsw_port_snap(port)->team;
	if (team->teaming != VSWITCH_TEAMING_IPHASH)
		uplink = vsw_team_pick(team,
				       vsw_team_number(team, port, port->wanted));
	if (team->teaming == VSWITCH_TEAMING_SRCMAC)
		moved = follow_by_use(port, team);
	rcu_read_unlock();
	moved |= follow_path(&port->path, uplink, port->sw->move);
	if (moved)
		WRITE_ONCE(port->sw->moved, jiffies);
	return moved;
}

/**
 * vsw_port_expect_all() - ports will use other uplinks in a moment (F6)
 * @sw: the switch
 *
 * Until then, what comes for them is remembered.
 *
 * Context: RTNL.
 */
void vsw_port_expect_all(struct vsw_switch *sw)
{
	struct vsw_fdb_entry *e;
	struct vsw_port *port;
	unsigned long i;

	WRITE_ONCE(sw->expected, jiffies);
	smp_wmb();	/* a frame that sees a path unsettled sees this, too */
	xa_for_each(&sw->ports, i, port) {
		WRITE_ONCE(port->path.settled, false);
		spin_lock_bh(&sw->fdb.lock);
		list_for_each_entry(e, &port->by_use, by_use)
			WRITE_ONCE(e->path.settled, false);
		spin_unlock_bh(&sw->fdb.lock);
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_port_expect_all);

/**
 * vsw_port_moving() - ports are about to use other uplinks (F6)
 * @sw: the switch
 *
 * To be called before frames see so. vsw_port_follow_all() is the end of it.
 *
 * Context: RTNL.
 */
void vsw_port_moving(struct vsw_switch *sw)
{
	WRITE_ONCE(sw->moved, jiffies);
	WRITE_ONCE(sw->move, sw->move | 1);
	smp_wmb();	/* a frame that sees the change sees this, too */
}

static void count_move(struct vsw_switch *sw)
{
	smp_wmb();	/* what comes later than this has seen the change */
	WRITE_ONCE(sw->move, (sw->move | 1) + 1);
}

/**
 * vsw_port_follow() - take note of the uplink that a port uses now (F6)
 * @port: the port
 *
 * The one that it used before goes on being good for unicast for a moment.
 *
 * Context: RTNL.
 * Return: true if an address of it uses another one than before.
 */
bool vsw_port_follow(struct vsw_port *port)
{
	count_move(port->sw);
	return follow(port);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_port_follow);

/**
 * vsw_port_readdressed() - let others know what address a port has now
 * @port: the port
 *
 * It may choose another uplink by that.
 *
 * Context: RTNL.
 */
void vsw_port_readdressed(struct vsw_port *port)
{
	vsw_filter_sync(port->sw);
	if (vsw_port_follow(port))
		vsw_announce(port);
	vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
}

static void forget_path(struct vsw_path *path, const struct vsw_uplink *uplink)
{
	/* That of an address held by use is followed only while srcmac is on. */
	if (path->now == uplink)
		WRITE_ONCE(path->now, NULL);
	if (path->prev == uplink)
		WRITE_ONCE(path->prev, NULL);
	if (path->proven == uplink)
		WRITE_ONCE(path->proven, NULL);
}

/**
 * vsw_port_forget() - take nothing more from an uplink used before (F6)
 * @port: the port
 * @uplink: the uplink, which leaves and is in no team any more
 *
 * Context: RTNL.
 */
void vsw_port_forget(struct vsw_port *port, const struct vsw_uplink *uplink)
{
	struct vsw_fdb_entry *e;

	forget_path(&port->path, uplink);
	spin_lock_bh(&port->sw->fdb.lock);
	list_for_each_entry(e, &port->by_use, by_use)
		forget_path(&e->path, uplink);
	spin_unlock_bh(&port->sw->fdb.lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_port_forget);

/**
 * vsw_port_follow_all() - vsw_port_follow() for every vnic and vmk of a switch
 * @sw: the switch
 *
 * Those that have moved are told of, outside (T4) and here (T7).
 *
 * Context: RTNL.
 */
void vsw_port_follow_all(struct vsw_switch *sw)
{
	struct vsw_port *port;
	unsigned long i;

	count_move(sw);
	xa_for_each(&sw->ports, i, port) {
		if (!follow(port))
			continue;
		vsw_announce(port);
		vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
	}
}
