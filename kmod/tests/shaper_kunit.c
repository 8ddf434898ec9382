// SPDX-License-Identifier: GPL-2.0-only
/* Shaping: what passes when, and the queue (Q1, F11). */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/sizes.h>
#include <linux/tcp.h>

#include "util.h"
#include "../shaper.h"

#define KBIT	1000ULL
#define MBIT	(1000 * KBIT)
#define GBIT	(1000 * MBIT)
#define TBIT	(1000 * GBIT)
#define GIB	((u32)SZ_1G)
#define YEAR	(366ULL * 86400 * NSEC_PER_SEC)

/* At this rate a byte takes a microsecond. */
#define BYTE_US	(8 * MBIT)
#define US(n)	((n) * 1000ULL)

/*
 * Frames that come to a shaper one after the other. Each asks at a time how
 * long it has to wait, and passes if that is 0. From @change on the second
 * setting holds.
 */
static const struct meter_case {
	const char *desc;
	struct vsw_shape shape;
	struct vsw_shape other;
	int change;
	struct {
		u64 now;
		u32 len;
		u64 wait;
	} step[12];
} meter_cases[] = {
	{ "Q1: the bucket is full at first", { BYTE_US, 0, 3000 }, .step = {
		{ 0, 1500, 0 }, { 0, 1500, 0 }, { 0, 1500, US(1500) },
	} },
	{ "Q1: it is empty", { BYTE_US, 0, 1500 }, .step = {
		{ 0, 1500, 0 }, { 0, 1, US(1) }, { 0, 1500, US(1500) },
	} },
	{ "Q1: a frame passes as soon as the bucket holds its length",
	  { BYTE_US, 0, 1500 }, .step = {
		{ 0, 1500, 0 }, { US(1500) - 1, 1500, 1 },
		{ US(1500), 1500, 0 }, { US(1500), 60, US(60) },
		{ US(1560), 60, 0 },
	} },
	{ "Q1: what is left in the bucket counts", { BYTE_US, 0, 1500 }, .step = {
		{ 0, 1000, 0 }, { 0, 500, 0 }, { US(100), 60, 0 },
		{ US(100), 41, US(1) }, { US(100), 40, 0 },
	} },
	{ "Q1: what runs over is lost", { BYTE_US, 0, 1500 }, .step = {
		{ 0, 100, 0 }, { US(5000), 1500, 0 }, { US(5000), 1, US(1) },
	} },
	{ "Q1: a frame longer than the bucket passes when that is full",
	  { BYTE_US, 0, 1500 }, .step = {
		{ 0, 60, 0 }, { 0, 9000, US(60) }, { US(60) - 1, 9000, 1 },
		{ US(60), 9000, 0 },
	} },
	{ "Q1: and its debt is paid before the next one",
	  { BYTE_US, 0, 1500 }, .step = {
		{ 0, 9000, 0 }, { 0, 60, US(7560) }, { US(7500), 60, US(60) },
		{ US(7560), 60, 0 },
	} },
	{ "Q1: a frame as long as the bucket makes no debt",
	  { BYTE_US, 0, 9000 }, .step = {
		{ 0, 9000, 0 }, { 0, 60, US(60) },
	} },
	{ "Q1: after each frame the peak has to pay for it",
	  { BYTE_US, 2 * BYTE_US, 1 << 20 }, .step = {
		{ 0, 1500, 0 }, { 0, 60, US(750) }, { US(750) - 1, 60, 1 },
		{ US(750), 60, 0 }, { US(750), 1500, US(30) },
	} },
	{ "Q1: the peak saves nothing up", { BYTE_US, 2 * BYTE_US, 1 << 20 },
	  .step = {
		{ US(9000), 1500, 0 }, { US(9000000), 1500, 0 },
		{ US(9000000), 1500, US(750) },
	} },
	{ "Q1: the average holds below the peak",
	  { BYTE_US, 2 * BYTE_US, 3000 }, .step = {
		{ 0, 1500, 0 }, { US(750), 1500, 0 }, { US(750), 60, US(750) },
		{ US(1500), 1500, 0 }, { US(1500), 1500, US(1500) },
	} },
	{ "Q1: a peak that equals the average", { BYTE_US, BYTE_US, 1 << 20 },
	  .step = {
		{ 0, 1500, 0 }, { 0, 1500, US(1500) }, { US(1500), 1500, 0 },
	} },
	{ "Q1: after years of idleness there is one burst", { BYTE_US, 0, 1500 },
	  .step = {
		{ 0, 1500, 0 }, { 200 * YEAR, 1500, 0 },
		{ 200 * YEAR, 1500, US(1500) }, { 201 * YEAR, 1500, 0 },
	} },
	{ "Q1: years of idleness at the highest rate", { TBIT, TBIT, 1500 },
	  .step = {
		{ 0, 1500, 0 }, { 200 * YEAR, 1500, 0 },
		{ 200 * YEAR, 1500, 12 },
	} },
	{ "Q1: years of idleness at the lowest rate, with a debt",
	  { 8 * KBIT, 0, 1500 }, .step = {
		{ 0, VSW_BUCKET_FRAME_MAX, 0 }, { YEAR, 1500, 0 },
		{ YEAR, 1500, 1500 * NSEC_PER_MSEC },
	} },
	{ "Q1: the lowest rate", { 8 * KBIT, 8 * KBIT, 1500 }, .step = {
		{ 0, 1500, 0 }, { 0, 1, 1500 * NSEC_PER_MSEC },
		{ 1500 * NSEC_PER_MSEC - 1, 1500, 1 },
		{ 1500 * NSEC_PER_MSEC, 1500, 0 },
	} },
	{ "Q1: the highest rates", { TBIT, TBIT, 1500 }, .step = {
		{ 0, 1500, 0 }, { 0, 1500, 12 }, { 11, 1500, 1 },
		{ 12, 60, 0 }, { 12, 60, 1 }, { 13, 60, 0 },
	} },
	{ "Q1: the largest burst at the lowest rate", { 8 * KBIT, 0, GIB },
	  .step = {
		{ 0, GIB / 2, 0 }, { 0, GIB / 2, 0 }, { 0, 1, NSEC_PER_MSEC },
		{ 0, VSW_BUCKET_FRAME_MAX,
		  VSW_BUCKET_FRAME_MAX * 1ULL * NSEC_PER_MSEC },
	} },
	{ "Q1: the largest burst at the highest rate", { TBIT, 0, GIB },
	  .step = {
		{ 0, GIB, 0 }, { 0, GIB, 8589935 },
		{ 8589934, GIB, 1 }, { 8589935, GIB, 0 },
	} },
	{ "Q1: no part of a bit gets lost", { 7 * MBIT, 0, 3000 }, .step = {
		{ 0, 3000, 0 }, { 0, 1500, 1714286 },
		{ 1714286, 1500, 0 }, { 1714286, 1500, 1714286 },
		{ 3428572, 1500, 0 }, { 5142858, 1500, 0 },
		{ 6857143, 1500, 0 }, { 8571429, 1500, 0 },
		{ 10285715, 1500, 0 }, { 11999999, 1500, 1 },
		{ 12000000, 1500, 0 }, { 12000000, 1500, 1714286 },
	} },
	{ "Q1: a clock that another CPU has read earlier", { BYTE_US, 0, 1500 },
	  .step = {
		{ US(1000), 1500, 0 }, { US(900), 1500, US(1500) },
		{ US(1000), 1500, US(1500) }, { US(2500), 1500, 0 },
	} },
	{ "Q1: off lets all pass", { 0 }, .step = {
		{ 0, 1500, 0 }, { 0, GIB, 0 }, { 0, GIB, 0 }, { 0, 1500, 0 },
	} },
	{ "Q1: a smaller burst takes away what it does not hold",
	  { BYTE_US, 0, 1 << 20 }, { BYTE_US, 0, 3000 }, 1, {
		{ 0, 1500, 0 }, { 0, 1500, 0 }, { 0, 1500, 0 },
		{ 0, 60, US(60) },
	} },
	{ "Q1: a larger burst gives nothing", { BYTE_US, 0, 1500 },
	  { BYTE_US, 0, 1 << 20 }, 1, {
		{ 0, 1500, 0 }, { 0, 1500, US(1500) }, { US(100), 100, 0 },
		{ US(3100), 3000, 0 }, { US(3100), 1, US(1) },
	} },
	{ "Q1: a higher rate counts from now on", { BYTE_US, 0, 3000 },
	  { 10 * BYTE_US, 0, 3000 }, 1, {
		{ 0, 3000, 0 }, { US(1000), 1500, US(50) },
		{ US(1050), 1500, 0 }, { US(1050), 1500, US(150) },
	} },
	{ "Q1: a lower rate counts from now on", { BYTE_US, 0, 3000 },
	  { BYTE_US / 10, 0, 3000 }, 1, {
		{ 0, 3000, 0 }, { US(1000), 1500, US(5000) },
		{ US(1000), 1000, 0 },
	} },
	{ "Q1: a higher rate does not fill the bucket after the fact",
	  { 8 * KBIT, 0, 1500 }, { TBIT, 0, GIB }, 1, {
		{ 0, 1500, 0 }, { NSEC_PER_SEC, 1000, 0 },
		{ NSEC_PER_SEC, 1500, 12 },
	} },
	{ "Q1: a debt remains, to be paid at the new rate",
	  { BYTE_US, 0, 1500 }, { 10 * BYTE_US, 0, 1500 }, 1, {
		{ 0, 9000, 0 }, { 0, 500, US(800) }, { US(800), 500, 0 },
	} },
	{ "Q1: off forgives a debt", { BYTE_US, 0, 1500 }, { 0 }, 1, {
		{ 0, 9000, 0 }, { 0, 1500, 0 },
	} },
	{ "Q1: on begins with a full bucket", { 0 }, { BYTE_US, 0, 1500 }, 1, {
		{ 0, 9000, 0 }, { 0, 1500, 0 }, { 0, 1500, US(1500) },
	} },
	{ "Q1: a peak that is new", { BYTE_US, 0, 1 << 20 },
	  { BYTE_US, 2 * BYTE_US, 1 << 20 }, 1, {
		{ 0, 1500, 0 }, { 0, 1500, 0 }, { 0, 1500, US(750) },
	} },
	{ "Q1: a peak that ends", { BYTE_US, 2 * BYTE_US, 1 << 20 },
	  { BYTE_US, 0, 1 << 20 }, 1, {
		{ 0, 1500, 0 }, { 0, 1500, 0 }, { 0, 1500, 0 },
	} },
	{ "Q1: a peak that changes", { BYTE_US, 2 * BYTE_US, 1 << 20 },
	  { BYTE_US, 20 * BYTE_US, 1 << 20 }, 1, {
		{ 0, 1500, 0 }, { US(250), 1500, US(50) },
		{ US(300), 1500, 0 }, { US(300), 1500, US(75) },
	} },
};

