// SPDX-License-Identifier: GPL-2.0-only
/* Policies and how a portgroup inherits them. Pure decisions. */
#include "kunit.h"
#include "policy.h"

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
	for (i = result->standby.n - 1; i >= 0; i--) {
		if (vsw_policy_find(&result->active, result->standby.name[i]) >= 0)
			remove_at(&result->standby, i);
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_policy_merge);

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
	int at;

	at = vsw_policy_find(&policy->active, name);
	if (at >= 0)
		remove_at(&policy->active, at);
	at = vsw_policy_find(&policy->standby, name);
	if (at >= 0)
		remove_at(&policy->standby, at);
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
