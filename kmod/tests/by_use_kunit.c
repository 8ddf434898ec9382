// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of holding by use (F1): allowed lists (S3), limits and ageing (S5,
 * M5), and what a frame has found out and is not true any more.
 */
#include <kunit/test.h>
#include <linux/rtnetlink.h>

#include "util.h"
#include "../forward.h"
#include "../learn.h"

#define ALLOWED		VSWITCH_ORIGIN_ALLOWED
#define LEARNED		VSWITCH_ORIGIN_LEARNED

/* A switch with a portgroup in VLAN 10 that learns, and two ports there. */
struct world {
	struct vsw_switch *sw;
	struct vsw_snap *snap;
	struct vsw_port *a, *b;
};

static void make_world(struct kunit *test, struct world *w)
{
	static const struct vsw_kunit_vlan vlan = { .vid = 10 };
	struct vsw_portgroup *pg;
	struct vsw_team *team;

	w->sw = vsw_kunit_switch(test);
	team = vsw_kunit_team(test, w->sw, VSWITCH_TEAMING_PORTID, "", "");
	pg = vsw_kunit_add_portgroup(test, w->sw, &vlan, team);
	w->snap = rcu_dereference_protected(pg->snap, true);
	w->snap->flags |= VSW_SNAP_LEARNS;
	w->a = vsw_kunit_add_port(test, pg);
	w->b = vsw_kunit_add_port(test, pg);
}

static int use(struct vsw_port *port, char name, u16 vlan, u8 origin)
{
	int err;

	rcu_read_lock();
	err = vsw_learn_use(port, vsw_kunit_mac(name), vlan, origin);
	rcu_read_unlock();
	return err;
}

static char holder(const struct world *w, char name, u16 vlan)
{
	const struct vsw_snap *seen;
	const struct vsw_fdb_entry *e;
	char who;

	rcu_read_lock();
	e = vsw_fdb_find(&w->sw->fdb, vsw_kunit_mac(name), vlan, false, true,
			 &seen);
	who = vsw_kunit_name(e ? e->port : NULL);
	rcu_read_unlock();
	return who;
}

/* Ageing: @unused jiffies after the last frame, at any time of day. */
static const struct age_case {
	const char *desc;
	unsigned long used;
	unsigned long unused;
	u8 origin;
	bool kept;
} age_cases[] = {
	{ "S5: used just now", 1000, 0, LEARNED, true },
	{ "S5: used a second ago", 1000, HZ, LEARNED, true },
	{ "S5: used 300.9 s ago", 1000, 301 * HZ - HZ / 10, LEARNED, true },
	{ "S5: used 301 s ago but one jiffy", 1000, 301 * HZ - 1, LEARNED,
	  true },
	{ "S5: used 301 s ago", 1000, 301 * HZ, LEARNED, false },
	{ "S5: used an hour ago", 1000, 3600 * HZ, LEARNED, false },
	{ "S5: not yet, while jiffies wrap", -5UL, 301 * HZ - 1, LEARNED,
	  true },
	{ "S5: 301 s, while jiffies wrap", -5UL, 301 * HZ, LEARNED, false },
	{ "S5: just now, jiffies about to wrap", -1UL, 0, LEARNED, true },
	{ "F1: what is allowed does not age", 1000, 3600 * HZ, ALLOWED, true },
};

KUNIT_ARRAY_PARAM_DESC(age, age_cases, desc);

static void vsw_by_use_test_age(struct kunit *test)
{
	const struct age_case *c = test->param_value;
	struct vsw_fdb_entry *e;
	struct world w;

	make_world(test, &w);
	rtnl_lock();
	vsw_kunit_allow(w.a, "X");
	use(w.a, 'X', 10, c->origin);
	list_for_each_entry(e, &w.a->by_use, by_use)
		e->used = c->used;
	/* A younger one stays, whatever becomes of the first. */
	use(w.a, 'Y', 10, LEARNED);
	e = list_last_entry(&w.a->by_use, struct vsw_fdb_entry, by_use);
	e->used = c->used + c->unused;
	vsw_learn_age(w.b, c->used + c->unused);
	KUNIT_EXPECT_EQ(test, holder(&w, 'X', 10), 'a');
	vsw_learn_age(w.a, c->used + c->unused);
	rtnl_unlock();

	KUNIT_EXPECT_EQ(test, holder(&w, 'X', 10), c->kept ? 'a' : '-');
	KUNIT_EXPECT_EQ(test, holder(&w, 'Y', 10), 'a');
	KUNIT_EXPECT_EQ(test, w.a->n_learned,
			1 + (c->kept && c->origin == LEARNED));
	KUNIT_EXPECT_EQ(test, w.sw->fdb.n_learned, w.a->n_learned);
}

