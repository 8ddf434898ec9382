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
#include "learn.h"
#include "sighting.h"
#include "team.h"

/* How long the uplink before a move is still good for unicast (F6). */
#define VSW_MAKE_BEFORE_BREAK	HZ

/* What to do with a frame. */
enum vsw_action {
	VSW_ACT_DROP,	/* count it with the reason and free it */
	VSW_ACT_HOST,	/* leave it to the host's own stack */
	VSW_ACT_BEACON,	/* it is for the switch itself (T5) */
	VSW_ACT_ONE,	/* hand it to the receiver */
	VSW_ACT_FLOOD	/* vsw_forward_flood(), and the receiver if any */
};

/* Whom to flood to: ports of portgroups that have one of these VSW_SNAP_*. */
enum vsw_flood_to {
	VSW_FLOOD_GROUP = VSW_SNAP_LISTENS,
	VSW_FLOOD_UNKNOWN = VSW_SNAP_PROMISC | VSW_SNAP_FLOODS,
	VSW_FLOOD_COPIES = VSW_SNAP_PROMISC
};

/**
 * struct vsw_verdict - what shall become of a frame
 * @action: what to do
 * @reason: why it is dropped, or why if it finds nobody to be flooded to
 * @flood: whom it is flooded to
 * @via: the uplink to which the receivers of the flood are limited, or NULL
 * @to: the receiver: a port, an uplink, or NULL
 * @also: a second uplink that gets it, too (T5), or NULL
 * @seen: what was read of the receiver's portgroup; NULL for an uplink
 */
struct vsw_verdict {
	enum vsw_action action;
	enum vsw_drop reason;
	enum vsw_flood_to flood;
	const struct vsw_uplink *via;
	struct vsw_port *to;
	struct vsw_port *also;
	const struct vsw_snap *seen;
};

static inline struct vsw_verdict vsw_verdict_drop(enum vsw_drop reason)
{
	return (struct vsw_verdict){
		.action = VSW_ACT_DROP, .reason = reason,
	};
}

static inline struct vsw_verdict vsw_verdict_to(struct vsw_port *to,
						const struct vsw_snap *seen)
{
	return (struct vsw_verdict){
		.action = VSW_ACT_ONE, .to = to, .seen = seen,
	};
}

static inline struct vsw_verdict
vsw_verdict_flood(enum vsw_flood_to flood, struct vsw_port *to,
		  const struct vsw_snap *seen, const struct vsw_uplink *via,
		  enum vsw_drop reason)
{
	return (struct vsw_verdict){
		.action = VSW_ACT_FLOOD, .flood = flood, .to = to,
		.seen = seen, .via = via, .reason = reason,
	};
}

/* An address that a port holds by use is written down anew once a second. */
static inline bool vsw_forward_stale(const struct vsw_fdb_entry *e)
{
	return time_after_eq(jiffies, READ_ONCE(e->used) + HZ);
}

/**
 * vsw_forward_learn() - whether a source is to be learned (S5)
 * @port: the port
 * @snap: its portgroup
 * @f: the frame, in its VLAN; its note is set
 * @e: the entry of who holds the source, or NULL
 *
 * Context: RCU read side.
 * Return: VSW_PASS, or VSW_DROP_MAC_LIMIT.
 */
static inline int vsw_forward_learn(const struct vsw_port *port,
				    const struct vsw_snap *snap,
				    struct vsw_frame *f,
				    const struct vsw_fdb_entry *e)
{
	if (!(snap->flags & VSW_SNAP_LEARNS) || port->kind != VSW_VNIC)
		return VSW_PASS;
	if (e && e->port == port) {
		f->note = vsw_forward_stale(e) ? VSW_NOTE_LEARNED : 0;
		return VSW_PASS;
	}
	if (e && (!vsw_fdb_by_use(e) || e->origin == VSWITCH_ORIGIN_ALLOWED))
		return VSW_PASS;	/* it is another's, who is not there */
	if (vsw_learn_full(port, snap, e))
		return snap->flags & VSW_SNAP_OVER_ALLOW ? VSW_PASS :
							   VSW_DROP_MAC_LIMIT;
	f->note = VSW_NOTE_LEARNED;
	return VSW_PASS;
}

