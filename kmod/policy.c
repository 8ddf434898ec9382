// SPDX-License-Identifier: GPL-2.0-only
/* Policies and how a portgroup inherits them. Pure decisions. */
#include "kunit.h"
#include "policy.h"

/* How long a carrier has to be back by default, in ms (T3). */
#define VSW_UP_DELAY	100

/**
 * vsw_policy_find() - look for a device in a list
 * @members: the list
 * @name: its netdev name
 *
 * Return: its place from 0, or -1.
 */
int vsw_policy_find(const struct vsw_members *members, const char *name)
{
	int i;

	for (i = 0; i < members->n; i++) {
		if (!strcmp(members->name[i], name))
			return i;
	}
	return -1;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_find);

static void remove_at(struct vsw_members *members, int at)
{
	members->n--;
	memmove(members->name[at], members->name[at + 1],
		(members->n - at) * sizeof(members->name[0]));
}

/**
 * vsw_policy_unlist() - take a device out of a list
 * @members: the list
 * @name: its netdev name; it need not be there
 */
void vsw_policy_unlist(struct vsw_members *members, const char *name)
{
	int at = vsw_policy_find(members, name);

	if (at >= 0)
		remove_at(members, at);
}

/**
 * vsw_policy_init() - the policy of a new switch, without uplinks
 * @policy: the policy; every field is set
 */
void vsw_policy_init(struct vsw_policy *policy)
{
	*policy = (struct vsw_policy){
		.set		= VSWITCH_POLICY_FIELD_MASK,
		.teaming	= VSWITCH_TEAMING_PORTID,
		.promiscuous	= VSWITCH_PERMISSION_REJECT,
		.mac_changes	= VSWITCH_PERMISSION_ACCEPT,
		.forged		= VSWITCH_PERMISSION_ACCEPT,
		.mac_learning	= VSWITCH_TOGGLE_OFF,
		.mac_flood	= VSWITCH_TOGGLE_ON,
		.mac_over_limit	= VSWITCH_OVER_LIMIT_DROP,
		.mac_limit	= VSWITCH_MAC_LIMIT_MAX,
		.detect		= VSWITCH_DETECTION_LINK,
		.notify		= VSWITCH_TOGGLE_ON,
		.failback	= VSWITCH_TOGGLE_ON,
		.up_delay	= VSW_UP_DELAY,
	};
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_init);

/**
 * vsw_policy_flags() - what a policy means to frames
 * @policy: the policy, every field of it
 *
 * Return: VSW_SNAP_*.
 */
u8 vsw_policy_flags(const struct vsw_policy *policy)
{
	u8 flags = VSW_SNAP_LISTENS;

	if (policy->promiscuous == VSWITCH_PERMISSION_ACCEPT)
		flags |= VSW_SNAP_PROMISC;
	if (policy->mac_changes == VSWITCH_PERMISSION_REJECT)
		flags |= VSW_SNAP_NO_CHANGES;
	if (policy->forged == VSWITCH_PERMISSION_REJECT)
		flags |= VSW_SNAP_NO_FORGED;
	if (policy->mac_over_limit == VSWITCH_OVER_LIMIT_ALLOW)
		flags |= VSW_SNAP_OVER_ALLOW;
	if (policy->notify)
		flags |= VSW_SNAP_NOTIFY;
	if (policy->mac_learning) {
		flags |= VSW_SNAP_LEARNS;
		if (policy->mac_flood)
			flags |= VSW_SNAP_FLOODS;
	}
	return flags;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_flags);

/* The fields that @own sets, but for the team's policy and lists. */
static void merge_rest(const struct vsw_policy *own, struct vsw_policy *result)
{
	if (own->set & VSWITCH_POLICY_FIELD_PROMISCUOUS)
		result->promiscuous = own->promiscuous;
	if (own->set & VSWITCH_POLICY_FIELD_MAC_CHANGES)
		result->mac_changes = own->mac_changes;
	if (own->set & VSWITCH_POLICY_FIELD_FORGED)
		result->forged = own->forged;
	if (own->set & VSWITCH_POLICY_FIELD_MAC_LEARNING)
		result->mac_learning = own->mac_learning;
	if (own->set & VSWITCH_POLICY_FIELD_MAC_LIMIT)
		result->mac_limit = own->mac_limit;
	if (own->set & VSWITCH_POLICY_FIELD_MAC_OVER_LIMIT)
		result->mac_over_limit = own->mac_over_limit;
	if (own->set & VSWITCH_POLICY_FIELD_MAC_FLOOD)
		result->mac_flood = own->mac_flood;
	if (own->set & VSWITCH_POLICY_FIELD_SHAPE_FROM_GUEST)
		result->shape[VSW_IN] = own->shape[VSW_IN];
	if (own->set & VSWITCH_POLICY_FIELD_SHAPE_TO_GUEST)
		result->shape[VSW_OUT] = own->shape[VSW_OUT];
	if (own->set & VSWITCH_POLICY_FIELD_DETECT)
		result->detect = own->detect;
	if (own->set & VSWITCH_POLICY_FIELD_NOTIFY)
		result->notify = own->notify;
	if (own->set & VSWITCH_POLICY_FIELD_FAILBACK)
		result->failback = own->failback;
	if (own->set & VSWITCH_POLICY_FIELD_UP_DELAY)
		result->up_delay = own->up_delay;
}

