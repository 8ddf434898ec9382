/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The structures that frames read, each with its fast half first. What only
 * the configuration reads follows behind, so that a frame does not pay for it.
 */
#ifndef _VSW_TYPES_H
#define _VSW_TYPES_H

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include <linux/unaligned.h>
#include <linux/xarray.h>

#include "drop.h"

#define VSW_MAX_PORTS		4096	/* vnics and vmks a switch (M5) */
#define VSW_MAX_PORTGROUPS	4096	/* portgroups a netns (M5) */
#define VSW_MAX_UPLINKS		32	/* uplinks a switch (M5) */
#define VSW_MAX_SWITCHES	64	/* switches a netns (M5) */

#define VSW_MAX_LEARNED		65536	/* learned addresses a switch (M5) */
#define VSW_MAX_ALLOWED_USE	65536	/* allowed ones in use, each per VLAN (M5) */

#define VSW_VLAN_COUNT		(VSWITCH_VLAN_MAX + 1)

struct vsw_heard;
struct vsw_portgroup;
struct vsw_shaper;
struct vsw_switch;

/* Kinds of destination address, the rows of the counters. */
enum vsw_cast {
	VSW_UNICAST,
	VSW_MULTICAST,
	VSW_BROADCAST,
	VSW_CASTS
};

/* Directions as the switch sees them: in is from the port. */
enum vsw_direction {
	VSW_IN,
	VSW_OUT,
	VSW_DIRECTIONS
};

/**
 * struct vsw_pcpu_stats - one CPU's counters of one port
 * @syncp: lets 32-bit readers see whole values
 * @frames: frames by direction and kind of destination
 * @bytes: their bytes, Ethernet header included, VLAN tag not
 */
struct vsw_pcpu_stats {
	struct u64_stats_sync syncp;
	u64_stats_t frames[VSW_DIRECTIONS][VSW_CASTS];
	u64_stats_t bytes[VSW_DIRECTIONS][VSW_CASTS];
};

/**
 * struct vsw_pcpu_drops - one CPU's drop counters of one uplink
 * @syncp: lets 32-bit readers see whole values
 * @frames: frames by reason
 *
 * Uplinks filter at line rate, so theirs are per CPU; a port's are plain
 * atomics, since 4096 ports times reasons times CPUs would be too much.
 */
struct vsw_pcpu_drops {
	struct u64_stats_sync syncp;
	u64_stats_t frames[VSW_DROP_COUNT];
};

/* What a port is. The values of the first two are those of the ABI. */
enum vsw_kind {
	VSW_VNIC = VSWITCH_PORT_KIND_VNIC,
	VSW_VMK = VSWITCH_PORT_KIND_VMK,
	VSW_UPLINK
};

/**
 * struct vsw_member - a device that a team lists
 * @uplink: its uplink, NULL while it is absent; RTNL w, RCU r
 * @back: jiffies_64 when it heard a beacon again, 0 if it never was deaf; RTNL
 * @missed: beacons in a row that others have heard and it has not; RTNL
 * @silent: beacons in a row that it has not heard; RTNL
 */
struct vsw_member {
	struct vsw_uplink __rcu *uplink;
	u64 back;
	u8 missed;
	u8 silent;
};

/**
 * struct vsw_team - where the ports of a portgroup leave (T1)
 * @teaming: the policy, enum vswitch_teaming
 * @n_slots: number of slots, at least one
 * @n_filled: how many of them are filled
 * @n_active: how many members are active; the others are standby
 * @n_members: how many devices are listed
 * @numbers: the members that are attached, a bit for each uplink's number
 * @second: the other uplink for unicast while the team is in doubt (T5), else
 *          NULL
 * @slot: the uplink of each slot as the slow path last saw it, or NULL
 * @filled: those of the filled slots in their order
 * @usable: the members that are usable, a bit for each place; RTNL w
 * @delayed: those of them that wait for up-delay (T3); RTNL w
 * @serving: those of them that serve (T3); RTNL w
 * @deaf: the members that have failed by beacons (T5); RTNL
 * @up_delay: in jiffies (T3)
 * @failback: whether one that recovered serves again (T3)
 * @detect: whether beacons tell who is usable (T5)
 * @place: the uplink of each slot as a place in @member, or VSW_TEAM_NONE
 * @ref: one for the switch that shares it and one for each snapshot
 * @rcu: readers may still walk it when the last reference goes
 * @member: the devices in order, actives first
 *
 * The lists never change. The pointers do, under RTNL: an uplink that leaves
 * turns into NULL in place, so that leaving needs no memory.
 */
