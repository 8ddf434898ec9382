// SPDX-License-Identifier: GPL-2.0-only
/* Which uplink (T1 to T3), and what beacons say of it (T5). */
#include <kunit/skbuff.h>
#include <kunit/test.h>
#include <linux/rtnetlink.h>

#include "util.h"
#include "../iphash.h"
#include "../linkmon.h"
#include "../team.h"

#define PORTID		VSWITCH_TEAMING_PORTID
#define EXPLICIT	VSWITCH_TEAMING_EXPLICIT

/* Places of uplinks in tables: '0' to '9', then 'a' to 'v'; '-' for none. */
static char place_name(int at)
{
	if (at == VSW_TEAM_NONE)
		return '-';
	return at < 10 ? '0' + at : 'a' + at - 10;
}

static int read_place(char name)
{
	if (name == '-')
		return VSW_TEAM_NONE;
	return name <= '9' ? name - '0' : name - 'a' + 10;
}

#define FULL	"0123456789abcdefghijklmnopqrstuv"

/* @usable and @slots are lists of places, those of the standby uplinks last. */
static const struct fill_case {
	const char *desc;
	u8 teaming;
	u8 n_active;
	u8 n_standby;
	const char *usable;
	const char *slots;
} fill_cases[] = {
	{ "T1: a slot for each active uplink, in order", PORTID, 4, 0, "0123",
	  "0123" },
	{ "T1: one active uplink", PORTID, 1, 0, "0", "0" },
	{ "T1: 32 active uplinks", PORTID, 32, 0, FULL, FULL },
	{ "T1: absent ones have a slot, too", PORTID, 3, 0, "02", "0-2" },
	{ "T1: none is usable", PORTID, 2, 2, "", "--" },
	{ "T1: just one slot if the active list is empty", PORTID, 0, 0, "",
	  "-" },
	{ "T1: that slot takes the first standby", PORTID, 0, 2, "01", "0" },
	{ "T1: or the first that is usable", PORTID, 0, 3, "2", "2" },
	{ "T1: standby is not used while actives are", PORTID, 2, 2, "0123",
	  "01" },
	{ "T1: a slot takes the first standby", PORTID, 2, 2, "123", "21" },
	{ "T1: the first usable standby", PORTID, 2, 2, "13", "31" },
	{ "T1: any slot takes it", PORTID, 2, 2, "023", "02" },
	{ "T1: a later slot takes the next standby", PORTID, 2, 2, "23", "23" },
	{ "T1: slots are filled in order", PORTID, 3, 2, "134", "314" },
	{ "T1: a standby that an earlier slot took is taken", PORTID, 2, 1, "2",
	  "2-" },
	{ "T1: a standby that is not usable is passed over", PORTID, 3, 3, "35",
	  "35-" },
	{ "T1: 16 standbys for 16 actives", PORTID, 16, 16, "ghijklmnopqrstuv",
	  "ghijklmnopqrstuv" },
	{ "T1: explicit takes the first active", EXPLICIT, 3, 2, "01234", "0" },
	{ "T1: explicit takes the first usable active", EXPLICIT, 3, 2, "234",
	  "2" },
	{ "T1: explicit takes standby only without active", EXPLICIT, 2, 2,
	  "13", "1" },
	{ "T1: explicit takes the first standby", EXPLICIT, 2, 2, "23", "2" },
	{ "T1: explicit takes the first usable standby", EXPLICIT, 2, 2, "3",
	  "3" },
	{ "T1: explicit with standby only", EXPLICIT, 0, 2, "1", "1" },
	{ "T1: explicit without a usable uplink", EXPLICIT, 2, 2, "", "-" },
	{ "T1: explicit without any uplink", EXPLICIT, 0, 0, "", "-" },
	{ "T1: explicit, the last of 32", EXPLICIT, 32, 0, "v", "v" },
};

KUNIT_ARRAY_PARAM_DESC(fill, fill_cases, desc);

