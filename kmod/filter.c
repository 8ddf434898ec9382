// SPDX-License-Identifier: GPL-2.0-only
/*
 * The uplinks' own address and VLAN filters, or promiscuous mode (M6).
 *
 * A NIC that can filter is told the addresses and VLANs in use, up to 64 of
 * each. Beyond that, or without filters, it is promiscuous.
 */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

#include "filter.h"

/*
 * The addresses that ports hold or may come to hold, unless they are too many
 * or cannot be known.
 */
static bool collect_macs(struct vsw_switch *sw, struct vsw_filter *want)
{
	struct vsw_fdb *fdb = &sw->fdb;
	struct vsw_allowed *allowed;
	struct vsw_port *port;
	bool fit;

	if (sw->n_allowed > VSW_FILTER_MACS ||
	    sw->watch & (VSW_SNAP_LEARNS | VSW_SNAP_PROMISC))
		return false;
	list_for_each_entry(allowed, &sw->allowed, node) {
		memcpy(&want->mac[want->n_macs], allowed->mac,
		       allowed->n * sizeof(allowed->mac[0]));
		want->n_macs += allowed->n;
	}
	spin_lock_bh(&fdb->lock);
	fit = fdb->count + want->n_macs <= VSW_FILTER_MACS;
	if (fit) {
		list_for_each_entry(port, &fdb->holders, claim)
			want->mac[want->n_macs++] = port->held;
	}
	spin_unlock_bh(&fdb->lock);
	if (!fit)
		want->n_macs = 0;
	return fit;
}

/* The VLANs of the portgroups, unless they are too many. */
static bool collect_vlans(struct vsw_switch *sw, struct vsw_filter *want)
{
	const struct vsw_snap *snap;
	struct vsw_portgroup *pg;
	unsigned int n = 0;

	list_for_each_entry(pg, &sw->portgroups, node) {
		snap = rtnl_dereference(pg->snap);
		if (snap->n_vlans > VSW_FILTER_VLANS)
			goto too_many;
		if (snap->trunk) {
			bitmap_or(want->vlans, want->vlans, snap->trunk,
				  VSW_VLAN_COUNT);
			n = bitmap_weight(want->vlans, VSW_VLAN_COUNT);
		} else if (!__test_and_set_bit(snap->vid, want->vlans)) {
			n++;
		}
		if (n > VSW_FILTER_VLANS)
			goto too_many;
	}
	/* What is untagged passes every VLAN filter. */
	__clear_bit(0, want->vlans);
	return true;

too_many:
	bitmap_zero(want->vlans, VSW_VLAN_COUNT);
	return false;
}

static bool has_mac(const struct vsw_filter *filter, u64 mac)
{
	unsigned int i;

	for (i = 0; i < filter->n_macs; i++) {
		if (filter->mac[i] == mac)
			return true;
	}
	return false;
}

static bool sync_macs(struct net_device *dev, struct vsw_filter *have,
		      const struct vsw_filter *want)
{
	u8 addr[ETH_ALEN];
	unsigned int i;
	bool ok = true;

	for (i = 0; i < have->n_macs; ) {
		if (has_mac(want, have->mac[i])) {
			i++;
			continue;
		}
		vsw_mac_addr(have->mac[i], addr);
		dev_uc_del(dev, addr);
		have->mac[i] = have->mac[--have->n_macs];
	}
	for (i = 0; i < want->n_macs; i++) {
		if (has_mac(have, want->mac[i]))
			continue;
		vsw_mac_addr(want->mac[i], addr);
		if (dev_uc_add(dev, addr))
			ok = false;
		else
			have->mac[have->n_macs++] = want->mac[i];
	}
	return ok;
}

static bool sync_vlans(struct net_device *dev, struct vsw_filter *have,
		       const struct vsw_filter *want)
{
	unsigned int vid;
	bool ok = true;

	for_each_set_bit(vid, have->vlans, VSW_VLAN_COUNT) {
		if (test_bit(vid, want->vlans))
			continue;
		vlan_vid_del(dev, htons(ETH_P_8021Q), vid);
		__clear_bit(vid, have->vlans);
	}
	for_each_set_bit(vid, want->vlans, VSW_VLAN_COUNT) {
		if (test_bit(vid, have->vlans))
			continue;
		if (vlan_vid_add(dev, htons(ETH_P_8021Q), vid))
			ok = false;
		else
			__set_bit(vid, have->vlans);
	}
	return ok;
}

static void set_promisc(struct net_device *dev, struct vsw_filter *have,
			bool on)
{
	if (have->promisc == on)
		return;
	if (dev_set_promiscuity(dev, on ? 1 : -1))
		return;
	have->promisc = on;
}

static void sync_uplink(struct vsw_uplink *uplink, const struct vsw_filter *want,
			bool macs_fit, bool vlans_fit)
{
	struct net_device *dev = uplink->port.dev;
	bool promisc = !macs_fit || !(dev->priv_flags & IFF_UNICAST_FLT);

	if (dev->features & NETIF_F_HW_VLAN_CTAG_FILTER && !vlans_fit)
		promisc = true;
	/* Open wide before anything is taken away. */
	if (promisc)
		set_promisc(dev, uplink->filter, true);
	if (!sync_macs(dev, uplink->filter, want))
		promisc = true;
	if (!sync_vlans(dev, uplink->filter, want))
		promisc = true;
	set_promisc(dev, uplink->filter, promisc);
}

/**
 * vsw_filter_sync() - let all uplinks of a switch pass what is in use now
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_filter_sync(struct vsw_switch *sw)
{
	/* Too large for the stack; RTNL makes it ours. */
	static struct vsw_filter want;
	struct vsw_uplink *uplink;
	bool macs_fit, vlans_fit;

	ASSERT_RTNL();
	memset(&want, 0, sizeof(want));
	macs_fit = collect_macs(sw, &want);
	vlans_fit = collect_vlans(sw, &want);
	list_for_each_entry(uplink, &sw->uplinks, node)
		sync_uplink(uplink, &want, macs_fit, vlans_fit);
}

/**
 * vsw_filter_clear() - take back what an uplink lets through for us
 * @uplink: the uplink
 *
 * Context: RTNL; also while its netdev is being unregistered.
 */
void vsw_filter_clear(struct vsw_uplink *uplink)
{
	static const struct vsw_filter none;

	sync_macs(uplink->port.dev, uplink->filter, &none);
	sync_vlans(uplink->port.dev, uplink->filter, &none);
	set_promisc(uplink->port.dev, uplink->filter, false);
}
