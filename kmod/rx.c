// SPDX-License-Identifier: GPL-2.0-only
/* Where frames enter the switch: look at the headers, ask, and deliver. */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "deliver.h"
#include "rx.h"
#include "stats.h"
#include "wake.h"

/* F8: IEEE 802.1D's reserved block, and CDP's and PVST's addresses. */
static bool is_link_local(const u8 *addr)
{
	static const u8 cisco[] = { 0x01, 0x00, 0x0c, 0xcc, 0xcc };

	return is_link_local_ether_addr(addr) ||
	       (!memcmp(addr, cisco, sizeof(cisco)) &&
		(addr[5] == 0xcc || addr[5] == 0xcd));
}

/*
 * Read what the decision needs. The core has put a tag at the front of the
 * frame into the skb before an rx_handler sees it.
 */
static void read_headers(const struct sk_buff *skb, struct vsw_frame *f)
{
	const struct ethhdr *eth = eth_hdr(skb);

	f->runt = false;
	f->dst = vsw_mac(eth->h_dest);
	f->src = vsw_mac(eth->h_source);
	f->group_src = is_multicast_ether_addr(eth->h_source);
	f->cast = VSW_UNICAST;
	f->link_local = false;
	if (is_multicast_ether_addr(eth->h_dest)) {
		f->cast = is_broadcast_ether_addr(eth->h_dest) ? VSW_BROADCAST :
								 VSW_MULTICAST;
		f->link_local = is_link_local(eth->h_dest);
	}
	f->outer.proto = 0;
	if (unlikely(skb_vlan_tag_present(skb))) {
		f->outer.proto = ntohs(skb->vlan_proto);
		f->outer.tci = skb_vlan_tag_get(skb);
		f->outer.next = ntohs(skb->protocol);
	}
}

/* S1: a port that has no address yet takes that of a frame in good order. */
static void adopt_source(struct vsw_port *port, const struct vsw_frame *f,
			 struct vsw_verdict *verdict)
{
	if (verdict->action == VSW_ACT_DROP) {
		if (verdict->reason < VSW_DROP_ADDRESS_CONFLICT)
			return;
		/* Nothing new to find out, and no lock for a flood of these. */
		if (verdict->reason == VSW_DROP_ADDRESS_CONFLICT &&
		    READ_ONCE(port->flags) & VSW_PORT_CONFLICT)
			return;
	}
	if (vsw_fdb_adopt(port, f->src))
		vsw_wake(port->sw);
	else
		*verdict = vsw_verdict_drop(VSW_DROP_ADDRESS_CONFLICT);
}

static rx_handler_result_t port_rx(struct sk_buff **pskb,
				   struct vsw_port *port, struct vsw_frame *f)
{
	struct vsw_verdict verdict;

	vsw_stats_count(port, VSW_IN, f->cast, (*pskb)->len + ETH_HLEN);
	verdict = vsw_forward_from_port(port, vsw_port_snap(port), f);
	if (unlikely(READ_ONCE(port->flags) & VSW_PORT_ADOPTS))
		adopt_source(port, f, &verdict);
	return vsw_deliver(pskb, f, port, &verdict);
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

/**
 * vsw_rx_vnic() - rx_handler of a vnic
 * @pskb: the frame
 *
 * Context: RCU read side, BH off.
 * Return: what becomes of the frame.
 */
rx_handler_result_t vsw_rx_vnic(struct sk_buff **pskb)
{
	struct vsw_port *port;
	struct vsw_frame f;

	if (unlikely((*pskb)->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	port = rcu_dereference((*pskb)->dev->rx_handler_data);
	if (!get_frame(pskb, port, &f))
		return RX_HANDLER_CONSUMED;
	return port_rx(pskb, port, &f);
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
	struct vsw_verdict verdict;
	struct vsw_uplink *uplink;
	struct vsw_frame f;

	if (unlikely((*pskb)->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	uplink = rcu_dereference((*pskb)->dev->rx_handler_data);
	if (!get_frame(pskb, &uplink->port, &f))
		return RX_HANDLER_CONSUMED;

	vsw_stats_count(&uplink->port, VSW_IN, f.cast, (*pskb)->len + ETH_HLEN);
	verdict = vsw_forward_from_uplink(uplink, &f);
	if (verdict.action == VSW_ACT_HOST)
		return RX_HANDLER_PASS;
	/* F6: the new path works, so the one before the move is history. */
	if (verdict.action == VSW_ACT_ONE &&
	    unlikely(READ_ONCE(verdict.to->prev)) &&
	    verdict.to->prev != uplink)
		WRITE_ONCE(verdict.to->prev, NULL);
	return vsw_deliver(pskb, &f, &uplink->port, &verdict);
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
		if (unlikely(eth_type_vlan(proto))) {
			skb->protocol = proto;
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
	port_rx(&skb, port, &f);
}
