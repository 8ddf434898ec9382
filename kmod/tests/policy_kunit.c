// SPDX-License-Identifier: GPL-2.0-only
/* Policies and how a portgroup inherits them (T1, M3, S2 to S5, Q1). */
#include <kunit/test.h>

#include "../policy.h"

#define PORTID		VSWITCH_TEAMING_PORTID
#define EXPLICIT	VSWITCH_TEAMING_EXPLICIT

/*
 * A policy in tables: a device is one character of a list, and a list that is
 * NULL is not set. @teaming is -1 if it is not set.
 */
struct spec {
	int teaming;
	const char *active;
	const char *standby;
};

struct policies {
	struct vsw_policy a, b, c;
};

static struct policies *alloc_policies(struct kunit *test)
{
	struct policies *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

/* Names as long as they get, so that each byte of one counts. */
static void device_name(char c, char *name)
{
	snprintf(name, IFNAMSIZ, "a-long-uplink-%c", c);
}

static void read_members(const char *list, struct vsw_members *members)
{
	int i;

	members->n = strlen(list);
	for (i = 0; i < members->n; i++)
		device_name(list[i], members->name[i]);
}

static void read_policy(const struct spec *spec, struct vsw_policy *policy)
{
	/* What is not set is not looked at, whatever it is. */
	memset(policy, 0, sizeof(*policy));
	policy->teaming = 99;
	read_members("xyz", &policy->active);
	read_members("xyz", &policy->standby);

	if (spec->teaming >= 0) {
		policy->set |= VSWITCH_POLICY_FIELD_TEAMING;
		policy->teaming = spec->teaming;
	}
	if (spec->active) {
		policy->set |= VSWITCH_POLICY_FIELD_ACTIVE;
		read_members(spec->active, &policy->active);
	}
	if (spec->standby) {
		policy->set |= VSWITCH_POLICY_FIELD_STANDBY;
		read_members(spec->standby, &policy->standby);
	}
}

static void expect_members(struct kunit *test, const char *what,
			   const struct vsw_members *members, const char *list)
{
	char found[VSW_MAX_UPLINKS + 1] = "";
	char name[IFNAMSIZ];
	int i;

	for (i = 0; i < members->n; i++) {
		found[i] = members->name[i][strlen(members->name[i]) - 1];
		device_name(found[i], name);
		KUNIT_EXPECT_STREQ(test, members->name[i], name);
	}
	KUNIT_EXPECT_STREQ_MSG(test, found, list, "%s", what);
}

static const struct merge_case {
	const char *desc;
	struct spec base, own, result;
} merge_cases[] = {
	{ "T1: a portgroup that sets nothing inherits all",
	  { PORTID, "abc", "de" }, { -1 }, { PORTID, "abc", "de" } },
	{ "T1: the teaming policy alone",
	  { PORTID, "ab", "c" }, { EXPLICIT }, { EXPLICIT, "ab", "c" } },
	{ "T1: the teaming policy alone, the other way round",
	  { EXPLICIT, "ab", "c" }, { PORTID }, { PORTID, "ab", "c" } },
	{ "T1: the active list alone",
	  { PORTID, "ab", "c" }, { -1, "d" }, { PORTID, "d", "c" } },
	{ "T1: the standby list alone",
	  { PORTID, "ab", "c" }, { -1, NULL, "d" }, { PORTID, "ab", "d" } },
	{ "T1: both lists",
	  { EXPLICIT, "ab", "c" }, { -1, "c", "ba" }, { EXPLICIT, "c", "ba" } },
	{ "T1: all fields",
	  { PORTID, "ab", "c" }, { EXPLICIT, "d", "e" }, { EXPLICIT, "d", "e" } },
	{ "T1: an empty active list is not an inherited one",
	  { PORTID, "ab", "c" }, { -1, "" }, { PORTID, "", "c" } },
	{ "T1: an empty standby list is not an inherited one",
	  { PORTID, "ab", "c" }, { -1, NULL, "" }, { PORTID, "ab", "" } },
	{ "T1: two empty lists",
	  { PORTID, "ab", "c" }, { -1, "", "" }, { PORTID, "", "" } },
	{ "T1: an own list is in its own order",
	  { PORTID, "abc", "" }, { -1, "cab" }, { PORTID, "cab", "" } },
	{ "T1: own active and inherited standby count as active",
	  { PORTID, "a", "bcd" }, { -1, "c" }, { PORTID, "c", "bd" } },
	{ "T1: own standby and inherited active count as active",
	  { PORTID, "ab", "c" }, { -1, NULL, "dbe" }, { PORTID, "ab", "de" } },
	{ "T1: active only, all of them",
	  { PORTID, "a", "bcd" }, { -1, "dbc" }, { PORTID, "dbc", "" } },
	{ "T1: active only, the first and the last",
	  { PORTID, "a", "bcd" }, { -1, "db" }, { PORTID, "db", "c" } },
};

KUNIT_ARRAY_PARAM_DESC(merge, merge_cases, desc);

static void expect_policy(struct kunit *test, const struct vsw_policy *policy,
			  const struct spec *spec)
{
	KUNIT_EXPECT_EQ(test, policy->teaming, spec->teaming);
	expect_members(test, "active", &policy->active, spec->active);
	expect_members(test, "standby", &policy->standby, spec->standby);
}

static void vsw_policy_test_merge(struct kunit *test)
{
	const struct merge_case *c = test->param_value;
	struct policies *p = alloc_policies(test);

	read_policy(&c->base, &p->a);
	read_policy(&c->own, &p->b);
	memset(&p->c, 0xff, sizeof(p->c));
	vsw_policy_merge(&p->a, &p->b, &p->c);
	expect_policy(test, &p->c, &c->result);
	expect_policy(test, &p->a, &c->base);
	if (p->b.set)
		return;
	memset(&p->c, 0xff, sizeof(p->c));
	vsw_policy_merge(&p->a, NULL, &p->c);
	expect_policy(test, &p->c, &c->result);
}

static const struct twice_case {
	const char *desc;
	const char *active;
	const char *standby;
	char twice;
} twice_cases[] = {
	{ "T1: empty lists name nothing twice", "", "" },
	{ "T1: a device in one list", "a", "" },
	{ "T1: different devices", "abc", "def" },
	{ "T1: twice in the active list", "aa", "", 'a' },
	{ "T1: at both ends of the active list", "abca", "", 'a' },
	{ "T1: twice in the standby list", "", "bcc", 'c' },
	{ "T1: in both lists", "a", "a", 'a' },
	{ "T1: in both lists, the last of each", "abc", "dec", 'c' },
	{ "T1: in both lists, first and last", "abc", "dea", 'a' },
};

KUNIT_ARRAY_PARAM_DESC(twice, twice_cases, desc);

static void vsw_policy_test_twice(struct kunit *test)
{
	const struct twice_case *c = test->param_value;
	struct policies *p = alloc_policies(test);
	char name[IFNAMSIZ];

	read_members(c->active, &p->a.active);
	read_members(c->standby, &p->a.standby);
	if (!c->twice) {
		KUNIT_EXPECT_NULL(test, vsw_policy_twice(&p->a));
		return;
	}
	device_name(c->twice, name);
	KUNIT_ASSERT_NOT_NULL(test, vsw_policy_twice(&p->a));
	KUNIT_EXPECT_STREQ(test, vsw_policy_twice(&p->a), name);
}

/* All 32, so that what is behind the list would be behind the array. */
#define FULL	"abcdefghijklmnopqrstuvwxyzABCDEF"

static const struct find_case {
	const char *desc;
	const char *list;
	char device;
	int at;
} find_cases[] = {
	{ "T1: nothing is in an empty list", "", 'a', -1 },
	{ "T1: the first", "abc", 'a', 0 },
	{ "T1: the last", "abc", 'c', 2 },
	{ "T1: not there", "abc", 'd', -1 },
	{ "M5: the last of 32", FULL, 'F', 31 },
	{ "M5: not among 32", FULL, 'G', -1 },
};

KUNIT_ARRAY_PARAM_DESC(find, find_cases, desc);

static void vsw_policy_test_find(struct kunit *test)
{
	const struct find_case *c = test->param_value;
	struct policies *p = alloc_policies(test);
	char name[IFNAMSIZ];

	read_members("abcdef", &p->a.active);
	read_members(c->list, &p->a.active);
	device_name(c->device, name);
	KUNIT_EXPECT_EQ(test, vsw_policy_find(&p->a.active, name), c->at);
	/* The beginning of a name is not the name. */
	name[strlen(name) - 1] = '\0';
	KUNIT_EXPECT_EQ(test, vsw_policy_find(&p->a.active, name), -1);
}

static const struct change_case {
	const char *desc;
	struct spec before;
	char from;
	char to;	/* 0: it is forgotten */
	struct spec after;
} change_cases[] = {
	{ "T1: forget the first", { 0, "abc", "" }, 'a', 0, { 0, "bc", "" } },
	{ "T1: forget one between", { 0, "abc", "" }, 'b', 0, { 0, "ac", "" } },
	{ "T1: forget the last", { 0, "abc", "" }, 'c', 0, { 0, "ab", "" } },
	{ "T1: forget the only one", { 0, "a", "" }, 'a', 0, { 0, "", "" } },
	{ "T1: forget a standby one",
	  { 0, "ab", "cd" }, 'c', 0, { 0, "ab", "d" } },
	{ "T1: forget it in all lists",
	  { 0, "ab", "ca" }, 'a', 0, { 0, "b", "c" } },
	{ "T1: forget one that is not listed",
	  { 0, "ab", "c" }, 'd', 0, { 0, "ab", "c" } },
	{ "M5: forget the last of 32", { 0, FULL, "" }, 'F', 0,
	  { 0, "abcdefghijklmnopqrstuvwxyzABCDE", "" } },
	{ "M5: forget the first of 32", { 0, "", FULL }, 'a', 0,
	  { 0, "", "bcdefghijklmnopqrstuvwxyzABCDEF" } },
	{ "M3: a new name keeps its place",
	  { 0, "abc", "" }, 'b', 'x', { 0, "axc", "" } },
	{ "M3: a new name of a standby one",
	  { 0, "a", "bc" }, 'c', 'x', { 0, "a", "bx" } },
	{ "M3: a new name in all lists",
	  { 0, "ab", "ca" }, 'a', 'x', { 0, "xb", "cx" } },
	{ "M3: a new name of one that is not listed",
	  { 0, "ab", "c" }, 'd', 'x', { 0, "ab", "c" } },
	{ "M3: a new name at the end of 32", { 0, FULL, "" }, 'F', 'x',
	  { 0, "abcdefghijklmnopqrstuvwxyzABCDEx", "" } },
};

KUNIT_ARRAY_PARAM_DESC(change, change_cases, desc);

static void vsw_policy_test_change(struct kunit *test)
{
	const struct change_case *c = test->param_value;
	struct policies *p = alloc_policies(test);
	char from[IFNAMSIZ], to[IFNAMSIZ];

	read_policy(&c->before, &p->a);
	device_name(c->from, from);
	device_name(c->to, to);
	if (c->to)
		vsw_policy_rename(&p->a, from, to);
	else
		vsw_policy_forget(&p->a, from);
	expect_policy(test, &p->a, &c->after);
}

/*
 * The fields of security and shaping. @own are those that a portgroup
 * sets; it has values of its own in all of them, since what is not set is not
 * looked at.
 */
#define FIELD(name)	VSWITCH_POLICY_FIELD_##name
#define SECURITY	(FIELD(PROMISCUOUS) | FIELD(MAC_CHANGES) | \
			 FIELD(FORGED) | FIELD(MAC_LEARNING) | \
			 FIELD(MAC_LIMIT) | FIELD(MAC_OVER_LIMIT) | \
			 FIELD(MAC_FLOOD))
