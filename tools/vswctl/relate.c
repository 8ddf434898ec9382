// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the objects of a configuration have to do with each other: names that
 * only one has, names that must mean something, uplinks and their lists.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "load.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

static const char *const lists[] = { "active", "standby" };

/* Adds the names of a kind to those that are taken; none twice. */
static int check_names(const struct load *load, enum kind kind, json_t *taken)
{
	const struct path array = { NULL, kinds[kind].word };
	const json_t *object;
	size_t index;

	json_array_foreach(json_object_get(load->doc, kinds[kind].word), index,
			   object) {
		const char *name = get_text(object, kinds[kind].id);
		const struct path item = { &array, NULL, index };
		const struct path path = { &item, kinds[kind].id };

		if (json_object_get(taken, name))
			return load_wrong(load, &path,
					  text_format("\"%s\" is there already",
						      name));
		json_object_set(taken, name, (json_t *)object);
	}
	return STATUS_OK;
}

/* The name of a device is taken once; vmks may live in another namespace. */
static int check_taken(const struct load *load)
{
	static const enum kind device[] = {
		KIND_SWITCH, KIND_UPLINK, KIND_PORT,
	};
	static const enum kind alone[] = { KIND_PORTGROUP, KIND_VMK };
	json_t *taken = must(json_object());
	int status = STATUS_OK;
	size_t i;

	for (i = 0; !status && i < ARRAY_SIZE(device); i++)
		status = check_names(load, device[i], taken);
	for (i = 0; !status && i < ARRAY_SIZE(alone); i++) {
		json_object_clear(taken);
		status = check_names(load, alone[i], taken);
	}
	json_decref(taken);
	return status;
}

/* Each object of a kind names, by @key, an object of the kind @named. */
static int check_refs(const struct load *load, enum kind kind, const char *key,
		      enum kind named)
{
	const struct path array = { NULL, kinds[kind].word };
	json_t *by_name = config_index(load->doc, named);
	int status = STATUS_OK;
	const json_t *object;
	size_t index;

	json_array_foreach(json_object_get(load->doc, kinds[kind].word), index,
			   object) {
		const struct path item = { &array, NULL, index };
		const struct path path = { &item, key };
		const char *name = get_text(object, key);

		if (!*name || json_object_get(by_name, name))
			continue;
		status = load_wrong(load, &path,
				    text_format("there is no %s \"%s\" here",
						kinds[named].word, name));
		break;
	}
	json_decref(by_name);
	return status;
}

static int check_default(const struct load *load, const json_t *sw,
			 const struct path *item)
{
	const char *name = get_text(sw, "default-portgroup");
	const struct path path = { item, "default-portgroup" };
	json_t *by_name = config_index(load->doc, KIND_PORTGROUP);
	bool other = *name && !get_is(json_object_get(by_name, name), "switch",
				      get_text(sw, "name"));

	json_decref(by_name);
	if (!other)
		return STATUS_OK;
	return load_wrong(load, &path,
			  text_format("\"%s\" is not on this switch", name));
}

/* The lists of one policy: uplinks of the switch, each once. */
static int check_lists(const struct load *load, const struct path *item,
		       const json_t *policy, const json_t *mine)
{
	const struct path at_policy = { item, "policy" };
	json_t *seen = must(json_object());
	int status = STATUS_OK;
	const json_t *dev;
	size_t i, index;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		const json_t *list = json_object_get(policy, lists[i]);
		const struct path at_list = { &at_policy, lists[i] };
		const struct path at_dev = { &at_list, "dev" };

		json_array_foreach(json_object_get(list, "dev"), index, dev) {
			const struct path path = { &at_dev, NULL, index };
			const char *name = json_string_value(dev);
			const char *what = NULL;

			if (!json_object_get(mine, name))
				what = "is not an uplink of this switch";
			else if (json_object_get(seen, name))
				what = "is listed already";
			if (what && !status)
				status = load_wrong(load, &path,
						    text_format("\"%s\" %s",
								name, what));
			json_object_set_new(seen, name, json_true());
		}
	}
	json_decref(seen);
	return status;
}

/* The role that the lists of a switch give an uplink. */
static const char *role_of(const json_t *policy, const char *name)
{
	const json_t *dev;
	size_t i, index;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		const json_t *list = json_object_get(policy, lists[i]);

		json_array_foreach(json_object_get(list, "dev"), index, dev)
			if (!strcmp(json_string_value(dev), name))
				return lists[i];
	}
	return "unused";
}

