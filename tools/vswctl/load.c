// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a configuration from a file.  Whatever is wrong with it is said with
 * its line and its place.  Values are checked by what checks them on the
 * command line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vswitch.h>

#include "addr.h"
#include "config.h"
#include "load.h"
#include "policy.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"
#include "words.h"

/* As much as a keyword fills in. */
union value {
	const char *text;
	struct opt_u32 number;
	struct opt_mac mac;
	struct opt_macs macs;
	struct opt_vlan vlan;
	struct opt_addrs addrs;
	struct opt_field field;
};

/**
 * load_wrong - say what is wrong with a document, and where
 * @load: the document
 * @path: the place
 * @text: what is wrong; it is freed
 *
 * Return: STATUS_USAGE.
 */
int load_wrong(const struct load *load, const struct path *path, char *text)
{
	char *object = path_text(path);
	struct ctl at = {
		.file = load->file,
		.line = path_line(load->text, path),
		.object = *object ? object : NULL,
		.held = load->ctl->held,
	};

	ctl_fail(&at, STATUS_USAGE, "%s", text);
	free(object);
	free(text);
	return STATUS_USAGE;
}

/* The shape of a value: is it what its attribute can hold? */

static int check_one(const struct load *load, const struct path *path,
		     const struct attr *attr, const json_t *value);

static int unknown_key(const struct load *load, const struct path *path,
		       const struct words *words)
{
	const char *meant = words_meant(words, path->key);
	char *list;

	if (meant)
		return load_wrong(load, path,
			     text_format("there is no such key; did you mean \"%s\"?",
					 meant));
	list = words_list(words);
	load_wrong(load, path,
		   text_format("there is no such key; there is %s", list));
	free(list);
	return STATUS_USAGE;
}

static int check_array(const struct load *load, const struct path *path,
		       const struct attr *attr, const json_t *value)
{
	const json_t *item;
	int status = STATUS_OK;
	size_t index;

	if (!json_is_array(value))
		return load_wrong(load, path, text_format("it is not an array"));
	json_array_foreach(value, index, item) {
		const struct path at = { path, NULL, index };

		status = check_one(load, &at, attr, item);
		if (status)
			break;
	}
	return status;
}

