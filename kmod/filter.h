/* SPDX-License-Identifier: GPL-2.0-only */
/* The uplinks' own address and VLAN filters, or promiscuous mode (M6). */
#ifndef _VSW_FILTER_H
#define _VSW_FILTER_H

#include "types.h"

#define VSW_FILTER_MACS		64
#define VSW_FILTER_VLANS	64

/**
 * struct vsw_filter - what an uplink lets through for us
 * @n_macs: number of addresses
 * @mac: the addresses
 * @vlans: the VLANs
 * @promisc: everything, since that does not suffice
 */
struct vsw_filter {
	unsigned int n_macs;
	u64 mac[VSW_FILTER_MACS];
	DECLARE_BITMAP(vlans, VSW_VLAN_COUNT);
	bool promisc;
};

void vsw_filter_sync(struct vsw_switch *sw);
void vsw_filter_clear(struct vsw_uplink *uplink);

#endif /* _VSW_FILTER_H */
