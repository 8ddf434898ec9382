// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doing what is planned, and undoing it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "config.h"
#include "plan.h"
#include "text.h"
#include "vswctl.h"

/* How often the way back is looked for anew, when a step of it is refused. */
#define BACK_TRIES 3

/**
 * apply_plan - plan the way from what the kernel has
 * @ctl: the run
 * @want: where to, in the form of config_canon() and with its devices found
 * @steps: set to the steps, to be released also on failure
 *
 * Return: an exit status.
 */
int apply_plan(struct ctl *ctl, const json_t *want, json_t **steps)
{
	json_t *have;
	int status;

	*steps = NULL;
	status = config_read(ctl, &have);
	if (!status)
		*steps = plan_make(have, want);
	json_decref(have);
	return status;
}

/* Runs a step; what would be said of its failure is left in @ctl->held. */
static int run_step(struct ctl *ctl, const json_t *step, char **said)
{
	size_t index, count = json_array_size(step);
	char **argv = must(calloc(count + 1, sizeof(*argv)));
	struct ctl run = *ctl;
	const json_t *word;
	int status;

	json_array_foreach(step, index, word)
		argv[index] = (char *)json_string_value(word);
	run.file = NULL;
	run.line = 0;
	run.held = said;
	run.dry_run = false;
	status = ctl->run(&run, argv);
	/* The sockets that it may have opened. */
	ctl->genl = run.genl;
	ctl->route = run.route;
	ctl->family = run.family;
	free(argv);
	return status;
}

/**
 * apply_steps - do what is planned, all of it or nothing
 * @ctl: the run
 * @steps: the plan
 * @before: the configuration to go back to when a step is refused
 *
 * Return: an exit status.
 */
int apply_steps(struct ctl *ctl, const json_t *steps, const json_t *before)
{
	const char *undone = "the earlier ones are undone";
	size_t index, count = json_array_size(steps);
	int status = STATUS_OK;
	char *said = NULL, *line;

	for (index = 0; !status && index < count; index++)
		status = run_step(ctl, json_array_get(steps, index), &said);
	if (!status)
		return STATUS_OK;
	if (index == 1)
		undone = "nothing is changed";
	else if (apply_back(ctl, before))
		undone = "not all of the earlier ones could be undone";
	line = plan_line(json_array_get(steps, index - 1));
	ctl_fail(ctl, status, "step %zu of %zu is refused, %s: %s; it was: %s",
		 index, count, undone, said ? said : "", line);
	free(line);
	free(said);
	return status;
}

/**
 * apply_back - go back to a configuration, as far as that can be
 * @ctl: the run
 * @before: the configuration, from config_read() or load_text()
 *
 * Devices may be gone meanwhile, so a step that is refused does not end it.
 *
 * Return: STATUS_OK if all of it is there.
 */
int apply_back(struct ctl *ctl, const json_t *before)
{
	int tries, status;

	for (tries = 0; tries < BACK_TRIES; tries++) {
		json_t *want = must(json_deep_copy(before));
		json_t *steps = NULL;
		const json_t *step;
		char *said;
		size_t index;
		bool done;

		status = config_resolve(ctl, want, true);
		if (!status)
			status = apply_plan(ctl, want, &steps);
		done = !json_array_size(steps);
		json_array_foreach(steps, index, step) {
			said = NULL;
			run_step(ctl, step, &said);
			free(said);
		}
		json_decref(steps);
		json_decref(want);
		if (status || done)
			return status;
	}
	return STATUS_SYSTEM;
}

/**
 * apply_print - print a plan as a batch file
 * @steps: the plan
 */
void apply_print(const json_t *steps)
{
	const json_t *step;
	size_t index;

	json_array_foreach(steps, index, step) {
		char *line = plan_line(step);

		puts(line);
		free(line);
	}
}
