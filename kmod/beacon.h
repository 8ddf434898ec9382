/* SPDX-License-Identifier: GPL-2.0-only */
/* Beacons: frames by which the uplinks of a switch hear each other (T5). */
#ifndef _VSW_BEACON_H
#define _VSW_BEACON_H

#include "types.h"

/* The ethertype of a beacon. */
#define VSW_BEACON_PROTO	0x8922

void vsw_beacon_start(struct vsw_switch *sw);
void vsw_beacon_stop(struct vsw_switch *sw);
void vsw_beacon_arm(struct vsw_switch *sw);
void vsw_beacon_run(struct vsw_switch *sw);
void vsw_beacon_receive(struct vsw_uplink *uplink, struct sk_buff *skb);

#endif /* _VSW_BEACON_H */
