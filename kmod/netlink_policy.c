// SPDX-License-Identifier: GPL-2.0-only
/* The door to policies, of switches and of portgroups. */
#include <linux/rtnetlink.h>

#include "netlink_common.h"
#include "policy.h"
#include "uplink.h"

/* Read a list of devices, each an uplink of @sw, or listed and absent. */
static int get_members(struct genl_info *info, const struct nlattr *attr,
		       const struct vsw_switch *sw, struct vsw_members *list)
{
	char name[VSWITCH_DEV_NAME_MAX + 1];
	const struct net_device *dev;
	const struct nlattr *pos;
	int rem;

	list->n = 0;
	nla_for_each_nested(pos, attr, rem) {
		nla_strscpy(name, pos, sizeof(name));
		/* An alternative name means the same device. */
		dev = __dev_get_by_name(genl_info_net(info), name);
		if (dev)
			strscpy(name, dev->name);
		if (!sw || !vsw_uplink_listed(sw, name)) {
			NL_SET_ERR_MSG_ATTR_FMT(info->extack, pos,
						"%.30s is not an uplink of %s",
						name, sw ? sw->dev->name :
						"the new vSwitch");
			return -ENOENT;
		}
		if (list->n == VSW_MAX_UPLINKS) {
			NL_SET_ERR_MSG_ATTR(info->extack, pos,
					    "more than 32 devices are listed");
			return -E2BIG;
		}
		strscpy(list->name[list->n++], name, IFNAMSIZ);
	}
	return 0;
}

/* The fields that are a number each, and where the policy has them. */
static const struct {
	u8 attr;
	u16 field;
	u16 offset;
} numbers[] = {
	{ VSWITCH_A_POLICY_PROMISCUOUS, VSWITCH_POLICY_FIELD_PROMISCUOUS,
	  offsetof(struct vsw_policy, promiscuous) },
	{ VSWITCH_A_POLICY_MAC_CHANGES, VSWITCH_POLICY_FIELD_MAC_CHANGES,
	  offsetof(struct vsw_policy, mac_changes) },
	{ VSWITCH_A_POLICY_FORGED, VSWITCH_POLICY_FIELD_FORGED,
	  offsetof(struct vsw_policy, forged) },
	{ VSWITCH_A_POLICY_MAC_LEARNING, VSWITCH_POLICY_FIELD_MAC_LEARNING,
	  offsetof(struct vsw_policy, mac_learning) },
	{ VSWITCH_A_POLICY_MAC_LIMIT, VSWITCH_POLICY_FIELD_MAC_LIMIT,
	  offsetof(struct vsw_policy, mac_limit) },
	{ VSWITCH_A_POLICY_MAC_OVER_LIMIT, VSWITCH_POLICY_FIELD_MAC_OVER_LIMIT,
	  offsetof(struct vsw_policy, mac_over_limit) },
	{ VSWITCH_A_POLICY_MAC_FLOOD, VSWITCH_POLICY_FIELD_MAC_FLOOD,
	  offsetof(struct vsw_policy, mac_flood) },
	{ VSWITCH_A_POLICY_DETECT, VSWITCH_POLICY_FIELD_DETECT,
	  offsetof(struct vsw_policy, detect) },
	{ VSWITCH_A_POLICY_NOTIFY, VSWITCH_POLICY_FIELD_NOTIFY,
	  offsetof(struct vsw_policy, notify) },
	{ VSWITCH_A_POLICY_FAILBACK, VSWITCH_POLICY_FIELD_FAILBACK,
	  offsetof(struct vsw_policy, failback) },
	{ VSWITCH_A_POLICY_UP_DELAY, VSWITCH_POLICY_FIELD_UP_DELAY,
	  offsetof(struct vsw_policy, up_delay) },
};

static void get_numbers(struct nlattr *tb[], struct vsw_policy *policy)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct nlattr *attr = tb[numbers[i].attr];

		if (!attr)
			continue;
		*(u32 *)((void *)policy + numbers[i].offset) = nla_get_u32(attr);
		policy->set |= numbers[i].field;
	}
}

static int check_shape(struct genl_info *info, const struct nlattr *attr,
		       const struct vsw_shape *shape)
{
	const char *why = NULL;

	if (shape->average < VSWITCH_SHAPE_RATE_MIN)
		why = "the average rate is below 8 kbit/s";
	else if (!shape->burst)
		why = "a shaper needs a burst";
	else if (shape->peak && shape->peak < shape->average)
		why = "the peak rate is below the average";
	if (!why)
		return 0;
	NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr, "%s", why);
	return -EINVAL;
}

/* Read a shaper if it is there. */
static int get_shape(struct genl_info *info, struct nlattr *policy[], int attr,
		     struct vsw_shape *shape)
{
	struct nlattr *tb[VSWITCH_A_SHAPE_BURST + 1];
	int err;

	if (!policy[attr])
		return 0;
	err = nla_parse_nested(tb, VSWITCH_A_SHAPE_BURST, policy[attr],
			       vswitch_shape_nl_policy, info->extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, policy[attr], tb,
			      VSWITCH_A_SHAPE_AVERAGE))
		return -EINVAL;
	*shape = (struct vsw_shape){
		.average = nla_get_uint(tb[VSWITCH_A_SHAPE_AVERAGE]),
	};
	if (!shape->average)
		return 0;
	if (tb[VSWITCH_A_SHAPE_PEAK])
		shape->peak = nla_get_uint(tb[VSWITCH_A_SHAPE_PEAK]);
	if (tb[VSWITCH_A_SHAPE_BURST])
		shape->burst = nla_get_u32(tb[VSWITCH_A_SHAPE_BURST]);
	return check_shape(info, policy[attr], shape);
}

