// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doing what was decided: copy, tag, transmit, count.
 *
 * Frames are here with their data at the network header and the outer tag, if
 * they have one, in the skb.
 */
#include <linux/if_vlan.h>
#include <linux/pkt_sched.h>
#include <linux/skbuff.h>

#include "deliver.h"

/**
 * struct vsw_flood - a group frame on its way to many
 * @skb: the frame
 * @f: what was decided on
 * @from: the port or uplink by which it came
 * @to: the receiver found last; it is held back, so that the last one of all
 *      gets the original and nothing has to be counted beforehand
 * @seen: what was read of @to's portgroup
 */
struct vsw_flood {
	struct sk_buff *skb;
	const struct vsw_frame *f;
	struct vsw_port *from;
	struct vsw_port *to;
	const struct vsw_snap *seen;
};

/* Make the frame one that the vmk's device has received. */
static void receive(struct vsw_port *to, struct sk_buff *skb)
{
	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(to->dev)));
	skb->dev = to->dev;
	skb->pkt_type = PACKET_HOST;
	eth_skb_pkt_type(skb, to->dev);
}

/**
 * vsw_deliver_second_tag() - see that a driver finds the checksum behind a
 * second tag, which is payload to us
 * @skb: the frame, its data at the Ethernet header
 *
 * Return: false if the frame ends before that.
 */
bool vsw_deliver_second_tag(struct sk_buff *skb)
{
	int depth;

	if (!vlan_get_protocol_and_depth(skb, skb->protocol, &depth))
		return false;
	skb_set_network_header(skb, depth);
	return true;
}

/* Let the vmk's device receive the frame by way of the backlog. */
static void enqueue(struct vsw_port *to, struct sk_buff *skb,
		    enum vsw_cast cast)
{
	unsigned int len = skb->len + ETH_HLEN;

	if (likely(netif_rx(skb) == NET_RX_SUCCESS))
		vsw_stats_count(to, VSW_OUT, cast, len);
	else
		vsw_drop(to, NULL, VSW_DROP_DEVICE);
}

/**
 * vsw_deliver_vmk() - hand a frame to a vmk
 * @to: the vmk
 * @skb: the frame, tagged as the vmk is to see it
 * @cast: the kind of its destination
 * @from: the port or uplink by which it came
 * @last: no other receiver gets it after this one
 *
 * The last receiver of a frame that came by an rx_handler gets it without
 * another trip through the backlog.
 *
 * Context: RCU read side, BH off.
 * Return: as vsw_deliver().
 */
rx_handler_result_t vsw_deliver_vmk(struct vsw_port *to, struct sk_buff *skb,
				    enum vsw_cast cast,
				    const struct vsw_port *from, bool last)
{
	receive(to, skb);
	/*
	 * The stack must not be entered from within itself. What a shaper is in
	 * front of goes one way always, so that nothing is overtaken (F11).
	 */
	if (from->kind == VSW_VMK || READ_ONCE(to->shaper[VSW_OUT])) {
		enqueue(to, skb, cast);
		return RX_HANDLER_CONSUMED;
	}
	vsw_stats_count(to, VSW_OUT, cast, skb->len + ETH_HLEN);
	if (last)
		return RX_HANDLER_ANOTHER;
	netif_receive_skb(skb);
	return RX_HANDLER_CONSUMED;
}

/**
 * vsw_deliver_shaped() - hand over a frame that the shaper let go (Q1)
 * @to: the receiver, a vnic or a vmk
 * @skb: the frame, tagged as the receiver is to see it
 *
 * Context: RCU read side, BH off.
 */
void vsw_deliver_shaped(struct vsw_port *to, struct sk_buff *skb)
{
	int res = vsw_forward_refused(to, vsw_port_snap(to));
	enum vsw_cast cast = vsw_cast(eth_hdr(skb)->h_dest);

	/* It may have waited for longer than the switch was up (M6). */
	if (!READ_ONCE(to->sw->up))
		res = VSW_DROP_SWITCH_DOWN;
	if (unlikely(res != VSW_PASS)) {
		vsw_drop(to, skb, res);
		return;
	}
	if (to->kind != VSW_VMK) {
		vsw_deliver_transmit(to, skb, cast);
		return;
	}
	receive(to, skb);
	enqueue(to, skb, cast);
}