struct vsw_team {
	u8 teaming;
	u8 n_slots;
	u8 n_filled;
	u8 n_active;
	u8 n_members;
	u32 numbers;
	struct vsw_uplink __rcu *second;
	struct vsw_uplink __rcu *slot[VSW_MAX_UPLINKS];
	struct vsw_uplink __rcu *filled[VSW_MAX_UPLINKS];

	u64 usable;
	u64 delayed;
	u64 serving;
	u64 deaf;
	unsigned long up_delay;
	bool failback;
	bool detect;
	s8 place[VSW_MAX_UPLINKS];
	refcount_t ref;
	struct rcu_head rcu;
	struct vsw_member member[] __counted_by(n_members);
};

/**
 * struct vsw_path - the uplink that is in use and the one before it (F6)
 * @now: as the slow path last saw it, RTNL w
 * @prev: the one before the last move
 * @proven: one by which unicast has come before the slow path saw the move to
 *          it; only compared
 * @moved: jiffies of the last move
 * @move: its number, that of the switch
 * @heard: unicast has come by @now since
 * @settled: it has come when no copy of what came by @prev is expected any more
 */
struct vsw_path {
	const struct vsw_uplink *now;
	const struct vsw_uplink *prev;
	const struct vsw_uplink *proven;
	unsigned long moved;
	u32 move;
	bool heard;
	bool settled;
};

/**
 * struct vsw_shape - the setting of a shaper (Q1)
 * @average: rate in bit/s at which the bucket fills, 0 for no shaping
 * @peak: rate in bit/s that is not exceeded, 0 for no such limit
 * @burst: size of the bucket in bytes
 */
struct vsw_shape {
	u64 average;
	u64 peak;
	u32 burst;
};

/* Bits of vsw_snap.flags; the first three choose whom to flood to. */
#define VSW_SNAP_LISTENS	BIT(0)	/* always set: gets group frames */
#define VSW_SNAP_PROMISC	BIT(1)	/* gets copies of all frames (S4) */
#define VSW_SNAP_FLOODS		BIT(2)	/* learns, and gets unknown unicast (S5) */
#define VSW_SNAP_LEARNS		BIT(3)	/* vnics learn addresses (S5) */
#define VSW_SNAP_OVER_ALLOW	BIT(4)	/* what cannot be learned passes (S5) */
#define VSW_SNAP_NO_CHANGES	BIT(5)	/* rejects MAC changes (S2) */
#define VSW_SNAP_NO_FORGED	BIT(6)	/* rejects forged transmits (S3) */
#define VSW_SNAP_NOTIFY		BIT(7)	/* tells the outside where it is (T4) */

/* What the whole switch has to know of its portgroups. */
#define VSW_SNAP_WATCHED	(VSW_SNAP_PROMISC | VSW_SNAP_FLOODS | \
				 VSW_SNAP_LEARNS)

/*
 * Beside these in vsw_switch.watch, at a bit that they leave: a port has an
 * allowed list (S3).
 */
#define VSW_WATCH_ALLOWED	BIT(7)
static_assert(!(VSW_SNAP_WATCHED & VSW_WATCH_ALLOWED));

/**
 * struct vsw_snap - all that a frame reads of a portgroup, immutable
 * @trunk: NULL, or the bitmap of the VLANs that a trunk admits
 * @vid: the VLAN of a portgroup that is not a trunk, 0 for none
 * @gen: which generation of the port lists fits the team's slots
 * @flags: VSW_SNAP_*
 * @team: the team
 * @pg: the portgroup
 * @node: on the switch's list for @vid or on its list of trunks
 * @mac_limit: how many addresses a port may learn (S5)
 * @shape: the shapers, VSW_IN from the guest and VSW_OUT to it (Q1)
 * @n_vlans: how many VLANs it admits
 * @rcu: for kfree_rcu()
 */
struct vsw_snap {
	unsigned long *trunk;
	u16 vid;
	u8 gen;
	u8 flags;
	struct vsw_team *team;
	struct vsw_portgroup *pg;
	struct hlist_node node;

	u16 mac_limit;
	struct vsw_shape shape[VSW_DIRECTIONS];
	u16 n_vlans;
	struct rcu_head rcu;
};

/**
 * struct vsw_flood_node - a port on the list of its slot
 * @node: on the list
 * @port: the port
 */
struct vsw_flood_node {
	struct hlist_node node;
	struct vsw_port *port;
};