#define SHAPING		(FIELD(SHAPE_FROM_GUEST) | FIELD(SHAPE_TO_GUEST))
#define FAILOVER	(FIELD(DETECT) | FIELD(NOTIFY) | FIELD(FAILBACK) | \
			 FIELD(UP_DELAY))

static const struct field_case {
	const char *desc;
	u32 own;
} field_cases[] = {
	{ "S4: promiscuous alone", FIELD(PROMISCUOUS) },
	{ "S2: mac-changes alone", FIELD(MAC_CHANGES) },
	{ "S3: forged alone", FIELD(FORGED) },
	{ "S5: mac-learning alone", FIELD(MAC_LEARNING) },
	{ "S5: mac-limit alone", FIELD(MAC_LIMIT) },
	{ "S5: mac-over-limit alone", FIELD(MAC_OVER_LIMIT) },
	{ "S5: mac-flood alone", FIELD(MAC_FLOOD) },
	{ "Q1: shape-from-guest alone", FIELD(SHAPE_FROM_GUEST) },
	{ "Q1: shape-to-guest alone", FIELD(SHAPE_TO_GUEST) },
	{ "S2: mac-changes and forged", FIELD(MAC_CHANGES) | FIELD(FORGED) },
	{ "S5: all of security", SECURITY },
	{ "Q1: all of shaping", SHAPING },
	{ "Q1: all of both", SECURITY | SHAPING },
	{ "T5: detect alone", FIELD(DETECT) },
	{ "T4: notify alone", FIELD(NOTIFY) },
	{ "T3: failback alone", FIELD(FAILBACK) },
	{ "T3: up-delay alone", FIELD(UP_DELAY) },
	{ "T3: all of failover", FAILOVER },
	{ "T1: none of both", FIELD(TEAMING) },
	{ "T1: nothing", 0 },
};

