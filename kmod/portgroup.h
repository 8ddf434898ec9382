/* SPDX-License-Identifier: GPL-2.0-only */
/* Portgroups: lifetime, names, and the lists of their ports. */
#ifndef _VSW_PORTGROUP_H
#define _VSW_PORTGROUP_H

#include "types.h"

struct netlink_ext_ack;

int vsw_portgroup_check_name(const char *name, struct netlink_ext_ack *extack);
struct vsw_portgroup *vsw_portgroup_find(const struct vsw_net *vnet,
					 const char *name);
struct vsw_portgroup *vsw_portgroup_alloc(struct vsw_switch *sw,
					  const char *name,
					  struct netlink_ext_ack *extack);
void vsw_portgroup_free(struct vsw_portgroup *pg);
int vsw_portgroup_rename(struct vsw_portgroup *pg, const char *name,
			 struct netlink_ext_ack *extack);
void vsw_portgroup_link(struct vsw_portgroup *pg, struct vsw_port *port);
void vsw_portgroup_unlink(struct vsw_portgroup *pg, struct vsw_port *port);
void vsw_portgroup_regroup(struct vsw_portgroup *pg, struct vsw_snap *snap);

#endif /* _VSW_PORTGROUP_H */
