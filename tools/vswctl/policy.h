/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_POLICY_H
#define VSWCTL_POLICY_H

#include <stdbool.h>
#include <linux/types.h>

#include "args.h"
#include "shape.h"

struct req;

/* What a POLICY is in the help of what has one. */
#define POLICY_GRAMMAR							\
	"POLICY := [teaming portid|srcmac|iphash|explicit]\n"		\
	"          [active DEV,...|none] [standby DEV,...|none]\n"	\
	"          [detect link|beacon] [notify on|off]\n"		\
	"          [failback on|off] [up-delay MS]\n"			\
	"          [promiscuous|mac-changes|forged accept|reject]\n"	\
	"          [mac-learning on|off] [mac-limit N]\n"		\
	"          [mac-over-limit drop|allow] [mac-flood on|off]\n"	\
	"          [shape-from-guest|shape-to-guest SHAPE]\n"		\
	"SHAPE  := off | avg RATE [peak RATE] burst SIZE\n"		\
	"                        RATE is such as 10mbit, SIZE such as 64kb\n"

/**
 * struct opt_field - a policy field that may have been given
 * @number: its value, if it is a number
 * @given: whether it was
 * @inherit: it is to come from the switch
 * @list: its value, if it is a list of devices; NULL for an empty list
 * @shape: its value, if it is a shaper
 */
struct opt_field {
	struct opt_u32 number;
	bool given;
	bool inherit;
	const char *list;
	struct shape shape;
};

/**
 * struct opt_policy - the policy fields of a command
 * @field: the fields by number of their attributes
 */
struct opt_policy {
	struct opt_field field[VSWITCH_A_POLICY_MAX + 1];
};

#define POLICY_KEYS VSWITCH_A_POLICY_MAX

extern const struct key policy_keys[POLICY_KEYS];

bool policy_is_given(const struct opt_policy *policy);
int policy_of_switch(struct args *args, const struct opt_policy *policy);
void policy_put(struct req *req, __u16 type, const struct opt_policy *policy);
__u32 policy_inherited(const struct opt_policy *policy);

#endif /* VSWCTL_POLICY_H */