/* Whether the sender takes an address over that another port owns (S3). */
static inline bool vsw_forward_takes(const struct vsw_port *port,
				     const struct vsw_snap *snap,
				     const struct vsw_fdb_entry *e, bool listed)
{
	/* For its effective address it waits; that is not held by use. */
	if (!vsw_fdb_by_use(e) || e->mac == READ_ONCE(port->wanted))
		return false;
	if (listed || READ_ONCE(port->flags) & VSW_PORT_ADOPTS)
		return true;
	return e->origin == VSWITCH_ORIGIN_LEARNED &&
	       port->kind == VSW_VNIC && snap->flags & VSW_SNAP_LEARNS &&
	       !(snap->flags & VSW_SNAP_NO_FORGED) &&
	       !vsw_learn_full(port, snap, e);
}

/**
 * vsw_forward_source() - decide on a source that the port does not claim and
 * hold (F1, S3, S5)
 * @port: the port
 * @snap: its portgroup
 * @f: the frame, in its VLAN; its note is set
 *
 * Context: RCU read side.
 * Return: VSW_PASS, or the reason to drop it.
 */
static inline int vsw_forward_source(const struct vsw_port *port,
				     const struct vsw_snap *snap,
				     struct vsw_frame *f)
{
	bool listed = vsw_learn_allows(port, f->src);
	const struct vsw_fdb_entry *e;
	const struct vsw_snap *seen;

	e = vsw_fdb_find(&port->sw->fdb, f->src, f->vlan, false, true, &seen);
	if (!listed && f->src != READ_ONCE(port->wanted))
		f->note = VSW_NOTE_OTHER;
	if (e && e->port != port && vsw_port_owns(e->port) &&
	    !vsw_forward_takes(port, snap, e, listed))
		return VSW_DROP_ADDRESS_CONFLICT;

	if (f->src == READ_ONCE(port->wanted) ||
	    READ_ONCE(port->flags) & VSW_PORT_ADOPTS) {
		f->note = 0;
		return VSW_PASS;
	}
	if (listed) {
		if ((!e || (vsw_fdb_by_use(e) &&
			    (e->port != port || vsw_forward_stale(e) ||
			     e->origin != VSWITCH_ORIGIN_ALLOWED))) &&
		    !vsw_learn_allowed_full(port->sw, e))
			f->note = VSW_NOTE_ALLOWED;
		return VSW_PASS;
	}
	if (snap->flags & VSW_SNAP_NO_FORGED)
		return VSW_DROP_FORGED;
	return vsw_forward_learn(port, snap, f, e);
}

/**
 * vsw_forward_known() - whether a port holds the source of a frame, and there is
 * nothing special about the port
 * @port: the port
 * @f: the frame
 *
 * Return: true if so.
 */
static __always_inline bool vsw_forward_known(const struct vsw_port *port,
					      const struct vsw_frame *f)
{
	return f->src == READ_ONCE(port->held) && !READ_ONCE(port->flags);
}

/**
 * vsw_forward_admit() - whether a frame from a port gets into the switch, the
 * checks before shaping (F12)
 * @port: the port
 * @snap: its portgroup
 * @f: the frame; its VLAN and its note are worked out here
 * @known: what vsw_forward_known() said of it
 *
 * Context: RCU read side.
 * Return: VSW_PASS, or the reason to drop it.
 */
static __always_inline int vsw_forward_admit(const struct vsw_port *port,
					     const struct vsw_snap *snap,
					     struct vsw_frame *f, bool known)
{
	int res;

	f->note = 0;
	if (unlikely(!READ_ONCE(port->sw->up)))
		return VSW_DROP_SWITCH_DOWN;
	if (!known && unlikely(vsw_port_blocked(port)))
		return VSW_DROP_BLOCKED;
	if (unlikely(f->runt))
		return VSW_DROP_RUNT;
	if (unlikely(!f->src || f->group_src))
		return VSW_DROP_BAD_SOURCE;
	if (unlikely(f->link_local))
		return VSW_DROP_LINK_LOCAL;

