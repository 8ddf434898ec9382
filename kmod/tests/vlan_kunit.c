// SPDX-License-Identifier: GPL-2.0-only
/* What a tag means, and who may see which VLAN (L1 to L4). */
#include <kunit/test.h>

#include "util.h"
#include "../vlan.h"

#define Q	ETH_P_8021Q
#define AD	ETH_P_8021AD
#define IP	ETH_P_IP
#define PRIO(n)	((n) << VLAN_PRIO_SHIFT)
#define DEI	VLAN_CFI_MASK

#define NONE	{ .vid = 0 }
#define VID(n)	{ .vid = (n) }
#define TRUNK(s) { .trunk = (s) }
#define ALL	TRUNK("0-4094")

static const struct classify_case {
	const char *desc;
	struct vsw_tag outer;
	int verdict;
	u16 vlan;
	u16 prio;
	bool tagged;
	bool stag;
} classify_cases[] = {
	{ "L1: no tag is VLAN 0", { 0, 0, 0 }, VSW_PASS },
	{ "L1: no tag, whatever is left in the other fields",
	  { 0, PRIO(7) | 4095, Q }, VSW_PASS },
	{ "L1: tag 1", { Q, 1, IP }, VSW_PASS, 1, 0, true },
	{ "L1: tag 2048", { Q, 2048, IP }, VSW_PASS, 2048, 0, true },
	{ "L1: tag 4094", { Q, 4094, IP }, VSW_PASS, 4094, 0, true },
	{ "L1: priority and DEI travel with the VLAN",
	  { Q, PRIO(5) | DEI | 10, IP }, VSW_PASS, 10, PRIO(5) | DEI, true },
	{ "L3: an 802.1Q tag behind the first is payload",
	  { Q, 10, Q }, VSW_PASS, 10, 0, true },
	{ "L3: an 802.1ad tag behind the first is payload",
	  { Q, 10, AD }, VSW_PASS, 10, 0, true },
	{ "L3: 802.1ad belongs to VLAN 0",
	  { AD, 10, IP }, VSW_PASS, 0, 0, false, true },
	{ "L3: 802.1ad with id 0", { AD, 0, IP }, VSW_PASS, 0, 0, false, true },
	{ "L3: 802.1ad with id 4095",
	  { AD, 4095, IP }, VSW_PASS, 0, 0, false, true },
	{ "L3: what follows an 802.1ad tag of id 0 is payload",
	  { AD, 0, Q }, VSW_PASS, 0, 0, false, true },
	{ "L3: the priority in an 802.1ad tag is payload",
	  { AD, PRIO(7) | DEI | 10, Q }, VSW_PASS, 0, 0, false, true },
	{ "L4: id 0 is no tag", { Q, 0, IP }, VSW_PASS },
	{ "L4: a priority tag's priority is kept",
	  { Q, PRIO(7), IP }, VSW_PASS, 0, PRIO(7) },
	{ "L4: a priority tag's DEI is kept", { Q, DEI, IP }, VSW_PASS, 0, DEI },
	{ "L4: 802.1Q behind a priority tag",
	  { Q, PRIO(3), Q }, VSW_DROP_VLAN_INVALID },
	{ "L4: 802.1ad behind a priority tag",
	  { Q, PRIO(3), AD }, VSW_DROP_VLAN_INVALID },
	{ "L4: 802.1Q behind a tag of zeros", { Q, 0, Q }, VSW_DROP_VLAN_INVALID },
	{ "L4: id 4095", { Q, 4095, IP }, VSW_DROP_VLAN_INVALID },
	{ "L4: id 4095 with all other bits", { Q, 0xffff, IP },
	  VSW_DROP_VLAN_INVALID },
	{ "L4: id 4095 in front of a tag", { Q, 4095, Q }, VSW_DROP_VLAN_INVALID },
};

KUNIT_ARRAY_PARAM_DESC(classify, classify_cases, desc);

