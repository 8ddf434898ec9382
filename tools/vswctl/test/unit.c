// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of what needs no kernel: "unit" tests the parts and prints TAP; "unit
 * draw" draws a host, "unit svg" does it as an SVG, "unit why" says what becomes
 * of frames, and "unit plan" how to get from one configuration to another, all
 * given as JSON on standard input.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netlink.h>
#include <linux/vswitch.h>

#include "args.h"
#include "batch.h"
#include "config.h"
#include "draw.h"
#include "load.h"
#include "nl.h"
#include "plan.h"
#include "policy_show.h"
#include "schema.h"
#include "shape.h"
#include "text.h"
#include "vswctl.h"
#include "why.h"
#include "words.h"

/* How many damaged messages are decoded. */
#define DAMAGED 20000

/* Room for a message, in words so that it is aligned. */
#define MESSAGE_WORDS 256

static unsigned int tests;
static unsigned int failures;

static void check(bool good, const char *what)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

static bool same(char *text, const char *wanted)
{
	bool good = !strcmp(text, wanted);

	if (!good)
		printf("# \"%s\" instead of \"%s\"\n", text, wanted);
	free(text);
	return good;
}

static void test_text(void)
{
	check(same(text_escape("a\nb\x7f\x1b[31m"), "a\\x0ab\\x7f\\x1b[31m"),
	      "controls are escaped");
	check(same(text_escape("\xc2\x9b[m"), "\\x9b[m"),
	      "C1 controls are escaped");
	check(same(text_escape("\xe2\x80\xaexyz"), "\\x202exyz"),
	      "marks of direction are escaped");
	check(same(text_escape("B\xc3\xbcro"), "B\xc3\xbcro"),
	      "letters are left alone");
	check(same(text_escape("\xff\xc3"), "\\xff\\xc3"),
	      "stray bytes are escaped");
	check(same(text_utf8("a\xff", 2), "a\xef\xbf\xbd"),
	      "stray bytes are replaced");
	check(!text_valid("\xc0\x80") && !text_valid("\xed\xa0\x80") &&
	      !text_valid("\xf4\x90\x80\x80") && !text_valid("\xe2\x82"),
	      "overlong, surrogate, too large, cut short: not UTF-8");
	check(text_valid("\xf0\x9f\x90\xa7") && text_valid(""),
	      "UTF-8 is UTF-8");
	check(same(text_fit("abcdef", 4), "abc~") &&
	      same(text_fit("abcd", 4), "abcd") && same(text_fit("ab", 0), ""),
	      "text is cut to its room");
	check(same(text_quote("a1.b:c/24,d@e%+=-_"), "a1.b:c/24,d@e%+=-_"),
	      "a word that is plain has no quotes");
	check(same(text_quote("VM Network"), "'VM Network'") &&
	      same(text_quote(""), "''") && same(text_quote("$(x)"), "'$(x)'"),
	      "what a shell would not take as it is has quotes");
	check(same(text_quote("it's"), "'it'\\''s'"),
	      "a quote in a word ends the quotes and begins them again");
}

static void test_words(void)
{
	static const struct words commands = {
		{ "add", "set", "del", "show", "help" }, 5,
	};
	static const struct {
		const char *said;
		const char *meant;
	} cases[] = {
		{ "list", "show" }, { "ls", "show" }, { "get", "show" },
		{ "remove", "del" }, { "delete", "del" }, { "rm", "del" },
		{ "create", "add" }, { "new", "add" }, { "change", "set" },
		{ "modify", "set" }, { "sh", "show" }, { "shwo", "show" },
		{ "dle", "del" }, { "ad", "add" }, { "monitor", NULL },
		{ "why", NULL }, { "", NULL }, { "s", NULL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *meant = words_meant(&commands, cases[i].said);
		const char *wanted = cases[i].meant;

		check(meant == wanted ||
		      (meant && wanted && !strcmp(meant, wanted)),
		      cases[i].said);
	}
}

static void test_batch(void)
{
	static const struct {
		const char *line;
		const char *words;
	} cases[] = {
		{ "  switch\tadd  vSwitch0 ", "switch|add|vSwitch0|" },
		{ "a \"VM Network\" b", "a|VM Network|b|" },
		{ "a 'it''s' \"q\\\"q\" x\\ y", "a|its|q\"q|x y|" },
		{ "a '' b", "a||b|" },
		{ "# a comment", "" },
		{ "a # a comment", "a|" },
		{ "a b#c", "a|b#c|" },
		{ "a '#'", "a|#|" },
		{ "'\\'", "\\|" },
		{ "", "" },
	};
	const struct ctl ctl = { .file = NULL };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *line = strdup(cases[i].line), *argv[8];
		char words[64] = "";
		int status;

		status = batch_split(&ctl, line, argv, ARRAY_SIZE(argv));
		for (j = 0; !status && argv[j]; j++)
			strcat(strcat(words, argv[j]), "|");
		check(!status && !strcmp(words, cases[i].words), cases[i].line);
		free(line);
	}
}

