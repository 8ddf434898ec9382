// SPDX-License-Identifier: GPL-2.0-only
/* What the IP addresses of a frame choose an uplink by (T1). */
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>

#include "iphash.h"
#include "kunit.h"

/* Where the addresses of IPv4 are, and what stands in their place elsewhere. */
#define WORDS_OFFSET	12

static u32 xor_words(const __be32 *word, int n)
{
	u32 sum = 0;

	while (n--)
		sum ^= ntohl(word[n]);
	return sum;
}

/**
 * vsw_iphash() - the number by which a frame chooses with iphash (T1)
 * @skb: the frame, its data behind the Ethernet header and the outer tag
 * @stag: that tag is an 802.1ad one, which counts as part of the frame
 *
 * Context: any.
 * Return: h.
 */
u32 vsw_iphash(const struct sk_buff *skb, bool stag)
{
	int offset = stag ? WORDS_OFFSET - VLAN_HLEN : WORDS_OFFSET;
	__be32 addr[8] = {};
	int len;

	if (!stag && skb->protocol == htons(ETH_P_IPV6) &&
	    !skb_copy_bits(skb, offsetof(struct ipv6hdr, saddr), addr,
			   sizeof(addr)))
		return xor_words(addr, ARRAY_SIZE(addr));

	/* What is behind the end of the frame is 0. */
	len = min_t(int, skb->len - offset, 2 * sizeof(addr[0]));
	if (len > 0)
		skb_copy_bits(skb, offset, addr, len);
	return xor_words(addr, 2);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_iphash);
