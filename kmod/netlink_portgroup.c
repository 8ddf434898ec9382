// SPDX-License-Identifier: GPL-2.0-only
/* The door to portgroups. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compile.h"
#include "filter.h"
#include "netlink.h"
#include "netlink_common.h"
#include "policy.h"
#include "portgroup.h"
#include "switch.h"

/**
 * struct vsw_pg_ref - a portgroup by a name that it has or had
 * @pg: the portgroup
 * @name: the name
 */
struct vsw_pg_ref {
	const struct vsw_portgroup *pg;
	const char *name;
};

static int portgroup_fill(struct sk_buff *skb, const void *object)
{
	static const struct vsw_policy nothing;
	const struct vsw_pg_ref *ref = object;
	const struct vsw_portgroup *pg = ref->pg;
	struct vsw_policy *effective;
	int err;

	effective = kmalloc(sizeof(*effective), GFP_KERNEL);
	if (!effective)
		return -ENOMEM;
	vsw_policy_merge(&pg->sw->policy, pg->own, effective);
	err = -EMSGSIZE;
	if (nla_put_string(skb, VSWITCH_A_PORTGROUP_NAME, ref->name) ||
	    nla_put_string(skb, VSWITCH_A_PORTGROUP_SWITCH,
			   pg->sw->dev->name) ||
	    vsw_nl_put_vlan(skb, VSWITCH_A_PORTGROUP_VLAN, pg) ||
	    vsw_nl_put_policy(skb, VSWITCH_A_PORTGROUP_POLICY,
			      pg->own ?: &nothing) ||
	    vsw_nl_put_policy(skb, VSWITCH_A_PORTGROUP_EFFECTIVE, effective) ||
	    nla_put_u32(skb, VSWITCH_A_PORTGROUP_PORTS, pg->n_ports))
		goto out;
	err = 0;
out:
	kfree(effective);
	return err;
}

/**
 * vsw_netlink_portgroup() - tell those who listen about a portgroup
 * @pg: the portgroup
 * @cmd: VSWITCH_CMD_PORTGROUP_NTF or _DEL_NTF
 *
 * Context: RTNL.
 */
void vsw_netlink_portgroup(struct vsw_portgroup *pg, u8 cmd)
{
	const struct vsw_pg_ref ref = { pg, pg->name };

	vsw_nl_notify(pg->sw->vnet->net, cmd, portgroup_fill, &ref);
}

/* The portgroup of the old name is gone, and many call it by the new one. */
static void notify_renamed(struct vsw_portgroup *pg, const char *old)
{
	const struct vsw_pg_ref ref = { pg, old };

	vsw_nl_notify(pg->sw->vnet->net, VSWITCH_CMD_PORTGROUP_DEL_NTF,
		      portgroup_fill, &ref);
	vsw_netlink_all(pg->sw);
}

static int get_range(struct genl_info *info, const struct nlattr *attr,
		     struct vsw_vlan *vlan)
{
	struct nlattr *tb[VSWITCH_A_RANGE_LAST + 1];
	u32 first, last;
	int err;

	err = nla_parse_nested(tb, VSWITCH_A_RANGE_LAST, attr,
			       vswitch_range_nl_policy, info->extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, attr, tb, VSWITCH_A_RANGE_FIRST) ||
	    NL_REQ_ATTR_CHECK(info->extack, attr, tb, VSWITCH_A_RANGE_LAST))
		return -EINVAL;
	first = nla_get_u32(tb[VSWITCH_A_RANGE_FIRST]);
	last = nla_get_u32(tb[VSWITCH_A_RANGE_LAST]);
	if (first > last) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr,
					"the range %u-%u runs backwards",
					first, last);
		return -EINVAL;
	}
	bitmap_set(vlan->trunk, first, last - first + 1);
	return 0;
}

static unsigned int count_ranges(const struct vsw_vlan *vlan)
{
	unsigned int first, end, n = 0;

	for_each_set_bitrange(first, end, vlan->trunk, VSW_VLAN_COUNT)
		n++;
	return n;
}

/* Read the VLAN setting of a request. */
static int get_vlan(struct genl_info *info, const struct nlattr *attr,
		    struct vsw_vlan *vlan)
{
	const struct nlattr *pos, *id = NULL;
	int rem, err;