KUNIT_ARRAY_PARAM_DESC(meter, meter_cases, desc);

static void vsw_shaper_test_meter(struct kunit *test)
{
	const struct meter_case *c = test->param_value;
	const struct vsw_shape *shape;
	struct vsw_meter m = {};
	u64 wait;
	int i;

	for (i = 0; i < ARRAY_SIZE(c->step) && c->step[i].len; i++) {
		shape = c->change && i >= c->change ? &c->other : &c->shape;
		vsw_meter_set(&m, shape, c->step[i].now);
		wait = vsw_meter_wait(&m, c->step[i].len, c->step[i].now);
		KUNIT_EXPECT_EQ_MSG(test, wait, c->step[i].wait, "step %d", i);
		if (!wait)
			vsw_meter_take(&m, c->step[i].len);
	}
}

static const struct cut_case {
	const char *desc;
	struct vsw_shape shape;
	u32 len;
	bool cuts;
} cut_cases[] = {
	{ "Q1: an aggregate as long as the burst", { MBIT, 0, 3000 }, 3000,
	  false },
	{ "Q1: one that is longer", { MBIT, 0, 3000 }, 3001, true },
	{ "Q1: what the peak passes in a millisecond",
	  { MBIT, 24 * MBIT, GIB }, 3000, false },
	{ "Q1: more than that", { MBIT, 24 * MBIT, GIB }, 3001, true },
	{ "Q1: the lowest peak", { 8 * KBIT, 8 * KBIT, GIB }, 2, true },
	{ "Q1: the highest peak", { TBIT, TBIT, GIB }, 64 << 20, false },
	{ "Q1: no peak", { 8 * KBIT, 0, GIB }, 64 << 20, false },
	{ "Q1: both, the burst is less", { MBIT, TBIT, 1500 }, 1501, true },
	{ "Q1: off", { 0 }, GIB, false },
};

