/* SPDX-License-Identifier: GPL-2.0-only */
/* Where frames enter the switch. */
#ifndef _VSW_RX_H
#define _VSW_RX_H

#include <linux/netdevice.h>

struct vsw_port;

rx_handler_result_t vsw_rx_vnic(struct sk_buff **pskb);
rx_handler_result_t vsw_rx_uplink(struct sk_buff **pskb);
void vsw_rx_vmk(struct vsw_port *port, struct sk_buff *skb);
void vsw_rx_shaped(struct vsw_port *port, struct sk_buff *skb);

#endif /* _VSW_RX_H */
