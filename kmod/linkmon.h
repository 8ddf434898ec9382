/* SPDX-License-Identifier: GPL-2.0-only */
/* Watching the links of the uplinks (T2). */
#ifndef _VSW_LINKMON_H
#define _VSW_LINKMON_H

#include <net/sch_generic.h>

#include "types.h"

/**
 * vsw_linkmon_live() - whether an uplink can be given frames
 * @dev: its netdev
 * @was: whether it could be given some when one last looked
 *
 * One that recovers first has to get its queues back, from linkwatch: until then
 * it would swallow what it is given (T3).
 *
 * Return: true if so.
 */
static inline bool vsw_linkmon_live(const struct net_device *dev, bool was)
{
	return vsw_dev_live(dev) && (was || !qdisc_tx_is_noop(dev));
}

int vsw_linkmon_init(void);
void vsw_linkmon_exit(void);
void vsw_linkmon_start(struct vsw_switch *sw);
void vsw_linkmon_stop(struct vsw_switch *sw);
void vsw_linkmon_arm(struct vsw_switch *sw);
void vsw_linkmon_check(struct vsw_switch *sw);

#endif /* _VSW_LINKMON_H */
