// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that was saved as a member appears: what there is, and this member.
 */
#include <string.h>

#include "config.h"
#include "join.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

static size_t find(const json_t *list, const char *dev)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (!strcmp(json_string_value(json_array_get(list, i)), dev))
			break;
	return i;
}

/* Puts a device into a list behind the last one that comes before it there. */
static void list_device(json_t *policy, const json_t *saved, const char *key,
			const char *dev)
{
	const json_t *model = json_object_get(json_object_get(saved, key), "dev");
	json_t *nest = json_object_get(policy, key);
	json_t *list = json_object_get(nest, "dev");
	size_t at = find(model, dev), place;

	if (!nest || at == json_array_size(model))
		return;
	if (!list) {
		list = must(json_array());
		json_object_set_new(nest, "dev", list);
	}
	for (place = json_array_size(list); place; place--)
		if (find(model, json_string_value(json_array_get(list, place - 1))) < at)
			break;
	json_array_insert_new(list, place, must(json_string(dev)));
}

static bool is_listed(const json_t *policy, const char *dev)
{
	static const char *const keys[] = { "active", "standby" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const json_t *nest = json_object_get(policy, keys[i]);
		const json_t *list = json_object_get(nest, "dev");

		if (find(list, dev) < json_array_size(list))
			return true;
	}
	return false;
}

/* The lists of a switch and of its portgroups, as far as they were saved. */
static void list_everywhere(json_t *want, const json_t *saved,
			    const json_t *uplink)
{
	static const enum kind with_lists[] = { KIND_SWITCH, KIND_PORTGROUP };
	const char *dev = get_text(uplink, "dev");
	json_t *object;
	size_t i, index;

	for (i = 0; i < ARRAY_SIZE(with_lists); i++) {
		enum kind kind = with_lists[i];
		const char *of = kind == KIND_SWITCH ? "name" : "switch";
		json_t *by_name = config_index(saved, kind);

		json_array_foreach(json_object_get(want, kinds[kind].word), index,
				   object) {
			json_t *policy = json_object_get(object, "policy");
			const json_t *model;

			if (!get_is(object, of, get_text(uplink, "switch")) ||
			    is_listed(policy, dev))
				continue;
			model = json_object_get(json_object_get(by_name,
								get_text(object, "name")),
						"policy");
			list_device(policy, model, "active", dev);
			list_device(policy, model, "standby", dev);
		}
		json_decref(by_name);
	}
}

static bool has(const json_t *doc, enum kind kind, const char *name)
{
	json_t *by_name = config_index(doc, kind);
	bool there = json_object_get(by_name, name);

	json_decref(by_name);
	return there;
}

static void take_out(json_t *doc, enum kind kind, const char *dev)
{
	json_t *list = json_object_get(doc, kinds[kind].word);
	size_t i;

	for (i = json_array_size(list); i--;)
		if (get_is(json_array_get(list, i), "dev", dev))
			json_array_remove(list, i);
}

/* Takes the place of what is there under the name, which is absent. */
static void put(json_t *doc, enum kind kind, json_t *object)
{
	take_out(doc, kind, get_text(object, "dev"));
	json_array_append(json_object_get(doc, kinds[kind].word), object);
}

/**
 * join_leave - take a device out of a configuration, but not out of its lists
 * @doc: the configuration
 * @dev: name of the device
 */
void join_leave(json_t *doc, const char *dev)
{
	take_out(doc, KIND_UPLINK, dev);
	take_out(doc, KIND_PORT, dev);
}

/**
 * join_device - add a device to a configuration as it was saved
 * @want: the configuration that there is, from config_read(); it is changed
 * @saved: the saved one, with its devices found
 * @dev: name of the device
 *
 * Nothing changes if it was not saved, or what it was a member of is not here.
 */
void join_device(json_t *want, const json_t *saved, const char *dev)
{
	json_t *ports = config_index(saved, KIND_PORT);
	json_t *uplinks = config_index(saved, KIND_UPLINK);
	json_t *port = json_object_get(ports, dev);
	json_t *uplink = json_object_get(uplinks, dev);

	if (port && has(want, KIND_PORTGROUP, get_text(port, "portgroup")) &&
	    !has(want, KIND_PORT, dev)) {
		put(want, KIND_PORT, port);
	} else if (uplink && has(want, KIND_SWITCH, get_text(uplink, "switch"))) {
		put(want, KIND_UPLINK, uplink);
		list_everywhere(want, saved, uplink);
	}
	json_decref(ports);
	json_decref(uplinks);
}
