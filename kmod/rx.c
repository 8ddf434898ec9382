// SPDX-License-Identifier: GPL-2.0-only
/* Where frames enter the switch: look at the headers, ask, and deliver. */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "beacon.h"
#include "deliver.h"
#include "heard.h"
#include "iphash.h"
#include "learn.h"
#include "rx.h"
#include "sighting.h"
#include "wake.h"

/*
 * The core has put a tag at the front of the frame into the skb before an
 * rx_handler sees it.
 */
static __always_inline void read_tag(const struct sk_buff *skb,
				     struct vsw_frame *f)
{
	if (skb_vlan_tag_present(skb)) {
		f->outer.proto = ntohs(skb->vlan_proto);
		f->outer.tci = skb_vlan_tag_get(skb);
		f->outer.next = ntohs(skb->protocol);
	}
}

/* Read what the decision needs. */
static void read_headers(const struct sk_buff *skb, struct vsw_frame *f)
{
	vsw_frame_read(f, eth_hdr(skb));
	read_tag(skb, f);
	if (f->cast == VSW_BROADCAST)
		f->beacon = skb->protocol == htons(VSW_BEACON_PROTO);
}

/* S1: a port that has no address yet takes that of a frame in good order. */
static int adopt_source(struct vsw_port *port, const struct vsw_frame *f,
			int res)
{
	if (res != VSW_PASS) {
		if (res < VSW_DROP_ADDRESS_CONFLICT)
			return res;
		/* Nothing new to find out, and no lock for a flood of these. */
		if (READ_ONCE(port->flags) & VSW_PORT_CONFLICT)
			return res;
	}
	if (!vsw_fdb_adopt(port, f->src))
		return VSW_DROP_ADDRESS_CONFLICT;
	vsw_wake(port->sw, VSW_WAKE_LINKS);
	return res;
}

/* Keep what the decision found out about the source of a port's frame. */
static int keep_note(struct vsw_port *port, const struct vsw_snap *snap,
		     const struct vsw_frame *f, int res)
{
	if (f->note & VSW_NOTE_OTHER) {
		if (READ_ONCE(port->other_source) != f->src)
			WRITE_ONCE(port->other_source, f->src);
		return res;
	}
	if (f->note & VSW_NOTE_ALLOWED) {
		vsw_learn_use(port, f->src, f->vlan, VSWITCH_ORIGIN_ALLOWED);
		return res;
	}
	/* Another CPU may have filled what was left of the limit. */
	if (vsw_learn_use(port, f->src, f->vlan, VSWITCH_ORIGIN_LEARNED) &&
	    !(snap->flags & VSW_SNAP_OVER_ALLOW))
		return VSW_DROP_MAC_LIMIT;
	return res;
}

/* The checks of a frame from a port, but for shaping, and what they leave. */
static __always_inline int admit(struct vsw_port *port,
				 const struct vsw_snap *snap,
				 struct vsw_frame *f, bool plain)
{
	int res = vsw_forward_admit(port, snap, f, plain);

	if (plain)
		return res;
	if (unlikely(READ_ONCE(port->flags) & VSW_PORT_ADOPTS))
		res = adopt_source(port, f, res);
	else if (unlikely(f->note))
		res = keep_note(port, snap, f, res);
	return res;
}

static __always_inline rx_handler_result_t
deliver(struct sk_buff *skb, const struct vsw_frame *f, struct vsw_port *from,
	struct vsw_verdict verdict, bool plain)
{
	return plain ? vsw_deliver_one(skb, f, from, &verdict) :
		       vsw_deliver(skb, f, from, &verdict);
}

static __always_inline rx_handler_result_t
forward(struct sk_buff *skb, struct vsw_port *port, const struct vsw_snap *snap,
	struct vsw_frame *f, bool plain)
{
	u8 watch = plain ? 0 : READ_ONCE(port->sw->watch);

	if (unlikely(vsw_team_by_frame(snap->team)) &&
	    snap->team->teaming == VSWITCH_TEAMING_IPHASH)
		f->ip_hash = vsw_iphash(skb, f->stag);
	return deliver(skb, f, port, vsw_forward_lookup(port, snap, f, watch),
		       plain);
}

