/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_FIELD_H
#define VSWCTL_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "args.h"

struct attr;
struct attr_set;

/**
 * enum kind - the kinds of objects in a configuration
 * @KIND_SWITCH: switches
 * @KIND_UPLINK: uplinks
 * @KIND_PORTGROUP: portgroups
 * @KIND_PORT: vnics
 * @KIND_VMK: vmks
 * @KINDS: how many kinds there are
 */
enum kind {
	KIND_SWITCH,
	KIND_UPLINK,
	KIND_PORTGROUP,
	KIND_PORT,
	KIND_VMK,
	KINDS,
};

/**
 * struct field - something that is configured of an object
 * @key: the keyword that sets it, which is also its key in a document
 * @set: the attribute set that says how its value is stored
 * @required: an object is nothing without it
 */
struct field {
	struct key key;
	const struct attr_set *set;
	bool required;
};

/**
 * struct kind_info - what there is to know about a kind
 * @word: its word, which is also its key in a document
 * @id: the field that names an object; it comes first
 * @field: its fields
 * @count: how many there are
 * @policy: whether it has a policy, too
 */
struct kind_info {
	const char *word;
	const char *id;
	const struct field *field;
	size_t count;
	bool policy;
};

extern const struct kind_info kinds[KINDS];

const struct attr *field_attr(const struct field *field);
const struct field *field_find(enum kind kind, const char *name);
const struct key *field_policy_key(const char *name);
bool field_repeats(const char *word);
void field_words(json_t *words, const char *word, const json_t *value);

#endif /* VSWCTL_FIELD_H */