/* Allowed lists: @list is given one after another, @n of them are counted. */
#define LIST_32	"abcdefghijklmnopqrstuvwxyzABCDEF"

static const struct list_case {
	const char *desc;
	const char *list[3];
	const char *allowed;
	const char *others;
} list_cases[] = {
	{ "S3: no list", { "" }, "", "aX" },
	{ "S3: a list of one", { "X" }, "X", "aYx" },
	{ "S3: a list of two", { "XY" }, "XY", "aZ" },
	{ "S3: a list of 31", { LIST_32 + 1 }, LIST_32 + 1, "aX" },
	{ "S3: a list of 32", { LIST_32 }, LIST_32, "GXZ" },
	{ "S3: another list", { "X", "YZ" }, "YZ", "X" },
	{ "S3: a longer one", { "X", LIST_32 }, LIST_32, "X" },
	{ "S3: a list taken away", { LIST_32, "" }, "", LIST_32 },
	{ "S3: and given anew", { "X", "", "XY" }, "XY", "Z" },
};

KUNIT_ARRAY_PARAM_DESC(list, list_cases, desc);

static bool allows(const struct vsw_port *port, char name)
{
	bool allowed;

	rcu_read_lock();
	allowed = vsw_learn_allows(port, vsw_kunit_mac(name));
	rcu_read_unlock();
	return allowed;
}

static void vsw_by_use_test_list(struct kunit *test)
{
	const struct list_case *c = test->param_value;
	const char *name;
	struct world w;
	int i;

	make_world(test, &w);
	rtnl_lock();
	vsw_kunit_allow(w.b, "X");
	for (i = 0; i < ARRAY_SIZE(c->list) && c->list[i]; i++)
		vsw_kunit_allow(w.a, c->list[i]);
	rtnl_unlock();
	for (name = c->allowed; *name; name++)
		KUNIT_EXPECT_TRUE_MSG(test, allows(w.a, *name), "%c", *name);
	for (name = c->others; *name; name++)
		KUNIT_EXPECT_FALSE_MSG(test, allows(w.a, *name), "%c", *name);
	/* The other port's does not change, and both count (M6). */
	KUNIT_EXPECT_TRUE(test, allows(w.b, 'X'));
	KUNIT_EXPECT_FALSE(test, allows(w.b, 'Y'));
	KUNIT_EXPECT_EQ(test, w.sw->n_allowed, strlen(c->allowed) + 1);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&w.sw->allowed),
			*c->allowed ? 2 : 1);
}

/* Limits, without learning that many. */
static const struct limit_case {
	const char *desc;
	u16 limit;
	unsigned int port;
	unsigned int sw;
	bool full;
} limit_cases[] = {
	{ "S5: a limit of 1, nothing learned", 1, 0, 0, false },
	{ "S5: a limit of 1", 1, 1, 1, true },
	{ "S5: the default, one below", 4096, 4095, 4095, false },
	{ "S5: the default", 4096, 4096, 4096, true },
	{ "S5: lowered under what was learned", 1, 4096, 4096, true },
	{ "M5: the switch, one below", 4096, 0, 65535, false },
	{ "M5: the switch", 4096, 0, 65536, true },
	{ "M5: both, one below", 4096, 4095, 65535, false },
};

KUNIT_ARRAY_PARAM_DESC(limit, limit_cases, desc);

