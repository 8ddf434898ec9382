/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The small world in which frames are forwarded, and how tables describe a
 * frame and its fate.
 */
#ifndef _VSW_TESTS_FORWARD_WORLD_H
#define _VSW_TESTS_FORWARD_WORLD_H

#include "util.h"
#include "../forward.h"

/* How many ports there are: a to j. */
#define VSW_KUNIT_PORTS	10

/*
 * Sources and destinations in tables are ports, whose addresses are meant, or
 * one of these.
 */
#define ZERO		'0'	/* 00:00:00:00:00:00 */
#define GROUP		'G'	/* a multicast address */
#define BROADCAST	'B'	/* ff:ff:ff:ff:ff:ff */
#define LINK_LOCAL	'L'	/* an address of F8 */
#define OUTSIDE		'Z'	/* an address that no port has */
#define VIRTUAL		'X'	/* one that ports hold by use */
#define OTHER		'Y'	/* and another one */

/* Tags in tables. */
#define Q		ETH_P_8021Q
#define AD		ETH_P_8021AD
#define IP		ETH_P_IP
#define TAG(id)		.tag = { Q, (id), IP }
#define PRIORITY	.tag = { Q, 5 << VLAN_PRIO_SHIFT, IP }
#define STAG		.tag = { AD, 99, IP }

/**
 * struct vsw_kunit_hold - an address that a port holds by use
 * @who: the port
 * @mac: the address
 * @origin: VSWITCH_ORIGIN_ALLOWED or _LEARNED, and @who may do that
 * @vlan: the VLAN
 */
struct vsw_kunit_hold {
	char who;
	char mac;
	u8 origin;
	u16 vlan;
};

/* Such addresses in tables. */
#define ALLOWED(who, mac, vlan)	{ (who), (mac), VSWITCH_ORIGIN_ALLOWED, (vlan) }
#define LEARNED(who, mac, vlan)	{ (who), (mac), VSWITCH_ORIGIN_LEARNED, (vlan) }
#define HOLDS(...)		.holds = { __VA_ARGS__ }

/**
 * struct vsw_kunit_frame - a frame and the state of the world when it comes
 * @from: the port or uplink by which it comes
 * @src: its source
 * @dst: its destination
 * @tag: its tag
 * @runt: it is too short
 * @sw_down: the switch is set down
 * @blocked: the ports that are blocked, or NULL
 * @dead: the ports and uplinks that have no carrier, or NULL; the slow path
 *        does not know yet
 * @vmk: the ports that are vmks, or NULL
 * @adopts: the ports that have no address and adopt one, or NULL
 * @changed: the ports whose effective address is not their initial one
 * @allowed: what ports are allowed, by pairs of a port and an address
 * @promisc: the ports whose portgroups are promiscuous, or NULL
 * @no_changes: those whose portgroups reject MAC changes
 * @no_forged: those whose portgroups reject forged transmits
 * @learns: those whose portgroups learn, with mac-flood off
 * @floods: those whose portgroups learn, with mac-flood on
 * @over_allow: those whose portgroups allow what is over the limit
 * @limit: the mac-limit of all portgroups, 0 for the default
 * @learned: how many addresses the switch has learned, 0 for those of @holds
 * @old: what is held by use was used last a second ago, not just now
 * @holds: what is held by use
 * @skb: what is behind its header, where its copies matter, or NULL
 */
struct vsw_kunit_frame {
	char from;
	char src;
	char dst;
	struct vsw_tag tag;
	bool runt;
	bool sw_down;
	const char *blocked;
	const char *dead;
	const char *vmk;
	const char *adopts;
	const char *changed;
	const char *allowed;
	const char *promisc;
	const char *no_changes;
	const char *no_forged;
	const char *learns;
	const char *floods;
	const char *over_allow;
	u16 limit;
	unsigned int learned;
	bool old;
	struct vsw_kunit_hold holds[2];
	const struct sk_buff *skb;
};

/**
 * struct vsw_kunit_case - a frame and its fate
 * @desc: what it is about
 * @frame: the frame
 * @action: what is to be done
 * @to: the names of all who get it, in order; NULL if nobody does
 * @reason: why nobody gets it
 * @note: VSW_NOTE_*
 * @blocked: those of @to who refuse it because they are blocked, or NULL
 * @changed: those who refuse it because of a MAC change, or NULL
 */
struct vsw_kunit_case {
	const char *desc;
	struct vsw_kunit_frame frame;
	enum vsw_action action;
	const char *to;
	enum vsw_drop reason;
	u8 note;
	const char *blocked;
	const char *changed;
};

/* Fates in tables. */
#define ONE(who)	.action = VSW_ACT_ONE, .to = (who)
#define FLOOD(who)	.action = VSW_ACT_FLOOD, .to = (who)
#define HOST		.action = VSW_ACT_HOST
#define DROP(why)	.action = VSW_ACT_DROP, .reason = VSW_DROP_##why
#define UNHEARD(why)	.action = VSW_ACT_FLOOD, .reason = VSW_DROP_##why
#define NOTE(what)	.note = VSW_NOTE_##what

/**
 * struct vsw_kunit_fate - what became of a frame
 * @verdict: what was decided
 * @vlan: its VLAN
 * @note: VSW_NOTE_*
 * @to: the names of all who get it, in order, each as often as it gets it
 * @blocked: those of them who refuse it because they are blocked
 * @changed: those who refuse it because of a MAC change
 * @reason: why nobody gets it, if nobody does
 * @seen_is_right: each of them came with the snapshot of its portgroup
 */
struct vsw_kunit_fate {
	struct vsw_verdict verdict;
	u16 vlan;
	u8 note;
	char to[4 * VSW_KUNIT_PORTS];
	char blocked[4 * VSW_KUNIT_PORTS];
	char changed[4 * VSW_KUNIT_PORTS];
	enum vsw_drop reason;
	bool seen_is_right;
};

struct vsw_switch *vsw_kunit_forward_world(struct kunit *test);
void vsw_kunit_set_state(struct vsw_switch *sw,
			 const struct vsw_kunit_frame *frame);
void vsw_kunit_read_frame(const struct vsw_kunit_frame *frame,
			  struct vsw_frame *f);
void vsw_kunit_decide(struct vsw_switch *sw,
		      const struct vsw_kunit_frame *frame,
		      struct vsw_kunit_fate *fate);
void vsw_kunit_expect_fate(struct kunit *test, const struct vsw_kunit_case *c,
			   const struct vsw_kunit_fate *fate);
void vsw_kunit_expect_why(struct kunit *test, struct vsw_switch *sw,
			  const struct vsw_kunit_frame *frame,
			  const struct vsw_kunit_fate *fate);
void vsw_kunit_test_frame(struct kunit *test, const struct vsw_kunit_case *c);

#endif /* _VSW_TESTS_FORWARD_WORLD_H */
