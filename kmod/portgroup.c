// SPDX-License-Identifier: GPL-2.0-only
/* Portgroups: lifetime, names, and the lists of their ports. */
#include <linux/ctype.h>
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "kunit.h"
#include "portgroup.h"
#include "team.h"

/* All portgroups of all namespaces by name; RTNL. */
static DEFINE_HASHTABLE(names, 10);

static u32 hash_name(const struct vsw_net *vnet, const char *name)
{
	return jhash(name, strlen(name), hash_ptr(vnet, 32));
}

/**
 * vsw_portgroup_find() - look up a portgroup
 * @vnet: its netns
 * @name: its name
 *
 * Context: RTNL.
 * Return: the portgroup, or NULL.
 */
struct vsw_portgroup *vsw_portgroup_find(const struct vsw_net *vnet,
					 const char *name)
{
	struct vsw_portgroup *pg;

	ASSERT_RTNL();
	hash_for_each_possible(names, pg, name_node, hash_name(vnet, name)) {
		if (pg->sw->vnet == vnet && !strcmp(pg->name, name))
			return pg;
	}
	return NULL;
}

/* Return the length of the UTF-8 character at @s, or 0 if there is none. */
static int utf8_len(const u8 *s)
{
	u32 c = s[0];
	u32 min;
	int len, i;

	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0) {
		len = 2;
		min = 0x80;
		c &= 0x1f;
	} else if (c >= 0xe0 && c < 0xf0) {
		len = 3;
		min = 0x800;
		c &= 0x0f;
	} else if (c >= 0xf0 && c < 0xf5) {
		len = 4;
		min = 0x10000;
		c &= 0x07;
	} else {
		return 0;
	}
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	/* No overlong form, no surrogate, nothing past the end, no C1. */
	if (c < min || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff || c < 0xa0)
		return 0;
	return len;
}

/**
 * vsw_portgroup_check_name() - whether a name will do
 * @name: the name
 * @extack: says what is wrong with it
 *
 * Return: 0 or -EINVAL.
 */
int vsw_portgroup_check_name(const char *name, struct netlink_ext_ack *extack)
{
	static const char *const reserved[] = { "none", "inherit", "all" };
	int i, len;

	if (!*name) {
		NL_SET_ERR_MSG(extack, "a portgroup needs a name");
		return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(reserved); i++) {
		if (!strcmp(name, reserved[i])) {
			NL_SET_ERR_MSG_FMT(extack, "the name \"%s\" is reserved",
					   name);
			return -EINVAL;
		}
	}
	for (; *name; name += len) {
		len = utf8_len(name);
		if (!len || iscntrl(*name)) {
			NL_SET_ERR_MSG(extack,
				       "the name is not printable UTF-8");
			return -EINVAL;
		}
	}
	return 0;
}

static int check_free(const struct vsw_net *vnet, const char *name,
		      struct netlink_ext_ack *extack)
{
	const struct vsw_portgroup *other = vsw_portgroup_find(vnet, name);

	if (!other)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s has a portgroup of this name already",
			   other->sw->dev->name);
	return -EEXIST;
}

/**
 * vsw_portgroup_alloc() - make a portgroup that frames do not see yet
 * @sw: its switch
 * @name: its name
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: the portgroup, or -EINVAL, -EEXIST, -ENOSPC or -ENOMEM.
 */
struct vsw_portgroup *vsw_portgroup_alloc(struct vsw_switch *sw,
					  const char *name,
					  struct netlink_ext_ack *extack)
{
	struct vsw_net *vnet = sw->vnet;
	struct vsw_portgroup *pg;
	int err;

	err = vsw_portgroup_check_name(name, extack) ?:
	      check_free(vnet, name, extack);
	if (err)
		return ERR_PTR(err);
	if (vnet->n_portgroups >= VSW_MAX_PORTGROUPS) {
		NL_SET_ERR_MSG_FMT(extack, "there are %d portgroups already",
				   VSW_MAX_PORTGROUPS);
		return ERR_PTR(-ENOSPC);
	}

