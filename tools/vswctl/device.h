/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_DEVICE_H
#define VSWCTL_DEVICE_H

#include <jansson.h>

struct ctl;

int device_names(struct ctl *ctl, json_t **names);

#endif /* VSWCTL_DEVICE_H */
