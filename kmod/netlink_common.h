/* SPDX-License-Identifier: GPL-2.0-only */
/* What the objects' netlink files share; nobody else includes it. */
#ifndef _VSW_NETLINK_COMMON_H
#define _VSW_NETLINK_COMMON_H

#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "netlink-gen.h"
#include "types.h"

struct vsw_stats;

/* Writes the attributes of an object: 0 or an error. */
typedef int (*vsw_nl_fill_fn)(struct sk_buff *skb, const void *object);

/**
 * struct vsw_nl_dump - where a dump goes on
 * @switch_index: the id of the switch
 * @index: the number of the object on it, or of the portgroup in the netns
 * @item: what has been looked at of a list: places for uplinks in the lists of
 *        the switch, or addresses of the port at @index
 */
struct vsw_nl_dump {
	unsigned long switch_index;
	unsigned long index;
	unsigned int item;
};

/*
 * Dumps what is on one switch from where @dump says, which is kept up to date:
 * 0 at the end, -EMSGSIZE if there is no room for more.
 */
typedef int (*vsw_nl_dump_fn)(struct sk_buff *skb, const struct genl_info *info,
			      struct vsw_switch *sw, struct vsw_nl_dump *dump);

static inline struct vsw_nl_dump *vsw_nl_dump(struct netlink_callback *cb)
{
	VSW_ASSERT_CTX_FITS(struct vsw_nl_dump);
	return (struct vsw_nl_dump *)cb->ctx;
}

int vsw_nl_put(struct sk_buff *skb, const struct genl_info *info,
	       vsw_nl_fill_fn fill, const void *object);
int vsw_nl_dump_switches(struct sk_buff *skb, struct netlink_callback *cb,
			 int attr, vsw_nl_dump_fn fn);
int vsw_nl_reply(struct genl_info *info, vsw_nl_fill_fn fill,
		 const void *object);
void vsw_nl_notify(struct net *net, u8 cmd, vsw_nl_fill_fn fill,
		   const void *object);

struct vsw_switch *vsw_nl_switch(struct genl_info *info, int attr);
struct vsw_portgroup *vsw_nl_portgroup(struct genl_info *info, int attr);
struct net_device *vsw_nl_dev(struct genl_info *info, int attr);
struct vsw_port *vsw_nl_port(struct genl_info *info, int attr, bool uplinks);
int vsw_nl_filter_switch(const struct genl_info *info, int attr,
			 struct vsw_switch **sw);

int vsw_nl_get_policy(struct genl_info *info, int attr,
		      const struct vsw_switch *sw, struct vsw_policy *policy);
int vsw_nl_put_policy(struct sk_buff *skb, int attr,
		      const struct vsw_policy *policy);
int vsw_nl_put_stats(struct sk_buff *skb, int attr,
		     const struct vsw_stats *sum);
int vsw_nl_put_port_stats(struct sk_buff *skb, int attr,
			  const struct vsw_port *port);
int vsw_nl_put_vlan(struct sk_buff *skb, int attr,
		    const struct vsw_portgroup *pg);
int vsw_nl_put_mac(struct sk_buff *skb, int attr, u64 mac);
int vsw_nl_put_netns(struct sk_buff *skb, int attr,
		     const struct vsw_port *port);
int vsw_nl_put_uplink(struct sk_buff *skb, int attr,
		      const struct vsw_port *port);
void vsw_nl_notify_vmk(struct vsw_port *port, u8 cmd);
u32 vsw_nl_link_state(const struct net_device *dev);

#endif /* _VSW_NETLINK_COMMON_H */
