// SPDX-License-Identifier: GPL-2.0-only
/*
 * From one configuration to another: the commands that lead there, in an order
 * in which the kernel takes each of them.  Nothing here asks the kernel.
 *
 * What is in the way goes first: ports, uplinks, switches.  Then come switches,
 * uplinks, the lists that name them, portgroups, and last who is attached to
 * them.  The way back from any point is the plan from there to the beginning,
 * so a step needs no opposite of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beacon.h"
#include "config.h"
#include "member.h"
#include "plan.h"
#include "plan_step.h"
#include "policy.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

static const char *const lists[] = { "active", "standby" };

/* Takes an object out of what there is. */
static void drop(struct plan *plan, enum kind kind, const char *name)
{
	json_object_del(plan->have[kind], name);
}

static bool is_on(const json_t *object, const char *sw)
{
	return get_is(object, "switch", sw);
}

/* Switches that go, with all that is on them */

static void del_members(struct plan *plan, enum kind kind, const char *sw)
{
	json_t *object;
	const char *name;
	void *next;

	json_object_foreach_safe(plan->have[kind], next, name, object) {
		if (!is_on(object, sw))
			continue;
		if (kind == KIND_PORT || kind == KIND_VMK)
			step_start(plan, kind, "del", name);
		drop(plan, kind, name);
	}
}

static void del_switches(struct plan *plan)
{
	json_t *sw;
	const char *name;
	void *next;

	json_object_foreach_safe(plan->have[KIND_SWITCH], next, name, sw) {
		if (json_object_get(plan->want[KIND_SWITCH], name))
			continue;
		del_members(plan, KIND_PORT, name);
		del_members(plan, KIND_VMK, name);
		del_members(plan, KIND_UPLINK, name);
		del_members(plan, KIND_PORTGROUP, name);
		step_start(plan, KIND_SWITCH, "del", name);
		drop(plan, KIND_SWITCH, name);
	}
}

/* Uplinks that go, and come */

static void unlist(json_t *policy, const char *dev)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *nest = json_object_get(policy, lists[i]);
		json_t *list = json_object_get(nest, "dev");

		for (j = json_array_size(list); j--;)
			if (!strcmp(json_string_value(json_array_get(list, j)), dev))
				json_array_remove(list, j);
		if (!json_array_size(list))
			json_object_del(nest, "dev");
	}
}

/* What the kernel does with the lists when an uplink is deleted (T1). */
static void forget_uplink(struct plan *plan, const char *sw, const char *dev)
{
	json_t *portgroup;
	const char *name;

	unlist(json_object_get(json_object_get(plan->have[KIND_SWITCH], sw),
			       "policy"), dev);
	json_object_foreach(plan->have[KIND_PORTGROUP], name, portgroup)
		if (is_on(portgroup, sw))
			unlist(json_object_get(portgroup, "policy"), dev);
}

static void del_uplinks(struct plan *plan)
{
	json_t *uplink;
	const char *dev;
	void *next;

	json_object_foreach_safe(plan->have[KIND_UPLINK], next, dev, uplink) {
		const json_t *wanted = json_object_get(plan->want[KIND_UPLINK],
						       dev);

		if (wanted && is_on(wanted, get_text(uplink, "switch")))
			continue;
		step_start(plan, KIND_UPLINK, "del", dev);
		forget_uplink(plan, get_text(uplink, "switch"), dev);
		drop(plan, KIND_UPLINK, dev);
	}
}

static bool is_listed(const json_t *policy, const char *list, const char *dev)
{
	const json_t *item;
	size_t index;

	json_array_foreach(json_object_get(json_object_get(policy, list), "dev"),
			   index, item)
		if (!strcmp(json_string_value(item), dev))
			return true;
	return false;
}

