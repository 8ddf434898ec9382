/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_SCHEMA_H
#define VSWCTL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <jansson.h>

/**
 * enum attr_type - how the value of an attribute is stored
 * @ATTR_UNKNOWN: not an attribute of the set
 * @ATTR_U32: unsigned number, maybe with names
 * @ATTR_S32: signed number
 * @ATTR_UINT: unsigned number of 4 or 8 bytes
 * @ATTR_FLAGS: bits of a number, each with a name
 * @ATTR_STRING: text
 * @ATTR_FLAG: true by being there
 * @ATTR_MAC: Ethernet address
 * @ATTR_NEST: a set of attributes
 */
enum attr_type {
	ATTR_UNKNOWN,
	ATTR_U32,
	ATTR_S32,
	ATTR_UINT,
	ATTR_FLAGS,
	ATTR_STRING,
	ATTR_FLAG,
	ATTR_MAC,
	ATTR_NEST,
};

/**
 * struct names - the names of an enumeration
 * @name: in the order of their values, from 0, or of their bits
 * @count: how many there are
 */
struct names {
	const char *const *name;
	size_t count;
};

/**
 * struct attr - one attribute, as the netlink spec names it
 * @name: its name in the spec
 * @type: how its value is stored
 * @multi: whether it comes several times and makes an array
 * @nest: what is inside a nest
 * @values: names of its values
 */
struct attr {
	const char *name;
	enum attr_type type;
	bool multi;
	const struct attr_set *nest;
	const struct names *values;
};

/**
 * struct attr_set - an attribute set of the netlink spec
 * @attr: its attributes by number
 * @count: numbers in @attr
 */
struct attr_set {
	const struct attr *attr;
	size_t count;
};

extern const struct names names_toggle;
extern const struct names names_teaming;
extern const struct names names_detection;
extern const struct names names_permission;
extern const struct names names_over_limit;
extern const struct names names_role;
extern const struct names names_link_state;
extern const struct names names_choice;
extern const struct names names_port_kind;
extern const struct names names_service;
extern const struct names names_origin;
extern const struct names names_action;
extern const struct names names_drop_reason;

extern const struct attr_set set_policy;
extern const struct attr_set set_switch;
extern const struct attr_set set_portgroup;
extern const struct attr_set set_uplink;
extern const struct attr_set set_port;
extern const struct attr_set set_vmk;
extern const struct attr_set set_fdb;
extern const struct attr_set set_why;

const struct attr *schema_find(const struct attr_set *set, const char *name);
json_t *schema_decode(const struct attr_set *set, const void *data, size_t len);
void schema_path(const struct attr_set *set, const void *data, size_t len,
		 size_t offset, char *path, size_t size);
const struct attr_set *schema_nest(const struct attr_set *set, const void *data,
				   size_t len, size_t offset);
json_t *schema_mac(const __u8 *mac);
json_t *schema_text(const void *data, size_t len);

#endif /* VSWCTL_SCHEMA_H */