KUNIT_ARRAY_PARAM_DESC(cut, cut_cases, desc);

static void vsw_shaper_test_cuts(struct kunit *test)
{
	const struct cut_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, vsw_shape_cuts(&c->shape, c->len), c->cuts);
}

/* The queue: what was passed on, in order, and how many were freed. */
static struct sk_buff_head passed;
static atomic_t n_freed;
/* What comes while the first frame is passed on. */
static struct sk_buff *intruder;

static void pass(struct vsw_port *port, struct sk_buff *skb)
{
	struct sk_buff *late = xchg(&intruder, NULL);

	if (late)
		vsw_shaper_put(port, VSW_OUT, late);
	skb_queue_tail(&passed, skb);
}

static const vsw_shaper_emit_fn passes[VSW_DIRECTIONS] = {
	[VSW_IN] = pass, [VSW_OUT] = pass,
};

static int vsw_shaper_test_init(struct kunit *test)
{
	skb_queue_head_init(&passed);
	atomic_set(&n_freed, 0);
	return 0;
}

static void vsw_shaper_test_exit(struct kunit *test)
{
	skb_queue_purge(&passed);
}

static void freed(struct sk_buff *skb)
{
	atomic_inc(&n_freed);
}

static void purge_port(void *port)
{
	rtnl_lock();
	vsw_shaper_purge(port);
	synchronize_net();
	vsw_shaper_free(port);
	rtnl_unlock();
}

