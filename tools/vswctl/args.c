// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words of a command: names, keywords and most of their values.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/if_ether.h>

#include "args.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"
#include "words.h"

/**
 * check_text - check that text can be a name
 * @args: the command
 * @word: keyword that it is the value of
 * @value: the text
 * @max: bytes that it may have
 *
 * Return: an exit status.
 */
int check_text(struct args *args, const char *word, const char *value,
	       size_t max)
{
	if (text_has_control(value))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" has a control character (%s)", value, word);
	if (!text_valid(value))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not valid UTF-8 (%s)", value, word);
	if (strlen(value) > max)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is too long: %zu bytes of at most %zu (%s)",
				value, strlen(value), max, word);
	return STATUS_OK;
}

static int check_name(struct args *args, const char *word, const char *value,
		      size_t max)
{
	if (!*value)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"the name is empty (%s)", word);
	return check_text(args, word, value, max);
}

static int check_portgroup(struct args *args, const char *word,
			   const char *value)
{
	static const char *const reserved[] = { "none", "inherit", "all" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reserved); i++)
		if (!strcmp(value, reserved[i]))
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"%s\" is a reserved word, not a name (%s)",
					value, word);
	return check_name(args, word, value, VSWITCH_PORTGROUP_NAME_MAX);
}

static int take_name(struct args *args, const char *what)
{
	if (!*args->argv)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"a name is missing (%s)", what);
	args->ctl->name = *args->argv++;
	return STATUS_OK;
}

/**
 * args_name - take the name that a command is about
 * @args: the command
 * @what: what to call it in a message
 * @max: bytes that it may have
 *
 * Return: an exit status.
 */
int args_name(struct args *args, const char *what, size_t max)
{
	int status = take_name(args, what);

	return status ? status : check_name(args, what, args->ctl->name, max);
}

/**
 * args_portgroup_name - take the name of the portgroup that a command is about
 * @args: the command
 *
 * Return: an exit status.
 */
int args_portgroup_name(struct args *args)
{
	int status = take_name(args, "name");

	return status ? status : check_portgroup(args, "name", args->ctl->name);
}

/**
 * args_optional - take the last word, a name that may be left out
 * @args: the command
 * @max: bytes that it may have
 *
 * Return: an exit status.
 */
int args_optional(struct args *args, size_t max)
{
	int status;

	if (!*args->argv)
		return STATUS_OK;
	status = args_name(args, "name", max);
	return status ? status : args_end(args);
}

/**
 * args_unknown - say that a word is not one that can stand here
 * @args: the command
 * @said: the word
 * @words: those that can
 *
 * Return: STATUS_USAGE.
 */
int args_unknown(struct args *args, const char *said,
		 const struct words *words)
{
	const char *meant = words_meant(words, said);
	char *list;

	if (said[0] == '-' && said[1] == '-')
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a word of this command; options go before the object",
				said);
	if (meant)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a word of this command; did you mean \"%s\"?",
				said, meant);
	if (!words->count)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is one word too many", said);
	list = words_list(words);
	ctl_fail(args->ctl, STATUS_USAGE,
		 "\"%s\" is not a word of this command; it takes %s", said, list);
	free(list);
	return STATUS_USAGE;
}

/**
 * args_end - check that no word is left
 * @args: the command
 *
 * Return: an exit status.
 */
int args_end(struct args *args)
{
	const struct words none = { .count = 0 };

	if (!*args->argv)
		return STATUS_OK;
	return args_unknown(args, *args->argv, &none);
}

/**
 * args_missing - say that a keyword is missing
 * @args: the command
 * @word: the keyword
 *
 * Return: STATUS_USAGE.
 */
int args_missing(struct args *args, const char *word)
{
	return ctl_fail(args->ctl, STATUS_USAGE, "\"%s\" is missing", word);
}

static void add_words(struct words *words, const struct key_set *set)
{
	size_t i;

	for (i = 0; set && i < set->count; i++)
		words_add(words, set->key[i].word);
}

/**
 * args_nothing - say that a command to set something sets nothing
 * @args: the command
 * @keys: the keywords that it takes
 * @more: more of them, or NULL
 *
 * Return: STATUS_USAGE.
 */
