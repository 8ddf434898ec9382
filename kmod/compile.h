/* SPDX-License-Identifier: GPL-2.0-only */
/* Configuration is compiled into snapshots here, and only here. */
#ifndef _VSW_COMPILE_H
#define _VSW_COMPILE_H

#include "types.h"

struct netlink_ext_ack;

int vsw_compile_new(struct vsw_portgroup *pg, const struct vsw_vlan *vlan,
		    struct vsw_policy *own, struct netlink_ext_ack *extack);
int vsw_compile_portgroup(struct vsw_portgroup *pg, const struct vsw_vlan *vlan,
			  struct vsw_policy *own,
			  struct netlink_ext_ack *extack);
int vsw_compile_may_remove(const struct vsw_portgroup *pg,
			   struct netlink_ext_ack *extack);
void vsw_compile_remove(struct vsw_portgroup *pg);
int vsw_compile_switch(struct vsw_switch *sw, const struct vsw_policy *policy,
		       const char *forget, struct netlink_ext_ack *extack);
void vsw_compile_links(struct vsw_switch *sw);
void vsw_compile_beacons(struct vsw_switch *sw);
bool vsw_compile_detects(const struct vsw_switch *sw);
void vsw_compile_forget(struct vsw_switch *sw, const struct vsw_uplink *uplink);
struct vsw_uplink *vsw_compile_uplink(const struct vsw_switch *sw,
				      const char *name);

#endif /* _VSW_COMPILE_H */
