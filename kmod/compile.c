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
#include "learn.h"
#include "policy.h"
#include "port.h"
#include "portgroup.h"
#include "shaper.h"
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

/*
 * Build a team. One that has the lists of @old goes on as that left off: a
 * standby keeps the slot that it serves (T1).
 */
static struct vsw_team *build_team(const struct vsw_switch *sw,
				   const struct vsw_policy *policy,
				   const struct vsw_team *old)
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
	if (old)
		memcpy(team->place, old->place, sizeof(team->place));
	vsw_team_refresh(team);
	return team;
}

/* The fields that make a portgroup need a team of its own. */
static bool sets_team(const struct vsw_policy *own)
{
	return own && own->set & (VSWITCH_POLICY_FIELD_TEAMING |
				  VSWITCH_POLICY_FIELD_ACTIVE |
				  VSWITCH_POLICY_FIELD_STANDBY);
}

static void free_snap(struct vsw_snap *snap)
{
	vsw_team_put(snap->team);
	kfree_rcu(snap, rcu);
}

/* Room for a snapshot with the VLANs of @vlan, or of @old if that is NULL. */
static struct vsw_snap *alloc_snap(const struct vsw_vlan *vlan,
				   const struct vsw_snap *old)
{
	bool is_trunk = vlan ? vlan->is_trunk : !!old->trunk;
	unsigned int longs = is_trunk ? BITS_TO_LONGS(VSW_VLAN_COUNT) : 0;
	struct vsw_snap *snap;

	snap = kzalloc(sizeof(*snap) + longs * sizeof(long),
		       GFP_KERNEL_ACCOUNT);
	if (!snap)
		return NULL;
	snap->n_vlans = 1;
	snap->vid = vlan ? vlan->vid : old->vid;
	if (is_trunk) {
		snap->trunk = (unsigned long *)(snap + 1);
		bitmap_copy(snap->trunk, vlan ? vlan->trunk : old->trunk,
			    VSW_VLAN_COUNT);
		snap->n_vlans = bitmap_weight(snap->trunk, VSW_VLAN_COUNT);
	}
	return snap;
}

/**
 * struct vsw_build - what a snapshot is built from
 * @base: the policy of the switch
 * @own: the fields that the portgroup sets itself, or NULL
 * @forget: NULL, or a device that is on its way out of all lists
 * @shared: the team of the switch, for those who set no field of it
 */
struct vsw_build {
	const struct vsw_policy *base;
	const struct vsw_policy *own;
	const char *forget;
	struct vsw_team *shared;
};

/* The team of a portgroup that makes its own, by the policy @merged. */
static struct vsw_team *own_team(struct vsw_portgroup *pg,
				 const struct vsw_policy *merged)
{
	const struct vsw_snap *old = rtnl_dereference(pg->snap);
	struct vsw_policy *before;
	struct vsw_team *team;

	if (!old)
		return build_team(pg->sw, merged, NULL);
	before = kmalloc(sizeof(*before), GFP_KERNEL);
	if (!before)
		return NULL;
	vsw_policy_merge(&pg->sw->policy, pg->own, before);
	team = build_team(pg->sw, merged,
			  vsw_policy_same_team(before, merged) ? old->team :
								 NULL);
	kfree(before);
	return team;
}

