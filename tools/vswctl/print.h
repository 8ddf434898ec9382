/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_PRINT_H
#define VSWCTL_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

struct ctl;

/* What stands in a cell that has nothing to say. */
#define NOTHING "-"

/**
 * struct column - a column of a table
 * @head: its title
 * @cell: makes text, to be freed, of an object; NULL for the text of @key
 * @key: key of the value in the object
 * @number: the column holds numbers
 * @optional: leave the column out if it has nothing to say
 * @state: the column says how something is
 */
struct column {
	const char *head;
	char *(*cell)(const json_t *object, const char *key);
	const char *key;
	bool number;
	bool optional;
	bool state;
};

const char *get_text(const json_t *object, const char *key);
json_int_t get_number(const json_t *object, const char *key);
bool get_is(const json_t *object, const char *key, const char *value);

char *cell_value(const json_t *object, const char *key);
char *cell_count(const json_t *object, const char *key);
char *cell_vlan(const json_t *object, const char *key);
char *cell_devices(const json_t *policy, const char *key);

void print_json(const struct ctl *ctl, const json_t *value);
void print_table(const struct column *columns, size_t count,
		 const json_t *list);
void print_stats(const json_t *list, const char *key);

#endif /* VSWCTL_PRINT_H */
