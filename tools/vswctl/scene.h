/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_SCENE_H
#define VSWCTL_SCENE_H

#include <stdbool.h>
#include <jansson.h>

#include "colour.h"

bool scene_is_up(const json_t *object);
char *scene_title(const json_t *sw);
char *scene_vlan(const json_t *portgroup);
char *scene_policy(const json_t *portgroup);
char *scene_port(const json_t *portgroup, const json_t *port);
enum colour scene_port_colour(const json_t *port);
char *scene_link(const json_t *uplink);

#endif /* VSWCTL_SCENE_H */
