// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing: JSON as it is, and tables of what is in it.
 */
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

/* Blanks between two columns. */
#define GAP 2

/**
 * get_text - a string of an object
 * @object: the object
 * @key: its key
 *
 * Return: the string, empty if there is none.
 */
const char *get_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/**
 * get_number - a number of an object
 * @object: the object
 * @key: its key
 *
 * Return: the number, 0 if there is none.
 */
json_int_t get_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/**
 * get_is - whether an object has a string of a certain value
 * @object: the object
 * @key: its key
 * @value: the value
 *
 * Return: true if it has.
 */
bool get_is(const json_t *object, const char *key, const char *value)
{
	return !strcmp(get_text(object, key), value);
}

/**
 * cell_value - a string, a number or an array of strings as text
 * @object: the object
 * @key: its key
 *
 * Return: text to be freed.
 */
char *cell_value(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const json_t *item;
	size_t index, size;
	char *text;
	FILE *out;

	if (json_is_integer(value))
		return text_format("%" JSON_INTEGER_FORMAT,
				   json_integer_value(value));
	if (json_is_string(value) && json_string_length(value))
		return must(strdup(json_string_value(value)));
	if (!json_array_size(value))
		return must(strdup(NOTHING));
	out = must(open_memstream(&text, &size));
	json_array_foreach(value, index, item)
		fprintf(out, "%s%s", index ? "," : "", json_string_value(item));
	fclose(out);
	return must(text);
}

/**
 * cell_count - a number of things
 * @object: the object
 * @key: its key
 *
 * Return: text to be freed, which says nothing if there are none.
 */
char *cell_count(const json_t *object, const char *key)
{
	if (get_number(object, key))
		return cell_value(object, key);
	return must(strdup(NOTHING));
}

/**
 * cell_devices - a list of devices in a policy
 * @policy: the policy
 * @key: the list
 *
 * Return: text to be freed.
 */
char *cell_devices(const json_t *policy, const char *key)
{
	return cell_value(json_object_get(policy, key), "dev");
}

/**
 * cell_vlan - a VLAN setting in the words that set it
 * @object: the object
 * @key: its key
 *
 * Return: text to be freed.
 */
char *cell_vlan(const json_t *object, const char *key)
{
	const json_t *vlan = json_object_get(object, key);
	const json_t *ranges = json_object_get(vlan, "range");
	const json_t *range = json_array_get(ranges, 0);
	size_t index, size;
	char *text;
	FILE *out;

	if (!ranges) {
		json_int_t id = get_number(vlan, "id");

		return id ? text_format("%" JSON_INTEGER_FORMAT, id) :
		       must(strdup("none"));
	}
	if (!get_number(range, "first") && get_number(range, "last") == 4094)
		return must(strdup("all"));
	out = must(open_memstream(&text, &size));
	json_array_foreach(ranges, index, range) {
		json_int_t first = get_number(range, "first");
		json_int_t last = get_number(range, "last");

		fprintf(out, "%s%" JSON_INTEGER_FORMAT, index ? "," : "trunk ",
			first);
		if (last != first)
			fprintf(out, "-%" JSON_INTEGER_FORMAT, last);
	}
	fclose(out);
	return must(text);
}

/**
 * print_json - print a value as JSON
 * @ctl: the run
 * @value: the value
 */
void print_json(const struct ctl *ctl, const json_t *value)
{
	char *text = must(json_dumps(value, ctl->pretty ? JSON_INDENT(4) :
				     JSON_COMPACT));
	char *safe, *line, *next;

	for (line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		safe = text_escape_json(line);
		puts(safe);
		free(safe);
	}
	free(text);
}

/* One cell as it is to be shown. */
static char *make_cell(const struct column *column, const json_t *object)
{
	char *text, *safe;

	if (column->cell)
		text = column->cell(object, column->key);
	else
		text = cell_value(object, column->key);
	safe = text_escape(text);
	free(text);
	return safe;
}

static void print_cell(const char *text, size_t width, bool number, bool last,
		       enum colour colour)
{
	int pad = width - text_width(text);

	if (number)
		printf("%*s", pad, "");
	printf("%s%s%s", colour_on(colour), text, colour_off(colour));
	if (!number && !last)
		printf("%*s", pad, "");
	if (!last)
		printf("%*s", GAP, "");
}

static enum colour cell_colour(const struct column *column, const char *text,
			       bool head)
{
	if (head)
		return COLOUR_HEAD;
	return column->state ? colour_of_state(text) : COLOUR_NONE;
}

