/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vswitch.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_VSWITCH_GEN_H
#define _LINUX_VSWITCH_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/vswitch.h>

/* Common nested types */
extern const struct nla_policy vswitch_macs_nl_policy[VSWITCH_A_MACS_ADDRESS + 1];
extern const struct nla_policy vswitch_members_nl_policy[VSWITCH_A_MEMBERS_DEV + 1];
extern const struct nla_policy vswitch_policy_nl_policy[VSWITCH_A_POLICY_UP_DELAY + 1];
extern const struct nla_policy vswitch_range_nl_policy[VSWITCH_A_RANGE_LAST + 1];
extern const struct nla_policy vswitch_shape_nl_policy[VSWITCH_A_SHAPE_BURST + 1];
extern const struct nla_policy vswitch_vlan_nl_policy[VSWITCH_A_VLAN_RANGE + 1];

int vswitch_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			struct genl_info *info);
void
vswitch_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		     struct genl_info *info);
int vswitch_nl_dump_start(struct netlink_callback *cb);

int vswitch_nl_switch_new_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_switch_set_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_switch_del_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_switch_get_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_switch_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int vswitch_nl_portgroup_new_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_portgroup_set_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_portgroup_del_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_portgroup_get_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_portgroup_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int vswitch_nl_uplink_new_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_uplink_set_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_uplink_del_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_uplink_get_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_uplink_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int vswitch_nl_port_new_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_port_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vswitch_nl_vmk_new_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_vmk_set_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_vmk_del_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_vmk_get_doit(struct sk_buff *skb, struct genl_info *info);
int vswitch_nl_vmk_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vswitch_nl_fdb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vswitch_nl_why_get_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	VSWITCH_NLGRP_MONITOR,
};

extern struct genl_family vswitch_nl_family;

#endif /* _LINUX_VSWITCH_GEN_H */
