// SPDX-License-Identifier: GPL-2.0-only
/* A small world for a test. */
#include <linux/bitmap.h>
#include <linux/etherdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>

#include "util.h"
#include "../learn.h"
#include "../port.h"
#include "../portgroup.h"
#include "../sighting.h"
#include "../team.h"

static void *zalloc(struct kunit *test, size_t size)
{
	void *mem = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	return mem;
}

KUNIT_DEFINE_ACTION_WRAPPER(free_dev, free_netdev, struct net_device *);

/**
 * vsw_kunit_dev() - make a device that is up and has carrier
 * @test: the test
 *
 * Return: the device, which is not registered.
 */
struct net_device *vsw_kunit_dev(struct kunit *test)
{
	struct net_device *dev = alloc_etherdev(0);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_dev, dev));
	set_bit(__LINK_STATE_START, &dev->state);
	return dev;
}

static void free_switch(void *data)
{
	struct vsw_switch *sw = data;

	vsw_learn_stop(sw);
	xa_destroy(&sw->ports);
	vsw_sighting_exit(sw);
	vsw_fdb_exit(&sw->fdb);
}

/**
 * vsw_kunit_switch() - make a switch that is up
 * @test: the test
 *
 * Return: the switch, without a netdev.
 */
struct vsw_switch *vsw_kunit_switch(struct kunit *test)
{
	struct vsw_switch *sw = zalloc(test, sizeof(*sw));

	sw->vlan = zalloc(test, VSW_VLAN_COUNT * sizeof(*sw->vlan));
	sw->up = true;
	sw->next_port = 1;
	xa_init(&sw->ports);
	INIT_LIST_HEAD(&sw->uplinks);
	INIT_LIST_HEAD(&sw->portgroups);
	INIT_LIST_HEAD(&sw->allowed);
	vsw_learn_start(sw);
	KUNIT_ASSERT_EQ(test, 0, vsw_fdb_init(&sw->fdb));
	KUNIT_ASSERT_EQ(test, 0, vsw_sighting_init(sw));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, free_switch, sw));
	return sw;
}

/**
 * vsw_kunit_add_uplink() - give a switch another uplink
 * @test: the test
 * @sw: the switch
 *
 * Return: the uplink, which is usable.
 */
struct vsw_uplink *vsw_kunit_add_uplink(struct kunit *test,
					struct vsw_switch *sw)
{
	struct vsw_uplink *uplink = zalloc(test, sizeof(*uplink));

	uplink->port.sw = sw;
	uplink->port.kind = VSW_UPLINK;
	uplink->port.dev = vsw_kunit_dev(test);
	uplink->port.number = ++sw->n_uplinks;
	uplink->live = true;
	list_add_tail_rcu(&uplink->node, &sw->uplinks);
	return uplink;
}

static void put_team(void *data)
{
	rtnl_lock();
	vsw_team_put(data);
	rtnl_unlock();
}

/**
 * vsw_kunit_team() - make a team
 * @test: the test
 * @sw: the switch
 * @teaming: the policy
 * @active: the active uplinks by name; '-' for one that is absent
 * @standby: the standby uplinks, likewise
 *
 * Return: the team, its slots filled.
 */
struct vsw_team *vsw_kunit_team(struct kunit *test, struct vsw_switch *sw,
				u8 teaming, const char *active,
				const char *standby)
{
	struct vsw_policy *policy = zalloc(test, sizeof(*policy));
	struct vsw_team *team;
	char name;
	int i;

	policy->teaming = teaming;
	policy->failback = VSWITCH_TOGGLE_ON;
	policy->active.n = strlen(active);
	policy->standby.n = strlen(standby);
	team = vsw_team_create(policy);
	KUNIT_ASSERT_NOT_NULL(test, team);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, put_team, team));

	rtnl_lock();
	for (i = 0; i < team->n_members; i++) {
		name = i < team->n_active ? active[i] :
					    standby[i - team->n_active];
		if (name != '-')
			rcu_assign_pointer(team->member[i].uplink,
					   vsw_kunit_uplink(sw, name));
	}
	vsw_team_refresh(team);
	rtnl_unlock();
	return team;
}

/**
 * vsw_kunit_snap() - make what frames read of a portgroup
 * @test: the test
 * @pg: the portgroup, or NULL
 * @vlan: its VLAN setting
 * @team: its team, or NULL
 *
 * Return: the snapshot, which is not published.
 */
struct vsw_snap *vsw_kunit_snap(struct kunit *test, struct vsw_portgroup *pg,
				const struct vsw_kunit_vlan *vlan,
				struct vsw_team *team)
{
	struct vsw_snap *snap = zalloc(test, sizeof(*snap));

	snap->pg = pg;
	snap->flags = VSW_SNAP_LISTENS;
	snap->mac_limit = VSWITCH_MAC_LIMIT_MAX;
	snap->team = team;
	snap->vid = vlan->vid;
	snap->n_vlans = 1;
	if (!vlan->trunk)
		return snap;
	snap->trunk = zalloc(test, BITS_TO_LONGS(VSW_VLAN_COUNT) * sizeof(long));
	KUNIT_ASSERT_EQ(test, 0, bitmap_parselist(vlan->trunk, snap->trunk,
						  VSW_VLAN_COUNT));
	snap->n_vlans = bitmap_weight(snap->trunk, VSW_VLAN_COUNT);
	return snap;
}

/**
 * vsw_kunit_add_portgroup() - give a switch another portgroup
 * @test: the test
 * @sw: the switch
 * @vlan: its VLAN setting
 * @team: its team
 *
 * Return: the portgroup.
 */
