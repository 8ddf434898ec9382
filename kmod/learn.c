// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ports hold by use (F1): allowed addresses (S3) and learned ones (S5).
 *
 * Such an entry is of one VLAN. It comes when the port sends from the address,
 * passes over when another port may do so too, and yields to every claim.
 * Frames change it, so all of it happens under fdb->lock, where what a frame
 * has found out without the lock is looked at again.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "kunit.h"
#include "learn.h"
#include "team.h"
#include "wake.h"

/* How often what is old is looked for: an entry outlives its time by no more. */
#define AGEING_INTERVAL		(8 * HZ)

static struct vsw_fdb_entry *find_by_use(const struct vsw_fdb *fdb, u64 mac,
					 u16 vlan)
{
	struct vsw_fdb_entry *e;

	hlist_for_each_entry(e, vsw_fdb_use_bucket(fdb, mac, vlan), node) {
		if (e->mac == mac && e->vlan == vlan)
			return e;
	}
	return NULL;
}

static bool is_claimed(const struct vsw_fdb *fdb, u64 mac, u16 vlan)
{
	struct vsw_fdb_entry *e;

	hlist_for_each_entry(e, vsw_fdb_bucket(fdb, mac), node) {
		if (e->mac == mac && !vsw_fdb_by_use(e) &&
		    vsw_vlan_admits(vsw_port_snap_locked(e->port), vlan, false))
			return true;
	}
	return false;
}

/* One more or one less is held by use. */
static void count(struct vsw_fdb *fdb, struct vsw_fdb_entry *e, int n)
{
	if (e->origin == VSWITCH_ORIGIN_ALLOWED) {
		WRITE_ONCE(fdb->n_allowed_used, fdb->n_allowed_used + n);
		return;
	}
	WRITE_ONCE(e->port->n_learned, e->port->n_learned + n);
	WRITE_ONCE(fdb->n_learned, fdb->n_learned + n);
}

static void forget(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	count(fdb, e, -1);
	list_del(&e->by_use);
	hlist_del_rcu(&e->node);
	kfree_rcu(e, rcu);
}

static void remember(struct vsw_port *port, struct vsw_fdb_entry *e)
{
	const struct vsw_team *team = vsw_port_snap_locked(port)->team;
	struct vsw_fdb *fdb = &port->sw->fdb;

	e->port = port;
	e->used = jiffies;
	if (team->teaming == VSWITCH_TEAMING_SRCMAC)
		e->path.now = vsw_team_pick(team, vsw_mac_last(e->mac));
	count(fdb, e, 1);
	list_add_tail(&e->by_use, &port->by_use);
	hlist_add_head_rcu(&e->node, vsw_fdb_use_bucket(fdb, e->mac, e->vlan));
}

/* Whether @port may come to hold @mac in @vlan by a frame, as of now. */
static bool may_use(const struct vsw_port *port, u64 mac, u16 vlan, u8 origin)
{
	const struct vsw_snap *snap = vsw_port_snap_locked(port);

	if (vsw_port_blocked(port) || !vsw_vlan_admits(snap, vlan, false) ||
	    is_claimed(&port->sw->fdb, mac, vlan))
		return false;
	return origin == VSWITCH_ORIGIN_ALLOWED ? vsw_learn_allows(port, mac) :
						  snap->flags & VSW_SNAP_LEARNS;
}

/**
 * vsw_learn_use() - let a port hold an address from which it has sent (F1)
 * @port: the port
 * @mac: the address
 * @vlan: the VLAN
 * @origin: VSWITCH_ORIGIN_ALLOWED or _LEARNED
 *
 * Without memory nothing changes, and the next frame will do; nor does it if too
 * many allowed addresses are in use.
 *
 * Context: RCU read side.
 * Return: 0, or -ENOSPC if it may learn no further address.
 */
int vsw_learn_use(struct vsw_port *port, u64 mac, u16 vlan, u8 origin)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	struct vsw_fdb_entry *e = vsw_fdb_alloc(fdb);
	bool learn = origin == VSWITCH_ORIGIN_LEARNED;
	struct vsw_fdb_entry *old;
	int err = 0;

	if (!e)
		return 0;
	e->mac = mac;
	e->vlan = vlan;
	e->origin = origin;
	e->path = (struct vsw_path){};

	spin_lock_bh(&fdb->lock);
	if (!may_use(port, mac, vlan, origin))
		goto out;
	old = find_by_use(fdb, mac, vlan);
	if (old && old->port == port && old->origin == origin) {
		WRITE_ONCE(old->used, jiffies);
		goto out;
	}
	/* What is another's by its list is not learned (S5). */
	if (old && learn && old->origin == VSWITCH_ORIGIN_ALLOWED)
		goto out;
	if (learn && vsw_learn_full(port, vsw_port_snap_locked(port), old)) {
		err = -ENOSPC;
		goto out;
	}
	if (!learn && vsw_learn_allowed_full(port->sw, old))
		goto out;
	if (old)
		forget(fdb, old);
	remember(port, e);
	if (learn && fdb->n_learned == 1)
		mod_delayed_work(vsw_linkmon_wq, &port->sw->ageing,
				 AGEING_INTERVAL);
	e = NULL;
