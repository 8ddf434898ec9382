/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_LINE_H
#define VSWCTL_LINE_H

#include <stdbool.h>
#include <jansson.h>

struct ctl;

void line_put(const struct ctl *ctl, const char *word, const json_t *object);
bool line_list(const struct ctl *ctl, const json_t *list);

#endif /* VSWCTL_LINE_H */
