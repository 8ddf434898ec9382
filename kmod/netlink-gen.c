// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vswitch.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/vswitch.h>

/* Integer value ranges */
static const struct netlink_range_validation vswitch_a_policy_up_delay_range = {
	.max	= VSWITCH_UP_DELAY_MAX,
};

static const struct netlink_range_validation vswitch_a_shape_average_range = {
	.max	= VSWITCH_SHAPE_RATE_MAX,
};

static const struct netlink_range_validation vswitch_a_shape_peak_range = {
	.min	= VSWITCH_SHAPE_RATE_MIN,
	.max	= VSWITCH_SHAPE_RATE_MAX,
};

static const struct netlink_range_validation vswitch_a_shape_burst_range = {
	.min	= VSWITCH_SHAPE_BURST_MIN,
	.max	= VSWITCH_SHAPE_BURST_MAX,
};

static const struct netlink_range_validation vswitch_a_switch_mtu_range = {
	.min	= 68ULL,
	.max	= VSWITCH_MTU_MAX,
};

static const struct netlink_range_validation vswitch_a_vmk_mtu_range = {
	.min	= 68ULL,
	.max	= VSWITCH_MTU_MAX,
};

/* Common nested types */
const struct nla_policy vswitch_macs_nl_policy[VSWITCH_A_MACS_ADDRESS + 1] = {
	[VSWITCH_A_MACS_ADDRESS] = NLA_POLICY_EXACT_LEN(6),
};

const struct nla_policy vswitch_members_nl_policy[VSWITCH_A_MEMBERS_DEV + 1] = {
	[VSWITCH_A_MEMBERS_DEV] = { .type = NLA_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

const struct nla_policy vswitch_policy_nl_policy[VSWITCH_A_POLICY_UP_DELAY + 1] = {
	[VSWITCH_A_POLICY_TEAMING] = NLA_POLICY_MAX(NLA_U32, 3),
	[VSWITCH_A_POLICY_ACTIVE] = NLA_POLICY_NESTED(vswitch_members_nl_policy),
	[VSWITCH_A_POLICY_STANDBY] = NLA_POLICY_NESTED(vswitch_members_nl_policy),
	[VSWITCH_A_POLICY_PROMISCUOUS] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_MAC_CHANGES] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_FORGED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_MAC_LEARNING] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_MAC_LIMIT] = NLA_POLICY_RANGE(NLA_U32, 1, VSWITCH_MAC_LIMIT_MAX),
	[VSWITCH_A_POLICY_MAC_OVER_LIMIT] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_MAC_FLOOD] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_SHAPE_FROM_GUEST] = NLA_POLICY_NESTED(vswitch_shape_nl_policy),
	[VSWITCH_A_POLICY_SHAPE_TO_GUEST] = NLA_POLICY_NESTED(vswitch_shape_nl_policy),
	[VSWITCH_A_POLICY_DETECT] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_NOTIFY] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_FAILBACK] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_UP_DELAY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vswitch_a_policy_up_delay_range),
};

const struct nla_policy vswitch_range_nl_policy[VSWITCH_A_RANGE_LAST + 1] = {
	[VSWITCH_A_RANGE_FIRST] = NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_MAX),
	[VSWITCH_A_RANGE_LAST] = NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_MAX),
};

const struct nla_policy vswitch_shape_nl_policy[VSWITCH_A_SHAPE_BURST + 1] = {
	[VSWITCH_A_SHAPE_AVERAGE] = NLA_POLICY_FULL_RANGE(NLA_UINT, &vswitch_a_shape_average_range),
	[VSWITCH_A_SHAPE_PEAK] = NLA_POLICY_FULL_RANGE(NLA_UINT, &vswitch_a_shape_peak_range),
	[VSWITCH_A_SHAPE_BURST] = NLA_POLICY_FULL_RANGE(NLA_U32, &vswitch_a_shape_burst_range),
};

const struct nla_policy vswitch_vlan_nl_policy[VSWITCH_A_VLAN_RANGE + 1] = {
	[VSWITCH_A_VLAN_ID] = NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_MAX),
	[VSWITCH_A_VLAN_RANGE] = NLA_POLICY_NESTED(vswitch_range_nl_policy),
};