struct vsw_portgroup *vsw_kunit_add_portgroup(struct kunit *test,
					      struct vsw_switch *sw,
					      const struct vsw_kunit_vlan *vlan,
					      struct vsw_team *team)
{
	struct vsw_portgroup *pg = zalloc(test, sizeof(*pg));
	struct vsw_snap *snap = vsw_kunit_snap(test, pg, vlan, team);

	pg->sw = sw;
	rcu_assign_pointer(pg->snap, snap);
	hlist_add_head_rcu(&snap->node, snap->trunk ? &sw->trunks :
						      &sw->vlan[snap->vid]);
	list_add_tail(&pg->node, &sw->portgroups);
	return pg;
}

static void release_port(void *data)
{
	rtnl_lock();
	vsw_fdb_release(data);
	vsw_learn_forget_all(data);
	vsw_learn_allow(data, NULL);
	rtnl_unlock();
}

/**
 * vsw_kunit_add_port() - give a portgroup another port
 * @test: the test
 * @pg: the portgroup
 *
 * Return: the port, which is up and claims no address.
 */
struct vsw_port *vsw_kunit_add_port(struct kunit *test,
				    struct vsw_portgroup *pg)
{
	struct vsw_port *port = zalloc(test, sizeof(*port));
	struct vsw_switch *sw = pg->sw;

	port->dev = vsw_kunit_dev(test);
	port->sw = sw;
	port->kind = VSW_VNIC;
	port->number = sw->next_port++;
	port->flood[0].port = port;
	port->flood[1].port = port;
	INIT_LIST_HEAD(&port->claim);
	INIT_LIST_HEAD(&port->by_use);
	INIT_LIST_HEAD(&port->news);
	rcu_assign_pointer(port->pg, pg);
	KUNIT_ASSERT_EQ(test, 0, xa_err(xa_store(&sw->ports, port->number, port,
						 GFP_KERNEL)));
	sw->n_ports++;
	rtnl_lock();
	vsw_portgroup_link(pg, port);
	vsw_port_follow(port);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, release_port, port));
	return port;
}

/**
 * vsw_kunit_port() - look up a port
 * @sw: the switch
 * @name: its name in tables
 *
 * Return: the port, or NULL.
 */
struct vsw_port *vsw_kunit_port(struct vsw_switch *sw, char name)
{
	return xa_load(&sw->ports, name - 'a' + 1);
}

/**
 * vsw_kunit_uplink() - look up an uplink
 * @sw: the switch
 * @name: its name in tables
 *
 * Return: the uplink, or NULL.
 */
struct vsw_uplink *vsw_kunit_uplink(struct vsw_switch *sw, char name)
{
	struct vsw_uplink *uplink;

	list_for_each_entry(uplink, &sw->uplinks, node) {
		if (vsw_kunit_name(&uplink->port) == name)
			return uplink;
	}
	return NULL;
}

/**
 * vsw_kunit_name() - the name of a port or an uplink in tables
 * @port: what to name, or NULL
 *
 * Return: the name, '-' for nothing.
 */
char vsw_kunit_name(const struct vsw_port *port)
{
	if (!port)
		return '-';
	return port->number + (port->kind == VSW_UPLINK ? '0' : 'a' - 1);
}

/**
 * vsw_kunit_mac() - the address that a character stands for
 * @name: the character, the name of a port or any other
 *
 * Return: the address, as vsw_mac() gives it.
 */
u64 vsw_kunit_mac(char name)
{
	const u8 addr[ETH_ALEN] = { 0x02, 0, 0, 0, 0, name };

	return vsw_mac(addr);
}

/**
 * vsw_kunit_allow() - give a port an allowed list (S3)
 * @port: the port
 * @list: the addresses by name, VSWITCH_ALLOW_MAC_MAX at most; empty for none
 *
 * Context: RTNL.
 */
void vsw_kunit_allow(struct vsw_port *port, const char *list)
{
	u64 mac[VSWITCH_ALLOW_MAC_MAX];
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(mac) && list[n]; n++)
		mac[n] = vsw_kunit_mac(list[n]);
	vsw_learn_allow(port, n ? vsw_learn_alloc(mac, n) : NULL);
}

/**
 * vsw_kunit_watch() - let a switch look out for what its portgroups want
 * @sw: the switch
 *
 * As publishing the snapshots would do (S4, S5).
 *
 * Context: RTNL.
 */
void vsw_kunit_watch(struct vsw_switch *sw)
{
	struct vsw_portgroup *pg;
	u8 flags = 0;

	list_for_each_entry(pg, &sw->portgroups, node)
		flags |= rtnl_dereference(pg->snap)->flags;
	sw->watch = (flags & VSW_SNAP_WATCHED) | (sw->watch & VSW_WATCH_ALLOWED);
}

/**
 * vsw_kunit_carrier() - let a device lose its carrier, or get it back
 * @port: the port or uplink of the device
 * @carrier: which
 *
 * Nobody is told, as in the first moment of a real loss (T2).
 */
void vsw_kunit_carrier(struct vsw_port *port, bool carrier)
{
	assign_bit(__LINK_STATE_NOCARRIER, &port->dev->state, !carrier);
}

/**
 * vsw_kunit_slow_path() - let a switch take note of its uplinks' links
 * @sw: the switch
 */
void vsw_kunit_slow_path(struct vsw_switch *sw)
{
	struct vsw_portgroup *pg;
	struct vsw_uplink *uplink;
	struct vsw_port *port;
	unsigned long n;

	rtnl_lock();
	list_for_each_entry(uplink, &sw->uplinks, node)
		uplink->live = vsw_dev_live(uplink->port.dev);
	list_for_each_entry(pg, &sw->portgroups, node)
		vsw_team_refresh(rtnl_dereference(pg->snap)->team);
	xa_for_each(&sw->ports, n, port)
		vsw_port_follow(port);
	rtnl_unlock();
}
