/* SPDX-License-Identifier: GPL-2.0-only */
/* Shaping: a queue in front of what a port sends or gets (Q1). */
#ifndef _VSW_SHAPER_H
#define _VSW_SHAPER_H

#include <linux/hrtimer.h>
#include <linux/skbuff.h>

#include "bucket.h"

/* Frames that wait, as they are on the wire. */
#define VSW_SHAPER_LIMIT	500

/*
 * Passes a frame on. The frame is as it was given to vsw_shaper_put(), or a
 * segment of that one.
 */
typedef void (*vsw_shaper_emit_fn)(struct vsw_port *port, struct sk_buff *skb);

/**
 * struct vsw_shaper - a shaper of a port
 * @busy: frames wait or are being passed on; @lock w
 * @lock: a leaf, taken with BH off; nothing is passed on under it
 * @running: somebody passes frames on; @lock
 * @closed: the port leaves; @lock
 * @frames: how many frames wait, an aggregate counting its segments; @lock
 * @queue: those frames; @lock
 * @meter: what may pass when; @lock
 * @timer: goes on when the first frame may pass
 * @cpu: where that was started last; @lock
 * @dir: its direction
 * @port: its port
 * @emit: passes a frame on
 */
struct vsw_shaper {
	bool busy;
	spinlock_t lock;	/* the queue and the meter */
	bool running;
	bool closed;
	unsigned int frames;
	struct sk_buff_head queue;
	struct vsw_meter meter;
	struct hrtimer timer;
	int cpu;
	enum vsw_direction dir;
	struct vsw_port *port;
	vsw_shaper_emit_fn emit;
};

int vsw_shaper_prepare(struct vsw_port *port, const struct vsw_snap *snap,
		       const vsw_shaper_emit_fn emit[VSW_DIRECTIONS]);
void vsw_shaper_put(struct vsw_port *port, enum vsw_direction dir,
		    struct sk_buff *skb);
void vsw_shaper_kick(struct vsw_port *port);
void vsw_shaper_purge(struct vsw_port *port);
void vsw_shaper_free(struct vsw_port *port);

/**
 * vsw_shaper_active() - whether a frame has to go through a shaper
 * @port: the port
 * @dir: the direction of the frame
 * @snap: what was read of its portgroup
 *
 * When shaping has ended, frames go on passing it until the last one that it
 * holds is on its way, so that none overtakes another (F11).
 *
 * Context: RCU read side.
 * Return: true if vsw_shaper_put() is to have it.
 */
static inline bool vsw_shaper_active(const struct vsw_port *port,
				     enum vsw_direction dir,
				     const struct vsw_snap *snap)
{
	const struct vsw_shaper *sh = READ_ONCE(port->shaper[dir]);

	if (likely(!sh))
		return false;
	/* Pairs with the store when the last frame has been passed on. */
	return snap->shape[dir].average || smp_load_acquire(&sh->busy);
}

#endif /* _VSW_SHAPER_H */
