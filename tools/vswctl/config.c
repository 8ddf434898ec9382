// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations as JSON documents: for each kind an array of objects, in the
 * order in which the kernel has them.  In memory an object may have more than
 * what is configured of it; config_public() leaves that out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vswitch.h>

#include "addr.h"
#include "config.h"
#include "device.h"
#include "netns.h"
#include "nl.h"
#include "policy.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

/* How often the kernel is read again when a vmk goes meanwhile. */
#define READ_TRIES 20

/**
 * config_index - the objects of a kind by their names
 * @doc: the document
 * @kind: the kind
 *
 * Return: a new JSON object.
 */
json_t *config_index(const json_t *doc, enum kind kind)
{
	json_t *by_name = must(json_object());
	json_t *object;
	size_t index;

	json_array_foreach(json_object_get(doc, kinds[kind].word), index, object)
		json_object_set(by_name, get_text(object, kinds[kind].id),
				object);
	return by_name;
}

/* One form of everything, so that what is equal looks equal */

static void canon_mac(json_t *value)
{
	char *text = must(strdup(json_string_value(value)));
	char *at;

	for (at = text; *at; at++) {
		if (*at == '-')
			*at = ':';
		else if (*at >= 'A' && *at <= 'F')
			*at += 'a' - 'A';
	}
	json_string_set(value, text);
	free(text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a),
		      json_string_value(*(json_t *const *)b));
}

static void sort_texts(json_t *array)
{
	size_t i, count = json_array_size(array);
	json_t **item = must(calloc(count + 1, sizeof(*item)));

	for (i = 0; i < count; i++)
		item[i] = json_incref(json_array_get(array, i));
	qsort(item, count, sizeof(*item), by_text);
	for (i = 0; i < count; i++)
		json_array_set_new(array, i, item[i]);
	free(item);
}

/* Sorted and merged, as the kernel keeps them. */
static void canon_vlan(json_t *vlan)
{
	bool has[VSWITCH_VLAN_MAX + 2] = { false };
	json_t *ranges = json_object_get(vlan, "range");
	json_int_t vid, first;
	json_t *range;
	size_t index;

	if (!json_array_size(ranges)) {
		json_object_del(vlan, "range");
		if (!json_object_get(vlan, "id"))
			json_object_set_new(vlan, "id", must(json_integer(0)));
		return;
	}
	json_array_foreach(ranges, index, range)
		for (vid = get_number(range, "first");
		     vid <= get_number(range, "last"); vid++)
			has[vid] = true;
	json_array_clear(ranges);
	for (vid = 0; vid <= VSWITCH_VLAN_MAX; vid++) {
		if (!has[vid])
			continue;
		for (first = vid; has[vid + 1]; vid++)
			;
		json_array_append_new(ranges,
				      must(json_pack("{s:I, s:I}", "first",
						     first, "last", vid)));
	}
}

/* A shaper that is off has nothing else, an empty list no array. */
static void canon_nest(json_t *nest)
{
	static const char *const lists[] = { "dev", "address" };
	static const char *const parts[] = { "peak", "burst" };
	const json_t *average = json_object_get(nest, "average");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		if (!json_array_size(json_object_get(nest, lists[i])))
			json_object_del(nest, lists[i]);
	for (i = 0; average && i < ARRAY_SIZE(parts); i++)
		if (!get_number(nest, "average") || !get_number(nest, parts[i]))
			json_object_del(nest, parts[i]);
}

/* Those of a vmk, each in the form in which the kernel gives it. */
static void canon_addresses(json_t *list)
{
	json_t *address;
	size_t index;
	char *text;

	json_array_foreach(list, index, address) {
		text = addr_canon(json_string_value(address));
		json_string_set(address, text);
		free(text);
	}
	sort_texts(list);
}

static void canon_netns(json_t *netns)
{
	char *name = must(strdup(netns_name(json_string_value(netns))));

	json_string_set(netns, name);
	free(name);
}

