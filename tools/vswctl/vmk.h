/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_VMK_H
#define VSWCTL_VMK_H

#include <jansson.h>

struct ctl;

void vmk_add_details(struct ctl *ctl, json_t *vmk);

#endif /* VSWCTL_VMK_H */
