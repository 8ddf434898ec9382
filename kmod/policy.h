/* SPDX-License-Identifier: GPL-2.0-only */
/* Policies and how a portgroup inherits them. Pure decisions. */
#ifndef _VSW_POLICY_H
#define _VSW_POLICY_H

#include "types.h"

void vsw_policy_init(struct vsw_policy *policy);
void vsw_policy_merge(const struct vsw_policy *base,
		      const struct vsw_policy *own, struct vsw_policy *result);
const char *vsw_policy_clash(const struct vsw_policy *policy);
const char *vsw_policy_twice(const struct vsw_policy *policy);
u8 vsw_policy_flags(const struct vsw_policy *policy);
bool vsw_policy_same_team(const struct vsw_policy *a,
			  const struct vsw_policy *b);
int vsw_policy_find(const struct vsw_members *members, const char *name);
void vsw_policy_unlist(struct vsw_members *members, const char *name);
void vsw_policy_forget(struct vsw_policy *policy, const char *name);
void vsw_policy_rename(struct vsw_policy *policy, const char *from,
		       const char *to);

#endif /* _VSW_POLICY_H */