KUNIT_ARRAY_PARAM_DESC(field, field_cases, desc);

/* No two of them alike in any field. */
static void fill(struct vsw_policy *policy, bool own)
{
	policy->promiscuous = own ? VSWITCH_PERMISSION_ACCEPT :
				    VSWITCH_PERMISSION_REJECT;
	policy->mac_changes = own ? VSWITCH_PERMISSION_REJECT :
				    VSWITCH_PERMISSION_ACCEPT;
	policy->forged = policy->mac_changes;
	policy->mac_learning = own ? VSWITCH_TOGGLE_ON : VSWITCH_TOGGLE_OFF;
	policy->mac_flood = own ? VSWITCH_TOGGLE_OFF : VSWITCH_TOGGLE_ON;
	policy->mac_over_limit = own ? VSWITCH_OVER_LIMIT_ALLOW :
				       VSWITCH_OVER_LIMIT_DROP;
	policy->mac_limit = own ? 1 : 4096;
	policy->shape[VSW_IN] = (struct vsw_shape){ 8000 + own, own, 1500 };
	policy->shape[VSW_OUT] = (struct vsw_shape){ 9000, 2 + own, 1600 + own };
	policy->detect = own ? VSWITCH_DETECTION_BEACON : VSWITCH_DETECTION_LINK;
	policy->notify = own ? VSWITCH_TOGGLE_OFF : VSWITCH_TOGGLE_ON;
	policy->failback = policy->notify;
	policy->up_delay = own ? 0 : 100;
}

