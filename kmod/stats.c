// SPDX-License-Identifier: GPL-2.0-only
/* Counters of frames, bytes and drops (F10). */
#include "stats.h"
#include "trace.h"

static void read_cpu(const struct vsw_pcpu_stats *stats, struct vsw_stats *sum)
{
	u64 frames[VSW_DIRECTIONS][VSW_CASTS];
	u64 bytes[VSW_DIRECTIONS][VSW_CASTS];
	unsigned int start;
	int dir, cast;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		for (dir = 0; dir < VSW_DIRECTIONS; dir++) {
			for (cast = 0; cast < VSW_CASTS; cast++) {
				frames[dir][cast] =
					u64_stats_read(&stats->frames[dir][cast]);
				bytes[dir][cast] =
					u64_stats_read(&stats->bytes[dir][cast]);
			}
		}
	} while (u64_stats_fetch_retry(&stats->syncp, start));

	for (dir = 0; dir < VSW_DIRECTIONS; dir++) {
		for (cast = 0; cast < VSW_CASTS; cast++) {
			sum->frames[dir][cast] += frames[dir][cast];
			sum->bytes[dir][cast] += bytes[dir][cast];
		}
	}
}

static const struct vsw_uplink *to_uplink(const struct vsw_port *port)
{
	return container_of(port, struct vsw_uplink, port);
}

static void read_drops(const struct vsw_port *port, struct vsw_stats *sum)
{
	const struct vsw_pcpu_drops *drops;
	unsigned int start, reason;
	u64 frames;
	int cpu;

	for (reason = 0; reason < VSW_DROP_COUNT; reason++) {
		if (port->kind != VSW_UPLINK) {
			sum->drops[reason] +=
				atomic_long_read(&port->drops[reason]);
			continue;
		}
		for_each_possible_cpu(cpu) {
			drops = per_cpu_ptr(to_uplink(port)->drops, cpu);
			do {
				start = u64_stats_fetch_begin(&drops->syncp);
				frames = u64_stats_read(&drops->frames[reason]);
			} while (u64_stats_fetch_retry(&drops->syncp, start));
			sum->drops[reason] += frames;
		}
	}
}

/**
 * vsw_stats_add() - add up the counters of a port
 * @port: the port
 * @sum: where they are added
 *
 * Context: any; the port must not go away.
 */
void vsw_stats_add(const struct vsw_port *port, struct vsw_stats *sum)
{
	int cpu;

	for_each_possible_cpu(cpu)
		read_cpu(per_cpu_ptr(port->stats, cpu), sum);
	read_drops(port, sum);
}

/**
 * vsw_stats_link() - say counters in the way of "ip -s link"
 * @sum: the counters
 * @rx: which direction the netdev receives: for a switch what comes in from
 *      its ports, for a vmk what goes out to it
 * @link: where they go
 *
 * Filtered frames are not drops (F10).
 */
void vsw_stats_link(const struct vsw_stats *sum, enum vsw_direction rx,
		    struct rtnl_link_stats64 *link)
{
	int cast, reason;
	u64 dropped = 0;

	for (cast = 0; cast < VSW_CASTS; cast++) {
		link->rx_packets += sum->frames[rx][cast];
		link->rx_bytes += sum->bytes[rx][cast];
		link->tx_packets += sum->frames[!rx][cast];
		link->tx_bytes += sum->bytes[!rx][cast];
	}
	link->multicast += sum->frames[rx][VSW_MULTICAST];
	for (reason = 0; reason < VSW_DROP_COUNT; reason++) {
		if (!vsw_drop_filtered(reason))
			dropped += sum->drops[reason];
	}
	if (rx == VSW_IN)
		link->rx_dropped += dropped;
	else
		link->tx_dropped += dropped;
}

/**
 * vsw_drop() - count a frame that got nowhere and free it (F10)
 * @port: the port at which it counts
 * @skb: the frame
 * @reason: why
 *
 * Context: BH off.
 */
void vsw_drop(struct vsw_port *port, struct sk_buff *skb, enum vsw_drop reason)
{
	trace_vswitch_drop(port, skb, reason);
	if (port->kind == VSW_UPLINK) {
		struct vsw_pcpu_drops *drops;

		drops = this_cpu_ptr(to_uplink(port)->drops);
		u64_stats_update_begin(&drops->syncp);
		u64_stats_inc(&drops->frames[reason]);
		u64_stats_update_end(&drops->syncp);
	} else {
		atomic_long_inc(&port->drops[reason]);
	}
	kfree_skb_reason(skb, vsw_drop_core(reason));
}