/**
 * vsw_nl_get_policy() - read the policy of a request
 * @info: the request
 * @attr: the attribute with the policy
 * @sw: the switch that it is for, NULL if that is being made
 * @policy: the fields that are there are set
 *
 * Context: RTNL.
 * Return: 0 or an error, with @policy in disorder.
 */
int vsw_nl_get_policy(struct genl_info *info, int attr,
		      const struct vsw_switch *sw, struct vsw_policy *policy)
{
	struct nlattr *tb[VSWITCH_A_POLICY_MAX + 1];
	const char *twice, *clash;
	int err;

	if (!info->attrs[attr])
		return 0;
	err = nla_parse_nested(tb, VSWITCH_A_POLICY_MAX,
			       info->attrs[attr],
			       vswitch_policy_nl_policy, info->extack);
	if (err)
		return err;
	if (tb[VSWITCH_A_POLICY_TEAMING]) {
		policy->teaming = nla_get_u32(tb[VSWITCH_A_POLICY_TEAMING]);
		policy->set |= VSWITCH_POLICY_FIELD_TEAMING;
	}
	if (tb[VSWITCH_A_POLICY_ACTIVE]) {
		err = get_members(info, tb[VSWITCH_A_POLICY_ACTIVE], sw,
				  &policy->active);
		if (err)
			return err;
		policy->set |= VSWITCH_POLICY_FIELD_ACTIVE;
	}
	if (tb[VSWITCH_A_POLICY_STANDBY]) {
		err = get_members(info, tb[VSWITCH_A_POLICY_STANDBY], sw,
				  &policy->standby);
		if (err)
			return err;
		policy->set |= VSWITCH_POLICY_FIELD_STANDBY;
	}
	get_numbers(tb, policy);
	err = get_shape(info, tb, VSWITCH_A_POLICY_SHAPE_FROM_GUEST,
			&policy->shape[VSW_IN]) ?:
	      get_shape(info, tb, VSWITCH_A_POLICY_SHAPE_TO_GUEST,
			&policy->shape[VSW_OUT]);
	if (err)
		return err;
	if (tb[VSWITCH_A_POLICY_SHAPE_FROM_GUEST])
		policy->set |= VSWITCH_POLICY_FIELD_SHAPE_FROM_GUEST;
	if (tb[VSWITCH_A_POLICY_SHAPE_TO_GUEST])
		policy->set |= VSWITCH_POLICY_FIELD_SHAPE_TO_GUEST;
	clash = policy->set == VSWITCH_POLICY_FIELD_MASK ?
		vsw_policy_clash(policy) : NULL;
	if (clash) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[attr], "%s",
					clash);
		return -EINVAL;
	}
	twice = vsw_policy_twice(policy);
	if (twice) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[attr],
					"%s is listed twice", twice);
		return -EINVAL;
	}
	return 0;
}

static int put_members(struct sk_buff *skb, int attr,
		       const struct vsw_members *list)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < list->n; i++) {
		if (nla_put_string(skb, VSWITCH_A_MEMBERS_DEV, list->name[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_numbers(struct sk_buff *skb, const struct vsw_policy *policy)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (policy->set & numbers[i].field &&
		    nla_put_u32(skb, numbers[i].attr,
				*(u32 *)((void *)policy + numbers[i].offset)))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_shape(struct sk_buff *skb, int attr,
		     const struct vsw_shape *shape)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    nla_put_uint(skb, VSWITCH_A_SHAPE_AVERAGE, shape->average) ||
	    (shape->peak &&
	     nla_put_uint(skb, VSWITCH_A_SHAPE_PEAK, shape->peak)) ||
	    (shape->average &&
	     nla_put_u32(skb, VSWITCH_A_SHAPE_BURST, shape->burst)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_shapes(struct sk_buff *skb, const struct vsw_policy *policy)
{
	if (policy->set & VSWITCH_POLICY_FIELD_SHAPE_FROM_GUEST &&
	    put_shape(skb, VSWITCH_A_POLICY_SHAPE_FROM_GUEST,
		      &policy->shape[VSW_IN]))
		return -EMSGSIZE;
	if (policy->set & VSWITCH_POLICY_FIELD_SHAPE_TO_GUEST)
		return put_shape(skb, VSWITCH_A_POLICY_SHAPE_TO_GUEST,
				 &policy->shape[VSW_OUT]);
	return 0;
}

/**
 * vsw_nl_put_policy() - write the fields of a policy that are set
 * @skb: the message
 * @attr: the attribute
 * @policy: the policy
 *
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_policy(struct sk_buff *skb, int attr,
		      const struct vsw_policy *policy)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if ((policy->set & VSWITCH_POLICY_FIELD_TEAMING &&
	     nla_put_u32(skb, VSWITCH_A_POLICY_TEAMING, policy->teaming)) ||
	    (policy->set & VSWITCH_POLICY_FIELD_ACTIVE &&
	     put_members(skb, VSWITCH_A_POLICY_ACTIVE, &policy->active)) ||
	    (policy->set & VSWITCH_POLICY_FIELD_STANDBY &&
	     put_members(skb, VSWITCH_A_POLICY_STANDBY, &policy->standby)) ||
	    put_numbers(skb, policy) || put_shapes(skb, policy))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