static void vsw_by_use_test_limit(struct kunit *test)
{
	const struct limit_case *c = test->param_value;
	struct world w;

	make_world(test, &w);
	w.snap->mac_limit = c->limit;
	w.a->n_learned = c->port;
	w.sw->fdb.n_learned = c->sw;
	KUNIT_EXPECT_EQ(test, vsw_learn_full(w.a, w.snap, NULL), c->full);
	KUNIT_EXPECT_EQ(test, use(w.a, 'X', 10, LEARNED),
			c->full ? -ENOSPC : 0);
	KUNIT_EXPECT_EQ(test, holder(&w, 'X', 10), c->full ? '-' : 'a');
	KUNIT_EXPECT_EQ(test, w.a->n_learned, c->port + !c->full);
	KUNIT_EXPECT_EQ(test, w.sw->fdb.n_learned, c->sw + !c->full);

	/* What is known is used all the same, and counts once. */
	if (!c->full) {
		KUNIT_EXPECT_EQ(test, use(w.a, 'X', 10, LEARNED), 0);
		KUNIT_EXPECT_EQ(test, w.a->n_learned, c->port + 1);
	}
	/* What is allowed does not count. */
	rtnl_lock();
	vsw_kunit_allow(w.a, "Y");
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, use(w.a, 'Y', 10, ALLOWED), 0);
	KUNIT_EXPECT_EQ(test, holder(&w, 'Y', 10), 'a');
	KUNIT_EXPECT_EQ(test, w.a->n_learned, c->port + !c->full);
}

/* What a frame from an address, in VLAN 10, asks to be kept. */
static u8 note(struct vsw_port *port, char name)
{
	struct vsw_frame f = { .src = vsw_kunit_mac(name), .vlan = 10 };

	rcu_read_lock();
	vsw_forward_source(port, vsw_port_snap(port), &f);
	rcu_read_unlock();
	return f.note;
}

/* M5: allowed addresses are held by use up to a limit of their own. */
static void vsw_by_use_test_allowed_limit(struct kunit *test)
{
	struct world w;

	make_world(test, &w);
	rtnl_lock();
	vsw_kunit_allow(w.a, "XY");
	vsw_kunit_allow(w.b, "X");
	rtnl_unlock();
	w.sw->fdb.n_allowed_used = VSW_MAX_ALLOWED_USE - 1;
	KUNIT_EXPECT_EQ(test, use(w.a, 'X', 10, ALLOWED), 0);
	KUNIT_EXPECT_EQ(test, use(w.a, 'Y', 10, ALLOWED), 0);
	KUNIT_EXPECT_EQ(test, holder(&w, 'X', 10), 'a');
	KUNIT_EXPECT_EQ(test, holder(&w, 'Y', 10), '-');
	/* Frames do not even try. */
	KUNIT_EXPECT_EQ(test, note(w.a, 'Y'), 0);
	/* What goes to another port is not one more. */
	KUNIT_EXPECT_EQ(test, note(w.b, 'X'), VSW_NOTE_ALLOWED);
	KUNIT_EXPECT_EQ(test, use(w.b, 'X', 10, ALLOWED), 0);
	KUNIT_EXPECT_EQ(test, holder(&w, 'X', 10), 'b');
	/* Others may be learned all the same. */
	KUNIT_EXPECT_EQ(test, use(w.a, 'Z', 10, LEARNED), 0);
	KUNIT_EXPECT_EQ(test, holder(&w, 'Z', 10), 'a');
}

/* What has changed since a frame was let pass: the port holds nothing. */
enum late {
	NOTHING, BLOCKED, OTHER_VLAN, OFF_LIST, LEARNS_NO_MORE, CLAIMED,
	CLAIMED_DEAD, BY_LIST
};

static const struct late_case {
	const char *desc;
	enum late late;
	u8 origin;
	char holder;
} late_cases[] = {
	{ "F1: learned", NOTHING, LEARNED, 'a' },
	{ "F1: allowed", NOTHING, ALLOWED, 'a' },
	{ "F1: learned, but blocked by now", BLOCKED, LEARNED, '-' },
	{ "F1: allowed, but blocked by now", BLOCKED, ALLOWED, '-' },
	{ "F1: learned, but in other VLANs by now", OTHER_VLAN, LEARNED, '-' },
	{ "F1: allowed, but in other VLANs by now", OTHER_VLAN, ALLOWED, '-' },
	{ "F1: allowed, but off the list by now", OFF_LIST, ALLOWED, '-' },
	{ "F1: learned, but learns no more", LEARNS_NO_MORE, LEARNED, '-' },
	{ "F1: allowed, and learns no more", LEARNS_NO_MORE, ALLOWED, 'a' },
	{ "F1: learned, but claimed by now", CLAIMED, LEARNED, 'b' },
	{ "F1: allowed, but claimed by now", CLAIMED, ALLOWED, 'b' },
	{ "F1: learned, but claimed, not in use", CLAIMED_DEAD, LEARNED, 'b' },
	{ "F1: allowed, but claimed, not in use", CLAIMED_DEAD, ALLOWED, 'b' },
	{ "S5: learned, but another's by its list", BY_LIST, LEARNED, 'b' },
	{ "S3: allowed, and another's by its list", BY_LIST, ALLOWED, 'a' },
};

