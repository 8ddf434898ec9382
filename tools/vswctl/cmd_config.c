// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl export, apply, confirm, save, restore, join
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
	"vswctl [--dry-run] restore\n"
	"\n"
	"Makes the kernel match what was saved. A device that is not here is left out; it\n"
	"is attached when it comes, by \"vswctl join\".\n";

static const char join_help[] =
	"vswctl [--dry-run] join DEV\n"
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

/* Does a plan under guard.  A plan without a step needs none. */
static int carry_out(struct ctl *ctl, const json_t *want)
{
	struct guard guard;
	json_t *steps = NULL, *before;
	int status;

	status = apply_plan(ctl, want, &steps);
	if (status || ctl->dry_run || !json_array_size(steps)) {
		if (!status && ctl->dry_run)
			apply_print(steps);
		json_decref(steps);
		return status;
	}
	json_decref(steps);
	status = guard_start(ctl, &guard, &before);
	if (status)
		return status;
	/* Once more: nobody else changes anything by a plan from now on. */
	steps = plan_make(before, want);
	status = apply_steps(ctl, steps, before);
	json_decref(steps);
	return guard_end(ctl, &guard, before, status);
}

/* Makes the kernel match a file. */
static int apply_file(struct ctl *ctl, const char *file, bool later)
{
	json_t *want;
	int status;

	status = load_file(ctl, file, &want);
	if (!status)
		status = config_resolve(ctl, want, later);
	if (!status)
		status = carry_out(ctl, want);
	json_decref(want);
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

static int config_save(struct ctl *ctl, struct args *args)
{
	char *path = save_path(ctl);
	json_t *doc = NULL;
	int status;

	status = args_end(args);
	if (!status)
		status = config_read(ctl, &doc);
	if (!status && !ctl->dry_run)
		status = save_write(ctl, path, doc);
	json_decref(doc);
	free(path);
	return status;
}

static int config_restore(struct ctl *ctl, struct args *args)
{
	char *path = save_path(ctl);
	int status;

	status = args_end(args);
	if (!status)
		status = apply_file(ctl, path, true);
	free(path);
	return status;
}

static int config_join(struct ctl *ctl, struct args *args)
{
	json_t *want = NULL, *saved = NULL;
	char *path = save_path(ctl);
	int status;

	status = args_name(args, "dev", VSWITCH_DEV_NAME_MAX);
	if (!status)
		status = args_end(args);
	if (!status && !access(path, F_OK))
		status = load_file(ctl, path, &saved);
	if (!status && saved)
		status = config_resolve(ctl, saved, true);
	if (!status && saved)
		status = config_read(ctl, &want);
	if (!status && saved && join_device(want, saved, ctl->name))
		status = carry_out(ctl, want);
	json_decref(saved);
	json_decref(want);
	free(path);
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
OBJECT(join);