int args_nothing(struct args *args, const struct key_set *keys,
		 const struct key_set *more)
{
	struct words words = { .count = 0 };
	char *list;

	add_words(&words, keys);
	add_words(&words, more);
	list = words_list(&words);
	ctl_fail(args->ctl, STATUS_USAGE, "what to set is missing: %s", list);
	free(list);
	return STATUS_USAGE;
}

static const struct key *find_key(const struct key_set *set, const char *word,
				  size_t *index)
{
	size_t i;

	for (i = 0; set && i < set->count; i++, (*index)++)
		if (!strcmp(set->key[i].word, word))
			return &set->key[i];
	return NULL;
}

/**
 * args_is_key - whether the next word is a keyword
 * @args: the command
 * @keys: the keywords
 *
 * Return: true if it is.
 */
bool args_is_key(const struct args *args, const struct key_set *keys)
{
	size_t index = 0;

	return *args->argv && find_key(keys, *args->argv, &index);
}

/**
 * args_parse - take keywords and their values up to the end
 * @args: the command
 * @keys: the keywords that there are
 * @more: more of them, or NULL
 *
 * Return: an exit status.
 */
int args_parse(struct args *args, const struct key_set *keys,
	       const struct key_set *more)
{
	unsigned long long seen = 0;

	while (*args->argv) {
		const struct key_set *set = keys;
		const char *word = *args->argv++;
		const struct key *key;
		size_t index = 0;
		int status;

		key = find_key(set, word, &index);
		if (!key) {
			set = more;
			key = find_key(set, word, &index);
		}
		if (!key) {
			struct words words = { .count = 0 };

			add_words(&words, keys);
			add_words(&words, more);
			return args_unknown(args, word, &words);
		}
		if ((seen & 1ULL << index) && !key->repeats)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"%s\" is given twice", word);
		seen |= 1ULL << index;
		if (!*args->argv)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"%s\" needs a value", word);
		status = key->parse(args, key, *args->argv++,
				    (char *)set->into + key->offset);
		if (status)
			return status;
	}
	return STATUS_OK;
}

/**
 * parse_device - the name of a device, or an alternative name of it
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a const char * to point to it
 *
 * Return: an exit status.
 */
int parse_device(struct args *args, const struct key *key, const char *value,
		 void *field)
{
	*(const char **)field = value;
	return check_name(args, key->word, value, VSWITCH_DEV_NAME_MAX);
}

/**
 * parse_portgroup - the name of a portgroup
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a const char * to point to it
 *
 * Return: an exit status.
 */
int parse_portgroup(struct args *args, const struct key *key, const char *value,
		    void *field)
{
	*(const char **)field = value;
	return check_portgroup(args, key->word, value);
}

/**
 * parse_client - text that says whose a port is
 * @args: the command
 * @key: the keyword
 * @value: its value; empty for none
 * @field: a const char * to point to it
 *
 * Return: an exit status.
 */
int parse_client(struct args *args, const struct key *key, const char *value,
		 void *field)
{
	*(const char **)field = value;
	return check_text(args, key->word, value, VSWITCH_CLIENT_MAX);
}

/**
 * parse_names - one of the words in the names of the key
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_u32 for the number of the word
 *
 * Return: an exit status.
 */
int parse_names(struct args *args, const struct key *key, const char *value,
		void *field)
{
	struct words words = { .count = 0 };
	struct opt_u32 *number = field;
	const char *meant;
	char *list;
	size_t i;

	for (i = 0; i < key->names->count; i++) {
		if (!strcmp(key->names->name[i], value)) {
			number->given = true;
			number->value = i;
			return STATUS_OK;
		}
		words_add(&words, key->names->name[i]);
	}
	meant = words_meant(&words, value);
	if (meant)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a value of %s; did you mean \"%s\"?",
				value, key->word, meant);
	list = words_list(&words);
	ctl_fail(args->ctl, STATUS_USAGE,
		 "\"%s\" is not a value of %s; it takes %s", value, key->word, list);
	free(list);
	return STATUS_USAGE;
}

/**
 * args_number - read a number
 * @args: the command
 * @key: the keyword that it is the value of
 * @value: the text
 * @range: the numbers that there can be
 * @number: set to the number
 *
 * Return: an exit status.
 */
