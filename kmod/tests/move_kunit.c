// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port that changes its uplink (F6), and the lists of ports when the number
 * of slots changes (L2), in the world of forward_world.c.
 */
#include <kunit/skbuff.h>
#include <kunit/test.h>
#include <linux/rtnetlink.h>

#include "forward_world.h"
#include "../port.h"
#include "../portgroup.h"
#include "../sighting.h"

/*
 * Make before break. Events come in pairs: "-1" and "+1" take the carrier of
 * an uplink or give it back, "u3" is unicast that came by uplink 3, "s " lets the
 * slow path run, "t " lets half a second pass since the last move, "T " a whole
 * one and "y " a tenth, and with "e " the slow path expects a move. In the end
 * port b, which uses 1, then the standby 3, then 2, takes unicast from @unicast
 * and group frames from @group.
 */
static const struct move_case {
	const char *desc;
	const char *events;
	const char *unicast;
	const char *group;
} move_cases[] = {
	{ "F6: the current uplink only", "", "1", "1" },
	{ "F6: the one before, before the slow path knows", "-1", "13", "3" },
	{ "F6: the one before, when the slow path knows", "-1s ", "13", "3" },
	{ "F6: the one before, half a second later", "-1s t ", "13", "3" },
	{ "F6: not for a whole second", "-1s T ", "3", "3" },
	{ "F6: the second begins with the move", "s T -1s ", "13", "3" },
	{ "F6: it begins anew with the next move", "-1s T +1s ", "13", "1" },
	{ "F6: the one before the last move", "-1s -3s ", "23", "2" },
	{ "F6: back again", "-1s +1s ", "13", "1" },
	{ "F6: a look without a move changes nothing", "-1s s s ", "13", "3" },
	{ "F6: none if there was none", "-1-2-3s +2s ", "2", "2" },
	{ "F6: the one before there was none", "-1-2-3s ", "1", "" },
	{ "F6: not once unicast came by the new one", "-1u3", "3", "3" },
	{ "F6: nor when the slow path sees the move after that", "-1u3s ", "3", "3" },
	{ "F6: if that is still the new one", "-1u3-3s ", "12", "2" },
};

KUNIT_ARRAY_PARAM_DESC(move, move_cases, desc);

static void happen(struct vsw_switch *sw, const char *event)
{
	struct vsw_port *port = vsw_kunit_port(sw, 'b');

	switch (event[0]) {
	case '-':
	case '+':
		vsw_kunit_carrier(&vsw_kunit_uplink(sw, event[1])->port,
				  event[0] == '+');
		break;
	case 's':
		vsw_kunit_slow_path(sw);
		break;
	case 'u':
		/* What rx.c does with unicast that came by this uplink. */
		port->path.heard = true;
		port->path.proven = vsw_kunit_uplink(sw, event[1]);
		break;
	case 't':
		port->path.moved = jiffies - VSW_MAKE_BEFORE_BREAK / 2;
		break;
	case 'T':
		port->path.moved = jiffies - VSW_MAKE_BEFORE_BREAK;
		break;
	case 'y':
		port->path.moved = jiffies - VSW_SIGHTING_TIME - 1;
		sw->expected = port->path.moved;
		break;
	case 'e':
		vsw_port_expect_all(sw);
		break;
	}
}

static void vsw_move_test_uplink(struct kunit *test)
{
	const struct move_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct vsw_kunit_frame frame = { 0, OUTSIDE, 'b', TAG(10) };
	char unicast[4] = "", group[4] = "";
	struct vsw_kunit_fate fate;
	const char *event;

	for (event = c->events; *event; event += 2)
		happen(sw, event);
	for (frame.from = '1'; frame.from <= '3'; frame.from++) {
		frame.dst = 'b';
		vsw_kunit_decide(sw, &frame, &fate);
		if (strchr(fate.to, 'b'))
			unicast[strlen(unicast)] = frame.from;
		frame.dst = BROADCAST;
		vsw_kunit_decide(sw, &frame, &fate);
		if (strchr(fate.to, 'b'))
			group[strlen(group)] = frame.from;
	}
	KUNIT_EXPECT_STREQ(test, unicast, c->unicast);
	KUNIT_EXPECT_STREQ(test, group, c->group);
}

