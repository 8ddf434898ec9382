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
#include "sighting.h"
#include "team.h"
#include "wake.h"

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
 * Wake the slow path when the next uplink has been back for long enough, first
 * in time to expect it.
 */
static void settle_at(struct vsw_switch *sw, u64 when)
{
	u64 ahead;

	if (!when || (sw->settle && sw->settle <= when))
		return;
	sw->settle = when;
	ahead = when - get_jiffies_64();
	mod_timer(&sw->settle_timer,
		  jiffies + ahead - min_t(u64, ahead, VSW_SIGHTING_AHEAD));
}

/* Build a team. One that has the lists of @old goes on as that left off. */
static struct vsw_team *build_team(struct vsw_switch *sw,
				   const struct vsw_policy *policy,
				   const struct vsw_team *old)
{
	struct vsw_team *team = vsw_team_create(policy);
	const char *name;
	int i;

	if (!team)
		return NULL;
	for (i = 0; i < team->n_members; i++) {
		name = i < team->n_active ?
			policy->active.name[i] :
			policy->standby.name[i - team->n_active];
		RCU_INIT_POINTER(team->member[i].uplink,
				 vsw_compile_uplink(sw, name));
	}
	if (old)
		vsw_team_resume(team, old);
	settle_at(sw, vsw_team_refresh(team));
	return team;
}