static void canon_macs(json_t *macs)
{
	json_t *list = json_object_get(macs, "address");
	json_t *mac;
	size_t index;

	json_array_foreach(list, index, mac)
		canon_mac(mac);
	if (list)
		sort_texts(list);
	canon_nest(macs);
}

/* In the order of the table, each once. */
static void canon_services(json_t *object)
{
	const json_t *said = json_object_get(object, "service");
	json_t *services = must(json_array());
	const json_t *service;
	size_t i, index;

	for (i = 0; i < names_service.count; i++) {
		json_array_foreach(said, index, service) {
			if (strcmp(json_string_value(service),
				   names_service.name[i]))
				continue;
			json_array_append(services, (json_t *)service);
			break;
		}
	}
	json_object_del(object, "service");
	if (json_array_size(services))
		json_object_set(object, "service", services);
	json_decref(services);
}

static void canon_object(enum kind kind, json_t *object)
{
	json_t *value;
	const char *key;

	value = json_object_get(object, "mac");
	if (value)
		canon_mac(value);
	if (kind == KIND_PORTGROUP && !json_object_get(object, "vlan"))
		json_object_set_new(object, "vlan", must(json_object()));
	if (json_object_get(object, "vlan"))
		canon_vlan(json_object_get(object, "vlan"));
	value = json_object_get(object, "allow-mac");
	if (value) {
		canon_macs(value);
		if (!json_object_size(value))
			json_object_del(object, "allow-mac");
	}
	value = json_object_get(object, "address");
	if (value)
		canon_addresses(value);
	value = json_object_get(object, "netns");
	if (value)
		canon_netns(value);
	canon_services(object);
	if (!*get_text(object, "client"))
		json_object_del(object, "client");
	json_object_foreach(json_object_get(object, "policy"), key, value)
		if (json_is_object(value))
			canon_nest(value);
}

/* Ports and vmks know their switch only by their portgroup. */
static void add_switches(json_t *doc, enum kind kind, const json_t *portgroups)
{
	const json_t *portgroup;
	json_t *object;
	size_t index;

	json_array_foreach(json_object_get(doc, kinds[kind].word), index, object) {
		portgroup = json_object_get(portgroups,
					    get_text(object, "portgroup"));
		json_object_set(object, "switch",
				json_object_get(portgroup, "switch"));
	}
}

/**
 * config_canon - bring a document into the form in which it can be compared
 * @doc: the document
 *
 * Addresses, VLANs and namespaces are written in one way, what is empty is left
 * out, every portgroup gets a "vlan", and every port and vmk its "switch".
 */
void config_canon(json_t *doc)
{
	json_t *portgroups;
	json_t *object;
	size_t index;
	int kind;

	for (kind = 0; kind < KINDS; kind++) {
		json_t *list = json_object_get(doc, kinds[kind].word);

		json_array_foreach(list, index, object)
			canon_object(kind, object);
	}
	portgroups = config_index(doc, KIND_PORTGROUP);
	add_switches(doc, KIND_PORT, portgroups);
	add_switches(doc, KIND_VMK, portgroups);
	json_decref(portgroups);
}

static json_t *public_object(enum kind kind, const json_t *object)
{
	const struct kind_info *info = &kinds[kind];
	json_t *copy = must(json_object());
	size_t i;

	for (i = 0; i < info->count; i++) {
		const char *name = info->field[i].key.word;
		json_t *value = json_object_get(object, name);

		if (value)
			json_object_set_new(copy, name,
					    must(json_deep_copy(value)));
	}
	if (info->policy)
		json_object_set_new(copy, "policy",
				    must(json_deep_copy(json_object_get(object, "policy"))));
	return copy;
}

/**
 * config_public - what is configured, and nothing else
 * @doc: the document
 *
 * Return: a new document, as it is exported.
 */
