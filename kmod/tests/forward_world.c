// SPDX-License-Identifier: GPL-2.0-only
/* The small world in which frames are forwarded. */
#include <linux/rtnetlink.h>

#include "forward_world.h"
#include "../sighting.h"
#include "../why.h"

/* The uplinks 1 and 2 are active, 3 is standby; each port in two uses 1. */
static const struct {
	struct vsw_kunit_vlan vlan;
	bool own_team;		/* only 3, by explicit order */
} ports[VSW_KUNIT_PORTS] = {
	{ { .vid = 0 } },			/* a, by 2 */
	{ { .vid = 10 } },			/* b, by 1 */
	{ { .vid = 10 } },			/* c, by 2 */
	{ { .vid = 20 }, .own_team = true },	/* d, by 3 */
	{ { .trunk = "0,10,30-40" } },		/* e, by 2 */
	{ { .trunk = "0-100" } },		/* f, by 1 */
	{ { .vid = 10 } },			/* g, by 2; without an address */
	{ { .trunk = "20,4094" } },		/* h, by 1 */
	{ { .vid = 1 } },			/* i, by 2 */
	{ { .vid = 4094 } },			/* j, by 1 */
};

static void claim(struct kunit *test, struct vsw_port *port)
{
	char name = vsw_kunit_name(port);
	int err;

	if (name == 'g')
		return;
	rtnl_lock();
	err = vsw_fdb_claim(port, vsw_kunit_mac(name), VSWITCH_ORIGIN_DECLARED,
			    false, GFP_KERNEL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
}

/**
 * vsw_kunit_forward_world() - make the world
 * @test: the test
 *
 * Return: its switch.
 */
struct vsw_switch *vsw_kunit_forward_world(struct kunit *test)
{
	static const struct vsw_kunit_vlan empty = { .vid = 300 };
	static const struct vsw_kunit_vlan empty_trunk = { .trunk = "4000-4093" };
	struct vsw_switch *sw = vsw_kunit_switch(test);
	struct vsw_team *team, *own_team;
	struct vsw_portgroup *pg;
	int i;

	for (i = 0; i < 3; i++)
		vsw_kunit_add_uplink(test, sw);
	team = vsw_kunit_team(test, sw, VSWITCH_TEAMING_PORTID, "12", "3");
	own_team = vsw_kunit_team(test, sw, VSWITCH_TEAMING_EXPLICIT, "3", "");
	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		pg = vsw_kunit_add_portgroup(test, sw, &ports[i].vlan,
					     ports[i].own_team ? own_team : team);
		claim(test, vsw_kunit_add_port(test, pg));
	}
	vsw_kunit_add_portgroup(test, sw, &empty, team);
	vsw_kunit_add_portgroup(test, sw, &empty_trunk, team);
	return sw;
}

static bool listed(const char *list, const struct vsw_port *port)
{
	return list && strchr(list, vsw_kunit_name(port));
}

static u8 read_flags(const struct vsw_kunit_frame *frame,
		     const struct vsw_port *port)
{
	u8 flags = VSW_SNAP_LISTENS;

	if (listed(frame->promisc, port))
		flags |= VSW_SNAP_PROMISC;
	if (listed(frame->no_changes, port))
		flags |= VSW_SNAP_NO_CHANGES;
	if (listed(frame->no_forged, port))
		flags |= VSW_SNAP_NO_FORGED;
	if (listed(frame->learns, port))
		flags |= VSW_SNAP_LEARNS;
	if (listed(frame->floods, port))
		flags |= VSW_SNAP_LEARNS | VSW_SNAP_FLOODS;
	if (listed(frame->over_allow, port))
		flags |= VSW_SNAP_OVER_ALLOW;
	return flags;
}

static void set_allowed(struct vsw_port *port, const char *pairs)
{
	char list[VSWITCH_ALLOW_MAC_MAX + 1] = "";
	size_t n = 0;

	for (; pairs && *pairs; pairs += 2) {
		if (pairs[0] == vsw_kunit_name(port))
			list[n++] = pairs[1];
	}
	vsw_kunit_allow(port, list);
}

