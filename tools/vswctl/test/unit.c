// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of what needs no kernel: "unit" tests the parts and prints TAP, and
 * "unit draw" draws a host that is given as JSON on standard input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netlink.h>
#include <linux/vswitch.h>

#include "batch.h"
#include "draw.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"
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

static int draw(void)
{
	json_error_t error;
	json_t *host = json_loadf(stdin, 0, &error);

	if (!host) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	draw_host(host);
	json_decref(host);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "draw")) {
		text_locale();
		return draw();
	}
	test_text();
	test_words();
	test_batch();
	test_schema();
	test_path();
	printf("1..%u\n", tests);
	return failures != 0;
}
