/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The small world in which frames are forwarded, and how tables describe a
 * frame and its fate.
 */
#ifndef _VSW_TESTS_FORWARD_WORLD_H
#define _VSW_TESTS_FORWARD_WORLD_H

#include "util.h"
#include "../forward.h"

/* How many ports there are: a to h. */
#define VSW_KUNIT_PORTS	8

/*
 * Sources and destinations in tables are ports, whose addresses are meant, or
 * one of these.
 */
#define ZERO		'0'	/* 00:00:00:00:00:00 */
#define GROUP		'G'	/* a multicast address */
#define BROADCAST	'B'	/* ff:ff:ff:ff:ff:ff */
#define LINK_LOCAL	'L'	/* an address of F8 */
#define OUTSIDE		'Z'	/* an address that no port has */

/* Tags in tables. */
#define Q		ETH_P_8021Q
#define AD		ETH_P_8021AD
#define IP		ETH_P_IP
#define TAG(id)		.tag = { Q, (id), IP }
#define PRIORITY	.tag = { Q, 5 << VLAN_PRIO_SHIFT, IP }
#define STAG		.tag = { AD, 99, IP }

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
};

/**
 * struct vsw_kunit_fate - what became of a frame
 * @verdict: what was decided
 * @to: the names of all who get it, in order, each as often as it gets it
 * @members: whether its VLAN has a port at all, if it is flooded
 * @seen_is_right: each of them came with the snapshot of its portgroup
 */
struct vsw_kunit_fate {
	struct vsw_verdict verdict;
	char to[4 * VSW_KUNIT_PORTS];
	bool members;
	bool seen_is_right;
};

struct vsw_switch *vsw_kunit_forward_world(struct kunit *test);
void vsw_kunit_set_state(struct vsw_switch *sw,
			 const struct vsw_kunit_frame *frame);
void vsw_kunit_decide(struct vsw_switch *sw,
		      const struct vsw_kunit_frame *frame,
		      struct vsw_kunit_fate *fate);

#endif /* _VSW_TESTS_FORWARD_WORLD_H */
