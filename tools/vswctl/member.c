// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of a plan that is about ports and vmks: who goes, who changes, who
 * comes.
 *
 * One whose portgroup, address or VLANs change is normally changed in place.
 * But no two ports can hold an address in one VLAN (F1), not even between two
 * steps; so one whose address another port has, or is to have, is taken off
 * before anything changes, and put back at the end.
 */
#include <stdio.h>
#include <string.h>

#include "member.h"
#include "plan.h"
#include "plan_step.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

static const enum kind members[] = { KIND_PORT, KIND_VMK };

/* Counts an address once for a port, whatever it is to it. */
static void count(json_t *counts, json_t *mine, const json_t *object,
		  const char *key)
{
	const char *mac = get_text(object, key);

	if (!*mac || json_object_get(mine, mac))
		return;
	json_object_set_new(mine, mac, json_true());
	json_object_set_new(counts, mac,
			    must(json_integer(get_number(counts, mac) + 1)));
}

/* How many ports each address has to do with. */
static json_t *count_addresses(const struct plan *plan)
{
	json_t *counts = must(json_object());
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		const json_t *have = plan->have[members[i]];
		const json_t *want = plan->want[members[i]];
		const json_t *object;
		const char *name;

		json_object_foreach((json_t *)have, name, object) {
			json_t *mine = must(json_object());

			count(counts, mine, object, "mac");
			count(counts, mine, object, "effective-mac");
			count(counts, mine, json_object_get(want, name), "mac");
			json_decref(mine);
		}
		json_object_foreach((json_t *)want, name, object) {
			json_t *mine = must(json_object());

			if (!json_object_get(have, name))
				count(counts, mine, object, "mac");
			json_decref(mine);
		}
	}
	return counts;
}

static bool is_shared(const json_t *counts, const json_t *object,
		      const char *key)
{
	return get_number(counts, get_text(object, key)) > 1;
}

static bool differs(const json_t *have, const json_t *want, const char *key)
{
	const json_t *old = json_object_get(have, key);
	const json_t *new = json_object_get(want, key);

	return old != new && !(old && new && json_equal(old, new));
}

static const json_t *portgroup_of(json_t *const *side, const json_t *object)
{
	return json_object_get(side[KIND_PORTGROUP],
			       get_text(object, "portgroup"));
}

/* Whether what a port holds, or where, may change. */
static bool moves(const struct plan *plan, const json_t *have,
		  const json_t *want)
{
	/* A vmk without a word on its address keeps the one that it has. */
	bool keeps = json_object_get(want, "name") && !json_object_get(want, "mac");

	return differs(have, want, "portgroup") ||
	       (!keeps && differs(have, want, "mac")) ||
	       differs(portgroup_of(plan->have, have),
		       portgroup_of(plan->want, want), "vlan");
}

/* Whether a portgroup of this name is still in the way, on another switch. */
static bool is_taken(const struct plan *plan, const json_t *portgroup)
{
	const json_t *have = json_object_get(plan->have[KIND_PORTGROUP],
					     get_text(portgroup, "name"));

	return have && differs(have, portgroup, "switch");
}

static bool must_go(const struct plan *plan, const json_t *counts,
		    const json_t *have, const json_t *want)
{
	if (!want || differs(have, want, "switch") ||
	    differs(have, want, "netns") ||
	    is_taken(plan, portgroup_of(plan->want, want)))
		return true;
	return moves(plan, have, want) &&
	       (is_shared(counts, have, "mac") ||
		is_shared(counts, have, "effective-mac") ||
		is_shared(counts, want, "mac"));
}

/**
 * member_detach - plan to take off those that go, or are in the way
 * @plan: the plan
 */
void member_detach(struct plan *plan)
{
	json_t *counts = count_addresses(plan);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		enum kind kind = members[i];
		const char *name;
		json_t *have;
		void *next;

		json_object_foreach_safe(plan->have[kind], next, name, have) {
			if (!must_go(plan, counts, have,
				     json_object_get(plan->want[kind], name)))
				continue;
			step_start(plan, kind, "del", name);
			json_object_del(plan->have[kind], name);
		}
	}
	json_decref(counts);
}

/* Says a field that differs; one that is not wanted is taken away. */
static void set_field(json_t *step, const json_t *have, const json_t *want,
		      const char *key, const char *none)
{
	const json_t *value = json_object_get(want, key);

	if (!differs(have, want, key) || (!value && !none))
		return;
	if (!value) {
		step_words(step, key, none);
		return;
	}
	/* Of these, what is there would stay. */
	if (json_is_array(value) && have && field_repeats(key))
		step_words(step, key, "none");
	field_words(step, key, value);
}

/* What vnics and vmks have in common; nobody is blocked unless it says so. */
static void set_common(json_t *step, const json_t *have, const json_t *want)
{
	set_field(step, have, want, "allow-mac", "none");
	if (get_is(have, "blocked", "on") != get_is(want, "blocked", "on"))
		step_words(step, "blocked",
			   get_is(want, "blocked", "on") ? "on" : "off");
}

static void set_port(struct plan *plan, const char *verb, const json_t *have,
		     const json_t *want)
{
	json_t *step = step_start(plan, KIND_PORT, verb, get_text(want, "dev"));

	set_field(step, have, want, "portgroup", NULL);
	set_field(step, have, want, "client", "");
	set_field(step, have, want, "mac", "none");
	set_common(step, have, want);
	step_end(plan, step);
}

static void set_vmk(struct plan *plan, const char *verb, const json_t *have,
		    const json_t *want)
{
	static const char *const keys[] = {
		"portgroup", "mac", "mtu", "address",
	};
	const char *name = get_text(want, "name");
	json_t *step = step_start(plan, KIND_VMK, verb, name);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		set_field(step, have, want, keys[i], NULL);
	set_field(step, have, want, "service", "none");
	if (!have)
		set_field(step, have, want, "netns", NULL);
	step_end(plan, step);
	step = step_start(plan, KIND_PORT, "set", name);
	set_common(step, have, want);
	step_end(plan, step);
}

static void set_member(struct plan *plan, enum kind kind, const char *verb,
		       const json_t *have, const json_t *want)
{
	if (kind == KIND_PORT)
		set_port(plan, verb, have, want);
	else
		set_vmk(plan, verb, have, want);
}

/**
 * member_set - plan to change those that stay
 * @plan: the plan
 */
void member_set(struct plan *plan)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		const json_t *want, *have;
		const char *name;

		json_object_foreach(plan->want[members[i]], name, want) {
			have = json_object_get(plan->have[members[i]], name);
			if (have)
				set_member(plan, members[i], "set", have, want);
		}
	}
}

/**
 * member_attach - plan to attach those that are not there
 * @plan: the plan
 *
 * Vnics come before vmks: a vnic whose guest uses another address than its
 * "mac" does not hold that, but is refused if somebody does.
 */
void member_attach(struct plan *plan)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		const json_t *want;
		const char *name;

		json_object_foreach(plan->want[members[i]], name, want)
			if (!json_object_get(plan->have[members[i]], name))
				set_member(plan, members[i], "add", NULL, want);
	}
}
