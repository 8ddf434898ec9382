// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doing what was decided: copy, tag, transmit, count.
 *
 * Frames are here with their data at the network header and the outer tag, if
 * they have one, in the skb.
 */
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/gso.h>

#include "deliver.h"
#include "stats.h"

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
	if (f->vlan && (!seen || seen->trunk)) {
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       f->vlan | f->prio);
		return;
	}
	__vlan_hwaccel_clear_tag(skb);
	if (f->prio)
		skb->priority = f->prio >> VLAN_PRIO_SHIFT;
}

static void transmit(struct vsw_port *to, struct sk_buff *skb,
		     enum vsw_cast cast)
{
	unsigned int len = skb->len + ETH_HLEN;
	int depth, rc;

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
	skb->dev = to->dev;
	rc = dev_queue_xmit(skb);
	if (likely(rc == NET_XMIT_SUCCESS || rc == NET_XMIT_CN))
		vsw_stats_count(to, VSW_OUT, cast, len);
	else
		vsw_drop(to, NULL, VSW_DROP_DEVICE);
}

/* Make the frame one that the vmk's device has received. */
static void receive(struct vsw_port *to, struct sk_buff *skb)
{
	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(to->dev)));
	skb->dev = to->dev;
	skb->pkt_type = PACKET_HOST;
	eth_skb_pkt_type(skb, to->dev);
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
	unsigned int len = skb->len + ETH_HLEN;

	/* The flags of an uplink are all clear. */
	if (unlikely(vsw_port_blocked(to))) {
		vsw_drop(to, skb, VSW_DROP_BLOCKED);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(!fits(to, skb))) {
		vsw_drop(to, skb, VSW_DROP_MTU);
		return RX_HANDLER_CONSUMED;
	}

	if (to->kind != VSW_VMK) {
		retag(skb, f, seen);
		transmit(to, skb, f->cast);
		return RX_HANDLER_CONSUMED;
	}

	receive(to, skb);
	retag(skb, f, seen);
	if (from->kind == VSW_VMK && netif_rx(skb) != NET_RX_SUCCESS) {
		vsw_drop(to, NULL, VSW_DROP_DEVICE);
		return RX_HANDLER_CONSUMED;
	}
	vsw_stats_count(to, VSW_OUT, f->cast, len);
	if (from->kind == VSW_VMK)
		return RX_HANDLER_CONSUMED;
	if (last)
		return RX_HANDLER_ANOTHER;
	netif_receive_skb(skb);
	return RX_HANDLER_CONSUMED;
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
					 struct vsw_port *uplink)
{
	struct vsw_flood flood = { .skb = skb, .f = f, .from = from };
	const struct vsw_uplink *via = NULL;
	bool members;

	if (from->kind == VSW_UPLINK)
		via = container_of(from, struct vsw_uplink, port);
	members = vsw_forward_flood(from->sw, f, from, via, flood_to, &flood);
	if (uplink)
		flood_to(&flood, uplink, NULL);
	if (likely(flood.to))
		return deliver_to(flood.to, flood.seen, skb, f, from, true);

	if (!via)
		vsw_drop(from, skb, VSW_DROP_NO_UPLINK);
	else
		vsw_drop(from, skb,
			 members ? VSW_DROP_REVERSE_PATH : VSW_DROP_NO_MEMBER);
	return RX_HANDLER_CONSUMED;
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
		return deliver_to(verdict->to, verdict->seen, *pskb, f, from,
				  true);
	case VSW_ACT_FLOOD:
		return deliver_flood(*pskb, f, from, verdict->to);
	default:
		vsw_drop(from, *pskb, verdict->reason);
		return RX_HANDLER_CONSUMED;
	}
}
