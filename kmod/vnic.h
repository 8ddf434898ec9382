/* SPDX-License-Identifier: GPL-2.0-only */
/* Vnics: guests' netdevs on a portgroup. */
#ifndef _VSW_VNIC_H
#define _VSW_VNIC_H

#include "types.h"

struct netlink_ext_ack;

/**
 * struct vsw_vnic_config - what can be asked of a vnic
 * @pg: the portgroup, or NULL to keep it
 * @client: whose it is, empty for none, or NULL to keep it
 * @mac: the declared address, 0 for none; counts if @set_mac
 * @effective: what the guest uses now; counts if not 0
 * @allow: further addresses that it may send from; counts if @set_allow
 * @n_allow: how many
 * @set_mac: whether @mac is to be set
 * @set_blocked: whether @blocked is to be set
 * @blocked: whether nothing may pass
 * @set_allow: whether @allow is to be set
 */
struct vsw_vnic_config {
	struct vsw_portgroup *pg;
	const char *client;
	u64 mac;
	u64 effective;
	u64 allow[VSWITCH_ALLOW_MAC_MAX];
	u8 n_allow;
	bool set_mac;
	bool set_blocked;
	bool blocked;
	bool set_allow;
};

int vsw_vnic_add(struct net_device *dev, const struct vsw_vnic_config *cfg,
		 struct netlink_ext_ack *extack);
int vsw_vnic_set(struct vsw_port *port, const struct vsw_vnic_config *cfg,
		 struct netlink_ext_ack *extack);
void vsw_vnic_del(struct vsw_port *port);
void vsw_vnic_peer_changed(struct net_device *peer);
u64 vsw_vnic_effective(const struct vsw_port *port);

#endif /* _VSW_VNIC_H */
