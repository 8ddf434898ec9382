// SPDX-License-Identifier: GPL-2.0-only
/* The small world in which frames are forwarded. */
#include <linux/rtnetlink.h>

#include "forward_world.h"
#include "../fdb.h"

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
	{ { .trunk = "20" } },			/* h, by 1 */
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
	static const struct vsw_kunit_vlan empty_trunk = { .trunk = "4000-4094" };
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

/**
 * vsw_kunit_set_state() - bring the world into the state for a frame
 * @sw: the switch, in whatever state
 * @frame: the frame
 */
void vsw_kunit_set_state(struct vsw_switch *sw,
			 const struct vsw_kunit_frame *frame)
{
	struct vsw_port *port;
	unsigned long n;
	char name;

	sw->up = !frame->sw_down;
	xa_for_each(&sw->ports, n, port) {
		port->flags = listed(frame->blocked, port) ?
			VSW_PORT_BLOCKED : 0;
		vsw_kunit_carrier(port, !listed(frame->dead, port));
	}
	for (name = '1'; name <= '3'; name++) {
		port = &vsw_kunit_uplink(sw, name)->port;
		vsw_kunit_carrier(port, !listed(frame->dead, port));
	}
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

static struct vsw_frame read_frame(const struct vsw_kunit_frame *frame)
{
	struct vsw_frame f = {
		.src = read_address(frame->src),
		.dst = read_address(frame->dst),
		.group_src = frame->src == GROUP || frame->src == BROADCAST,
		.link_local = frame->dst == LINK_LOCAL,
		.runt = frame->runt,
		.outer = frame->tag,
	};

	if (frame->dst == BROADCAST)
		f.cast = VSW_BROADCAST;
	else if (frame->dst == GROUP || frame->dst == LINK_LOCAL)
		f.cast = VSW_MULTICAST;
	return f;
}

/* Who gets a frame, and how often. */
struct receivers {
	u8 copies[128];
	bool seen_is_right;
};

static void receive(void *arg, struct vsw_port *port,
		    const struct vsw_snap *seen)
{
	struct receivers *r = arg;

	r->copies[(u8)vsw_kunit_name(port)]++;
	if (seen != (port->kind == VSW_UPLINK ? NULL : vsw_port_snap(port)))
		r->seen_is_right = false;
}

static void list_receivers(const struct receivers *r, char *to, size_t size)
{
	size_t len = 0;
	int name, i;

	for (name = 0; name < ARRAY_SIZE(r->copies); name++) {
		for (i = 0; i < r->copies[name] && len + 1 < size; i++)
			to[len++] = name;
	}
	to[len] = '\0';
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
	struct receivers r = { .seen_is_right = true };
	struct vsw_frame f = read_frame(frame);
	const struct vsw_uplink *via = NULL;
	const struct vsw_port *from;

	memset(fate, 0, sizeof(*fate));
	rcu_read_lock();
	if (frame->from < 'a') {
		via = vsw_kunit_uplink(sw, frame->from);
		from = &via->port;
		fate->verdict = vsw_forward_from_uplink(via, &f);
	} else {
		from = vsw_kunit_port(sw, frame->from);
		fate->verdict = vsw_forward_from_port(from, vsw_port_snap(from),
						      &f);
	}
	if (fate->verdict.to)
		receive(&r, fate->verdict.to, fate->verdict.seen);
	if (fate->verdict.action == VSW_ACT_FLOOD)
		fate->members = vsw_forward_flood(sw, &f, from, via, receive,
						  &r);
	rcu_read_unlock();
	list_receivers(&r, fate->to, sizeof(fate->to));
	fate->seen_is_right = r.seen_is_right;
}
