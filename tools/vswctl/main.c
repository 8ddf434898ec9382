// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl: configure and show virtual switches.  Options, and the way from the
 * words of a command to the function that runs it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "batch.h"
#include "colour.h"
#include "guard.h"
#include "netns.h"
#include "nl.h"
#include "policy.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"
#include "words.h"

/* The longest time that a change waits to be confirmed: a day. */
#define CONFIRM_MAX 86400

static const char usage[] =
	"Usage: vswctl [OPTIONS] OBJECT COMMAND [NAME] [KEY VALUE]...\n"
	"       vswctl [OPTIONS] show\n"
	"       vswctl OBJECT help\n"
	"       vswctl help words\n"
	"\n"
	"OBJECT:  switch      a virtual switch\n"
	"         uplink      a network device that joins a switch to the outside\n"
	"         portgroup   a named set of ports with one VLAN and one policy\n"
	"         port        a guest's network device on a portgroup\n"
	"         vmk         an interface of the host itself on a portgroup\n"
	"         nic         what could be an uplink\n"
	"         fdb         the addresses that ports hold\n"
	"         why         where a frame would go now, and by which rule\n"
	"         monitor     what changes, as it changes\n"
	"         show        the whole host, drawn\n"
	"         export      write the whole configuration as JSON\n"
	"         apply       make the kernel match a file that export has written\n"
	"         confirm     keep what was changed with --confirm\n"
	"         save        keep what runs now for the next boot\n"
	"         restore     make the kernel match what was saved\n"
	"         saved       say what a device was saved as\n"
	"         join        attach a device as it was saved\n"
	"COMMAND: add | set | del | show | help\n"
	"\n"
	"OPTIONS: -j, --json          print JSON\n"
	"         -p, --pretty        print JSON with indentation\n"
	"         -s, --statistics    print counters too\n"
	"         -d, --details       print policies whole\n"
	"         -o, --oneline       print each object on one line, as keys and values\n"
	"         -c, --color[=WHEN]  colour: always, never, or on a terminal (auto)\n"
	"             --svg FILE      with show, write the drawing as an SVG; - is standard output\n"
	"         -n, --netns NS      work in another network namespace\n"
	"         -b, --batch FILE    run the commands of a file; - is standard input\n"
	"             --keep-going    go on after a command of the file that failed\n"
	"             --force         delete a switch that is in use\n"
	"             --dry-run       say what would be done, and do not do it\n"
	"             --confirm S     take the change back after S seconds, unless\n"
	"                             \"vswctl confirm\" follows\n"
	"         -V, --version       print the version\n"
	"         -h, --help          print this help\n";

static const struct object *const objects[] = {
	&object_switch, &object_uplink, &object_portgroup, &object_port,
	&object_vmk, &object_nic, &object_fdb, &object_why, &object_monitor,
	&object_show, &object_export, &object_apply, &object_confirm,
	&object_save, &object_restore, &object_saved, &object_join,
};

/**
 * enum takes - whether a value follows an option
 * @TAKES_NONE: none does
 * @TAKES_VALUE: one does
 * @TAKES_MAYBE: one may, joined to it by "="
 */
enum takes {
	TAKES_NONE,
	TAKES_VALUE,
	TAKES_MAYBE,
};

/**
 * struct option - an option of the command line
 * @letter: its short form, 0 if it has none
 * @word: its long form
 * @takes: whether a value follows it
 */
struct option {
	char letter;
	const char *word;
	enum takes takes;
};