static u64 read_mask(const char *places)
{
	u64 mask = 0;

	for (; *places; places++)
		mask |= BIT_ULL(read_place(*places));
	return mask;
}

static void vsw_team_test_fill(struct kunit *test)
{
	const struct fill_case *c = test->param_value;
	char names[VSW_MAX_UPLINKS + 1] = "";
	s8 slot[VSW_MAX_UPLINKS];
	int i, n_slots;

	n_slots = vsw_team_slots(c->teaming, c->n_active);
	KUNIT_ASSERT_EQ(test, n_slots, strlen(c->slots));
	memset(slot, VSW_TEAM_NONE, sizeof(slot));
	vsw_team_fill(c->teaming, c->n_active, c->n_active + c->n_standby,
		      read_mask(c->usable), slot);
	for (i = 0; i < n_slots; i++)
		names[i] = place_name(slot[i]);
	KUNIT_EXPECT_STREQ(test, names, c->slots);
}

/* @h and its uplink, for the first numbers and for single ones. */
static const struct choose_case {
	const char *desc;
	const char *slots;
	u32 h;
	const char *uplinks;	/* those of h, h + 1, ... */
} choose_cases[] = {
	{ "T1: h mod n", "0123", 0, "01230123" },
	{ "T1: h mod n, one slot", "0", 0, "0000" },
	{ "T1: the slot decides, not its place", "51", 0, "5151" },
	{ "T1: (h div n) mod m, the first slot is empty", "-12", 0,
	  "112212112212" },
	{ "T1: (h div n) mod m, one between is empty", "0-2", 0,
	  "002022002022" },
	{ "T1: (h div n) mod m, the last slot is empty", "01-", 0,
	  "010011010011" },
	{ "T1: (h div n) mod m, the filled ones in their order", "7-3", 0,
	  "773733773733" },
	{ "T1: m is 1", "--2-", 0, "22222222" },
	{ "T1: two slots are empty", "0--3", 0, "000303330003" },
	{ "T1: all slots are empty", "---", 0, "---" },
	{ "T1: the only slot is empty", "-", 0, "--" },
	{ "T1: big numbers", "0-2", U32_MAX - 2, "020" },
};

KUNIT_ARRAY_PARAM_DESC(choose, choose_cases, desc);

static void vsw_team_test_choose(struct kunit *test)
{
	const struct choose_case *c = test->param_value;
	char names[VSW_MAX_UPLINKS + 1] = "";
	s8 slot[VSW_MAX_UPLINKS];
	int i, n_slots = strlen(c->slots);

	for (i = 0; i < n_slots; i++)
		slot[i] = read_place(c->slots[i]);
	for (i = 0; c->uplinks[i]; i++)
		names[i] = place_name(vsw_team_choose(slot, n_slots, c->h + i));
	KUNIT_EXPECT_STREQ(test, names, c->uplinks);
}

/* As many actives and standbys; then one active is lost. */
static const struct loss_case {
	const char *desc;
	u8 n_active;
	u8 n_standby;
} loss_cases[] = {
	{ "T1: two uplinks", 2, 0 },
	{ "T1: three uplinks", 3, 0 },
	{ "T1: four uplinks and a standby one", 4, 1 },
	{ "T1: seven uplinks", 7, 0 },
	{ "T1: 31 uplinks and a standby one", 31, 1 },
	{ "T1: 32 uplinks", 32, 0 },
};

KUNIT_ARRAY_PARAM_DESC(loss, loss_cases, desc);

/* Ports are numbered from 1. */
static void count_ports(const s8 *slot, unsigned int n, unsigned int *count)
{
	u32 h;

	memset(count, 0, VSW_MAX_UPLINKS * sizeof(*count));
	for (h = 1; h <= VSW_MAX_PORTS; h++)
		count[vsw_team_choose(slot, n, h)]++;
}