	pg = kzalloc(sizeof(*pg), GFP_KERNEL_ACCOUNT);
	if (!pg)
		return ERR_PTR(-ENOMEM);
	err = xa_alloc_cyclic(&vnet->portgroups, &pg->id, pg,
			      XA_LIMIT(1, INT_MAX), &vnet->next_portgroup,
			      GFP_KERNEL_ACCOUNT);
	if (err < 0) {
		kfree(pg);
		return ERR_PTR(err);
	}
	strscpy(pg->name, name);
	pg->sw = sw;
	hash_add(names, &pg->name_node, hash_name(vnet, name));
	list_add_tail(&pg->node, &sw->portgroups);
	vnet->n_portgroups++;
	sw->n_portgroups++;
	return pg;
}

/**
 * vsw_portgroup_free() - free a portgroup that new frames do not see any more
 * @pg: the portgroup, without ports
 *
 * Context: RTNL.
 */
void vsw_portgroup_free(struct vsw_portgroup *pg)
{
	struct vsw_switch *sw = pg->sw;

	if (sw->default_pg == pg)
		sw->default_pg = NULL;
	sw->n_portgroups--;
	sw->vnet->n_portgroups--;
	list_del(&pg->node);
	hash_del(&pg->name_node);
	xa_erase(&sw->vnet->portgroups, pg->id);
	kfree(pg->own);
	kfree_rcu(pg, rcu);
}

/**
 * vsw_portgroup_rename() - give a portgroup another name
 * @pg: the portgroup
 * @name: its new name
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, -EINVAL or -EEXIST.
 */
int vsw_portgroup_rename(struct vsw_portgroup *pg, const char *name,
			 struct netlink_ext_ack *extack)
{
	int err;

	if (!strcmp(pg->name, name))
		return 0;
	err = vsw_portgroup_check_name(name, extack) ?:
	      check_free(pg->sw->vnet, name, extack);
	if (err)
		return err;
	hash_del(&pg->name_node);
	strscpy(pg->name, name);
	hash_add(names, &pg->name_node, hash_name(pg->sw->vnet, name));
	return 0;
}

static void link_port(struct vsw_portgroup *pg, const struct vsw_snap *snap,
		      struct vsw_port *port)
{
	unsigned int list = port->number % vsw_team_lists(snap->team);

	hlist_add_head_rcu(&port->flood[snap->gen].node,
			   &pg->flood[snap->gen][list]);
}

/**
 * vsw_portgroup_link() - let group frames find a port
 * @pg: its portgroup
 * @port: the port
 *
 * Context: RTNL.
 */
void vsw_portgroup_link(struct vsw_portgroup *pg, struct vsw_port *port)
{
	link_port(pg, rtnl_dereference(pg->snap), port);
	pg->n_ports++;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_portgroup_link);

/**
 * vsw_portgroup_unlink() - let group frames not find a port any more
 * @pg: its portgroup
 * @port: the port; it may be linked again after a grace period
 *
 * Context: RTNL.
 */
void vsw_portgroup_unlink(struct vsw_portgroup *pg, struct vsw_port *port)
{
	hlist_del_rcu(&port->flood[rtnl_dereference(pg->snap)->gen].node);
	pg->n_ports--;
}

/**
 * vsw_portgroup_regroup() - sort the ports by the slots of a new snapshot
 * @pg: the portgroup
 * @snap: what will be published; its generation is set
 *
 * If the number of lists changes, the other generation of them is filled.
 * No reader may still be in it: a grace period must have passed since it was
 * left.
 *
 * Context: RTNL.
 */
void vsw_portgroup_regroup(struct vsw_portgroup *pg, struct vsw_snap *snap)
{
	const struct vsw_snap *old = rtnl_dereference(pg->snap);
	struct vsw_flood_node *pos;
	int i;

	snap->gen = old->gen;
	if (vsw_team_lists(snap->team) == vsw_team_lists(old->team))
		return;
	snap->gen = !old->gen;
	for (i = 0; i < VSW_MAX_UPLINKS; i++)
		INIT_HLIST_HEAD(&pg->flood[snap->gen][i]);
	for (i = 0; i < vsw_team_lists(old->team); i++) {
		hlist_for_each_entry(pos, &pg->flood[old->gen][i], node)
			link_port(pg, snap, pos->port);
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_portgroup_regroup);
