// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of a plan that is about beacons (T5).  They go neither with iphash
 * nor with a switch that has only trunks, and that must hold after every step.
 * Where a plan comes near to that, beacons end first and begin last.
 */
#include <string.h>

#include "beacon.h"
#include "plan.h"
#include "plan_step.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

static const char detect[] = "detect";

/* What there is to know of a switch and its portgroups, by name; "" is itself. */
static json_t *sum_up(json_t *const *side, const char *sw)
{
	const json_t *self = json_object_get(side[KIND_SWITCH], sw);
	json_t *sum = must(json_object());
	const json_t *portgroup;
	const char *name;

	if (self)
		json_object_set(sum, "", (json_t *)self);
	json_object_foreach(side[KIND_PORTGROUP], name, portgroup)
		if (get_is(portgroup, "switch", sw))
			json_object_set(sum, name, (json_t *)portgroup);
	return sum;
}

static bool same_value(const json_t *a, const json_t *b, const char *key)
{
	const json_t *one = json_object_get(a, key);
	const json_t *two = json_object_get(b, key);

	return one == two || (one && two && json_equal(one, two));
}

/* Whether nothing that matters to beacons is to change. */
static bool is_same(const json_t *have, const json_t *want)
{
	const json_t *object;
	const char *name;

	if (json_object_size(have) != json_object_size(want))
		return false;
	json_object_foreach((json_t *)have, name, object) {
		const json_t *other = json_object_get(want, name);
		const json_t *policy = json_object_get(object, "policy");
		const json_t *others = json_object_get(other, "policy");

		if (!other || !same_value(object, other, "vlan") ||
		    !same_value(policy, others, detect) ||
		    !same_value(policy, others, "teaming"))
			return false;
	}
	return true;
}

static bool uses(const json_t *sum, const char *key, const char *value)
{
	const json_t *object;
	const char *name;

	json_object_foreach((json_t *)sum, name, object)
		if (get_is(json_object_get(object, "policy"), key, value))
			return true;
	return false;
}

/* Whether a portgroup that is no trunk stays all the time. */
static bool has_vlan(const json_t *have, const json_t *want)
{
	const json_t *object;
	const char *name;

	json_object_foreach((json_t *)have, name, object) {
		const json_t *other = json_object_get(want, name);

		if (json_object_get(json_object_get(object, "vlan"), "id") &&
		    json_object_get(json_object_get(other, "vlan"), "id"))
			return true;
	}
	return false;
}

static bool is_near(const json_t *have, const json_t *want)
{
	if (!uses(have, detect, "beacon") && !uses(want, detect, "beacon"))
		return false;
	if (is_same(have, want))
		return false;
	return uses(have, "teaming", "iphash") ||
	       uses(want, "teaming", "iphash") || !has_vlan(have, want);
}

/* Each object with beacons has none for now; with @told, that is a step. */
static void end_beacons(struct plan *plan, const json_t *sum, bool told)
{
	const json_t *object;
	const char *key;

	json_object_foreach((json_t *)sum, key, object) {
		enum kind kind = *key ? KIND_PORTGROUP : KIND_SWITCH;
		json_t *policy = json_object_get(object, "policy");
		const char *name = get_text(object, "name");

		if (!get_is(policy, detect, "beacon"))
			continue;
		if (told)
			step_words(step_start(plan, kind, "set", name), detect,
				   "link");
		else
			json_array_append_new(plan->held,
					      must(json_pack("[i, s]", kind, name)));
		json_object_set_new(policy, detect, must(json_string("link")));
	}
}

/**
 * beacon_hold - plan to end beacons that would be in the way
 * @plan: the plan; what it is about is wanted without beacons from here on
 */
void beacon_hold(struct plan *plan)
{
	const json_t *sw;
	const char *name;

	json_object_foreach(plan->want[KIND_SWITCH], name, sw) {
		json_t *have = sum_up(plan->have, name);
		json_t *want = sum_up(plan->want, name);

		if (is_near(have, want)) {
			end_beacons(plan, have, true);
			end_beacons(plan, want, false);
		}
		json_decref(have);
		json_decref(want);
	}
}

/**
 * beacon_release - plan to begin with the beacons that were held back
 * @plan: the plan
 */
void beacon_release(struct plan *plan)
{
	const json_t *item;
	size_t index;

	json_array_foreach(plan->held, index, item)
		step_words(step_start(plan, json_integer_value(json_array_get(item, 0)),
				      "set",
				      json_string_value(json_array_get(item, 1))),
			   detect, "beacon");
}
