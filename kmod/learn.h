/* SPDX-License-Identifier: GPL-2.0-only */
/* What ports hold by use (F1): allowed addresses (S3) and learned ones (S5). */
#ifndef _VSW_LEARN_H
#define _VSW_LEARN_H

#include "fdb.h"

/*
 * How long an address that is not used stays learned (S5): 300 s, and the one
 * by which its last use may have been later than what is written down.
 */
#define VSW_LEARN_TIME		(301 * HZ)

void vsw_learn_start(struct vsw_switch *sw);
void vsw_learn_stop(struct vsw_switch *sw);
int vsw_learn_use(struct vsw_port *port, u64 mac, u16 vlan, u8 origin);
void vsw_learn_moved(struct vsw_switch *sw, u64 mac, u16 vlan);
void vsw_learn_yield(struct vsw_fdb *fdb, u64 mac, const struct vsw_snap *snap);
void vsw_learn_revlan(const struct vsw_portgroup *pg,
		      const struct vsw_snap *snap);
void vsw_learn_forget(struct vsw_port *port, u8 origin);
void vsw_learn_forget_all(struct vsw_port *port);
void vsw_learn_forget_locked(struct vsw_port *port);
void vsw_learn_age(struct vsw_port *port, unsigned long now);

struct vsw_allowed *vsw_learn_alloc(const u64 *mac, unsigned int n);
void vsw_learn_allow(struct vsw_port *port, struct vsw_allowed *list);

/**
 * vsw_learn_allows() - whether an address is on the allowed list of a port (S3)
 * @port: the port
 * @mac: the address
 *
 * Context: RCU read side.
 * Return: true if so.
 */
static inline bool vsw_learn_allows(const struct vsw_port *port, u64 mac)
{
	const struct vsw_allowed *allowed = rcu_dereference(port->allowed);
	int i;

	for (i = 0; allowed && i < allowed->n; i++) {
		if (allowed->mac[i] == mac)
			return true;
	}
	return false;
}

/**
 * vsw_learn_full() - whether a port may learn no further address (S5)
 * @port: the port
 * @snap: its portgroup
 * @e: the entry of who holds the address by use, or NULL
 *
 * Return: true if so.
 */
static inline bool vsw_learn_full(const struct vsw_port *port,
				  const struct vsw_snap *snap,
				  const struct vsw_fdb_entry *e)
{
	if (READ_ONCE(port->n_learned) >= snap->mac_limit)
		return true;
	/* What changes over is not one more on the switch. */
	if (e && e->origin == VSWITCH_ORIGIN_LEARNED)
		return false;
	return READ_ONCE(port->sw->fdb.n_learned) >= VSW_MAX_LEARNED;
}

/**
 * vsw_learn_allowed_full() - whether no further allowed address may be in use
 * (M5)
 * @sw: the switch
 * @e: the entry of who holds the address, or NULL
 *
 * Return: true if so.
 */
static inline bool vsw_learn_allowed_full(const struct vsw_switch *sw,
					  const struct vsw_fdb_entry *e)
{
	/* What changes over is not one more. */
	if (e && e->origin == VSWITCH_ORIGIN_ALLOWED)
		return false;
	return READ_ONCE(sw->fdb.n_allowed_used) >= VSW_MAX_ALLOWED_USE;
}

#endif /* _VSW_LEARN_H */
