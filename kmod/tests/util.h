/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small world for a test: a switch with uplinks, portgroups and ports, none
 * of which the kernel knows. All of it goes away when the test ends.
 *
 * Tables name its parts by one character: uplinks are '1', '2', ... and ports
 * 'a', 'b', ..., each in the order in which they were made.
 */
#ifndef _VSW_TESTS_UTIL_H
#define _VSW_TESTS_UTIL_H

#include <kunit/test.h>

#include "../types.h"

/**
 * struct vsw_kunit_vlan - the VLAN setting of a portgroup
 * @trunk: the VLANs that a trunk admits ("0,10-20"); NULL if it is none
 * @vid: otherwise the VLAN, 0 for none
 */
struct vsw_kunit_vlan {
	const char *trunk;
	u16 vid;
};

struct net_device *vsw_kunit_dev(struct kunit *test);
struct vsw_switch *vsw_kunit_switch(struct kunit *test);
struct vsw_uplink *vsw_kunit_add_uplink(struct kunit *test,
					struct vsw_switch *sw);
struct vsw_team *vsw_kunit_team(struct kunit *test, struct vsw_switch *sw,
				u8 teaming, const char *active,
				const char *standby);
struct vsw_snap *vsw_kunit_snap(struct kunit *test, struct vsw_portgroup *pg,
				const struct vsw_kunit_vlan *vlan,
				struct vsw_team *team);
struct vsw_portgroup *vsw_kunit_add_portgroup(struct kunit *test,
					      struct vsw_switch *sw,
					      const struct vsw_kunit_vlan *vlan,
					      struct vsw_team *team);
struct vsw_port *vsw_kunit_add_port(struct kunit *test,
				    struct vsw_portgroup *pg);

struct vsw_port *vsw_kunit_port(struct vsw_switch *sw, char name);
struct vsw_uplink *vsw_kunit_uplink(struct vsw_switch *sw, char name);
char vsw_kunit_name(const struct vsw_port *port);
u64 vsw_kunit_mac(char name);
void vsw_kunit_allow(struct vsw_port *port, const char *list);
void vsw_kunit_watch(struct vsw_switch *sw);
void vsw_kunit_carrier(struct vsw_port *port, bool carrier);
void vsw_kunit_slow_path(struct vsw_switch *sw);

#endif /* _VSW_TESTS_UTIL_H */