enum {
	OPTION_JSON,
	OPTION_PRETTY,
	OPTION_STATISTICS,
	OPTION_DETAILS,
	OPTION_ONELINE,
	OPTION_COLOR,
	OPTION_SVG,
	OPTION_NETNS,
	OPTION_BATCH,
	OPTION_KEEP_GOING,
	OPTION_FORCE,
	OPTION_DRY_RUN,
	OPTION_CONFIRM,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct option options[] = {
	[OPTION_JSON] = { 'j', "json" },
	[OPTION_PRETTY] = { 'p', "pretty" },
	[OPTION_STATISTICS] = { 's', "statistics" },
	[OPTION_DETAILS] = { 'd', "details" },
	[OPTION_ONELINE] = { 'o', "oneline" },
	[OPTION_COLOR] = { 'c', "color", TAKES_MAYBE },
	[OPTION_SVG] = { 0, "svg", TAKES_VALUE },
	[OPTION_NETNS] = { 'n', "netns", TAKES_VALUE },
	[OPTION_BATCH] = { 'b', "batch", TAKES_VALUE },
	[OPTION_KEEP_GOING] = { 0, "keep-going" },
	[OPTION_FORCE] = { 0, "force" },
	[OPTION_DRY_RUN] = { 0, "dry-run" },
	[OPTION_CONFIRM] = { 0, "confirm", TAKES_VALUE },
	[OPTION_VERSION] = { 'V', "version" },
	[OPTION_HELP] = { 'h', "help" },
};

static int not_a(const struct ctl *ctl, const char *said, const char *what,
		 const struct words *words)
{
	const char *meant = words_meant(words, said);
	char *list;

	if (meant)
		return ctl_fail(ctl, STATUS_USAGE,
				"\"%s\" is not %s; did you mean \"%s\"?",
				said, what, meant);
	list = words_list(words);
	ctl_fail(ctl, STATUS_USAGE, "\"%s\" is not %s; there is %s", said, what,
		 list);
	free(list);
	return STATUS_USAGE;
}

static const struct object *find_object(const struct ctl *ctl, const char *word)
{
	struct words words = { .count = 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		if (!strcmp(objects[i]->word, word))
			return objects[i];
		words_add(&words, objects[i]->word);
	}
	words_add(&words, "help");
	not_a(ctl, word, "an object", &words);
	return NULL;
}

static const struct command *find_command(const struct ctl *ctl,
					  const struct object *object,
					  const char *word)
{
	struct words words = { .count = 0 };
	const struct command *command;
	char *list;

	for (command = object->commands; command->run; command++) {
		if (word && !strcmp(command->word, word))
			return command;
		words_add(&words, command->word);
	}
	words_add(&words, "help");
	if (word) {
		not_a(ctl, word, "a command", &words);
		return NULL;
	}
	list = words_list(&words);
	ctl_fail(ctl, STATUS_USAGE, "a command is missing: %s", list);
	free(list);
	return NULL;
}

/* A keyword and the words that its value can be. */
static void print_key(const struct object *object, const struct command *command,
		      const struct key *key, bool inherits)
{
	size_t i;

	printf("%s %s %s", object->word, command->word, key->word);
	for (i = 0; key->names && i < key->names->count; i++)
		printf(" %s", key->names->name[i]);
	printf("%s%s%s\n", key->words ? " " : "", key->words ? key->words : "",
	       inherits ? " inherit" : "");
}

static void print_command(const struct object *object,
			  const struct command *command)
{
	size_t i;

	printf("%s%s%s\n", object->word, command->word ? " " : "",
	       command->word ? command->word : "");
	for (i = 0; i < command->keys.count; i++)
		print_key(object, command, &command->keys.key[i], false);
	for (i = 0; command->policy && i < POLICY_KEYS; i++)
		print_key(object, command, &policy_keys[i],
			  object == &object_portgroup);
}

/* All that can be said, a keyword a line, for completion. */
static void print_words(void)
{
	const struct command *command;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		printf("--%s", options[i].word);
		if (options[i].letter)
			printf(" -%c", options[i].letter);
		puts("");
	}
	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		command = objects[i]->commands;
		if (!command->word)
			print_command(objects[i], command);
		for (; command->word; command++)
			print_command(objects[i], command);
	}
}

static int help(struct args *args)
{
	args->ctl->object = *args->argv++;
	if (!*args->argv) {
		fputs(usage, stdout);
		return STATUS_OK;
	}
	if (strcmp(*args->argv, "words"))
		return args_end(args);
	args->argv++;
	if (!*args->argv)
		print_words();
	return args_end(args);
}

static int find_and_run(struct ctl *ctl, char **argv)
{
	struct args args = { ctl, argv };
	const struct command *command;
	const struct object *object;

	if (!strcmp(*args.argv, "help"))
		return help(&args);
	object = find_object(ctl, *args.argv++);
	if (!object)
		return STATUS_USAGE;
	ctl->object = object->word;
	ctl->words = argv;
	if (*args.argv && !strcmp(*args.argv, "help")) {
		fputs(object->help, stdout);
		return STATUS_OK;
	}
	if (!object->commands->word)
		return object->commands->run(ctl, &args);
	command = find_command(ctl, object, *args.argv);
	if (!command)
		return STATUS_USAGE;
	args.argv++;
	ctl->command = command->word;
	return command->run(ctl, &args);
}

/* Runs one command, given by its words. */
static int run_command(struct ctl *ctl, char **argv)
{
	int status = find_and_run(ctl, argv);

	return status == STATUS_DRY ? STATUS_OK : status;
}

/**
 * struct wanted - what the options ask for beyond struct ctl
 * @netns: network namespace to work in, or NULL
 * @batch: file of commands, or NULL
 * @commands: that file, when it is open
 * @color: when there are colours
 * @confirm: seconds to confirm a change in, or NULL
 * @version: print the version
 * @help: print the help
 */
