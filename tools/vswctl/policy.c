// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies: the fields that a switch sets and a portgroup can override.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"
#include "policy.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"

/* Whether the value is the word inherit. */
static bool is_inherit(struct opt_field *field, const char *value)
{
	field->given = true;
	field->inherit = !strcmp(value, "inherit");
	return field->inherit;
}

static int parse_word(struct args *args, const struct key *key,
		      const char *value, void *into)
{
	struct opt_field *field = into;

	if (is_inherit(field, value))
		return STATUS_OK;
	return parse_names(args, key, value, &field->number);
}

static int parse_devices(struct args *args, const struct key *key,
			 const char *value, void *into)
{
	struct opt_field *field = into;
	const char *at = value;

	if (is_inherit(field, value) || !strcmp(value, "none"))
		return STATUS_OK;
	field->list = value;
	for (;;) {
		size_t len = strcspn(at, ",");
		char *device;
		int status;

		if (!len)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"\"%s\" has an empty place where a device should be (%s)",
					value, key->word);
		device = must(strndup(at, len));
		status = check_text(args, key->word, device,
				    VSWITCH_DEV_NAME_MAX);
		free(device);
		if (status || !at[len])
			return status;
		at += len + 1;
	}
}

static int parse_limit(struct args *args, const struct key *key,
		       const char *value, void *into)
{
	static const struct range range = { "limit", 1, VSWITCH_MAC_LIMIT_MAX };
	struct opt_field *field = into;

	if (is_inherit(field, value))
		return STATUS_OK;
	return args_number(args, key, value, &range, &field->number);
}

static int parse_up_delay(struct args *args, const struct key *key,
			  const char *value, void *into)
{
	static const struct range range = {
		"time in ms", 0, VSWITCH_UP_DELAY_MAX,
	};
	struct opt_field *field = into;

	if (is_inherit(field, value))
		return STATUS_OK;
	return args_number(args, key, value, &range, &field->number);
}

static int parse_shaper(struct args *args, const struct key *key,
			const char *value, void *into)
{
	struct opt_field *field = into;

	if (is_inherit(field, value))
		return STATUS_OK;
	return parse_shape(args, key, value, &field->shape);
}

#define FIELD(name) offsetof(struct opt_policy, field[VSWITCH_A_POLICY_##name])

const struct key policy_keys[POLICY_KEYS] = {
	{ "teaming", parse_word, FIELD(TEAMING), &names_teaming },
	{ "active", parse_devices, FIELD(ACTIVE), .words = "none" },
	{ "standby", parse_devices, FIELD(STANDBY), .words = "none" },
	{ "promiscuous", parse_word, FIELD(PROMISCUOUS), &names_permission },
	{ "mac-changes", parse_word, FIELD(MAC_CHANGES), &names_permission },
	{ "forged", parse_word, FIELD(FORGED), &names_permission },
	{ "mac-learning", parse_word, FIELD(MAC_LEARNING), &names_toggle },
	{ "mac-limit", parse_limit, FIELD(MAC_LIMIT) },
	{ "mac-over-limit", parse_word, FIELD(MAC_OVER_LIMIT),
	  &names_over_limit },
	{ "mac-flood", parse_word, FIELD(MAC_FLOOD), &names_toggle },
	{ "shape-from-guest", parse_shaper, FIELD(SHAPE_FROM_GUEST),
	  .words = "off avg" },
	{ "shape-to-guest", parse_shaper, FIELD(SHAPE_TO_GUEST),
	  .words = "off avg" },
	{ "detect", parse_word, FIELD(DETECT), &names_detection },
	{ "notify", parse_word, FIELD(NOTIFY), &names_toggle },
	{ "failback", parse_word, FIELD(FAILBACK), &names_toggle },
	{ "up-delay", parse_up_delay, FIELD(UP_DELAY) },
};

/**
 * policy_is_given - whether a command has a policy field
 * @policy: the fields
 *
 * Return: true if at least one was given.
 */
bool policy_is_given(const struct opt_policy *policy)
{
	size_t i;

	for (i = 1; i < ARRAY_SIZE(policy->field); i++)
		if (policy->field[i].given)
			return true;
	return false;
}

/**
 * policy_of_switch - check that a policy can be that of a switch
 * @args: the command
 * @policy: its fields
 *
 * Return: an exit status.
 */
int policy_of_switch(struct args *args, const struct opt_policy *policy)
{
	size_t i;

	for (i = 0; i < POLICY_KEYS; i++) {
		const struct opt_field *field;

		field = (const void *)((const char *)policy + policy_keys[i].offset);
		if (field->inherit)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"a switch has nothing to inherit from (%s)",
					policy_keys[i].word);
	}
	return STATUS_OK;
}

static bool is_set(const struct opt_field *field)
{
	return field->given && !field->inherit;
}

static void put_devices(struct req *req, __u16 type,
			const struct opt_field *field)
{
	struct nlattr *nest;
	const char *at;

	nest = req_nest(req, type);
	for (at = field->list; at; at = strchr(at, ',')) {
		char *device;

		at += *at == ',';
		device = must(strndup(at, strcspn(at, ",")));
		req_text(req, VSWITCH_A_MEMBERS_DEV, device);
		free(device);
	}
	req_nest_end(req, nest);
}

static void put_field(struct req *req, __u16 type,
		      const struct opt_field *field)
{
	switch (type) {
	case VSWITCH_A_POLICY_ACTIVE:
	case VSWITCH_A_POLICY_STANDBY:
		put_devices(req, type, field);
		break;
	case VSWITCH_A_POLICY_SHAPE_FROM_GUEST:
	case VSWITCH_A_POLICY_SHAPE_TO_GUEST:
		shape_put(req, type, &field->shape);
		break;
	default:
		req_u32(req, type, field->number.value);
		break;
	}
}

/**
 * policy_put - write the policy fields that are set into a request
 * @req: the request
 * @type: attribute that holds a policy
 * @policy: the fields
 */
void policy_put(struct req *req, __u16 type, const struct opt_policy *policy)
{
	struct nlattr *nest = NULL;
	__u16 i;

	for (i = 1; i < ARRAY_SIZE(policy->field); i++) {
		if (!is_set(&policy->field[i]))
			continue;
		if (!nest)
			nest = req_nest(req, type);
		put_field(req, i, &policy->field[i]);
	}
	req_nest_end(req, nest);
}

/* The flag of a field is the bit of its attribute, counted from the first. */
static_assert(VSWITCH_POLICY_FIELD_MASK == (1U << VSWITCH_A_POLICY_MAX) - 1,
	      "the flags differ from the attributes");

/**
 * policy_inherited - the policy fields that are to come from the switch
 * @policy: the fields
 *
 * Return: VSWITCH_POLICY_FIELD_* flags.
 */
__u32 policy_inherited(const struct opt_policy *policy)
{
	__u32 flags = 0;
	size_t i;

	for (i = 1; i < ARRAY_SIZE(policy->field); i++)
		if (policy->field[i].inherit)
			flags |= 1U << (i - 1);
	return flags;
}
