/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_VMK_H
#define VSWCTL_VMK_H

#include <jansson.h>

#include "args.h"

struct ctl;

#define ADOPT_KEYS 3

extern const struct key adopt_keys[ADOPT_KEYS];

int parse_netns(struct args *args, const struct key *key, const char *value,
		void *field);
int vmk_adopt(struct ctl *ctl, struct args *args);
int vmk_release(struct ctl *ctl, struct args *args);
void vmk_add_details(struct ctl *ctl, json_t *vmk);

#endif /* VSWCTL_VMK_H */