/* Build a snapshot with the VLANs of @vlan, or those it has if that is NULL. */
static struct vsw_snap *build_snap(struct vsw_portgroup *pg,
				   const struct vsw_vlan *vlan,
				   const struct vsw_build *from)
{
	struct vsw_policy *merged = kmalloc(sizeof(*merged), GFP_KERNEL);
	struct vsw_snap *snap = NULL;

	if (!merged)
		return NULL;
	snap = alloc_snap(vlan, rtnl_dereference(pg->snap));
	if (!snap)
		goto out;
	vsw_policy_merge(from->base, from->own, merged);
	if (from->forget)
		vsw_policy_forget(merged, from->forget);
	snap->pg = pg;
	snap->flags = vsw_policy_flags(merged);
	snap->mac_limit = merged->mac_limit;
	memcpy(snap->shape, merged->shape, sizeof(snap->shape));
	if (sets_team(from->own)) {
		snap->team = own_team(pg, merged);
	} else {
		refcount_inc(&from->shared->ref);
		snap->team = from->shared;
	}
	if (!snap->team) {
		kfree(snap);
		snap = NULL;
	}
out:
	kfree(merged);
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

/* From now on the switch looks out for what a new snapshot has (S4, S5). */
static void watch(struct vsw_switch *sw, const struct vsw_snap *snap)
{
	WRITE_ONCE(sw->watch, sw->watch | (snap->flags & VSW_SNAP_WATCHED));
}

/* Stop looking out for what no portgroup but @gone has any more. */
static void watch_all(struct vsw_switch *sw, const struct vsw_portgroup *gone)
{
	const struct vsw_portgroup *pg;
	u8 flags = 0;

	list_for_each_entry(pg, &sw->portgroups, node) {
		if (pg != gone)
			flags |= rtnl_dereference(pg->snap)->flags;
	}
	WRITE_ONCE(sw->watch, flags & VSW_SNAP_WATCHED);
}

/* All that the ports of a portgroup need memory for, before it is published. */
static int prepare_ports(struct vsw_switch *sw, const struct vsw_portgroup *pg,
			 const struct vsw_snap *snap)
{
	struct vsw_port *port;
	unsigned long i;
	int err;

	if (!snap->shape[VSW_IN].average && !snap->shape[VSW_OUT].average)
		return 0;
	xa_for_each(&sw->ports, i, port) {
		if (rtnl_dereference(port->pg) != pg)
			continue;
		err = vsw_port_prepare(port, snap);
		if (err)
			return err;
	}
	return 0;
}

/* Let the ports of a portgroup catch up with a snapshot that is published. */
static void settle(struct vsw_portgroup *pg, const struct vsw_snap *old)
{
	const struct vsw_snap *snap = rtnl_dereference(pg->snap);
	bool unlearn = old->flags & ~snap->flags & VSW_SNAP_LEARNS;
	bool reshape = memcmp(old->shape, snap->shape, sizeof(old->shape));
	struct vsw_port *port;
	unsigned long i;

	if (!unlearn && !reshape)
		return;
	xa_for_each(&pg->sw->ports, i, port) {
		if (rtnl_dereference(port->pg) != pg)
			continue;
		if (unlearn)
			vsw_learn_forget(port, VSWITCH_ORIGIN_LEARNED);
		if (reshape)
			vsw_shaper_kick(port);
	}
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
	const struct vsw_build from = {
		.base = &sw->policy, .own = own, .shared = sw->team,
	};
	struct vsw_snap *snap;

	snap = build_snap(pg, vlan, &from);
	if (!snap)
		return -ENOMEM;
	pg->own = own;
	watch(sw, snap);
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
	watch_all(pg->sw, pg);
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
	const struct vsw_build from = {
		.base = &sw->policy, .own = own, .shared = sw->team,
	};
	struct vsw_policy *old_own;
	struct vsw_snap *snap;
	int err;

	snap = build_snap(pg, vlan, &from);
	if (!snap)
		return -ENOMEM;
	err = prepare_ports(sw, pg, snap);
	if (err) {
		free_snap(snap);
		return err;
	}

	if (snap->team->n_slots != old->team->n_slots)
		synchronize_net();	/* see vsw_portgroup_regroup() */
	vsw_portgroup_regroup(pg, snap);
	watch(sw, snap);
	err = vsw_fdb_revlan(pg, snap);
	if (err) {
		watch_all(sw, NULL);
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
	settle(pg, old);
	watch_all(sw, NULL);
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

static int build_pending(struct vsw_switch *sw, struct vsw_build *from,
			 bool *regroup)
{
	const struct vsw_snap *old;
	struct vsw_portgroup *pg;
	int err;

	list_for_each_entry(pg, &sw->portgroups, node) {
		from->own = pg->own;
		pg->pending = build_snap(pg, NULL, from);
		if (!pg->pending)
			return -ENOMEM;
		err = prepare_ports(sw, pg, pg->pending);
		if (err)
			return err;
		old = rtnl_dereference(pg->snap);
		if (pg->pending->team->n_slots != old->team->n_slots)
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
	bool same = vsw_policy_same_team(policy, &sw->policy);
	struct vsw_team *shared = build_team(sw, policy, same ? sw->team : NULL);
	struct vsw_build from = {
		.base = policy, .forget = forget, .shared = shared,
	};
	struct vsw_portgroup *pg;
	bool regroup = false;
	struct vsw_snap *old;
	int err;

	if (!shared)
		return -ENOMEM;
	err = build_pending(sw, &from, &regroup);
	if (err) {
		drop_pending(sw);
		vsw_team_put(shared);
		return err;
	}

	if (regroup)
		synchronize_net();	/* see vsw_portgroup_regroup() */
	list_for_each_entry(pg, &sw->portgroups, node) {
		old = rtnl_dereference(pg->snap);
		watch(sw, pg->pending);
		vsw_portgroup_regroup(pg, pg->pending);
		spin_lock_bh(&sw->fdb.lock);
		rcu_assign_pointer(pg->snap, pg->pending);
		spin_unlock_bh(&sw->fdb.lock);
		relist(old, pg->pending);
		pg->pending = NULL;
		settle(pg, old);
		free_snap(old);
		if (forget && pg->own)
			vsw_policy_forget(pg->own, forget);
	}
	watch_all(sw, NULL);
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
		if (sets_team(pg->own))
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
		if (sets_team(pg->own))
			vsw_team_forget(rtnl_dereference(pg->snap)->team,
					uplink);
	}
	vsw_port_follow_all(sw);
}
