// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers about frames, where they say more than the decision: by which rule,
 * in which VLAN, and who sees a tag. That they say the same as the decision is
 * seen with every frame of forward_world.c. The last tests need a world with
 * more ports than that.
 */
#include <kunit/test.h>
#include <linux/rtnetlink.h>

#include "forward_world.h"
#include "../why.h"

#define NO_VLAN		(-1)

/*
 * @rule decides on the frame, which is in @vlan if the decision comes as far as
 * that. @tagged are those who would see a tag.
 */
static const struct why_case {
	const char *desc;
	struct vsw_kunit_frame frame;
	u32 action;
	const char *rule;
	int vlan;
	const char *tagged;
} why_cases[] = {
#define DELIVER	VSWITCH_ACTION_DELIVER
#define DROPS	VSWITCH_ACTION_DROP
	{ "F2: to an owner", { 'b', 'b', 'c' }, DELIVER, "F2", 10, "" },
	{ "F2: to a trunk", { 'b', 'b', 'e' }, DELIVER, "F2", 10, "e" },
	{ "F2: to a trunk in VLAN 0", { 'a', 'a', 'e' }, DELIVER, "F2", 0, "" },
	{ "F2: by an uplink", { 'b', 'b', OUTSIDE }, DELIVER, "F2", 10, "1" },
	{ "F2: by an uplink in VLAN 0", { 'a', 'a', OUTSIDE }, DELIVER, "F2",
	  0, "" },
	{ "F2: to itself", { 'b', 'b', 'b' }, DROPS, "F2", 10 },
	{ "F2: to itself, and nobody gets a copy",
	  { 'b', 'b', 'b', .promisc = "d" }, DROPS, "F2", 10 },
	{ "F2: no uplink", { 'b', 'b', OUTSIDE, .dead = "123" }, DROPS, "F2",
	  10 },
	{ "F3: a group frame", { 'b', 'b', BROADCAST }, DELIVER, "F3", 10,
	  "1ef" },
	{ "F3: a group frame in VLAN 0", { 'a', 'a', BROADCAST }, DELIVER,
	  "F3", 0, "" },
	{ "F4: to an owner", { '1', OUTSIDE, 'b', TAG(10) }, DELIVER, "F4",
	  10, "" },
	{ "F4: to a trunk", { '2', OUTSIDE, 'e', TAG(30) }, DELIVER, "F4", 30,
	  "e" },
	{ "F4: nobody owns it", { '1', OUTSIDE, OUTSIDE, TAG(10) }, DROPS,
	  "F4", 10 },
	{ "F4: nobody owns it, nor is anybody flooded",
	  { '3', OUTSIDE, OUTSIDE, TAG(10), .floods = "bce" }, DROPS, "F4",
	  10 },
	{ "F6: a group frame", { '1', OUTSIDE, BROADCAST, TAG(10) }, DELIVER,
	  "F6", 10, "f" },
	{ "F6: another uplink", { '2', OUTSIDE, 'b', TAG(10) }, DROPS, "F6",
	  10 },
	{ "F6: a group frame by another uplink",
	  { '3', OUTSIDE, BROADCAST, TAG(10) }, DROPS, "F6", 10 },
	{ "F6: a VLAN without a port", { '1', OUTSIDE, BROADCAST, TAG(4093) },
	  DROPS, "F6", 4093 },
	{ "F7: a reflection", { '1', 'b', BROADCAST, TAG(10) }, DROPS, "F7",
	  10 },
	{ "F8: from an uplink", { '1', OUTSIDE, LINK_LOCAL, TAG(10) },
	  VSWITCH_ACTION_HOST, "F8", NO_VLAN },
	{ "F8: from a port", { 'b', 'b', LINK_LOCAL }, DROPS, "F8", NO_VLAN },
	{ "F12: too short", { 'b', 'b', 'c', .runt = true }, DROPS, "F12",
	  NO_VLAN },
	{ "F12: a bad source", { 'b', ZERO, 'c' }, DROPS, "F12", NO_VLAN },
	{ "M6: the switch is down", { 'b', 'b', 'c', .sw_down = true }, DROPS,
	  "M6", NO_VLAN },
	{ "S6: the port is blocked", { 'b', 'b', 'c', .blocked = "b" }, DROPS,
	  "S6", NO_VLAN },
	{ "L4: VLAN 4095", { 'f', 'f', OUTSIDE, TAG(4095) }, DROPS, "L4",
	  NO_VLAN },
	{ "L4: outside the list", { 'e', 'e', OUTSIDE, TAG(41) }, DROPS, "L4",
	  41 },
	{ "L1: the border VLAN 1", { 'f', 'f', BROADCAST, TAG(1) }, DELIVER,
	  "F3", 1, "1" },
	{ "L1: the border VLAN 4094", { 'j', 'j', BROADCAST }, DELIVER, "F3",
	  4094, "1h" },
	{ "S3: forged", { 'b', OTHER, 'c', .no_forged = "b" }, DROPS, "S3",
	  10 },
	{ "S5: one more than may be learned",
	  { 'b', OTHER, 'c', .learns = "b", .learned = 65536 }, DROPS, "S5",
	  10 },
	{ "L3: 802.1ad has no tag that is seen",
	  { 'e', 'e', BROADCAST, STAG }, DELIVER, "F3", 0, "" },
};

