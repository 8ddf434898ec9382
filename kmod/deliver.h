/* SPDX-License-Identifier: GPL-2.0-only */
/* Doing what was decided: copy, tag, transmit, count. */
#ifndef _VSW_DELIVER_H
#define _VSW_DELIVER_H

#include "forward.h"

rx_handler_result_t vsw_deliver(struct sk_buff **pskb,
				const struct vsw_frame *f,
				struct vsw_port *from,
				const struct vsw_verdict *verdict);
void vsw_deliver_own(struct vsw_uplink *uplink, struct sk_buff *skb, u16 vlan);
void vsw_deliver_shaped(struct vsw_port *to, struct sk_buff *skb);

#endif /* _VSW_DELIVER_H */
