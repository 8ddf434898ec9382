/* SPDX-License-Identifier: GPL-2.0-only */
/* What the IP addresses of a frame choose an uplink by (T1). */
#ifndef _VSW_IPHASH_H
#define _VSW_IPHASH_H

#include <linux/types.h>

struct sk_buff;

u32 vsw_iphash(const struct sk_buff *skb, bool stag);

#endif /* _VSW_IPHASH_H */
