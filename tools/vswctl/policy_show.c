// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies as text.  What a portgroup inherits is in brackets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_show.h"
#include "print.h"
#include "shape.h"
#include "text.h"
#include "vswctl.h"

/**
 * struct usual - a policy field and what it is when nobody has set it
 * @key: the field
 * @value: its value as text
 */
struct usual {
	const char *key;
	const char *value;
};

static const struct usual security[] = {
	{ "promiscuous", "reject" },
	{ "mac-changes", "accept" },
	{ "forged", "accept" },
	{ "mac-learning", "off" },
	{ "mac-limit", "4096" },
	{ "mac-over-limit", "drop" },
	{ "mac-flood", "on" },
};

static const struct usual failover[] = {
	{ "detect", "link" },
	{ "notify", "on" },
	{ "failback", "on" },
	{ "up-delay", "100" },
};

static const struct usual shaping[] = {
	{ "shape-from-guest", "off" },
	{ "shape-to-guest", "off" },
};

/* What holds for a switch or a portgroup. */
static const json_t *policy_of(const json_t *object)
{
	const json_t *effective = json_object_get(object, "effective");

	return effective ? effective : json_object_get(object, "policy");
}

static bool is_inherited(const json_t *object, const char *key)
{
	return json_object_get(object, "effective") &&
	       !json_object_get(json_object_get(object, "policy"), key);
}

static char *mark_inherited(const json_t *object, const char *key, char *text)
{
	char *marked;

	if (!is_inherited(object, key))
		return text;
	marked = text_format("(%s)", text);
	free(text);
	return marked;
}

/**
 * cell_policy - a number or a word in a policy
 * @object: what has the policy
 * @key: the field
 *
 * Return: text to be freed.
 */
char *cell_policy(const json_t *object, const char *key)
{
	return mark_inherited(object, key, cell_value(policy_of(object), key));
}

/**
 * cell_team - a list of devices in a policy
 * @object: what has the policy
 * @key: the field
 *
 * Return: text to be freed.
 */
char *cell_team(const json_t *object, const char *key)
{
	return mark_inherited(object, key, cell_devices(policy_of(object), key));
}

static char *cell_shape(const json_t *object, const char *key)
{
	const json_t *shape = json_object_get(policy_of(object), key);

	return mark_inherited(object, key, shape_text(shape));
}

/* Writes a field with its value, unless there is nothing to say about it. */
static void put_unusual(FILE *out, const json_t *object,
			const struct usual *usual)
{
	const json_t *value = json_object_get(policy_of(object), usual->key);
	bool inherited = is_inherited(object, usual->key);
	bool set = json_object_get(object, "effective") && !inherited;
	char *text;

	if (!value)
		return;
	text = json_is_object(value) ? shape_text(value) :
	       cell_value(policy_of(object), usual->key);
	if (set || strcmp(text, usual->value))
		fprintf(out, "%s%s%s %s%s", ftell(out) ? ", " : "",
			inherited ? "(" : "", usual->key, text,
			inherited ? ")" : "");
	free(text);
}

static char *list_unusual(const json_t *object, const struct usual *usual,
			  size_t count)
{
	size_t i, size;
	char *text;
	FILE *out;

	out = must(open_memstream(&text, &size));
	for (i = 0; i < count; i++)
		put_unusual(out, object, &usual[i]);
	if (!ftell(out))
		fputs(NOTHING, out);
	fclose(out);
	return must(text);
}

/**
 * cell_security - the unusual security settings in the words that set them
 * @object: what has the policy
 * @key: not used
 *
 * Return: text to be freed, with everything that is set on a portgroup, and
 * what else is not the default.
 */
char *cell_security(const json_t *object, __attribute__((unused)) const char *key)
{
	return list_unusual(object, security, ARRAY_SIZE(security));
}

/**
 * cell_failover - the unusual failover settings in the words that set them
 * @object: what has the policy
 * @key: not used
 *
 * Return: text to be freed.
 */
char *cell_failover(const json_t *object, __attribute__((unused)) const char *key)
{
	return list_unusual(object, failover, ARRAY_SIZE(failover));
}

/**
 * cell_shaping - the shapers in the words that set them
 * @object: what has the policy
 * @key: not used
 *
 * Return: text to be freed.
 */
char *cell_shaping(const json_t *object, __attribute__((unused)) const char *key)
{
	return list_unusual(object, shaping, ARRAY_SIZE(shaping));
}

/**
 * print_policies - print all of what policies say beyond teaming
 * @list: JSON array of what has them
 */
void print_policies(const json_t *list)
{
	static const struct column columns[] = {
		{ "NAME", .key = "name" },
		{ "DETECT", cell_policy, "detect" },
		{ "NOTIFY", cell_policy, "notify" },
		{ "FAILBACK", cell_policy, "failback" },
		{ "UP-DELAY", cell_policy, "up-delay", .number = true },
		{ "PROMISCUOUS", cell_policy, "promiscuous" },
		{ "MAC-CHANGES", cell_policy, "mac-changes" },
		{ "FORGED", cell_policy, "forged" },
		{ "MAC-LEARNING", cell_policy, "mac-learning" },
		{ "MAC-LIMIT", cell_policy, "mac-limit", .number = true },
		{ "MAC-OVER-LIMIT", cell_policy, "mac-over-limit" },
		{ "MAC-FLOOD", cell_policy, "mac-flood" },
		{ "SHAPE-FROM-GUEST", cell_shape, "shape-from-guest" },
		{ "SHAPE-TO-GUEST", cell_shape, "shape-to-guest" },
	};

	putchar('\n');
	print_table(columns, ARRAY_SIZE(columns), list);
}
