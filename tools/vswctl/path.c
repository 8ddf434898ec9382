// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places in a JSON document, as text and as a line.  The parser does not keep
 * lines, so they are looked for in the text, which is known to be JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "text.h"

static const char *skip_blank(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static const char *skip_string(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

static const char *skip_value(const char *at)
{
	unsigned int depth = 0;

	for (at = skip_blank(at); *at; at++) {
		if (*at == '"') {
			at = skip_string(at);
			if (!depth)
				return at;
			at--;
		} else if (strchr("{[", *at)) {
			depth++;
		} else if (strchr("}]", *at)) {
			/* Behind a number, the end of what it is in. */
			if (!depth)
				return at;
			if (!--depth)
				return at + 1;
		} else if (!depth && strchr(", \t\r\n", *at)) {
			return at;
		}
	}
	return at;
}

/* Whether a string of the text, escapes included, is a key. */
static bool is_key(const char *at, const char *key)
{
	json_t *value = json_loadb(at, skip_string(at) - at, JSON_DECODE_ANY,
				   NULL);
	bool same = value && !strcmp(json_string_value(value), key);

	json_decref(value);
	return same;
}

/* The value of a key of an object. */
static const char *find_member(const char *at, const char *key)
{
	at = skip_blank(at + 1);
	while (*at == '"') {
		const char *name = at;

		at = skip_blank(skip_string(at));
		if (is_key(name, key))
			return skip_blank(at + 1);
		at = skip_blank(skip_value(at + 1));
		if (*at == ',')
			at = skip_blank(at + 1);
	}
	return NULL;
}

static const char *find_item(const char *at, size_t index)
{
	at = skip_blank(at + 1);
	while (index--) {
		at = skip_blank(skip_value(at));
		if (*at != ',')
			return NULL;
		at = skip_blank(at + 1);
	}
	return at;
}

static const char *find(const char *text, const struct path *path)
{
	const char *at, *found = NULL;

	if (!path)
		return skip_blank(text);
	at = find(text, path->up);
	if (path->key && *at == '{')
		found = find_member(at, path->key);
	else if (!path->key && *at == '[')
		found = find_item(at, path->index);
	return found ? found : at;
}

/**
 * path_line - the line of a place in a document
 * @text: the document, which is JSON
 * @path: the place; if it is not there, the last part of it that is
 *
 * Return: the number of the line, from 1.
 */
unsigned int path_line(const char *text, const struct path *path)
{
	const char *end = find(text, path);
	unsigned int line = 1;

	for (; text < end; text++)
		line += *text == '\n';
	return line;
}

static void put(FILE *out, const struct path *path)
{
	if (!path)
		return;
	put(out, path->up);
	if (path->key)
		fprintf(out, "%s%s", path->up ? "." : "", path->key);
	else
		fprintf(out, "[%zu]", path->index);
}

/**
 * path_text - a place in a document as text
 * @path: the place
 *
 * Return: text to be freed, such as portgroup[1].vlan.id.
 */
char *path_text(const struct path *path)
{
	char *text;
	size_t size;
	FILE *out;

	out = must(open_memstream(&text, &size));
	put(out, path);
	fclose(out);
	return must(text);
}
