/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a tag means, and who may see which VLAN (L1 to L4). Pure decisions:
 * nothing here touches a frame.
 */
#ifndef _VSW_VLAN_H
#define _VSW_VLAN_H

#include "frame.h"

/* The decision to let a frame pass, beside the values of enum vsw_drop. */
#define VSW_PASS (-1)

/**
 * vsw_vlan_classify() - read the outer tag of a frame (L1, L3, L4)
 * @f: the frame; outer is read, vlan, prio, tagged and stag are set
 *
 * Return: VSW_PASS, or VSW_DROP_VLAN_INVALID.
 */
static inline int vsw_vlan_classify(struct vsw_frame *f)
{
	const struct vsw_tag *tag = &f->outer;

	f->vlan = 0;
	f->prio = 0;
	f->tagged = false;
	f->stag = false;
	if (!tag->proto)
		return VSW_PASS;
	if (tag->proto == ETH_P_8021AD) {
		f->stag = true;
		return VSW_PASS;
	}

	f->prio = tag->tci & ~VLAN_VID_MASK;
	f->vlan = tag->tci & VLAN_VID_MASK;
	if (f->vlan > VSWITCH_VLAN_MAX)
		return VSW_DROP_VLAN_INVALID;
	if (f->vlan) {
		f->tagged = true;
		return VSW_PASS;
	}
	/* Only a priority; a tag behind it would hop into its VLAN later. */
	if (tag->next == ETH_P_8021Q || tag->next == ETH_P_8021AD)
		return VSW_DROP_VLAN_INVALID;
	return VSW_PASS;
}

/**
 * vsw_vlan_admits() - whether a portgroup's ports see a frame of a VLAN
 * @snap: the portgroup
 * @vlan: the VLAN
 * @stag: the frame's outer tag is 802.1ad, which only trunks admit (L3)
 *
 * Return: true if they do.
 */
static inline bool vsw_vlan_admits(const struct vsw_snap *snap,
				   u16 vlan, bool stag)
{
	if (likely(!snap->trunk))
		return snap->vid == vlan && !stag;
	return test_bit(vlan, snap->trunk);
}

/**
 * vsw_vlan_tags() - whether a receiver sees the VLAN of a frame as a tag (L1)
 * @f: the frame; not one with an 802.1ad tag, which nobody touches
 * @seen: the portgroup of the receiver, or NULL for an uplink
 *
 * Return: true if so.
 */
static inline bool vsw_vlan_tags(const struct vsw_frame *f,
				 const struct vsw_snap *seen)
{
	return f->vlan && (!seen || seen->trunk);
}

/**
 * vsw_vlan_from_port() - the VLAN of a frame that a port sent
 * @snap: the portgroup of the port
 * @f: the frame, already classified; vlan is set
 *
 * Return: VSW_PASS, or the reason to drop it.
 */
static inline int vsw_vlan_from_port(const struct vsw_snap *snap,
				     struct vsw_frame *f)
{
	if (likely(!snap->trunk)) {
		if (unlikely(f->tagged || f->stag))
			return VSW_DROP_VLAN_TAG;
		f->vlan = snap->vid;
		return VSW_PASS;
	}
	return test_bit(f->vlan, snap->trunk) ? VSW_PASS : VSW_DROP_VLAN_DENIED;
}

/**
 * vsw_vlan_same() - whether two portgroups admit the same VLANs in one way
 * @a: one
 * @b: the other
 *
 * Return: true if so.
 */
static inline bool vsw_vlan_same(const struct vsw_snap *a,
				 const struct vsw_snap *b)
{
	if (!a->trunk || !b->trunk)
		return !a->trunk == !b->trunk && a->vid == b->vid;
	return bitmap_equal(a->trunk, b->trunk, VSW_VLAN_COUNT);
}

/**
 * vsw_vlan_meet() - whether two portgroups share a VLAN
 * @a: one
 * @b: the other
 *
 * Return: true if there is a VLAN that both admit.
 */
static inline bool vsw_vlan_meet(const struct vsw_snap *a,
				 const struct vsw_snap *b)
{
	if (a->trunk && b->trunk)
		return bitmap_intersects(a->trunk, b->trunk, VSW_VLAN_COUNT);
	if (a->trunk)
		return test_bit(b->vid, a->trunk);
	if (b->trunk)
		return test_bit(a->vid, b->trunk);
	return a->vid == b->vid;
}

#endif /* _VSW_VLAN_H */
