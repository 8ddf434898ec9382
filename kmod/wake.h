/* SPDX-License-Identifier: GPL-2.0-only */
/* How a frame wakes the slow path. */
#ifndef _VSW_WAKE_H
#define _VSW_WAKE_H

#include <linux/workqueue.h>

#include "types.h"

/* The slow path and where it runs, both in linkmon.c. */
extern struct workqueue_struct *vsw_linkmon_wq;
extern struct work_struct vsw_wake_work;

/**
 * vsw_wake() - let the slow path look at the links and addresses again
 * @sw: the switch
 *
 * Costs one read while it has been woken already.
 *
 * Context: any.
 */
static inline void vsw_wake(struct vsw_switch *sw)
{
	if (!test_bit(0, &sw->woken) && !test_and_set_bit(0, &sw->woken))
		queue_work(vsw_linkmon_wq, &vsw_wake_work);
}

#endif /* _VSW_WAKE_H */