static bool same_shape(const struct vsw_shape *a, const struct vsw_shape *b)
{
	return a->average == b->average && a->peak == b->peak &&
	       a->burst == b->burst;
}

/* The fields of @policy that are not those of @base. */
static u32 differing(const struct vsw_policy *policy,
		     const struct vsw_policy *base)
{
	u32 set = 0;

	set |= policy->promiscuous != base->promiscuous ? FIELD(PROMISCUOUS) : 0;
	set |= policy->mac_changes != base->mac_changes ? FIELD(MAC_CHANGES) : 0;
	set |= policy->forged != base->forged ? FIELD(FORGED) : 0;
	set |= policy->mac_learning != base->mac_learning ?
		FIELD(MAC_LEARNING) : 0;
	set |= policy->mac_limit != base->mac_limit ? FIELD(MAC_LIMIT) : 0;
	set |= policy->mac_over_limit != base->mac_over_limit ?
		FIELD(MAC_OVER_LIMIT) : 0;
	set |= policy->mac_flood != base->mac_flood ? FIELD(MAC_FLOOD) : 0;
	set |= same_shape(&policy->shape[VSW_IN], &base->shape[VSW_IN]) ?
		0 : FIELD(SHAPE_FROM_GUEST);
	set |= same_shape(&policy->shape[VSW_OUT], &base->shape[VSW_OUT]) ?
		0 : FIELD(SHAPE_TO_GUEST);
	set |= policy->detect != base->detect ? FIELD(DETECT) : 0;
	set |= policy->notify != base->notify ? FIELD(NOTIFY) : 0;
	set |= policy->failback != base->failback ? FIELD(FAILBACK) : 0;
	set |= policy->up_delay != base->up_delay ? FIELD(UP_DELAY) : 0;
	return set;
}

static void vsw_policy_test_field(struct kunit *test)
{
	const struct field_case *c = test->param_value;
	const u32 all = SECURITY | SHAPING | FAILOVER;
	struct policies *p = alloc_policies(test);

	fill(&p->a, false);
	fill(&p->b, true);
	p->b.set = c->own;
	vsw_policy_merge(&p->a, &p->b, &p->c);
	/* What it sets is its own, and the rest is the switch's. */
	KUNIT_EXPECT_EQ(test, differing(&p->c, &p->a), c->own & all);
	KUNIT_EXPECT_EQ(test, differing(&p->c, &p->b), all & ~c->own);
}