static void vsw_vlan_test_classify(struct kunit *test)
{
	const struct classify_case *c = test->param_value;
	struct vsw_frame f;

	/* What an earlier frame left behind must not show. */
	memset(&f, 0xff, sizeof(f));
	f.outer = c->outer;
	KUNIT_ASSERT_EQ(test, vsw_vlan_classify(&f), c->verdict);
	if (c->verdict != VSW_PASS)
		return;
	KUNIT_EXPECT_EQ(test, f.vlan, c->vlan);
	KUNIT_EXPECT_EQ(test, f.prio, c->prio);
	KUNIT_EXPECT_EQ(test, f.tagged, c->tagged);
	KUNIT_EXPECT_EQ(test, f.stag, c->stag);
}

/* The left column of the model's table: what a port sends. */
static const struct from_port_case {
	const char *desc;
	struct vsw_kunit_vlan setting;
	struct vsw_tag outer;
	int verdict;
	u16 vlan;
} from_port_cases[] = {
	{ "L1: EST, no tag", NONE, { 0 }, VSW_PASS, 0 },
	{ "L4: EST, priority tag", NONE, { Q, PRIO(5), IP }, VSW_PASS, 0 },
	{ "L4: EST, tag 1", NONE, { Q, 1, IP }, VSW_DROP_VLAN_TAG },
	{ "L4: EST, tag 4094", NONE, { Q, 4094, IP }, VSW_DROP_VLAN_TAG },
	{ "L4: EST, tag 0", NONE, { Q, 0, IP }, VSW_PASS, 0 },
	{ "L3: EST, 802.1ad", NONE, { AD, 10, IP }, VSW_DROP_VLAN_TAG },
	{ "L3: EST, 802.1ad of id 0", NONE, { AD, 0, IP }, VSW_DROP_VLAN_TAG },
	{ "L1: VST 1, no tag", VID(1), { 0 }, VSW_PASS, 1 },
	{ "L1: VST 4094, no tag", VID(4094), { 0 }, VSW_PASS, 4094 },
	{ "L4: VST 1, tag 0", VID(1), { Q, 0, IP }, VSW_PASS, 1 },
	{ "L4: VST 1, tag 1", VID(1), { Q, 1, IP }, VSW_DROP_VLAN_TAG },
	{ "L4: VST 4094, tag 0", VID(4094), { Q, 0, IP }, VSW_PASS, 4094 },
	{ "L4: VST 4094, tag 4094", VID(4094), { Q, 4094, IP },
	  VSW_DROP_VLAN_TAG },
	{ "L4: VST, priority tag", VID(10), { Q, PRIO(5), IP }, VSW_PASS, 10 },
	{ "L4: VST, a tag of its own VLAN", VID(10), { Q, 10, IP },
	  VSW_DROP_VLAN_TAG },
	{ "L4: VST, another tag", VID(10), { Q, 20, IP }, VSW_DROP_VLAN_TAG },
	{ "L3: VST, 802.1ad", VID(10), { AD, 10, IP }, VSW_DROP_VLAN_TAG },
	{ "L1: VGT, no tag", TRUNK("0,10"), { 0 }, VSW_PASS, 0 },
	{ "L4: VGT, priority tag", TRUNK("0,10"), { Q, PRIO(5), IP },
	  VSW_PASS, 0 },
	{ "L1: VGT, a tag of its list", TRUNK("0,10"), { Q, 10, IP },
	  VSW_PASS, 10 },
	{ "L3: VGT, 802.1ad", TRUNK("0,10"), { AD, 99, IP }, VSW_PASS, 0 },
	{ "L4: VGT without 0, no tag", TRUNK("1-4094"), { 0 },
	  VSW_DROP_VLAN_DENIED },
	{ "L4: VGT without 0, priority tag", TRUNK("1-4094"),
	  { Q, PRIO(5), IP }, VSW_DROP_VLAN_DENIED },
	{ "L3: VGT without 0, 802.1ad of an id that is in the list",
	  TRUNK("1-4094"), { AD, 10, IP }, VSW_DROP_VLAN_DENIED },
	{ "L4: VGT, just below its list", TRUNK("10-20"), { Q, 9, IP },
	  VSW_DROP_VLAN_DENIED },
	{ "L4: VGT, the first of its list", TRUNK("10-20"), { Q, 10, IP },
	  VSW_PASS, 10 },
	{ "L4: VGT, the last of its list", TRUNK("10-20"), { Q, 20, IP },
	  VSW_PASS, 20 },
	{ "L4: VGT, just above its list", TRUNK("10-20"), { Q, 21, IP },
	  VSW_DROP_VLAN_DENIED },
	{ "L4: VGT, between two ranges", TRUNK("10-20,22-30"), { Q, 21, IP },
	  VSW_DROP_VLAN_DENIED },
	{ "L4: VGT 0, tag 1", TRUNK("0"), { Q, 1, IP }, VSW_DROP_VLAN_DENIED },
	{ "L4: VGT 1, no tag", TRUNK("1"), { 0 }, VSW_DROP_VLAN_DENIED },
	{ "L1: VGT 1, tag 1", TRUNK("1"), { Q, 1, IP }, VSW_PASS, 1 },
	{ "L4: VGT 1, tag 2", TRUNK("1"), { Q, 2, IP }, VSW_DROP_VLAN_DENIED },
	{ "L4: VGT 4094, tag 4093", TRUNK("4094"), { Q, 4093, IP },
	  VSW_DROP_VLAN_DENIED },
	{ "L1: VGT 4094, tag 4094", TRUNK("4094"), { Q, 4094, IP },
	  VSW_PASS, 4094 },
	{ "L4: VGT 0-4093, tag 4094", TRUNK("0-4093"), { Q, 4094, IP },
	  VSW_DROP_VLAN_DENIED },
	{ "L1: all, no tag", ALL, { 0 }, VSW_PASS, 0 },
	{ "L1: all, tag 1", ALL, { Q, 1, IP }, VSW_PASS, 1 },
	{ "L1: all, tag 4094", ALL, { Q, 4094, IP }, VSW_PASS, 4094 },
};

