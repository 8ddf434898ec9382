// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims to addresses (F1): who may hold what, who yields to whom, and who
 * waits. A port wants at most one address; it either holds it, and then has
 * an entry, or waits on the list of the table until the holder lets go.
 *
 * All of it happens under fdb->lock, since a guest's first frame may claim an
 * address (S1) while the administrator changes a VLAN.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "fdb.h"
#include "kunit.h"
#include "learn.h"
#include "wake.h"

/**
 * vsw_fdb_init() - make an empty table
 * @fdb: the table
 *
 * Return: 0 or -ENOMEM.
 */
int vsw_fdb_init(struct vsw_fdb *fdb)
{
	fdb->bucket = kvcalloc(VSW_FDB_BUCKETS, sizeof(*fdb->bucket),
			       GFP_KERNEL_ACCOUNT);
	if (!fdb->bucket)
		return -ENOMEM;
	fdb->key = get_random_u64() | 1;
	fdb->memcg = get_mem_cgroup_from_mm(current->mm);
	spin_lock_init(&fdb->lock);
	INIT_LIST_HEAD(&fdb->holders);
	INIT_LIST_HEAD(&fdb->waiting);
	INIT_LIST_HEAD(&fdb->news);
	return 0;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_init);

/**
 * vsw_fdb_exit() - free a table that no reader can reach and that is empty
 * @fdb: the table
 */
void vsw_fdb_exit(struct vsw_fdb *fdb)
{
	mem_cgroup_put(fdb->memcg);
	kvfree(fdb->bucket);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_exit);

/**
 * vsw_fdb_alloc() - get memory for an entry that no request asks for
 * @fdb: the table; it is charged to who made that, since whoever sends a frame
 *	 is not known any more (M4)
 *
 * Return: the entry, or NULL.
 */
struct vsw_fdb_entry *vsw_fdb_alloc(const struct vsw_fdb *fdb)
{
	struct mem_cgroup *old = set_active_memcg(fdb->memcg);
	struct vsw_fdb_entry *e;

	e = kmalloc(sizeof(*e), GFP_ATOMIC | __GFP_ACCOUNT);
	set_active_memcg(old);
	return e;
}

/*
 * The strongest of the other ports that hold @mac where @snap sees it. Who has
 * not the lock of the table learns from that only whether there is one.
 */
static struct vsw_port *find_rival(const struct vsw_port *port, u64 mac,
				   const struct vsw_snap *snap)
{
	const struct vsw_fdb *fdb = &port->sw->fdb;
	struct vsw_port *rival = NULL;
	struct vsw_fdb_entry *e;

	rcu_read_lock();
	hlist_for_each_entry_rcu(e, vsw_fdb_bucket(fdb, mac), node) {
		if (e->mac != mac || e->port == port || vsw_fdb_by_use(e) ||
		    !vsw_vlan_meet(snap, vsw_port_snap(e->port)))
			continue;
		if (!rival || READ_ONCE(e->port->origin) <
			      READ_ONCE(rival->origin))
			rival = e->port;
	}
	rcu_read_unlock();
	return rival;
}

static void unhold(struct vsw_port *port)
{
	struct vsw_fdb_entry *e = port->entry;

	if (!e)
		return;
	WRITE_ONCE(port->held, 0);
	port->entry = NULL;
	list_del_init(&port->claim);
	port->sw->fdb.count--;
	hlist_del_rcu(&e->node);
	kfree_rcu(e, rcu);
}

static void hold(struct vsw_port *port, struct vsw_fdb_entry *e)
{
	struct vsw_fdb *fdb = &port->sw->fdb;

	e->mac = port->wanted;
	e->vlan = VSW_VLAN_ALL;
	e->port = port;
	port->entry = e;
	fdb->count++;
	hlist_add_head_rcu(&e->node, vsw_fdb_bucket(fdb, e->mac));
	WRITE_ONCE(port->held, e->mac);
	list_move_tail(&port->claim, &fdb->holders);
}

static void wait(struct vsw_port *port)
{
	unhold(port);
	if (list_empty(&port->claim))
		list_add_tail(&port->claim, &port->sw->fdb.waiting);
}

