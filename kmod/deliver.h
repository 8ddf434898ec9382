/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Doing what was decided: copy, tag, transmit, count. What a frame with one
 * receiver goes through is inline, the rest is in deliver.c.
 *
 * Frames are here with their data at the network header and the outer tag, if
 * they have one, in the skb.
 */
#ifndef _VSW_DELIVER_H
#define _VSW_DELIVER_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/gso.h>

#include "forward.h"
#include "shaper.h"
#include "stats.h"
#include "trace.h"

bool vsw_deliver_second_tag(struct sk_buff *skb);
rx_handler_result_t vsw_deliver_vmk(struct vsw_port *to, struct sk_buff *skb,
				    enum vsw_cast cast,
				    const struct vsw_port *from, bool last);
void vsw_deliver_also(struct sk_buff *skb, u16 tci, bool stag,
		      const struct vsw_port *from, struct vsw_port *also);
rx_handler_result_t vsw_deliver(struct sk_buff *skb, const struct vsw_frame *f,
				struct vsw_port *from,
				const struct vsw_verdict *verdict);
void vsw_deliver_own(struct vsw_uplink *uplink, struct sk_buff *skb, u16 vlan);
void vsw_deliver_shaped(struct vsw_port *to, struct sk_buff *skb);

/* F9: the length behind the Ethernet header and one tag. */
static __always_inline bool vsw_deliver_fits(const struct vsw_port *to,
					     const struct sk_buff *skb)
{
	unsigned int mtu = READ_ONCE(to->dev->mtu);

	if (likely(skb->len <= mtu))
		return true;
	return skb_is_gso(skb) &&
	       skb_gso_validate_mac_len(skb, mtu + ETH_HLEN);
}

/* Give the frame the tag that this receiver is to see (L1, the VLAN table). */
static __always_inline void vsw_deliver_retag(struct sk_buff *skb,
					      const struct vsw_frame *f,
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
static __always_inline void vsw_deliver_queue(struct vsw_port *to,
					      struct sk_buff *skb,
					      enum vsw_cast cast,
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

/* Let a device that is not ours have the frame. */
static __always_inline void vsw_deliver_transmit(struct vsw_port *to,
						 struct sk_buff *skb,
						 enum vsw_cast cast)
{
	unsigned int len = skb->len + ETH_HLEN;

	/* There is the header that the frame came with. */
	__skb_push(skb, ETH_HLEN);
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		if (unlikely(eth_type_vlan(skb->protocol)) &&
		    !vsw_deliver_second_tag(skb)) {
			vsw_drop(to, skb, VSW_DROP_RUNT);
			return;
		}
	} else {
		skb_forward_csum(skb);
	}
	skb_clear_tstamp(skb);
	vsw_deliver_queue(to, skb, cast, len);
}

/* Hand the frame to an uplink, which has no portgroup that could refuse it. */
static __always_inline void
vsw_deliver_uplink(struct vsw_port *to, struct sk_buff *skb,
		   const struct vsw_frame *f, const struct vsw_port *from)
{
	trace_vswitch_verdict(from, skb, f->dst, f->src, f->vlan, to);
	if (unlikely(!vsw_deliver_fits(to, skb))) {
		vsw_drop(to, skb, VSW_DROP_MTU);
		return;
	}
	vsw_deliver_retag(skb, f, NULL);
	vsw_deliver_transmit(to, skb, f->cast);
}

/* Hand the frame to a vnic or a vmk; returns as vsw_deliver(). */
static __always_inline rx_handler_result_t
vsw_deliver_port(struct vsw_port *to, const struct vsw_snap *seen,
		 struct sk_buff *skb, const struct vsw_frame *f,
		 const struct vsw_port *from, bool last)
{
	int res = vsw_forward_refused(to, seen);

	trace_vswitch_verdict(from, skb, f->dst, f->src, f->vlan, to);
	if (unlikely(res == VSW_PASS && !vsw_deliver_fits(to, skb)))
		res = VSW_DROP_MTU;
	if (unlikely(res != VSW_PASS)) {
		vsw_drop(to, skb, res);
		return RX_HANDLER_CONSUMED;
	}
	vsw_deliver_retag(skb, f, seen);
	if (unlikely(vsw_shaper_active(to, VSW_OUT, seen))) {
		vsw_shaper_put(to, VSW_OUT, skb);
		return RX_HANDLER_CONSUMED;
	}
	if (to->kind == VSW_VMK)
		return vsw_deliver_vmk(to, skb, f->cast, from, last);
	vsw_deliver_transmit(to, skb, f->cast);
	return RX_HANDLER_CONSUMED;
}

/* Hand the frame to one receiver; returns as vsw_deliver(). */
static __always_inline rx_handler_result_t
vsw_deliver_to(struct vsw_port *to, const struct vsw_snap *seen,
	       struct sk_buff *skb, const struct vsw_frame *f,
	       const struct vsw_port *from, bool last)
{
	if (seen)
		return vsw_deliver_port(to, seen, skb, f, from, last);
	vsw_deliver_uplink(to, skb, f, from);
	return RX_HANDLER_CONSUMED;
}

/**
 * vsw_deliver_one() - vsw_deliver() for a frame that has one receiver at most
 * @skb: the frame
 * @f: what was decided on
 * @from: the port or uplink by which it came
 * @verdict: what to do; VSW_ACT_ONE or VSW_ACT_DROP
 *
 * Context: RCU read side, BH off.
 * Return: as vsw_deliver().
 */
static __always_inline rx_handler_result_t
vsw_deliver_one(struct sk_buff *skb, const struct vsw_frame *f,
		struct vsw_port *from, const struct vsw_verdict *verdict)
{
	if (unlikely(verdict->action == VSW_ACT_DROP)) {
		vsw_drop(from, skb, verdict->reason);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(verdict->also))
		vsw_deliver_also(skb, f->vlan | f->prio, f->stag, from,
				 verdict->also);
	return vsw_deliver_to(verdict->to, verdict->seen, skb, f, from, true);
}

#endif /* _VSW_DELIVER_H */