/**
 * struct vsw_allowed - the allowed list of a port (S3), never changed
 * @node: on the list of the switch; RTNL
 * @rcu: for kfree_rcu()
 * @n: how many
 * @mac: the addresses, as vsw_mac() gives them
 */
struct vsw_allowed {
	struct list_head node;
	struct rcu_head rcu;
	u8 n;
	u64 mac[] __counted_by(n);
};

/* A port is told of when something happens, and twice again (T4). */
#define VSW_CALL_ROUNDS		3

/**
 * struct vsw_call - the announcement of a port (T4)
 * @node: on the list of its round, empty while there is nothing to tell
 * @round: which one is next, from 0
 * @start: jiffies of the first one
 * @sent: how many frames of this round are sent already
 */
struct vsw_call {
	struct list_head node;
	u8 round;
	unsigned long start;
	unsigned int sent;
};

/* Bits of vsw_port.flags, all of which lead off the fast path. */
#define VSW_PORT_BLOCKED	BIT(0)	/* nothing passes (S6) */
#define VSW_PORT_ADOPTS		BIT(1)	/* takes the source of a frame (S1) */
#define VSW_PORT_CONFLICT	BIT(2)	/* the source to adopt is taken */

/**
 * struct vsw_port - what the switch keeps for each vnic, vmk and uplink
 * @dev: its netdev, held
 * @sw: its switch
 * @pg: its portgroup, NULL for an uplink; RTNL and fdb lock w, RCU r
 * @held: the address that it holds, as vsw_mac() gives it, or 0
 * @number: from 1, never used again on this switch (an uplink's apart)
 * @flags: VSW_PORT_*
 * @kind: enum vsw_kind
 * @stats: frames and bytes
 * @shaper: VSW_IN from the guest and VSW_OUT to it, NULL until the portgroup
 *          first shapes (Q1); set once
 * @wanted: the address that it holds or waits for, its effective one, or 0;
 *          fdb lock w
 * @initial: the address that it began with (S1), or 0; RTNL w
 * @allowed: further addresses that it may send from, or NULL; RTNL and fdb
 *           lock w, RCU r
 * @n_learned: how many addresses it has learned; fdb lock w
 * @path: its uplink, with srcmac that of its effective address
 * @heard: the VLANs it sent in, for T4; NULL until it is first on a trunk, set
 *         once
 * @drops: frames dropped by reason; an uplink counts per CPU instead
 * @flood: on the portgroup's list of its slot, in each generation
 * @entry: the address that it holds; fdb lock
 * @claim: on the fdb's list of holders, or of those who wait while another
 *         port holds @wanted; fdb lock
 * @by_use: the entries of what it holds by use (F1); fdb lock
 * @news: on the fdb's list of those to be told of (C4); fdb lock
 * @origin: how it came to @wanted, enum vswitch_origin; fdb lock w
 * @declared: the address that the administrator set (S1), or 0; RTNL
 * @other_source: the last source that was not one of its own (S1), or 0
 * @client: whose it is, or NULL; RTNL
 * @call: what is still to be told of it (T4); RTNL
 * @live: it was running when the slow path last looked; RTNL
 * @vmk_node: a vmk's place on the list of its netns; RTNL
 * @tracker: of the reference to @dev
 * @rcu: for freeing
 */
struct vsw_port {
	struct net_device *dev;
	struct vsw_switch *sw;
	struct vsw_portgroup __rcu *pg;
	u64 held;
	u32 number;
	u16 flags;
	u8 kind;
	struct vsw_pcpu_stats __percpu *stats;
	struct vsw_shaper *shaper[VSW_DIRECTIONS];

	u64 wanted;
	u64 initial;
	struct vsw_allowed __rcu *allowed;
	unsigned int n_learned;
	struct vsw_path path;
	struct vsw_heard *heard;
	atomic_long_t drops[VSW_DROP_COUNT];
	struct vsw_flood_node flood[2];
	struct vsw_fdb_entry *entry;
	struct list_head claim;
	struct list_head by_use;
	struct list_head news;
	u8 origin;
	u64 declared;
	u64 other_source;
	char *client;
	struct vsw_call call;
	bool live;
	struct list_head vmk_node;
	netdevice_tracker tracker;
	struct rcu_head rcu;
};

