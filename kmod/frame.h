/* SPDX-License-Identifier: GPL-2.0-only */
/* What the decision knows of a frame, and how it is read. */
#ifndef _VSW_FRAME_H
#define _VSW_FRAME_H

#include "types.h"

/**
 * struct vsw_tag - the tags at the front of a frame
 * @proto: protocol of the outer tag (host order), 0 if there is none
 * @tci: its priority, DEI and VLAN id
 * @next: the ethertype that follows it (host order)
 */
struct vsw_tag {
	u16 proto;
	u16 tci;
	u16 next;
};

/* Bits of vsw_frame.note */
#define VSW_NOTE_ALLOWED	BIT(0)	/* the port holds the source, by its list */
#define VSW_NOTE_LEARNED	BIT(1)	/* the port holds the source, learned */
#define VSW_NOTE_OTHER		BIT(2)	/* the source is not one of the port's */
#define VSW_NOTE_OUTSIDE	BIT(3)	/* nobody here holds the source any more */

/**
 * struct vsw_frame - what the decision knows of a frame
 * @dst: destination address, as vsw_mac() gives it
 * @src: source address, as vsw_mac() gives it
 * @vlan: its VLAN, 0 for untagged
 * @prio: priority and DEI bits, where a TCI has them
 * @tagged: it came with an 802.1Q tag that names a VLAN
 * @stag: its outer tag is 802.1ad, so it is VLAN 0 for those who see tags
 * @cast: kind of destination, enum vsw_cast
 * @link_local: the destination is one that never leaves the link (F8)
 * @group_src: the source is a group address
 * @runt: it is too short to have these
 * @note: VSW_NOTE_*, what the decision found that has to be kept
 * @beacon: it is one of those by which uplinks hear each other (T5)
 * @ip_hash: what its IP addresses choose by, where the team asks for that (T1)
 * @path: what is remembered of the uplinks of its destination, if a move from
 *        one to another may not be over (F6), or NULL
 * @by_old: with @path: it came by the one before the move
 * @print: what its copies are known by if it is flooded from outside and they
 *         matter (F6), or 0
 * @outer: its tag
 */
struct vsw_frame {
	u64 dst;
	u64 src;
	u16 vlan;
	u16 prio;
	bool tagged;
	bool stag;
	u8 cast;
	bool link_local;
	bool group_src;
	bool runt;
	u8 note;
	bool beacon;
	bool by_old;
	u32 ip_hash;
	struct vsw_path *path;
	u32 print;
	struct vsw_tag outer;
};

/**
 * vsw_is_link_local() - whether a frame to an address never leaves the link
 * @addr: the address
 *
 * Return: true for IEEE 802.1D's reserved block, and for the addresses of CDP
 * and PVST (F8).
 */
static inline bool vsw_is_link_local(const u8 *addr)
{
	static const u8 cisco[] = { 0x01, 0x00, 0x0c, 0xcc, 0xcc };

	return is_link_local_ether_addr(addr) ||
	       (!memcmp(addr, cisco, sizeof(cisco)) &&
		(addr[5] == 0xcc || addr[5] == 0xcd));
}

/* The bit of an address, as vsw_mac() gives it, that makes it a group's. */
#define VSW_MAC_GROUP		BIT(0)

/**
 * vsw_frame_plain() - take a frame for unicast without a tag, as most are
 * @eth: the Ethernet header
 *
 * What is a constant here costs nothing in what is inlined behind it.
 *
 * Return: the frame, if vsw_frame_is_plain() says yes to it.
 */
static __always_inline struct vsw_frame vsw_frame_plain(const u8 *eth)
{
	return (struct vsw_frame){
		.dst = get_unaligned_le64(eth) & GENMASK_ULL(47, 0),
		.src = get_unaligned_le64(eth + ETH_ALEN) & GENMASK_ULL(47, 0),
		.cast = VSW_UNICAST,
	};
}

/**
 * vsw_frame_is_plain() - whether nothing is special about a frame's addresses
 * @f: the frame
 *
 * Return: true if so.
 */
static __always_inline bool vsw_frame_is_plain(const struct vsw_frame *f)
{
	return !((f->dst | f->src) & VSW_MAC_GROUP) && f->src;
}

/**
 * vsw_frame_read() - read the Ethernet header of a frame
 * @f: the frame, afterwards without a tag
 * @eth: the header
 */
static inline void vsw_frame_read(struct vsw_frame *f, const struct ethhdr *eth)
{
	f->runt = false;
	f->dst = vsw_mac(eth->h_dest);
	f->src = vsw_mac(eth->h_source);
	f->group_src = is_multicast_ether_addr(eth->h_source);
	f->cast = vsw_cast(eth->h_dest);
	f->link_local = f->cast == VSW_MULTICAST &&
			vsw_is_link_local(eth->h_dest);
	f->beacon = false;
	f->outer.proto = 0;
}

#endif /* _VSW_FRAME_H */