/* The fields that make a portgroup need a team of its own. */
static bool sets_team(const struct vsw_policy *own)
{
	return own && own->set & (VSWITCH_POLICY_FIELD_TEAMING |
				  VSWITCH_POLICY_FIELD_ACTIVE |
				  VSWITCH_POLICY_FIELD_STANDBY |
				  VSWITCH_POLICY_FIELD_DETECT |
				  VSWITCH_POLICY_FIELD_FAILBACK |
				  VSWITCH_POLICY_FIELD_UP_DELAY);
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
 * @extack: says why not, or NULL
 */
struct vsw_build {
	const struct vsw_policy *base;
	const struct vsw_policy *own;
	const char *forget;
	struct vsw_team *shared;
	struct netlink_ext_ack *extack;
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

/*
 * Build a snapshot with the VLANs of @vlan, or those it has if that is NULL.
 * Return it or an error.
 */
static struct vsw_snap *build_snap(struct vsw_portgroup *pg,
				   const struct vsw_vlan *vlan,
				   const struct vsw_build *from)
{
	struct vsw_policy *merged = kmalloc(sizeof(*merged), GFP_KERNEL);
	struct vsw_snap *snap = ERR_PTR(-ENOMEM);
	const char *clash;

	if (!merged)
		return snap;
	vsw_policy_merge(from->base, from->own, merged);
	if (from->forget)
		vsw_policy_forget(merged, from->forget);
	clash = vsw_policy_clash(merged);
	if (clash) {
		NL_SET_ERR_MSG_FMT(from->extack, "%s, and \"%.40s\" would have both",
				   clash, pg->name);
		snap = ERR_PTR(-EINVAL);
		goto out;
	}
	snap = alloc_snap(vlan, rtnl_dereference(pg->snap)) ?: snap;
	if (IS_ERR(snap))
		goto out;
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
		snap = ERR_PTR(-ENOMEM);
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
	flags &= VSW_SNAP_WATCHED;
	WRITE_ONCE(sw->watch, flags | (sw->watch & VSW_WATCH_ALLOWED));
}

/*
 * T5: whether beacons would have no VLAN to be sent in, since there are only
 * trunks. @pg is to have @snap, those with a pending snapshot that, and all
 * others what they have.
 */
static bool lacks_trails(const struct vsw_switch *sw,
			 const struct vsw_portgroup *pg,
			 const struct vsw_snap *snap, bool pending)
{
	const struct vsw_portgroup *pos;
	const struct vsw_snap *seen;
	bool detects = false;

	list_for_each_entry(pos, &sw->portgroups, node) {
		seen = rtnl_dereference(pos->snap);
		if (pos == pg)
			seen = snap;
		else if (pending && pos->pending)
			seen = pos->pending;
		if (!seen)
			continue;
		if (!seen->trunk)
			return false;
		detects |= seen->team->detect;
	}
	return detects;
}

static int check_trails(const struct vsw_switch *sw,
			const struct vsw_portgroup *pg,
			const struct vsw_snap *snap,
			struct netlink_ext_ack *extack)
{
	const struct vsw_snap *now = pg ? rtnl_dereference(pg->snap) : NULL;

	/* Where it is so already, other changes have to be possible. */
	if (!lacks_trails(sw, pg, snap, true) || lacks_trails(sw, pg, now, false))
		return 0;
	NL_SET_ERR_MSG_FMT(extack,
			   "beacons need a portgroup of %s that is no trunk",
			   sw->dev->name);
	return -EINVAL;
}

/* All that the ports of a portgroup need memory for, before it is published. */
static int prepare_ports(struct vsw_switch *sw, const struct vsw_portgroup *pg,
			 const struct vsw_snap *snap)
{
	struct vsw_port *port;
	unsigned long i;
	int err;

	if (!snap->trunk && !snap->shape[VSW_IN].average &&
	    !snap->shape[VSW_OUT].average)
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
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vsw_compile_new(struct vsw_portgroup *pg, const struct vsw_vlan *vlan,
		    struct vsw_policy *own, struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = pg->sw;
	const struct vsw_build from = {
		.base = &sw->policy, .own = own, .shared = sw->team,
		.extack = extack,
	};
	struct vsw_snap *snap;
	int err;

	snap = build_snap(pg, vlan, &from);
	if (IS_ERR(snap))
		return PTR_ERR(snap);
	err = check_trails(sw, pg, snap, extack);
	if (err) {
		free_snap(snap);
		return err;
	}
	pg->own = own;
	watch(sw, snap);
	rcu_assign_pointer(pg->snap, snap);
	hlist_add_head_rcu(&snap->node, snap_list(snap));
	vsw_wake(sw, VSW_WAKE_LINKS);	/* beacons may be wanted now */
	return 0;
}

/**
 * vsw_compile_may_remove() - see that nothing needs a portgroup (T5)
 * @pg: the portgroup
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or -EINVAL.
 */
int vsw_compile_may_remove(const struct vsw_portgroup *pg,
			   struct netlink_ext_ack *extack)
{
	return check_trails(pg->sw, pg, NULL, extack);
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
 * Return: 0; -EEXIST if an address of a port is taken in the new VLANs,
 * -EINVAL or -ENOMEM, and then nothing has changed.
 */
int vsw_compile_portgroup(struct vsw_portgroup *pg, const struct vsw_vlan *vlan,
			  struct vsw_policy *own,
			  struct netlink_ext_ack *extack)
{
	struct vsw_snap *old = rtnl_dereference(pg->snap);
	struct vsw_switch *sw = pg->sw;
	const struct vsw_build from = {
		.base = &sw->policy, .own = own, .shared = sw->team,
		.extack = extack,
	};
	struct vsw_policy *old_own;
	struct vsw_snap *snap;
	int err;

	snap = build_snap(pg, vlan, &from);
	if (IS_ERR(snap))
		return PTR_ERR(snap);
	err = check_trails(sw, pg, snap, extack) ?: prepare_ports(sw, pg, snap);
	if (err) {
		free_snap(snap);
		return err;
	}

	if (vsw_team_lists(snap->team) != vsw_team_lists(old->team))
		synchronize_net();	/* see vsw_portgroup_regroup() */
	vsw_port_moving(sw);
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
	vsw_wake(sw, VSW_WAKE_LINKS);	/* beacons may be wanted now */
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
	struct vsw_snap *snap;
	int err;

	list_for_each_entry(pg, &sw->portgroups, node) {
		from->own = pg->own;
		snap = build_snap(pg, NULL, from);
		if (IS_ERR(snap))
			return PTR_ERR(snap);
		pg->pending = snap;
		err = prepare_ports(sw, pg, pg->pending);
		if (err)
			return err;
		old = rtnl_dereference(pg->snap);
		if (vsw_team_lists(pg->pending->team) != vsw_team_lists(old->team))
			*regroup = true;
	}
	return check_trails(sw, NULL, NULL, from->extack);
}

/**
 * vsw_compile_switch() - give a switch and all its portgroups a new policy
 * @sw: the switch
 * @policy: its policy; every field counts. It is copied
 * @forget: NULL, or a device that leaves all lists, also those of portgroups
 * @extack: says why not
 *
 * The lists may be those in force: then only the uplinks behind the names are
 * looked up anew.
 *
 * Context: RTNL.
 * Return: 0; or -EINVAL or -ENOMEM, and then nothing has changed.
 */
int vsw_compile_switch(struct vsw_switch *sw, const struct vsw_policy *policy,
		       const char *forget, struct netlink_ext_ack *extack)
{
	bool same = vsw_policy_same_team(policy, &sw->policy);
	struct vsw_team *shared = build_team(sw, policy, same ? sw->team : NULL);
	struct vsw_build from = {
		.base = policy, .forget = forget, .shared = shared,
		.extack = extack,
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
	vsw_port_moving(sw);
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
	vsw_wake(sw, VSW_WAKE_LINKS);	/* beacons may be wanted now */
	return 0;
}

typedef void (*team_fn)(struct vsw_switch *sw, struct vsw_team *team,
			const struct vsw_uplink *uplink);

/* Do something with each team of a switch. */
static void each_team(struct vsw_switch *sw, team_fn fn,
		      const struct vsw_uplink *uplink)
{
	struct vsw_portgroup *pg;

	fn(sw, sw->team, uplink);
	list_for_each_entry(pg, &sw->portgroups, node) {
		if (sets_team(pg->own))
			fn(sw, rtnl_dereference(pg->snap)->team, uplink);
	}
}

static void refresh(struct vsw_switch *sw, struct vsw_team *team,
		    const struct vsw_uplink *uplink)
{
	settle_at(sw, vsw_team_refresh(team));
}

/**
 * vsw_compile_links() - let all teams of a switch see which uplinks are usable
 * @sw: the switch
 *
 * Context: RTNL.
 */
void vsw_compile_links(struct vsw_switch *sw)
{
	sw->settle = 0;
	vsw_port_moving(sw);
	each_team(sw, refresh, NULL);
	vsw_port_follow_all(sw);
}

static void hear(struct vsw_switch *sw, struct vsw_team *team,
		 const struct vsw_uplink *uplink)
{
	if (team->detect)
		vsw_team_round(team);
}

/**
 * vsw_compile_beacons() - let all teams of a switch know what uplinks heard (T5)
 * @sw: the switch
 *
 * Context: RTNL. What follows from it shows in vsw_compile_links().
 */
void vsw_compile_beacons(struct vsw_switch *sw)
{
	each_team(sw, hear, NULL);
}

/**
 * vsw_compile_detects() - whether a portgroup wants beacons (T5)
 * @sw: the switch
 *
 * Context: RTNL.
 * Return: true if so.
 */
bool vsw_compile_detects(const struct vsw_switch *sw)
{
	const struct vsw_portgroup *pg;

	list_for_each_entry(pg, &sw->portgroups, node) {
		if (rtnl_dereference(pg->snap)->team->detect)
			return true;
	}
	return false;
}

static void forget(struct vsw_switch *sw, struct vsw_team *team,
		   const struct vsw_uplink *uplink)
{
	vsw_team_forget(team, uplink);
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
	vsw_port_moving(sw);
	each_team(sw, forget, uplink);
	vsw_port_follow_all(sw);
}
