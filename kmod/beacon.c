// SPDX-License-Identifier: GPL-2.0-only
/*
 * Beacons: frames by which the uplinks of a switch hear each other (T5).
 *
 * Once a second each uplink sends one, and what the others have received since
 * the last time is counted. What that means for a team is in team.c.
 */
#include <linux/bitmap.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "beacon.h"
#include "compat.h"
#include "compile.h"
#include "deliver.h"
#include "wake.h"

#define BEACON_INTERVAL		HZ

/* On how many VLANs they are sent at most. */
#define BEACON_VLANS		100

/**
 * struct vsw_beacon - what is in a beacon
 * @magic: BEACON_MAGIC
 * @cookie: secret of the switch, so that no guest can make one
 * @number: of the uplink that sends it
 */
struct vsw_beacon {
	__be32 magic;
	__be64 cookie;
	__be32 number;
} __packed;

#define BEACON_MAGIC		0x76737762	/* "vswb" */

static void send(struct vsw_uplink *uplink, u16 vlan)
{
	const struct vsw_beacon beacon = {
		.magic = htonl(BEACON_MAGIC),
		.cookie = cpu_to_be64(uplink->port.sw->cookie),
		.number = htonl(uplink->port.number),
	};
	struct net_device *dev = uplink->port.dev;
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + ETH_ZLEN +
			dev->needed_tailroom, GFP_ATOMIC);
	if (!skb)
		return;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_mac_header(skb);
	eth = skb_put(skb, ETH_HLEN);
	eth_broadcast_addr(eth->h_dest);
	ether_addr_copy(eth->h_source, dev->dev_addr);
	eth->h_proto = htons(VSW_BEACON_PROTO);
	skb_set_network_header(skb, ETH_HLEN);
	skb_put_data(skb, &beacon, sizeof(beacon));
	skb_put_zero(skb, ETH_ZLEN - skb->len);
	skb->protocol = htons(VSW_BEACON_PROTO);
	vsw_deliver_own(uplink, skb, vlan);
}

/**
 * vsw_beacon_receive() - take a beacon off the wire
 * @uplink: the uplink that received it
 * @skb: the frame, its data behind the Ethernet header
 *
 * Context: RCU read side, BH off.
 */
void vsw_beacon_receive(struct vsw_uplink *uplink, struct sk_buff *skb)
{
	const struct vsw_beacon *beacon;
	struct vsw_beacon space;
	u32 number;

	beacon = skb_header_pointer(skb, 0, sizeof(space), &space);
	if (!beacon || beacon->magic != htonl(BEACON_MAGIC) ||
	    beacon->cookie != cpu_to_be64(uplink->port.sw->cookie))
		goto out;
	number = ntohl(beacon->number);
	if (number && number <= VSW_MAX_UPLINKS)
		set_bit(number - 1, &uplink->heard);
out:
	consume_skb(skb);
}

/*
 * The VLANs on which beacons are sent, and the uplinks that send them, by
 * number. Return whether there are any.
 */
static bool find_trails(const struct vsw_switch *sw, unsigned long *vlans,
			u32 *numbers)
{
	const struct vsw_portgroup *pg;
	const struct vsw_snap *snap;

	*numbers = 0;
	bitmap_zero(vlans, VSW_VLAN_COUNT);
	list_for_each_entry(pg, &sw->portgroups, node) {
		snap = rtnl_dereference(pg->snap);
		if (snap->trunk || !snap->team->detect)
			continue;
		__set_bit(snap->vid, vlans);
		*numbers |= snap->team->numbers;
	}
	return *numbers;
}

static void send_all(struct vsw_switch *sw, const unsigned long *vlans,
		     u32 numbers)
{
	struct vsw_uplink *uplink;
	unsigned int vlan, n;

	/* All of them first: the first beacon may come in before the second. */
	list_for_each_entry(uplink, &sw->uplinks, node)
		WRITE_ONCE(uplink->heard, 0);
	list_for_each_entry(uplink, &sw->uplinks, node) {
		if (!(numbers & BIT(uplink->port.number - 1)) ||
		    !vsw_dev_live(uplink->port.dev))
			continue;
		n = 0;
		local_bh_disable();
		rcu_read_lock();
		for_each_set_bit(vlan, vlans, VSW_VLAN_COUNT) {
			if (n++ == BEACON_VLANS)
				break;
			send(uplink, vlan);
		}
		rcu_read_unlock();
		local_bh_enable();
	}
}

/**
 * vsw_beacon_run() - see what was heard, and send the next beacons
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_beacon_run(struct vsw_switch *sw)
{
	unsigned long *vlans;
	u32 numbers;

	if (!vsw_compile_detects(sw)) {
		sw->beacon_sent = false;
		return;
	}
	if (sw->beacon_sent) {
		vsw_compile_beacons(sw);
		vsw_compile_links(sw);
	}
	mod_timer(&sw->beacon_timer, jiffies + BEACON_INTERVAL);
	vlans = bitmap_alloc(VSW_VLAN_COUNT, GFP_KERNEL);
	sw->beacon_sent = vlans && find_trails(sw, vlans, &numbers);
	if (sw->beacon_sent)
		send_all(sw, vlans, numbers);
	bitmap_free(vlans);
}

/**
 * vsw_beacon_arm() - send beacons from now on if somebody wants them
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_beacon_arm(struct vsw_switch *sw)
{
	if (!timer_pending(&sw->beacon_timer) && vsw_compile_detects(sw))
		vsw_wake(sw, VSW_WAKE_BEACON);
}

static void tick(struct timer_list *timer)
{
	struct vsw_switch *sw = timer_container_of(sw, timer, beacon_timer);

	vsw_wake(sw, VSW_WAKE_BEACON);
}

/**
 * vsw_beacon_start() - set up a new switch
 * @sw: the switch
 */
void vsw_beacon_start(struct vsw_switch *sw)
{
	sw->cookie = get_random_u64();
	timer_setup(&sw->beacon_timer, tick, 0);
}

/**
 * vsw_beacon_stop() - end the timer of a switch that goes away
 * @sw: the switch, without uplinks
 *
 * Context: may sleep.
 */
void vsw_beacon_stop(struct vsw_switch *sw)
{
	timer_shutdown_sync(&sw->beacon_timer);
}