static void vsw_team_test_distribution(struct kunit *test)
{
	const struct loss_case *c = test->param_value;
	unsigned int n = c->n_active;
	unsigned int count[VSW_MAX_UPLINKS];
	s8 slot[VSW_MAX_UPLINKS];
	unsigned int i;

	memset(slot, VSW_TEAM_NONE, sizeof(slot));
	vsw_team_fill(PORTID, n, n + c->n_standby, ~0ULL, slot);
	count_ports(slot, n, count);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_GE(test, count[i], VSW_MAX_PORTS / n);
		KUNIT_EXPECT_LE(test, count[i], DIV_ROUND_UP(VSW_MAX_PORTS, n));
	}
}

static void vsw_team_test_loss(struct kunit *test)
{
	const struct loss_case *c = test->param_value;
	unsigned int moved[VSW_MAX_UPLINKS] = {};
	s8 before[VSW_MAX_UPLINKS], after[VSW_MAX_UPLINKS];
	unsigned int others = c->n_standby ? 1 : c->n_active - 1;
	unsigned int n = c->n_active;
	unsigned int lost = n / 2;
	unsigned int i, sum = 0;
	u32 h;

	memset(before, VSW_TEAM_NONE, sizeof(before));
	vsw_team_fill(PORTID, n, n + c->n_standby, ~0ULL, before);
	memcpy(after, before, sizeof(after));
	vsw_team_fill(PORTID, n, n + c->n_standby, ~BIT_ULL(lost), after);
	for (h = 1; h <= VSW_MAX_PORTS; h++) {
		int from = vsw_team_choose(before, n, h);
		int to = vsw_team_choose(after, n, h);

		if (from != lost)
			KUNIT_ASSERT_EQ_MSG(test, to, from, "port %u", h);
		else
			moved[to]++;
	}
	KUNIT_EXPECT_EQ(test, moved[lost], 0);

	/* All to the standby one, or to the others in equal parts. */
	for (i = 0; i < VSW_MAX_UPLINKS; i++) {
		sum += moved[i];
		if (c->n_standby ? i != n : i >= n || i == lost)
			KUNIT_EXPECT_EQ(test, moved[i], 0);
		else
			KUNIT_EXPECT_LE(test, moved[i],
					VSW_MAX_PORTS / n / others + 1);
	}
	KUNIT_EXPECT_GE(test, sum, VSW_MAX_PORTS / n);
}

/*
 * A team among living devices. Events come in pairs: "-1" and "+1" take the
 * carrier of uplink 1 or give it back, "x1" makes it leave, "s " lets the slow
 * path run. @uplinks has those of ports 1, 2, ... at the end.
 */
static const struct pick_case {
	const char *desc;
	u8 teaming;
	const char *active;
	const char *standby;
	const char *events;
	const char *uplinks;
} pick_cases[] = {
	{ "T1: a port's number decides", PORTID, "123", "", "", "231231" },
	{ "T1: lists have an order", PORTID, "312", "", "", "123123" },
	{ "T1: absent uplinks have a slot", PORTID, "1-3", "", "", "131331" },
	{ "T1: absent standby ones are passed over", PORTID, "1-", "-3", "",
	  "3131" },
	{ "T1: no uplink", PORTID, "", "", "", "----" },
	{ "T1: only standby", PORTID, "", "23", "", "2222" },
	{ "T1: explicit", EXPLICIT, "21", "3", "", "2222" },
	{ "T2: no frame is sent to an uplink that just died", PORTID, "12", "",
	  "-1", "2222" },
	{ "T2: the standby one is used at once", PORTID, "12", "3", "-2",
	  "3131" },
	{ "T2: the slow path sees the same", PORTID, "12", "3", "-2s ",
	  "3131" },
	{ "T2: explicit goes on to the next at once", EXPLICIT, "21", "3", "-2",
	  "1111" },
	{ "T2: and to standby", EXPLICIT, "21", "3", "-2-1", "3333" },
	{ "T2: all are dead", PORTID, "12", "3", "-1-2-3", "----" },
	{ "T2: all are dead, as the slow path knows", PORTID, "12", "3",
	  "-1-2-3s ", "----" },
	{ "T2: the first dies after the slow path chose the standby", PORTID,
	  "12", "3", "-2s -1", "3333" },
	{ "T2: the standby dies, too", PORTID, "12", "3", "-2s -3", "1111" },
	{ "T1: an uplink that is back has its slot again", PORTID, "12", "3",
	  "-2s +2s ", "2121" },
	{ "T1: the slow path has not seen it go", PORTID, "12", "3", "-2+2",
	  "2121" },
	{ "T1: an uplink that leaves keeps its slot empty", PORTID, "123", "",
	  "x2", "131331" },
	{ "T1: the standby one takes over from who leaves", PORTID, "12", "3",
	  "x1", "2323" },
	{ "T1: the standby one leaves", PORTID, "12", "3", "-1x3", "2222" },
	{ "T1: the next loss moves nobody who is on a standby", PORTID, "12",
	  "34", "-2s -1s ", "3434" },
	{ "T1: nor before the slow path has seen it", PORTID, "12", "34",
	  "-2s -1", "3434" },
	{ "T1: nor does a return", PORTID, "12", "34", "-2s -1s +2s ",
	  "2424" },
	{ "T1: explicit, the first leaves", EXPLICIT, "12", "", "x1", "2222" },
};

