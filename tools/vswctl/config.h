/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_CONFIG_H
#define VSWCTL_CONFIG_H

#include <stdbool.h>
#include <jansson.h>

#include "field.h"

struct ctl;

/* The form of a document; another one would be told apart by its number. */
#define CONFIG_VERSION 1

json_t *config_index(const json_t *doc, enum kind kind);
void config_canon(json_t *doc);
json_t *config_public(const json_t *doc);
int config_read(struct ctl *ctl, json_t **doc);
int config_resolve(struct ctl *ctl, json_t *doc, bool later);

#endif /* VSWCTL_CONFIG_H */