	/* The ranges are many, so what nla_parse_nested() keeps is too few. */
	err = nla_validate_nested(attr, VSWITCH_A_VLAN_RANGE,
				  vswitch_vlan_nl_policy, info->extack);
	if (err)
		return err;
	nla_for_each_nested(pos, attr, rem) {
		if (nla_type(pos) == VSWITCH_A_VLAN_ID) {
			id = pos;
			continue;
		}
		vlan->is_trunk = true;
		err = get_range(info, pos, vlan);
		if (err)
			return err;
	}
	if (!id == !vlan->is_trunk) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "it takes either an id or ranges");
		return -EINVAL;
	}
	if (id)
		vlan->vid = nla_get_u32(id);
	if (count_ranges(vlan) > VSWITCH_RANGE_MAX) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr,
					"a trunk has at most %d ranges",
					VSWITCH_RANGE_MAX);
		return -E2BIG;
	}
	return 0;
}

/**
 * struct vsw_pg_request - what a request wants a portgroup to be
 * @vlan: its VLAN setting
 * @own: the policy fields that it sets itself, or NULL
 */
struct vsw_pg_request {
	struct vsw_vlan vlan;
	struct vsw_policy *own;
};

static void free_request(struct vsw_pg_request *req)
{
	if (req)
		kfree(req->own);
	kfree(req);
}

/*
 * Read VLAN and policy. @old is the portgroup's policy so far, or NULL; of
 * that, the fields in @inherit are forgotten.
 */
static struct vsw_pg_request *get_request(struct genl_info *info,
					  const struct vsw_switch *sw,
					  const struct vsw_policy *old,
					  u32 inherit)
{
	const struct nlattr *vlan = info->attrs[VSWITCH_A_PORTGROUP_VLAN];
	struct vsw_pg_request *req;
	int err = -ENOMEM;

	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return ERR_PTR(-ENOMEM);
	req->own = kzalloc(sizeof(*req->own), GFP_KERNEL_ACCOUNT);
	if (!req->own)
		goto err;
	if (old)
		*req->own = *old;
	req->own->set &= ~inherit;
	if (!(req->own->set & VSWITCH_POLICY_FIELD_ACTIVE))
		req->own->active.n = 0;
	if (!(req->own->set & VSWITCH_POLICY_FIELD_STANDBY))
		req->own->standby.n = 0;
	err = vsw_nl_get_policy(info, VSWITCH_A_PORTGROUP_POLICY, sw, req->own);
	if (err)
		goto err;
	if (!req->own->set) {
		kfree(req->own);
		req->own = NULL;
	}
	if (vlan) {
		err = get_vlan(info, vlan, &req->vlan);
		if (err)
			goto err;
	}
	return req;

err:
	free_request(req);
	return ERR_PTR(err);
}

/**
 * vswitch_nl_portgroup_new_doit() - make a portgroup
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_portgroup_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct vsw_pg_request *req;
	struct vsw_portgroup *pg;
	struct vsw_switch *sw;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, VSWITCH_A_PORTGROUP_NAME))
		return -EINVAL;
	sw = vsw_nl_switch(info, VSWITCH_A_PORTGROUP_SWITCH);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	req = get_request(info, sw, NULL, 0);
	if (IS_ERR(req))
		return PTR_ERR(req);
	pg = vsw_portgroup_alloc(sw, nla_data(attrs[VSWITCH_A_PORTGROUP_NAME]),
				 info->extack);
	if (IS_ERR(pg)) {
		NL_SET_BAD_ATTR(info->extack, attrs[VSWITCH_A_PORTGROUP_NAME]);
		free_request(req);
		return PTR_ERR(pg);
	}
	err = vsw_compile_new(pg, &req->vlan, req->own, info->extack);
	if (err) {
		vsw_portgroup_free(pg);
	} else {
		req->own = NULL;
		vsw_filter_sync(sw);
		vsw_netlink_portgroup(pg, VSWITCH_CMD_PORTGROUP_NTF);
	}
	free_request(req);
	return err;
}

/**
 * vswitch_nl_portgroup_set_doit() - change a portgroup
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error, and then nothing has changed.
 */