static void set_port(struct vsw_port *port, const struct vsw_kunit_frame *frame)
{
	struct vsw_snap *snap = rtnl_dereference(rtnl_dereference(port->pg)->snap);

	snap->flags = read_flags(frame, port);
	snap->mac_limit = VSWITCH_MAC_LIMIT_MAX;
	port->kind = listed(frame->vmk, port) ? VSW_VMK : VSW_VNIC;
	port->initial = port->wanted;
	if (listed(frame->changed, port))
		port->initial = vsw_kunit_mac(OTHER);
	port->flags = 0;
	vsw_learn_forget_all(port);
	set_allowed(port, frame->allowed);
}

static void hold_by_use(struct vsw_switch *sw,
			const struct vsw_kunit_frame *frame)
{
	const struct vsw_kunit_hold *hold;
	struct vsw_fdb_entry *e;
	struct vsw_port *port;
	int i;

	for (i = 0; i < ARRAY_SIZE(frame->holds); i++) {
		hold = &frame->holds[i];
		if (!hold->who)
			return;
		port = vsw_kunit_port(sw, hold->who);
		rcu_read_lock();
		vsw_learn_use(port, vsw_kunit_mac(hold->mac), hold->vlan,
			      hold->origin);
		rcu_read_unlock();
		/* A slow machine does not make it any older. */
		list_for_each_entry(e, &port->by_use, by_use)
			e->used = frame->old ? jiffies - HZ : jiffies + 60 * HZ;
	}
}

/**
 * vsw_kunit_set_state() - bring the world into the state for a frame
 * @sw: the switch, in whatever state
 * @frame: the frame
 */
void vsw_kunit_set_state(struct vsw_switch *sw,
			 const struct vsw_kunit_frame *frame)
{
	struct vsw_snap *snap;
	struct vsw_port *port;
	unsigned long n;
	char name;

	rtnl_lock();
	sw->up = !frame->sw_down;
	xa_for_each(&sw->ports, n, port)
		set_port(port, frame);
	sw->fdb.n_learned = 0;
	hold_by_use(sw, frame);
	if (frame->learned)
		sw->fdb.n_learned = frame->learned;
	xa_for_each(&sw->ports, n, port) {
		if (listed(frame->blocked, port))
			port->flags |= VSW_PORT_BLOCKED;
		if (listed(frame->adopts, port))
			port->flags |= VSW_PORT_ADOPTS;
		vsw_kunit_carrier(port, !listed(frame->dead, port));
		snap = rtnl_dereference(rtnl_dereference(port->pg)->snap);
		if (frame->limit)
			snap->mac_limit = frame->limit;
	}
	for (name = '1'; name <= '3'; name++) {
		port = &vsw_kunit_uplink(sw, name)->port;
		vsw_kunit_carrier(port, !listed(frame->dead, port));
	}
	vsw_kunit_watch(sw);
	rtnl_unlock();
}

static u64 read_address(char name)
{
	static const u8 group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0, 0, 1 };

	switch (name) {
	case ZERO:
		return 0;
	case GROUP:
	case LINK_LOCAL:	/* that it is one is told in so many words */
		return vsw_mac(group);
	case BROADCAST:
		return U64_MAX >> 16;
	default:
		return vsw_kunit_mac(name);
	}
}

/**
 * vsw_kunit_read_frame() - make the frame that a table describes
 * @frame: what the table says
 * @f: the frame
 */
void vsw_kunit_read_frame(const struct vsw_kunit_frame *frame,
			  struct vsw_frame *f)
{
	*f = (struct vsw_frame){
		.src = read_address(frame->src),
		.dst = read_address(frame->dst),
		.group_src = frame->src == GROUP || frame->src == BROADCAST,
		.link_local = frame->dst == LINK_LOCAL,
		.runt = frame->runt,
		.outer = frame->tag,
		.note = U8_MAX,	/* what an earlier frame left must not show */
	};
	if (frame->dst == BROADCAST)
		f->cast = VSW_BROADCAST;
	else if (frame->dst == GROUP || frame->dst == LINK_LOCAL)
		f->cast = VSW_MULTICAST;
}

