/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the data path: a frame comes in, is handed to a receiver,
 * or gets nowhere. Documentation/datapath.rst says how to use them.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vswitch

#if !defined(_VSW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VSW_TRACE_H

#include <linux/tracepoint.h>

#include "frame.h"

const char *vsw_drop_name(enum vsw_drop reason);

/* A device brought a frame. */
TRACE_EVENT(vswitch_receive,
	TP_PROTO(const struct vsw_port *port, const struct sk_buff *skb),
	TP_ARGS(port, skb),

	TP_STRUCT__entry(
		__string(dev, port->dev->name)
		__field(int, ifindex)
		__field(const void *, skbaddr)
		__field(unsigned int, len)
		__field(u16, proto)
		__field(u16, tag_proto)
		__field(u16, tci)
	),

	TP_fast_assign(
		__assign_str(dev);
		__entry->ifindex = port->dev->ifindex;
		__entry->skbaddr = skb;
		__entry->len = skb->len + ETH_HLEN;
		__entry->proto = ntohs(skb->protocol);
		__entry->tag_proto = skb_vlan_tag_present(skb) ?
				     ntohs(skb->vlan_proto) : 0;
		__entry->tci = skb_vlan_tag_get(skb);
	),

	TP_printk("dev=%s ifindex=%d skbaddr=%p len=%u proto=0x%04x tag_proto=0x%04x tci=0x%04x",
		  __get_str(dev), __entry->ifindex, __entry->skbaddr,
		  __entry->len, __entry->proto, __entry->tag_proto,
		  __entry->tci)
);

/* A frame goes to a receiver, which may still refuse it. */
TRACE_EVENT(vswitch_verdict,
	/* Not the whole frame, which so need not be in memory. */
	TP_PROTO(const struct vsw_port *from, const struct sk_buff *skb,
		 u64 dst_mac, u64 src_mac, u16 vid, const struct vsw_port *to),
	TP_ARGS(from, skb, dst_mac, src_mac, vid, to),

	TP_STRUCT__entry(
		__string(from, from->dev->name)
		__string(to, to ? to->dev->name : "host")
		__field(const void *, skbaddr)
		__array(u8, dst, ETH_ALEN)
		__array(u8, src, ETH_ALEN)
		__field(u16, vlan)
	),

	TP_fast_assign(
		__assign_str(from);
		__assign_str(to);
		__entry->skbaddr = skb;
		vsw_mac_addr(dst_mac, __entry->dst);
		vsw_mac_addr(src_mac, __entry->src);
		__entry->vlan = vid;
	),

	TP_printk("from=%s to=%s skbaddr=%p dst=%pM src=%pM vlan=%u",
		  __get_str(from), __get_str(to), __entry->skbaddr,
		  __entry->dst, __entry->src, __entry->vlan)
);

/* A frame got nowhere, or a receiver refused it; it is counted at @port. */
TRACE_EVENT(vswitch_drop,
	TP_PROTO(const struct vsw_port *port, const struct sk_buff *skb,
		 enum vsw_drop reason),
	TP_ARGS(port, skb, reason),

	TP_STRUCT__entry(
		__string(dev, port->dev->name)
		__field(int, ifindex)
		__field(const void *, skbaddr)
		__string(reason, vsw_drop_name(reason))
	),

	TP_fast_assign(
		__assign_str(dev);
		__entry->ifindex = port->dev->ifindex;
		__entry->skbaddr = skb;
		__assign_str(reason);
	),

	TP_printk("dev=%s ifindex=%d skbaddr=%p reason=%s",
		  __get_str(dev), __entry->ifindex, __entry->skbaddr,
		  __get_str(reason))
);

#endif /* _VSW_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