	res = vsw_vlan_classify(f);
	if (unlikely(res != VSW_PASS))
		return res;
	res = vsw_vlan_from_port(snap, f);
	if (unlikely(res != VSW_PASS))
		return res;
	if (known || f->src == READ_ONCE(port->held))
		return VSW_PASS;
	return vsw_forward_source(port, snap, f);
}

/* Unicast that nobody here owns leaves, by both uplinks in case of doubt. */
static __always_inline struct vsw_verdict
vsw_forward_outside(const struct vsw_team *team, struct vsw_uplink *uplink,
		    u8 watch)
{
	struct vsw_uplink *second = vsw_team_second(team, uplink);
	struct vsw_port *to = uplink ? &uplink->port : NULL;
	struct vsw_verdict verdict;

	if (likely(to && !second && !(watch & VSW_FLOOD_UNKNOWN)))
		return vsw_verdict_to(to, NULL);
	if (watch & VSW_FLOOD_UNKNOWN)
		verdict = vsw_verdict_flood(VSW_FLOOD_UNKNOWN, to, NULL, NULL,
					    VSW_DROP_NO_UPLINK);
	else if (to)
		verdict = vsw_verdict_to(to, NULL);
	else
		return vsw_verdict_drop(VSW_DROP_NO_UPLINK);
	if (second)
		verdict.also = &second->port;
	return verdict;
}

/**
 * vsw_forward_lookup() - find who gets a frame from a vnic or a vmk (F2, F3)
 * @port: the port
 * @snap: its portgroup
 * @f: the frame, which vsw_forward_admit() let pass
 * @watch: vsw_switch.watch
 *
 * Context: RCU read side.
 * Return: the verdict.
 */
static __always_inline struct vsw_verdict
vsw_forward_lookup(const struct vsw_port *port, const struct vsw_snap *snap,
		   const struct vsw_frame *f, u8 watch)
{
	const struct vsw_switch *sw = port->sw;
	const struct vsw_snap *seen;
	struct vsw_uplink *uplink;
	struct vsw_fdb_entry *e;

	if (f->cast != VSW_UNICAST) {
		uplink = vsw_team_pick(snap->team,
				       vsw_team_hash(snap->team, port, f));
		return vsw_verdict_flood(VSW_FLOOD_GROUP,
					 uplink ? &uplink->port : NULL, NULL,
					 NULL, VSW_DROP_NO_UPLINK);
	}

	e = vsw_fdb_owner(&sw->fdb, f->dst, f->vlan, f->stag, watch, &seen);
	if (!e) {
		uplink = vsw_team_pick(snap->team,
				       vsw_team_hash(snap->team, port, f));
		return vsw_forward_outside(snap->team, uplink, watch);
	}
	if (unlikely(e->port == port)) {
		if (watch & VSW_SNAP_PROMISC)
			return vsw_verdict_flood(VSW_FLOOD_COPIES, NULL, NULL,
						 NULL, VSW_DROP_HAIRPIN);
		return vsw_verdict_drop(VSW_DROP_HAIRPIN);
	}
	if (unlikely(watch & VSW_SNAP_PROMISC))
		return vsw_verdict_flood(VSW_FLOOD_COPIES, e->port, seen, NULL,
					 0);
	return vsw_verdict_to(e->port, seen);
}

/**
 * vsw_forward_from_port() - decide on a frame from a vnic or a vmk
 * @port: the port
 * @snap: its portgroup
 * @f: the frame; its VLAN and its note are worked out here
 *
 * Context: RCU read side.
 * Return: the verdict.
 */
static inline struct vsw_verdict
vsw_forward_from_port(const struct vsw_port *port, const struct vsw_snap *snap,
		      struct vsw_frame *f)
{
	int res = vsw_forward_admit(port, snap, f, vsw_forward_known(port, f));

	if (unlikely(res != VSW_PASS))
		return vsw_verdict_drop(res);
	return vsw_forward_lookup(port, snap, f, READ_ONCE(port->sw->watch));
}

/**
 * vsw_forward_path() - what is remembered of the uplinks of an address (F6)
 * @e: the entry of the address
 * @team: the team of the port that owns it
 *
 * Return: that of the port, unless addresses choose apart.
 */