KUNIT_ARRAY_PARAM_DESC(late, late_cases, desc);

static void change(const struct world *w, enum late late)
{
	switch (late) {
	case NOTHING:
		break;
	case BLOCKED:
		w->a->flags |= VSW_PORT_BLOCKED;
		break;
	case OTHER_VLAN:
		w->snap->vid = 20;
		break;
	case OFF_LIST:
		vsw_kunit_allow(w->a, "Y");
		break;
	case LEARNS_NO_MORE:
		w->snap->flags &= ~VSW_SNAP_LEARNS;
		break;
	case CLAIMED_DEAD:
		vsw_kunit_carrier(w->b, false);
		fallthrough;
	case CLAIMED:
		vsw_fdb_claim(w->b, vsw_kunit_mac('X'),
			      VSWITCH_ORIGIN_DECLARED, false, GFP_KERNEL);
		break;
	case BY_LIST:
		vsw_kunit_allow(w->b, "X");
		use(w->b, 'X', 10, ALLOWED);
		break;
	}
}

static void vsw_by_use_test_late(struct kunit *test)
{
	const struct late_case *c = test->param_value;
	struct world w;

	make_world(test, &w);
	rtnl_lock();
	vsw_kunit_allow(w.a, "X");
	change(&w, c->late);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, use(w.a, 'X', 10, c->origin), 0);
	/* Whatever it holds it would hold in VLAN 10. */
	w.snap->vid = 10;
	KUNIT_EXPECT_EQ(test, holder(&w, 'X', 10), c->holder);
	KUNIT_EXPECT_EQ(test, list_empty(&w.a->by_use), c->holder != 'a');
	KUNIT_EXPECT_EQ(test, w.a->n_learned,
			c->holder == 'a' && c->origin == LEARNED);
}

/* M5: an address that is used in all VLANs does not make one long chain. */
static void vsw_by_use_test_spread(struct kunit *test)
{
	unsigned int *count = kunit_kcalloc(test, VSW_FDB_BUCKETS,
					    sizeof(*count), GFP_KERNEL);
	const u64 mac = vsw_kunit_mac('a');
	unsigned int vlan, i, most = 0;
	struct vsw_fdb fdb;

	KUNIT_ASSERT_NOT_NULL(test, count);
	KUNIT_ASSERT_EQ(test, vsw_fdb_init(&fdb), 0);
	for (vlan = 0; vlan <= VSWITCH_VLAN_MAX; vlan++) {
		i = vsw_fdb_use_bucket(&fdb, mac, vlan) - fdb.bucket;
		most = max(most, ++count[i]);
	}
	vsw_fdb_exit(&fdb);
	/* Whatever the key is; most keys are better. */
	KUNIT_EXPECT_LE(test, most, 16);
}

static struct kunit_case vsw_by_use_cases[] = {
	KUNIT_CASE(vsw_by_use_test_spread),
	KUNIT_CASE_PARAM(vsw_by_use_test_age, age_gen_params),
	KUNIT_CASE_PARAM(vsw_by_use_test_list, list_gen_params),
	KUNIT_CASE_PARAM(vsw_by_use_test_limit, limit_gen_params),
	KUNIT_CASE(vsw_by_use_test_allowed_limit),
	KUNIT_CASE_PARAM(vsw_by_use_test_late, late_gen_params),
	{}
};

static struct kunit_suite vsw_by_use_suite = {
	.name = "vswitch_by_use",
	.test_cases = vsw_by_use_cases,
};

kunit_test_suite(vsw_by_use_suite);