/* C4: what one sees of a port has changed, and not by a request for it. */
static void add_news(struct vsw_port *port)
{
	if (list_empty(&port->news))
		list_add_tail(&port->news, &port->sw->fdb.news);
	vsw_wake(port->sw, VSW_WAKE_TELL);
}

/* Those whose claims are weaker than one of @port wait from now on. */
static void evict_weaker(struct vsw_port *port, u64 mac,
			 const struct vsw_snap *snap, u8 origin)
{
	struct vsw_port *rival;

	while ((rival = find_rival(port, mac, snap)) && rival->origin > origin) {
		wait(rival);
		add_news(rival);
	}
}

/* All who hold an address that a claim of @port is about let it go. */
static void make_way(struct vsw_port *port, u64 mac,
		     const struct vsw_snap *snap, u8 origin)
{
	vsw_learn_yield(&port->sw->fdb, mac, snap);
	evict_weaker(port, mac, snap, origin);
}

/* May @port hold @mac where @snap sees it, as a claim of @origin? */
static bool may_hold(const struct vsw_port *port, u64 mac,
		     const struct vsw_snap *snap, u8 origin)
{
	struct vsw_port *rival = find_rival(port, mac, snap);

	return !rival || rival->origin > origin;
}

/*
 * Those who wait try again, by rank and then first come first served. Whoever
 * is weaker yields, and tries in turn. Without memory they go on waiting for
 * the next occasion.
 */
static void retry_waiting(struct vsw_fdb *fdb)
{
	struct vsw_port *port, *next;
	const struct vsw_snap *snap;
	struct vsw_fdb_entry *e;
	int origin;

	for (origin = 0; origin <= VSWITCH_ORIGIN_MAX; origin++) {
		list_for_each_entry_safe(port, next, &fdb->waiting, claim) {
			snap = vsw_port_snap_locked(port);
			if (port->origin != origin ||
			    !may_hold(port, port->wanted, snap, origin))
				continue;
			e = vsw_fdb_alloc(fdb);
			if (!e)
				continue;
			make_way(port, port->wanted, snap, origin);
			hold(port, e);
			add_news(port);
		}
	}
}

/**
 * vsw_fdb_claim() - let a port hold an address instead of what it held (F1)
 * @port: the port, whose portgroup is set
 * @mac: the address
 * @origin: how it comes to it
 * @yield: if another holds it, wait for it rather than fail
 * @gfp: for the entry
 *
 * Weaker holders are evicted and wait. A port that claims adopts no address (S1).
 *
 * Context: RTNL.
 * Return: 0; -EEXIST if the address is taken and not @yield, or -ENOMEM, and
 * then nothing has changed. With @yield a lack of memory is waited out too.
 */
int vsw_fdb_claim(struct vsw_port *port, u64 mac, u8 origin, bool yield,
		  gfp_t gfp)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	struct vsw_fdb_entry *e;
	bool won;

	e = kmalloc(sizeof(*e), gfp);
	if (!e && !yield)
		return -ENOMEM;

	spin_lock_bh(&fdb->lock);
	won = may_hold(port, mac, vsw_port_snap_locked(port), origin);
	if (!won && !yield) {
		spin_unlock_bh(&fdb->lock);
		kfree(e);
		return -EEXIST;
	}
	/* No frame adopts anything from now on, or tells of a conflict. */
	WRITE_ONCE(port->flags,
		   port->flags & ~(VSW_PORT_ADOPTS | VSW_PORT_CONFLICT));
	if (port->entry && port->wanted == mac) {
		/* It stays where it is, perhaps with another rank. */
		WRITE_ONCE(port->origin, origin);
		goto out;
	}
	unhold(port);
	/* It has waited for another one. */
	if (port->wanted != mac)
		list_del_init(&port->claim);
	WRITE_ONCE(port->wanted, mac);
	WRITE_ONCE(port->origin, origin);
	if (won && e) {
		make_way(port, mac, vsw_port_snap_locked(port), origin);
		hold(port, e);
		e = NULL;
	} else {
		wait(port);
	}
	retry_waiting(fdb);
