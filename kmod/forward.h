/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decision: what shall become of a frame. It reads the configuration and
 * changes nothing, neither frame nor device nor switch, so that tests can
 * hold it against every rule. The checks stand in the order of F12.
 */
#ifndef _VSW_FORWARD_H
#define _VSW_FORWARD_H

#include <linux/jiffies.h>

#include "fdb.h"
#include "team.h"

/* How long the uplink before a move is still good for unicast (F6). */
#define VSW_MAKE_BEFORE_BREAK	HZ

/* What to do with a frame. */
enum vsw_action {
	VSW_ACT_DROP,	/* count it with the reason and free it */
	VSW_ACT_HOST,	/* leave it to the host's own stack */
	VSW_ACT_ONE,	/* hand it to the receiver */
	VSW_ACT_FLOOD	/* vsw_forward_flood(), and the receiver if any */
};

/**
 * struct vsw_verdict - what shall become of a frame
 * @action: what to do
 * @reason: why it is dropped
 * @to: the receiver: a port, an uplink, or NULL
 * @seen: what was read of the receiver's portgroup; NULL for an uplink
 */
struct vsw_verdict {
	enum vsw_action action;
	enum vsw_drop reason;
	struct vsw_port *to;
	const struct vsw_snap *seen;
};

static inline struct vsw_verdict vsw_verdict_drop(enum vsw_drop reason)
{
	return (struct vsw_verdict){
		.action = VSW_ACT_DROP, .reason = reason,
	};
}

static inline struct vsw_verdict vsw_verdict_to(enum vsw_action action,
						struct vsw_port *to,
						const struct vsw_snap *seen)
{
	return (struct vsw_verdict){
		.action = action, .to = to, .seen = seen,
	};
}

/**
 * vsw_forward_from_port() - decide on a frame from a vnic or a vmk
 * @port: the port
 * @snap: its portgroup
 * @f: the frame; its VLAN is worked out here
 *
 * Context: RCU read side.
 * Return: the verdict.
 */
static inline struct vsw_verdict
vsw_forward_from_port(const struct vsw_port *port, const struct vsw_snap *snap,
		      struct vsw_frame *f)
{
	const struct vsw_switch *sw = port->sw;
	bool known = f->src == READ_ONCE(port->held);
	const struct vsw_snap *seen;
	struct vsw_uplink *uplink;
	struct vsw_port *owner;
	int res;

	if (unlikely(!READ_ONCE(sw->up)))
		return vsw_verdict_drop(VSW_DROP_SWITCH_DOWN);
	if (unlikely(vsw_port_blocked(port)))
		return vsw_verdict_drop(VSW_DROP_BLOCKED);
	if (unlikely(f->runt))
		return vsw_verdict_drop(VSW_DROP_RUNT);
	if (unlikely(!f->src || f->group_src))
		return vsw_verdict_drop(VSW_DROP_BAD_SOURCE);
	if (unlikely(f->link_local))
		return vsw_verdict_drop(VSW_DROP_LINK_LOCAL);

	res = vsw_vlan_classify(f);
	if (unlikely(res != VSW_PASS))
		return vsw_verdict_drop(res);
	res = vsw_vlan_from_port(snap, f);
	if (unlikely(res != VSW_PASS))
		return vsw_verdict_drop(res);

	if (unlikely(!known)) {
		owner = vsw_fdb_owner(&sw->fdb, f->src, f->vlan, false, &seen);
		if (owner && owner != port)
			return vsw_verdict_drop(VSW_DROP_ADDRESS_CONFLICT);
	}

	uplink = vsw_team_pick(snap->team, port->number);
	if (f->cast != VSW_UNICAST)
		return vsw_verdict_to(VSW_ACT_FLOOD,
				      uplink ? &uplink->port : NULL, NULL);

	owner = vsw_fdb_owner(&sw->fdb, f->dst, f->vlan, f->stag, &seen);
	if (unlikely(owner == port))
		return vsw_verdict_drop(VSW_DROP_HAIRPIN);
	if (owner)
		return vsw_verdict_to(VSW_ACT_ONE, owner, seen);
	if (unlikely(!uplink))
		return vsw_verdict_drop(VSW_DROP_NO_UPLINK);
	return vsw_verdict_to(VSW_ACT_ONE, &uplink->port, NULL);
}

/**
 * vsw_forward_reverse_path() - whether a port takes unicast from an uplink (F6)
 * @port: the port
 * @snap: its portgroup
 * @uplink: the uplink by which the frame came
 *
 * Besides the uplink in use now, that is the one before a move that the slow
 * path has not seen yet, or has seen less than a second ago.
 *
 * Context: RCU read side.
 * Return: true if so.
 */
static inline bool vsw_forward_reverse_path(const struct vsw_port *port,
					    const struct vsw_snap *snap,
					    const struct vsw_uplink *uplink)
{
	if (likely(vsw_team_pick(snap->team, port->number) == uplink))
		return true;
	if (READ_ONCE(port->current_uplink) == uplink)
		return true;
	return READ_ONCE(port->prev) == uplink &&
	       time_before(jiffies,
			   READ_ONCE(port->moved) + VSW_MAKE_BEFORE_BREAK);
}