static void vsw_policy_test_init(struct kunit *test)
{
	struct policies *p = alloc_policies(test);
	const struct vsw_policy *policy = &p->a;

	memset(&p->a, 0xff, sizeof(p->a));
	vsw_policy_init(&p->a);
	KUNIT_EXPECT_EQ(test, policy->set, VSWITCH_POLICY_FIELD_MASK);
	KUNIT_EXPECT_EQ(test, policy->teaming, VSWITCH_TEAMING_PORTID);
	KUNIT_EXPECT_EQ(test, policy->active.n, 0);
	KUNIT_EXPECT_EQ(test, policy->standby.n, 0);
	KUNIT_EXPECT_EQ(test, policy->mac_changes, VSWITCH_PERMISSION_ACCEPT);
	KUNIT_EXPECT_EQ(test, policy->forged, VSWITCH_PERMISSION_ACCEPT);
	KUNIT_EXPECT_EQ(test, policy->promiscuous, VSWITCH_PERMISSION_REJECT);
	KUNIT_EXPECT_EQ(test, policy->mac_learning, VSWITCH_TOGGLE_OFF);
	KUNIT_EXPECT_EQ(test, policy->mac_flood, VSWITCH_TOGGLE_ON);
	KUNIT_EXPECT_EQ(test, policy->mac_over_limit, VSWITCH_OVER_LIMIT_DROP);
	KUNIT_EXPECT_EQ(test, policy->mac_limit, 4096);
	KUNIT_EXPECT_EQ(test, policy->shape[VSW_IN].average, 0);
	KUNIT_EXPECT_EQ(test, policy->shape[VSW_OUT].average, 0);
}

/* What a policy means to frames; @own are fields that are not the default. */
static const struct flags_case {
	const char *desc;
	u32 own;
	bool flood_on;
	u8 flags;
} flags_cases[] = {
	{ "S2: the defaults", 0, true, VSW_SNAP_NOTIFY },
	{ "S4: promiscuous", FIELD(PROMISCUOUS), true,
	  VSW_SNAP_PROMISC | VSW_SNAP_NOTIFY },
	{ "S2: MAC changes rejected", FIELD(MAC_CHANGES), true,
	  VSW_SNAP_NO_CHANGES | VSW_SNAP_NOTIFY },
	{ "S3: forged transmits rejected", FIELD(FORGED), true,
	  VSW_SNAP_NO_FORGED | VSW_SNAP_NOTIFY },
	{ "S5: learning and flooding", FIELD(MAC_LEARNING), true,
	  VSW_SNAP_LEARNS | VSW_SNAP_FLOODS | VSW_SNAP_NOTIFY },
	{ "S5: learning without flooding", FIELD(MAC_LEARNING), false,
	  VSW_SNAP_LEARNS | VSW_SNAP_NOTIFY },
	{ "S5: no flooding without learning", 0, false, VSW_SNAP_NOTIFY },
	{ "S5: allowed over the limit", FIELD(MAC_OVER_LIMIT), true,
	  VSW_SNAP_OVER_ALLOW | VSW_SNAP_NOTIFY },
	{ "S5: the limit is no flag", FIELD(MAC_LIMIT), true, VSW_SNAP_NOTIFY },
	{ "Q1: nor are the shapers", SHAPING, true, VSW_SNAP_NOTIFY },
	{ "T4: notify off", FIELD(NOTIFY), true, 0 },
	{ "T3: the rest of failover is no flag", FAILOVER, true, 0 },
	{ "S5: all of it", SECURITY | SHAPING | FAILOVER, true,
	  VSW_SNAP_PROMISC | VSW_SNAP_NO_CHANGES | VSW_SNAP_NO_FORGED |
	  VSW_SNAP_LEARNS | VSW_SNAP_FLOODS | VSW_SNAP_OVER_ALLOW },
};

KUNIT_ARRAY_PARAM_DESC(flags, flags_cases, desc);

static void vsw_policy_test_flags(struct kunit *test)
{
	const struct flags_case *c = test->param_value;
	struct policies *p = alloc_policies(test);

	vsw_policy_init(&p->a);
	fill(&p->b, true);
	p->b.set = c->own;
	vsw_policy_merge(&p->a, &p->b, &p->c);
	p->c.mac_flood = c->flood_on ? VSWITCH_TOGGLE_ON : VSWITCH_TOGGLE_OFF;
	/* Group frames are for everybody (F3). */
	KUNIT_EXPECT_EQ(test, vsw_policy_flags(&p->c),
			VSW_SNAP_LISTENS | c->flags);
}

static struct kunit_case vsw_policy_cases[] = {
	KUNIT_CASE_PARAM(vsw_policy_test_merge, merge_gen_params),
	KUNIT_CASE_PARAM(vsw_policy_test_twice, twice_gen_params),
	KUNIT_CASE_PARAM(vsw_policy_test_find, find_gen_params),
	KUNIT_CASE_PARAM(vsw_policy_test_change, change_gen_params),
	KUNIT_CASE_PARAM(vsw_policy_test_field, field_gen_params),
	KUNIT_CASE_PARAM(vsw_policy_test_flags, flags_gen_params),
	KUNIT_CASE(vsw_policy_test_init),
	{}
};

static struct kunit_suite vsw_policy_suite = {
	.name = "vswitch_policy",
	.test_cases = vsw_policy_cases,
};

kunit_test_suite(vsw_policy_suite);