out:
	spin_unlock_bh(&fdb->lock);
	kfree(e);
	return 0;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_claim);

/**
 * vsw_fdb_release() - let a port hold and want nothing
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_fdb_release(struct vsw_port *port)
{
	struct vsw_fdb *fdb = &port->sw->fdb;

	spin_lock_bh(&fdb->lock);
	unhold(port);
	list_del_init(&port->claim);
	list_del_init(&port->news);
	WRITE_ONCE(port->wanted, 0);
	retry_waiting(fdb);
	spin_unlock_bh(&fdb->lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_release);

/**
 * vsw_fdb_adopt() - let a port take the source of its first frame (S1)
 * @port: a port with VSW_PORT_ADOPTS
 * @mac: the source address
 *
 * Context: RCU read side, BH off.
 * Return: false if another port holds the address: the frame is to be
 * dropped, the port shows an address conflict and adopts nothing.
 */
bool vsw_fdb_adopt(struct vsw_port *port, u64 mac)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	struct vsw_fdb_entry *e;
	bool won = true;

	/* Nothing new to find out, and no lock for a flood of these. */
	if (READ_ONCE(port->flags) & VSW_PORT_CONFLICT &&
	    find_rival(port, mac, vsw_port_snap(port)))
		return false;
	e = vsw_fdb_alloc(fdb);
	if (!e)
		return true;	/* the next frame will do */

	spin_lock_bh(&fdb->lock);
	/* Another CPU or the administrator may have been first. */
	if (READ_ONCE(port->flags) & VSW_PORT_ADOPTS) {
		won = !find_rival(port, mac, vsw_port_snap_locked(port));
		if (won) {
			make_way(port, mac, vsw_port_snap_locked(port),
				 VSWITCH_ORIGIN_ADOPTED);
			WRITE_ONCE(port->wanted, mac);
			WRITE_ONCE(port->origin, VSWITCH_ORIGIN_ADOPTED);
			WRITE_ONCE(port->initial, mac);
			WRITE_ONCE(port->flags,
				   port->flags & ~(VSW_PORT_ADOPTS |
						   VSW_PORT_CONFLICT));
			hold(port, e);
			add_news(port);
			e = NULL;
		} else if (!(port->flags & VSW_PORT_CONFLICT)) {
			WRITE_ONCE(port->flags,
				   port->flags | VSW_PORT_CONFLICT);
			add_news(port);
		}
	}
	spin_unlock_bh(&fdb->lock);
	kfree(e);
	return won;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_adopt);

/**
 * vsw_fdb_find_by_use() - the entry of whoever holds an address by use
 * @fdb: the table
 * @mac: the address
 * @vlan: the VLAN
 * @stag: see vsw_fdb_find()
 * @seen: where what was read of the holder's portgroup goes
 *
 * Context: RCU read side.
 * Return: the entry, or NULL.
 */
struct vsw_fdb_entry *vsw_fdb_find_by_use(const struct vsw_fdb *fdb, u64 mac,
					  u16 vlan, bool stag,
					  const struct vsw_snap **seen)
{
	struct vsw_fdb_entry *e;

	hlist_for_each_entry_rcu(e, vsw_fdb_use_bucket(fdb, mac, vlan), node) {
		if (e->mac != mac || e->vlan != vlan)
			continue;
		*seen = vsw_port_snap(e->port);
		if (vsw_vlan_admits(*seen, vlan, stag))
			return e;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_find_by_use);

/**
 * vsw_fdb_conflict() - whether another port holds the address of this one (F1)
 * @port: the port
 *
 * Context: RTNL.
 * Return: true if so.
 */
bool vsw_fdb_conflict(const struct vsw_port *port)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	bool conflict;

	spin_lock_bh(&fdb->lock);
	conflict = port->flags & VSW_PORT_CONFLICT ||
		   (!port->entry && !list_empty(&port->claim));
	spin_unlock_bh(&fdb->lock);
	return conflict;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_conflict);

