// SPDX-License-Identifier: GPL-2.0-only
/* The VLANs in which a port on a trunk sends, for T4. */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "fdb.h"
#include "heard.h"
#include "kunit.h"

/**
 * vsw_heard_prepare() - let a port remember VLANs from now on
 * @port: the port
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM.
 */
int vsw_heard_prepare(struct vsw_port *port)
{
	struct vsw_heard *heard;

	if (port->heard)
		return 0;
	heard = kzalloc(sizeof(*heard), GFP_KERNEL_ACCOUNT);
	if (!heard)
		return -ENOMEM;
	heard->until = jiffies;
	/* A frame that sees it sees it whole. */
	smp_store_release(&port->heard, heard);
	return 0;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_heard_prepare);

/* The place of @vlan, or the one that it can have: a free one, or the oldest. */
static struct vsw_heard_vlan *find_place(struct vsw_heard *heard, u16 vlan)
{
	struct vsw_heard_vlan *oldest = &heard->vlan[0];
	unsigned int i;

	for (i = 0; i < heard->n; i++) {
		if (heard->vlan[i].vlan == vlan)
			return &heard->vlan[i];
		if (time_before(heard->vlan[i].used, oldest->used))
			oldest = &heard->vlan[i];
	}
	return i < VSW_HEARD_MAX ? &heard->vlan[heard->n++] : oldest;
}

/**
 * vsw_heard_note() - write down that a port has sent in a VLAN
 * @port: the port
 * @vlan: the VLAN
 *
 * Context: RCU read side.
 */
void vsw_heard_note(struct vsw_port *port, u16 vlan)
{
	struct vsw_heard *heard = READ_ONCE(port->heard);
	struct vsw_heard_vlan *place;

	if (!heard)
		return;
	spin_lock_bh(&port->sw->fdb.lock);
	if (time_after_eq(jiffies, heard->until)) {
		bitmap_zero(heard->fresh, VSW_VLAN_COUNT);
		WRITE_ONCE(heard->until, jiffies + VSW_HEARD_FRESH);
	}
	place = find_place(heard, vlan);
	place->vlan = vlan;
	place->used = jiffies;
	set_bit(vlan, heard->fresh);
	spin_unlock_bh(&port->sw->fdb.lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_heard_note);

/**
 * vsw_heard_list() - the VLANs in which the outside is told of a port (T4)
 * @port: the port
 * @snap: its portgroup, a trunk
 * @vlan: where they go, VSW_HEARD_MAX of them at most
 *
 * Context: RTNL.
 * Return: how many there are.
 */
unsigned int vsw_heard_list(struct vsw_port *port, const struct vsw_snap *snap,
			    u16 *vlan)
{
	const struct vsw_heard *heard = port->heard;
	const struct vsw_heard_vlan *pos;
	unsigned int i, n = 0;

	if (!heard)
		return 0;
	spin_lock_bh(&port->sw->fdb.lock);
	for (i = 0; i < heard->n; i++) {
		pos = &heard->vlan[i];
		if (time_before_eq(jiffies, pos->used + VSW_HEARD_FRESH +
					    VSW_HEARD_TIME) &&
		    vsw_vlan_admits(snap, pos->vlan, false))
			vlan[n++] = pos->vlan;
	}
	spin_unlock_bh(&port->sw->fdb.lock);
	return n;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_heard_list);