KUNIT_ARRAY_PARAM_DESC(why, why_cases, desc);

static struct vsw_why *ask(struct kunit *test, struct vsw_switch *sw,
			   const struct vsw_kunit_frame *frame)
{
	struct vsw_why *why = kunit_kzalloc(test, sizeof(*why), GFP_KERNEL);

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
	return why;
}

/* The names of those who see a tag, in order. */
static void list_tagged(const struct vsw_why *why, char *list)
{
	char name;
	int i;

	for (name = '0'; name <= 'z'; name++) {
		for (i = 0; i < why->n; i++) {
			if (why->to[i].tagged &&
			    vsw_kunit_name(why->to[i].port) == name)
				*list++ = name;
		}
	}
}

static void vsw_why_test_answer(struct kunit *test)
{
	const struct why_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	char tagged[VSW_WHY_RECEIVERS + 1] = "";
	const struct vsw_why *why;

	vsw_kunit_set_state(sw, &c->frame);
	why = ask(test, sw, &c->frame);
	KUNIT_EXPECT_EQ(test, why->action, c->action);
	KUNIT_EXPECT_STREQ(test, why->rule, c->rule);
	KUNIT_EXPECT_EQ(test, why->has_vlan, c->vlan != NO_VLAN);
	if (c->vlan != NO_VLAN)
		KUNIT_EXPECT_EQ(test, why->frame.vlan, c->vlan);
	KUNIT_ASSERT_LE(test, why->n, VSW_WHY_RECEIVERS);
	list_tagged(why, tagged);
	KUNIT_EXPECT_STREQ(test, tagged, c->tagged ?: "");
}

/* Nothing is done: asking twice gives the same, and nobody holds anything. */
static void vsw_why_test_nothing_done(struct kunit *test)
{
	const struct vsw_kunit_frame learned = {
		'b', OTHER, 'c', .learns = "b",
	};
	const struct vsw_kunit_frame outside = {
		'2', VIRTUAL, 'e', TAG(10), .learns = "c",
		HOLDS(LEARNED('c', VIRTUAL, 10)),
	};
	struct vsw_switch *sw = vsw_kunit_forward_world(test);
	struct vsw_port *b = vsw_kunit_port(sw, 'b');
	struct vsw_port *c = vsw_kunit_port(sw, 'c');
	int i;

	for (i = 0; i < 2; i++) {
		vsw_kunit_set_state(sw, &learned);
		KUNIT_EXPECT_EQ(test, ask(test, sw, &learned)->action, DELIVER);
		KUNIT_EXPECT_TRUE(test, list_empty(&b->by_use));
		KUNIT_EXPECT_EQ(test, b->other_source, 0);
		vsw_kunit_set_state(sw, &outside);
		KUNIT_EXPECT_EQ(test, ask(test, sw, &outside)->action, DELIVER);
		KUNIT_EXPECT_FALSE(test, list_empty(&c->by_use));
	}
}

/* More receivers than an answer names: all of them are counted. */
static const struct many_case {
	const char *desc;
	unsigned int listeners;
	bool uplink;
} many_cases[] = {
	{ "F3: one less than are named, and the uplink", 62, true },
	{ "F3: as many as are named", 63, true },
	{ "F3: one more than are named", 64, true },
	{ "F3: as many without an uplink", 64, false },
	{ "F3: one more without an uplink", 65, false },
};

KUNIT_ARRAY_PARAM_DESC(many, many_cases, desc);

static void vsw_why_test_many(struct kunit *test)
{
	const struct vsw_kunit_frame frame = { 'a', OTHER, BROADCAST };
	static const struct vsw_kunit_vlan vlan = { .vid = 4094 };
	const struct many_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_switch(test);
	const unsigned int n = c->listeners + c->uplink;
	struct vsw_portgroup *pg;
	const struct vsw_why *why;
	struct vsw_team *team;
	unsigned int i;

	vsw_kunit_add_uplink(test, sw);
	team = vsw_kunit_team(test, sw, VSWITCH_TEAMING_PORTID,
			      c->uplink ? "1" : "", "");
	pg = vsw_kunit_add_portgroup(test, sw, &vlan, team);
	for (i = 0; i < c->listeners + 1; i++)
		vsw_kunit_add_port(test, pg);

	why = ask(test, sw, &frame);
	KUNIT_EXPECT_EQ(test, why->action, DELIVER);
	KUNIT_EXPECT_EQ(test, why->n, n);
	for (i = 0; i < min(n, VSW_WHY_RECEIVERS); i++)
		KUNIT_EXPECT_NOT_NULL(test, why->to[i].port);
	if (n < VSW_WHY_RECEIVERS)
		KUNIT_EXPECT_NULL(test, why->to[n].port);
}

static struct kunit_case vsw_why_cases[] = {
	KUNIT_CASE_PARAM(vsw_why_test_answer, why_gen_params),
	KUNIT_CASE_PARAM(vsw_why_test_many, many_gen_params),
	KUNIT_CASE(vsw_why_test_nothing_done),
	{}
};

static struct kunit_suite vsw_why_suite = {
	.name = "vswitch_why",
	.test_cases = vsw_why_cases,
};

kunit_test_suite(vsw_why_suite);
