/* SPDX-License-Identifier: GPL-2.0-only */
/* How frames and timers wake the slow path. */
#ifndef _VSW_WAKE_H
#define _VSW_WAKE_H

#include <linux/workqueue.h>

#include "types.h"

/* The slow path and where it runs, both in linkmon.c. */
extern struct workqueue_struct *vsw_linkmon_wq;
extern struct work_struct vsw_wake_work;

/**
 * enum vsw_wake_for - what there is to do, bits of vsw_switch.woken
 * @VSW_WAKE_LINKS: look at the links and addresses again (T2)
 * @VSW_WAKE_CALL: tell the outside where ports are (T4)
 * @VSW_WAKE_BEACON: it is time for beacons (T5)
 * @VSW_WAKE_TELL: notify of ports whose addresses have changed (C4)
 */
enum vsw_wake_for {
	VSW_WAKE_LINKS,
	VSW_WAKE_CALL,
	VSW_WAKE_BEACON,
	VSW_WAKE_TELL,
};

/**
 * vsw_wake() - let the slow path do something
 * @sw: the switch
 * @what: what to do
 *
 * Costs one read while it has been woken for that already.
 *
 * Context: any.
 */
static inline void vsw_wake(struct vsw_switch *sw, enum vsw_wake_for what)
{
	if (!test_bit(what, &sw->woken) && !test_and_set_bit(what, &sw->woken))
		queue_work(vsw_linkmon_wq, &vsw_wake_work);
}

#endif /* _VSW_WAKE_H */