/**
 * vsw_fdb_news() - the next port to be told of (C4)
 * @fdb: the table
 *
 * Context: RTNL.
 * Return: the port, whose address or conflict is another one since a frame has
 * come or another port has changed; NULL if there is none.
 */
struct vsw_port *vsw_fdb_news(struct vsw_fdb *fdb)
{
	struct vsw_port *port;

	spin_lock_bh(&fdb->lock);
	port = list_first_entry_or_null(&fdb->news, struct vsw_port, news);
	if (port)
		list_del_init(&port->news);
	spin_unlock_bh(&fdb->lock);
	return port;
}

/**
 * vsw_fdb_check() - whether a claim would be let in
 * @port: the port
 * @pg: its portgroup, or one that it may get
 * @mac: the address
 * @origin: how it would come to it
 *
 * Context: RTNL.
 * Return: 0 or -EEXIST.
 */
int vsw_fdb_check(const struct vsw_port *port, const struct vsw_portgroup *pg,
		  u64 mac, u8 origin)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	const struct vsw_snap *snap;
	bool ok;

	spin_lock_bh(&fdb->lock);
	snap = rcu_dereference_protected(pg->snap, lockdep_is_held(&fdb->lock));
	ok = may_hold(port, mac, snap, origin);
	spin_unlock_bh(&fdb->lock);
	return ok ? 0 : -EEXIST;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_check);

/**
 * vsw_fdb_move() - put a port into another portgroup of its switch
 * @port: the port
 * @pg: the new portgroup
 *
 * Context: RTNL.
 * Return: 0, or -EEXIST if its address is taken in the new VLANs.
 */
int vsw_fdb_move(struct vsw_port *port, struct vsw_portgroup *pg)
{
	struct vsw_fdb *fdb = &port->sw->fdb;
	const struct vsw_snap *snap;
	int err = 0;

	spin_lock_bh(&fdb->lock);
	snap = rcu_dereference_protected(pg->snap, lockdep_is_held(&fdb->lock));
	if (port->entry && !may_hold(port, port->wanted, snap, port->origin)) {
		err = -EEXIST;
	} else {
		if (port->entry)
			make_way(port, port->wanted, snap, port->origin);
		vsw_learn_forget_locked(port);
		rcu_assign_pointer(port->pg, pg);
		retry_waiting(fdb);
	}
	spin_unlock_bh(&fdb->lock);
	return err;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_move);

/*
 * The ports of @pg take what they claim along into the VLANs of @snap; whoever
 * is weaker there yields. Nobody does if the address of one of them is taken.
 */
static int take_along(const struct vsw_portgroup *pg,
		      const struct vsw_snap *snap)
{
	struct vsw_port *port;
	unsigned long i;

	xa_for_each(&pg->sw->ports, i, port) {
		if (rcu_access_pointer(port->pg) == pg && port->entry &&
		    !may_hold(port, port->wanted, snap, port->origin))
			return -EEXIST;
	}
	vsw_learn_revlan(pg, snap);
	xa_for_each(&pg->sw->ports, i, port) {
		if (rcu_access_pointer(port->pg) == pg && port->entry)
			evict_weaker(port, port->wanted, snap, port->origin);
	}
	return 0;
}

/**
 * vsw_fdb_revlan() - publish a snapshot if the addresses of its ports allow it
 * @pg: the portgroup
 * @snap: its new snapshot
 *
 * Context: RTNL.
 * Return: 0, or -EEXIST if an address of one of them is taken there.
 */
int vsw_fdb_revlan(struct vsw_portgroup *pg, struct vsw_snap *snap)
{
	struct vsw_fdb *fdb = &pg->sw->fdb;
	const struct vsw_snap *old;
	int err = 0;

	spin_lock_bh(&fdb->lock);
	old = rcu_dereference_protected(pg->snap, lockdep_is_held(&fdb->lock));
	/* A change of policy alone is nothing to the addresses. */
	if (!vsw_vlan_same(snap, old))
		err = take_along(pg, snap);
	if (!err) {
		rcu_assign_pointer(pg->snap, snap);
		retry_waiting(fdb);
	}
	spin_unlock_bh(&fdb->lock);
	return err;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_fdb_revlan);
