// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is configured: the fields of each kind of object.  A field has the name
 * of its attribute and of its keyword, so that a value can be read from the
 * kernel, checked, and said in the words of a command, by one table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vswitch.h>

#include "addr.h"
#include "field.h"
#include "policy.h"
#include "print.h"
#include "schema.h"
#include "shape.h"
#include "text.h"
#include "vmk.h"
#include "vswctl.h"

static int parse_switch(struct args *args, const struct key *key,
			const char *value, void *field)
{
	if (strlen(value) > VSWITCH_SWITCH_NAME_MAX)
		return check_text(args, key->word, value,
				  VSWITCH_SWITCH_NAME_MAX);
	return parse_device(args, key, value, field);
}

/* What rtnetlink keeps of a vmk, and not the family. */
static const struct attr beside_attr[] = {
	{ "netns", ATTR_STRING },
	{ "address", ATTR_STRING, .multi = true },
};

static const struct attr_set set_beside = {
	beside_attr, ARRAY_SIZE(beside_attr),
};

static const struct field switch_fields[] = {
	{ { "name", parse_switch }, &set_switch, true },
	{ { "mtu", parse_mtu }, &set_switch },
	{ { "default-portgroup", parse_portgroup }, &set_switch },
};

static const struct field uplink_fields[] = {
	{ { "dev", parse_device }, &set_uplink, true },
	{ { "switch", parse_switch }, &set_uplink, true },
	{ { "role", parse_names, .names = &names_role }, &set_uplink },
};

static const struct field portgroup_fields[] = {
	{ { "name", parse_portgroup }, &set_portgroup, true },
	{ { "switch", parse_switch }, &set_portgroup, true },
	{ { "vlan", parse_vlan }, &set_portgroup },
};

static const struct field port_fields[] = {
	{ { "dev", parse_device }, &set_port, true },
	{ { "portgroup", parse_portgroup }, &set_port, true },
	{ { "client", parse_client }, &set_port },
	{ { "mac", parse_mac }, &set_port },
	{ { "allow-mac", parse_macs }, &set_port },
	{ { "blocked", parse_names, .names = &names_toggle }, &set_port },
};

static const struct field vmk_fields[] = {
	{ { "name", parse_switch }, &set_vmk, true },
	{ { "portgroup", parse_portgroup }, &set_vmk, true },
	{ { "mac", parse_mac }, &set_vmk },
	{ { "mtu", parse_mtu }, &set_vmk },
	{ { "netns", parse_netns }, &set_beside },
	{ { "address", parse_addr, .repeats = true }, &set_beside },
	{ { "service", parse_names, .names = &names_service }, &set_vmk },
	{ { "allow-mac", parse_macs }, &set_port },
	{ { "blocked", parse_names, .names = &names_toggle }, &set_port },
};

const struct kind_info kinds[KINDS] = {
	[KIND_SWITCH] = { "switch", "name", switch_fields,
			  ARRAY_SIZE(switch_fields), true },
	[KIND_UPLINK] = { "uplink", "dev", uplink_fields,
			  ARRAY_SIZE(uplink_fields) },
	[KIND_PORTGROUP] = { "portgroup", "name", portgroup_fields,
			     ARRAY_SIZE(portgroup_fields), true },
	[KIND_PORT] = { "port", "dev", port_fields, ARRAY_SIZE(port_fields) },
	[KIND_VMK] = { "vmk", "name", vmk_fields, ARRAY_SIZE(vmk_fields) },
};

/**
 * field_attr - how the value of a field is stored
 * @field: the field
 *
 * Return: its attribute.
 */
const struct attr *field_attr(const struct field *field)
{
	return schema_find(field->set, field->key.word);
}

/**
 * field_find - find a field by its name
 * @kind: whose field
 * @name: its name
 *
 * Return: the field, NULL if there is none.
 */
const struct field *field_find(enum kind kind, const char *name)
{
	size_t i;

	for (i = 0; i < kinds[kind].count; i++)
		if (!strcmp(kinds[kind].field[i].key.word, name))
			return &kinds[kind].field[i];
	return NULL;
}

/**
 * field_policy_key - find the keyword of a policy field
 * @name: the field
 *
 * Return: its keyword, NULL if there is none.
 */
const struct key *field_policy_key(const char *name)
{
	size_t i;

	for (i = 0; i < POLICY_KEYS; i++)
		if (!strcmp(policy_keys[i].word, name))
			return &policy_keys[i];
	return NULL;
}

/**
 * field_repeats - whether each item of a list has the keyword of its own
 * @word: the keyword; only vmks have such
 *
 * Return: true if so; other lists are one word.
 */
bool field_repeats(const char *word)
{
	const struct field *field = field_find(KIND_VMK, word);

	return field && field->key.repeats;
}

static void add_word(json_t *words, const char *word)
{
	json_array_append_new(words, must(json_string(word)));
}

/* Adds text of several words, and frees it. */
static void add_words(json_t *words, char *text)
{
	char *at = text, *word;

	while ((word = strsep(&at, " ")))
		add_word(words, word);
	free(text);
}

static void add_list(json_t *words, const json_t *list)
{
	const json_t *item;
	size_t index, size;
	char *text;
	FILE *out;

	out = must(open_memstream(&text, &size));
	json_array_foreach(list, index, item)
		fprintf(out, "%s%s", index ? "," : "", json_string_value(item));
	fclose(out);
	text = must(text);
	add_word(words, *text ? text : "none");
	free(text);
}

/* A nest: a shaper, a VLAN setting, or a list. */
static void add_nest(json_t *words, const json_t *value)
{
	json_t *object;

	if (json_object_get(value, "average")) {
		add_words(words, shape_text(value));
	} else if (json_object_get(value, "id") ||
		   json_object_get(value, "range")) {
		object = must(json_pack("{s:O}", "vlan", value));
		add_words(words, cell_vlan(object, "vlan"));
		json_decref(object);
	} else {
		const json_t *list = json_object_get(value, "dev");

		add_list(words, list ? list : json_object_get(value, "address"));
	}
}

/**
 * field_words - say a value in the words that set it
 * @words: array of words to append to
 * @word: the keyword
 * @value: the value; NULL for one that is to be inherited
 */
void field_words(json_t *words, const char *word, const json_t *value)
{
	const json_t *item;
	size_t index;

	if (json_is_array(value) && field_repeats(word)) {
		json_array_foreach(value, index, item)
			field_words(words, word, item);
		return;
	}
	add_word(words, word);
	if (!value) {
		add_word(words, "inherit");
	} else if (json_is_object(value)) {
		add_nest(words, value);
	} else if (json_is_array(value)) {
		add_list(words, value);
	} else if (json_is_integer(value)) {
		add_words(words, text_format("%" JSON_INTEGER_FORMAT,
					     json_integer_value(value)));
	} else {
		add_word(words, json_string_value(value));
	}
}
