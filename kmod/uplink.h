/* SPDX-License-Identifier: GPL-2.0-only */
/* Uplinks: the ladder up, the ladder down, MTU and role. */
#ifndef _VSW_UPLINK_H
#define _VSW_UPLINK_H

#include "types.h"

struct netlink_ext_ack;

int vsw_uplink_add(struct vsw_switch *sw, struct net_device *dev,
		   const u32 *role, struct netlink_ext_ack *extack);
int vsw_uplink_expect(struct vsw_switch *sw, const char *name, const u32 *role,
		      struct netlink_ext_ack *extack);
int vsw_uplink_set_role(struct vsw_switch *sw, const char *name, u32 role);
int vsw_uplink_del(struct vsw_uplink *uplink);
int vsw_uplink_forget(struct vsw_switch *sw, const char *name);
void vsw_uplink_vanish(struct vsw_uplink *uplink);
void vsw_uplink_detach(struct vsw_uplink *uplink);
int vsw_uplink_set_mtu(struct vsw_switch *sw, u32 mtu);
int vsw_uplink_rename(struct vsw_uplink *uplink);
u32 vsw_uplink_state(const struct vsw_uplink *uplink);
u32 vsw_uplink_role(const struct vsw_switch *sw, const char *name);
bool vsw_uplink_listed(const struct vsw_switch *sw, const char *name);

#endif /* _VSW_UPLINK_H */
