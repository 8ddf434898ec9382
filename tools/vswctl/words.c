// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which word was meant: those of other tools, beginnings, and slips of the
 * finger.  Nothing is done on a guess, it only makes a better message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "vswctl.h"
#include "words.h"

/* Words longer than this are not compared letter by letter. */
#define WORD_MAX 24

static const struct {
	const char *said;
	const char *meant;
} other[] = {
	/* commands */
	{ "list", "show" }, { "ls", "show" }, { "lst", "show" },
	{ "get", "show" }, { "info", "show" }, { "dump", "show" },
	{ "status", "show" },
	{ "remove", "del" }, { "delete", "del" }, { "rm", "del" },
	{ "destroy", "del" }, { "detach", "del" },
	{ "create", "add" }, { "new", "add" }, { "attach", "add" },
	{ "change", "set" }, { "modify", "set" }, { "edit", "set" },
	{ "update", "set" }, { "rename", "set" },
	/* objects */
	{ "vswitch", "switch" }, { "vss", "switch" }, { "bridge", "switch" },
	{ "br", "switch" }, { "pg", "portgroup" }, { "vnic", "port" },
	{ "vmknic", "vmk" }, { "vmkernel", "vmk" }, { "pnic", "nic" },
	{ "pnics", "nic" }, { "vmnic", "nic" }, { "mac-table", "fdb" },
	{ "watch", "monitor" }, { "events", "monitor" }, { "log", "monitor" },
	{ "trace", "why" }, { "draw", "show" },
	/* keywords and values */
	{ "vid", "vlan" }, { "tag", "vlan" }, { "vlan-id", "vlan" },
	{ "network", "portgroup" }, { "ip", "address" },
	{ "addr", "address" }, { "ipv4", "address" }, { "ipv6", "address" },
	{ "ns", "netns" }, { "hwaddr", "mac" }, { "lladdr", "mac" },
	{ "address", "mac" }, { "block", "blocked" }, { "policy", "teaming" },
	{ "new-name", "name" }, { "dev", "port" },
	{ "from", "source" }, { "src", "source" },
	{ "to", "destination" }, { "dst", "destination" },
	{ "average", "avg" }, { "rate", "avg" }, { "size", "burst" },
	{ "allow-promiscuous", "promiscuous" },
	{ "allow-mac-change", "mac-changes" },
	{ "forged-transmits", "forged" },
	{ "allow-forged-transmits", "forged" },
	{ "learning", "mac-learning" }, { "flood", "mac-flood" },
	{ "failover", "explicit" }, { "src-port-id", "portid" },
	{ "src-mac", "srcmac" }, { "mac-hash", "srcmac" },
	{ "ip-hash", "iphash" }, { "failure-detection", "detect" },
	{ "notify-switches", "notify" }, { "updelay", "up-delay" },
	{ "yes", "on" }, { "true", "on" }, { "1", "on" },
	{ "no", "off" }, { "false", "off" }, { "0", "off" },
	{ "none", "off" }, { "unlimited", "off" },
	{ "yes", "accept" }, { "true", "accept" }, { "on", "accept" },
	{ "allow", "accept" }, { "permit", "accept" },
	{ "no", "reject" }, { "false", "reject" }, { "off", "reject" },
	{ "drop", "reject" }, { "deny", "reject" },
	{ "accept", "allow" }, { "reject", "drop" }, { "deny", "drop" },
	/* what only ESXi says, in its command, its API and its settings */
	{ "vds", "switch" }, { "dvs", "switch" }, { "standard", "switch" },
	{ "interface", "vmk" }, { "vm", "port" }, { "vm", "client" },
	{ "link", "add" }, { "unlink", "del" }, { "check", "show" },
	{ "vswitch-name", "switch" }, { "dvs-name", "switch" },
	{ "portgroup-name", "portgroup" }, { "use-vswitch", "policy" },
	{ "netstack", "netns" }, { "netmask", "address" },
	{ "mac-address", "mac" }, { "tag", "service" },
	{ "tagname", "service" }, { "VSAN", "vsan" },
	{ "faultToleranceLogging", "ft" },
	{ "vSphereReplication", "replication" },
	{ "vSphereProvisioning", "provisioning" },
	{ "load-balancing", "teaming" }, { "active-uplinks", "active" },
	{ "standby-uplinks", "standby" }, { "srcport", "portid" },
	{ "srcid", "portid" }, { "mac", "srcmac" },
	{ "loadbalance_srcid", "portid" }, { "loadbalance_srcmac", "srcmac" },
	{ "loadbalance_ip", "iphash" }, { "failover_explicit", "explicit" },
	/* It is portid, and then moves ports. */
	{ "loadbalance_loadbased", "portid" }, { "lbt", "portid" },
	{ "beacon-probing", "beacon" }, { "link-status", "link" },
	{ "avg-bandwidth", "avg" }, { "peak-bandwidth", "peak" },
	{ "burst-size", "burst" },
};

/**
 * words_add - add one more word
 * @words: the words
 * @word: the word; those beyond WORDS_MAX are left out
 */
void words_add(struct words *words, const char *word)
{
	if (words->count < WORDS_MAX)
		words->word[words->count++] = word;
}

/**
 * words_list - the words as one would say them
 * @words: the words
 *
 * Return: text to be freed, such as "a, b or c".
 */
char *words_list(const struct words *words)
{
	size_t i, size;
	char *list;
	FILE *out;

	out = must(open_memstream(&list, &size));
	for (i = 0; i < words->count; i++)
		fprintf(out, "%s%s",
			!i ? "" : i + 1 < words->count ? ", " : " or ",
			words->word[i]);
	fclose(out);
	return must(list);
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Letters to change, add, leave out or swap to make one word of the other. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int d[WORD_MAX + 1][WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);
	size_t i, j;

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			unsigned int best = d[i - 1][j - 1];

			best += a[i - 1] != b[j - 1];
			best = least(best, d[i - 1][j] + 1);
			best = least(best, d[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				best = least(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	}
	return d[la][lb];
}

static const char *by_other_name(const struct words *words, const char *said)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(other); i++) {
		if (strcmp(other[i].said, said))
			continue;
		for (j = 0; j < words->count; j++)
			if (!strcmp(words->word[j], other[i].meant))
				return words->word[j];
	}
	return NULL;
}

static const char *by_beginning(const struct words *words, const char *said)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < words->count; i++) {
		if (strncmp(words->word[i], said, strlen(said)))
			continue;
		if (found)
			return NULL;
		found = words->word[i];
	}
	return found;
}

static const char *by_distance(const struct words *words, const char *said)
{
	unsigned int best = strlen(said) < 5 ? 1 : 2;
	const char *found = NULL;
	size_t i;

	if (strlen(said) < 3)
		return NULL;
	for (i = 0; i < words->count; i++) {
		unsigned int d = distance(said, words->word[i]);

		if (d < best || (d == best && !found)) {
			best = d;
			found = words->word[i];
		}
	}
	return found;
}

/**
 * words_meant - find the word that was probably meant
 * @words: the words that there are
 * @said: the word that is not one of them
 *
 * Return: one of @words, NULL if none is near.
 */
const char *words_meant(const struct words *words, const char *said)
{
	const char *meant;

	if (!*said)
		return NULL;
	meant = by_other_name(words, said);
	if (!meant)
		meant = by_beginning(words, said);
	if (!meant)
		meant = by_distance(words, said);
	return meant;
}