KUNIT_ARRAY_PARAM_DESC(from_port, from_port_cases, desc);

static void vsw_vlan_test_from_port(struct kunit *test)
{
	const struct from_port_case *c = test->param_value;
	struct vsw_snap *snap = vsw_kunit_snap(test, NULL, &c->setting, NULL);
	struct vsw_frame f = { .outer = c->outer };

	KUNIT_ASSERT_EQ(test, vsw_vlan_classify(&f), VSW_PASS);
	KUNIT_EXPECT_EQ(test, vsw_vlan_from_port(snap, &f), c->verdict);
	if (c->verdict == VSW_PASS)
		KUNIT_EXPECT_EQ(test, f.vlan, c->vlan);
}

/* The right column: what a port gets. @admitted is the whole of it. */
static const struct admits_case {
	const char *desc;
	struct vsw_kunit_vlan setting;
	bool stag;
	const char *admitted;
} admits_cases[] = {
	{ "L1: EST gets VLAN 0 only", NONE, false, "0" },
	{ "L1: VST 1 gets VLAN 1 only", VID(1), false, "1" },
	{ "L1: VST 4094 gets VLAN 4094 only", VID(4094), false, "4094" },
	{ "L1: a trunk gets its list", TRUNK("0,10-20,4094"), false,
	  "0,10-20,4094" },
	{ "L1: a trunk without 0 gets nothing untagged", TRUNK("1-4093"), false,
	  "1-4093" },
	{ "L1: all gets 0 to 4094", ALL, false, "0-4094" },
	{ "L3: EST gets no 802.1ad", NONE, true, "" },
	{ "L3: VST gets no 802.1ad", VID(10), true, "" },
	{ "L3: a trunk gets 802.1ad as VLAN 0", TRUNK("0"), true, "0" },
	{ "L3: a trunk without 0 gets no 802.1ad", TRUNK("1-4094"), true, "" },
};

KUNIT_ARRAY_PARAM_DESC(admits, admits_cases, desc);

