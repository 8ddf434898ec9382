/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_H
#define VSWCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "util.h"

/**
 * enum status - exit status, and what most functions here return
 * @STATUS_OK: done
 * @STATUS_SYSTEM: the kernel or the system refused
 * @STATUS_USAGE: not a command that there is
 * @STATUS_ABSENT: no such object, or no such file
 * @STATUS_DRY: a change was said and not done; ends a command, and is success
 */
enum status {
	STATUS_OK,
	STATUS_SYSTEM,
	STATUS_USAGE,
	STATUS_ABSENT,
	STATUS_DRY,
};

struct args;
struct guard;
struct key;
struct nl_sock;

/**
 * struct ctl - one run of the tool
 * @json: print JSON
 * @pretty: indent the JSON
 * @stats: print counters too
 * @details: print what else is known too
 * @oneline: print each object on a line of its own
 * @svg: file that a drawing goes to, NULL for none
 * @force: delete a switch that is in use
 * @keep_going: go on with a batch after a command that failed
 * @dry_run: only say what would be done
 * @confirm: seconds in which a change is to be confirmed, 0 for no need
 * @guard: who watches over the change, NULL for nobody
 * @netns: name of the network namespace, NULL for the one that we are in
 * @file: name of the batch file, to say where an error is; NULL without one
 * @line: line of the batch file
 * @object: object word of the command at hand
 * @command: command word, NULL if there is none
 * @name: name of what it is about, NULL if there is none
 * @words: all words of the command at hand
 * @held: where to leave what would be said about a failure; NULL to say it
 * @run: runs a command, given by its words
 * @genl: socket to the vswitch family, NULL until it is needed
 * @route: socket to rtnetlink, NULL until it is needed
 * @family: number of the vswitch family
 * @group: number of its multicast group
 */
struct ctl {
	bool json;
	bool pretty;
	bool stats;
	bool details;
	bool oneline;
	const char *svg;
	bool force;
	bool keep_going;
	bool dry_run;
	__u32 confirm;
	struct guard *guard;
	const char *netns;
	const char *file;
	unsigned int line;
	const char *object;
	const char *command;
	const char *name;
	char **words;
	char **held;
	int (*run)(struct ctl *ctl, char **argv);
	struct nl_sock *genl;
	struct nl_sock *route;
	__u16 family;
	__u32 group;
};

/**
 * struct key_table - keywords that a command takes
 * @key: the keywords
 * @count: how many there are
 */
struct key_table {
	const struct key *key;
	size_t count;
};

/**
 * struct command - something to do with an object
 * @word: its word
 * @run: does it with the words that follow
 * @keys: its keywords, for "help words"
 * @policy: it takes those of a policy too
 */
struct command {
	const char *word;
	int (*run)(struct ctl *ctl, struct args *args);
	struct key_table keys;
	bool policy;
};

/**
 * struct object - a kind of thing that commands are about
 * @word: its word
 * @help: its grammar
 * @commands: its commands up to one without a word; a single one without a
 *	word is run when the object alone is given
 */
struct object {
	const char *word;
	const char *help;
	const struct command *commands;
};

extern const struct object object_switch;
extern const struct object object_uplink;
extern const struct object object_portgroup;
extern const struct object object_port;
extern const struct object object_vmk;
extern const struct object object_nic;
extern const struct object object_fdb;
extern const struct object object_why;
extern const struct object object_monitor;
extern const struct object object_show;
extern const struct object object_export;
extern const struct object object_apply;
extern const struct object object_confirm;
extern const struct object object_save;
extern const struct object object_restore;
extern const struct object object_saved;
extern const struct object object_join;

__printf(3, 4)
int ctl_fail(const struct ctl *ctl, int status, const char *fmt, ...);
__printf(2, 3)
void ctl_warn(const struct ctl *ctl, const char *fmt, ...);

#endif /* VSWCTL_H */