/* What the kernel does with the lists when an uplink is added (T1). */
static void list_uplink(struct plan *plan, const json_t *uplink)
{
	const json_t *sw = json_object_get(plan->have[KIND_SWITCH],
					   get_text(uplink, "switch"));
	const char *dev = get_text(uplink, "dev");
	const char *role = get_text(uplink, "role");
	json_t *policy = json_object_get(sw, "policy");
	json_t *nest, *list;

	if (is_listed(policy, role, dev))
		return;
	unlist(policy, dev);
	nest = json_object_get(policy, role);
	if (!nest)
		return;
	list = json_object_get(nest, "dev");
	if (!list) {
		list = must(json_array());
		json_object_set_new(nest, "dev", list);
	}
	json_array_append_new(list, must(json_string(dev)));
}

/* An uplink is there in one of two ways, and absent only as long as it must. */
static bool is_attached(const json_t *have, const json_t *want)
{
	return have && !(get_is(have, "state", "absent") &&
			 json_is_true(json_object_get(want, "here")));
}

static void add_uplinks(struct plan *plan)
{
	const json_t *uplink;
	json_t *step;
	const char *dev;

	json_object_foreach(plan->want[KIND_UPLINK], dev, uplink) {
		if (is_attached(json_object_get(plan->have[KIND_UPLINK], dev),
				uplink))
			continue;
		step = step_start(plan, KIND_UPLINK, "add", dev);
		field_words(step, "switch", json_object_get(uplink, "switch"));
		field_words(step, "role", json_object_get(uplink, "role"));
		if (json_is_false(json_object_get(uplink, "here")))
			step_words(step, "absent", "on");
		list_uplink(plan, uplink);
	}
}

/* Switches that come, or change */

/* Its lists can only name uplinks that it has, so they come later. */
static void add_switches(struct plan *plan)
{
	const json_t *sw;
	const char *name;

	json_object_foreach(plan->want[KIND_SWITCH], name, sw) {
		json_t *made, *policy, *step;

		if (json_object_get(plan->have[KIND_SWITCH], name))
			continue;
		made = must(json_deep_copy(sw));
		policy = json_object_get(made, "policy");
		json_object_del(made, "default-portgroup");
		json_object_del(policy, "active");
		json_object_del(policy, "standby");
		step = step_start(plan, KIND_SWITCH, "add", name);
		if (json_object_get(sw, "mtu"))
			field_words(step, "mtu", json_object_get(sw, "mtu"));
		step_policy(step, NULL, policy, false);
		json_object_set_new(policy, "active", must(json_object()));
		json_object_set_new(policy, "standby", must(json_object()));
		json_object_set_new(plan->have[KIND_SWITCH], name, made);
	}
}

/* Before uplinks come that may not be able to have the old one. */
static void set_mtus(struct plan *plan)
{
	const json_t *sw;
	const char *name;

	json_object_foreach(plan->want[KIND_SWITCH], name, sw) {
		const json_t *have = json_object_get(plan->have[KIND_SWITCH], name);
		const json_t *mtu = json_object_get(sw, "mtu");

		if (mtu && !json_equal(mtu, json_object_get(have, "mtu")))
			field_words(step_start(plan, KIND_SWITCH, "set", name),
				    "mtu", mtu);
	}
}

static void set_switches(struct plan *plan)
{
	const json_t *sw;
	const char *name;

	json_object_foreach(plan->want[KIND_SWITCH], name, sw) {
		const json_t *have = json_object_get(plan->have[KIND_SWITCH], name);
		json_t *step = step_start(plan, KIND_SWITCH, "set", name);

		step_policy(step, json_object_get(have, "policy"),
			    json_object_get(sw, "policy"), false);
		step_end(plan, step);
	}
}

static void set_defaults(struct plan *plan)
{
	static const char key[] = "default-portgroup";
	const json_t *sw;
	const char *name;

	json_object_foreach(plan->want[KIND_SWITCH], name, sw) {
		const json_t *have = json_object_get(plan->have[KIND_SWITCH], name);
		const json_t *want = json_object_get(sw, key);
		json_t *step;

		if (!want && !json_object_get(have, key))
			continue;
		if (want && json_equal(want, json_object_get(have, key)))
			continue;
		step = step_start(plan, KIND_SWITCH, "set", name);
		step_words(step, key, want ? json_string_value(want) : "none");
	}
}

/* Portgroups */