/* Appends an attribute to a message. */
static struct nlattr *put(char *message, size_t *len, __u16 type,
			  const void *data, size_t size)
{
	struct nlattr *nla = (struct nlattr *)(message + *len);

	nla->nla_type = type;
	nla->nla_len = sizeof(*nla) + size;
	memcpy(nla + 1, data, size);
	*len += NLA_ALIGN(nla->nla_len);
	return nla;
}

/* A portgroup with a list of uplinks and a list of VLANs. */
static size_t make_portgroup(char *message)
{
	struct nlattr *outer, *inner;
	size_t len = 0;
	__u32 number;

	put(message, &len, VSWITCH_A_PORTGROUP_NAME, "web", 4);
	put(message, &len, 77, "later", 6);
	outer = put(message, &len, VSWITCH_A_PORTGROUP_VLAN | NLA_F_NESTED, "", 0);
	inner = put(message, &len, VSWITCH_A_VLAN_RANGE | NLA_F_NESTED, "", 0);
	number = 5;
	put(message, &len, VSWITCH_A_RANGE_FIRST, &number, sizeof(number));
	number = 9;
	put(message, &len, VSWITCH_A_RANGE_LAST, &number, sizeof(number));
	inner->nla_len = message + len - (char *)inner;
	outer->nla_len = message + len - (char *)outer;
	outer = put(message, &len, VSWITCH_A_PORTGROUP_EFFECTIVE | NLA_F_NESTED,
		    "", 0);
	number = VSWITCH_TEAMING_EXPLICIT;
	put(message, &len, VSWITCH_A_POLICY_TEAMING, &number, sizeof(number));
	inner = put(message, &len, VSWITCH_A_POLICY_ACTIVE | NLA_F_NESTED, "", 0);
	put(message, &len, VSWITCH_A_MEMBERS_DEV, "vmnic5", 7);
	put(message, &len, VSWITCH_A_MEMBERS_DEV, "vmnic6", 7);
	inner->nla_len = message + len - (char *)inner;
	put(message, &len, VSWITCH_A_POLICY_STANDBY | NLA_F_NESTED, "", 0);
	outer->nla_len = message + len - (char *)outer;
	return len;
}

static void test_schema(void)
{
	__u32 buffer[MESSAGE_WORDS];
	char *message = (char *)buffer;
	size_t len = make_portgroup(message), i, size;
	json_t *object, *wanted;
	char path[64];

	wanted = json_pack("{s:s, s:{s:[{s:i, s:i}]}, s:{s:s, s:{s:[s, s]}, s:{}}}",
			   "name", "web", "vlan", "range", "first", 5, "last", 9,
			   "effective", "teaming", "explicit", "active", "dev",
			   "vmnic5", "vmnic6", "standby");
	object = schema_decode(&set_portgroup, message, len);
	check(wanted && json_equal(object, wanted), "a portgroup is decoded");
	json_decref(wanted);
	json_decref(object);

	/* Its own memory of the right size, so that a sanitizer sees more. */
	srand(1);
	for (i = 0; i < DAMAGED; i++) {
		char *copy;

		size = rand() % (len + 1);
		copy = must(malloc(size ? size : 1));
		memcpy(copy, message, size);
		if (size)
			copy[rand() % size] = rand();
		object = schema_decode(&set_portgroup, copy, size);
		schema_path(&set_portgroup, copy, size, rand() % (len + 1), path,
			    sizeof(path));
		schema_nest(&set_portgroup, copy, size, rand() % (len + 1));
		json_decref(object);
		free(copy);
	}
	check(true, "damaged messages do no harm");
}

static void test_path(void)
{
	__u32 buffer[MESSAGE_WORDS];
	char *message = (char *)buffer;
	size_t len = make_portgroup(message);
	char path[64];

	schema_path(&set_portgroup, message, len, 0, path, sizeof(path));
	check(!strcmp(path, "name"), "the path of an attribute");
	schema_path(&set_portgroup, message, len, 20, path, sizeof(path));
	check(!strcmp(path, "vlan"), "the path of a nest");
	schema_path(&set_portgroup, message, len, 28, path, sizeof(path));
	check(!strcmp(path, "vlan.range.first"), "the path within nests");
	schema_path(&set_portgroup, message, len, 9, path, sizeof(path));
	check(!*path, "no path of an unknown attribute");
	schema_path(&set_portgroup, message, len, len, path, sizeof(path));
	check(!*path, "no path beyond the end");
}