/**
 * struct vsw_uplink - a device that joins the switch to the outside
 * @port: what it shares with the other ports; must be first
 * @live: whether it could carry frames when the slow path last looked; RTNL w
 * @downs: carrier_down_count of the netdev at that time; RTNL w
 * @heard: the uplinks whose beacons it received, a bit for each number (T5)
 * @drops: frames dropped or filtered by reason
 * @since: jiffies_64 when it recovered, 0 if it never did (T3); RTNL
 * @lost: whether it was ever lost, so that it can recover (T3); RTNL
 * @told: its state when that was last notified, enum vswitch_link_state; RTNL
 * @saved_mtu: the MTU that it gets back
 * @saved_up: whether it was up before
 * @saved_lro: whether it did LRO before
 * @node: on the list of the switch
 * @name: the netdev name by which the lists know it
 * @filter: the addresses and VLANs that its own filters hold for us
 * @late: restores the netdev once that has left our hands
 * @left_mtu: the MTU with which it left
 */
struct vsw_uplink {
	struct vsw_port port;
	bool live;
	int downs;
	unsigned long heard;
	struct vsw_pcpu_drops __percpu *drops;

	u64 since;
	bool lost;
	u8 told;
	u32 saved_mtu;
	bool saved_up;
	bool saved_lro;
	struct list_head node;
	char name[IFNAMSIZ];
	struct vsw_filter *filter;
	struct work_struct late;
	u32 left_mtu;
};

/* An entry for every VLAN that the port's portgroup admits. */
#define VSW_VLAN_ALL	U16_MAX

/**
 * struct vsw_fdb_entry - an address that a port holds (F1)
 * @mac: the address, as vsw_mac() gives it
 * @node: in its bucket
 * @port: the port
 * @vlan: VSW_VLAN_ALL for what it claims; else it is held by use, in this VLAN
 * @origin: of what is held by use, VSWITCH_ORIGIN_ALLOWED or _LEARNED
 * @used: jiffies when a frame came from it, to the second
 * @path: its uplink if it is held by use and the policy is srcmac (F6)
 * @by_use: on the port's list of what it holds by use; fdb lock
 * @rcu: for kfree_rcu()
 */
struct vsw_fdb_entry {
	u64 mac;
	struct hlist_node node;
	struct vsw_port *port;
	u16 vlan;
	u8 origin;
	unsigned long used;

	struct vsw_path path;
	struct list_head by_use;
	struct rcu_head rcu;
};

/**
 * struct vsw_fdb - who holds which address
 * @key: secret odd factor of the hash, since guests choose addresses
 * @bucket: the buckets, VSW_FDB_BUCKETS of them
 * @memcg: the memory cgroup of who made the switch, or NULL
 * @lock: serialises writers; a leaf, taken with BH off
 * @holders: ports that hold an address; @lock
 * @waiting: ports whose wanted address another one holds; @lock
 * @news: ports to be told of, since a frame or another port has changed what
 *        they have (C4); @lock
 * @count: number of entries of claims; @lock w
 * @n_allowed_used: number of entries of allowed addresses in use; @lock w
 * @n_learned: number of entries of learned ones; @lock w
 */
struct vsw_fdb {
	u64 key;
	struct hlist_head *bucket;
	struct mem_cgroup *memcg;

	spinlock_t lock;	/* serialises writers */
	struct list_head holders;
	struct list_head waiting;
	struct list_head news;
	unsigned int count;
	unsigned int n_allowed_used;
	unsigned int n_learned;
};

/**
 * struct vsw_members - an ordered list of devices by name
 * @n: how many
 * @name: their netdev names; a device that is absent keeps its place
 */
struct vsw_members {
	u8 n;
	char name[VSW_MAX_UPLINKS][IFNAMSIZ];
};

/**
 * struct vsw_policy - the policy of a switch or what a portgroup overrides
 * @set: which fields are set, enum vswitch_policy_field; all of a switch's
 * @teaming: enum vswitch_teaming
 * @active: active uplinks in order
 * @standby: standby uplinks in order
 * @promiscuous: enum vswitch_permission (S4)
 * @mac_changes: enum vswitch_permission (S2)
 * @forged: enum vswitch_permission (S3)
 * @mac_learning: whether vnics learn (S5)
 * @mac_flood: whether those that learn get unknown unicast (S5)
 * @mac_over_limit: enum vswitch_over_limit (S5)
 * @mac_limit: how many addresses a port may learn (S5)
 * @shape: the shapers, VSW_IN from the guest and VSW_OUT to it (Q1)
 * @detect: enum vswitch_detection (T5)
 * @notify: whether the outside is told where addresses are (T4)
 * @failback: whether an uplink that recovered serves again (T3)
 * @up_delay: how long its carrier has to be there before, in ms (T3)
 */
