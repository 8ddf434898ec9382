/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_POLICY_H
#define VSWCTL_POLICY_H

#include <stdbool.h>
#include <linux/types.h>

#include "args.h"

struct req;

/**
 * struct opt_field - a policy field that may have been given
 * @number: its value, if it is a number
 * @given: whether it was
 * @inherit: it is to come from the switch
 * @list: its value, if it is a list of devices; NULL for an empty list
 */
struct opt_field {
	struct opt_u32 number;
	bool given;
	bool inherit;
	const char *list;
};

/**
 * struct opt_policy - the policy fields of a command
 * @teaming: how a port's uplink is chosen
 * @active: the active uplinks
 * @standby: the standby uplinks
 */
struct opt_policy {
	struct opt_field teaming;
	struct opt_field active;
	struct opt_field standby;
};

#define POLICY_KEYS 3

extern const struct key policy_keys[POLICY_KEYS];

bool policy_is_given(const struct opt_policy *policy);
int policy_of_switch(struct args *args, const struct opt_policy *policy);
void policy_put(struct req *req, __u16 type, const struct opt_policy *policy);
__u32 policy_inherited(const struct opt_policy *policy);

#endif /* VSWCTL_POLICY_H */
