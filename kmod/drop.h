/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The drop reasons, in the order of the checks (F12), under names that fit
 * into a line. The words for people are in the netlink spec.
 */
#ifndef _VSW_DROP_H
#define _VSW_DROP_H

#include <linux/build_bug.h>
#include <net/dropreason-core.h>

#include <uapi/linux/vswitch.h>

#define VSW_DROP_COUNT (VSWITCH_DROP_REASON_MAX + 1)

/* enum vswitch_drop_reason, shorter. */
enum vsw_drop {
	VSW_DROP_SWITCH_DOWN		= VSWITCH_DROP_REASON_SWITCH_DOWN,
	VSW_DROP_BLOCKED		= VSWITCH_DROP_REASON_BLOCKED,
	VSW_DROP_RUNT			= VSWITCH_DROP_REASON_RUNT,
	VSW_DROP_BAD_SOURCE		= VSWITCH_DROP_REASON_BAD_SOURCE,
	VSW_DROP_LINK_LOCAL		= VSWITCH_DROP_REASON_LINK_LOCAL,
	VSW_DROP_VLAN_INVALID		= VSWITCH_DROP_REASON_VLAN_INVALID,
	VSW_DROP_VLAN_TAG		= VSWITCH_DROP_REASON_VLAN_TAG,
	VSW_DROP_VLAN_DENIED		= VSWITCH_DROP_REASON_VLAN_DENIED,
	VSW_DROP_ADDRESS_CONFLICT	= VSWITCH_DROP_REASON_ADDRESS_CONFLICT,
	VSW_DROP_FORGED			= VSWITCH_DROP_REASON_FORGED,
	VSW_DROP_MAC_LIMIT		= VSWITCH_DROP_REASON_MAC_LIMIT,
	VSW_DROP_SHAPER			= VSWITCH_DROP_REASON_SHAPER,
	VSW_DROP_HAIRPIN		= VSWITCH_DROP_REASON_HAIRPIN,
	VSW_DROP_NO_UPLINK		= VSWITCH_DROP_REASON_NO_UPLINK,
	VSW_DROP_NO_MEMBER		= VSWITCH_DROP_REASON_NO_MEMBER,
	VSW_DROP_UNKNOWN_UNICAST	= VSWITCH_DROP_REASON_UNKNOWN_UNICAST,
	VSW_DROP_REVERSE_PATH		= VSWITCH_DROP_REASON_REVERSE_PATH,
	VSW_DROP_REFLECTION		= VSWITCH_DROP_REASON_REFLECTION,
	VSW_DROP_MAC_CHANGES		= VSWITCH_DROP_REASON_MAC_CHANGES,
	VSW_DROP_MTU			= VSWITCH_DROP_REASON_MTU,
	VSW_DROP_DEVICE			= VSWITCH_DROP_REASON_DEVICE,
	VSW_DROP_NO_MEMORY		= VSWITCH_DROP_REASON_NO_MEMORY,
};

static_assert(VSW_DROP_NO_MEMORY + 1 == VSW_DROP_COUNT,
	      "a drop reason of the netlink spec is missing in drop.h");

/**
 * vsw_drop_filtered() - whether a reason is filtering rather than loss (F10)
 * @reason: the reason
 *
 * Return: true if frames of @reason were for nobody here, as is normal on a
 * trunk, and are summed apart from what was dropped.
 */
static inline bool vsw_drop_filtered(enum vsw_drop reason)
{
	return reason == VSW_DROP_NO_MEMBER ||
	       reason == VSW_DROP_UNKNOWN_UNICAST ||
	       reason == VSW_DROP_REVERSE_PATH ||
	       reason == VSW_DROP_REFLECTION;
}

/**
 * vsw_drop_core() - the core drop reason nearest to one of ours
 * @reason: the reason
 *
 * Return: what kfree_skb_reason() is to be told.
 */
static inline enum skb_drop_reason vsw_drop_core(enum vsw_drop reason)
{
	switch (reason) {
	case VSW_DROP_SWITCH_DOWN:
	case VSW_DROP_BLOCKED:
	case VSW_DROP_MAC_CHANGES:
	case VSW_DROP_DEVICE:
		return SKB_DROP_REASON_DEV_READY;
	case VSW_DROP_RUNT:
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	case VSW_DROP_BAD_SOURCE:
	case VSW_DROP_FORGED:
	case VSW_DROP_MAC_LIMIT:
		return SKB_DROP_REASON_MAC_INVALID_SOURCE;
	case VSW_DROP_SHAPER:
		return SKB_DROP_REASON_QDISC_DROP;
	case VSW_DROP_LINK_LOCAL:
	case VSW_DROP_VLAN_INVALID:
	case VSW_DROP_VLAN_TAG:
	case VSW_DROP_VLAN_DENIED:
	case VSW_DROP_HAIRPIN:
	case VSW_DROP_UNKNOWN_UNICAST:
		return SKB_DROP_REASON_OTHERHOST;
	case VSW_DROP_ADDRESS_CONFLICT:
	case VSW_DROP_REFLECTION:
		return SKB_DROP_REASON_LOCAL_MAC;
	case VSW_DROP_NO_UPLINK:
	case VSW_DROP_NO_MEMBER:
		return SKB_DROP_REASON_NO_TX_TARGET;
	case VSW_DROP_REVERSE_PATH:
		return SKB_DROP_REASON_IP_RPFILTER;
	case VSW_DROP_MTU:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	case VSW_DROP_NO_MEMORY:
		return SKB_DROP_REASON_NOMEM;
	}
	return SKB_DROP_REASON_NOT_SPECIFIED;
}

#endif /* _VSW_DROP_H */