struct wanted {
	const char *netns;
	const char *batch;
	FILE *commands;
	const char *color;
	const char *confirm;
	bool version;
	bool help;
};

static void take_option(struct ctl *ctl, struct wanted *wanted,
			const struct option *option, const char *value)
{
	switch (option - options) {
	case OPTION_JSON:
		ctl->json = true;
		break;
	case OPTION_PRETTY:
		ctl->json = true;
		ctl->pretty = true;
		break;
	case OPTION_STATISTICS:
		ctl->stats = true;
		break;
	case OPTION_DETAILS:
		ctl->details = true;
		break;
	case OPTION_ONELINE:
		ctl->oneline = true;
		break;
	case OPTION_COLOR:
		wanted->color = value ? value : "always";
		break;
	case OPTION_SVG:
		ctl->svg = value;
		break;
	case OPTION_NETNS:
		wanted->netns = value;
		break;
	case OPTION_BATCH:
		wanted->batch = value;
		break;
	case OPTION_KEEP_GOING:
		ctl->keep_going = true;
		break;
	case OPTION_FORCE:
		ctl->force = true;
		break;
	case OPTION_DRY_RUN:
		ctl->dry_run = true;
		break;
	case OPTION_CONFIRM:
		wanted->confirm = value;
		break;
	case OPTION_VERSION:
		wanted->version = true;
		break;
	case OPTION_HELP:
		wanted->help = true;
		break;
	}
}

/* --word, --word value or --word=value; moves @argv past it. */
static int long_option(struct ctl *ctl, struct wanted *wanted, char ***argv)
{
	struct words words = { .count = 0 };
	const char *word = *(*argv)++ + 2;
	size_t len = strcspn(word, "=");
	char *said;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		const char *value = word[len] ? word + len + 1 : NULL;

		words_add(&words, options[i].word);
		if (strlen(options[i].word) != len ||
		    strncmp(options[i].word, word, len))
			continue;
		if (value && options[i].takes == TAKES_NONE)
			return ctl_fail(ctl, STATUS_USAGE,
					"--%s takes no value", options[i].word);
		if (!value && options[i].takes == TAKES_VALUE && **argv)
			value = *(*argv)++;
		if (!value && options[i].takes == TAKES_VALUE)
			return ctl_fail(ctl, STATUS_USAGE,
					"--%s needs a value", options[i].word);
		take_option(ctl, wanted, &options[i], value);
		return STATUS_OK;
	}
	said = must(strndup(word, len));
	word = words_meant(&words, said);
	if (word)
		ctl_fail(ctl, STATUS_USAGE,
			 "--%s is not an option; did you mean --%s?", said, word);
	else
		ctl_fail(ctl, STATUS_USAGE, "--%s is not an option", said);
	free(said);
	return STATUS_USAGE;
}

/* -a, -ab, -n value, -nvalue or -c=value; moves @argv past it. */
static int short_options(struct ctl *ctl, struct wanted *wanted, char ***argv)
{
	const char *at = *(*argv)++ + 1;

	while (*at) {
		const char *value = NULL;
		size_t i;

		for (i = 0; i < ARRAY_SIZE(options); i++)
			if (options[i].letter == *at)
				break;
		if (i == ARRAY_SIZE(options))
			return ctl_fail(ctl, STATUS_USAGE,
					"-%c is not an option", *at);
		at++;
		if (options[i].takes == TAKES_MAYBE && *at == '=') {
			value = at + 1;
			at = "";
		} else if (options[i].takes == TAKES_VALUE) {
			value = *at ? at : **argv ? *(*argv)++ : NULL;
			at = "";
			if (!value)
				return ctl_fail(ctl, STATUS_USAGE,
						"-%c needs a value",
						options[i].letter);
		}
		take_option(ctl, wanted, &options[i], value);
	}
	return STATUS_OK;
}

/* Moves @argv past the options. */
static int parse_options(struct ctl *ctl, struct wanted *wanted, char ***argv)
{
	int status = STATUS_OK;

	while (!status && **argv && (**argv)[0] == '-') {
		if (!strcmp(**argv, "--")) {
			(*argv)++;
			break;
		}
		if ((**argv)[1] == '-')
			status = long_option(ctl, wanted, argv);
		else if ((**argv)[1])
			status = short_options(ctl, wanted, argv);
		else
			status = ctl_fail(ctl, STATUS_USAGE,
					  "\"-\" is not an option");
	}
	return status;
}

/*
 * How to show something may also be said behind the word: "port show -s". No
 * other command has that, since a value of its own may begin with "-".
 */
