/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_SAVE_H
#define VSWCTL_SAVE_H

#include <stdbool.h>
#include <jansson.h>

struct ctl;

int save_path(const struct ctl *ctl, char **path);
void save_leaves_out(struct ctl *ctl, const char *path, const json_t *doc);
int save_write(const struct ctl *ctl, const char *path, const json_t *doc);
bool save_differs(struct ctl *ctl);

#endif /* VSWCTL_SAVE_H */
