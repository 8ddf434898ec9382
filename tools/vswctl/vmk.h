/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_VMK_H
#define VSWCTL_VMK_H

#include <jansson.h>

struct args;
struct ctl;
struct key;

int parse_netns(struct args *args, const struct key *key, const char *value,
		void *field);
int vmk_adopt(struct ctl *ctl, struct args *args);
int vmk_release(struct ctl *ctl, struct args *args);
void vmk_add_details(struct ctl *ctl, json_t *vmk);

#endif /* VSWCTL_VMK_H */
