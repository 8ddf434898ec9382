// SPDX-License-Identifier: GPL-2.0-only
/*
 * An object on one line: its kind, its name, then keys and values, in the words
 * that set them where something sets them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "line.h"
#include "print.h"
#include "shape.h"
#include "text.h"
#include "vswctl.h"

/* Text as one word, safe for a terminal. */
static char *quote(const char *text)
{
	char *safe = text_escape(text);
	char *quoted = text_quote(safe);

	free(safe);
	return quoted;
}

/* The one array of a list of devices or of addresses. */
static const char *list_key(const json_t *value)
{
	return json_object_get(value, "address") ? "address" : "dev";
}

/* A value in words; NULL if it has keys of its own that are to be written. */
static char *value_text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return quote(json_string_value(value));
	if (json_is_true(value))
		return must(strdup("yes"));
	if (!strcmp(key, "vlan") && json_is_object(value))
		return cell_vlan(object, key);
	if (!json_is_object(value))
		return cell_value(object, key);
	if (!json_object_size(value))
		return must(strdup("none"));
	if (json_object_get(value, "average"))
		return shape_text(value);
	if (json_object_get(value, list_key(value)))
		return cell_value(value, list_key(value));
	return NULL;
}

static void put_pair(const char *before, const char *key, const char *value)
{
	enum colour colour = strcmp(key, "state") ? COLOUR_NONE :
			     colour_of_state(value);

	printf(" %s%s%s %s%s%s", before, *before ? "-" : "", key,
	       colour_on(colour), value, colour_off(colour));
}

static void put_counters(const json_t *stats)
{
	const json_t *value, *drop;
	const char *key;
	size_t index;
	char *text;

	json_object_foreach((json_t *)stats, key, value) {
		const json_t *counter;
		const char *name;

		json_object_foreach((json_t *)value, name, counter) {
			text = value_text(value, name);
			put_pair(key, name, text);
			free(text);
		}
		if (!json_is_integer(value))
			continue;
		text = value_text(stats, key);
		put_pair("", key, text);
		free(text);
	}
	json_array_foreach(json_object_get(stats, "drop"), index, drop) {
		text = cell_value(drop, "frames");
		put_pair("drop", get_text(drop, "reason"), text);
		free(text);
	}
}

/* The fields of a policy, or in brackets those that it inherits. */
static void put_policy(const json_t *policy, const json_t *own)
{
	const json_t *value;
	const char *key;

	json_object_foreach((json_t *)policy, key, value) {
		char *text = value_text(policy, key);

		if (!own)
			put_pair("", key, text);
		else if (!json_object_get(own, key))
			printf(" (%s %s)", key, text);
		free(text);
	}
}

static const char *name_key(const char *word)
{
	static const struct {
		const char *word;
		const char *key;
	} other[] = {
		{ "uplink", "dev" }, { "port", "dev" }, { "fdb", "address" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(other); i++)
		if (!strcmp(other[i].word, word))
			return other[i].key;
	return "name";
}

/**
 * line_put - print an object, without the end of the line
 * @ctl: the run
 * @word: what kind of object it is
 * @object: the object
 */
void line_put(const struct ctl *ctl, const char *word, const json_t *object)
{
	const json_t *own = json_object_get(object, "policy"), *value;
	char *text = quote(get_text(object, name_key(word)));
	const char *key;

	printf("%s%s %s%s", colour_on(COLOUR_HEAD), word, text,
	       colour_off(COLOUR_HEAD));
	free(text);
	json_object_foreach((json_t *)object, key, value) {
		if (!strcmp(key, name_key(word)))
			continue;
		if (!strcmp(key, "stats")) {
			put_counters(value);
		} else if (!strcmp(key, "policy")) {
			put_policy(value, NULL);
		} else if (!strcmp(key, "effective")) {
			if (ctl->details)
				put_policy(value, own);
		} else {
			text = value_text(object, key);
			if (text)
				put_pair("", key, text);
			free(text);
		}
	}
}

/**
 * line_list - print objects as JSON or on a line each, if that is asked for
 * @ctl: the run
 * @list: JSON array of the objects
 *
 * Return: whether it was.
 */
bool line_list(const struct ctl *ctl, const json_t *list)
{
	const json_t *object;
	size_t index;

	if (ctl->json) {
		print_json(ctl, list);
		return true;
	}
	if (!ctl->oneline)
		return false;
	json_array_foreach(list, index, object) {
		line_put(ctl, ctl->object, object);
		putchar('\n');
	}
	return true;
}