/* Prints rows of cells, the first of which is the heads. */
static void print_rows(const struct column *columns, const size_t *width,
		       size_t count, char **cells, size_t rows)
{
	size_t row, i, last = 0;

	for (i = 0; i < count; i++)
		if (width[i])
			last = i;
	for (row = 0; row < rows; row++) {
		for (i = 0; i <= last; i++) {
			const char *text = cells[row * count + i];

			if (width[i])
				print_cell(text, width[i], columns[i].number,
					   i == last,
					   cell_colour(&columns[i], text, !row));
		}
		putchar('\n');
	}
}

/**
 * print_table - print objects as a table
 * @columns: its columns
 * @count: how many there are
 * @list: JSON array of the objects
 */
void print_table(const struct column *columns, size_t count,
		 const json_t *list)
{
	size_t rows = json_array_size(list) + 1;
	char **cells = must(calloc(rows * count, sizeof(*cells)));
	size_t *width = must(calloc(count, sizeof(*width)));
	size_t row, i;

	for (i = 0; i < count; i++) {
		bool needed = !columns[i].optional;

		cells[i] = must(strdup(columns[i].head));
		width[i] = text_width(cells[i]);
		for (row = 1; row < rows; row++) {
			char *cell = make_cell(&columns[i],
					       json_array_get(list, row - 1));

			cells[row * count + i] = cell;
			needed |= strcmp(cell, NOTHING);
			if (text_width(cell) > width[i])
				width[i] = text_width(cell);
		}
		if (!needed)
			width[i] = 0;
	}
	print_rows(columns, width, count, cells, rows);
	for (i = 0; i < rows * count; i++)
		free(cells[i]);
	free(cells);
	free(width);
}

static char *cell_reasons(const json_t *object, const char *key)
{
	const json_t *drops = json_object_get(object, key);
	const json_t *drop;
	size_t index, size;
	char *text;
	FILE *out;

	if (!json_array_size(drops))
		return must(strdup(NOTHING));
	out = must(open_memstream(&text, &size));
	json_array_foreach(drops, index, drop) {
		char *reason = cell_value(drop, "reason");

		fprintf(out, "%s%s %" JSON_INTEGER_FORMAT, index ? ", " : "",
			reason, get_number(drop, "frames"));
		free(reason);
	}
	fclose(out);
	return must(text);
}

/* One row of the counters: what came or went. */
static void add_direction(json_t *rows, const json_t *name, const json_t *stats,
			  const char *direction)
{
	json_t *row = must(json_object());

	json_object_update(row, json_object_get(stats, direction));
	json_object_set(row, "name", (json_t *)name);
	json_object_set_new(row, "direction", json_string(direction));
	json_array_append_new(rows, row);
}

/**
 * print_stats - print the counters of objects as tables
 * @list: JSON array of the objects
 * @key: key of their names
 */
void print_stats(const json_t *list, const char *key)
{
	static const struct column frames[] = {
		{ "DEV", .key = "name" },
		{ "", .key = "direction" },
		{ "UNICAST", .key = "unicast-frames", .number = true },
		{ "BYTES", .key = "unicast-bytes", .number = true },
		{ "MULTICAST", .key = "multicast-frames", .number = true },
		{ "BYTES", .key = "multicast-bytes", .number = true },
		{ "BROADCAST", .key = "broadcast-frames", .number = true },
		{ "BYTES", .key = "broadcast-bytes", .number = true },
	};
	static const struct column drops[] = {
		{ "DEV", .key = "name" },
		{ "DROPPED", .key = "dropped", .number = true },
		{ "FILTERED", .key = "filtered", .number = true,
		  .optional = true },
		{ "REASONS", cell_reasons, "drop" },
	};
	json_t *moved = must(json_array()), *dropped = must(json_array());
	const json_t *object;
	size_t index;

	json_array_foreach(list, index, object) {
		const json_t *stats = json_object_get(object, "stats");
		json_t *name = json_object_get(object, key);
		json_t *row = must(json_object());

		add_direction(moved, name, stats, "in");
		add_direction(moved, name, stats, "out");
		json_object_update(row, (json_t *)stats);
		json_object_set(row, "name", name);
		json_array_append_new(dropped, row);
	}
	putchar('\n');
	print_table(frames, ARRAY_SIZE(frames), moved);
	putchar('\n');
	print_table(drops, ARRAY_SIZE(drops), dropped);
	json_decref(moved);
	json_decref(dropped);
}
