// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shapers as words: off, or rates and a size with the units of tc.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <linux/vswitch.h>

#include "args.h"
#include "nl.h"
#include "print.h"
#include "shape.h"
#include "text.h"
#include "vswctl.h"
#include "words.h"

/**
 * struct unit - a unit
 * @name: what follows the number, in any case
 * @factor: what the number is multiplied by
 */
struct unit {
	const char *name;
	__u64 factor;
};

/* The first ones, up to the base, are those that are printed. */
static const struct unit rate_units[] = {
	{ "tbit", 1000000000000 }, { "gbit", 1000000000 },
	{ "mbit", 1000000 }, { "kbit", 1000 }, { "bit", 1 },
	{ "tibit", 1ULL << 40 }, { "gibit", 1 << 30 },
	{ "mibit", 1 << 20 }, { "kibit", 1 << 10 },
	{ "tbps", 8000000000000 }, { "gbps", 8000000000 },
	{ "mbps", 8000000 }, { "kbps", 8000 }, { "bps", 8 },
	{ "tibps", 8ULL << 40 }, { "gibps", 8ULL << 30 },
	{ "mibps", 8 << 20 }, { "kibps", 8 << 10 },
};

static const struct unit size_units[] = {
	{ "gb", 1 << 30 }, { "mb", 1 << 20 }, { "kb", 1 << 10 }, { "b", 1 },
	{ "g", 1 << 30 }, { "m", 1 << 20 }, { "k", 1 << 10 },
	{ "gbit", 1 << 27 }, { "mbit", 1 << 17 }, { "kbit", 1 << 7 },
};

/**
 * struct quantity - what can be measured
 * @name: what to call it
 * @unit: its units
 * @count: how many there are
 * @usual: the unit that is proposed
 * @min: the least that it can be
 * @max: the most
 */
struct quantity {
	const char *name;
	const struct unit *unit;
	size_t count;
	const char *usual;
	__u64 min;
	__u64 max;
};

static const struct quantity rate = {
	"rate", rate_units, ARRAY_SIZE(rate_units), "mbit",
	VSWITCH_SHAPE_RATE_MIN, VSWITCH_SHAPE_RATE_MAX,
};

static const struct quantity size = {
	"size", size_units, ARRAY_SIZE(size_units), "kb",
	VSWITCH_SHAPE_BURST_MIN, VSWITCH_SHAPE_BURST_MAX,
};

/**
 * struct part - a part of a shaper
 * @word: its word
 * @key: the name of its attribute
 * @quantity: what it is
 * @offset: where it is in a struct shape
 */
struct part {
	const char *word;
	const char *key;
	const struct quantity *quantity;
	size_t offset;
};

static const struct part parts[] = {
	{ "avg", "average", &rate, offsetof(struct shape, average) },
	{ "peak", "peak", &rate, offsetof(struct shape, peak) },
	{ "burst", "burst", &size, offsetof(struct shape, burst) },
};

/* The bytes of a number at the beginning, 0 if there is none. */
static size_t number_len(const char *text)
{
	size_t whole = strspn(text, "0123456789"), part;

	if (!whole || text[whole] != '.')
		return whole;
	part = strspn(text + whole + 1, "0123456789");
	return part ? whole + 1 + part : 0;
}

static const struct unit *find_unit(const struct quantity *quantity,
				    const char *name)
{
	size_t i;

	for (i = 0; i < quantity->count; i++)
		if (!strcasecmp(quantity->unit[i].name, name))
			return &quantity->unit[i];
	return NULL;
}

/* A number in the largest unit in which it is a whole one. */
static char *quantity_text(const struct quantity *quantity, __u64 number)
{
	const struct unit *unit = quantity->unit;

	while (number % unit->factor)
		unit++;
	return text_format("%llu%s", number / unit->factor, unit->name);
}

static int out_of_range(struct args *args, const struct key *key,
			const struct quantity *quantity, const char *value)
{
	char *min = quantity_text(quantity, quantity->min);
	char *max = quantity_text(quantity, quantity->max);

	ctl_fail(args->ctl, STATUS_USAGE, "the %s %s is out of range, %s to %s (%s)",
		 quantity->name, value, min, max, key->word);
	free(min);
	free(max);
	return STATUS_USAGE;
}

static int read_quantity(struct args *args, const struct key *key,
			 const struct quantity *quantity, const char *value,
			 __u64 *into)
{
	size_t len = number_len(value);
	const struct unit *unit = find_unit(quantity, value + len);
	double number;

	if (len && !value[len])
		return ctl_fail(args->ctl, STATUS_USAGE,
				"%s needs a unit, such as %s%s (%s)",
				value, value, quantity->usual, key->word);
	if (!len || !unit)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a %s, such as 64%s (%s)",
				value, quantity->name, quantity->usual, key->word);
	number = strtod(value, NULL) * unit->factor + 0.5;
	if (number < quantity->min || number >= quantity->max + 1.0)
		return out_of_range(args, key, quantity, value);
	*into = number;
	return STATUS_OK;
}

