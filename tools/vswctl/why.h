/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_WHY_H
#define VSWCTL_WHY_H

#include <jansson.h>

void print_why(const json_t *why);

#endif /* VSWCTL_WHY_H */