json_t *config_public(const json_t *doc)
{
	json_t *copy = must(json_pack("{s:i}", "version", CONFIG_VERSION));
	const json_t *object;
	size_t index;
	int kind;

	for (kind = 0; kind < KINDS; kind++) {
		json_t *list = must(json_array());

		json_array_foreach(json_object_get(doc, kinds[kind].word), index,
				   object)
			json_array_append_new(list, public_object(kind, object));
		json_object_set_new(copy, kinds[kind].word, list);
	}
	return copy;
}

/* From the kernel */

/*
 * The addresses of a vmk that belong to the configuration; @gone is set if it
 * is not there any more.
 */
static int read_addresses(struct ctl *ctl, json_t *vmk, bool *gone)
{
	const json_t *id = json_object_get(vmk, "netns-id");
	__s32 netns_id = json_integer_value(id);
	json_t *texts = must(json_array());
	struct addr_list list;
	int status;
	size_t i;

	json_object_set_new(vmk, "address", texts);
	status = nl_start_route(ctl);
	if (status)
		return status;
	status = addr_dump(ctl->route, id ? &netns_id : NULL,
			   get_number(vmk, "ifindex"), &list);
	*gone |= status == ENODEV;
	if (status && status != ENODEV)
		return addr_fail(ctl, get_text(vmk, "name"), status);
	for (i = 0; i < list.count; i++) {
		char *text;

		if (!addr_is_kept(&list.addr[i]))
			continue;
		text = addr_text(&list.addr[i]);
		json_array_append_new(texts, must(json_string(text)));
		free(text);
	}
	free(list.addr);
	return STATUS_OK;
}

static int read_netns(struct ctl *ctl, json_t *vmk)
{
	const json_t *id = json_object_get(vmk, "netns-id");
	char *name = NULL;
	int status;

	if (!id)
		return STATUS_OK;
	status = netns_find(ctl, json_integer_value(id), &name);
	if (status)
		return status;
	if (!name)
		name = text_format("id %lld", (long long)json_integer_value(id));
	json_object_set_new(vmk, "netns", schema_text(name, strlen(name)));
	free(name);
	return STATUS_OK;
}

/* What a vmk has in common with vnics is told with the ports. */
static void merge_ports(json_t *doc)
{
	static const char *const common[] = { "allow-mac", "blocked" };
	json_t *ports = json_object_get(doc, "port");
	json_t *vmks = config_index(doc, KIND_VMK);
	size_t i = json_array_size(ports), j;

	while (i--) {
		const json_t *port = json_array_get(ports, i);
		json_t *vmk = json_object_get(vmks, get_text(port, "dev"));

		if (!get_is(port, "kind", "vmk"))
			continue;
		for (j = 0; vmk && j < ARRAY_SIZE(common); j++) {
			json_t *value = json_object_get(port, common[j]);

			if (value)
				json_object_set(vmk, common[j], value);
		}
		json_array_remove(ports, i);
	}
	json_decref(vmks);
}

static int read_all(struct ctl *ctl, json_t *doc, bool *gone)
{
	static const struct {
		__u8 command;
		const struct attr_set *set;
	} dump[KINDS] = {
		[KIND_SWITCH] = { VSWITCH_CMD_SWITCH_GET, &set_switch },
		[KIND_UPLINK] = { VSWITCH_CMD_UPLINK_GET, &set_uplink },
		[KIND_PORTGROUP] = { VSWITCH_CMD_PORTGROUP_GET, &set_portgroup },
		[KIND_PORT] = { VSWITCH_CMD_PORT_GET, &set_port },
		[KIND_VMK] = { VSWITCH_CMD_VMK_GET, &set_vmk },
	};
	int status = STATUS_OK, kind;
	json_t *list, *vmk;
	size_t index;

	for (kind = 0; !status && kind < KINDS; kind++) {
		status = vsw_list(ctl, dump[kind].command, dump[kind].set, &list);
		json_object_set_new(doc, kinds[kind].word, list);
	}
	if (status)
		return status;
	merge_ports(doc);
	json_array_foreach(json_object_get(doc, "vmk"), index, vmk) {
		status = read_netns(ctl, vmk);
		if (!status)
			status = read_addresses(ctl, vmk, gone);
		if (status)
			return status;
	}
	return STATUS_OK;
}