static struct vsw_snap *snap_of(struct vsw_port *port)
{
	struct vsw_portgroup *pg = rcu_access_pointer(port->pg);

	return rcu_access_pointer(pg->snap);
}

/* A new setting of the port's portgroup. */
static void reshape(struct kunit *test, struct vsw_port *port, u64 average,
		    u64 peak, u32 burst)
{
	struct vsw_snap *snap = snap_of(port);

	snap->shape[VSW_OUT] = (struct vsw_shape){ average, peak, burst };
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, vsw_shaper_prepare(port, snap, passes));
	vsw_shaper_kick(port);
	rtnl_unlock();
}

static struct vsw_port *shaped_port(struct kunit *test, u64 average, u64 peak,
				    u32 burst)
{
	static const struct vsw_kunit_vlan vlan;
	struct vsw_switch *sw = vsw_kunit_switch(test);
	struct vsw_team *team;
	struct vsw_port *port;

	team = vsw_kunit_team(test, sw, VSWITCH_TEAMING_PORTID, "", "");
	port = vsw_kunit_add_port(test, vsw_kunit_add_portgroup(test, sw, &vlan,
								team));
	reshape(test, port, average, peak, burst);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, purge_port, port));
	return port;
}

/* A frame of a length, with a number. */
static struct sk_buff *new_frame(struct kunit *test, struct vsw_port *port,
				 u32 len, u32 number)
{
	struct sk_buff *skb = alloc_skb(NET_SKB_PAD + len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	skb_reset_mac_header(skb);
	skb_put_zero(skb, len);
	eth_hdr(skb)->h_proto = htons(ETH_P_802_3_MIN);
	skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb->mac_len = ETH_HLEN;
	skb->protocol = htons(ETH_P_802_3_MIN);
	skb->dev = port->dev;
	skb->mark = number;
	skb->destructor = freed;
	return skb;
}

#define HEADERS	(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr))
#define MSS	1000

/* A TCP aggregate of a number of segments, each with MSS bytes. */
static struct sk_buff *new_aggregate(struct kunit *test, struct vsw_port *port,
				     u32 segs, u32 number)
{
	struct sk_buff *skb = new_frame(test, port, HEADERS + segs * MSS,
					number);
	struct iphdr *ip = ip_hdr(skb);
	struct tcphdr *tcp;

	skb_set_transport_header(skb, sizeof(*ip));
	tcp = tcp_hdr(skb);
	eth_hdr(skb)->h_proto = htons(ETH_P_IP);
	skb->protocol = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons(skb->len);
	tcp->doff = 5;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = MSS;
	skb_shinfo(skb)->gso_segs = segs;
	return skb;
}

static void put(struct vsw_port *port, struct sk_buff *skb)
{
	rcu_read_lock();
	local_bh_disable();
	vsw_shaper_put(port, VSW_OUT, skb);
	local_bh_enable();
	rcu_read_unlock();
}

static void put_frames(struct kunit *test, struct vsw_port *port, u32 n,
		       u32 len)
{
	u32 i;

	for (i = 0; i < n; i++)
		put(port, new_frame(test, port, len, i));
}

static bool active(struct vsw_port *port)
{
	bool res;

	rcu_read_lock();
	res = vsw_shaper_active(port, VSW_OUT, snap_of(port));
	rcu_read_unlock();
	return res;
}

static long dropped(struct vsw_port *port)
{
	return atomic_long_read(&port->drops[VSW_DROP_SHAPER]);
}

/* So many are passed on, now or within seconds. */
static void await_passed(struct kunit *test, u32 n)
{
	int tries = 500;

	while (skb_queue_len_lockless(&passed) < n && tries--)
		usleep_range(10000, 11000);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), n);
}

