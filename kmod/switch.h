/* SPDX-License-Identifier: GPL-2.0-only */
/* Switches: netdevs of kind vswitch, and what a netns keeps. */
#ifndef _VSW_SWITCH_H
#define _VSW_SWITCH_H

#include "types.h"

struct netlink_ext_ack;
struct vsw_stats;

struct vsw_net *vsw_net(struct net *net);
bool vsw_switch_is(const struct net_device *dev);
struct vsw_switch *vsw_switch_find(struct net *net, const char *name);
struct vsw_switch *vsw_switch_add(struct net *net, const char *name, u32 mtu,
				  const struct vsw_policy *policy,
				  struct netlink_ext_ack *extack);
int vsw_switch_del(struct vsw_switch *sw, bool force,
		   struct netlink_ext_ack *extack);
void vsw_switch_stats(struct vsw_switch *sw, struct vsw_stats *sum);
void vsw_switch_for_each(void (*fn)(struct vsw_switch *sw));
int vsw_switch_init(void);
void vsw_switch_exit(void);

#endif /* _VSW_SWITCH_H */