/**
 * vsw_forward_from_uplink() - decide on a frame from outside
 * @uplink: the uplink by which it came
 * @f: the frame; its VLAN is worked out here
 *
 * Context: RCU read side.
 * Return: the verdict.
 */
static inline struct vsw_verdict
vsw_forward_from_uplink(const struct vsw_uplink *uplink, struct vsw_frame *f)
{
	const struct vsw_switch *sw = uplink->port.sw;
	const struct vsw_snap *seen;
	struct vsw_port *owner;
	int res;

	if (unlikely(f->runt))
		return vsw_verdict_drop(VSW_DROP_RUNT);
	if (unlikely(f->link_local))
		return vsw_verdict_to(VSW_ACT_HOST, NULL, NULL);
	if (unlikely(!READ_ONCE(sw->up)))
		return vsw_verdict_drop(VSW_DROP_SWITCH_DOWN);
	res = vsw_vlan_classify(f);
	if (unlikely(res != VSW_PASS))
		return vsw_verdict_drop(res);
	if (unlikely(!f->src || f->group_src))
		return vsw_verdict_drop(VSW_DROP_BAD_SOURCE);
	if (unlikely(vsw_fdb_owner(&sw->fdb, f->src, f->vlan, false, &seen)))
		return vsw_verdict_drop(VSW_DROP_REFLECTION);
	if (f->cast != VSW_UNICAST)
		return vsw_verdict_to(VSW_ACT_FLOOD, NULL, NULL);

	owner = vsw_fdb_owner(&sw->fdb, f->dst, f->vlan, f->stag, &seen);
	if (!owner)
		return vsw_verdict_drop(VSW_DROP_UNKNOWN_UNICAST);
	if (unlikely(!vsw_forward_reverse_path(owner, seen, uplink)))
		return vsw_verdict_drop(VSW_DROP_REVERSE_PATH);
	return vsw_verdict_to(VSW_ACT_ONE, owner, seen);
}

/**
 * typedef vsw_flood_fn - take note of a receiver of a group frame
 * @arg: what was given to vsw_forward_flood()
 * @port: the receiver
 * @seen: what was read of its portgroup
 */
typedef void (*vsw_flood_fn)(void *arg, struct vsw_port *port,
			     const struct vsw_snap *seen);

static __always_inline bool
vsw_flood_portgroup(const struct vsw_snap *snap, const struct vsw_port *from,
		    const struct vsw_uplink *via, vsw_flood_fn fn, void *arg)
{
	const struct vsw_team *team = snap->team;
	const struct hlist_head *list;
	struct vsw_flood_node *pos;
	bool members = false;
	bool each = false;
	unsigned int i;

	for (i = 0; i < team->n_slots; i++) {
		list = &snap->pg->flood[snap->gen][i];
		if (hlist_empty(list))
			continue;
		members = true;
		if (via) {
			const struct vsw_uplink *uplink;

			/*
			 * A slot is on one uplink as a whole, so those on
			 * another one are not even walked; only the ports of
			 * a slot without a live uplink differ.
			 */
			uplink = rcu_dereference(team->slot[i]);
			each = !uplink || !vsw_dev_live(uplink->port.dev);
			if (!each && uplink != via)
				continue;
		}
		hlist_for_each_entry_rcu(pos, list, node) {
			struct vsw_port *port = pos->port;

			if (port == from || !vsw_dev_live(port->dev))
				continue;
			if (each && vsw_team_pick(team, port->number) != via)
				continue;
			fn(arg, port, snap);
		}
	}
	return members;
}

/**
 * vsw_forward_flood() - find the local receivers of a group frame (F3, F6)
 * @sw: the switch
 * @f: the frame, in its VLAN
 * @from: the port that sent it, or NULL
 * @via: the uplink by which it came, or NULL
 * @fn: called for each receiver
 * @arg: for @fn
 *
 * From outside, only the ports whose uplink is @via receive.
 *
 * Context: RCU read side.
 * Return: whether the VLAN has any port at all.
 */
static __always_inline bool
vsw_forward_flood(const struct vsw_switch *sw, const struct vsw_frame *f,
		  const struct vsw_port *from, const struct vsw_uplink *via,
		  vsw_flood_fn fn, void *arg)
{
	const struct vsw_snap *snap;
	bool members = false;

	if (!f->stag)
		hlist_for_each_entry_rcu(snap, &sw->vlan[f->vlan], node)
			if (vsw_vlan_admits(snap, f->vlan, f->stag))
				members |= vsw_flood_portgroup(snap, from, via,
							       fn, arg);
	hlist_for_each_entry_rcu(snap, &sw->trunks, node)
		if (vsw_vlan_admits(snap, f->vlan, f->stag))
			members |= vsw_flood_portgroup(snap, from, via, fn,
						       arg);
	return members;
}

#endif /* _VSW_FORWARD_H */
