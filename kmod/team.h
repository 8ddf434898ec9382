/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which uplink (T1 to T3). vsw_team_fill(), vsw_team_choose(),
 * vsw_team_serving() and vsw_team_hear() are the pure rules; vsw_team_pick() is
 * what a frame pays for.
 */
#ifndef _VSW_TEAM_H
#define _VSW_TEAM_H

#include <linux/rcupdate.h>

#include "frame.h"

#define VSW_TEAM_NONE		(-1)

/* How many beacons in a row an uplink may miss (T5). */
#define VSW_BEACONS_LOST	3

struct vsw_team *vsw_team_create(const struct vsw_policy *policy);
void vsw_team_resume(struct vsw_team *team, const struct vsw_team *old);
void vsw_team_put(struct vsw_team *team);
u64 vsw_team_refresh(struct vsw_team *team);
void vsw_team_forget(struct vsw_team *team, const struct vsw_uplink *uplink);
void vsw_team_round(struct vsw_team *team);
u32 vsw_team_choice(const struct vsw_team *team, u32 h);
u32 vsw_team_state(const struct vsw_team *team, const struct vsw_uplink *uplink);

void vsw_team_fill(u8 teaming, unsigned int n_active, unsigned int n_uplinks,
		   u64 serving, s8 *slot);
int vsw_team_choose(const s8 *slot, unsigned int n_slots, u32 h);
u64 vsw_team_serving(u64 before, u64 usable, u64 delayed, bool failback);
u64 vsw_team_hear(struct vsw_member *member, unsigned int n, u64 running,
		  u64 heard, u64 deaf, u64 now);
struct vsw_uplink *vsw_team_pick_slow(const struct vsw_team *team, u32 h);

/**
 * vsw_team_slots() - the number of slots of a team (T1)
 * @teaming: the policy
 * @n_active: how many active uplinks it lists
 *
 * Return: at least one.
 */
static inline unsigned int vsw_team_slots(u8 teaming, unsigned int n_active)
{
	if (teaming == VSWITCH_TEAMING_EXPLICIT)
		return 1;
	return n_active ?: 1;
}

/**
 * vsw_team_by_frame() - whether each frame chooses for itself, not its port
 * @team: the team
 *
 * Return: true with srcmac and iphash.
 */
static inline bool vsw_team_by_frame(const struct vsw_team *team)
{
	return team->teaming == VSWITCH_TEAMING_SRCMAC ||
	       team->teaming == VSWITCH_TEAMING_IPHASH;
}

/**
 * vsw_team_lists() - in how many lists a portgroup keeps its ports
 * @team: the team
 *
 * Return: one for each slot, if a port keeps to one slot.
 */
static inline unsigned int vsw_team_lists(const struct vsw_team *team)
{
	return vsw_team_by_frame(team) ? 1 : team->n_slots;
}

/**
 * vsw_team_number() - the number by which an address of a port chooses (T1)
 * @team: the team
 * @port: the port
 * @mac: the address, as vsw_mac() gives it
 *
 * Return: h; with iphash that of a frame without addresses.
 */
static inline u32 vsw_team_number(const struct vsw_team *team,
				  const struct vsw_port *port, u64 mac)
{
	if (likely(!vsw_team_by_frame(team)))
		return port->number;
	return team->teaming == VSWITCH_TEAMING_SRCMAC ? vsw_mac_last(mac) : 0;
}

/**
 * vsw_team_hash() - the number by which a frame of a port chooses (T1)
 * @team: the team
 * @port: the port
 * @f: the frame
 *
 * Return: h.
 */
static inline u32 vsw_team_hash(const struct vsw_team *team,
				const struct vsw_port *port,
				const struct vsw_frame *f)
{
	if (likely(!vsw_team_by_frame(team)))
		return port->number;
	return team->teaming == VSWITCH_TEAMING_SRCMAC ? vsw_mac_last(f->src) :
							 f->ip_hash;
}

/**
 * vsw_team_noted() - the uplink for a number as the slow path last saw it (T1)
 * @team: the team
 * @h: the number that chooses
 *
 * Context: RCU read side.
 * Return: the uplink, or NULL.
 */
static inline struct vsw_uplink *vsw_team_noted(const struct vsw_team *team,
						u32 h)
{
	struct vsw_uplink *uplink;
	unsigned int m;

	uplink = rcu_dereference(team->slot[h % team->n_slots]);
	if (likely(uplink))
		return uplink;
	/* Spread those of an empty slot over the filled ones. */
	m = READ_ONCE(team->n_filled);
	return m ? rcu_dereference(team->filled[h / team->n_slots % m]) : NULL;
}

/**
 * vsw_team_pick() - the uplink that is used at this moment (T2)
 * @team: the team
 * @h: the number that chooses
 *
 * What the slow path saw last, if the device's own bits say that it is alive;
 * only if not, the rule is worked out anew from these bits.
 *
 * Context: RCU read side.
 * Return: the uplink, or NULL.
 */
static inline struct vsw_uplink *vsw_team_pick(const struct vsw_team *team,
					       u32 h)
{
	struct vsw_uplink *uplink = vsw_team_noted(team, h);

	if (likely(uplink && vsw_dev_live(uplink->port.dev)))
		return uplink;
	return vsw_team_pick_slow(team, h);
}

/**
 * vsw_team_second() - where unicast goes besides the uplink that is used (T5)
 * @team: the team
 * @first: the uplink that is used
 *
 * Context: RCU read side.
 * Return: the other uplink of a team in doubt, or NULL.
 */
static inline struct vsw_uplink *
vsw_team_second(const struct vsw_team *team, const struct vsw_uplink *first)
{
	struct vsw_uplink *second = rcu_dereference(team->second);

	if (likely(!second) || second == first ||
	    !vsw_dev_live(second->port.dev))
		return NULL;
	return second;
}

/**
 * vsw_team_listens() - whether a port takes group frames from an uplink (F6)
 * @team: the team
 * @port: the port
 * @uplink: the uplink
 *
 * Context: RCU read side.
 * Return: true if it is the one for the port's effective address.
 */
static inline bool vsw_team_listens(const struct vsw_team *team,
				    const struct vsw_port *port,
				    const struct vsw_uplink *uplink)
{
	if (unlikely(team->teaming == VSWITCH_TEAMING_IPHASH))
		return READ_ONCE(team->numbers) & BIT(uplink->port.number - 1);
	return vsw_team_pick(team, vsw_team_number(team, port,
						   READ_ONCE(port->wanted))) ==
	       uplink;
}

/**
 * vsw_team_uses() - whether an address of a port uses an uplink (F6, F7)
 * @team: the team
 * @port: the port
 * @mac: the address, as vsw_mac() gives it
 * @uplink: the uplink
 *
 * Context: RCU read side.
 * Return: true if so, and for both while the team is in doubt.
 */
static inline bool vsw_team_uses(const struct vsw_team *team,
				 const struct vsw_port *port, u64 mac,
				 const struct vsw_uplink *uplink)
{
	if (unlikely(team->teaming == VSWITCH_TEAMING_IPHASH))
		return READ_ONCE(team->numbers) & BIT(uplink->port.number - 1);
	return vsw_team_pick(team, vsw_team_number(team, port, mac)) == uplink ||
	       unlikely(rcu_access_pointer(team->second) == uplink);
}

#endif /* _VSW_TEAM_H */