out:
	spin_unlock_bh(&fdb->lock);
	kfree(e);
	return err;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_use);

static void forget_one(struct vsw_fdb *fdb, u64 mac, u16 vlan)
{
	struct vsw_fdb_entry *e = find_by_use(fdb, mac, vlan);

	if (e)
		forget(fdb, e);
}

/**
 * vsw_learn_moved() - an address that was held by use is outside now (F7)
 * @sw: the switch
 * @mac: the address
 * @vlan: the VLAN
 *
 * Context: RCU read side.
 */
void vsw_learn_moved(struct vsw_switch *sw, u64 mac, u16 vlan)
{
	spin_lock_bh(&sw->fdb.lock);
	forget_one(&sw->fdb, mac, vlan);
	spin_unlock_bh(&sw->fdb.lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_moved);

/**
 * vsw_learn_yield() - all who hold an address by use yield to a claim (F1)
 * @fdb: the table, locked
 * @mac: the address
 * @snap: the portgroup of the port that claims it
 */
void vsw_learn_yield(struct vsw_fdb *fdb, u64 mac, const struct vsw_snap *snap)
{
	unsigned int vlan;

	if (!fdb->n_learned && !fdb->n_allowed_used)
		return;
	if (!snap->trunk) {
		forget_one(fdb, mac, snap->vid);
		return;
	}
	for_each_set_bit(vlan, snap->trunk, VSW_VLAN_COUNT)
		forget_one(fdb, mac, vlan);
}

/* Does a port of @pg claim what @e is about, with the VLANs of @snap? */
static bool yields_to(const struct vsw_fdb_entry *e,
		      const struct vsw_portgroup *pg,
		      const struct vsw_snap *snap)
{
	const struct vsw_fdb_entry *claim;

	if (!vsw_vlan_admits(snap, e->vlan, false))
		return false;
	hlist_for_each_entry(claim, vsw_fdb_bucket(&pg->sw->fdb, e->mac), node) {
		if (claim->mac == e->mac && !vsw_fdb_by_use(claim) &&
		    rcu_access_pointer(claim->port->pg) == pg)
			return true;
	}
	return false;
}

/**
 * vsw_learn_revlan() - the ports of a portgroup go to other VLANs
 * @pg: the portgroup
 * @snap: its new snapshot
 *
 * They hold nothing by use any more, and who does yields to what they claim.
 * That is one pass over what is held, however many the ports and VLANs are.
 *
 * Context: the lock of the table is held.
 */
void vsw_learn_revlan(const struct vsw_portgroup *pg,
		      const struct vsw_snap *snap)
{
	struct vsw_fdb *fdb = &pg->sw->fdb;
	struct vsw_fdb_entry *e, *next;
	struct vsw_port *port;
	unsigned long i;

	lockdep_assert_held(&fdb->lock);
	xa_for_each(&pg->sw->ports, i, port) {
		list_for_each_entry_safe(e, next, &port->by_use, by_use) {
			if (rcu_access_pointer(port->pg) == pg ||
			    yields_to(e, pg, snap))
				forget(fdb, e);
		}
	}
}

/**
 * vsw_learn_forget() - let a port hold nothing that it came to in one way
 * @port: the port
 * @origin: VSWITCH_ORIGIN_ALLOWED or _LEARNED
 *
 * Context: RTNL.
 */
void vsw_learn_forget(struct vsw_port *port, u8 origin)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	struct vsw_fdb_entry *e, *next;

	spin_lock_bh(&fdb->lock);
	list_for_each_entry_safe(e, next, &port->by_use, by_use) {
		if (e->origin == origin)
			forget(fdb, e);
	}
	spin_unlock_bh(&fdb->lock);
}

/**
 * vsw_learn_forget_locked() - let a port hold nothing by use
 * @port: the port
 *
 * Context: the lock of the table is held.
 */
