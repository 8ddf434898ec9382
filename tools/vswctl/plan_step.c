// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of a plan: commands by their words.
 */
#include <stdio.h>
#include <stdlib.h>

#include "plan.h"
#include "plan_step.h"
#include "policy.h"
#include "text.h"
#include "vswctl.h"

/* Words of a step before its first keyword: object, verb and name. */
#define STEP_HEAD 3

/**
 * step_start - add a step to a plan
 * @plan: the plan
 * @kind: what it is about
 * @verb: what to do
 * @name: with which one
 *
 * Return: the words of the step, for more of them; the plan's.
 */
json_t *step_start(struct plan *plan, enum kind kind, const char *verb,
		   const char *name)
{
	json_t *step = must(json_pack("[s, s, s]", kinds[kind].word, verb, name));

	json_array_append_new(plan->steps, step);
	return step;
}

/**
 * step_end - take a step to set something back if it sets nothing
 * @plan: the plan
 * @step: the last step
 */
void step_end(struct plan *plan, const json_t *step)
{
	if (json_array_size(step) == STEP_HEAD)
		json_array_remove(plan->steps, json_array_size(plan->steps) - 1);
}

/**
 * step_words - add a keyword and its value to a step
 * @step: the step
 * @word: the keyword
 * @value: its value
 */
void step_words(json_t *step, const char *word, const char *value)
{
	json_array_append_new(step, must(json_string(word)));
	json_array_append_new(step, must(json_string(value)));
}

/**
 * step_policy - add the policy fields that differ to a step
 * @step: the step
 * @have: the fields that are set, or NULL
 * @want: those that are to be set, or NULL
 * @inherits: what is not wanted is to be inherited; else it is left as it is
 */
void step_policy(json_t *step, const json_t *have, const json_t *want,
		 bool inherits)
{
	size_t i;

	for (i = 0; i < POLICY_KEYS; i++) {
		const char *word = policy_keys[i].word;
		const json_t *old = json_object_get(have, word);
		const json_t *new = json_object_get(want, word);

		if (new && !json_equal(old, new))
			field_words(step, word, new);
		else if (!new && old && inherits)
			field_words(step, word, NULL);
	}
}

/**
 * plan_line - a step as a line of a batch file
 * @step: its words
 *
 * Return: text to be freed.
 */
char *plan_line(const json_t *step)
{
	const json_t *word;
	size_t index, size;
	char *line;
	FILE *out;

	out = must(open_memstream(&line, &size));
	json_array_foreach(step, index, word) {
		char *quoted = text_quote(json_string_value(word));

		fprintf(out, "%s%s", index ? " " : "", quoted);
		free(quoted);
	}
	fclose(out);
	return must(line);
}
