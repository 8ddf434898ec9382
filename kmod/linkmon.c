// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watching the links of the uplinks (T2).
 *
 * A frame sees a dead uplink by itself. What is left to do here is to take
 * note of it, and to notice it soon without any frame: linkwatch may tell us
 * a second late, so a timer looks at the bits, while there is an alternative.
 */
#include <linux/rtnetlink.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "compile.h"
#include "filter.h"
#include "linkmon.h"
#include "netlink.h"
#include "switch.h"
#include "wake.h"

/* How often the bits are looked at: well within the 10 ms of T2. */
#define POLL_INTERVAL	max_t(unsigned long, HZ / 200, 1)

struct workqueue_struct *vsw_linkmon_wq;

/**
 * vsw_linkmon_check() - take note of the uplinks' links as they are now
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_linkmon_check(struct vsw_switch *sw)
{
	struct vsw_uplink *uplink;
	u32 changed = 0;
	bool live;

	list_for_each_entry(uplink, &sw->uplinks, node) {
		live = vsw_dev_live(uplink->port.dev);
		if (live == uplink->usable)
			continue;
		WRITE_ONCE(uplink->usable, live);
		changed |= BIT(uplink->port.number - 1);
	}
	if (!changed)
		return;
	vsw_compile_links(sw);
	list_for_each_entry(uplink, &sw->uplinks, node) {
		if (changed & BIT(uplink->port.number - 1))
			vsw_netlink_uplink(uplink, VSWITCH_CMD_UPLINK_NTF);
	}
}

static void wake_switch(struct vsw_switch *sw)
{
	if (!test_and_clear_bit(0, &sw->woken))
		return;
	vsw_linkmon_check(sw);
	vsw_filter_sync(sw);
}

static void wake(struct work_struct *work)
{
	rtnl_lock();
	vsw_switch_for_each(wake_switch);
	rtnl_unlock();
}

DECLARE_WORK(vsw_wake_work, wake);

static void poll(struct timer_list *timer)
{
	struct vsw_switch *sw = timer_container_of(sw, timer, poll);
	struct vsw_uplink *uplink;

	rcu_read_lock();
	list_for_each_entry_rcu(uplink, &sw->uplinks, node) {
		if (vsw_dev_live(uplink->port.dev) != READ_ONCE(uplink->usable))
			vsw_wake(sw);
	}
	rcu_read_unlock();
	if (READ_ONCE(sw->n_uplinks) > 1)
		mod_timer(&sw->poll, jiffies + POLL_INTERVAL);
}

/**
 * vsw_linkmon_arm() - look at the links from now on if there is a choice
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_linkmon_arm(struct vsw_switch *sw)
{
	if (sw->n_uplinks > 1)
		mod_timer(&sw->poll, jiffies + POLL_INTERVAL);
}

/**
 * vsw_linkmon_start() - set up the watch of a new switch
 * @sw: the switch
 */
void vsw_linkmon_start(struct vsw_switch *sw)
{
	timer_setup(&sw->poll, poll, 0);
}

/**
 * vsw_linkmon_stop() - end the watch of a switch that goes away
 * @sw: the switch, without uplinks
 *
 * Context: may sleep.
 */
void vsw_linkmon_stop(struct vsw_switch *sw)
{
	timer_shutdown_sync(&sw->poll);
}

/**
 * vsw_linkmon_init() - set up where the slow path runs
 *
 * Return: 0 or -ENOMEM.
 */
int vsw_linkmon_init(void)
{
	vsw_linkmon_wq = alloc_workqueue("vswitch", WQ_HIGHPRI | WQ_UNBOUND, 0);
	return vsw_linkmon_wq ? 0 : -ENOMEM;
}

/**
 * vsw_linkmon_exit() - wait for what still runs there
 *
 * There is no switch any more that could wake it.
 */
void vsw_linkmon_exit(void)
{
	destroy_workqueue(vsw_linkmon_wq);
}