/* The one who passed on the last frame may not be through with it. */
static void await_idle(struct kunit *test, struct vsw_port *port)
{
	int tries = 500;

	while (active(port) && tries--)
		usleep_range(10000, 11000);
	KUNIT_EXPECT_FALSE(test, active(port));
}

/* And they have rising numbers. */
static void expect_passed(struct kunit *test, u32 n)
{
	struct sk_buff *skb;
	u32 i = 0;

	await_passed(test, n);
	while ((skb = skb_dequeue(&passed))) {
		KUNIT_EXPECT_EQ(test, skb->mark, i++);
		consume_skb(skb);
	}
}

static void vsw_shaper_test_passes(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 3000);

	KUNIT_EXPECT_NULL(test, port->shaper[VSW_IN]);
	KUNIT_EXPECT_TRUE(test, active(port));
	put_frames(test, port, 3, 1500);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 2);
	KUNIT_EXPECT_TRUE(test, active(port));
	reshape(test, port, 0, 0, 0);
	expect_passed(test, 3);
	await_idle(test, port);
	KUNIT_EXPECT_EQ(test, dropped(port), 0);
}

/* 12 ms a frame: they come one by one, and not too early. */
static void vsw_shaper_test_timer(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, MBIT, 0, 1500);
	u64 start = ktime_get_ns();

	put_frames(test, port, 5, 1500);
	KUNIT_EXPECT_LT(test, skb_queue_len_lockless(&passed), 5);
	expect_passed(test, 5);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - start, 48 * NSEC_PER_MSEC);
	/* Setting it to what it is gives nothing. */
	reshape(test, port, MBIT, 0, 1500);
	put(port, new_frame(test, port, 1500, 0));
	put(port, new_frame(test, port, 1500, 1));
	expect_passed(test, 2);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - start, 72 * NSEC_PER_MSEC);
}