static inline struct vsw_path *vsw_forward_path(struct vsw_fdb_entry *e,
						const struct vsw_team *team)
{
	if (unlikely(team->teaming == VSWITCH_TEAMING_SRCMAC) &&
	    vsw_fdb_by_use(e))
		return &e->path;
	return &e->port->path;
}

/**
 * enum vsw_way - how unicast comes to its owner from outside (F6)
 * @VSW_WAY_WRONG: by an uplink that the owner does not use
 * @VSW_WAY_NOW: by the one that it uses
 * @VSW_WAY_OLD: by the one that it used before a move
 */
enum vsw_way {
	VSW_WAY_WRONG,
	VSW_WAY_NOW,
	VSW_WAY_OLD,
};

/**
 * vsw_forward_reverse_path() - whether unicast from an uplink is taken (F6)
 * @e: the entry of its destination
 * @snap: the portgroup of the owner
 * @uplink: the uplink by which the frame came
 *
 * Besides the uplink in use now, that is the one before a move that the slow
 * path has not seen yet, or has seen less than a second ago, until unicast has
 * come by the new one.
 *
 * Context: RCU read side.
 * Return: enum vsw_way; it is not taken by the wrong one.
 */
static __always_inline enum vsw_way
vsw_forward_reverse_path(struct vsw_fdb_entry *e, const struct vsw_snap *snap,
			 const struct vsw_uplink *uplink)
{
	const struct vsw_team *team = snap->team;
	const struct vsw_uplink *proven;
	const struct vsw_path *path;
	bool taken;

	if (likely(vsw_team_uses(team, e->port, e->mac, uplink)))
		return VSW_WAY_NOW;
	if (team->teaming == VSWITCH_TEAMING_IPHASH)
		return VSW_WAY_WRONG;	/* it remembers nothing */
	path = vsw_forward_path(e, team);
	if (READ_ONCE(path->now) == uplink) {
		proven = READ_ONCE(path->proven);
		taken = !proven ||
			proven != vsw_team_pick(team,
						vsw_team_number(team, e->port,
								e->mac));
	} else {
		taken = READ_ONCE(path->prev) == uplink &&
			!READ_ONCE(path->heard) &&
			time_before(jiffies, READ_ONCE(path->moved) +
					     VSW_MAKE_BEFORE_BREAK);
	}
	return taken ? VSW_WAY_OLD : VSW_WAY_WRONG;
}

/* F7: our own frame comes back, unless what is held by use moved outside. */
static __always_inline bool
vsw_forward_reflected(const struct vsw_uplink *uplink, struct vsw_frame *f,
		      u8 watch)
{
	const struct vsw_fdb_entry *e;
	const struct vsw_snap *seen;

	e = vsw_fdb_find(&uplink->port.sw->fdb, f->src, f->vlan, false, watch,
			 &seen);
	if (likely(!e || !vsw_port_owns(e->port)))
		return false;
	if (!vsw_fdb_by_use(e) ||
	    !vsw_team_uses(seen->team, e->port, e->mac, uplink))
		return true;
	f->note = VSW_NOTE_OUTSIDE;
	return false;
}

/**
 * vsw_forward_from_uplink() - decide on a frame from outside
 * @uplink: the uplink by which it came
 * @f: the frame; its VLAN and its note are worked out here
 * @watch: vsw_switch.watch
 *
 * Context: RCU read side.
 * Return: the verdict.
 */
