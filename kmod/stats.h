/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of frames, bytes and drops (F10). */
#ifndef _VSW_STATS_H
#define _VSW_STATS_H

#include <linux/skbuff.h>

#include "types.h"

/**
 * struct vsw_stats - the counters of a port, summed
 * @frames: by direction and kind of destination
 * @bytes: the same in bytes
 * @drops: frames by reason
 */
struct vsw_stats {
	u64 frames[VSW_DIRECTIONS][VSW_CASTS];
	u64 bytes[VSW_DIRECTIONS][VSW_CASTS];
	u64 drops[VSW_DROP_COUNT];
};

void vsw_stats_add(const struct vsw_port *port, struct vsw_stats *sum);
void vsw_stats_link(const struct vsw_stats *sum, enum vsw_direction rx,
		    struct rtnl_link_stats64 *link);
void vsw_drop(struct vsw_port *port, struct sk_buff *skb, enum vsw_drop reason);

/**
 * vsw_stats_count() - count a frame at a port
 * @port: the port
 * @dir: its direction
 * @cast: the kind of its destination
 * @bytes: its length from the Ethernet header on
 *
 * Context: BH off.
 */
static inline void vsw_stats_count(const struct vsw_port *port,
				   enum vsw_direction dir, enum vsw_cast cast,
				   unsigned int bytes)
{
	struct vsw_pcpu_stats *stats = this_cpu_ptr(port->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->frames[dir][cast]);
	u64_stats_add(&stats->bytes[dir][cast], bytes);
	u64_stats_update_end(&stats->syncp);
}

#endif /* _VSW_STATS_H */
