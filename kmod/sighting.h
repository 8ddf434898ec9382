/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frames that uplinks brought a moment ago, so that a port that moves to
 * another uplink does not get the copy of one that it has had (F6): group
 * frames, and unicast that came by the uplink before a move.
 */
#ifndef _VSW_SIGHTING_H
#define _VSW_SIGHTING_H

#include "frame.h"

/* How long a frame is remembered: copies of it are not further apart. */
#define VSW_SIGHTING_TIME	(HZ / 10)

/* How long before a move that can be foreseen unicast is remembered, too. */
#define VSW_SIGHTING_AHEAD	(VSW_SIGHTING_TIME / 2)

/**
 * struct vsw_sighted - which uplinks brought a frame a moment ago
 * @looked: this is known
 * @by: a bit for each of them, by its number less one
 * @move: which moves the switch had made then, a number for each of them
 */
struct vsw_sighted {
	bool looked;
	u32 by;
	u32 move[VSW_MAX_UPLINKS];
};

int vsw_sighting_init(struct vsw_switch *sw);
void vsw_sighting_exit(struct vsw_switch *sw);
u32 vsw_sighting_note(const struct vsw_uplink *uplink,
		      const struct sk_buff *skb, const struct vsw_frame *f);
bool vsw_sighting_unicast(const struct vsw_uplink *uplink,
			  const struct sk_buff *skb, const struct vsw_frame *f);
void vsw_sighting_look(const struct vsw_switch *sw, u32 print,
		       struct vsw_sighted *seen);

#endif /* _VSW_SIGHTING_H */
