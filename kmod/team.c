// SPDX-License-Identifier: GPL-2.0-only
/* Which uplink (T1 to T3), and what beacons say of it (T5). */
#include <linux/bitops.h>
#include <linux/jiffies.h>
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
 * @serving: bit i is set if uplink i serves
 * @slot: the place of the uplink in each slot, VSW_TEAM_NONE for an empty one;
 *        what the slots held before goes in, what they hold now comes out
 *
 * A slot holds its own active, or else a standby: the one that serves it
 * already, so that nobody else's failure moves its ports, or the next one that
 * fills no other slot. With explicit, the only slot holds the first that
 * serves.
 */
void vsw_team_fill(u8 teaming, unsigned int n_active, unsigned int n_uplinks,
		   u64 serving, s8 *slot)
{
	unsigned int n_slots = vsw_team_slots(teaming, n_active);
	unsigned int i;
	u64 standby;

	if (!n_uplinks)
		serving = 0;
	else
		serving &= GENMASK_ULL(n_uplinks - 1, 0);
	standby = n_active < 64 ? serving & ~0ULL << n_active : 0;
	if (teaming == VSWITCH_TEAMING_EXPLICIT) {
		slot[0] = serving ? __ffs64(serving) : VSW_TEAM_NONE;
		return;
	}
	for (i = 0; i < n_slots; i++) {
		if (i < n_active && serving & BIT_ULL(i))
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

/**
 * vsw_team_serving() - which uplinks serve (T3)
 * @before: those that served until now
 * @usable: those that are usable
 * @delayed: those that wait for up-delay
 * @failback: whether one that recovered serves again
 *
 * Return: a bit for each.
 */
u64 vsw_team_serving(u64 before, u64 usable, u64 delayed, bool failback)
{
	u64 ready = usable & ~delayed;
	u64 serving = ready;

	/* The loss of one that served lets all the others in. */
	if (!failback && !(before & ~usable))
		serving &= before;
	return serving ?: ready ?: usable;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_serving);

/**
 * vsw_team_hear() - what a round of beacons tells (T5)
 * @member: the members; what they have missed is kept up to date
 * @n: how many there are
 * @running: those that are running
 * @heard: those that heard another one
 * @deaf: those that had failed before
 * @now: the present, in jiffies_64
 *
 * Return: those that have failed now, a bit for each.
 */
u64 vsw_team_hear(struct vsw_member *member, unsigned int n, u64 running,
		  u64 heard, u64 deaf, u64 now)
{
	unsigned int i;

	for (i = 0; i < n; i++, member++) {
		u64 bit = BIT_ULL(i);

		if (heard & bit) {
			if (deaf & bit)
				member->back = now;
			deaf &= ~bit;
		}
		if (heard & bit || !(running & bit)) {
			member->missed = 0;
			member->silent = 0;
			continue;
		}
		member->silent = min(member->silent + 1, VSW_BEACONS_LOST);
		member->missed = heard ? min(member->missed + 1, VSW_BEACONS_LOST) : 0;
		if (member->missed == VSW_BEACONS_LOST)
			deaf |= bit;
	}
	return deaf;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_hear);

/* The members whose device is alive at this moment. */
static u64 live_mask(const struct vsw_team *team)
{
	const struct vsw_uplink *uplink;
	u64 mask = 0;
	int i;

	for (i = 0; i < team->n_members; i++) {
		uplink = rcu_dereference_rtnl(team->member[i].uplink);
		if (uplink && vsw_dev_live(uplink->port.dev))
			mask |= BIT_ULL(i);
	}
	return mask;
}

/* Only the first of two that hear nobody carries what goes one way (T5). */
static u64 first_of(u64 mask)
{
	return mask & -mask;
}

/**
 * vsw_team_pick_slow() - vsw_team_pick() where the slow path's choice is dead
 * @team: the team
 * @h: the number that chooses
 *
 * Works the rule out from what is alive at this moment, and wakes the slow path
 * if that does not know yet (T2).
 *
 * Context: RCU read side.
 * Return: the uplink, or NULL.
 */
struct vsw_uplink *vsw_team_pick_slow(const struct vsw_team *team, u32 h)
{
	struct vsw_uplink *uplink = vsw_team_noted(team, h);
	s8 slot[VSW_MAX_UPLINKS];
	u64 serving;
	int at, i;

	/* Nobody was there, and news of that comes by the slow path. */
	if (!uplink)
		return NULL;
	vsw_wake(uplink->port.sw, VSW_WAKE_LINKS);

	serving = vsw_team_serving(READ_ONCE(team->serving),
				   READ_ONCE(team->usable) & live_mask(team),
				   READ_ONCE(team->delayed), team->failback);
	if (rcu_access_pointer(team->second))
		serving = first_of(serving);
	for (i = 0; i < team->n_slots; i++)
		slot[i] = READ_ONCE(team->place[i]);
	vsw_team_fill(team->teaming, team->n_active, team->n_members, serving,
		      slot);
	at = vsw_team_choose(slot, team->n_slots, h);
	if (at == VSW_TEAM_NONE)
		return NULL;
	return rcu_dereference(team->member[at].uplink);
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

	team = kzalloc(struct_size(team, member, n), GFP_KERNEL_ACCOUNT);
	if (!team)
		return NULL;
	refcount_set(&team->ref, 1);
	team->teaming = policy->teaming;
	team->n_members = n;
	team->n_active = policy->active.n;
	team->n_slots = vsw_team_slots(policy->teaming, policy->active.n);
	team->up_delay = msecs_to_jiffies(policy->up_delay);
	team->failback = policy->failback;
	team->detect = policy->detect == VSWITCH_DETECTION_BEACON;
	team->serving = ~0ULL;
	memset(team->place, VSW_TEAM_NONE, sizeof(team->place));
	return team;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_create);

/**
 * vsw_team_resume() - let a new team go on where another one left off
 * @team: the team, whose slots are not filled yet
 * @old: the one that it replaces, with the same policy and lists
 *
 * A standby keeps the slot that it fills (T1), and who waits goes on waiting,
 * unless that setting has changed (T3, T5).
 *
 * Context: RTNL.
 */
void vsw_team_resume(struct vsw_team *team, const struct vsw_team *old)
{
	int i;

	memcpy(team->place, old->place, sizeof(team->place));
	if (team->failback == old->failback)
		team->serving = old->serving;
	if (!team->detect || !old->detect)
		return;
	team->deaf = old->deaf;
	for (i = 0; i < team->n_members; i++) {
		team->member[i].back = old->member[i].back;
		team->member[i].missed = old->member[i].missed;
		team->member[i].silent = old->member[i].silent;
	}
}

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

/* The members that the slow path has seen running. */
static u64 running_mask(const struct vsw_team *team)
{
	const struct vsw_uplink *uplink;
	u64 mask = 0;
	int i;

	for (i = 0; i < team->n_members; i++) {
		uplink = rtnl_dereference(team->member[i].uplink);
		if (uplink && uplink->live)
			mask |= BIT_ULL(i);
	}
	return mask;
}

/* T3: those that have nothing to come back from. */
static u64 never_lost(const struct vsw_team *team)
{
	const struct vsw_uplink *uplink;
	u64 mask = 0;
	int i;

	for (i = 0; i < team->n_members; i++) {
		uplink = rtnl_dereference(team->member[i].uplink);
		if (uplink && !uplink->lost)
			mask |= BIT_ULL(i);
	}
	return mask;
}

/* T5: two that run, and neither has heard for long. */
static bool in_doubt(const struct vsw_team *team, u64 running)
{
	int i;

	if (!team->detect || hweight64(running) != 2)
		return false;
	for (i = 0; i < team->n_members; i++) {
		if (running & BIT_ULL(i) &&
		    team->member[i].silent < VSW_BEACONS_LOST)
			return false;
	}
	return true;
}

/* T3: those of @usable that are not back for long enough, and until when. */
static u64 delayed_mask(const struct vsw_team *team, u64 usable, u64 *next)
{
	const struct vsw_uplink *uplink;
	u64 now = get_jiffies_64();
	u64 mask = 0;
	u64 until;
	int i;

	*next = 0;
	for (i = 0; i < team->n_members; i++) {
		if (!(usable & BIT_ULL(i)))
			continue;
		uplink = rtnl_dereference(team->member[i].uplink);
		until = max(uplink->since, team->member[i].back);
		if (!until)
			continue;
		until += team->up_delay;
		if (time_before64(now, until)) {
			mask |= BIT_ULL(i);
			*next = min_not_zero(*next, until);
		}
	}
	return mask;
}

static struct vsw_uplink *member_at(const struct vsw_team *team, int place)
{
	if (place == VSW_TEAM_NONE)
		return NULL;
	return rtnl_dereference(team->member[place].uplink);
}

/* Let frames see what the slots hold. */
static void publish(struct vsw_team *team, const s8 *slot)
{
	struct vsw_uplink *uplink;
	int i, filled = 0;

	for (i = 0; i < team->n_slots; i++) {
		uplink = member_at(team, slot[i]);
		rcu_assign_pointer(team->slot[i], uplink);
		WRITE_ONCE(team->place[i], slot[i]);
		if (uplink)
			rcu_assign_pointer(team->filled[filled++], uplink);
	}
	WRITE_ONCE(team->n_filled, filled);
	/* Not even for those who have read the number before. */
	for (i = filled; i < team->n_slots; i++)
		RCU_INIT_POINTER(team->filled[i], NULL);
}

/**
 * vsw_team_refresh() - fill the slots from what the slow path has seen
 * @team: the team
 *
 * Context: RTNL.
 * Return: when an uplink that waits has been back for long enough, in
 * jiffies_64, or 0 if none waits.
 */
u64 vsw_team_refresh(struct vsw_team *team)
{
	u64 running = running_mask(team);
	bool doubt = in_doubt(team, running);
	u64 usable = doubt ? running : running & ~team->deaf;
	u64 delayed, serving, next;
	s8 slot[VSW_MAX_UPLINKS];
	u32 numbers = 0;
	int i;

	ASSERT_RTNL();
	for (i = 0; i < team->n_members; i++) {
		if (member_at(team, i))
			numbers |= BIT(member_at(team, i)->port.number - 1);
	}
	WRITE_ONCE(team->numbers, numbers);
	delayed = delayed_mask(team, usable, &next);
	serving = vsw_team_serving(team->serving | (usable & never_lost(team)),
				   usable, delayed, team->failback);
	WRITE_ONCE(team->usable, usable);
	WRITE_ONCE(team->delayed, delayed);
	WRITE_ONCE(team->serving, serving);

	memcpy(slot, team->place, sizeof(slot));
	vsw_team_fill(team->teaming, team->n_active, team->n_members,
		      doubt ? first_of(usable) : serving, slot);
	publish(team, slot);
	rcu_assign_pointer(team->second,
			   doubt ? member_at(team, fls64(usable) - 1) : NULL);
	return next;
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

	for (i = 0; i < team->n_members; i++) {
		if (rtnl_dereference(team->member[i].uplink) != uplink)
			continue;
		RCU_INIT_POINTER(team->member[i].uplink, NULL);
		team->deaf &= ~BIT_ULL(i);
		team->member[i].back = 0;
	}
	vsw_team_refresh(team);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_forget);

/**
 * vsw_team_round() - take note of which beacons came since the last round (T5)
 * @team: the team
 *
 * Context: RTNL.
 */
void vsw_team_round(struct vsw_team *team)
{
	const struct vsw_uplink *uplink;
	u64 heard = 0;
	int i;

	for (i = 0; i < team->n_members; i++) {
		uplink = member_at(team, i);
		if (uplink && READ_ONCE(uplink->heard) & team->numbers &
			      ~BIT(uplink->port.number - 1))
			heard |= BIT_ULL(i);
	}
	team->deaf = vsw_team_hear(team->member, team->n_members,
				   running_mask(team), heard, team->deaf,
				   get_jiffies_64());
}

/**
 * vsw_team_choice() - why a port uses the uplink that it uses (T7)
 * @team: the team
 * @h: the number that chooses
 *
 * Context: RTNL.
 * Return: enum vswitch_choice.
 */
u32 vsw_team_choice(const struct vsw_team *team, u32 h)
{
	int place = team->place[h % team->n_slots];

	if (!team->n_filled)
		return VSWITCH_CHOICE_NONE;
	if (team->teaming == VSWITCH_TEAMING_IPHASH)
		return VSWITCH_CHOICE_PER_FRAME;
	if (rcu_access_pointer(team->second))
		return VSWITCH_CHOICE_IN_DOUBT;
	if (team->teaming == VSWITCH_TEAMING_EXPLICIT)
		return VSWITCH_CHOICE_ORDER;
	if (place == VSW_TEAM_NONE)
		return VSWITCH_CHOICE_SPREAD;
	return place < team->n_active ? VSWITCH_CHOICE_OWN :
					VSWITCH_CHOICE_STANDBY;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_choice);

/**
 * vsw_team_state() - the state of an uplink in a team (T7)
 * @team: the team
 * @uplink: the uplink, which is running
 *
 * Context: RTNL.
 * Return: enum vswitch_link_state.
 */
u32 vsw_team_state(const struct vsw_team *team, const struct vsw_uplink *uplink)
{
	int i;

	for (i = 0; i < team->n_members; i++) {
		if (rtnl_dereference(team->member[i].uplink) == uplink)
			break;
	}
	if (i == team->n_members || rcu_access_pointer(team->second) ||
	    team->serving & BIT_ULL(i) || !uplink->live)
		return VSWITCH_LINK_STATE_UP;
	if (team->deaf & BIT_ULL(i))
		return VSWITCH_LINK_STATE_BEACON_LOST;
	if (team->delayed & BIT_ULL(i))
		return VSWITCH_LINK_STATE_WAITING;
	return VSWITCH_LINK_STATE_HELD_BACK;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_team_state);