/* Who gets a frame, and how often; who refuses it. */
struct receivers {
	u8 copies[128];
	bool blocked[128];
	bool changed[128];
	bool seen_is_right;
};

static void note_refusal(struct receivers *r, const struct vsw_port *port,
			 int res)
{
	u8 name = vsw_kunit_name(port);

	r->blocked[name] = res == VSW_DROP_BLOCKED;
	r->changed[name] = res == VSW_DROP_MAC_CHANGES;
}

static void receive(void *arg, struct vsw_port *port,
		    const struct vsw_snap *seen)
{
	struct receivers *r = arg;

	r->copies[(u8)vsw_kunit_name(port)]++;
	note_refusal(r, port, vsw_forward_refused(port, seen));
	if (seen != (port->kind == VSW_UPLINK ? NULL : vsw_port_snap(port)))
		r->seen_is_right = false;
}

static void append(char *to, char name)
{
	size_t len = strlen(to);

	if (len + 1 < sizeof_field(struct vsw_kunit_fate, to))
		to[len] = name;
}

/* The lists of @fate must be empty. */
static void list_receivers(const struct receivers *r,
			   struct vsw_kunit_fate *fate)
{
	int name, i;

	for (name = 0; name < ARRAY_SIZE(r->copies); name++) {
		for (i = 0; i < r->copies[name]; i++)
			append(fate->to, name);
		if (r->blocked[name])
			append(fate->blocked, name);
		if (r->changed[name])
			append(fate->changed, name);
	}
}

/**
 * vsw_kunit_decide() - see what becomes of a frame in the world as it is
 * @sw: the switch
 * @frame: the frame
 * @fate: what becomes of it
 */
void vsw_kunit_decide(struct vsw_switch *sw,
		      const struct vsw_kunit_frame *frame,
		      struct vsw_kunit_fate *fate)
{
	static struct receivers r;	/* too large for the stack */
	const struct vsw_uplink *uplink;
	const struct vsw_port *from;
	struct vsw_frame f = {};

	r = (struct receivers){ .seen_is_right = true };
	vsw_kunit_read_frame(frame, &f);
	memset(fate, 0, sizeof(*fate));
	rcu_read_lock();
	if (frame->from < 'a') {
		uplink = vsw_kunit_uplink(sw, frame->from);
		from = &uplink->port;
		fate->verdict = vsw_forward_from_uplink(uplink, &f,
							READ_ONCE(sw->watch));
		if (frame->skb && f.path &&
		    !vsw_sighting_unicast(uplink, frame->skb, &f))
			fate->verdict = vsw_verdict_drop(VSW_DROP_REVERSE_PATH);
		if (frame->skb && fate->verdict.action == VSW_ACT_FLOOD)
			f.print = vsw_sighting_note(uplink, frame->skb, &f);
	} else {
		from = vsw_kunit_port(sw, frame->from);
		fate->verdict = vsw_forward_from_port(from, vsw_port_snap(from),
						      &f);
	}
	fate->vlan = f.vlan;
	fate->note = f.note;
	fate->reason = fate->verdict.reason;
	if (fate->verdict.to)
		receive(&r, fate->verdict.to, fate->verdict.seen);
	if (fate->verdict.also)
		receive(&r, fate->verdict.also, NULL);
	if (fate->verdict.action == VSW_ACT_FLOOD)
		fate->reason = vsw_forward_flood(sw, &f, from, &fate->verdict,
						 receive, &r);
	rcu_read_unlock();
	list_receivers(&r, fate);
	fate->seen_is_right = r.seen_is_right;
}

/**
 * vsw_kunit_expect_fate() - hold the fate of a frame against a table
 * @test: the test
 * @c: what the table says
 * @fate: what became of the frame
 */
