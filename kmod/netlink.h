/* SPDX-License-Identifier: GPL-2.0-only */
/* The door: how the rooms tell the outside that something has changed. */
#ifndef _VSW_NETLINK_H
#define _VSW_NETLINK_H

#include <uapi/linux/vswitch.h>

struct vsw_port;
struct vsw_portgroup;
struct vsw_switch;
struct vsw_uplink;

int vsw_netlink_init(void);
void vsw_netlink_exit(void);
void vsw_netlink_switch(struct vsw_switch *sw, u8 cmd);
void vsw_netlink_policy(struct vsw_switch *sw);
void vsw_netlink_all(struct vsw_switch *sw);
void vsw_netlink_portgroup(struct vsw_portgroup *pg, u8 cmd);
void vsw_netlink_uplink(struct vsw_uplink *uplink, u8 cmd);
void vsw_netlink_absent(struct vsw_switch *sw, const char *name, u8 cmd);
void vsw_netlink_port(struct vsw_port *port, u8 cmd);

#endif /* _VSW_NETLINK_H */