struct vsw_policy {
	u32 set;
	u8 teaming;
	struct vsw_members active;
	struct vsw_members standby;
	u32 promiscuous;
	u32 mac_changes;
	u32 forged;
	u32 mac_learning;
	u32 mac_flood;
	u32 mac_over_limit;
	u32 mac_limit;
	struct vsw_shape shape[VSW_DIRECTIONS];
	u32 detect;
	u32 notify;
	u32 failback;
	u32 up_delay;
};

/**
 * struct vsw_vlan - the VLAN setting of a portgroup
 * @is_trunk: the guest's tags decide
 * @vid: otherwise the VLAN, 0 for none
 * @trunk: the VLANs that a trunk admits
 */
struct vsw_vlan {
	bool is_trunk;
	u16 vid;
	DECLARE_BITMAP(trunk, VSW_VLAN_COUNT);
};

/**
 * struct vsw_portgroup - a named set of ports with one VLAN and one policy
 * @snap: what frames read of it; RTNL and fdb lock w, RCU r
 * @flood: its ports by slot, in two generations; RTNL w, RCU r
 * @sw: its switch
 * @id: from 1, never used again in the netns
 * @n_ports: number of its ports
 * @node: on the switch's list
 * @name_node: in the hash of names
 * @own: the policy fields that it sets itself, NULL if none
 * @pending: compiled and not yet published, while the switch changes
 * @rcu: for kfree_rcu()
 * @name: its name
 *
 * Lists of two generations let a change of the number of slots sort all ports
 * anew without a reader being led from one list into another.
 */
struct vsw_portgroup {
	struct vsw_snap __rcu *snap;
	struct hlist_head flood[2][VSW_MAX_UPLINKS];
	struct vsw_switch *sw;
	unsigned int n_ports;

	u32 id;
	struct list_head node;
	struct hlist_node name_node;
	struct vsw_policy *own;
	struct vsw_snap *pending;
	struct rcu_head rcu;
	char name[VSWITCH_PORTGROUP_NAME_MAX + 1];
};

/**
 * struct vsw_net - what the module keeps for a netns
 * @switches: its switches by id
 * @portgroups: its portgroups by id
 * @next_switch: where the search for the next switch's id begins
 * @next_portgroup: where the search for the next portgroup's id begins
 * @vmks: its vmks, in whatever netns their netdevs live
 * @n_switches: number of switches
 * @n_portgroups: number of portgroups
 * @net: the netns
 *
 * All of it is under RTNL.
 */
struct vsw_net {
	struct xarray switches;
	struct xarray portgroups;
	u32 next_switch;
	u32 next_portgroup;
	struct list_head vmks;
	unsigned int n_switches;
	unsigned int n_portgroups;
	struct net *net;
};

/**
 * struct vsw_switch - a switch, the private part of its netdev
 * @fdb: who holds which address
 * @vlan: for each VLAN, the snapshots of the portgroups that set it; RCU
 * @trunks: the snapshots of the trunk portgroups; RCU
 * @up: whether it is set up (M6); RTNL w
 * @watch: those of VSW_SNAP_WATCHED that a portgroup has, and VSW_WATCH_ALLOWED;
 *         0 says that nothing is held by use; RTNL w
 * @move: counts the times that ports could move to other uplinks, by twos; odd
 *        while frames begin to see it (F6); RTNL w
 * @moved: jiffies of the last time; RTNL w
 * @noted: jiffies of the last unicast that was noted, as what an uplink brought
 *         before a move
 * @expected: jiffies of when a move was last expected; RTNL w
 * @sightings: the frames that uplinks brought a moment ago (F6)
 * @woken: what the slow path has been woken for and has not done yet, bits of
 *         enum vsw_wake_for
 * @dev: its netdev
 * @node: on the list of all switches while it is registered; RTNL
 * @id: from 1, its own in the netns
 * @vnet: its netns
 * @ports: vnics and vmks by number; RTNL w, RCU r
 * @uplinks: uplinks, sorted by number; RTNL w, RCU r
 * @team: the team of its own policy, shared by those who inherit it; RTNL
 * @portgroups: its portgroups; RTNL
 * @policy: its policy; RTNL
 * @absent: uplinks whose netdev is not there; RTNL
 * @vanished: those of them whose netdev was there, and can recover (T3); RTNL
 * @default_pg: where "ip link set master" attaches to, or NULL; RTNL
 * @next_port: the number of the next port
 * @n_ports: number of vnics and vmks
 * @n_portgroups: number of portgroups
 * @n_uplinks: number of uplinks
 * @mtu_changing: its uplinks' MTU is being set by the switch itself
 * @allowed: the allowed lists of its ports; RTNL
 * @n_allowed: how many addresses are on them; RTNL
 * @poll: looks at the carrier bits every few milliseconds (T2)
 * @settle: when the next uplink has been back for long enough, in jiffies_64,
 *          or 0 (T3); RTNL
 * @settle_timer: wakes the slow path at that time, and a moment before
 * @ageing: forgets what was learned and not used (S5)
 * @call: the ports to be told of, by round (T4); RTNL
 * @call_timer: wakes the slow path to go on with that
 * @call_last: when the last frame of that kind was sent, in ns of ktime_get()
 * @call_count: how many were since there was a pause
 * @beacon_timer: wakes the slow path to send beacons (T5)
 * @beacon_sent: the last round of beacons has left; RTNL
 * @cookie: secret by which the switch knows its own beacons
 */