static int parse_late_options(struct ctl *ctl, struct wanted *wanted,
			      char **argv)
{
	char **from;
	int status;

	if (!argv[0] || (strcmp(argv[0], "show") &&
			 (!argv[1] || strcmp(argv[1], "show"))))
		return STATUS_OK;
	while (*argv && **argv != '-')
		argv++;
	from = argv;
	status = parse_options(ctl, wanted, &from);
	while (*from)
		*argv++ = *from++;
	*argv = NULL;
	return status;
}

static int run_wanted(struct ctl *ctl, const struct wanted *wanted, char **argv)
{
	return wanted->batch ?
	       batch_run(ctl, wanted->batch, wanted->commands, run_command) :
	       run_command(ctl, argv);
}

/* Those whose plan is watched over step by step. */
static bool guards_itself(const char *object)
{
	static const char *const own[] = { "apply", "restore", "join" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (!strcmp(own[i], object))
			return true;
	return false;
}

/* Those that change nothing. */
static bool only_asks(char **argv)
{
	static const char *const asking[] = {
		"export", "monitor", "saved", "show", "why",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(asking); i++)
		if (!strcmp(asking[i], argv[0]))
			return true;
	return argv[1] && !strcmp(argv[1], "show");
}

/* Runs what is to be confirmed. */
static int run_guarded(struct ctl *ctl, const struct wanted *wanted, char **argv)
{
	static const struct range range = { "time", 1, CONFIRM_MAX };
	static const struct key key = { "--confirm" };
	struct args args = { ctl, argv };
	struct opt_u32 seconds;
	struct guard guard;
	json_t *before;
	int status, end;

	status = args_number(&args, &key, wanted->confirm, &range, &seconds);
	if (status)
		return status;
	if (*argv && only_asks(argv))
		return ctl_fail(ctl, STATUS_USAGE,
				"--confirm is about changes, and \"%s\" makes none",
				*argv);
	ctl->confirm = seconds.value;
	if (ctl->dry_run || (*argv && guards_itself(*argv)))
		return run_wanted(ctl, wanted, argv);
	status = guard_start(ctl, &guard, &before);
	if (status)
		return status;
	status = run_wanted(ctl, wanted, argv);
	end = guard_end(ctl, &guard, before, status);
	if (status && guard.stays)
		ctl_warn(ctl, "not all of it could be taken back");
	else if (status && wanted->batch)
		ctl_warn(ctl, "the whole batch is taken back");
	return end;
}

static int run(struct ctl *ctl, char **argv)
{
	struct wanted wanted = { .color = "auto" };
	int status;

	status = parse_options(ctl, &wanted, &argv);
	if (!status)
		status = parse_late_options(ctl, &wanted, argv);
	if (!status)
		status = colour_set(ctl, wanted.color);
	if (status)
		return status;
	if (wanted.help || wanted.version) {
		fputs(wanted.help ? usage : "vswctl " VSWCTL_VERSION "\n", stdout);
		return STATUS_OK;
	}
	if (wanted.batch && *argv)
		return ctl_fail(ctl, STATUS_USAGE,
				"\"%s\": with --batch, commands come from the file",
				*argv);
	if (!wanted.batch && ctl->keep_going)
		return ctl_fail(ctl, STATUS_USAGE,
				"--keep-going is about the commands of --batch");
	if (wanted.confirm && ctl->keep_going)
		return ctl_fail(ctl, STATUS_USAGE,
				"what is to be confirmed is done whole or not at all, without --keep-going");
	if (ctl->svg && (!*argv || strcmp(*argv, "show")))
		return ctl_fail(ctl, STATUS_USAGE, "--svg is about \"show\"");
	if (!wanted.batch && !*argv) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	if (wanted.netns) {
		status = netns_enter(ctl, wanted.netns);
		if (status)
			return status;
		ctl->netns = wanted.netns;
	}
	if (wanted.batch) {
		/* A time to confirm runs, whatever becomes of who writes them. */
		status = batch_open(ctl, wanted.batch, wanted.confirm,
				    &wanted.commands);
		if (status)
			return status;
	}
	return wanted.confirm ? run_guarded(ctl, &wanted, argv) :
	       run_wanted(ctl, &wanted, argv);
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .run = run_command };
	int status;

	text_locale();
	status = run(&ctl, argc ? argv + 1 : argv);
	nl_close(ctl.genl);
	nl_close(ctl.route);
	errno = 0;
	if (fflush(stdout) || ferror(stdout)) {
		ctl.object = NULL;
		ctl.file = NULL;
		ctl_fail(&ctl, STATUS_SYSTEM, "cannot write: %s",
			 strerror(errno ? errno : EIO));
		status = status ? status : STATUS_SYSTEM;
	}
	return status;
}