static __always_inline struct vsw_verdict
vsw_forward_from_uplink(const struct vsw_uplink *uplink, struct vsw_frame *f,
			u8 watch)
{
	const struct vsw_switch *sw = uplink->port.sw;
	const struct vsw_snap *seen;
	struct vsw_fdb_entry *e;
	struct vsw_path *path;
	enum vsw_way way;
	int res;

	f->note = 0;
	f->path = NULL;
	f->print = 0;
	if (unlikely(f->runt))
		return vsw_verdict_drop(VSW_DROP_RUNT);
	if (unlikely(f->link_local))
		return (struct vsw_verdict){ .action = VSW_ACT_HOST };
	if (unlikely(f->beacon))
		return (struct vsw_verdict){ .action = VSW_ACT_BEACON };
	if (unlikely(!READ_ONCE(sw->up)))
		return vsw_verdict_drop(VSW_DROP_SWITCH_DOWN);
	res = vsw_vlan_classify(f);
	if (unlikely(res != VSW_PASS))
		return vsw_verdict_drop(res);
	if (unlikely(!f->src || f->group_src))
		return vsw_verdict_drop(VSW_DROP_BAD_SOURCE);
	if (unlikely(vsw_forward_reflected(uplink, f, watch)))
		return vsw_verdict_drop(VSW_DROP_REFLECTION);
	if (f->cast != VSW_UNICAST)
		return vsw_verdict_flood(VSW_FLOOD_GROUP, NULL, NULL, uplink,
					 VSW_DROP_NO_MEMBER);

	e = vsw_fdb_owner(&sw->fdb, f->dst, f->vlan, f->stag, watch, &seen);
	/* An address that has just moved outside is nobody's here. */
	if (unlikely(f->note) && f->dst == f->src)
		e = NULL;
	if (!e) {
		if (unlikely(watch & VSW_FLOOD_UNKNOWN))
			return vsw_verdict_flood(VSW_FLOOD_UNKNOWN, NULL, NULL,
						 uplink,
						 VSW_DROP_UNKNOWN_UNICAST);
		return vsw_verdict_drop(VSW_DROP_UNKNOWN_UNICAST);
	}
	way = vsw_forward_reverse_path(e, seen, uplink);
	if (unlikely(way == VSW_WAY_WRONG))
		return vsw_verdict_drop(VSW_DROP_REVERSE_PATH);
	path = vsw_forward_path(e, seen->team);
	if (unlikely(way == VSW_WAY_OLD || READ_ONCE(path->now) != uplink ||
		     !READ_ONCE(path->settled)) &&
	    seen->team->teaming != VSWITCH_TEAMING_IPHASH) {
		f->path = path;
		f->by_old = way == VSW_WAY_OLD;
	}
	if (unlikely(watch & VSW_SNAP_PROMISC))
		return vsw_verdict_flood(VSW_FLOOD_COPIES, e->port, seen, NULL,
					 0);
	return vsw_verdict_to(e->port, seen);
}

/**
 * vsw_forward_refused() - whether a receiver refuses whatever it would get
 * @to: the receiver, a port or an uplink
 * @seen: what was read of its portgroup; NULL for an uplink
 *
 * Return: VSW_PASS, or the reason (S6, S2).
 */
static inline int vsw_forward_refused(const struct vsw_port *to,
				      const struct vsw_snap *seen)
{
	if (!seen)
		return VSW_PASS;
	if (unlikely(vsw_port_blocked(to)))
		return VSW_DROP_BLOCKED;
	if (unlikely(seen->flags & VSW_SNAP_NO_CHANGES) &&
	    READ_ONCE(to->wanted) != READ_ONCE(to->initial))
		return VSW_DROP_MAC_CHANGES;
	return VSW_PASS;
}

/**
 * typedef vsw_flood_fn - take note of a receiver of a group frame
 * @arg: what was given to vsw_forward_flood()
 * @port: the receiver
 * @seen: what was read of its portgroup
 */
typedef void (*vsw_flood_fn)(void *arg, struct vsw_port *port,
			     const struct vsw_snap *seen);

/* F6: whether ports have moved to other uplinks just now. */
static inline bool vsw_flood_unsteady(const struct vsw_switch *sw)
{
	smp_rmb();	/* pairs with vsw_port_moving() */
	return time_before_eq(jiffies, READ_ONCE(sw->moved) + VSW_SIGHTING_TIME);
}

/*
 * F6: whether a port has had a group frame already, by the uplink that it used
 * before. It has if the frame came by that one before the move, and whatever
 * came by a dead one did.
 */
static inline bool vsw_flood_again(const struct vsw_port *port,
				   const struct vsw_uplink *via, u32 print,
				   struct vsw_sighted *seen)
{
	const struct vsw_path *path = &port->path;
	const struct vsw_uplink *before = READ_ONCE(path->now);
	const struct vsw_switch *sw = port->sw;
	u32 move, n;