struct vsw_switch {
	struct vsw_fdb fdb;
	struct hlist_head *vlan;
	struct hlist_head trunks;
	bool up;
	u8 watch;
	u32 move;
	unsigned long moved;
	unsigned long noted;
	unsigned long expected;
	struct vsw_sightings __percpu *sightings;
	unsigned long woken;
	struct net_device *dev;

	struct list_head node;
	u32 id;
	struct vsw_net *vnet;
	struct xarray ports;
	struct list_head uplinks;
	struct vsw_team *team;
	struct list_head portgroups;
	struct vsw_policy policy;
	struct vsw_members absent;
	struct vsw_members vanished;
	struct vsw_portgroup *default_pg;
	u32 next_port;
	unsigned int n_ports;
	unsigned int n_portgroups;
	unsigned int n_uplinks;
	bool mtu_changing;
	struct list_head allowed;
	unsigned int n_allowed;
	struct timer_list poll;
	u64 settle;
	struct timer_list settle_timer;
	struct delayed_work ageing;
	struct list_head call[VSW_CALL_ROUNDS];
	struct timer_list call_timer;
	u64 call_last;
	unsigned int call_count;
	struct timer_list beacon_timer;
	bool beacon_sent;
	u64 cookie;
};

/**
 * vsw_mac() - an address as one number
 * @addr: the address
 *
 * The number only serves to compare and to hash. The address's first byte is
 * its lowest.
 *
 * Return: the address in the low 48 bits.
 */
static inline u64 vsw_mac(const u8 *addr)
{
	return get_unaligned_le32(addr) |
	       (u64)get_unaligned_le16(addr + 4) << 32;
}

/**
 * vsw_mac_addr() - the inverse of vsw_mac()
 * @mac: the number
 * @addr: where the ETH_ALEN bytes go
 */
static inline void vsw_mac_addr(u64 mac, u8 *addr)
{
	put_unaligned_le32(mac, addr);
	put_unaligned_le16(mac >> 32, addr + 4);
}

/**
 * vsw_mac_last() - the last byte of an address, for srcmac
 * @mac: the address, as vsw_mac() gives it
 *
 * Return: the byte.
 */
static inline u8 vsw_mac_last(u64 mac)
{
	u8 addr[ETH_ALEN];

	vsw_mac_addr(mac, addr);
	return addr[ETH_ALEN - 1];
}

/**
 * vsw_cast() - the kind of a destination address
 * @addr: the address
 *
 * Return: the kind.
 */
static inline enum vsw_cast vsw_cast(const u8 *addr)
{
	if (likely(!is_multicast_ether_addr(addr)))
		return VSW_UNICAST;
	return is_broadcast_ether_addr(addr) ? VSW_BROADCAST : VSW_MULTICAST;
}

/**
 * vsw_dev_live() - whether a device can carry frames at this moment (T2)
 * @dev: the device
 *
 * Reads the very bits that dev_close() and netif_carrier_off() change, so
 * that no notifier need have run.
 *
 * Return: true if it is running and has carrier.
 */
static inline bool vsw_dev_live(const struct net_device *dev)
{
	const unsigned long mask = BIT(__LINK_STATE_START) |
				   BIT(__LINK_STATE_NOCARRIER);

	return (READ_ONCE(dev->state) & mask) == BIT(__LINK_STATE_START);
}

#endif /* _VSW_TYPES_H */
