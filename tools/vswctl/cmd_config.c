// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl export, apply, confirm, save, restore, saved, join
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/vswitch.h>

#include "apply.h"
#include "args.h"
#include "config.h"
#include "guard.h"
#include "join.h"
#include "load.h"
#include "plan.h"
#include "print.h"
#include "save.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"

static const char export_help[] =
	"vswctl export\n"
	"\n"
	"Writes the whole configuration as JSON, for apply.\n";

static const char apply_help[] =
	"vswctl [--dry-run] [--confirm SECONDS] apply FILE|-\n"
	"\n"
	"Makes the kernel match a file that export has written: what differs is changed,\n"
	"all of it or nothing. --dry-run prints the commands that would do it.\n";

static const char confirm_help[] =
	"vswctl confirm\n"
	"\n"
	"Keeps what was changed with --confirm.\n";

static const char save_help[] =
	"vswctl save\n"
	"\n"
	"Keeps what runs now for the next boot, in /etc/vswitch/vswitch.json.\n";

static const char restore_help[] =
	"vswctl [--dry-run] [--confirm SECONDS] restore\n"
	"\n"
	"Makes the kernel match what was saved, as far as that can be. A device that is\n"
	"not here is left out; it is attached when it comes, by \"vswctl join\".\n";

static const char saved_help[] =
	"vswctl saved DEV\n"
	"\n"
	"Says what a device was saved as, by the command that makes it so. The exit status\n"
	"of one that was not saved is 3.\n";

static const char join_help[] =
	"vswctl [--dry-run] [--confirm SECONDS] join DEV\n"
	"\n"
	"Attaches a device as it was saved, by its name, an alternative name or its\n"
	"permanent address. One that was not saved is left alone.\n";

static int config_export(struct ctl *ctl, struct args *args)
{
	json_t *doc = NULL, *public;
	int status;
	char *text;

	status = args_end(args);
	if (!status)
		status = config_read(ctl, &doc);
	if (!status) {
		public = config_public(doc);
		text = must(json_dumps(public, JSON_INDENT(4)));
		puts(text);
		free(text);
		json_decref(public);
	}
	json_decref(doc);
	return status;
}

/**
 * struct aim - what is to be
 * @doc: the configuration; with @dev, the saved one, with its devices found
 * @dev: only this device joins what there is, as it is in @doc
 * @most: what can be done is done, as devices may come later
 */
struct aim {
	json_t *doc;
	const char *dev;
	bool most;
};

/* What an aim makes of what there is. */
static json_t *aim_at(const struct aim *aim, const json_t *have)
{
	json_t *want;

	if (!aim->dev)
		return json_incref(aim->doc);
	want = must(json_deep_copy(have));
	join_device(want, aim->doc, aim->dev);
	return want;
}

static json_t *plan_for(const struct aim *aim, const json_t *have)
{
	json_t *want = aim_at(aim, have);
	json_t *steps = plan_make(have, want);

	json_decref(want);
	return steps;
}

/* Does a plan under guard, if it has a step at all. */
static int carry_out(struct ctl *ctl, const struct aim *aim)
{
	json_t *have, *before, *steps = NULL;
	struct guard guard;
	int status, end;
	bool done;

	status = config_read(ctl, &have);
	if (!status)
		steps = plan_for(aim, have);
	if (ctl->dry_run && !status)
		apply_print(steps);
	done = status || ctl->dry_run || !json_array_size(steps);
	if (done && !status && ctl->confirm && !ctl->dry_run && !ctl->json)
		puts("nothing differs, so there is nothing to confirm");
	json_decref(steps);
	json_decref(have);
	if (done)
		return status;
	status = guard_start(ctl, &guard, &before);
	if (status)
		return status;
	/* Once more: nobody else changes anything by a plan from now on. */
	steps = plan_for(aim, before);
	status = aim->most ? apply_most(ctl, steps) :
		 apply_steps(ctl, steps, before);
	json_decref(steps);
	/* What could not be done now is no reason to take the rest back. */
	end = guard_end(ctl, &guard, before, aim->most ? STATUS_OK : status);
	return status ? status : end;
}