	if (before == via) {
		before = READ_ONCE(path->prev);
		move = READ_ONCE(path->move);
		if (time_after(jiffies,
			       READ_ONCE(path->moved) + VSW_SIGHTING_TIME))
			return false;
	} else {
		move = (READ_ONCE(sw->move) + 1) & ~1;
	}
	if (!before || !print)
		return false;
	if (!seen->looked)
		vsw_sighting_look(sw, print, seen);
	n = before->port.number - 1;
	return seen->by & BIT(n) && ((s32)(seen->move[n] - move) < 0 ||
				     !vsw_dev_live(before->port.dev));
}

static __always_inline bool
vsw_flood_portgroup(const struct vsw_snap *snap, const struct vsw_frame *f,
		    const struct vsw_port *from,
		    const struct vsw_verdict *verdict,
		    struct vsw_sighted *seen, vsw_flood_fn fn, void *arg)
{
	/* What learns are vnics, so a vmk gets no unknown unicast for it. */
	bool vnics = !(snap->flags & verdict->flood &
		       (VSW_SNAP_LISTENS | VSW_SNAP_PROMISC));
	const struct vsw_uplink *via = verdict->via;
	const struct vsw_team *team = snap->team;
	unsigned int lists = vsw_team_lists(team);
	const struct hlist_head *list;
	struct vsw_flood_node *pos;
	bool members = false;
	bool each = false;
	unsigned int i;

	for (i = 0; i < lists; i++) {
		list = &snap->pg->flood[snap->gen][i];
		if (hlist_empty(list))
			continue;
		members = true;
		if (via) {
			const struct vsw_uplink *uplink;

			/*
			 * A slot is on one uplink as a whole, so those on
			 * another one are not even walked; only the ports of
			 * a slot without a live uplink differ, and those that
			 * choose by their address or have moved just now.
			 */
			uplink = rcu_dereference(team->slot[i]);
			each = vsw_team_by_frame(team) || !uplink ||
			       !vsw_dev_live(uplink->port.dev) ||
			       vsw_flood_unsteady(snap->pg->sw);
			if (!each && uplink != via)
				continue;
		}
		hlist_for_each_entry_rcu(pos, list, node) {
			struct vsw_port *port = pos->port;

			if (port == from || port == verdict->to ||
			    !vsw_dev_live(port->dev))
				continue;
			if (vnics && port->kind != VSW_VNIC)
				continue;
			if (each && (!vsw_team_listens(team, port, via) ||
				     vsw_flood_again(port, via, f->print, seen)))
				continue;
			fn(arg, port, snap);
		}
	}
	return members;
}

/**
 * vsw_forward_flood() - find those whom a frame is flooded to (F3, F6, S4, S5)
 * @sw: the switch
 * @f: the frame, in its VLAN
 * @from: the port or uplink by which it came; it gets nothing
 * @verdict: whom to flood to; its own receiver is not among them
 * @fn: called for each receiver
 * @arg: for @fn
 *
 * Context: RCU read side.
 * Return: the reason to drop the frame if there is no receiver at all.
 */
static __always_inline enum vsw_drop
vsw_forward_flood(const struct vsw_switch *sw, const struct vsw_frame *f,
		  const struct vsw_port *from,
		  const struct vsw_verdict *verdict, vsw_flood_fn fn, void *arg)
{
	const struct vsw_snap *snap;
	struct vsw_sighted seen;
	bool members = false;

	seen.looked = false;	/* the rest is large, and rarely wanted */
	if (!f->stag)
		hlist_for_each_entry_rcu(snap, &sw->vlan[f->vlan], node)
			if (snap->flags & verdict->flood &&
			    vsw_vlan_admits(snap, f->vlan, f->stag))
				members |= vsw_flood_portgroup(snap, f, from,
							       verdict, &seen,
							       fn, arg);
	hlist_for_each_entry_rcu(snap, &sw->trunks, node)
		if (snap->flags & verdict->flood &&
		    vsw_vlan_admits(snap, f->vlan, f->stag))
			members |= vsw_flood_portgroup(snap, f, from, verdict,
						       &seen, fn, arg);
	if (members && verdict->reason == VSW_DROP_NO_MEMBER)
		return VSW_DROP_REVERSE_PATH;
	return verdict->reason;
}

#endif /* _VSW_FORWARD_H */
