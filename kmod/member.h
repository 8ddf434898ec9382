/* SPDX-License-Identifier: GPL-2.0-only */
/* What becoming a member of a switch does to a netdev, uplink or vnic. */
#ifndef _VSW_MEMBER_H
#define _VSW_MEMBER_H

#include "types.h"

struct netlink_ext_ack;

bool vsw_member_is_vnic(const struct net_device *dev);
bool vsw_member_is_uplink(const struct net_device *dev);
bool vsw_member_is(const struct net_device *dev);
struct vsw_port *vsw_member_port(const struct net_device *dev);
int vsw_member_check(struct vsw_switch *sw, struct net_device *dev,
		     struct netlink_ext_ack *extack);
int vsw_member_link(struct vsw_switch *sw, struct net_device *dev,
		    struct netlink_ext_ack *extack);
void vsw_member_unlink(struct vsw_switch *sw, struct net_device *dev);

#endif /* _VSW_MEMBER_H */