/*
 * Copies of a frame around a move: events as above, and "g1" is a group frame by
 * uplink 1, "n1" another one, "v1" and "w1" are two that are for port b alone.
 * Port b gets them by @by.
 */
static const struct again_case {
	const char *desc;
	const char *events;
	const char *by;
} again_cases[] = {
	{ "F6: the one of the copies by the uplink in use", "g1g2g3", "1" },
	{ "F6: not again by the new uplink", "g1-1g3", "1" },
	{ "F6: nor when the slow path knows", "g1-1s g3", "1" },
	{ "F6: nor by the next but one", "g1-1-3g2", "1" },
	{ "F6: another frame", "g1-1n3", "13" },
	{ "F6: the copy comes by the new uplink first", "-1g3g1", "3" },
	{ "F6: what came by a dead uplink was not delivered", "-1g1g3", "3" },
	{ "F6: nor what came by another one", "g2-1g3", "3" },
	{ "F6: not again when the uplink is back", "-1s g3+1s g1", "3" },
	{ "F6: what came by the old uplink after the move", "-1s +1s g3g1", "1" },
	{ "F6: for a tenth of a second", "g1-1s y g3", "13" },
	{ "F6: unicast by the old uplink, then its copies", "-1v1w1v3w3", "11" },
	{ "F6: so when the slow path knows", "-1s v1w1v3w3", "11" },
	{ "F6: so when it gets to know in between", "-1v1w1v3s w3", "11" },
	{ "F6: so when the uplink is back", "-1s +1s v3w3v1w1", "33" },
	{ "F6: unicast that nobody has had", "-1s v1w3", "13" },
	{ "F6: what came before the move", "v1-1v3", "13" },
	{ "F6: unicast by the new uplink first", "-1s v3v1w3w1", "33" },
	{ "F6: unicast, for a tenth of a second", "-1s v1y v3v1", "13" },
	{ "F6: the same again by the new uplink", "-1s v3v3", "33" },
	{ "F6: a frame and a group frame", "-1s v1g3v3", "13" },
	{ "F6: what came before a move that was expected",
	  "-1s v3y e v3w3+1s v1n1w1", "3331" },
	{ "F6: the move does not come, so it may come again", "e v1v1", "11" },
	{ "F6: nor is it remembered", "e y v1v1-1v3", "113" },
	{ "F6: the other one is lost first", "-1s y e v3-3s v2", "3" },
};

KUNIT_ARRAY_PARAM_DESC(again, again_cases, desc);

static bool gets(struct vsw_switch *sw, char from, char dst,
		 const struct sk_buff *skb)
{
	struct vsw_kunit_frame frame = {
		from, OUTSIDE, dst, TAG(10), .skb = skb
	};
	struct vsw_kunit_fate fate;

	vsw_kunit_decide(sw, &frame, &fate);
	return strchr(fate.to, 'b');
}