void vsw_learn_forget_locked(struct vsw_port *port)
{
	struct vsw_fdb_entry *e, *next;

	lockdep_assert_held(&port->sw->fdb.lock);
	list_for_each_entry_safe(e, next, &port->by_use, by_use)
		forget(&port->sw->fdb, e);
}

/**
 * vsw_learn_forget_all() - let a port hold nothing by use
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_learn_forget_all(struct vsw_port *port)
{
	spin_lock_bh(&port->sw->fdb.lock);
	vsw_learn_forget_locked(port);
	spin_unlock_bh(&port->sw->fdb.lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_forget_all);

/**
 * vsw_learn_age() - forget what a port learned and has not used for long (S5)
 * @port: the port
 * @now: the present, in jiffies
 *
 * Context: RCU read side or RTNL.
 */
void vsw_learn_age(struct vsw_port *port, unsigned long now)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	struct vsw_fdb_entry *e, *next;

	if (!READ_ONCE(port->n_learned))
		return;
	spin_lock_bh(&fdb->lock);
	list_for_each_entry_safe(e, next, &port->by_use, by_use) {
		if (e->origin == VSWITCH_ORIGIN_LEARNED &&
		    time_after_eq(now, e->used + VSW_LEARN_TIME))
			forget(fdb, e);
	}
	spin_unlock_bh(&fdb->lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_age);

static void age(struct work_struct *work)
{
	struct vsw_switch *sw = container_of(to_delayed_work(work),
					     struct vsw_switch, ageing);
	struct vsw_port *port;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&sw->ports, i, port)
		vsw_learn_age(port, jiffies);
	rcu_read_unlock();
	if (READ_ONCE(sw->fdb.n_learned))
		mod_delayed_work(vsw_linkmon_wq, &sw->ageing, AGEING_INTERVAL);
}

/**
 * vsw_learn_start() - set up ageing for a new switch
 * @sw: the switch
 */
void vsw_learn_start(struct vsw_switch *sw)
{
	INIT_DELAYED_WORK(&sw->ageing, age);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_start);

/**
 * vsw_learn_stop() - end ageing
 * @sw: the switch; no frame can learn any more
 *
 * Context: RTNL, which the work does not take.
 */
void vsw_learn_stop(struct vsw_switch *sw)
{
	cancel_delayed_work_sync(&sw->ageing);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_stop);

/* What is held by use and not on the list any more. */
static void forget_unlisted(struct vsw_port *port)
{
	struct vsw_fdb_entry *e, *next;

	list_for_each_entry_safe(e, next, &port->by_use, by_use) {
		if (e->origin == VSWITCH_ORIGIN_ALLOWED &&
		    !vsw_learn_allows(port, e->mac))
			forget(&port->sw->fdb, e);
	}
}

/**
 * vsw_learn_alloc() - make an allowed list (S3)
 * @mac: the addresses
 * @n: how many, 1 to VSWITCH_ALLOW_MAC_MAX
 *
 * Return: the list, or NULL without memory.
 */
struct vsw_allowed *vsw_learn_alloc(const u64 *mac, unsigned int n)
{
	struct vsw_allowed *list;

	list = kmalloc(struct_size(list, mac, n), GFP_KERNEL_ACCOUNT);
	if (!list)
		return NULL;
	list->n = n;
	memcpy(list->mac, mac, n * sizeof(*mac));
	return list;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_alloc);

/**
 * vsw_learn_allow() - give a port another allowed list (S3)
 * @port: the port
 * @list: from vsw_learn_alloc(), or NULL for none; it is the port's now
 *
 * Context: RTNL.
 */
void vsw_learn_allow(struct vsw_port *port, struct vsw_allowed *list)
{
	struct vsw_allowed *old = rtnl_dereference(port->allowed);
	struct vsw_switch *sw = port->sw;

	if (list) {
		list_add_tail(&list->node, &sw->allowed);
		sw->n_allowed += list->n;
		WRITE_ONCE(sw->watch, sw->watch | VSW_WATCH_ALLOWED);
	}
	rcu_read_lock();
	spin_lock_bh(&sw->fdb.lock);
	rcu_assign_pointer(port->allowed, list);
	forget_unlisted(port);
	spin_unlock_bh(&sw->fdb.lock);
	rcu_read_unlock();
	if (old) {
		list_del(&old->node);
		sw->n_allowed -= old->n;
		kfree_rcu(old, rcu);
	}
	if (!sw->n_allowed)
		WRITE_ONCE(sw->watch, sw->watch & ~VSW_WATCH_ALLOWED);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_learn_allow);