static void vsw_vlan_test_admits(struct kunit *test)
{
	const struct admits_case *c = test->param_value;
	const struct vsw_kunit_vlan expected = TRUNK(c->admitted);
	struct vsw_snap *want = vsw_kunit_snap(test, NULL, &expected, NULL);
	struct vsw_snap *snap = vsw_kunit_snap(test, NULL, &c->setting, NULL);
	/* 802.1ad is always VLAN 0. */
	unsigned int last = c->stag ? 0 : VSWITCH_VLAN_MAX;
	unsigned int vlan;

	for (vlan = 0; vlan <= last; vlan++)
		KUNIT_EXPECT_EQ_MSG(test, vsw_vlan_admits(snap, vlan, c->stag),
				    test_bit(vlan, want->trunk), "VLAN %u",
				    vlan);
}

static const struct meet_case {
	const char *desc;
	struct vsw_kunit_vlan a, b;
	bool meet;
} meet_cases[] = {
	{ "F1: none and none", NONE, NONE, true },
	{ "F1: none and 1", NONE, VID(1), false },
	{ "F1: none and 4094", NONE, VID(4094), false },
	{ "F1: the same VLAN", VID(4094), VID(4094), true },
	{ "F1: neighbours", VID(10), VID(11), false },
	{ "F1: none and a trunk with 0", NONE, TRUNK("0,10"), true },
	{ "F1: none and a trunk without 0", NONE, TRUNK("1-4094"), false },
	{ "F1: VST and a trunk that begins with it", VID(10), TRUNK("10-20"),
	  true },
	{ "F1: VST and a trunk that ends with it", VID(20), TRUNK("10-20"),
	  true },
	{ "F1: VST below a trunk", VID(9), TRUNK("10-20"), false },
	{ "F1: VST above a trunk", VID(21), TRUNK("10-20"), false },
	{ "F1: trunks that share one VLAN", TRUNK("10-20"), TRUNK("20-30"),
	  true },
	{ "F1: trunks that share only VLAN 0", TRUNK("0-9"), TRUNK("0,10-20"),
	  true },
	{ "F1: trunks that share only VLAN 4094", TRUNK("1,4094"),
	  TRUNK("2-4094"), true },
	{ "F1: trunks that touch", TRUNK("10-19"), TRUNK("20-30"), false },
	{ "F1: trunks that interleave", TRUNK("10,12,14"), TRUNK("11,13,15"),
	  false },
	{ "F1: all and none", ALL, NONE, true },
	{ "F1: all and 4094", ALL, VID(4094), true },
	{ "F1: all and all", ALL, ALL, true },
};

KUNIT_ARRAY_PARAM_DESC(meet, meet_cases, desc);

static void vsw_vlan_test_meet(struct kunit *test)
{
	const struct meet_case *c = test->param_value;
	struct vsw_snap *a = vsw_kunit_snap(test, NULL, &c->a, NULL);
	struct vsw_snap *b = vsw_kunit_snap(test, NULL, &c->b, NULL);

	KUNIT_EXPECT_EQ(test, vsw_vlan_meet(a, b), c->meet);
	KUNIT_EXPECT_EQ(test, vsw_vlan_meet(b, a), c->meet);
}

/* Whether a receiver sees the VLAN of a frame as a tag. */
static const struct tags_case {
	const char *desc;
	struct vsw_kunit_vlan setting;
	u16 vlan;
	bool on_port;
	bool on_uplink;
} tags_cases[] = {
	{ "L1: VLAN 0 to EST", NONE, 0, false, false },
	{ "L1: VLAN 1 to VST", VID(1), 1, false, true },
	{ "L1: VLAN 4094 to VST", VID(4094), 4094, false, true },
	{ "L1: VLAN 0 to VGT", ALL, 0, false, false },
	{ "L1: VLAN 1 to VGT", ALL, 1, true, true },
	{ "L1: VLAN 4094 to VGT", ALL, 4094, true, true },
	{ "L1: VLAN 1 to a trunk of nothing else", TRUNK("1"), 1, true, true },
};

