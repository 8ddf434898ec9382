// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of the netlink spec, in the order of the uapi header, and the
 * decoder that turns attributes into JSON values by them.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/vswitch.h>

#include "schema.h"
#include "text.h"
#include "vswctl.h"

#define ENTRIES(what, last, ...)						\
	static const char *const what##_name[] = { __VA_ARGS__ };	\
	static_assert(ARRAY_SIZE(what##_name) == (last) + 1,		\
		       "names_" #what " differs from the uapi header");	\
	const struct names names_##what = { what##_name, ARRAY_SIZE(what##_name) }

ENTRIES(toggle, VSWITCH_TOGGLE_MAX, "off", "on");
ENTRIES(teaming, VSWITCH_TEAMING_MAX, "portid", "explicit", "srcmac", "iphash");
ENTRIES(detection, VSWITCH_DETECTION_MAX, "link", "beacon");
ENTRIES(permission, VSWITCH_PERMISSION_MAX, "reject", "accept");
ENTRIES(over_limit, VSWITCH_OVER_LIMIT_MAX, "drop", "allow");
ENTRIES(role, VSWITCH_ROLE_MAX, "active", "standby", "unused");
ENTRIES(link_state, VSWITCH_LINK_STATE_MAX, "up", "no-carrier", "down", "absent",
	"beacon-lost", "waiting", "held-back");
ENTRIES(choice, VSWITCH_CHOICE_MAX, "own", "standby", "spread", "order",
	"in-doubt", "per-frame", "none");
ENTRIES(port_kind, VSWITCH_PORT_KIND_MAX, "vnic", "vmk");
ENTRIES(origin, VSWITCH_ORIGIN_MAX, "declared", "peer", "adopted",
	"allowed", "learned");
ENTRIES(action, VSWITCH_ACTION_MAX, "drop", "host", "deliver");
ENTRIES(drop_reason, VSWITCH_DROP_REASON_MAX, "switch-down", "blocked", "runt",
	"bad-source", "link-local", "vlan-invalid", "vlan-tag", "vlan-denied",
	"address-conflict", "forged", "mac-limit", "shaper", "hairpin",
	"no-uplink", "no-member", "unknown-unicast", "reverse-path",
	"reflection", "mac-changes", "mtu", "device", "no-memory");

#define BITMASK(what, mask, ...)						\
	static const char *const what##_name[] = { __VA_ARGS__ };	\
	static_assert((1 << ARRAY_SIZE(what##_name)) - 1 == (mask),	\
		       "names_" #what " differs from the uapi header");	\
	const struct names names_##what = { what##_name, ARRAY_SIZE(what##_name) }

BITMASK(service, VSWITCH_SERVICE_MASK, "management", "vmotion", "vsan",
	"provisioning", "ft", "replication", "nfs", "iscsi");

#define SET(what, last)							\
	const struct attr_set set_##what = {				\
		what##_attr, ARRAY_SIZE(what##_attr)			\
	};								\
	static_assert(ARRAY_SIZE(what##_attr) == (last) + 1,		\
		       "set_" #what " differs from the uapi header")

static const struct attr members_attr[] = {
	[VSWITCH_A_MEMBERS_DEV] = { "dev", ATTR_STRING, .multi = true },
};

static SET(members, VSWITCH_A_MEMBERS_MAX);

static const struct attr macs_attr[] = {
	[VSWITCH_A_MACS_ADDRESS] = { "address", ATTR_MAC, .multi = true },
};

static SET(macs, VSWITCH_A_MACS_MAX);

static const struct attr shape_attr[] = {
	[VSWITCH_A_SHAPE_AVERAGE] = { "average", ATTR_UINT },
	[VSWITCH_A_SHAPE_PEAK] = { "peak", ATTR_UINT },
	[VSWITCH_A_SHAPE_BURST] = { "burst", ATTR_U32 },
};

static SET(shape, VSWITCH_A_SHAPE_MAX);

static const struct attr policy_attr[] = {
	[VSWITCH_A_POLICY_TEAMING] = { "teaming", ATTR_U32,
				       .values = &names_teaming },
	[VSWITCH_A_POLICY_ACTIVE] = { "active", ATTR_NEST,
				      .nest = &set_members },
	[VSWITCH_A_POLICY_STANDBY] = { "standby", ATTR_NEST,
				       .nest = &set_members },
	[VSWITCH_A_POLICY_PROMISCUOUS] = { "promiscuous", ATTR_U32,
					   .values = &names_permission },
	[VSWITCH_A_POLICY_MAC_CHANGES] = { "mac-changes", ATTR_U32,
					   .values = &names_permission },
	[VSWITCH_A_POLICY_FORGED] = { "forged", ATTR_U32,
				      .values = &names_permission },
	[VSWITCH_A_POLICY_MAC_LEARNING] = { "mac-learning", ATTR_U32,
					    .values = &names_toggle },
	[VSWITCH_A_POLICY_MAC_LIMIT] = { "mac-limit", ATTR_U32 },
	[VSWITCH_A_POLICY_MAC_OVER_LIMIT] = { "mac-over-limit", ATTR_U32,
					      .values = &names_over_limit },
	[VSWITCH_A_POLICY_MAC_FLOOD] = { "mac-flood", ATTR_U32,
					 .values = &names_toggle },
	[VSWITCH_A_POLICY_SHAPE_FROM_GUEST] = { "shape-from-guest", ATTR_NEST,
						.nest = &set_shape },
	[VSWITCH_A_POLICY_SHAPE_TO_GUEST] = { "shape-to-guest", ATTR_NEST,
					      .nest = &set_shape },
	[VSWITCH_A_POLICY_DETECT] = { "detect", ATTR_U32,
				      .values = &names_detection },
	[VSWITCH_A_POLICY_NOTIFY] = { "notify", ATTR_U32,
				      .values = &names_toggle },
	[VSWITCH_A_POLICY_FAILBACK] = { "failback", ATTR_U32,
					.values = &names_toggle },
	[VSWITCH_A_POLICY_UP_DELAY] = { "up-delay", ATTR_U32 },
};

SET(policy, VSWITCH_A_POLICY_MAX);

static const struct attr range_attr[] = {
	[VSWITCH_A_RANGE_FIRST] = { "first", ATTR_U32 },
	[VSWITCH_A_RANGE_LAST] = { "last", ATTR_U32 },
};

static SET(range, VSWITCH_A_RANGE_MAX);

static const struct attr vlan_attr[] = {
	[VSWITCH_A_VLAN_ID] = { "id", ATTR_U32 },
	[VSWITCH_A_VLAN_RANGE] = { "range", ATTR_NEST, .multi = true,
				   .nest = &set_range },
};

static SET(vlan, VSWITCH_A_VLAN_MAX);

static const struct attr counters_attr[] = {
	[VSWITCH_A_COUNTERS_UNICAST_FRAMES] = { "unicast-frames", ATTR_UINT },
	[VSWITCH_A_COUNTERS_UNICAST_BYTES] = { "unicast-bytes", ATTR_UINT },
	[VSWITCH_A_COUNTERS_MULTICAST_FRAMES] = { "multicast-frames", ATTR_UINT },
	[VSWITCH_A_COUNTERS_MULTICAST_BYTES] = { "multicast-bytes", ATTR_UINT },
	[VSWITCH_A_COUNTERS_BROADCAST_FRAMES] = { "broadcast-frames", ATTR_UINT },
	[VSWITCH_A_COUNTERS_BROADCAST_BYTES] = { "broadcast-bytes", ATTR_UINT },
};

static SET(counters, VSWITCH_A_COUNTERS_MAX);

static const struct attr drop_attr[] = {
	[VSWITCH_A_DROP_REASON] = { "reason", ATTR_U32,
				    .values = &names_drop_reason },
	[VSWITCH_A_DROP_FRAMES] = { "frames", ATTR_UINT },
};

static SET(drop, VSWITCH_A_DROP_MAX);

static const struct attr stats_attr[] = {
	[VSWITCH_A_STATS_IN] = { "in", ATTR_NEST, .nest = &set_counters },
	[VSWITCH_A_STATS_OUT] = { "out", ATTR_NEST, .nest = &set_counters },
	[VSWITCH_A_STATS_DROPPED] = { "dropped", ATTR_UINT },
	[VSWITCH_A_STATS_FILTERED] = { "filtered", ATTR_UINT },
	[VSWITCH_A_STATS_DROP] = { "drop", ATTR_NEST, .multi = true,
				   .nest = &set_drop },
};

static SET(stats, VSWITCH_A_STATS_MAX);

static const struct attr switch_attr[] = {
	[VSWITCH_A_SWITCH_NAME] = { "name", ATTR_STRING },
	[VSWITCH_A_SWITCH_IFINDEX] = { "ifindex", ATTR_U32 },
	[VSWITCH_A_SWITCH_STATE] = { "state", ATTR_U32,
				     .values = &names_link_state },
	[VSWITCH_A_SWITCH_MTU] = { "mtu", ATTR_U32 },
	[VSWITCH_A_SWITCH_DEFAULT_PORTGROUP] = { "default-portgroup", ATTR_STRING },
	[VSWITCH_A_SWITCH_POLICY] = { "policy", ATTR_NEST, .nest = &set_policy },
	[VSWITCH_A_SWITCH_PORTGROUPS] = { "portgroups", ATTR_U32 },
	[VSWITCH_A_SWITCH_PORTS] = { "ports", ATTR_U32 },
	[VSWITCH_A_SWITCH_UPLINKS] = { "uplinks", ATTR_U32 },
	[VSWITCH_A_SWITCH_FORCE] = { "force", ATTR_FLAG },
	[VSWITCH_A_SWITCH_STATS] = { "stats", ATTR_NEST, .nest = &set_stats },
	[VSWITCH_A_SWITCH_LEARNED] = { "learned", ATTR_U32 },
};

SET(switch, VSWITCH_A_SWITCH_MAX);

static const struct attr portgroup_attr[] = {
	[VSWITCH_A_PORTGROUP_NAME] = { "name", ATTR_STRING },
	[VSWITCH_A_PORTGROUP_NEW_NAME] = { "new-name", ATTR_STRING },
	[VSWITCH_A_PORTGROUP_SWITCH] = { "switch", ATTR_STRING },
	[VSWITCH_A_PORTGROUP_VLAN] = { "vlan", ATTR_NEST, .nest = &set_vlan },
	[VSWITCH_A_PORTGROUP_POLICY] = { "policy", ATTR_NEST,
					 .nest = &set_policy },
	[VSWITCH_A_PORTGROUP_INHERIT] = { "inherit", ATTR_U32 },
	[VSWITCH_A_PORTGROUP_EFFECTIVE] = { "effective", ATTR_NEST,
					    .nest = &set_policy },
	[VSWITCH_A_PORTGROUP_PORTS] = { "ports", ATTR_U32 },
};

SET(portgroup, VSWITCH_A_PORTGROUP_MAX);

static const struct attr uplink_attr[] = {
	[VSWITCH_A_UPLINK_DEV] = { "dev", ATTR_STRING },
	[VSWITCH_A_UPLINK_IFINDEX] = { "ifindex", ATTR_U32 },
	[VSWITCH_A_UPLINK_SWITCH] = { "switch", ATTR_STRING },
	[VSWITCH_A_UPLINK_NUMBER] = { "number", ATTR_U32 },
	[VSWITCH_A_UPLINK_ROLE] = { "role", ATTR_U32, .values = &names_role },
	[VSWITCH_A_UPLINK_STATE] = { "state", ATTR_U32,
				     .values = &names_link_state },
	[VSWITCH_A_UPLINK_STATS] = { "stats", ATTR_NEST, .nest = &set_stats },
	[VSWITCH_A_UPLINK_ABSENT] = { "absent", ATTR_FLAG },
};

SET(uplink, VSWITCH_A_UPLINK_MAX);

static const struct attr port_attr[] = {
	[VSWITCH_A_PORT_DEV] = { "dev", ATTR_STRING },
	[VSWITCH_A_PORT_IFINDEX] = { "ifindex", ATTR_U32 },
	[VSWITCH_A_PORT_NETNS_ID] = { "netns-id", ATTR_S32 },
	[VSWITCH_A_PORT_SWITCH] = { "switch", ATTR_STRING },
	[VSWITCH_A_PORT_PORTGROUP] = { "portgroup", ATTR_STRING },
	[VSWITCH_A_PORT_NUMBER] = { "number", ATTR_U32 },
	[VSWITCH_A_PORT_KIND] = { "kind", ATTR_U32, .values = &names_port_kind },
	[VSWITCH_A_PORT_STATE] = { "state", ATTR_U32,
				   .values = &names_link_state },
	[VSWITCH_A_PORT_BLOCKED] = { "blocked", ATTR_U32,
				     .values = &names_toggle },
	[VSWITCH_A_PORT_CLIENT] = { "client", ATTR_STRING },
	[VSWITCH_A_PORT_MAC] = { "mac", ATTR_MAC },
	[VSWITCH_A_PORT_INITIAL_MAC] = { "initial-mac", ATTR_MAC },
	[VSWITCH_A_PORT_EFFECTIVE_MAC] = { "effective-mac", ATTR_MAC },
	[VSWITCH_A_PORT_ADDRESS_CONFLICT] = { "address-conflict", ATTR_FLAG },
	[VSWITCH_A_PORT_UPLINK] = { "uplink", ATTR_STRING },
	[VSWITCH_A_PORT_STATS] = { "stats", ATTR_NEST, .nest = &set_stats },
	[VSWITCH_A_PORT_ALLOW_MAC] = { "allow-mac", ATTR_NEST,
				       .nest = &set_macs },
	[VSWITCH_A_PORT_OTHER_SOURCE] = { "other-source", ATTR_MAC },
	[VSWITCH_A_PORT_LEARNED] = { "learned", ATTR_U32 },
	[VSWITCH_A_PORT_CHOICE] = { "choice", ATTR_U32, .values = &names_choice },
};

SET(port, VSWITCH_A_PORT_MAX);

static const struct attr vmk_attr[] = {
	[VSWITCH_A_VMK_NAME] = { "name", ATTR_STRING },
	[VSWITCH_A_VMK_IFINDEX] = { "ifindex", ATTR_U32 },
	[VSWITCH_A_VMK_NETNS_ID] = { "netns-id", ATTR_S32 },
	[VSWITCH_A_VMK_NETNS_FD] = { "netns-fd", ATTR_U32 },
	[VSWITCH_A_VMK_SWITCH] = { "switch", ATTR_STRING },
	[VSWITCH_A_VMK_PORTGROUP] = { "portgroup", ATTR_STRING },
	[VSWITCH_A_VMK_NUMBER] = { "number", ATTR_U32 },
	[VSWITCH_A_VMK_MAC] = { "mac", ATTR_MAC },
	[VSWITCH_A_VMK_MTU] = { "mtu", ATTR_U32 },
	[VSWITCH_A_VMK_STATE] = { "state", ATTR_U32,
				  .values = &names_link_state },
	[VSWITCH_A_VMK_UPLINK] = { "uplink", ATTR_STRING },
	[VSWITCH_A_VMK_SERVICE] = { "service", ATTR_FLAGS,
				    .values = &names_service },
};

SET(vmk, VSWITCH_A_VMK_MAX);

static const struct attr fdb_attr[] = {
	[VSWITCH_A_FDB_SWITCH] = { "switch", ATTR_STRING },
	[VSWITCH_A_FDB_VID] = { "vid", ATTR_U32 },
	[VSWITCH_A_FDB_DEV] = { "dev", ATTR_STRING },
	[VSWITCH_A_FDB_NUMBER] = { "number", ATTR_U32 },
	[VSWITCH_A_FDB_ADDRESS] = { "address", ATTR_MAC },
	[VSWITCH_A_FDB_VLAN] = { "vlan", ATTR_NEST, .nest = &set_vlan },
	[VSWITCH_A_FDB_ORIGIN] = { "origin", ATTR_U32, .values = &names_origin },
	[VSWITCH_A_FDB_IDLE] = { "idle", ATTR_U32 },
};

SET(fdb, VSWITCH_A_FDB_MAX);

static const struct attr receiver_attr[] = {
	[VSWITCH_A_RECEIVER_DEV] = { "dev", ATTR_STRING },
	[VSWITCH_A_RECEIVER_TAG] = { "tag", ATTR_U32 },
	[VSWITCH_A_RECEIVER_REASON] = { "reason", ATTR_U32,
					.values = &names_drop_reason },
};

static SET(receiver, VSWITCH_A_RECEIVER_MAX);

static const struct attr why_attr[] = {
	[VSWITCH_A_WHY_DEV] = { "dev", ATTR_STRING },
	[VSWITCH_A_WHY_SOURCE] = { "source", ATTR_MAC },
	[VSWITCH_A_WHY_DESTINATION] = { "destination", ATTR_MAC },
	[VSWITCH_A_WHY_TAG] = { "tag", ATTR_U32 },
	[VSWITCH_A_WHY_SWITCH] = { "switch", ATTR_STRING },
	[VSWITCH_A_WHY_PORTGROUP] = { "portgroup", ATTR_STRING },
	[VSWITCH_A_WHY_VLAN] = { "vlan", ATTR_U32 },
	[VSWITCH_A_WHY_ACTION] = { "action", ATTR_U32,
				   .values = &names_action },
	[VSWITCH_A_WHY_REASON] = { "reason", ATTR_U32,
				   .values = &names_drop_reason },
	[VSWITCH_A_WHY_RULE] = { "rule", ATTR_STRING },
	[VSWITCH_A_WHY_RECEIVER] = { "receiver", ATTR_NEST, .multi = true,
				     .nest = &set_receiver },
	[VSWITCH_A_WHY_RECEIVERS] = { "receivers", ATTR_U32 },
};

SET(why, VSWITCH_A_WHY_MAX);

/*
 * A cursor over attributes.  Every step checks that the attribute lies whole
 * within what is left, so that a short or hostile message ends the walk.
 */
struct walk {
	const char *at;
	size_t left;
};

static const struct nlattr *walk_next(struct walk *walk)
{
	const struct nlattr *attr = (const struct nlattr *)walk->at;
	size_t step;

	if (walk->left < sizeof(*attr) || attr->nla_len < sizeof(*attr) ||
	    attr->nla_len > walk->left)
		return NULL;
	step = MNL_ALIGN(attr->nla_len);
	if (step > walk->left)
		step = walk->left;
	walk->at += step;
	walk->left -= step;
	return attr;
}

static const struct attr *find_attr(const struct attr_set *set,
				    unsigned int type)
{
	if (!set || type >= set->count || !set->attr[type].name)
		return NULL;
	return &set->attr[type];
}

/**
 * schema_find - find an attribute by its name
 * @set: where to look
 * @name: its name
 *
 * Return: the attribute, NULL if there is none.
 */
const struct attr *schema_find(const struct attr_set *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (set->attr[i].name && !strcmp(set->attr[i].name, name))
			return &set->attr[i];
	return NULL;
}

/**
 * schema_mac - an Ethernet address as a JSON string
 * @mac: its six bytes
 *
 * Return: a new reference.
 */
json_t *schema_mac(const __u8 *mac)
{
	return must(json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x",
				       mac[0], mac[1], mac[2],
				       mac[3], mac[4], mac[5]));
}

/**
 * schema_text - text of the kernel as a JSON string
 * @data: text, which may or may not end with a zero byte
 * @len: bytes that there are at most
 *
 * What is not UTF-8 becomes the replacement character.
 *
 * Return: a new reference.
 */
json_t *schema_text(const void *data, size_t len)
{
	char *clean = text_utf8(data, strnlen(data, len));
	json_t *text = must(json_string(clean));

	free(clean);
	return text;
}

static json_t *decode_number(const struct attr *attr, const void *data,
			     size_t len)
{
	__u64 wide;
	__u32 value;

	if (len == sizeof(wide) && attr->type == ATTR_UINT) {
		memcpy(&wide, data, sizeof(wide));
		return must(json_integer((json_int_t)wide));
	}
	if (len != sizeof(value))
		return NULL;
	memcpy(&value, data, sizeof(value));
	if (attr->type == ATTR_S32)
		return must(json_integer((__s32)value));
	if (attr->values && value < attr->values->count)
		return must(json_string(attr->values->name[value]));
	return must(json_integer(value));
}

/* Bits as an array of their names. */
static json_t *decode_flags(const struct attr *attr, const void *data,
			    size_t len)
{
	json_t *array;
	__u32 value;
	size_t i;

	if (len != sizeof(value))
		return NULL;
	memcpy(&value, data, sizeof(value));
	array = must(json_array());
	for (i = 0; i < attr->values->count; i++)
		if (value & 1U << i)
			json_array_append_new(array,
					      must(json_string(attr->values->name[i])));
	return array;
}

static json_t *decode_value(const struct attr *attr, const void *data,
			    size_t len)
{
	switch (attr->type) {
	case ATTR_U32:
	case ATTR_S32:
	case ATTR_UINT:
		return decode_number(attr, data, len);
	case ATTR_FLAGS:
		return decode_flags(attr, data, len);
	case ATTR_STRING:
		return schema_text(data, len);
	case ATTR_FLAG:
		return json_true();
	case ATTR_MAC:
		return len == ETH_ALEN ? schema_mac(data) : NULL;
	case ATTR_NEST:
		return schema_decode(attr->nest, data, len);
	case ATTR_UNKNOWN:
		break;
	}
	return NULL;
}

/**
 * schema_decode - attributes as a JSON object
 * @set: what they are
 * @data: the first one
 * @len: bytes that there are
 *
 * Attributes that are not in the set, or are not of the size that they should
 * be, are left out.
 *
 * Return: a new reference.
 */
json_t *schema_decode(const struct attr_set *set, const void *data, size_t len)
{
	json_t *object = must(json_object());
	struct walk walk = { data, len };
	const struct nlattr *nla;

	while ((nla = walk_next(&walk))) {
		const struct attr *attr = find_attr(set, mnl_attr_get_type(nla));
		json_t *value, *array;

		if (!attr)
			continue;
		value = decode_value(attr, nla + 1, nla->nla_len - sizeof(*nla));
		if (!value)
			continue;
		if (!attr->multi) {
			json_object_set_new(object, attr->name, value);
			continue;
		}
		array = json_object_get(object, attr->name);
		if (!array) {
			array = must(json_array());
			json_object_set_new(object, attr->name, array);
		}
		json_array_append_new(array, value);
	}
	return object;
}

/* The attribute of a request that holds @offset, and where its inside is. */
static const struct nlattr *find_offset(struct walk *walk, const char *start,
					size_t offset)
{
	const struct nlattr *nla;

	while ((nla = walk_next(walk))) {
		size_t from = (const char *)nla - start;

		if (offset >= from && offset < from + nla->nla_len) {
			walk->at = (const char *)(nla + 1);
			walk->left = nla->nla_len - sizeof(*nla);
			return nla;
		}
	}
	return NULL;
}

/**
 * schema_path - name the attribute of a request at an offset
 * @set: what the attributes of the request are
 * @data: the first one
 * @len: bytes that there are
 * @offset: where the attribute begins, counted from @data
 * @path: where to write the name, with those of its nests before it
 * @size: bytes that there are at @path
 *
 * @path is empty if there is no such attribute.
 */
void schema_path(const struct attr_set *set, const void *data, size_t len,
		 size_t offset, char *path, size_t size)
{
	struct walk walk = { data, len };
	const struct nlattr *nla;
	size_t used = 0;

	path[0] = '\0';
	while (set && (nla = find_offset(&walk, data, offset))) {
		const struct attr *attr = find_attr(set, mnl_attr_get_type(nla));

		if (!attr || used >= size)
			return;
		used += snprintf(path + used, size - used, "%s%s",
				 used ? "." : "", attr->name);
		if ((const char *)nla - (const char *)data == (ptrdiff_t)offset)
			return;
		set = attr->nest;
	}
}

/**
 * schema_nest - the attribute set of a nest in a request
 * @set: what the attributes of the request are
 * @data: the first one
 * @len: bytes that there are
 * @offset: where the nest begins, counted from @data
 *
 * Return: the set, NULL if there is no nest.
 */
const struct attr_set *schema_nest(const struct attr_set *set, const void *data,
				   size_t len, size_t offset)
{
	struct walk walk = { data, len };
	const struct nlattr *nla;

	while (set && (nla = find_offset(&walk, data, offset))) {
		const struct attr *attr = find_attr(set, mnl_attr_get_type(nla));

		set = attr ? attr->nest : NULL;
		if ((const char *)nla - (const char *)data == (ptrdiff_t)offset)
			return set;
	}
	return NULL;
}
