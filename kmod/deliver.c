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
#include <net/gso.h>

#include "deliver.h"
#include "shaper.h"
#include "stats.h"
#include "trace.h"

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

/* F9: the length behind the Ethernet header and one tag. */
static bool fits(const struct vsw_port *to, const struct sk_buff *skb)
{
	unsigned int mtu = READ_ONCE(to->dev->mtu);

	if (likely(skb->len <= mtu))
		return true;
	return skb_is_gso(skb) &&
	       skb_gso_validate_mac_len(skb, mtu + ETH_HLEN);
}

/* Give the frame the tag that this receiver is to see (L1, the VLAN table). */
static void retag(struct sk_buff *skb, const struct vsw_frame *f,
		  const struct vsw_snap *seen)
{
	if (f->stag)
		return;
	if (vsw_vlan_tags(f, seen)) {
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       f->vlan | f->prio);
		return;
	}
	__vlan_hwaccel_clear_tag(skb);
	if (f->prio)
		skb->priority = f->prio >> VLAN_PRIO_SHIFT;
}

/* Hand a whole frame to a device, and count it. */
static void queue(struct vsw_port *to, struct sk_buff *skb, enum vsw_cast cast,
		  unsigned int len)
{
	int rc;

	skb->dev = to->dev;
	rc = dev_queue_xmit(skb);
	if (likely(rc == NET_XMIT_SUCCESS || rc == NET_XMIT_CN))
		vsw_stats_count(to, VSW_OUT, cast, len);
	else
		vsw_drop(to, NULL, VSW_DROP_DEVICE);
}

static void transmit(struct vsw_port *to, struct sk_buff *skb,
		     enum vsw_cast cast)
{
	unsigned int len = skb->len + ETH_HLEN;
	int depth;

	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    unlikely(eth_type_vlan(skb->protocol))) {
		/* A second tag is payload to us, but drivers look behind it. */
		skb_push(skb, ETH_HLEN);
		if (!vlan_get_protocol_and_depth(skb, skb->protocol, &depth)) {
			vsw_drop(to, skb, VSW_DROP_RUNT);
			return;
		}
		skb_set_network_header(skb, depth);
	} else {
		skb_push(skb, ETH_HLEN);
	}
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	queue(to, skb, cast, len);
}

/* Make the frame one that the vmk's device has received. */
static void receive(struct vsw_port *to, struct sk_buff *skb)
{
	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(to->dev)));
	skb->dev = to->dev;
	skb->pkt_type = PACKET_HOST;
	eth_skb_pkt_type(skb, to->dev);
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

/*
 * Hand the frame to one receiver. The last receiver of a frame that came by an
 * rx_handler gets it without another trip through the backlog.
 */
static rx_handler_result_t deliver_to(struct vsw_port *to,
				      const struct vsw_snap *seen,
				      struct sk_buff *skb,
				      const struct vsw_frame *f,
				      const struct vsw_port *from, bool last)
{
	int res = vsw_forward_refused(to, seen);

	trace_vswitch_verdict(from, skb, f, to);
	if (unlikely(res == VSW_PASS && !fits(to, skb)))
		res = VSW_DROP_MTU;
	if (unlikely(res != VSW_PASS)) {
		vsw_drop(to, skb, res);
		return RX_HANDLER_CONSUMED;
	}
	if (seen && unlikely(vsw_shaper_active(to, VSW_OUT, seen))) {
		retag(skb, f, seen);
		vsw_shaper_put(to, VSW_OUT, skb);
		return RX_HANDLER_CONSUMED;
	}

	if (to->kind != VSW_VMK) {
		retag(skb, f, seen);
		transmit(to, skb, f->cast);
		return RX_HANDLER_CONSUMED;
	}

	receive(to, skb);
	retag(skb, f, seen);
	/*
	 * The stack must not be entered from within itself. What a shaper is in
	 * front of goes one way always, so that nothing is overtaken (F11).
	 */
	if (from->kind == VSW_VMK || READ_ONCE(to->shaper[VSW_OUT])) {
		enqueue(to, skb, f->cast);
		return RX_HANDLER_CONSUMED;
	}
	vsw_stats_count(to, VSW_OUT, f->cast, skb->len + ETH_HLEN);
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

	if (unlikely(res != VSW_PASS)) {
		vsw_drop(to, skb, res);
		return;
	}
	if (to->kind != VSW_VMK) {
		transmit(to, skb, cast);
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
			deliver_to(flood->to, flood->seen, copy, flood->f,
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
		return deliver_to(flood.to, flood.seen, skb, f, from, true);
	vsw_drop(from, skb, reason);
	return RX_HANDLER_CONSUMED;
}

/* T5: unicast that leaves by two uplinks. */
static void deliver_also(struct sk_buff *skb, const struct vsw_frame *f,
			 struct vsw_port *from, struct vsw_port *also)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy)
		deliver_to(also, NULL, copy, f, from, false);
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
	queue(&uplink->port, skb, VSW_BROADCAST, skb->len);
}

/**
 * vsw_deliver() - do what was decided with a frame
 * @pskb: the frame
 * @f: what was decided on
 * @from: the port or uplink by which it came
 * @verdict: what to do; not VSW_ACT_HOST
 *
 * Context: RCU read side, BH off.
 * Return: RX_HANDLER_CONSUMED; or RX_HANDLER_ANOTHER if the frame is now one
 * of a vmk, never for frames from a vmk.
 */
rx_handler_result_t vsw_deliver(struct sk_buff **pskb,
				const struct vsw_frame *f,
				struct vsw_port *from,
				const struct vsw_verdict *verdict)
{
	switch (verdict->action) {
	case VSW_ACT_ONE:
		if (unlikely(verdict->also))
			deliver_also(*pskb, f, from, verdict->also);
		return deliver_to(verdict->to, verdict->seen, *pskb, f, from,
				  true);
	case VSW_ACT_FLOOD:
		return deliver_flood(*pskb, f, from, verdict);
	default:
		vsw_drop(from, *pskb, verdict->reason);
		return RX_HANDLER_CONSUMED;
	}
}
