// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling the outside where addresses are, by RARP (T4).
 *
 * A port that has something to tell stands on the list of its round. Each round
 * is as long after the first one for every port, so each list is in the order
 * of time, and the first port of a list says when there is something to do.
 */
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <net/arp.h>

#include "announce.h"
#include "compat.h"
#include "deliver.h"
#include "heard.h"
#include "team.h"
#include "wake.h"

/* How many frames leave a switch at most in CALL_PAUSE. */
#define CALL_MAX		128
#define CALL_PAUSE		(10 * NSEC_PER_MSEC)

/* The time between rounds. */
#define CALL_INTERVAL		(30 * HZ)

/* RARP's request: who am I. */
#define RARP_REQUEST		3

/**
 * struct vsw_say - an address and a VLAN to tell of
 * @mac: the address, as vsw_mac() gives it
 * @vlan: the VLAN
 */
struct vsw_say {
	u64 mac;
	u16 vlan;
};

/**
 * struct vsw_sayings - what there is to tell of a port, from some place on
 * @skip: how many come before that place
 * @n: how many are in @say
 * @say: the next ones
 */
struct vsw_sayings {
	unsigned int skip;
	unsigned int n;
	struct vsw_say say[CALL_MAX];
};

static void say(struct vsw_sayings *list, u64 mac, u16 vlan)
{
	if (list->skip) {
		list->skip--;
		return;
	}
	if (list->n < ARRAY_SIZE(list->say))
		list->say[list->n++] = (struct vsw_say){ mac, vlan };
}

/* Find what there is to tell of a port, up to a whole batch. */
static void collect(struct vsw_port *port, const struct vsw_snap *snap,
		    struct vsw_sayings *list)
{
	u16 vlan[VSW_HEARD_MAX] = { snap->vid };
	u64 held = READ_ONCE(port->held);
	const struct vsw_fdb_entry *e;
	unsigned int i, n = 1;

	if (snap->trunk)
		n = vsw_heard_list(port, snap, vlan);
	for (i = 0; held && i < n; i++)
		say(list, held, vlan[i]);
	spin_lock_bh(&port->sw->fdb.lock);
	list_for_each_entry(e, &port->by_use, by_use)
		say(list, e->mac, e->vlan);
	spin_unlock_bh(&port->sw->fdb.lock);
}

static void send(const struct vsw_port *port, const struct vsw_team *team,
		 const struct vsw_say *what)
{
	struct vsw_uplink *uplink;
	struct net_device *dev;
	u8 addr[ETH_ALEN];
	struct sk_buff *skb;

	uplink = vsw_team_pick(team, vsw_team_number(team, port, what->mac));
	if (!uplink)
		return;
	dev = uplink->port.dev;
	vsw_mac_addr(what->mac, addr);
	skb = arp_create(RARP_REQUEST, ETH_P_RARP, 0, dev, 0, NULL, addr, addr);
	if (skb && !eth_skb_pad(skb))
		vsw_deliver_own(uplink, skb, what->vlan);
}

/* How many frames may leave now. */
static unsigned int budget(struct vsw_switch *sw)
{
	if (ktime_get_ns() - sw->call_last >= CALL_PAUSE)
		sw->call_count = 0;
	return CALL_MAX - sw->call_count;
}

/* Go on with a round of a port. Return true when it is through. */
static bool tell(struct vsw_switch *sw, struct vsw_port *port,
		 struct vsw_sayings *list)
{
	const struct vsw_snap *snap;
	unsigned int i, n;
	bool done = true;

	local_bh_disable();
	rcu_read_lock();
	snap = vsw_port_snap(port);
	if (!(snap->flags & VSW_SNAP_NOTIFY) || !vsw_port_owns(port))
		goto out;
	list->skip = port->call.sent;
	list->n = 0;
	collect(port, snap, list);
	n = min(list->n, budget(sw));
	for (i = 0; i < n; i++)
		send(port, snap->team, &list->say[i]);
	if (n) {
		sw->call_count += n;
		sw->call_last = ktime_get_ns();
	}
	port->call.sent += n;
	done = n == list->n && n < ARRAY_SIZE(list->say);
out:
	rcu_read_unlock();
	local_bh_enable();
	return done;
}

static unsigned long due(const struct vsw_port *port)
{
	return port->call.start + port->call.round * CALL_INTERVAL;
}

/* The port whose turn it is first. */
static struct vsw_port *first(struct vsw_switch *sw)
{
	struct vsw_port *port, *found = NULL;
	int i;

	for (i = 0; i < VSW_CALL_ROUNDS; i++) {
		port = list_first_entry_or_null(&sw->call[i], struct vsw_port,
						call.node);
		if (port && (!found || time_before(due(port), due(found))))
			found = port;
	}
	return found;
}

/**
 * vsw_announce_run() - tell what is due
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_announce_run(struct vsw_switch *sw)
{
	struct vsw_sayings *list = NULL;
	struct vsw_port *port;

	while ((port = first(sw)) && time_after_eq(jiffies, due(port))) {
		if (!list)
			list = kmalloc(sizeof(*list), GFP_KERNEL);
		if (!list || !budget(sw)) {
			/* One more, since part of a tick has passed. */
			mod_timer(&sw->call_timer, jiffies + 1 +
				  nsecs_to_jiffies(CALL_PAUSE));
			goto out;
		}
		if (!tell(sw, port, list))
			continue;
		port->call.sent = 0;
		if (++port->call.round < VSW_CALL_ROUNDS)
			list_move_tail(&port->call.node,
				       &sw->call[port->call.round]);
		else
			list_del_init(&port->call.node);
	}
	if (port)
		mod_timer(&sw->call_timer, due(port));
out:
	kfree(list);
}

/**
 * vsw_announce() - tell the outside where a port is, soon and twice again
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_announce(struct vsw_port *port)
{
	struct vsw_switch *sw = port->sw;

	port->call.round = 0;
	port->call.sent = 0;
	port->call.start = jiffies;
	list_move_tail(&port->call.node, &sw->call[0]);
	vsw_wake(sw, VSW_WAKE_CALL);
}

/**
 * vsw_announce_forget() - tell nothing more of a port
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_announce_forget(struct vsw_port *port)
{
	list_del_init(&port->call.node);
}

static void call(struct timer_list *timer)
{
	struct vsw_switch *sw = timer_container_of(sw, timer, call_timer);

	vsw_wake(sw, VSW_WAKE_CALL);
}

/**
 * vsw_announce_start() - set up a new switch
 * @sw: the switch
 */
void vsw_announce_start(struct vsw_switch *sw)
{
	int i;

	for (i = 0; i < VSW_CALL_ROUNDS; i++)
		INIT_LIST_HEAD(&sw->call[i]);
	timer_setup(&sw->call_timer, call, 0);
}

/**
 * vsw_announce_stop() - end the timer of a switch that goes away
 * @sw: the switch, without ports
 *
 * Context: may sleep.
 */
void vsw_announce_stop(struct vsw_switch *sw)
{
	timer_shutdown_sync(&sw->call_timer);
}