KUNIT_ARRAY_PARAM_DESC(tags, tags_cases, desc);

static void vsw_vlan_test_tags(struct kunit *test)
{
	const struct tags_case *c = test->param_value;
	struct vsw_snap *snap = vsw_kunit_snap(test, NULL, &c->setting, NULL);
	struct vsw_frame f = { .vlan = c->vlan };

	KUNIT_EXPECT_EQ(test, vsw_vlan_tags(&f, snap), c->on_port);
	KUNIT_EXPECT_EQ(test, vsw_vlan_tags(&f, NULL), c->on_uplink);
	/* How the frame came does not matter, nor does its priority. */
	f.tagged = true;
	f.prio = PRIO(7) | DEI;
	KUNIT_EXPECT_EQ(test, vsw_vlan_tags(&f, snap), c->on_port);
	KUNIT_EXPECT_EQ(test, vsw_vlan_tags(&f, NULL), c->on_uplink);
}

/* What is a change of the VLAN setting, and what is none. */
static const struct same_case {
	const char *desc;
	struct vsw_kunit_vlan a, b;
	bool same;
} same_cases[] = {
	{ "F1: none and none", NONE, NONE, true },
	{ "F1: 1 and 1", VID(1), VID(1), true },
	{ "F1: 4094 and 4094", VID(4094), VID(4094), true },
	{ "F1: none and 1", NONE, VID(1), false },
	{ "F1: none and 4094", NONE, VID(4094), false },
	{ "F1: 1 and 4094", VID(1), VID(4094), false },
	{ "F1: none and a trunk of 0", NONE, TRUNK("0"), false },
	{ "F1: 1 and a trunk of 1", VID(1), TRUNK("1"), false },
	{ "F1: 4094 and a trunk of 4094", VID(4094), TRUNK("4094"), false },
	{ "F1: trunks of the same list", TRUNK("0,10-20"), TRUNK("10-20,0"),
	  true },
	{ "F1: trunks that differ in 0", TRUNK("0,10-20"), TRUNK("10-20"),
	  false },
	{ "F1: trunks that differ in 1", TRUNK("1-4094"), TRUNK("2-4094"),
	  false },
	{ "F1: trunks that differ in 4094", ALL, TRUNK("0-4093"), false },
	{ "F1: all and 0-4094", ALL, TRUNK("0-2000,2001-4094"), true },
	{ "F1: trunks that only meet", TRUNK("10-20"), TRUNK("20-30"), false },
};

KUNIT_ARRAY_PARAM_DESC(same, same_cases, desc);

static void vsw_vlan_test_same(struct kunit *test)
{
	const struct same_case *c = test->param_value;
	struct vsw_snap *a = vsw_kunit_snap(test, NULL, &c->a, NULL);
	struct vsw_snap *b = vsw_kunit_snap(test, NULL, &c->b, NULL);

	KUNIT_EXPECT_EQ(test, vsw_vlan_same(a, b), c->same);
	KUNIT_EXPECT_EQ(test, vsw_vlan_same(b, a), c->same);
	KUNIT_EXPECT_TRUE(test, vsw_vlan_same(a, a));
}

static struct kunit_case vsw_vlan_cases[] = {
	KUNIT_CASE_PARAM(vsw_vlan_test_classify, classify_gen_params),
	KUNIT_CASE_PARAM(vsw_vlan_test_from_port, from_port_gen_params),
	KUNIT_CASE_PARAM(vsw_vlan_test_admits, admits_gen_params),
	KUNIT_CASE_PARAM(vsw_vlan_test_meet, meet_gen_params),
	KUNIT_CASE_PARAM(vsw_vlan_test_tags, tags_gen_params),
	KUNIT_CASE_PARAM(vsw_vlan_test_same, same_gen_params),
	{}
};

static struct kunit_suite vsw_vlan_suite = {
	.name = "vswitch_vlan",
	.test_cases = vsw_vlan_cases,
};

kunit_test_suite(vsw_vlan_suite);
