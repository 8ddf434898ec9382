// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watching the links of the uplinks (T2), and where the slow path runs.
 *
 * A frame sees a dead uplink by itself. What is left to do here is to take
 * note of it, and to notice it soon without any frame: linkwatch may tell us
 * a second late, so a timer looks at the bits, while there is an alternative.
 */
#include <linux/rtnetlink.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "announce.h"
#include "beacon.h"
#include "compat.h"
#include "compile.h"
#include "fdb.h"
#include "filter.h"
#include "linkmon.h"
#include "netlink.h"
#include "port.h"
#include "sighting.h"
#include "switch.h"
#include "uplink.h"
#include "wake.h"

/* How often the bits are looked at: well within the 10 ms of T2. */
#define POLL_INTERVAL	max_t(unsigned long, HZ / 200, 1)

struct workqueue_struct *vsw_linkmon_wq;

/*
 * Take note of the link of an uplink. What was lost in between, if only for a
 * moment, has been lost (T3). Return whether there is anything new.
 */
static bool look_at(struct vsw_uplink *uplink)
{
	const struct net_device *dev = uplink->port.dev;
	int downs = atomic_read(&dev->carrier_down_count);
	bool live = vsw_linkmon_live(dev, uplink->live);

	if (live == uplink->live && downs == uplink->downs)
		return false;
	if (live)
		uplink->since = get_jiffies_64();
	if (uplink->live)
		uplink->lost = true;
	WRITE_ONCE(uplink->live, live);
	WRITE_ONCE(uplink->downs, downs);
	return true;
}

/* T7: notify what has become another state. */
static void tell_states(struct vsw_switch *sw)
{
	struct vsw_uplink *uplink;
	u32 state;

	list_for_each_entry(uplink, &sw->uplinks, node) {
		state = vsw_uplink_state(uplink);
		if (state == uplink->told)
			continue;
		uplink->told = state;
		vsw_netlink_uplink(uplink, VSWITCH_CMD_UPLINK_NTF);
	}
}

/* C4: notify what frames and other ports have changed of ports. */
static void tell_ports(struct vsw_switch *sw)
{
	struct vsw_port *port;

	while ((port = vsw_fdb_news(&sw->fdb)))
		vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
}

/**
 * vsw_linkmon_check() - take note of the uplinks' links as they are now
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_linkmon_check(struct vsw_switch *sw)
{
	u64 now = get_jiffies_64();
	bool due = sw->settle && time_after_eq64(now, sw->settle);
	struct vsw_uplink *uplink;
	bool changed = false;

	list_for_each_entry(uplink, &sw->uplinks, node)
		changed |= look_at(uplink);
	if (changed || due) {
		vsw_compile_links(sw);
		vsw_announce_run(sw);
	} else if (sw->settle &&
		   time_after_eq64(now + VSW_SIGHTING_AHEAD, sw->settle)) {
		vsw_port_expect_all(sw);
		mod_timer(&sw->settle_timer, jiffies + (sw->settle - now));
	}
	tell_states(sw);
}

static void wake_switch(struct vsw_switch *sw)
{
	if (test_and_clear_bit(VSW_WAKE_LINKS, &sw->woken)) {
		vsw_linkmon_check(sw);
		vsw_port_follow_all(sw);	/* an address may choose */
		vsw_filter_sync(sw);
		vsw_beacon_arm(sw);
	}
	if (test_and_clear_bit(VSW_WAKE_BEACON, &sw->woken)) {
		vsw_beacon_run(sw);
		tell_states(sw);
	}
	if (test_and_clear_bit(VSW_WAKE_CALL, &sw->woken))
		vsw_announce_run(sw);
	if (test_and_clear_bit(VSW_WAKE_TELL, &sw->woken))
		tell_ports(sw);
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
		const struct net_device *dev = uplink->port.dev;
		bool live = READ_ONCE(uplink->live);

		if (vsw_linkmon_live(dev, live) != live ||
		    atomic_read(&dev->carrier_down_count) !=
		    READ_ONCE(uplink->downs))
			vsw_wake(sw, VSW_WAKE_LINKS);
	}
	rcu_read_unlock();
	if (READ_ONCE(sw->n_uplinks) > 1)
		mod_timer(&sw->poll, jiffies + POLL_INTERVAL);
}

/* An uplink has been back for long enough (T3). */
static void settle(struct timer_list *timer)
{
	struct vsw_switch *sw = timer_container_of(sw, timer, settle_timer);

	vsw_wake(sw, VSW_WAKE_LINKS);
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
	timer_setup(&sw->settle_timer, settle, 0);
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
	timer_shutdown_sync(&sw->settle_timer);
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
