// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration is compiled into snapshots here, and only here.
 *
 * Everything that can fail happens before the first frame sees anything: build
 * all snapshots, then publish them all. Link state is no configuration: it
 * changes the slots of the teams in place and needs no memory.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compile.h"
#include "fdb.h"
#include "policy.h"
#include "port.h"
#include "portgroup.h"
#include "team.h"

/**
 * vsw_compile_uplink() - look up an uplink of a switch
 * @sw: the switch
 * @name: its netdev name
 *
 * Context: RTNL.
 * Return: the uplink, or NULL.
 */
struct vsw_uplink *vsw_compile_uplink(const struct vsw_switch *sw,
				      const char *name)
{
	struct vsw_uplink *uplink;

	list_for_each_entry(uplink, &sw->uplinks, node) {
		if (!strcmp(uplink->name, name))
			return uplink;
	}
	return NULL;
}

static struct vsw_team *build_team(const struct vsw_switch *sw,
				   const struct vsw_policy *policy)
{
	struct vsw_team *team = vsw_team_create(policy);
	const char *name;
	int i;

	if (!team)
		return NULL;
	for (i = 0; i < team->n_uplinks; i++) {
		name = i < team->n_active ?
			policy->active.name[i] :
			policy->standby.name[i - team->n_active];
		RCU_INIT_POINTER(team->uplink[i], vsw_compile_uplink(sw, name));
	}
	vsw_team_refresh(team);
	return team;
}

static void free_snap(struct vsw_snap *snap)
{
	vsw_team_put(snap->team);
	kfree_rcu(snap, rcu);
}

/*
 * The team of a portgroup: that of the switch unless it sets a field itself.
 * A device named @forget is on its way out of all lists.
 */
static struct vsw_team *get_team(const struct vsw_switch *sw,
				 const struct vsw_policy *base,
				 const struct vsw_policy *own,
				 const char *forget, struct vsw_team *shared)
{
	struct vsw_policy *merged;
	struct vsw_team *team;

	if (!own) {
		refcount_inc(&shared->ref);
		return shared;
	}
	merged = kmalloc(sizeof(*merged), GFP_KERNEL);
	if (!merged)
		return NULL;
	vsw_policy_merge(base, own, merged);
	if (forget)
		vsw_policy_forget(merged, forget);
	team = build_team(sw, merged);
	kfree(merged);
	return team;
}

static struct vsw_snap *build_snap(struct vsw_portgroup *pg,
				   const struct vsw_vlan *vlan,
				   struct vsw_team *team)
{
	unsigned int longs = vlan->is_trunk ? BITS_TO_LONGS(VSW_VLAN_COUNT) : 0;
	struct vsw_snap *snap;

	snap = kzalloc(sizeof(*snap) + longs * sizeof(long),
		       GFP_KERNEL_ACCOUNT);
	if (!snap)
		return NULL;
	snap->pg = pg;
	snap->team = team;
	snap->vid = vlan->vid;
	snap->n_vlans = 1;
	if (vlan->is_trunk) {
		snap->trunk = (unsigned long *)(snap + 1);
		snap->n_vlans = bitmap_weight(vlan->trunk, VSW_VLAN_COUNT);
		bitmap_copy(snap->trunk, vlan->trunk, VSW_VLAN_COUNT);
	}
	return snap;
}

/* The same VLANs with another team. */
static struct vsw_snap *rebuild_snap(struct vsw_portgroup *pg,
				     struct vsw_team *team)
{
	const struct vsw_snap *old = rtnl_dereference(pg->snap);
	unsigned int longs = old->trunk ? BITS_TO_LONGS(VSW_VLAN_COUNT) : 0;
	struct vsw_snap *snap;

	snap = kmemdup(old, sizeof(*old) + longs * sizeof(long),
		       GFP_KERNEL_ACCOUNT);
	if (!snap)
		return NULL;
	if (old->trunk)
		snap->trunk = (unsigned long *)(snap + 1);
	snap->team = team;
	return snap;
}

static struct hlist_head *snap_list(const struct vsw_snap *snap)
{
	struct vsw_switch *sw = snap->pg->sw;

	return snap->trunk ? &sw->trunks : &sw->vlan[snap->vid];
}

/*
 * Put @snap in the place of @old on the lists that group frames walk. Where
 * the list is another one, no frame may find the portgroup twice: between a
 * VLAN's list and the trunks' a grace period makes sure of that (L2).
 */
static void relist(struct vsw_snap *old, struct vsw_snap *snap)
{
	if (snap_list(old) == snap_list(snap)) {
		hlist_replace_rcu(&old->node, &snap->node);
		return;
	}
	hlist_del_rcu(&old->node);
	if (!old->trunk != !snap->trunk)
		synchronize_net();
	hlist_add_head_rcu(&snap->node, snap_list(snap));
}

/**
 * vsw_compile_new() - let frames find a new portgroup
 * @pg: the portgroup, without ports
 * @vlan: its VLAN setting
 * @own: the policy fields that it sets itself, or NULL; kept if 0 is returned
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM.
 */
int vsw_compile_new(struct vsw_portgroup *pg, const struct vsw_vlan *vlan,
		    struct vsw_policy *own)
{
	struct vsw_switch *sw = pg->sw;
	struct vsw_team *team;
	struct vsw_snap *snap;

	team = get_team(sw, &sw->policy, own, NULL, sw->team);
	if (!team)
		return -ENOMEM;
	snap = build_snap(pg, vlan, team);
	if (!snap) {
		vsw_team_put(team);
		return -ENOMEM;
	}
	pg->own = own;
	rcu_assign_pointer(pg->snap, snap);
	hlist_add_head_rcu(&snap->node, snap_list(snap));
	return 0;
}