/* VSWITCH_CMD_SWITCH_NEW - do */
static const struct nla_policy vswitch_switch_new_nl_policy[VSWITCH_A_SWITCH_POLICY + 1] = {
	[VSWITCH_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
	[VSWITCH_A_SWITCH_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &vswitch_a_switch_mtu_range),
	[VSWITCH_A_SWITCH_POLICY] = NLA_POLICY_NESTED(vswitch_policy_nl_policy),
};

/* VSWITCH_CMD_SWITCH_SET - do */
static const struct nla_policy vswitch_switch_set_nl_policy[VSWITCH_A_SWITCH_POLICY + 1] = {
	[VSWITCH_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
	[VSWITCH_A_SWITCH_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &vswitch_a_switch_mtu_range),
	[VSWITCH_A_SWITCH_DEFAULT_PORTGROUP] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_SWITCH_POLICY] = NLA_POLICY_NESTED(vswitch_policy_nl_policy),
};

/* VSWITCH_CMD_SWITCH_DEL - do */
static const struct nla_policy vswitch_switch_del_nl_policy[VSWITCH_A_SWITCH_FORCE + 1] = {
	[VSWITCH_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
	[VSWITCH_A_SWITCH_FORCE] = { .type = NLA_FLAG, },
};

/* VSWITCH_CMD_SWITCH_GET - do */
static const struct nla_policy vswitch_switch_get_nl_policy[VSWITCH_A_SWITCH_NAME + 1] = {
	[VSWITCH_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
};

/* VSWITCH_CMD_PORTGROUP_NEW - do */
static const struct nla_policy vswitch_portgroup_new_nl_policy[VSWITCH_A_PORTGROUP_POLICY + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_PORTGROUP_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_PORTGROUP_VLAN] = NLA_POLICY_NESTED(vswitch_vlan_nl_policy),
	[VSWITCH_A_PORTGROUP_POLICY] = NLA_POLICY_NESTED(vswitch_policy_nl_policy),
};

/* VSWITCH_CMD_PORTGROUP_SET - do */
static const struct nla_policy vswitch_portgroup_set_nl_policy[VSWITCH_A_PORTGROUP_INHERIT + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_PORTGROUP_NEW_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_PORTGROUP_VLAN] = NLA_POLICY_NESTED(vswitch_vlan_nl_policy),
	[VSWITCH_A_PORTGROUP_POLICY] = NLA_POLICY_NESTED(vswitch_policy_nl_policy),
	[VSWITCH_A_PORTGROUP_INHERIT] = NLA_POLICY_MASK(NLA_U32, 0xffff),
};

/* VSWITCH_CMD_PORTGROUP_DEL - do */
static const struct nla_policy vswitch_portgroup_del_nl_policy[VSWITCH_A_PORTGROUP_NAME + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
};

/* VSWITCH_CMD_PORTGROUP_GET - do */
static const struct nla_policy vswitch_portgroup_get_do_nl_policy[VSWITCH_A_PORTGROUP_NAME + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
};

/* VSWITCH_CMD_PORTGROUP_GET - dump */
static const struct nla_policy vswitch_portgroup_get_dump_nl_policy[VSWITCH_A_PORTGROUP_SWITCH + 1] = {
	[VSWITCH_A_PORTGROUP_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_UPLINK_NEW - do */
static const struct nla_policy vswitch_uplink_new_nl_policy[VSWITCH_A_UPLINK_ABSENT + 1] = {
	[VSWITCH_A_UPLINK_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_UPLINK_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_UPLINK_ROLE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VSWITCH_A_UPLINK_ABSENT] = { .type = NLA_FLAG, },
};

/* VSWITCH_CMD_UPLINK_SET - do */
static const struct nla_policy vswitch_uplink_set_nl_policy[VSWITCH_A_UPLINK_ROLE + 1] = {
	[VSWITCH_A_UPLINK_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_UPLINK_ROLE] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* VSWITCH_CMD_UPLINK_DEL - do */
static const struct nla_policy vswitch_uplink_del_nl_policy[VSWITCH_A_UPLINK_DEV + 1] = {
	[VSWITCH_A_UPLINK_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_UPLINK_GET - do */
static const struct nla_policy vswitch_uplink_get_do_nl_policy[VSWITCH_A_UPLINK_DEV + 1] = {
	[VSWITCH_A_UPLINK_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_UPLINK_GET - dump */
static const struct nla_policy vswitch_uplink_get_dump_nl_policy[VSWITCH_A_UPLINK_SWITCH + 1] = {
	[VSWITCH_A_UPLINK_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_PORT_NEW - do */
static const struct nla_policy vswitch_port_new_nl_policy[VSWITCH_A_PORT_ALLOW_MAC + 1] = {
	[VSWITCH_A_PORT_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_PORT_PORTGROUP] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_PORT_CLIENT] = { .type = NLA_NUL_STRING, .len = VSWITCH_CLIENT_MAX, },
	[VSWITCH_A_PORT_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_PORT_BLOCKED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_PORT_ALLOW_MAC] = NLA_POLICY_NESTED(vswitch_macs_nl_policy),
};

/* VSWITCH_CMD_PORT_SET - do */
static const struct nla_policy vswitch_port_set_nl_policy[VSWITCH_A_PORT_ALLOW_MAC + 1] = {
	[VSWITCH_A_PORT_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_PORT_PORTGROUP] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_PORT_CLIENT] = { .type = NLA_NUL_STRING, .len = VSWITCH_CLIENT_MAX, },
	[VSWITCH_A_PORT_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_PORT_EFFECTIVE_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_PORT_BLOCKED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_PORT_ALLOW_MAC] = NLA_POLICY_NESTED(vswitch_macs_nl_policy),
};

/* VSWITCH_CMD_PORT_DEL - do */
static const struct nla_policy vswitch_port_del_nl_policy[VSWITCH_A_PORT_DEV + 1] = {
	[VSWITCH_A_PORT_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_PORT_GET - do */
static const struct nla_policy vswitch_port_get_do_nl_policy[VSWITCH_A_PORT_DEV + 1] = {
	[VSWITCH_A_PORT_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_PORT_GET - dump */
static const struct nla_policy vswitch_port_get_dump_nl_policy[VSWITCH_A_PORT_PORTGROUP + 1] = {
	[VSWITCH_A_PORT_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_PORT_PORTGROUP] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
};

/* VSWITCH_CMD_VMK_NEW - do */
static const struct nla_policy vswitch_vmk_new_nl_policy[VSWITCH_A_VMK_SERVICE + 1] = {
	[VSWITCH_A_VMK_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
	[VSWITCH_A_VMK_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[VSWITCH_A_VMK_PORTGROUP] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_VMK_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_VMK_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &vswitch_a_vmk_mtu_range),
	[VSWITCH_A_VMK_NETNS_FD] = { .type = NLA_U32, },
	[VSWITCH_A_VMK_SERVICE] = NLA_POLICY_MASK(NLA_U32, 0xff),
};

/* VSWITCH_CMD_VMK_SET - do */
static const struct nla_policy vswitch_vmk_set_nl_policy[VSWITCH_A_VMK_SERVICE + 1] = {
	[VSWITCH_A_VMK_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
	[VSWITCH_A_VMK_PORTGROUP] = { .type = NLA_NUL_STRING, .len = VSWITCH_PORTGROUP_NAME_MAX, },
	[VSWITCH_A_VMK_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_VMK_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &vswitch_a_vmk_mtu_range),
	[VSWITCH_A_VMK_SERVICE] = NLA_POLICY_MASK(NLA_U32, 0xff),
};

/* VSWITCH_CMD_VMK_DEL - do */
static const struct nla_policy vswitch_vmk_del_nl_policy[VSWITCH_A_VMK_NAME + 1] = {
	[VSWITCH_A_VMK_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
};

/* VSWITCH_CMD_VMK_GET - do */
static const struct nla_policy vswitch_vmk_get_do_nl_policy[VSWITCH_A_VMK_NAME + 1] = {
	[VSWITCH_A_VMK_NAME] = { .type = NLA_NUL_STRING, .len = VSWITCH_SWITCH_NAME_MAX, },
};

/* VSWITCH_CMD_VMK_GET - dump */
static const struct nla_policy vswitch_vmk_get_dump_nl_policy[VSWITCH_A_VMK_SWITCH + 1] = {
	[VSWITCH_A_VMK_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_FDB_GET - dump */
static const struct nla_policy vswitch_fdb_get_nl_policy[VSWITCH_A_FDB_DEV + 1] = {
	[VSWITCH_A_FDB_SWITCH] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_MAX),
	[VSWITCH_A_FDB_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
};

/* VSWITCH_CMD_WHY_GET - do */
static const struct nla_policy vswitch_why_get_nl_policy[VSWITCH_A_WHY_TAG + 1] = {
	[VSWITCH_A_WHY_DEV] = { .type = NLA_NUL_STRING, .len = VSWITCH_DEV_NAME_MAX, },
	[VSWITCH_A_WHY_SOURCE] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_WHY_DESTINATION] = NLA_POLICY_EXACT_LEN(6),
	[VSWITCH_A_WHY_TAG] = NLA_POLICY_MAX(NLA_U32, 4095),
};

/* Ops table for vswitch */
static const struct genl_split_ops vswitch_nl_ops[] = {
	{
		.cmd		= VSWITCH_CMD_SWITCH_NEW,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_switch_new_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_switch_new_nl_policy,
		.maxattr	= VSWITCH_A_SWITCH_POLICY,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_SWITCH_SET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_switch_set_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_switch_set_nl_policy,
		.maxattr	= VSWITCH_A_SWITCH_POLICY,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_SWITCH_DEL,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_switch_del_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_switch_del_nl_policy,
		.maxattr	= VSWITCH_A_SWITCH_FORCE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_SWITCH_GET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_switch_get_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_switch_get_nl_policy,
		.maxattr	= VSWITCH_A_SWITCH_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= VSWITCH_CMD_SWITCH_GET,
		.start	= vswitch_nl_dump_start,
		.dumpit	= vswitch_nl_switch_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VSWITCH_CMD_PORTGROUP_NEW,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_portgroup_new_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_portgroup_new_nl_policy,
		.maxattr	= VSWITCH_A_PORTGROUP_POLICY,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORTGROUP_SET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_portgroup_set_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_portgroup_set_nl_policy,
		.maxattr	= VSWITCH_A_PORTGROUP_INHERIT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORTGROUP_DEL,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_portgroup_del_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_portgroup_del_nl_policy,
		.maxattr	= VSWITCH_A_PORTGROUP_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORTGROUP_GET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_portgroup_get_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_portgroup_get_do_nl_policy,
		.maxattr	= VSWITCH_A_PORTGROUP_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORTGROUP_GET,
		.start		= vswitch_nl_dump_start,
		.dumpit		= vswitch_nl_portgroup_get_dumpit,
		.policy		= vswitch_portgroup_get_dump_nl_policy,
		.maxattr	= VSWITCH_A_PORTGROUP_SWITCH,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VSWITCH_CMD_UPLINK_NEW,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_uplink_new_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_uplink_new_nl_policy,
		.maxattr	= VSWITCH_A_UPLINK_ABSENT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_UPLINK_SET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_uplink_set_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_uplink_set_nl_policy,
		.maxattr	= VSWITCH_A_UPLINK_ROLE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_UPLINK_DEL,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_uplink_del_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_uplink_del_nl_policy,
		.maxattr	= VSWITCH_A_UPLINK_DEV,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_UPLINK_GET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_uplink_get_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_uplink_get_do_nl_policy,
		.maxattr	= VSWITCH_A_UPLINK_DEV,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_UPLINK_GET,
		.start		= vswitch_nl_dump_start,
		.dumpit		= vswitch_nl_uplink_get_dumpit,
		.policy		= vswitch_uplink_get_dump_nl_policy,
		.maxattr	= VSWITCH_A_UPLINK_SWITCH,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VSWITCH_CMD_PORT_NEW,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_port_new_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_port_new_nl_policy,
		.maxattr	= VSWITCH_A_PORT_ALLOW_MAC,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORT_SET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_port_set_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_port_set_nl_policy,
		.maxattr	= VSWITCH_A_PORT_ALLOW_MAC,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORT_DEL,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_port_del_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_port_del_nl_policy,
		.maxattr	= VSWITCH_A_PORT_DEV,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORT_GET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_port_get_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_port_get_do_nl_policy,
		.maxattr	= VSWITCH_A_PORT_DEV,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_PORT_GET,
		.start		= vswitch_nl_dump_start,
		.dumpit		= vswitch_nl_port_get_dumpit,
		.policy		= vswitch_port_get_dump_nl_policy,
		.maxattr	= VSWITCH_A_PORT_PORTGROUP,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VSWITCH_CMD_VMK_NEW,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_vmk_new_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_vmk_new_nl_policy,
		.maxattr	= VSWITCH_A_VMK_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_VMK_SET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_vmk_set_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_vmk_set_nl_policy,
		.maxattr	= VSWITCH_A_VMK_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_VMK_DEL,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_vmk_del_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_vmk_del_nl_policy,
		.maxattr	= VSWITCH_A_VMK_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_VMK_GET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_vmk_get_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_vmk_get_do_nl_policy,
		.maxattr	= VSWITCH_A_VMK_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VSWITCH_CMD_VMK_GET,
		.start		= vswitch_nl_dump_start,
		.dumpit		= vswitch_nl_vmk_get_dumpit,
		.policy		= vswitch_vmk_get_dump_nl_policy,
		.maxattr	= VSWITCH_A_VMK_SWITCH,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VSWITCH_CMD_FDB_GET,
		.start		= vswitch_nl_dump_start,
		.dumpit		= vswitch_nl_fdb_get_dumpit,
		.policy		= vswitch_fdb_get_nl_policy,
		.maxattr	= VSWITCH_A_FDB_DEV,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VSWITCH_CMD_WHY_GET,
		.pre_doit	= vswitch_nl_pre_doit,
		.doit		= vswitch_nl_why_get_doit,
		.post_doit	= vswitch_nl_post_doit,
		.policy		= vswitch_why_get_nl_policy,
		.maxattr	= VSWITCH_A_WHY_TAG,
		.flags		= GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group vswitch_nl_mcgrps[] = {
	[VSWITCH_NLGRP_MONITOR] = { "monitor", },
};

struct genl_family vswitch_nl_family __ro_after_init = {
	.name		= VSWITCH_FAMILY_NAME,
	.version	= VSWITCH_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= vswitch_nl_ops,
	.n_split_ops	= ARRAY_SIZE(vswitch_nl_ops),
	.mcgrps		= vswitch_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(vswitch_nl_mcgrps),
};
