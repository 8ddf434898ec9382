// SPDX-License-Identifier: GPL-2.0-only
/* Which uplink (T1, T2). */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "kunit.h"
#include "team.h"
#include "wake.h"

/**
 * vsw_team_fill() - which uplink each slot holds (T1)
 * @teaming: the policy
 * @n_active: how many of the uplinks are active; they come first
 * @n_uplinks: how many there are
 * @usable: bit i is set if uplink i is usable
 * @slot: the place of the uplink in each slot, VSW_TEAM_NONE for an empty one;
 *        what the slots held before goes in, what they hold now comes out
 *
 * A slot holds its own active, or else a standby: the one that serves it
 * already, so that nobody else's failure moves its ports, or the next usable
 * one that serves no other slot. With explicit, the only slot holds the first
 * that is usable.
 */
void vsw_team_fill(u8 teaming, unsigned int n_active, unsigned int n_uplinks,
		   u64 usable, s8 *slot)
{
	unsigned int n_slots = vsw_team_slots(teaming, n_active);
	unsigned int i;
	u64 standby;

	if (!n_uplinks)
		usable = 0;
	else
		usable &= GENMASK_ULL(n_uplinks - 1, 0);
	standby = usable & ~0ULL << n_active;
	if (teaming == VSWITCH_TEAMING_EXPLICIT) {
		slot[0] = usable ? __ffs64(usable) : VSW_TEAM_NONE;
		return;
	}
	for (i = 0; i < n_slots; i++) {
		if (i < n_active && usable & BIT_ULL(i))
			slot[i] = i;
		else if (slot[i] != VSW_TEAM_NONE && standby & BIT_ULL(slot[i]))
			standby &= ~BIT_ULL(slot[i]);
		else
			slot[i] = VSW_TEAM_NONE;
	}
	for (i = 0; i < n_slots && standby; i++) {
		if (slot[i] != VSW_TEAM_NONE)
			continue;
		slot[i] = __ffs64(standby);
		standby &= standby - 1;
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_fill);

/**
 * vsw_team_choose() - the uplink for a number (T1)
 * @slot: the slots, as vsw_team_fill() filled them
 * @n_slots: how many
 * @h: the number that chooses
 *
 * Return: the place of the uplink, or VSW_TEAM_NONE if all slots are empty.
 */
int vsw_team_choose(const s8 *slot, unsigned int n_slots, u32 h)
{
	unsigned int filled = 0;
	unsigned int i, nth;

	if (slot[h % n_slots] != VSW_TEAM_NONE)
		return slot[h % n_slots];

	for (i = 0; i < n_slots; i++)
		filled += slot[i] != VSW_TEAM_NONE;
	if (!filled)
		return VSW_TEAM_NONE;

	/* Spread those of an empty slot over the filled ones. */
	nth = (h / n_slots) % filled;
	for (i = 0; ; i++) {
		if (slot[i] != VSW_TEAM_NONE && !nth--)
			return slot[i];
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_choose);

/*
 * The usable uplinks: those that the slow path holds fit and, if @live, whose
 * device is alive at this moment.
 */
static u64 usable_mask(const struct vsw_team *team, bool live)
{
	const struct vsw_uplink *uplink;
	u64 mask = 0;
	int i;

	for (i = 0; i < team->n_uplinks; i++) {
		uplink = rcu_dereference_rtnl(team->uplink[i]);
		if (!uplink || !READ_ONCE(uplink->usable))
			continue;
		if (!live || vsw_dev_live(uplink->port.dev))
			mask |= BIT_ULL(i);
	}
	return mask;
}

/**
 * vsw_team_pick_slow() - vsw_team_pick() where the slot's uplink is not alive
 * @team: the team
 * @h: the number that chooses
 *
 * Wakes the slow path if that does not know yet (T2).
 *
 * Context: RCU read side.
 * Return: the uplink, or NULL.
 */
struct vsw_uplink *vsw_team_pick_slow(const struct vsw_team *team, u32 h)
{
	s8 slot[VSW_MAX_UPLINKS];
	struct vsw_uplink *uplink;
	u64 live;
	int at, i;

	uplink = rcu_dereference(team->slot[vsw_team_slot(team, h)]);
	if (uplink)
		vsw_wake(uplink->port.sw);

	live = usable_mask(team, true);
	for (i = 0; i < team->n_slots; i++)
		slot[i] = READ_ONCE(team->place[i]);
	vsw_team_fill(team->teaming, team->n_active, team->n_uplinks, live,
		      slot);
	at = vsw_team_choose(slot, team->n_slots, h);
	if (at == VSW_TEAM_NONE)
		return NULL;
	return rcu_dereference(team->uplink[at]);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_pick_slow);

/**
 * vsw_team_create() - make a team whose uplinks are still all absent
 * @policy: the effective policy
 *
 * Context: RTNL.
 * Return: the team with one reference, or NULL.
 */
struct vsw_team *vsw_team_create(const struct vsw_policy *policy)
{
	unsigned int n = policy->active.n + policy->standby.n;
	struct vsw_team *team;

	team = kzalloc(struct_size(team, uplink, n), GFP_KERNEL_ACCOUNT);
	if (!team)
		return NULL;
	refcount_set(&team->ref, 1);
	team->teaming = policy->teaming;
	team->n_uplinks = n;
	team->n_active = policy->active.n;
	team->n_slots = vsw_team_slots(policy->teaming, policy->active.n);
	memset(team->place, VSW_TEAM_NONE, sizeof(team->place));
	return team;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_create);

/**
 * vsw_team_put() - let go of a team
 * @team: the team, or NULL
 *
 * Context: RTNL; readers may still be at it.
 */
void vsw_team_put(struct vsw_team *team)
{
	if (team && refcount_dec_and_test(&team->ref))
		kfree_rcu(team, rcu);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_put);

/**
 * vsw_team_refresh() - fill the slots from what the slow path holds fit
 * @team: the team
 *
 * Context: RTNL.
 */
void vsw_team_refresh(struct vsw_team *team)
{
	s8 slot[VSW_MAX_UPLINKS];
	struct vsw_uplink *uplink;
	int i;

	ASSERT_RTNL();
	memcpy(slot, team->place, sizeof(slot));
	vsw_team_fill(team->teaming, team->n_active, team->n_uplinks,
		      usable_mask(team, false), slot);
	for (i = 0; i < team->n_slots; i++) {
		uplink = NULL;
		if (slot[i] != VSW_TEAM_NONE)
			uplink = rtnl_dereference(team->uplink[slot[i]]);
		rcu_assign_pointer(team->slot[i], uplink);
		WRITE_ONCE(team->place[i], slot[i]);
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_refresh);

/**
 * vsw_team_forget() - an uplink leaves; its place stays and is absent
 * @team: the team
 * @uplink: the uplink
 *
 * Context: RTNL. No reader finds the uplink after the next grace period.
 */
void vsw_team_forget(struct vsw_team *team, const struct vsw_uplink *uplink)
{
	int i;

	for (i = 0; i < team->n_uplinks; i++) {
		if (rtnl_dereference(team->uplink[i]) == uplink)
			RCU_INIT_POINTER(team->uplink[i], NULL);
	}
	vsw_team_refresh(team);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_forget);