/**
 * vsw_compile_remove() - let frames not find a portgroup any more
 * @pg: the portgroup, without ports
 *
 * Context: RTNL.
 */
void vsw_compile_remove(struct vsw_portgroup *pg)
{
	struct vsw_snap *snap = rtnl_dereference(pg->snap);

	hlist_del_rcu(&snap->node);
	free_snap(snap);
}

/**
 * vsw_compile_portgroup() - change a portgroup under its live ports (L2)
 * @pg: the portgroup
 * @vlan: its VLAN setting, or NULL to keep it
 * @own: the policy fields that it sets itself, or NULL; kept if 0 is returned
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0; -EEXIST if an address of a port is taken in the new VLANs, or
 * -ENOMEM, and then nothing has changed.
 */
int vsw_compile_portgroup(struct vsw_portgroup *pg, const struct vsw_vlan *vlan,
			  struct vsw_policy *own,
			  struct netlink_ext_ack *extack)
{
	struct vsw_snap *old = rtnl_dereference(pg->snap);
	struct vsw_switch *sw = pg->sw;
	struct vsw_policy *old_own;
	struct vsw_team *team;
	struct vsw_snap *snap;
	int err;

	team = get_team(sw, &sw->policy, own, NULL, sw->team);
	if (!team)
		return -ENOMEM;
	snap = vlan ? build_snap(pg, vlan, team) : rebuild_snap(pg, team);
	if (!snap) {
		vsw_team_put(team);
		return -ENOMEM;
	}

	if (snap->team->n_slots != old->team->n_slots)
		synchronize_net();	/* see vsw_portgroup_regroup() */
	vsw_portgroup_regroup(pg, snap);
	err = vsw_fdb_revlan(pg, snap);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack,
				   "an address of \"%.40s\" is held in that VLAN",
				   pg->name);
		free_snap(snap);
		return err;
	}
	relist(old, snap);
	old_own = pg->own;
	pg->own = own;
	if (old_own != own)
		kfree(old_own);
	free_snap(old);
	vsw_port_follow_all(sw);
	return 0;
}

static void drop_pending(struct vsw_switch *sw)
{
	struct vsw_portgroup *pg;

	list_for_each_entry(pg, &sw->portgroups, node) {
		if (pg->pending)
			free_snap(pg->pending);
		pg->pending = NULL;
	}
}

static int build_pending(struct vsw_switch *sw, const struct vsw_policy *policy,
			 const char *forget, struct vsw_team *shared,
			 bool *regroup)
{
	struct vsw_portgroup *pg;
	struct vsw_team *team;

	list_for_each_entry(pg, &sw->portgroups, node) {
		team = get_team(sw, policy, pg->own, forget, shared);
		if (!team)
			return -ENOMEM;
		pg->pending = rebuild_snap(pg, team);
		if (!pg->pending) {
			vsw_team_put(team);
			return -ENOMEM;
		}
		if (team->n_slots != rtnl_dereference(pg->snap)->team->n_slots)
			*regroup = true;
	}
	return 0;
}

/**
 * vsw_compile_switch() - give a switch and all its portgroups a new policy
 * @sw: the switch
 * @policy: its policy; every field counts. It is copied
 * @forget: NULL, or a device that leaves all lists, also those of portgroups
 *
 * The lists may be those in force: then only the uplinks behind the names are
 * looked up anew.
 *
 * Context: RTNL.
 * Return: 0; or -ENOMEM, and then nothing has changed.
 */
int vsw_compile_switch(struct vsw_switch *sw, const struct vsw_policy *policy,
		       const char *forget)
{
	struct vsw_team *shared = build_team(sw, policy);
	struct vsw_portgroup *pg;
	bool regroup = false;
	struct vsw_snap *old;
	int err;

	if (!shared)
		return -ENOMEM;
	err = build_pending(sw, policy, forget, shared, &regroup);
	if (err) {
		drop_pending(sw);
		vsw_team_put(shared);
		return err;
	}

	if (regroup)
		synchronize_net();	/* see vsw_portgroup_regroup() */
	list_for_each_entry(pg, &sw->portgroups, node) {
		old = rtnl_dereference(pg->snap);
		vsw_portgroup_regroup(pg, pg->pending);
		spin_lock_bh(&sw->fdb.lock);
		rcu_assign_pointer(pg->snap, pg->pending);
		spin_unlock_bh(&sw->fdb.lock);
		relist(old, pg->pending);
		pg->pending = NULL;
		free_snap(old);
		if (forget && pg->own)
			vsw_policy_forget(pg->own, forget);
	}
	vsw_team_put(sw->team);
	sw->team = shared;
	sw->policy = *policy;
	vsw_port_follow_all(sw);
	return 0;
}

/**
 * vsw_compile_links() - let all teams of a switch see which uplinks are usable
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_compile_links(struct vsw_switch *sw)
{
	struct vsw_portgroup *pg;

	vsw_team_refresh(sw->team);
	list_for_each_entry(pg, &sw->portgroups, node) {
		if (pg->own)
			vsw_team_refresh(rtnl_dereference(pg->snap)->team);
	}
	vsw_port_follow_all(sw);
}

/**
 * vsw_compile_forget() - let all teams of a switch hold an uplink for absent
 * @sw: the switch
 * @uplink: the uplink, which leaves
 *
 * Context: RTNL. No frame finds the uplink after the next grace period.
 */
void vsw_compile_forget(struct vsw_switch *sw, const struct vsw_uplink *uplink)
{
	struct vsw_portgroup *pg;

	vsw_team_forget(sw->team, uplink);
	list_for_each_entry(pg, &sw->portgroups, node) {
		if (pg->own)
			vsw_team_forget(rtnl_dereference(pg->snap)->team,
					uplink);
	}
	vsw_port_follow_all(sw);
}
