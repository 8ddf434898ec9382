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
#include "guard.h"
#include "netns.h"
#include "nl.h"
#include "text.h"
#include "vswctl.h"
#include "words.h"

/* The longest time that a change waits to be confirmed: a day. */
#define CONFIRM_MAX 86400

static const char usage[] =
	"Usage: vswctl [OPTIONS] OBJECT COMMAND [NAME] [KEY VALUE]...\n"
	"       vswctl [OPTIONS] show\n"
	"       vswctl OBJECT help\n"
	"\n"
	"OBJECT:  switch      a virtual switch\n"
	"         uplink      a network device that joins a switch to the outside\n"
	"         portgroup   a named set of ports with one VLAN and one policy\n"
	"         port        a guest's network device on a portgroup\n"
	"         vmk         an interface of the host itself on a portgroup\n"
	"         nic         what could be an uplink\n"
	"         fdb         the addresses that ports hold\n"
	"         why         where a frame would go now, and by which rule\n"
	"         show        the whole host, drawn\n"
	"         export      write the whole configuration as JSON\n"
	"         apply       make the kernel match a file that export has written\n"
	"         confirm     keep what was changed with --confirm\n"
	"         save        keep what runs now for the next boot\n"
	"         restore     make the kernel match what was saved\n"
	"         join        attach a device as it was saved\n"
	"COMMAND: add | set | del | show | help\n"
	"\n"
	"OPTIONS: -j, --json          print JSON\n"
	"         -p, --pretty        print JSON with indentation\n"
	"         -s, --statistics    print counters too\n"
	"         -d, --details       print policies whole\n"
	"         -n, --netns NS      work in another network namespace\n"
	"         -b, --batch FILE    run the commands of a file; - is standard input\n"
	"             --force         delete a switch that is in use\n"
	"             --dry-run       check a change, and say what would be done\n"
	"             --confirm S     take the change back after S seconds, unless\n"
	"                             \"vswctl confirm\" follows\n"
	"         -V, --version       print the version\n"
	"         -h, --help          print this help\n";

static const struct object *const objects[] = {
	&object_switch, &object_uplink, &object_portgroup, &object_port,
	&object_vmk, &object_nic, &object_fdb, &object_why, &object_show,
	&object_export, &object_apply, &object_confirm, &object_save,
	&object_restore, &object_join,
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

static int find_and_run(struct ctl *ctl, char **argv)
{
	struct args args = { ctl, argv };
	const struct command *command;
	const struct object *object;

	if (!strcmp(*args.argv, "help")) {
		fputs(usage, stdout);
		return STATUS_OK;
	}
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
 * struct option - an option of the command line
 * @letter: its short form, 0 if it has none
 * @word: its long form
 * @has_value: whether a value follows it
 */
struct option {
	char letter;
	const char *word;
	bool has_value;
};

static const struct option options[] = {
	{ 'j', "json", false },
	{ 'p', "pretty", false },
	{ 's', "statistics", false },
	{ 'd', "details", false },
	{ 'n', "netns", true },
	{ 'b', "batch", true },
	{ 0, "force", false },
	{ 0, "dry-run", false },
	{ 0, "confirm", true },
	{ 'V', "version", false },
	{ 'h', "help", false },
};

/**
 * struct wanted - what the options ask for beyond struct ctl
 * @netns: network namespace to work in, or NULL
 * @batch: file of commands, or NULL
 * @confirm: seconds to confirm a change in, or NULL
 * @version: print the version
 * @help: print the help
 */
struct wanted {
	const char *netns;
	const char *batch;
	const char *confirm;
	bool version;
	bool help;
};

static void take_option(struct ctl *ctl, struct wanted *wanted,
			const struct option *option, const char *value)
{
	if (!strcmp(option->word, "dry-run")) {
		ctl->dry_run = true;
		return;
	}
	if (!strcmp(option->word, "confirm")) {
		wanted->confirm = value;
		return;
	}
	switch (option->word[0]) {
	case 'j':
		ctl->json = true;
		break;
	case 'p':
		ctl->json = true;
		ctl->pretty = true;
		break;
	case 's':
		ctl->stats = true;
		break;
	case 'd':
		ctl->details = true;
		break;
	case 'n':
		wanted->netns = value;
		break;
	case 'b':
		wanted->batch = value;
		break;
	case 'f':
		ctl->force = true;
		break;
	case 'v':
		wanted->version = true;
		break;
	case 'h':
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
		if (value && !options[i].has_value)
			return ctl_fail(ctl, STATUS_USAGE,
					"--%s takes no value", options[i].word);
		if (!value && options[i].has_value && **argv)
			value = *(*argv)++;
		if (!value && options[i].has_value)
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

/* -a, -ab, -n value or -nvalue; moves @argv past it. */
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
		if (options[i].has_value) {
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
	return wanted->batch ? batch_run(ctl, wanted->batch, run_command) :
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

/* Runs what is to be confirmed. */
static int run_guarded(struct ctl *ctl, const struct wanted *wanted, char **argv)
{
	static const struct range range = { "time", 1, CONFIRM_MAX };
	static const struct key key = { "--confirm" };
	struct args args = { ctl, argv };
	struct opt_u32 seconds;
	struct guard guard;
	json_t *before;
	int status;

	status = args_number(&args, &key, wanted->confirm, &range, &seconds);
	if (status)
		return status;
	ctl->confirm = seconds.value;
	if (ctl->dry_run || (*argv && guards_itself(*argv)))
		return run_wanted(ctl, wanted, argv);
	status = guard_start(ctl, &guard, &before);
	if (status)
		return status;
	status = run_wanted(ctl, wanted, argv);
	return guard_end(ctl, &guard, before, status);
}

static int run(struct ctl *ctl, char **argv)
{
	struct wanted wanted = { .netns = NULL };
	int status;

	status = parse_options(ctl, &wanted, &argv);
	if (!status)
		status = parse_late_options(ctl, &wanted, argv);
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
