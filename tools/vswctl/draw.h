/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_DRAW_H
#define VSWCTL_DRAW_H

#include <stdio.h>
#include <jansson.h>

void draw_host(const json_t *host);
void svg_host(FILE *out, const json_t *host);

#endif /* VSWCTL_DRAW_H */