/* Reads a shaper as words of a command.  Return: true if it is one. */
static bool read_shape(const char *words, struct shape *shape)
{
	const struct key key = { "shape-from-guest" };
	struct ctl ctl = { .file = NULL };
	char *line = must(strdup(words)), *argv[8];
	struct args args = { &ctl, argv + 1 };
	bool good;

	good = !batch_split(&ctl, line, argv, ARRAY_SIZE(argv)) &&
	       !parse_shape(&args, &key, argv[0], shape) && !*args.argv;
	free(line);
	return good;
}

static void test_shape(void)
{
	static const struct {
		const char *words;
		struct shape shape;
	} cases[] = {
		{ "off", { 0, 0, 0 } },
		{ "avg 10mbit burst 64kb", { 10000000, 0, 65536 } },
		{ "avg 1mbit peak 2mbit burst 64k", { 1000000, 2000000, 65536 } },
		{ "avg 1mbit burst 64kb peak 1mbit", { 1000000, 1000000, 65536 } },
		/* the least and the most */
		{ "avg 8000bit burst 1500b", { 8000, 0, 1500 } },
		{ "avg 1000bps burst 1500B", { 8000, 0, 1500 } },
		{ "avg 8kbit peak 1tbit burst 1gb",
		  { 8000, 1000000000000, 1 << 30 } },
		{ "avg 1000000000000bit burst 1073741824b",
		  { 1000000000000, 0, 1 << 30 } },
		/* every unit */
		{ "avg 1kbps peak 1Mbps burst 2k", { 8000, 8000000, 2048 } },
		{ "avg 8kibit peak 1mibit burst 2m", { 8192, 1048576, 2 << 20 } },
		{ "avg 1kibps peak 1mibps burst 1g", { 8192, 8388608, 1 << 30 } },
		{ "avg 1gbit peak 1gibit burst 12kbit",
		  { 1000000000, 1073741824, 1536 } },
		{ "avg 1gbps peak 1gibps burst 8mbit",
		  { 8000000000, 8589934592, 1 << 20 } },
		{ "avg 0.5tbit peak 0.5tibit burst 8gbit",
		  { 500000000000, 549755813888, 1 << 30 } },
		{ "avg 0.1tbps peak 0.1tibps burst 1mb",
		  { 800000000000, 879609302221, 1 << 20 } },
		/* parts of a unit */
		{ "avg 1.5mbit burst 1.5kb", { 1500000, 0, 1536 } },
		{ "avg 0.1gbit burst 2.5mb", { 100000000, 0, 2621440 } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct shape *wanted = &cases[i].shape;
		struct shape shape;
		bool good = read_shape(cases[i].words, &shape);

		check(good && shape.average == wanted->average &&
		      shape.peak == wanted->peak &&
		      shape.burst == wanted->burst, cases[i].words);
	}
}

static void test_shape_text(void)
{
	static const struct {
		json_int_t average;
		json_int_t peak;
		json_int_t burst;
		const char *words;
	} cases[] = {
		{ 0, 0, 0, "off" },
		{ 8000, 0, 1500, "avg 8kbit burst 1500b" },
		{ 10000000, 20000000, 65536, "avg 10mbit peak 20mbit burst 64kb" },
		{ 1500000, 8192, 1 << 20, "avg 1500kbit peak 8192bit burst 1mb" },
		{ 1000000000, 1000000000000, 1 << 30,
		  "avg 1gbit peak 1tbit burst 1gb" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		json_t *shape = json_pack("{s:I, s:I, s:I}", "average",
					  cases[i].average, "peak",
					  cases[i].peak, "burst",
					  cases[i].burst);

		check(same(shape_text(shape), cases[i].words), cases[i].words);
		json_decref(shape);
	}
}

/* A policy as the kernel tells it, with two settings that can be chosen. */
static json_t *make_policy(const char *promiscuous, const char *forged)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:{s:i}}",
			 "promiscuous", promiscuous, "mac-changes", "accept",
			 "forged", forged, "mac-learning", "off",
			 "mac-limit", 4096, "mac-over-limit", "drop",
			 "mac-flood", "on", "shape-from-guest", "average", 0);
}