static struct sk_buff *payload(struct kunit *test, u8 last)
{
	struct sk_buff *skb = kunit_zalloc_skb(test, 46, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	__skb_put(skb, 46);
	skb->data[45] = last;
	return skb;
}

static void vsw_move_test_again(struct kunit *test)
{
	const struct again_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct sk_buff *one = payload(test, 0), *other = payload(test, 1);
	const char *event;
	char by[8] = "";

	for (event = c->events; *event; event += 2) {
		bool group = event[0] == 'g' || event[0] == 'n';

		if (!group && event[0] != 'v' && event[0] != 'w')
			happen(sw, event);
		else if (gets(sw, event[1], group ? BROADCAST : 'b',
			      event[0] == 'g' || event[0] == 'v' ? one : other))
			by[strlen(by)] = event[1];
	}
	KUNIT_EXPECT_STREQ(test, by, c->by);
}

/* The path of an address is not followed while the team does not go by it. */
static void vsw_move_test_forget(struct kunit *test)
{
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct vsw_uplink *uplink = vsw_kunit_uplink(sw, '1');
	struct vsw_port *port = vsw_kunit_port(sw, 'b');
	struct vsw_fdb_entry e = {
		.path = { .now = uplink, .prev = uplink, .proven = uplink }
	};

	list_add(&e.by_use, &port->by_use);
	vsw_port_forget(port, uplink);
	list_del(&e.by_use);
	KUNIT_EXPECT_PTR_EQ(test, e.path.now, NULL);
	KUNIT_EXPECT_PTR_EQ(test, e.path.prev, NULL);
	KUNIT_EXPECT_PTR_EQ(test, e.path.proven, NULL);
}

/*
 * The lists of the ports when a new team, the same for all of them, has another
 * number of slots: who gets a group frame from uplinks 1 to 3 in the end.
 */
static const struct regroup_case {
	const char *desc;
	const char *active[3];
	const char *to[3];
} regroup_cases[] = {
	{ "L2: as many slots as before", { "21" }, { "ceg", "bf", "" } },
	{ "L2: more slots", { "123" }, { "cf", "g", "be" } },
	{ "L2: fewer slots", { "2" }, { "", "bcefg", "" } },
	{ "L2: no active uplink", { "" }, { "", "", "" } },
	{ "L2: more, then fewer", { "123", "32" }, { "", "ceg", "bf" } },
	{ "L2: fewer, then more, then as before", { "1", "123", "12" },
	  { "bf", "ceg", "" } },
};

KUNIT_ARRAY_PARAM_DESC(regroup, regroup_cases, desc);

/* What vsw_compile_portgroup() does, and nothing else. */
static void give_team(struct kunit *test, struct vsw_port *port,
		      const char *active)
{
	struct vsw_switch *sw = port->sw;
	struct vsw_snap *old, *snap;
	struct vsw_portgroup *pg;
	struct vsw_team *team;

	team = vsw_kunit_team(test, sw, VSWITCH_TEAMING_PORTID, active, "");
	snap = kunit_kzalloc(test, sizeof(*snap), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, snap);
	rtnl_lock();
	pg = rtnl_dereference(port->pg);
	old = rtnl_dereference(pg->snap);
	*snap = *old;
	snap->team = team;
	vsw_portgroup_regroup(pg, snap);
	rcu_assign_pointer(pg->snap, snap);
	hlist_replace_rcu(&old->node, &snap->node);
	vsw_port_follow(port);
	rtnl_unlock();
}

static void vsw_move_test_regroup(struct kunit *test)
{
	const struct regroup_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct vsw_kunit_frame inside = { 'b', 'b', BROADCAST };
	struct vsw_kunit_frame outside = { 0, OUTSIDE, BROADCAST, TAG(10) };
	struct vsw_kunit_fate fate;
	char name;
	int i;

	for (i = 0; i < ARRAY_SIZE(c->active) && c->active[i]; i++) {
		for (name = 'a'; name < 'a' + VSW_KUNIT_PORTS; name++)
			give_team(test, vsw_kunit_port(sw, name), c->active[i]);
	}

	/* Each of them once, behind the uplink if there is one. */
	vsw_kunit_decide(sw, &inside, &fate);
	KUNIT_EXPECT_STREQ(test, fate.to + !!fate.verdict.to, "cefg");

	for (i = 0; i < ARRAY_SIZE(c->to); i++) {
		outside.from = '1' + i;
		vsw_kunit_decide(sw, &outside, &fate);
		KUNIT_EXPECT_STREQ_MSG(test, fate.to, c->to[i], "from %d",
				       i + 1);
	}
}

static struct kunit_case vsw_move_cases[] = {
	KUNIT_CASE_PARAM(vsw_move_test_uplink, move_gen_params),
	KUNIT_CASE_PARAM(vsw_move_test_again, again_gen_params),
	KUNIT_CASE(vsw_move_test_forget),
	KUNIT_CASE_PARAM(vsw_move_test_regroup, regroup_gen_params),
	{}
};

static struct kunit_suite vsw_move_suite = {
	.name = "vswitch_move",
	.test_cases = vsw_move_cases,
};

kunit_test_suite(vsw_move_suite);
