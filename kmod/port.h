/* SPDX-License-Identifier: GPL-2.0-only */
/* What vnics and vmks have in common: numbers, membership, current uplink. */
#ifndef _VSW_PORT_H
#define _VSW_PORT_H

#include "types.h"

struct netlink_ext_ack;

int vsw_port_init(struct vsw_port *port, struct vsw_switch *sw,
		  struct net_device *dev, enum vsw_kind kind);
void vsw_port_exit(struct vsw_port *port);
struct vsw_port *vsw_port_create(struct vsw_portgroup *pg,
				 struct net_device *dev, enum vsw_kind kind,
				 struct netlink_ext_ack *extack);
void vsw_port_join(struct vsw_port *port);
void vsw_port_leave(struct vsw_port *port);
void vsw_port_destroy(struct vsw_port *port);
int vsw_port_prepare(struct vsw_port *port, const struct vsw_snap *snap);
int vsw_port_move(struct vsw_port *port, struct vsw_portgroup *pg,
		  struct netlink_ext_ack *extack);
void vsw_port_set_flag(struct vsw_port *port, u16 flag, bool on);
void vsw_port_block(struct vsw_port *port, bool on);
void vsw_port_changed(struct vsw_port *port);
void vsw_port_expect_all(struct vsw_switch *sw);
void vsw_port_moving(struct vsw_switch *sw);
bool vsw_port_follow(struct vsw_port *port);
void vsw_port_readdressed(struct vsw_port *port);
void vsw_port_forget(struct vsw_port *port, const struct vsw_uplink *uplink);
void vsw_port_follow_all(struct vsw_switch *sw);
int vsw_port_check_mac(u64 mac, struct netlink_ext_ack *extack);
int vsw_port_check_claim(const struct vsw_port *port,
			 const struct vsw_portgroup *pg, u64 mac,
			 struct netlink_ext_ack *extack);
int vsw_port_taken(const struct vsw_port *port, u64 mac,
		   struct netlink_ext_ack *extack);

#endif /* _VSW_PORT_H */