/*
 * This and uplink_rx() are compiled for frames of any kind, and once more for
 * plain ones, without all that these do not need. A frame is plain if it is
 * unicast, whole and not shared, no port watches what is for others or may hold
 * an address by use, and, from a port, if it has no tag and vsw_forward_known()
 * says yes; from an uplink, if it does not show that an address or a port may
 * have moved.
 */
static __always_inline rx_handler_result_t
port_rx(struct sk_buff *skb, struct vsw_port *port, struct vsw_frame *f,
	bool plain)
{
	const struct vsw_snap *snap = vsw_port_snap(port);
	int res;

	trace_vswitch_receive(port, skb);
	vsw_stats_count(port, VSW_IN, f->cast, skb->len + ETH_HLEN);
	res = admit(port, snap, f, plain);
	if (unlikely(res != VSW_PASS)) {
		vsw_drop(port, skb, res);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(snap->trunk))
		vsw_heard(port, f->vlan);
	if (unlikely(vsw_shaper_active(port, VSW_IN, snap))) {
		vsw_shaper_put(port, VSW_IN, skb);
		return RX_HANDLER_CONSUMED;
	}
	return forward(skb, port, snap, f, plain);
}

/**
 * vsw_rx_shaped() - go on with a frame that the shaper of its port let go (Q1)
 * @port: the port that sent it
 * @skb: the frame, as it came in
 *
 * Context: RCU read side, BH off.
 */
void vsw_rx_shaped(struct vsw_port *port, struct sk_buff *skb)
{
	const struct vsw_snap *snap = vsw_port_snap(port);
	struct vsw_frame f;
	int res;

	read_headers(skb, &f);
	res = admit(port, snap, &f, false);
	if (unlikely(res != VSW_PASS))
		vsw_drop(port, skb, res);
	else if (forward(skb, port, snap, &f, false) == RX_HANDLER_ANOTHER)
		netif_receive_skb(skb);
}

/* Own the skb, and make sure that it has the headers we are going to read. */
static struct sk_buff *get_frame(struct sk_buff **pskb, struct vsw_port *port,
				 struct vsw_frame *f)
{
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);

	*pskb = skb;
	if (unlikely(!skb)) {
		vsw_drop(port, NULL, VSW_DROP_NO_MEMORY);
		return NULL;
	}
	if (likely(skb->mac_len == ETH_HLEN)) {
		read_headers(skb, f);
	} else {
		memset(f, 0, sizeof(*f));
		f->runt = true;
	}
	return skb;
}

/* What of a frame can be told to be plain without reading it. */
static __always_inline bool may_be_plain(const struct sk_buff *skb,
					 const struct vsw_port *port)
{
	return !skb_shared(skb) && skb->mac_len == ETH_HLEN &&
	       !READ_ONCE(port->sw->watch);
}

static noinline rx_handler_result_t vnic_rx_any(struct sk_buff **pskb,
						struct vsw_port *port)
{
	struct sk_buff *skb;
	struct vsw_frame f;

	skb = get_frame(pskb, port, &f);
	return skb ? port_rx(skb, port, &f, false) : RX_HANDLER_CONSUMED;
}

/**
 * vsw_rx_vnic() - rx_handler of a vnic
 * @pskb: the frame
 *
 * Context: RCU read side, BH off.
 * Return: what becomes of the frame.
 */
rx_handler_result_t vsw_rx_vnic(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vsw_port *port;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	port = rcu_dereference(skb->dev->rx_handler_data);
	if (likely(may_be_plain(skb, port) && !skb_vlan_tag_present(skb))) {
		struct vsw_frame f = vsw_frame_plain(skb_mac_header(skb));

		if (likely(vsw_frame_is_plain(&f) &&
			   vsw_forward_known(port, &f)))
			return port_rx(skb, port, &f, true);
	}
	return vnic_rx_any(pskb, port);
}

/*
 * What a switch keeps to itself is for who listens to the uplink (F8), which has
 * no address: it is not for IP, whatever is in it (M2).
 */
static void hand_to_host(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP) ||
	    skb->protocol == htons(ETH_P_IPV6) ||
	    skb->protocol == htons(ETH_P_ARP))
		skb->pkt_type = PACKET_OTHERHOST;
}