KUNIT_ARRAY_PARAM_DESC(pick, pick_cases, desc);

static void happen(struct vsw_switch *sw, struct vsw_team *team,
		   const char *event)
{
	struct vsw_uplink *uplink;

	rtnl_lock();
	switch (event[0]) {
	case '-':
	case '+':
		uplink = vsw_kunit_uplink(sw, event[1]);
		vsw_kunit_carrier(&uplink->port, event[0] == '+');
		break;
	case 'x':
		vsw_team_forget(team, vsw_kunit_uplink(sw, event[1]));
		break;
	case 's':
		list_for_each_entry(uplink, &sw->uplinks, node)
			uplink->live = vsw_dev_live(uplink->port.dev);
		vsw_team_refresh(team);
		break;
	}
	rtnl_unlock();
}

static void vsw_team_test_pick(struct kunit *test)
{
	const struct pick_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_switch(test);
	char names[VSW_MAX_UPLINKS + 1] = "";
	struct vsw_uplink *uplink;
	struct vsw_team *team;
	const char *event;
	int i;

	for (i = 0; i < 4; i++)
		vsw_kunit_add_uplink(test, sw);
	team = vsw_kunit_team(test, sw, c->teaming, c->active, c->standby);
	for (event = c->events; *event; event += 2)
		happen(sw, team, event);

	rcu_read_lock();
	for (i = 0; c->uplinks[i]; i++) {
		uplink = vsw_team_pick(team, i + 1);
		names[i] = vsw_kunit_name(uplink ? &uplink->port : NULL);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_STREQ(test, names, c->uplinks);
}

static const struct live_case {
	const char *desc;
	unsigned long state;
	bool live;
} live_cases[] = {
	{ "T2: set up, with carrier", BIT(__LINK_STATE_START), true },
	{ "T2: set up, without carrier",
	  BIT(__LINK_STATE_START) | BIT(__LINK_STATE_NOCARRIER), false },
	{ "T2: set down, with carrier", 0, false },
	{ "T2: set down, without carrier", BIT(__LINK_STATE_NOCARRIER), false },
};

KUNIT_ARRAY_PARAM_DESC(live, live_cases, desc);

static void vsw_team_test_live(struct kunit *test)
{
	const struct live_case *c = test->param_value;
	struct vsw_switch *sw = vsw_kunit_switch(test);
	struct vsw_uplink *uplink = vsw_kunit_add_uplink(test, sw);
	struct vsw_team *team = vsw_kunit_team(test, sw, PORTID, "1", "");
	struct vsw_uplink *picked;

	uplink->port.dev->state = c->state;
	rcu_read_lock();
	picked = vsw_team_pick(team, 1);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ(test, picked, c->live ? uplink : NULL);
}

/* @before, @usable and so on are lists of places. */
static const struct serving_case {
	const char *desc;
	const char *before;
	const char *usable;
	const char *delayed;
	bool failback;
	const char *serving;
} serving_cases[] = {
	{ "T3: who is usable serves", "01", "01", "", true, "01" },
	{ "T3: one that recovered serves again", "0", "01", "", true, "01" },
	{ "T3: not before its time", "0", "01", "1", true, "0" },
	{ "T3: unless there is nobody else", "", "01", "01", true, "01" },
	{ "T3: one that is steady is enough", "", "012", "02", true, "1" },
	{ "T3: without failback it waits", "0", "01", "", false, "0" },
	{ "T3: until another one is lost", "02", "01", "", false, "01" },
	{ "T3: but not for one that did not serve", "0", "0", "", false, "0" },
	{ "T3: or nobody serves", "", "01", "", false, "01" },
	{ "T3: both have to be over", "02", "01", "1", false, "0" },
	{ "T3: a new team has no memory", "0123456789", "03", "", false, "03" },
	{ "T3: nobody is usable", "01", "", "", false, "" },
};

KUNIT_ARRAY_PARAM_DESC(serving, serving_cases, desc);

static void vsw_team_test_serving(struct kunit *test)
{
	const struct serving_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, vsw_team_serving(read_mask(c->before),
					       read_mask(c->usable),
					       read_mask(c->delayed),
					       c->failback),
			read_mask(c->serving));
}