int args_number(struct args *args, const struct key *key, const char *value,
		const struct range *range, struct opt_u32 *number)
{
	unsigned long read;

	if (!*value || value[strspn(value, "0123456789")])
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not a number (%s)", value, key->word);
	read = strtoul(value, NULL, 10);
	if (read < range->min || read > range->max)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"%s %s is out of range, %u to %u (%s)", range->what,
				value, range->min, range->max, key->word);
	number->given = true;
	number->value = read;
	return STATUS_OK;
}

/**
 * parse_mtu - an MTU in bytes
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_u32 for the number
 *
 * Return: an exit status.
 */
int parse_mtu(struct args *args, const struct key *key, const char *value,
	      void *field)
{
	static const struct range range = { "MTU", ETH_MIN_MTU, VSWITCH_MTU_MAX };

	return args_number(args, key, value, &range, field);
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (at - digits) % 16 : -1;
}

static bool read_mac(const char *text, __u8 *mac)
{
	char separator = '\0';
	size_t i;

	if (strlen(text) != 3 * ETH_ALEN - 1)
		return false;
	separator = text[2];
	if (separator != ':' && separator != '-')
		return false;
	for (i = 0; i < ETH_ALEN; i++, text += 3) {
		int high = hex_digit(text[0]), low = hex_digit(text[1]);

		if (high < 0 || low < 0)
			return false;
		if (i < ETH_ALEN - 1 && text[2] != separator)
			return false;
		mac[i] = high << 4 | low;
	}
	return true;
}

/**
 * parse_any_mac - an Ethernet address, also one that nobody can have
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_mac for it
 *
 * Return: an exit status.
 */
int parse_any_mac(struct args *args, const struct key *key, const char *value,
		  void *field)
{
	struct opt_mac *mac = field;

	mac->given = read_mac(value, mac->value);
	if (mac->given)
		return STATUS_OK;
	return ctl_fail(args->ctl, STATUS_USAGE,
			"\"%s\" is not an Ethernet address such as 00:50:56:00:00:01 (%s)",
			value, key->word);
}

/**
 * parse_mac - an Ethernet address
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_mac for it
 *
 * Return: an exit status.
 */
int parse_mac(struct args *args, const struct key *key, const char *value,
	      void *field)
{
	static const __u8 zero[ETH_ALEN];
	struct opt_mac *mac = field;
	int status;

	status = parse_any_mac(args, key, value, mac);
	if (!status && !memcmp(mac->value, zero, ETH_ALEN))
		status = ctl_fail(args->ctl, STATUS_USAGE,
				  "%s is nobody's address (%s)", value, key->word);
	return status;
}

/**
 * parse_mac_none - an Ethernet address, or none
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_mac for it
 *
 * Return: an exit status.
 */
int parse_mac_none(struct args *args, const struct key *key, const char *value,
		   void *field)
{
	struct opt_mac *mac = field;

	if (strcmp(value, "none"))
		return parse_mac(args, key, value, field);
	memset(mac->value, 0, ETH_ALEN);
	mac->given = true;
	return STATUS_OK;
}

static int add_mac(struct args *args, const struct key *key, const char *value,
		   struct opt_macs *macs)
{
	struct opt_mac mac;
	size_t i;
	int status;

	status = parse_mac(args, key, value, &mac);
	if (status)
		return status;
	for (i = 0; i < macs->count; i++)
		if (!memcmp(macs->value[i], mac.value, ETH_ALEN))
			return ctl_fail(args->ctl, STATUS_USAGE,
					"%s is in the list twice (%s)", value,
					key->word);
	if (macs->count == ARRAY_SIZE(macs->value))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"more than %d addresses (%s)",
				VSWITCH_ALLOW_MAC_MAX, key->word);
	memcpy(macs->value[macs->count++], mac.value, ETH_ALEN);
	return STATUS_OK;
}

/**
 * parse_macs - a list of Ethernet addresses, or none
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_macs for it
 *
 * Return: an exit status.
 */
int parse_macs(struct args *args, const struct key *key, const char *value,
	       void *field)
{
	struct opt_macs *macs = field;
	const char *at = value;
	int status;

	macs->given = true;
	if (!strcmp(value, "none"))
		return STATUS_OK;
	for (;;) {
		size_t len = strcspn(at, ",");
		char *mac;

		if (!len)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"%s\" has an empty place where an address should be (%s)",
					value, key->word);
		mac = must(strndup(at, len));
		status = add_mac(args, key, mac, macs);
		free(mac);
		if (status || !at[len])
			return status;
		at += len + 1;
	}
}