void vsw_kunit_expect_fate(struct kunit *test, const struct vsw_kunit_case *c,
			   const struct vsw_kunit_fate *fate)
{
	KUNIT_EXPECT_EQ(test, fate->verdict.action, c->action);
	KUNIT_EXPECT_STREQ(test, fate->to, c->to ?: "");
	KUNIT_EXPECT_STREQ(test, fate->blocked, c->blocked ?: "");
	KUNIT_EXPECT_STREQ(test, fate->changed, c->changed ?: "");
	KUNIT_EXPECT_EQ(test, fate->note, c->note);
	KUNIT_EXPECT_TRUE(test, fate->seen_is_right);
	if (!c->to && c->action != VSW_ACT_HOST)
		KUNIT_EXPECT_EQ(test, fate->reason, c->reason);
}

static u32 action_of(const struct vsw_kunit_fate *fate)
{
	if (fate->verdict.action == VSW_ACT_HOST)
		return VSWITCH_ACTION_HOST;
	return fate->to[0] ? VSWITCH_ACTION_DELIVER : VSWITCH_ACTION_DROP;
}

/* The right column of the model's table of VLAN settings, and L1 and L3. */
static bool sees_tag(const struct vsw_port *port, u16 vlan)
{
	return vlan && (port->kind == VSW_UPLINK ||
			ports[port->number - 1].vlan.trunk);
}

/**
 * vsw_kunit_expect_why() - hold an answer about a frame against its fate
 * @test: the test
 * @sw: the switch
 * @frame: the frame
 * @fate: what became of it
 */
void vsw_kunit_expect_why(struct kunit *test, struct vsw_switch *sw,
			  const struct vsw_kunit_frame *frame,
			  const struct vsw_kunit_fate *fate)
{
	struct vsw_why *why = kunit_kzalloc(test, sizeof(*why), GFP_KERNEL);
	struct vsw_kunit_fate answer = {};
	struct receivers r = {};
	int i;

	KUNIT_ASSERT_NOT_NULL(test, why);
	vsw_kunit_read_frame(frame, &why->frame);
	rtnl_lock();
	rcu_read_lock();
	if (frame->from < 'a')
		vsw_why_uplink(vsw_kunit_uplink(sw, frame->from), why);
	else
		vsw_why_port(vsw_kunit_port(sw, frame->from), why);
	rcu_read_unlock();
	rtnl_unlock();

	for (i = 0; i < why->n; i++) {
		r.copies[(u8)vsw_kunit_name(why->to[i].port)]++;
		note_refusal(&r, why->to[i].port, why->to[i].refused);
		KUNIT_EXPECT_EQ(test, why->to[i].tagged,
				sees_tag(why->to[i].port, fate->vlan));
	}
	list_receivers(&r, &answer);
	KUNIT_EXPECT_STREQ(test, answer.to, fate->to);
	KUNIT_EXPECT_STREQ(test, answer.blocked, fate->blocked);
	KUNIT_EXPECT_STREQ(test, answer.changed, fate->changed);
	KUNIT_EXPECT_EQ(test, why->action, action_of(fate));
	KUNIT_EXPECT_NOT_NULL(test, why->rule);
	if (why->action == VSWITCH_ACTION_DROP)
		KUNIT_EXPECT_EQ(test, why->reason, fate->reason);
	if (why->action == VSWITCH_ACTION_DELIVER)
		KUNIT_EXPECT_TRUE(test, why->has_vlan);
	if (why->has_vlan)
		KUNIT_EXPECT_EQ(test, why->frame.vlan, fate->vlan);
}

/**
 * vsw_kunit_test_frame() - see whether a frame has the fate that a table says
 * @test: the test
 * @c: what the table says
 *
 * Who asks about the frame gets the same answer.
 */
void vsw_kunit_test_frame(struct kunit *test, const struct vsw_kunit_case *c)
{
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct vsw_kunit_fate fate;

	vsw_kunit_set_state(sw, &c->frame);
	vsw_kunit_decide(sw, &c->frame, &fate);
	vsw_kunit_expect_fate(test, c, &fate);
	vsw_kunit_expect_why(test, sw, &c->frame, &fate);
}