/* Rounds, each the places that heard; '.' for one that is not running. */
static const struct hear_case {
	const char *desc;
	const char *round[6];
	const char *deaf;
	bool back;
} hear_cases[] = {
	{ "T5: two misses are none", { "01", "01" }, "" },
	{ "T5: three fail it", { "01", "01", "01" }, "2" },
	{ "T5: in a row", { "01", "01", "012", "01", "01" }, "" },
	{ "T5: if others hear", { "", "", "" }, "" },
	{ "T5: each time", { "01", "", "01", "01" }, "" },
	{ "T5: until it hears again", { "01", "01", "01", "012" }, "", true },
	{ "T5: silence brings it not back", { "01", "01", "01", "", "" }, "2" },
	{ "T5: one that is not running misses nothing",
	  { "01.", "01.", "01.", "01." }, "" },
	{ "T5: two of three", { "0", "0", "0" }, "12" },
};

KUNIT_ARRAY_PARAM_DESC(hear, hear_cases, desc);

static void vsw_team_test_hear(struct kunit *test)
{
	const struct hear_case *c = test->param_value;
	struct vsw_member member[3] = {};
	u64 deaf = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(c->round) && c->round[i]; i++) {
		size_t heard = strcspn(c->round[i], ".");
		char names[4] = "";
		u64 running = c->round[i][heard] ? 3 : 7;

		strscpy(names, c->round[i], heard + 1);
		deaf = vsw_team_hear(member, 3, running, read_mask(names), deaf,
				     1000);
	}
	KUNIT_EXPECT_EQ(test, deaf, read_mask(c->deaf));
	KUNIT_EXPECT_EQ(test, member[2].back, c->back ? 1000 : 0);
}