static const struct part *find_part(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strcmp(parts[i].word, word))
			return &parts[i];
	return NULL;
}

/* Takes the value of a part from the command. */
static int take_part(struct args *args, const struct key *key,
		     const struct part *part, struct shape *shape)
{
	__u64 *into = (__u64 *)((char *)shape + part->offset);

	if (*into)
		return ctl_fail(args->ctl, STATUS_USAGE, "\"%s\" is given twice (%s)",
				part->word, key->word);
	if (!*args->argv)
		return ctl_fail(args->ctl, STATUS_USAGE, "\"%s\" needs a value (%s)",
				part->word, key->word);
	return read_quantity(args, key, part->quantity, *args->argv++, into);
}

static int not_a_shape(struct args *args, const struct key *key,
		       const char *value)
{
	static const struct words words = { { "off", "avg" }, 2 };
	const char *meant = words_meant(&words, value);

	if (meant)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a value of %s; did you mean \"%s\"?",
				value, key->word, meant);
	return ctl_fail(args->ctl, STATUS_USAGE,
			"\"%s\" is not a value of %s; it takes off or avg RATE [peak RATE] burst SIZE",
			value, key->word);
}

static int no_burst(struct args *args, const struct key *key)
{
	static const struct words words = { { "peak", "burst" }, 2 };
	const char *said = *args->argv;
	const char *meant = said ? words_meant(&words, said) : NULL;

	if (meant)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a part of %s; did you mean \"%s\"?",
				said, key->word, meant);
	return ctl_fail(args->ctl, STATUS_USAGE,
			"\"burst\" is missing, such as burst 64kb (%s)",
			key->word);
}

static int low_peak(struct args *args, const struct key *key,
		    const struct shape *shape)
{
	char *peak = quantity_text(&rate, shape->peak);
	char *average = quantity_text(&rate, shape->average);

	ctl_fail(args->ctl, STATUS_USAGE, "the peak %s is below the average %s (%s)",
		 peak, average, key->word);
	free(peak);
	free(average);
	return STATUS_USAGE;
}

/**
 * parse_shape - a shaper
 * @args: the command; all but the first word is taken from it
 * @key: the keyword
 * @value: the first word
 * @field: a struct shape for it
 *
 * Return: an exit status.
 */
int parse_shape(struct args *args, const struct key *key, const char *value,
		void *field)
{
	const struct part *part = find_part(value);
	struct shape *shape = field;
	int status;

	*shape = (struct shape){ .average = 0 };
	if (!strcmp(value, "off"))
		return STATUS_OK;
	if (part != parts)
		return not_a_shape(args, key, value);
	do {
		status = take_part(args, key, part, shape);
		part = *args->argv ? find_part(*args->argv) : NULL;
		if (part)
			args->argv++;
	} while (!status && part);
	if (status)
		return status;
	if (!shape->burst)
		return no_burst(args, key);
	if (shape->peak && shape->peak < shape->average)
		return low_peak(args, key, shape);
	return STATUS_OK;
}

/**
 * shape_put - write a shaper into a request
 * @req: the request
 * @type: attribute that holds a shaper
 * @shape: the shaper
 */
void shape_put(struct req *req, __u16 type, const struct shape *shape)
{
	struct nlattr *nest = req_nest(req, type);

	req_uint(req, VSWITCH_A_SHAPE_AVERAGE, shape->average);
	if (shape->peak)
		req_uint(req, VSWITCH_A_SHAPE_PEAK, shape->peak);
	if (shape->burst)
		req_u32(req, VSWITCH_A_SHAPE_BURST, shape->burst);
	req_nest_end(req, nest);
}

/**
 * shape_text - a shaper in the words that set it
 * @shape: the shaper, or NULL
 *
 * Return: text to be freed.
 */
char *shape_text(const json_t *shape)
{
	size_t i, bytes;
	char *text;
	FILE *out;

	if (!get_number(shape, "average"))
		return must(strdup("off"));
	out = must(open_memstream(&text, &bytes));
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		json_int_t number = get_number(shape, parts[i].key);
		char *value;

		if (!number)
			continue;
		value = quantity_text(parts[i].quantity, number);
		fprintf(out, "%s%s %s", i ? " " : "", parts[i].word, value);
		free(value);
	}
	fclose(out);
	return must(text);
}
