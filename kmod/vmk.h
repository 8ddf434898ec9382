/* SPDX-License-Identifier: GPL-2.0-only */
/* Vmks: the host's own interfaces. */
#ifndef _VSW_VMK_H
#define _VSW_VMK_H

#include "types.h"

struct netlink_ext_ack;

/**
 * struct vsw_vmk_config - what can be asked of a vmk
 * @pg: the portgroup, or NULL to keep it
 * @net: the netns that a new one is to live in
 * @name: the name of a new one, or NULL for the next free one
 * @mac: its address, or 0 for a random one or to keep it
 * @ifindex: the index of a new one, or 0 for the next free one
 * @mtu: its MTU in bytes, or 0 for that of the switch or to keep it
 * @services: what it is for, bits of enum vswitch_service
 * @has_services: whether @services is asked; one that is not keeps them
 */
struct vsw_vmk_config {
	struct vsw_portgroup *pg;
	struct net *net;
	const char *name;
	u64 mac;
	int ifindex;
	u32 mtu;
	u32 services;
	bool has_services;
};

bool vsw_vmk_is(const struct net_device *dev);
struct vsw_port *vsw_vmk_port(const struct net_device *dev);
u32 vsw_vmk_services(const struct vsw_port *port);
struct vsw_port *vsw_vmk_find(const struct vsw_net *vnet, const char *name);
struct vsw_port *vsw_vmk_add(const struct vsw_vmk_config *cfg,
			     struct netlink_ext_ack *extack);
int vsw_vmk_set(struct vsw_port *port, const struct vsw_vmk_config *cfg,
		struct netlink_ext_ack *extack);
void vsw_vmk_del(struct vsw_port *port);
void vsw_vmk_detach(struct vsw_port *port);
void vsw_vmk_kill(struct vsw_switch *sw, struct list_head *head);
void vsw_vmk_carrier(struct vsw_switch *sw, bool on);
int vsw_vmk_init(void);
void vsw_vmk_exit(void);

#endif /* _VSW_VMK_H */