/*
 * The lists that a policy does not have: by the roles of the uplinks, in their
 * order, if it has neither, else empty.
 */
static void make_lists(json_t *policy, const json_t *mine)
{
	bool none = !json_object_get(policy, "active") &&
		    !json_object_get(policy, "standby");
	const json_t *uplink;
	const char *name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *list = must(json_array());

		json_object_foreach((json_t *)mine, name, uplink) {
			const char *role = get_text(uplink, "role");

			if (none && !strcmp(*role ? role : "active", lists[i]))
				json_array_append_new(list, must(json_string(name)));
		}
		if (!json_object_get(policy, lists[i]))
			json_object_set_new(policy, lists[i],
					    must(json_pack("{s:O}", "dev", list)));
		json_decref(list);
	}
}

static int check_roles(const struct load *load, const char *sw,
		       const json_t *policy)
{
	const struct path array = { NULL, "uplink" };
	json_t *uplink;
	size_t index;

	json_array_foreach(json_object_get(load->doc, "uplink"), index, uplink) {
		const struct path item = { &array, NULL, index };
		const struct path path = { &item, "role" };
		const char *name = get_text(uplink, "dev");
		const char *role = role_of(policy, name);

		if (!get_is(uplink, "switch", sw))
			continue;
		if (json_object_get(uplink, "role") &&
		    !get_is(uplink, "role", role))
			return load_wrong(load, &path,
					  text_format("the lists of %s say that \"%s\" is %s",
						      sw, name, role));
		json_object_set_new(uplink, "role", must(json_string(role)));
	}
	return STATUS_OK;
}

/* The uplinks of a switch by name. */
static json_t *uplinks_of(const json_t *doc, const char *sw)
{
	json_t *mine = must(json_object());
	json_t *uplink;
	size_t index;

	json_array_foreach(json_object_get(doc, "uplink"), index, uplink)
		if (get_is(uplink, "switch", sw))
			json_object_set(mine, get_text(uplink, "dev"), uplink);
	return mine;
}

static int relate_switch(const struct load *load, json_t *sw,
			 const struct path *item)
{
	const char *name = get_text(sw, "name");
	json_t *mine = uplinks_of(load->doc, name);
	json_t *policy = json_object_get(sw, "policy");
	int status;

	if (!policy) {
		policy = must(json_object());
		json_object_set_new(sw, "policy", policy);
	}
	status = check_lists(load, item, policy, mine);
	if (!status) {
		make_lists(policy, mine);
		status = check_roles(load, name, policy);
	}
	if (!status)
		status = check_default(load, sw, item);
	json_decref(mine);
	return status;
}

/**
 * load_relate - check what the objects of a document have to do with each other
 * @load: the document; a switch gets the lists that the roles of its uplinks
 *	make, and an uplink the role that the lists give it
 *
 * Return: an exit status.
 */
int load_relate(const struct load *load)
{
	const struct path switches = { NULL, "switch" };
	const struct path portgroups = { NULL, "portgroup" };
	json_t *object;
	size_t index;
	int status;

	status = check_taken(load);
	if (!status)
		status = check_refs(load, KIND_UPLINK, "switch", KIND_SWITCH);
	if (!status)
		status = check_refs(load, KIND_PORTGROUP, "switch", KIND_SWITCH);
	if (!status)
		status = check_refs(load, KIND_PORT, "portgroup", KIND_PORTGROUP);
	if (!status)
		status = check_refs(load, KIND_VMK, "portgroup", KIND_PORTGROUP);
	if (!status)
		status = check_refs(load, KIND_SWITCH, "default-portgroup",
				    KIND_PORTGROUP);
	json_array_foreach(json_object_get(load->doc, "switch"), index, object) {
		const struct path item = { &switches, NULL, index };

		if (!status)
			status = relate_switch(load, object, &item);
	}
	json_array_foreach(json_object_get(load->doc, "portgroup"), index, object) {
		const struct path item = { &portgroups, NULL, index };
		json_t *mine = uplinks_of(load->doc, get_text(object, "switch"));

		if (!status)
			status = check_lists(load, &item,
					     json_object_get(object, "policy"),
					     mine);
		json_decref(mine);
	}
	return status;
}