/*
 * Makes the kernel match a file; with @most as far as that can be now, since
 * devices may come later.
 */
static int apply_file(struct ctl *ctl, const char *file, bool most)
{
	struct aim aim = { .most = most };
	int status;

	status = load_file(ctl, file, &aim.doc);
	if (!status)
		status = config_resolve(ctl, aim.doc, most);
	if (!status)
		status = carry_out(ctl, &aim);
	json_decref(aim.doc);
	return status;
}

static int config_apply(struct ctl *ctl, struct args *args)
{
	const char *file = *args->argv;
	int status;

	if (!file)
		return ctl_fail(ctl, STATUS_USAGE, "a file is missing, or - for standard input");
	args->argv++;
	status = args_end(args);
	return status ? status : apply_file(ctl, file, false);
}

static int config_confirm(struct ctl *ctl, struct args *args)
{
	int status = args_end(args);

	return status ? status : guard_confirm(ctl);
}

static int save_running(struct ctl *ctl, const char *path)
{
	json_t *doc;
	int status;

	status = config_read(ctl, &doc);
	if (!status && ctl->dry_run) {
		status = vsw_say(ctl);
	} else if (!status) {
		save_leaves_out(ctl, path, doc);
		status = save_write(ctl, path, doc);
	}
	json_decref(doc);
	return status;
}

static int config_save(struct ctl *ctl, struct args *args)
{
	char *path = NULL;
	int status, lock;

	status = args_end(args);
	if (!status)
		status = save_path(ctl, &path);
	if (!status)
		status = guard_settled(ctl, &lock);
	if (!status) {
		status = save_running(ctl, path);
		close(lock);
	}
	free(path);
	return status;
}

static int config_restore(struct ctl *ctl, struct args *args)
{
	char *path = NULL;
	int status;

	status = args_end(args);
	if (!status)
		status = save_path(ctl, &path);
	if (!status)
		status = apply_file(ctl, path, true);
	free(path);
	return status;
}

/* The words of a device, and what was saved; NULL if nothing ever was. */
static int read_saved(struct ctl *ctl, struct args *args, json_t **saved)
{
	char *path = NULL;
	int status;

	*saved = NULL;
	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_end(args);
	if (!status)
		status = save_path(ctl, &path);
	if (!status && !access(path, F_OK))
		status = load_file(ctl, path, saved);
	if (!status && *saved)
		status = config_resolve(ctl, *saved, true);
	free(path);
	return status;
}

/* Whatever runs now: udev asks before it is restored. */
static int config_saved(struct ctl *ctl, struct args *args)
{
	json_t *saved, *without, *steps = NULL;
	int status;

	status = read_saved(ctl, args, &saved);
	if (!status && saved) {
		without = must(json_deep_copy(saved));
		join_leave(without, ctl->name);
		steps = plan_make(without, saved);
		json_decref(without);
	}
	if (!status && !json_array_size(steps))
		status = ctl_fail(ctl, STATUS_ABSENT, "it was not saved");
	if (!status)
		apply_print(steps);
	json_decref(steps);
	json_decref(saved);
	return status;
}

static int config_join(struct ctl *ctl, struct args *args)
{
	struct aim aim = { .doc = NULL };
	int status;

	status = read_saved(ctl, args, &aim.doc);
	aim.dev = ctl->name;
	if (!status && aim.doc)
		status = carry_out(ctl, &aim);
	json_decref(aim.doc);
	return status;
}

/* Each is an object with one command, which has no word of its own. */
#define OBJECT(what)							\
	static const struct command what##_commands[] = {		\
		{ NULL, config_##what },				\
	};								\
	const struct object object_##what = {				\
		#what, what##_help, what##_commands,			\
	}

OBJECT(export);
OBJECT(apply);
OBJECT(confirm);
OBJECT(save);
OBJECT(restore);
OBJECT(saved);
OBJECT(join);