/**
 * vsw_policy_merge() - what a portgroup obeys
 * @base: the policy of the switch, every field of it
 * @own: what the portgroup sets itself, or NULL
 * @result: each field from @own where it is set there, else from @base
 *
 * When the two lists come from different levels, a device in both of them is
 * active, since that is the stronger word.
 */
void vsw_policy_merge(const struct vsw_policy *base,
		      const struct vsw_policy *own, struct vsw_policy *result)
{
	int i;

	*result = *base;
	if (!own)
		return;
	if (own->set & VSWITCH_POLICY_FIELD_TEAMING)
		result->teaming = own->teaming;
	if (own->set & VSWITCH_POLICY_FIELD_ACTIVE)
		result->active = own->active;
	if (own->set & VSWITCH_POLICY_FIELD_STANDBY)
		result->standby = own->standby;
	merge_rest(own, result);
	for (i = result->standby.n - 1; i >= 0; i--) {
		if (vsw_policy_find(&result->active, result->standby.name[i]) >= 0)
			remove_at(&result->standby, i);
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_merge);

static bool same_members(const struct vsw_members *a,
			 const struct vsw_members *b)
{
	int i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++) {
		if (strcmp(a->name[i], b->name[i]))
			return false;
	}
	return true;
}

/**
 * vsw_policy_same_team() - whether two policies make the same team (T1)
 * @a: one, every field of it
 * @b: the other
 *
 * Return: true if teaming and both lists are the same.
 */
bool vsw_policy_same_team(const struct vsw_policy *a,
			  const struct vsw_policy *b)
{
	return a->teaming == b->teaming &&
	       same_members(&a->active, &b->active) &&
	       same_members(&a->standby, &b->standby);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_same_team);

/**
 * vsw_policy_clash() - look for settings that do not go together (T5)
 * @policy: the policy that results, every field of it
 *
 * Return: a sentence about them, or NULL.
 */
const char *vsw_policy_clash(const struct vsw_policy *policy)
{
	if (policy->detect == VSWITCH_DETECTION_BEACON &&
	    policy->teaming == VSWITCH_TEAMING_IPHASH)
		return "beacons do not go with iphash";
	return NULL;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_clash);

static const char *twice_in(const struct vsw_members *members)
{
	int i;

	for (i = 1; i < members->n; i++) {
		if (vsw_policy_find(members, members->name[i]) < i)
			return members->name[i];
	}
	return NULL;
}

/**
 * vsw_policy_twice() - look for a device that is listed more than once
 * @policy: the policy of one level
 *
 * Return: its name, or NULL.
 */
const char *vsw_policy_twice(const struct vsw_policy *policy)
{
	const char *name = twice_in(&policy->active) ?:
			   twice_in(&policy->standby);
	int i;

	for (i = 0; !name && i < policy->standby.n; i++) {
		if (vsw_policy_find(&policy->active, policy->standby.name[i]) >= 0)
			name = policy->standby.name[i];
	}
	return name;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_twice);

/**
 * vsw_policy_forget() - take a device out of both lists
 * @policy: the policy
 * @name: its netdev name
 */
void vsw_policy_forget(struct vsw_policy *policy, const char *name)
{
	vsw_policy_unlist(&policy->active, name);
	vsw_policy_unlist(&policy->standby, name);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_forget);

/**
 * vsw_policy_rename() - follow a device that has a new name (M3)
 * @policy: the policy
 * @from: the old name
 * @to: the new one
 */
void vsw_policy_rename(struct vsw_policy *policy, const char *from,
		       const char *to)
{
	int at;

	at = vsw_policy_find(&policy->active, from);
	if (at >= 0)
		strscpy(policy->active.name[at], to);
	at = vsw_policy_find(&policy->standby, from);
	if (at >= 0)
		strscpy(policy->standby.name[at], to);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_rename);
