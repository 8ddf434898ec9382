// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies: the fields that a switch sets and a portgroup can override.
 */
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

static int parse_teaming(struct args *args, const struct key *key,
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

const struct key policy_keys[POLICY_KEYS] = {
	{ "teaming", parse_teaming, offsetof(struct opt_policy, teaming),
	  &names_teaming },
	{ "active", parse_devices, offsetof(struct opt_policy, active) },
	{ "standby", parse_devices, offsetof(struct opt_policy, standby) },
};

static const struct opt_field *policy_field(const struct opt_policy *policy,
					    size_t index)
{
	return (const void *)((const char *)policy + policy_keys[index].offset);
}

/**
 * policy_is_given - whether a command has a policy field
 * @policy: the fields
 *
 * Return: true if at least one was given.
 */
bool policy_is_given(const struct opt_policy *policy)
{
	size_t i;

	for (i = 0; i < POLICY_KEYS; i++)
		if (policy_field(policy, i)->given)
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

	for (i = 0; i < POLICY_KEYS; i++)
		if (policy_field(policy, i)->inherit)
			return ctl_fail(args->ctl, STATUS_USAGE,
					"a switch has nothing to inherit from (%s)",
					policy_keys[i].word);
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

	if (!is_set(field))
		return;
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

/**
 * policy_put - write the policy fields that are set into a request
 * @req: the request
 * @type: attribute that holds a policy
 * @policy: the fields
 */
void policy_put(struct req *req, __u16 type, const struct opt_policy *policy)
{
	struct nlattr *nest;

	if (!is_set(&policy->teaming) && !is_set(&policy->active) &&
	    !is_set(&policy->standby))
		return;
	nest = req_nest(req, type);
	req_opt_u32(req, VSWITCH_A_POLICY_TEAMING, &policy->teaming.number);
	put_devices(req, VSWITCH_A_POLICY_ACTIVE, &policy->active);
	put_devices(req, VSWITCH_A_POLICY_STANDBY, &policy->standby);
	req_nest_end(req, nest);
}

/**
 * policy_inherited - the policy fields that are to come from the switch
 * @policy: the fields
 *
 * Return: VSWITCH_POLICY_FIELD_* flags.
 */
__u32 policy_inherited(const struct opt_policy *policy)
{
	__u32 flags = 0;

	if (policy->teaming.inherit)
		flags |= VSWITCH_POLICY_FIELD_TEAMING;
	if (policy->active.inherit)
		flags |= VSWITCH_POLICY_FIELD_ACTIVE;
	if (policy->standby.inherit)
		flags |= VSWITCH_POLICY_FIELD_STANDBY;
	return flags;
}