static void test_policy(void)
{
	json_t *sw, *pg;

	sw = json_pack("{s:o}", "policy", make_policy("reject", "accept"));
	check(same(cell_security(sw, NULL), "-") &&
	      same(cell_shaping(sw, NULL), "-"),
	      "nothing is said of the default policy of a switch");
	json_decref(sw);
	sw = json_pack("{s:o}", "policy", make_policy("accept", "reject"));
	check(same(cell_security(sw, NULL), "promiscuous accept, forged reject"),
	      "what is not the default is said");
	check(same(cell_policy(sw, "forged"), "reject"),
	      "nothing of a switch is in brackets");
	json_decref(sw);

	pg = json_pack("{s:{s:s, s:i, s:{s:i, s:i}}, s:o}", "policy", "promiscuous",
		       "reject", "mac-limit", 5, "shape-from-guest", "average",
		       10000000, "burst", 65536, "effective",
		       make_policy("reject", "reject"));
	json_object_update(json_object_get(pg, "effective"),
			   json_object_get(pg, "policy"));
	check(same(cell_security(pg, NULL),
		   "promiscuous reject, (forged reject), mac-limit 5"),
	      "what a portgroup sets is said, and in brackets what it inherits");
	check(same(cell_shaping(pg, NULL),
		   "shape-from-guest avg 10mbit burst 64kb"),
	      "a shaper is said in the words that set it");
	check(same(cell_policy(pg, "mac-flood"), "(on)"),
	      "what a portgroup inherits is in brackets");
	json_decref(pg);
}

static void why(const json_t *list)
{
	const json_t *answer;
	size_t index;

	json_array_foreach(list, index, answer)
		print_why(answer);
}

/* Prints the plan of each case. */
static void plan(const json_t *list)
{
	json_t *item, *steps, *step;
	size_t index, i;

	json_array_foreach(list, index, item) {
		json_t *have = json_object_get(item, "have");
		json_t *want = json_object_get(item, "want");

		printf("# %s\n", json_string_value(json_object_get(item, "what")));
		config_canon(have);
		config_canon(want);
		steps = plan_make(have, want);
		json_array_foreach(steps, i, step) {
			char *line = plan_line(step);

			puts(line);
			free(line);
		}
		json_decref(steps);
	}
}

/* Prints what is given as JSON. */
static int show(void (*print)(const json_t *list))
{
	json_error_t error;
	json_t *list = json_loadf(stdin, 0, &error);

	if (!list) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	text_locale();
	print(list);
	json_decref(list);
	return 0;
}

static void svg_stdout(const json_t *list)
{
	svg_host(stdout, list);
}

static void test_line(void)
{
	static const char text[] =
		"{ \"a\": [ 1, {\n\"x\": \"]}\\\"\",\n\"b\\u0063\": [\n2,\n\"q\", 3]} ],\n"
		"\"c\": {} }";
	const struct path a = { NULL, "a" }, c = { NULL, "c" };
	const struct path a1 = { &a, NULL, 1 }, bc = { &a1, "bc" };
	const struct path second = { &bc, NULL, 1 }, third = { &bc, NULL, 2 };
	const struct path beyond = { &bc, NULL, 3 }, none = { &c, "none" };

	check(path_line(text, NULL) == 1, "the document begins in line 1");
	check(path_line(text, &a1) == 1, "an object in an array has a line");
	check(path_line(text, &bc) == 3, "a key with an escape is found");
	check(path_line(text, &second) == 5, "so is what is in its array");
	check(path_line(text, &third) == 5, "and the next one in its line");
	check(path_line(text, &beyond) == 3, "what is not there is where it would be");
	check(path_line(text, &c) == 6, "a string is no bracket");
	check(path_line(text, &none) == 6, "nor is an empty object entered");
	check(same(path_text(&second), "a[1].bc[1]"), "a place as text");
}

static void test_error(void)
{
	const struct nl_error silent = { .code = ENOBUFS };
	const struct nl_error attr = { .code = ENOBUFS, .attr = "mtu" };
	const struct nl_error absent = { .code = EINVAL, .absent = "switch" };
	const struct nl_error said = { .code = EBUSY, .text = "it is in use" };
	const struct nl_error rights = { .code = EPERM };

	check(same(nl_error_text(&silent),
		   "the kernel says only: No buffer space available") &&
	      same(nl_error_text(&attr),
		   "the kernel says only: No buffer space available (mtu)"),
	      "an error without words of its own");
	check(same(nl_error_text(&absent), "\"switch\" is missing"),
	      "an attribute that the kernel misses");
	check(same(nl_error_text(&said), "it is in use"),
	      "an error with words of its own");
	check(same(nl_error_text(&rights), "this needs root or CAP_NET_ADMIN"),
	      "an error that is about rights");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "draw"))
		return show(draw_host);
	if (argc == 2 && !strcmp(argv[1], "svg"))
		return show(svg_stdout);
	if (argc == 2 && !strcmp(argv[1], "why"))
		return show(why);
	if (argc == 2 && !strcmp(argv[1], "plan"))
		return show(plan);
	test_text();
	test_words();
	test_batch();
	test_schema();
	test_path();
	test_shape();
	test_shape_text();
	test_policy();
	test_line();
	test_error();
	printf("1..%u\n", tests);
	return failures != 0;
}