static void vsw_shaper_test_limit(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);

	put_frames(test, port, 1 + VSW_SHAPER_LIMIT, 1500);
	KUNIT_EXPECT_EQ(test, dropped(port), 0);
	put(port, new_frame(test, port, 60, 0));
	put(port, new_aggregate(test, port, 2, 0));
	KUNIT_EXPECT_EQ(test, dropped(port), 2);
	reshape(test, port, 0, 0, 0);
	expect_passed(test, 1 + VSW_SHAPER_LIMIT);
	/* There is room again. */
	reshape(test, port, 8 * KBIT, 0, 1500);
	put_frames(test, port, 2, 1500);
	KUNIT_EXPECT_EQ(test, dropped(port), 2);
}

static void vsw_shaper_test_limit_aggregate(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);
	u32 n = 1 + VSW_SHAPER_LIMIT - 3;

	put_frames(test, port, n, 1500);
	put(port, new_aggregate(test, port, 4, n));
	KUNIT_EXPECT_EQ(test, dropped(port), 1);
	put(port, new_aggregate(test, port, 3, n));
	KUNIT_EXPECT_EQ(test, dropped(port), 1);
	put(port, new_frame(test, port, 60, 0));
	KUNIT_EXPECT_EQ(test, dropped(port), 2);
	reshape(test, port, 0, 0, 0);
	/* Nothing cuts it any more. */
	expect_passed(test, n + 1);
}

/* More segments than the queue may hold pass if they need not wait. */
static void vsw_shaper_test_huge(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 100000);
	struct sk_buff *skb = new_aggregate(test, port, 60, 0);

	skb_shinfo(skb)->gso_size = 100;
	skb_shinfo(skb)->gso_segs = 0;
	put(port, skb);
	expect_passed(test, 1);
	skb = new_aggregate(test, port, 60, 0);
	skb_shinfo(skb)->gso_size = 100;
	put(port, skb);
	KUNIT_EXPECT_EQ(test, dropped(port), 1);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 0);
	put(port, new_frame(test, port, 60, 0));
	expect_passed(test, 1);
}

/* Three segments take exactly this much from the bucket. */
static void vsw_shaper_test_whole(struct kunit *test)
{
	u32 len = 3 * (HEADERS + MSS);
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, len + 60);
	struct sk_buff *skb;

	put(port, new_aggregate(test, port, 3, 0));
	KUNIT_ASSERT_EQ(test, skb_queue_len(&passed), 1);
	skb = skb_peek(&passed);
	KUNIT_EXPECT_TRUE(test, skb_is_gso(skb));
	put(port, new_frame(test, port, 60, 1));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 2);
	put(port, new_frame(test, port, 1000, 2));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 2);
}

static void vsw_shaper_test_cut(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0,
					    2 * (HEADERS + MSS));
	struct sk_buff *skb = new_aggregate(test, port, 3, 0);
	u32 seq = 0;

	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0x600a);
	put(port, skb);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 2);
	reshape(test, port, 0, 0, 0);
	await_passed(test, 3);
	KUNIT_EXPECT_EQ(test, dropped(port), 0);
	while ((skb = skb_dequeue(&passed))) {
		KUNIT_EXPECT_FALSE(test, skb_is_gso(skb));
		KUNIT_EXPECT_EQ(test, skb->len + ETH_HLEN, HEADERS + MSS);
		KUNIT_EXPECT_EQ(test, skb->mac_len, ETH_HLEN);
		KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
		KUNIT_EXPECT_EQ(test, skb_mac_offset(skb), -ETH_HLEN);
		KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 0x600a);
		KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_PARTIAL);
		KUNIT_EXPECT_EQ(test, ntohl(tcp_hdr(skb)->seq), seq);
		seq += MSS;
		consume_skb(skb);
	}
}