static int check_nest(const struct load *load, const struct path *path,
		      const struct attr_set *set, const json_t *value)
{
	const json_t *item;
	const char *key;
	size_t i;

	if (!json_is_object(value))
		return load_wrong(load, path, text_format("it is not an object"));
	json_object_foreach((json_t *)value, key, item) {
		const struct attr *attr = schema_find(set, key);
		const struct path at = { path, key };
		struct words words = { .count = 0 };
		int status;

		for (i = 0; i < set->count; i++)
			if (set->attr[i].name)
				words_add(&words, set->attr[i].name);
		if (!attr)
			return unknown_key(load, &at, &words);
		status = attr->multi ? check_array(load, &at, attr, item) :
			 check_one(load, &at, attr, item);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static int check_one(const struct load *load, const struct path *path,
		     const struct attr *attr, const json_t *value)
{
	if (attr->type == ATTR_NEST)
		return check_nest(load, path, attr->nest, value);
	if (attr->type == ATTR_STRING || attr->type == ATTR_MAC || attr->values) {
		if (json_is_string(value))
			return STATUS_OK;
		return load_wrong(load, path, text_format("it is not a string"));
	}
	if (json_is_integer(value) && json_integer_value(value) >= 0)
		return STATUS_OK;
	return load_wrong(load, path,
		     text_format("it is not a whole number from 0 on"));
}

static int check_vlan(const struct load *load, const struct path *path,
		      const json_t *vlan)
{
	const struct path ranges = { path, "range" };
	const json_t *range;
	size_t index;

	if (!json_object_get(vlan, "id") == !json_object_get(vlan, "range"))
		return load_wrong(load, path,
				  text_format("it takes either \"id\" or \"range\""));
	/* 4095 is a word for all, and not an id. */
	if (get_number(vlan, "id") > VSWITCH_VLAN_MAX)
		return load_wrong(load, path,
				  text_format("VLAN %lld is out of range",
					      (long long)get_number(vlan, "id")));
	json_array_foreach(json_object_get(vlan, "range"), index, range) {
		const struct path at = { &ranges, NULL, index };

		if (!json_object_get(range, "first") ||
		    !json_object_get(range, "last"))
			return load_wrong(load, &at,
					  text_format("a range has \"first\" and \"last\""));
	}
	return STATUS_OK;
}

static int parse_words(const struct ctl *ctl, const struct key *key, char **argv)
{
	union value *into = must(calloc(1, sizeof(*into)));
	struct ctl own = *ctl;
	struct args args = { &own, argv + 1 };
	int status;

	status = key->names ? parse_names(&args, key, argv[0], into) :
		 key->parse(&args, key, argv[0], into);
	free(into);
	return status;
}

/* The value: would the command take it? */
static int check_words(const struct load *load, const struct path *path,
		       const struct key *key, const json_t *value)
{
	json_t *words = must(json_array());
	char *argv[VSWITCH_ALLOW_MAC_MAX + 8], *said = NULL;
	struct ctl at = *load->ctl;
	int status = STATUS_OK, count = 0;
	const json_t *word;
	size_t index;

	field_words(words, key->word, value);
	json_array_foreach(words, index, word)
		if (index && count < (int)ARRAY_SIZE(argv) - 1)
			argv[count++] = (char *)json_string_value(word);
	argv[count] = NULL;
	at.file = load->file;
	at.line = 0;
	at.object = NULL;
	at.command = NULL;
	at.name = NULL;
	at.held = &said;
	/* A command has a word for what is inherited; a file leaves that out. */
	if (count)
		status = parse_words(&at, key, argv);
	free(said);
	if (status) {
		/* To find the line takes long. */
		at.line = path_line(load->text, path);
		at.object = path_text(path);
		at.held = load->ctl->held;
		parse_words(&at, key, argv);
		free((char *)at.object);
	}
	json_decref(words);
	return status;
}

/* In a command, a list of addresses is one word, and can be none. */
static int check_macs(const struct load *load, const struct path *path,
		      const struct key *key, const json_t *macs)
{
	const struct path list = { path, "address" };
	const struct key mac = { key->word, parse_mac };
	int status = STATUS_OK;
	const json_t *item;
	size_t index;

	json_array_foreach(json_object_get(macs, "address"), index, item) {
		const struct path at = { &list, NULL, index };

		status = check_words(load, &at, &mac, item);
		if (status)
			break;
	}
	return status;
}

/* Checks the shape of a value, and every word of it. */
static int check_value(const struct load *load, const struct path *path,
		       const struct attr *attr, const struct key *key,
		       const json_t *value)
{
	const json_t *item;
	size_t index;
	int status;

	status = attr->multi || attr->type == ATTR_FLAGS ?
		 check_array(load, path, attr, value) :
		 check_one(load, path, attr, value);
	if (!status && !strcmp(key->word, "vlan"))
		status = check_vlan(load, path, value);
	if (!status && !strcmp(key->word, "allow-mac"))
		status = check_macs(load, path, key, value);
	if (status || !json_is_array(value))
		return status ? status : check_words(load, path, key, value);
	json_array_foreach(value, index, item) {
		const struct path at = { path, NULL, index };

		status = check_words(load, &at, key, item);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static int check_policy(const struct load *load, const struct path *path,
			const json_t *policy)
{
	const json_t *value;
	const char *name;
	int status;

	status = check_nest(load, path, &set_policy, policy);
	if (status)
		return status;
	json_object_foreach((json_t *)policy, name, value) {
		const struct path at = { path, name };

		status = check_value(load, &at, schema_find(&set_policy, name),
				     field_policy_key(name), value);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static int check_member(const struct load *load, const struct path *path,
			enum kind kind, const json_t *value)
{
	const struct kind_info *info = &kinds[kind];
	const struct field *field = field_find(kind, path->key);
	struct words words = { .count = 0 };
	size_t i;

	if (info->policy && !strcmp(path->key, "policy"))
		return check_policy(load, path, value);
	if (field)
		return check_value(load, path, field_attr(field), &field->key,
				   value);
	for (i = 0; i < info->count; i++)
		words_add(&words, info->field[i].key.word);
	if (info->policy)
		words_add(&words, "policy");
	return unknown_key(load, path, &words);
}

static int check_object(const struct load *load, const struct path *path,
			enum kind kind, const json_t *object)
{
	const struct kind_info *info = &kinds[kind];
	const json_t *value;
	const char *key;
	int status;
	size_t i;

	if (!json_is_object(object))
		return load_wrong(load, path, text_format("it is not an object"));
	json_object_foreach((json_t *)object, key, value) {
		const struct path at = { path, key };

		status = check_member(load, &at, kind, value);
		if (status)
			return status;
	}
	for (i = 0; i < info->count; i++)
		if (info->field[i].required &&
		    !json_object_get(object, info->field[i].key.word))
			return load_wrong(load, path,
				     text_format("\"%s\" is missing",
						 info->field[i].key.word));
	return STATUS_OK;
}

static int check_kind(const struct load *load, enum kind kind)
{
	const struct path path = { NULL, kinds[kind].word };
	json_t *list = json_object_get(load->doc, kinds[kind].word);
	const json_t *object;
	size_t index;
	int status;

	if (!list) {
		json_object_set_new(load->doc, kinds[kind].word,
				    must(json_array()));
		return STATUS_OK;
	}
	if (!json_is_array(list))
		return load_wrong(load, &path, text_format("it is not an array"));
	json_array_foreach(list, index, object) {
		const struct path at = { &path, NULL, index };

		status = check_object(load, &at, kind, object);
		if (status)
			return status;
	}
	return STATUS_OK;
}

static int check_version(const struct load *load)
{
	const json_t *version = json_object_get(load->doc, "version");
	const struct path path = { NULL, "version" };

	if (!version)
		return load_wrong(load, NULL, text_format("\"version\" is missing"));
	if (!json_is_integer(version) ||
	    json_integer_value(version) != CONFIG_VERSION)
		return load_wrong(load, &path, text_format("this vswctl reads version %d",
						      CONFIG_VERSION));
	return STATUS_OK;
}

static int check_document(const struct load *load)
{
	struct words words = { { "version" }, 1 };
	const json_t *value;
	const char *key;
	int status, kind;

	if (!json_is_object(load->doc))
		return load_wrong(load, NULL, text_format("it is not an object"));
	for (kind = 0; kind < KINDS; kind++)
		words_add(&words, kinds[kind].word);
	json_object_foreach(load->doc, key, value) {
		const struct path path = { NULL, key };
		size_t i;

		for (i = 0; i < words.count && strcmp(words.word[i], key); i++)
			;
		if (i == words.count)
			return unknown_key(load, &path, &words);
	}
	status = check_version(load);
	for (kind = 0; !status && kind < KINDS; kind++)
		status = check_kind(load, kind);
	return status;
}

/**
 * load_text - read a configuration
 * @ctl: the run
 * @name: what to call where it comes from
 * @text: the configuration, which ends with a zero byte
 * @len: its bytes
 * @doc: set to a new document, as config_canon() makes it
 *
 * Return: an exit status.
 */
int load_text(const struct ctl *ctl, const char *name, const char *text,
	      size_t len, json_t **doc)
{
	struct load load = { ctl, name, text };
	json_error_t error;
	int status;

	*doc = NULL;
	load.doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!load.doc) {
		struct ctl at = {
			.file = name, .line = error.line, .held = ctl->held,
		};

		return ctl_fail(&at, STATUS_USAGE, "it is not JSON: %s",
				error.text);
	}
	status = check_document(&load);
	if (!status)
		status = load_relate(&load);
	if (status) {
		json_decref(load.doc);
		return status;
	}
	config_canon(load.doc);
	*doc = load.doc;
	return STATUS_OK;
}

static char *read_all(FILE *file, size_t *len)
{
	size_t size = 0;
	char *text = NULL;

	*len = 0;
	do {
		size = size ? 2 * size : 65536;
		text = must(realloc(text, size + 1));
		*len += fread(text + *len, 1, size - *len, file);
	} while (*len == size);
	text[*len] = '\0';
	return text;
}

/**
 * load_file - read a configuration from a file
 * @ctl: the run
 * @file: its name, "-" for standard input
 * @doc: set to a new document, as config_canon() makes it
 *
 * Return: an exit status.
 */
int load_file(const struct ctl *ctl, const char *file, json_t **doc)
{
	bool is_stdin = !strcmp(file, "-");
	int status, code = 0;
	char *text;
	size_t len;
	FILE *in;

	*doc = NULL;
	in = is_stdin ? stdin : fopen(file, "re");
	if (!in)
		return ctl_fail(ctl, errno == ENOENT ? STATUS_ABSENT :
				STATUS_SYSTEM, "%s: %s", file, strerror(errno));
	text = read_all(in, &len);
	if (ferror(in))
		code = errno;
	if (!is_stdin)
		fclose(in);
	if (code)
		status = ctl_fail(ctl, STATUS_SYSTEM, "%s: %s", file,
				  strerror(code));
	else
		status = load_text(ctl, is_stdin ? "stdin" : file, text, len,
				   doc);
	free(text);
	return status;
}