static void flood_to(void *arg, struct vsw_port *port,
		     const struct vsw_snap *seen)
{
	struct vsw_flood *flood = arg;
	struct sk_buff *copy;

	if (flood->to) {
		copy = skb_clone(flood->skb, GFP_ATOMIC);
		if (likely(copy))
			vsw_deliver_to(flood->to, flood->seen, copy, flood->f,
				       flood->from, false);
		else
			vsw_drop(flood->to, NULL, VSW_DROP_NO_MEMORY);
	}
	flood->to = port;
	flood->seen = seen;
}

static rx_handler_result_t deliver_flood(struct sk_buff *skb,
					 const struct vsw_frame *f,
					 struct vsw_port *from,
					 const struct vsw_verdict *verdict)
{
	struct vsw_flood flood = { .skb = skb, .f = f, .from = from };
	enum vsw_drop reason;

	reason = vsw_forward_flood(from->sw, f, from, verdict, flood_to,
				   &flood);
	if (unlikely(verdict->also))
		flood_to(&flood, verdict->also, NULL);
	if (verdict->to)
		flood_to(&flood, verdict->to, verdict->seen);
	if (likely(flood.to))
		return vsw_deliver_to(flood.to, flood.seen, skb, f, from, true);
	vsw_drop(from, skb, reason);
	return RX_HANDLER_CONSUMED;
}

/**
 * vsw_deliver_also() - hand a copy of unicast to a second uplink (T5)
 * @skb: the frame
 * @tci: its VLAN and priority
 * @stag: see vsw_frame
 * @from: the port by which it came
 * @also: the port of the uplink
 *
 * Context: RCU read side, BH off.
 */
void vsw_deliver_also(struct sk_buff *skb, u16 tci, bool stag,
		      const struct vsw_port *from, struct vsw_port *also)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);
	struct vsw_frame f = {
		.dst = vsw_mac(eth_hdr(skb)->h_dest),
		.src = vsw_mac(eth_hdr(skb)->h_source),
		.vlan = tci & VLAN_VID_MASK,
		.prio = tci & ~VLAN_VID_MASK,
		.stag = stag,
	};

	if (copy)
		vsw_deliver_to(also, NULL, copy, &f, from, false);
	else
		vsw_drop(also, NULL, VSW_DROP_NO_MEMORY);
}

/**
 * vsw_deliver_own() - send a frame that the switch itself has made (T4, T5)
 * @uplink: by which uplink
 * @skb: the frame, its data at the Ethernet header, to broadcast
 * @vlan: its VLAN, 0 for none
 *
 * Context: RCU read side, BH off.
 */
void vsw_deliver_own(struct vsw_uplink *uplink, struct sk_buff *skb, u16 vlan)
{
	if (vlan)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), vlan);
	skb->priority = TC_PRIO_CONTROL;
	vsw_deliver_queue(&uplink->port, skb, VSW_BROADCAST, skb->len);
}

/**
 * vsw_deliver() - do what was decided with a frame
 * @skb: the frame
 * @f: what was decided on
 * @from: the port or uplink by which it came
 * @verdict: what to do; not VSW_ACT_HOST
 *
 * Context: RCU read side, BH off.
 * Return: RX_HANDLER_CONSUMED; or RX_HANDLER_ANOTHER if the frame is now one
 * of a vmk, never for frames from a vmk.
 */
rx_handler_result_t vsw_deliver(struct sk_buff *skb, const struct vsw_frame *f,
				struct vsw_port *from,
				const struct vsw_verdict *verdict)
{
	if (verdict->action == VSW_ACT_FLOOD)
		return deliver_flood(skb, f, from, verdict);
	return vsw_deliver_one(skb, f, from, verdict);
}
