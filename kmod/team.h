/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which uplink (T1, T2). vsw_team_fill() and vsw_team_choose() are the pure
 * rule; vsw_team_pick() is what a frame pays for.
 */
#ifndef _VSW_TEAM_H
#define _VSW_TEAM_H

#include <linux/rcupdate.h>

#include "types.h"

#define VSW_TEAM_NONE	(-1)

struct vsw_team *vsw_team_create(const struct vsw_policy *policy);
void vsw_team_put(struct vsw_team *team);
void vsw_team_refresh(struct vsw_team *team);
void vsw_team_forget(struct vsw_team *team, const struct vsw_uplink *uplink);

void vsw_team_fill(u8 teaming, unsigned int n_active, unsigned int n_uplinks,
		   u64 usable, s8 *slot);
int vsw_team_choose(const s8 *slot, unsigned int n_slots, u32 h);
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
 * vsw_team_slot() - the slot of a port
 * @team: the team
 * @h: the number that chooses, that of the port
 *
 * Return: its slot from 0.
 */
static inline unsigned int vsw_team_slot(const struct vsw_team *team, u32 h)
{
	return h % team->n_slots;
}

/**
 * vsw_team_pick() - the uplink that a port uses at this moment (T2)
 * @team: the team
 * @h: the number that chooses, that of the port
 *
 * The uplink of the port's slot, if the device's own bits say that it is
 * alive; only if not, the rule is worked out anew from these bits.
 *
 * Context: RCU read side.
 * Return: the uplink, or NULL.
 */
static inline struct vsw_uplink *vsw_team_pick(const struct vsw_team *team,
					       u32 h)
{
	struct vsw_uplink *uplink;

	uplink = rcu_dereference(team->slot[vsw_team_slot(team, h)]);
	if (likely(uplink && vsw_dev_live(uplink->port.dev)))
		return uplink;
	return vsw_team_pick_slow(team, h);
}

#endif /* _VSW_TEAM_H */
