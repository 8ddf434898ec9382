/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_POLICY_SHOW_H
#define VSWCTL_POLICY_SHOW_H

#include <jansson.h>

char *cell_policy(const json_t *object, const char *key);
char *cell_team(const json_t *object, const char *key);
char *cell_security(const json_t *object, const char *key);
char *cell_failover(const json_t *object, const char *key);
char *cell_shaping(const json_t *object, const char *key);
void print_policies(const json_t *list);

#endif /* VSWCTL_POLICY_SHOW_H */
