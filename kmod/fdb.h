/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds which address (F1). Lookups are inline and lockless; claims are
 * in fdb.c.
 */
#ifndef _VSW_FDB_H
#define _VSW_FDB_H

#include <linux/rculist.h>

#include "vlan.h"

#define VSW_FDB_BITS	12
#define VSW_FDB_BUCKETS	BIT(VSW_FDB_BITS)

struct netlink_ext_ack;

int vsw_fdb_init(struct vsw_fdb *fdb);
void vsw_fdb_exit(struct vsw_fdb *fdb);
struct vsw_fdb_entry *vsw_fdb_alloc(const struct vsw_fdb *fdb);
int vsw_fdb_claim(struct vsw_port *port, u64 mac, u8 origin, bool yield,
		  gfp_t gfp);
void vsw_fdb_release(struct vsw_port *port);
bool vsw_fdb_adopt(struct vsw_port *port, u64 mac);
bool vsw_fdb_conflict(const struct vsw_port *port);
struct vsw_port *vsw_fdb_news(struct vsw_fdb *fdb);
int vsw_fdb_check(const struct vsw_port *port, const struct vsw_portgroup *pg,
		  u64 mac, u8 origin);
int vsw_fdb_move(struct vsw_port *port, struct vsw_portgroup *pg);
int vsw_fdb_revlan(struct vsw_portgroup *pg, struct vsw_snap *snap);
struct vsw_fdb_entry *vsw_fdb_find_by_use(const struct vsw_fdb *fdb, u64 mac,
					  u16 vlan, bool stag,
					  const struct vsw_snap **seen);

/**
 * vsw_fdb_bucket() - the bucket of the claims to an address
 * @fdb: the table
 * @mac: the address
 *
 * Return: the bucket.
 */
static inline struct hlist_head *vsw_fdb_bucket(const struct vsw_fdb *fdb,
						u64 mac)
{
	return &fdb->bucket[(mac * fdb->key) >> (64 - VSW_FDB_BITS)];
}

/**
 * vsw_fdb_use_bucket() - the bucket of who holds an address by use in a VLAN
 * @fdb: the table
 * @mac: the address
 * @vlan: the VLAN
 *
 * A guest on a trunk may use its address in all VLANs, so they are not all in
 * one bucket.
 *
 * Return: the bucket.
 */
static inline struct hlist_head *vsw_fdb_use_bucket(const struct vsw_fdb *fdb,
						    u64 mac, u16 vlan)
{
	return vsw_fdb_bucket(fdb, mac | (vlan + 1ULL) << 48);
}

/**
 * vsw_port_snap() - what a frame reads of a port's portgroup
 * @port: a vnic or vmk
 *
 * Context: RCU read side.
 * Return: the snapshot.
 */
static inline const struct vsw_snap *vsw_port_snap(const struct vsw_port *port)
{
	return rcu_dereference(rcu_dereference(port->pg)->snap);
}

/**
 * vsw_port_blocked() - whether nothing may pass a port (S6)
 * @port: a vnic or vmk
 *
 * Return: true if so.
 */
static inline bool vsw_port_blocked(const struct vsw_port *port)
{
	return READ_ONCE(port->flags) & VSW_PORT_BLOCKED;
}

/**
 * vsw_port_snap_locked() - vsw_port_snap() for who holds the lock of the table
 * @port: a vnic or vmk
 *
 * Return: the snapshot.
 */
static inline const struct vsw_snap *
vsw_port_snap_locked(const struct vsw_port *port)
{
	const struct vsw_fdb *fdb = &port->sw->fdb;
	const struct vsw_portgroup *pg;

	pg = rcu_dereference_protected(port->pg, lockdep_is_held(&fdb->lock));
	return rcu_dereference_protected(pg->snap, lockdep_is_held(&fdb->lock));
}

/**
 * vsw_port_owns() - whether a port owns what it holds (F1)
 * @port: a vnic or vmk
 *
 * Return: true if it is up, has carrier and is not blocked.
 */
static inline bool vsw_port_owns(const struct vsw_port *port)
{
	return !vsw_port_blocked(port) && vsw_dev_live(port->dev);
}

/**
 * vsw_fdb_by_use() - whether an address is held by use, rather than claimed
 * @e: the entry
 *
 * Return: true if so; then @e is of one VLAN.
 */
static inline bool vsw_fdb_by_use(const struct vsw_fdb_entry *e)
{
	return e->vlan != VSW_VLAN_ALL;
}

/**
 * vsw_fdb_find() - the entry of whoever holds an address (F1)
 * @fdb: the table
 * @mac: the address
 * @vlan: the VLAN
 * @stag: see vsw_vlan_admits(); a source is looked up without it, since the
 *        port holds its address whoever may receive such a frame
 * @by_use: also who holds it by use; nobody does if vsw_switch.watch is 0
 * @seen: where what was read of the holder's portgroup goes
 *
 * Context: RCU read side.
 * Return: the entry, or NULL.
 */
static __always_inline struct vsw_fdb_entry *
vsw_fdb_find(const struct vsw_fdb *fdb, u64 mac, u16 vlan, bool stag,
	     bool by_use, const struct vsw_snap **seen)
{
	struct vsw_fdb_entry *e;

	hlist_for_each_entry_rcu(e, vsw_fdb_bucket(fdb, mac), node) {
		if (e->mac != mac || vsw_fdb_by_use(e))
			continue;
		*seen = vsw_port_snap(e->port);
		if (vsw_vlan_admits(*seen, vlan, stag))
			return e;
	}
	return by_use ? vsw_fdb_find_by_use(fdb, mac, vlan, stag, seen) : NULL;
}

/**
 * vsw_fdb_owner() - the entry of the port that owns an address (F1)
 * @fdb: the table
 * @mac: the address
 * @vlan: the VLAN
 * @stag: see vsw_fdb_find()
 * @by_use: see vsw_fdb_find()
 * @seen: where what was read of the owner's portgroup goes
 *
 * Context: RCU read side.
 * Return: the entry, or NULL.
 */
static __always_inline struct vsw_fdb_entry *
vsw_fdb_owner(const struct vsw_fdb *fdb, u64 mac, u16 vlan, bool stag,
	      bool by_use, const struct vsw_snap **seen)
{
	struct vsw_fdb_entry *e;

	e = vsw_fdb_find(fdb, mac, vlan, stag, by_use, seen);
	/* Nobody else holds it here, whatever this one's state. */
	return likely(e && vsw_port_owns(e->port)) ? e : NULL;
}

#endif /* _VSW_FDB_H */