static __always_inline rx_handler_result_t
uplink_decided(struct sk_buff *skb, struct vsw_uplink *uplink,
	       struct vsw_frame *f, struct vsw_verdict verdict, bool plain)
{
	if (verdict.action == VSW_ACT_HOST) {
		trace_vswitch_verdict(&uplink->port, skb, f->dst, f->src,
				      f->vlan, NULL);
		hand_to_host(skb);
		return RX_HANDLER_PASS;
	}
	if (unlikely(verdict.action == VSW_ACT_BEACON)) {
		vsw_beacon_receive(uplink, skb);
		return RX_HANDLER_CONSUMED;
	}
	if (!plain && f->note)
		vsw_learn_moved(uplink->port.sw, f->src, f->vlan);
	if (!plain && f->path && !vsw_sighting_unicast(uplink, skb, f))
		verdict = vsw_verdict_drop(VSW_DROP_REVERSE_PATH);
	if (!plain && verdict.action == VSW_ACT_FLOOD && verdict.via)
		f->print = vsw_sighting_note(uplink, skb, f);
	return deliver(skb, f, &uplink->port, verdict, plain);
}

static rx_handler_result_t uplink_rx_any(struct sk_buff **pskb,
					 struct vsw_uplink *uplink);

static __always_inline rx_handler_result_t
uplink_rx(struct sk_buff *skb, struct vsw_uplink *uplink, struct vsw_frame *f,
	  bool plain)
{
	u8 watch = plain ? 0 : READ_ONCE(uplink->port.sw->watch);
	struct vsw_verdict verdict = vsw_forward_from_uplink(uplink, f, watch);

	/* What shows something new is decided once more, as any other frame. */
	if (plain && unlikely(f->path || f->note))
		return uplink_rx_any(&skb, uplink);
	trace_vswitch_receive(&uplink->port, skb);
	vsw_stats_count(&uplink->port, VSW_IN, f->cast, skb->len + ETH_HLEN);
	return uplink_decided(skb, uplink, f, verdict, plain);
}

static noinline rx_handler_result_t uplink_rx_any(struct sk_buff **pskb,
						  struct vsw_uplink *uplink)
{
	struct sk_buff *skb;
	struct vsw_frame f;

	skb = get_frame(pskb, &uplink->port, &f);
	return skb ? uplink_rx(skb, uplink, &f, false) : RX_HANDLER_CONSUMED;
}

/**
 * vsw_rx_uplink() - rx_handler of an uplink
 * @pskb: the frame
 *
 * Context: RCU read side, BH off.
 * Return: what becomes of the frame.
 */
rx_handler_result_t vsw_rx_uplink(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vsw_uplink *uplink;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	uplink = rcu_dereference(skb->dev->rx_handler_data);
	if (likely(may_be_plain(skb, &uplink->port))) {
		struct vsw_frame f = vsw_frame_plain(skb_mac_header(skb));

		if (likely(vsw_frame_is_plain(&f))) {
			read_tag(skb, &f);
			return uplink_rx(skb, uplink, &f, true);
		}
	}
	return uplink_rx_any(pskb, uplink);
}

/**
 * vsw_rx_vmk() - take a frame that the host sends through a vmk
 * @port: the vmk
 * @skb: the frame, its data at the Ethernet header
 *
 * Context: RCU read side, BH off.
 */
void vsw_rx_vmk(struct vsw_port *port, struct sk_buff *skb)
{
	struct vsw_frame f = { .runt = true };

	skb_reset_mac_header(skb);
	if (likely(pskb_may_pull(skb, ETH_HLEN))) {
		__be16 proto = eth_hdr(skb)->h_proto;

		skb_pull(skb, ETH_HLEN);
		skb->mac_len = ETH_HLEN;
		/* A packet socket may have said another one (L4). */
		skb->protocol = eth_proto_is_802_3(proto) ? proto :
				htons(ETH_P_802_2);
		if (unlikely(eth_type_vlan(proto))) {
			skb = skb_vlan_untag(skb);
			if (!skb) {
				/* Freed: the tag was cut off. */
				vsw_stats_count(port, VSW_IN, f.cast, ETH_HLEN);
				vsw_drop(port, NULL, VSW_DROP_RUNT);
				return;
			}
		}
		read_headers(skb, &f);
	}
	port_rx(skb, port, &f, false);
}
