/* SPDX-License-Identifier: GPL-2.0-only */
/* The VLANs in which a port on a trunk sends, for T4. */
#ifndef _VSW_HEARD_H
#define _VSW_HEARD_H

#include "types.h"

/* Of how many VLANs the outside is told (T4). */
#define VSW_HEARD_MAX	100

/**
 * struct vsw_heard_vlan - a VLAN in which a port has sent
 * @vlan: the VLAN
 * @used: jiffies of a frame in it, at most VSW_HEARD_FRESH before the last one
 */
struct vsw_heard_vlan {
	u16 vlan;
	unsigned long used;
};

/* For how long a frame need not be written down after another one. */
#define VSW_HEARD_FRESH		(10 * HZ)

/* For how long a VLAN counts after that (T4). */
#define VSW_HEARD_TIME		(300 * HZ)

/**
 * struct vsw_heard - the VLANs in which a port has sent
 * @until: jiffies until which @fresh holds
 * @fresh: VLANs that need not be written down again
 * @n: how many are in @vlan; fdb lock
 * @vlan: the VLANs, the latest VSW_HEARD_MAX; fdb lock
 */
struct vsw_heard {
	unsigned long until;
	DECLARE_BITMAP(fresh, VSW_VLAN_COUNT);

	unsigned int n;
	struct vsw_heard_vlan vlan[VSW_HEARD_MAX];
};

int vsw_heard_prepare(struct vsw_port *port);
void vsw_heard_note(struct vsw_port *port, u16 vlan);
unsigned int vsw_heard_list(struct vsw_port *port, const struct vsw_snap *snap,
			    u16 *vlan);

/**
 * vsw_heard() - take note that a port on a trunk has sent in a VLAN
 * @port: the port
 * @vlan: the VLAN
 *
 * Writes something once in ten seconds.
 *
 * Context: RCU read side.
 */
static inline void vsw_heard(struct vsw_port *port, u16 vlan)
{
	const struct vsw_heard *heard = READ_ONCE(port->heard);

	if (heard && test_bit(vlan, heard->fresh) &&
	    time_before(jiffies, READ_ONCE(heard->until)))
		return;
	vsw_heard_note(port, vlan);
}

#endif /* _VSW_HEARD_H */
