/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_JOIN_H
#define VSWCTL_JOIN_H

#include <jansson.h>

void join_leave(json_t *doc, const char *dev);
void join_device(json_t *want, const json_t *saved, const char *dev);

#endif /* VSWCTL_JOIN_H */