/* A second tag is payload, and yet there is a packet behind it. */
static void vsw_shaper_test_cut_tagged(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);
	struct sk_buff *skb = new_aggregate(test, port, 2, 0);
	struct vlan_ethhdr *veth;

	skb_push(skb, ETH_HLEN);
	veth = skb_push(skb, VLAN_HLEN);
	memmove(veth, (void *)veth + VLAN_HLEN, 2 * ETH_ALEN);
	veth->h_vlan_proto = htons(ETH_P_8021Q);
	veth->h_vlan_TCI = htons(20);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb->protocol = htons(ETH_P_8021Q);

	put(port, skb);
	reshape(test, port, 0, 0, 0);
	await_passed(test, 2);
	while ((skb = skb_dequeue(&passed))) {
		KUNIT_EXPECT_EQ(test, skb->len, HEADERS + MSS + VLAN_HLEN -
				ETH_HLEN);
		KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), ETH_P_8021Q);
		KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
		KUNIT_EXPECT_EQ(test, skb->mac_len, ETH_HLEN);
		consume_skb(skb);
	}
}

static void vsw_shaper_test_cut_fails(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);
	struct sk_buff *skb = new_aggregate(test, port, 3, 0);

	ip_hdr(skb)->ihl = 0;
	put(port, skb);
	KUNIT_EXPECT_EQ(test, dropped(port), 1);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 0);
	put(port, new_frame(test, port, 1500, 0));
	expect_passed(test, 1);
}

/* More than one go, with a frame that comes in between. */
static void vsw_shaper_test_order(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);

	put_frames(test, port, 300, 1500);
	intruder = new_frame(test, port, 60, 300);
	reshape(test, port, 0, 0, 0);
	expect_passed(test, 301);
	await_idle(test, port);
	KUNIT_EXPECT_EQ(test, dropped(port), 0);
}

/* What waits long does not wait any longer when the rate is higher. */
static void vsw_shaper_test_kick(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);

	put_frames(test, port, 10, 1500);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 1);
	reshape(test, port, 100 * MBIT, 100 * MBIT, 1500);
	expect_passed(test, 10);
}

static void vsw_shaper_test_purge(struct kunit *test)
{
	struct vsw_port *port = shaped_port(test, 8 * KBIT, 0, 1500);

	put_frames(test, port, 100, 1500);
	rtnl_lock();
	vsw_shaper_purge(port);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, atomic_read(&n_freed), 99);
	KUNIT_EXPECT_FALSE(test,
			   hrtimer_active(&port->shaper[VSW_OUT]->timer));
	put(port, new_frame(test, port, 1500, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&n_freed), 100);
	KUNIT_EXPECT_FALSE(test,
			   hrtimer_active(&port->shaper[VSW_OUT]->timer));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&passed), 1);
	KUNIT_EXPECT_EQ(test, dropped(port), 0);
}

static struct kunit_case vsw_shaper_cases[] = {
	KUNIT_CASE_PARAM(vsw_shaper_test_meter, meter_gen_params),
	KUNIT_CASE_PARAM(vsw_shaper_test_cuts, cut_gen_params),
	KUNIT_CASE(vsw_shaper_test_passes),
	KUNIT_CASE(vsw_shaper_test_timer),
	KUNIT_CASE(vsw_shaper_test_limit),
	KUNIT_CASE(vsw_shaper_test_limit_aggregate),
	KUNIT_CASE(vsw_shaper_test_huge),
	KUNIT_CASE(vsw_shaper_test_whole),
	KUNIT_CASE(vsw_shaper_test_cut),
	KUNIT_CASE(vsw_shaper_test_cut_tagged),
	KUNIT_CASE(vsw_shaper_test_cut_fails),
	KUNIT_CASE(vsw_shaper_test_order),
	KUNIT_CASE(vsw_shaper_test_kick),
	KUNIT_CASE(vsw_shaper_test_purge),
	{}
};

static struct kunit_suite vsw_shaper_suite = {
	.name = "vswitch_shaper",
	.init = vsw_shaper_test_init,
	.exit = vsw_shaper_test_exit,
	.test_cases = vsw_shaper_cases,
};

kunit_test_suite(vsw_shaper_suite);