/**
 * config_read - read the configuration of the kernel
 * @ctl: the run
 * @doc: set to a new document, to be released also on failure
 *
 * Return: an exit status.
 */
int config_read(struct ctl *ctl, json_t **doc)
{
	int status = STATUS_OK, tries;
	bool gone = true;

	*doc = must(json_object());
	for (tries = 0; !status && gone && tries < READ_TRIES; tries++) {
		gone = false;
		status = read_all(ctl, *doc, &gone);
	}
	if (!status && gone)
		status = ctl_fail(ctl, STATUS_SYSTEM,
				  "the configuration changes too fast to be read");
	if (!status)
		config_canon(*doc);
	return status;
}

/* The devices of a document */

static void resolve_text(json_t *text, const json_t *names)
{
	const json_t *name = json_object_get(names, json_string_value(text));

	if (name)
		json_string_set(text, json_string_value(name));
}

static bool is_here(const json_t *names, const char *dev)
{
	return json_object_get(names, dev);
}

/* Names in the lists of a policy; those that the kernel cannot keep go. */
static void resolve_policy(json_t *policy, const json_t *names)
{
	static const char *const lists[] = { "active", "standby" };
	json_t *list;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *nest = json_object_get(policy, lists[i]);

		list = json_object_get(nest, "dev");
		for (j = json_array_size(list); j--;) {
			json_t *dev = json_array_get(list, j);

			resolve_text(dev, names);
			if (json_string_length(dev) > VSWITCH_SWITCH_NAME_MAX)
				json_array_remove(list, j);
		}
		if (nest)
			canon_nest(nest);
	}
}

/* The devices of uplinks or ports; without @later, all are to be here. */
static int resolve_kind(struct ctl *ctl, json_t *doc, enum kind kind,
			const json_t *names, bool later)
{
	json_t *list = json_object_get(doc, kinds[kind].word);
	size_t i;

	for (i = json_array_size(list); i--;) {
		json_t *object = json_array_get(list, i);
		json_t *dev = json_object_get(object, "dev");
		bool here;

		resolve_text(dev, names);
		here = is_here(names, json_string_value(dev));
		json_object_set_new(object, "here", json_boolean(here));
		if (here)
			continue;
		if (kind == KIND_UPLINK &&
		    json_string_length(dev) <= VSWITCH_SWITCH_NAME_MAX)
			continue;
		if (!later)
			return ctl_fail(ctl, STATUS_ABSENT,
					"%s \"%s\": there is no such device",
					kinds[kind].word, json_string_value(dev));
		json_array_remove(list, i);
	}
	return STATUS_OK;
}

/**
 * config_resolve - find the devices that a document names
 * @ctl: the run
 * @doc: the document; each device gets the name that it has now, by one of its
 *	other names or by its permanent address
 * @later: leave out those that are not here, as they may come later
 *
 * Every uplink and port gets "here", whether its device is.
 *
 * Return: an exit status.
 */
int config_resolve(struct ctl *ctl, json_t *doc, bool later)
{
	static const enum kind with_policy[] = { KIND_SWITCH, KIND_PORTGROUP };
	json_t *names, *object;
	size_t i, index;
	int status;

	status = device_names(ctl, &names);
	if (!status)
		status = resolve_kind(ctl, doc, KIND_UPLINK, names, later);
	if (!status)
		status = resolve_kind(ctl, doc, KIND_PORT, names, later);
	for (i = 0; i < ARRAY_SIZE(with_policy); i++) {
		const json_t *list = json_object_get(doc,
						     kinds[with_policy[i]].word);

		json_array_foreach(list, index, object)
			resolve_policy(json_object_get(object, "policy"), names);
	}
	json_decref(names);
	return status;
}