/* A frame behind its Ethernet header: words from an offset on, the rest 0. */
static const struct hash_case {
	const char *desc;
	u16 proto;
	bool stag;
	unsigned int len;
	unsigned int at;
	u32 word[8];
	u32 hash;
} hash_cases[] = {
	{ "T1: iphash of IPv4, .120", ETH_P_IP, false, 20, 12,
	  { 0xc0a86465, 0xc0a86478 }, 0x1d },
	{ "T1: iphash of IPv4, .130", ETH_P_IP, false, 20, 12,
	  { 0xc0a86465, 0xc0a86482 }, 0xe7 },
	{ "T1: iphash of IPv4, .140", ETH_P_IP, false, 20, 12,
	  { 0xc0a86465, 0xc0a8648c }, 0xe9 },
	{ "T1: iphash of IPv4, .150", ETH_P_IP, false, 20, 12,
	  { 0xc0a86465, 0xc0a86496 }, 0xf3 },
	{ "T1: iphash of IPv6", ETH_P_IPV6, false, 40, 8,
	  { 1, 2, 4, 8, 16, 32, 64, 128 }, 255 },
	{ "T1: iphash of IPv6 cut short", ETH_P_IPV6, false, 39, 8,
	  { 1, 2, 4, 8, 16, 32, 64 }, 6 },
	{ "T1: iphash of something else", ETH_P_ARP, false, 46, 12,
	  { 0x12345678, 0x11111111 }, 0x03254769 },
	{ "T1: iphash behind an 802.1ad tag", ETH_P_IP, true, 46, 8,
	  { 5, 3 }, 6 },
	{ "T1: iphash of a frame that ends in the second word", ETH_P_ARP,
	  false, 18, 12, { 0xff, 0x12340000 }, 0x123400ff },
	{ "T1: iphash of a frame that ends before", ETH_P_ARP, false, 12, 0,
	  { 1, 2, 3 }, 0 },
	{ "T1: iphash of an empty frame", ETH_P_IP, false, 0, 0, {}, 0 },
};

KUNIT_ARRAY_PARAM_DESC(hash, hash_cases, desc);

static void vsw_team_test_hash(struct kunit *test)
{
	const struct hash_case *c = test->param_value;
	struct sk_buff *skb = kunit_zalloc_skb(test, 64, GFP_KERNEL);
	__be32 word;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put(skb, c->len);
	skb->protocol = htons(c->proto);
	for (i = 0; i < ARRAY_SIZE(c->word); i++) {
		int at = c->at + i * sizeof(word);

		word = htonl(c->word[i]);
		if (at < (int)c->len)
			memcpy(skb->data + at, &word,
			       min(sizeof(word), (size_t)c->len - at));
	}
	KUNIT_EXPECT_EQ(test, vsw_iphash(skb, c->stag), c->hash);
}

/* An uplink by its bits, by its queue, and by whether it was live before. */
static const struct queue_case {
	const char *desc;
	unsigned long state;
	bool noop;
	bool was;
	bool live;
} queue_cases[] = {
	{ "T3: it has its queue", BIT(__LINK_STATE_START), false, false, true },
	{ "T3: back, but not its queue", BIT(__LINK_STATE_START), true, false, false },
	{ "T2: it goes on without one", BIT(__LINK_STATE_START), true, true, true },
	{ "T2: not without carrier",
	  BIT(__LINK_STATE_START) | BIT(__LINK_STATE_NOCARRIER), false, true, false },
	{ "T2: not when it is down", 0, false, true, false },
};

KUNIT_ARRAY_PARAM_DESC(queue, queue_cases, desc);

static void vsw_team_test_queue(struct kunit *test)
{
	const struct queue_case *c = test->param_value;
	struct net_device *dev = vsw_kunit_dev(test);
	static struct Qdisc other;

	dev->state = c->state;
	rcu_assign_pointer(netdev_get_tx_queue(dev, 0)->qdisc,
			   c->noop ? &noop_qdisc : &other);
	KUNIT_EXPECT_EQ(test, vsw_linkmon_live(dev, c->was), c->live);
}

static struct kunit_case vsw_team_cases[] = {
	KUNIT_CASE_PARAM(vsw_team_test_fill, fill_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_choose, choose_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_distribution, loss_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_loss, loss_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_pick, pick_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_live, live_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_serving, serving_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_queue, queue_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_hear, hear_gen_params),
	KUNIT_CASE_PARAM(vsw_team_test_hash, hash_gen_params),
	{}
};

static struct kunit_suite vsw_team_suite = {
	.name = "vswitch_team",
	.test_cases = vsw_team_cases,
};

kunit_test_suite(vsw_team_suite);
