/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The drop reasons: one list, in the order of the checks (F12), from which
 * the counters and the core's drop reasons follow. The words for people are
 * in the netlink spec, whose enum the list must match.
 */
#ifndef _VSW_DROP_H
#define _VSW_DROP_H

#include <linux/build_bug.h>
#include <net/dropreason-core.h>

#include <uapi/linux/vswitch.h>

/*
 * X(name, filtered, core): a filtered frame was for nobody here, as is normal
 * on a trunk, and is summed apart from what was dropped (F10).
 */
#define VSW_DROP_REASONS(X)				\
	X(SWITCH_DOWN,		false,	DEV_READY)	\
	X(BLOCKED,		false,	DEV_READY)	\
	X(RUNT,			false,	PKT_TOO_SMALL)	\
	X(BAD_SOURCE,		false,	MAC_INVALID_SOURCE) \
	X(LINK_LOCAL,		false,	OTHERHOST)	\
	X(VLAN_INVALID,		false,	OTHERHOST)	\
	X(VLAN_TAG,		false,	OTHERHOST)	\
	X(VLAN_DENIED,		false,	OTHERHOST)	\
	X(ADDRESS_CONFLICT,	false,	LOCAL_MAC)	\
	X(HAIRPIN,		false,	OTHERHOST)	\
	X(NO_UPLINK,		false,	NO_TX_TARGET)	\
	X(NO_MEMBER,		true,	NO_TX_TARGET)	\
	X(UNKNOWN_UNICAST,	true,	OTHERHOST)	\
	X(REVERSE_PATH,		true,	IP_RPFILTER)	\
	X(REFLECTION,		true,	LOCAL_MAC)	\
	X(MTU,			false,	PKT_TOO_BIG)	\
	X(DEVICE,		false,	DEV_READY)	\
	X(NO_MEMORY,		false,	NOMEM)

#define VSW_DROP_COUNT (VSWITCH_DROP_REASON_MAX + 1)

/* VSW_DROP_x: the uapi reason, under a name that fits into a line. */
enum vsw_drop {
#define X(name, filtered, core) \
	VSW_DROP_##name = VSWITCH_DROP_REASON_##name,
	VSW_DROP_REASONS(X)
#undef X
};

#define X(name, filtered, core) + 1
static_assert(0 VSW_DROP_REASONS(X) == VSW_DROP_COUNT,
	      "drop.h and the netlink spec list different drop reasons");
#undef X

/**
 * vsw_drop_filtered() - whether a reason is filtering rather than loss (F10)
 * @reason: the reason
 *
 * Return: true if frames of @reason are summed as filtered.
 */
static inline bool vsw_drop_filtered(enum vsw_drop reason)
{
	switch (reason) {
#define X(name, filtered, core) case VSW_DROP_##name: return filtered;
	VSW_DROP_REASONS(X)
#undef X
	}
	return false;
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
#define X(name, filtered, core) \
	case VSW_DROP_##name: return SKB_DROP_REASON_##core;
	VSW_DROP_REASONS(X)
#undef X
	}
	return SKB_DROP_REASON_NOT_SPECIFIED;
}

#endif /* _VSW_DROP_H */
