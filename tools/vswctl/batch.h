/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_BATCH_H
#define VSWCTL_BATCH_H

#include <stdbool.h>
#include <stdio.h>

struct ctl;

int batch_split(const struct ctl *ctl, char *line, char **argv, int max);
int batch_open(const struct ctl *ctl, const char *path, bool whole, FILE **file);
int batch_run(struct ctl *ctl, const char *path, FILE *file,
	      int (*run)(struct ctl *ctl, char **argv));

#endif /* VSWCTL_BATCH_H */