int vswitch_nl_portgroup_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_portgroup *pg = vsw_nl_portgroup(info,
						    VSWITCH_A_PORTGROUP_NAME);
	struct nlattr **attrs = info->attrs;
	char old_name[VSWITCH_PORTGROUP_NAME_MAX + 1];
	struct vsw_pg_request *req;
	u32 inherit = 0;
	int err;

	if (IS_ERR(pg))
		return PTR_ERR(pg);
	if (attrs[VSWITCH_A_PORTGROUP_INHERIT])
		inherit = nla_get_u32(attrs[VSWITCH_A_PORTGROUP_INHERIT]);
	req = get_request(info, pg->sw, pg->own, inherit);
	if (IS_ERR(req))
		return PTR_ERR(req);
	strscpy(old_name, pg->name);
	if (attrs[VSWITCH_A_PORTGROUP_NEW_NAME]) {
		err = vsw_portgroup_rename(pg,
					   nla_data(attrs[VSWITCH_A_PORTGROUP_NEW_NAME]),
					   info->extack);
		if (err) {
			NL_SET_BAD_ATTR(info->extack,
					attrs[VSWITCH_A_PORTGROUP_NEW_NAME]);
			goto out;
		}
	}
	err = vsw_compile_portgroup(pg, attrs[VSWITCH_A_PORTGROUP_VLAN] ?
					&req->vlan : NULL,
				    req->own, info->extack);
	if (err) {
		if (attrs[VSWITCH_A_PORTGROUP_VLAN])
			NL_SET_BAD_ATTR(info->extack,
					attrs[VSWITCH_A_PORTGROUP_VLAN]);
		vsw_portgroup_rename(pg, old_name, NULL);
		goto out;
	}
	req->own = NULL;
	vsw_filter_sync(pg->sw);
	if (strcmp(old_name, pg->name))
		notify_renamed(pg, old_name);
	else
		vsw_netlink_portgroup(pg, VSWITCH_CMD_PORTGROUP_NTF);
out:
	free_request(req);
	return err;
}

/**
 * vswitch_nl_portgroup_del_doit() - delete a portgroup
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_portgroup_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_portgroup *pg = vsw_nl_portgroup(info,
						    VSWITCH_A_PORTGROUP_NAME);
	struct vsw_switch *sw;
	bool was_default;
	int err;

	if (IS_ERR(pg))
		return PTR_ERR(pg);
	if (pg->n_ports) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack,
					info->attrs[VSWITCH_A_PORTGROUP_NAME],
					"it has ports: %u", pg->n_ports);
		return -EBUSY;
	}
	err = vsw_compile_may_remove(pg, info->extack);
	if (err)
		return err;
	sw = pg->sw;
	was_default = sw->default_pg == pg;
	vsw_netlink_portgroup(pg, VSWITCH_CMD_PORTGROUP_DEL_NTF);
	vsw_compile_remove(pg);
	vsw_portgroup_free(pg);
	if (was_default)
		vsw_netlink_switch(sw, VSWITCH_CMD_SWITCH_NTF);
	vsw_filter_sync(sw);
	return 0;
}

/**
 * vswitch_nl_portgroup_get_doit() - get one portgroup
 * @skb: the request
 * @info: the same
 *
 * Return: 0 or an error.
 */
int vswitch_nl_portgroup_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_portgroup *pg = vsw_nl_portgroup(info,
						    VSWITCH_A_PORTGROUP_NAME);

	if (IS_ERR(pg))
		return PTR_ERR(pg);
	return vsw_nl_reply(info, portgroup_fill,
			    &(struct vsw_pg_ref){ pg, pg->name });
}

/**
 * vswitch_nl_portgroup_get_dumpit() - get all portgroups, or those of a switch
 * @skb: where they go
 * @cb: the dump
 *
 * Return: 0, -EMSGSIZE to be called again, or -ENOENT.
 */
int vswitch_nl_portgroup_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vsw_nl_dump *dump = vsw_nl_dump(cb);
	struct vsw_portgroup *pg;
	struct vsw_switch *sw;
	unsigned long i;
	int err;

	rtnl_lock();
	err = vsw_nl_filter_switch(info, VSWITCH_A_PORTGROUP_SWITCH, &sw);
	if (err)
		goto out;
	xa_for_each_start(&vnet->portgroups, i, pg, dump->index) {
		if (!sw || pg->sw == sw)
			err = vsw_nl_put(skb, info, portgroup_fill,
					 &(struct vsw_pg_ref){ pg, pg->name });
		if (err)
			break;
		dump->index = i + 1;
	}
out:
	rtnl_unlock();
	return err;
}