static void add_portgroups(struct plan *plan)
{
	const json_t *portgroup;
	json_t *step;
	const char *name;

	json_object_foreach(plan->want[KIND_PORTGROUP], name, portgroup) {
		const json_t *vlan = json_object_get(portgroup, "vlan");

		if (json_object_get(plan->have[KIND_PORTGROUP], name))
			continue;
		step = step_start(plan, KIND_PORTGROUP, "add", name);
		field_words(step, "switch", json_object_get(portgroup, "switch"));
		field_words(step, "vlan", vlan);
		step_policy(step, NULL, json_object_get(portgroup, "policy"),
			    false);
		json_object_set(plan->have[KIND_PORTGROUP], name,
				(json_t *)portgroup);
	}
}

static void set_portgroups(struct plan *plan)
{
	const json_t *portgroup;
	const char *name;

	json_object_foreach(plan->want[KIND_PORTGROUP], name, portgroup) {
		const json_t *have = json_object_get(plan->have[KIND_PORTGROUP],
						     name);
		const json_t *vlan = json_object_get(portgroup, "vlan");
		json_t *step;

		if (!is_on(portgroup, get_text(have, "switch")))
			continue;
		step = step_start(plan, KIND_PORTGROUP, "set", name);
		if (!json_equal(vlan, json_object_get(have, "vlan")))
			field_words(step, "vlan", vlan);
		step_policy(step, json_object_get(have, "policy"),
			    json_object_get(portgroup, "policy"), true);
		step_end(plan, step);
	}
}

/* The default of a switch goes with the portgroup. */
static void forget_default(struct plan *plan, const json_t *portgroup)
{
	json_t *sw = json_object_get(plan->have[KIND_SWITCH],
				     get_text(portgroup, "switch"));

	if (get_is(sw, "default-portgroup", get_text(portgroup, "name")))
		json_object_del(sw, "default-portgroup");
}

static void del_portgroups(struct plan *plan)
{
	json_t *portgroup;
	const char *name;
	void *next;

	json_object_foreach_safe(plan->have[KIND_PORTGROUP], next, name,
				 portgroup) {
		const json_t *want = json_object_get(plan->want[KIND_PORTGROUP],
						     name);

		if (want && is_on(want, get_text(portgroup, "switch")))
			continue;
		step_start(plan, KIND_PORTGROUP, "del", name);
		forget_default(plan, portgroup);
		drop(plan, KIND_PORTGROUP, name);
	}
}

/* The documents by names; what is planned is done to copies of them. */
static void read_documents(struct plan *plan, const json_t *have,
			   const json_t *want)
{
	json_t *from = must(json_deep_copy(have));
	json_t *to = must(json_deep_copy(want));
	int kind;

	plan->steps = must(json_array());
	plan->held = must(json_array());
	for (kind = 0; kind < KINDS; kind++) {
		plan->have[kind] = config_index(from, kind);
		plan->want[kind] = config_index(to, kind);
	}
	json_decref(from);
	json_decref(to);
}

/**
 * plan_make - plan the way from one configuration to another
 * @have: the configuration that there is, from config_read()
 * @want: the one that is wanted, in the form of config_canon()
 *
 * Return: a new array of steps; each is an array of the words of a command.
 */
json_t *plan_make(const json_t *have, const json_t *want)
{
	struct plan plan;
	int kind;

	read_documents(&plan, have, want);
	del_switches(&plan);
	beacon_hold(&plan);
	member_detach(&plan);
	del_uplinks(&plan);
	add_switches(&plan);
	set_mtus(&plan);
	add_uplinks(&plan);
	set_switches(&plan);
	add_portgroups(&plan);
	set_portgroups(&plan);
	member_set(&plan);
	del_portgroups(&plan);
	add_portgroups(&plan);
	member_attach(&plan);
	set_defaults(&plan);
	beacon_release(&plan);
	json_decref(plan.held);
	for (kind = 0; kind < KINDS; kind++) {
		json_decref(plan.have[kind]);
		json_decref(plan.want[kind]);
	}
	return plan.steps;
}
