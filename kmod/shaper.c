// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shaping: a queue in front of what a port sends or gets (Q1).
 *
 * Whoever brings a frame to an idle shaper passes on what may pass; others
 * only put theirs behind. So the order is kept (F11) without a lock being held
 * while a frame is passed on. When the first one has to wait, a timer goes on.
 * The rates are in the snapshot of the portgroup alone and are read anew for
 * each frame.
 *
 * Frames are here with their data at the network header and the outer tag, if
 * they have one, in the skb.
 */
#include <linux/sctp.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/gso.h>
#include <net/sock.h>

#include "compat.h"
#include "fdb.h"
#include "kunit.h"
#include "shaper.h"
#include "stats.h"

/* Frames that are passed on in one go, before others have the CPU. */
#define VSW_SHAPER_QUOTA	64

/**
 * struct vsw_shaper_cb - what is known of a frame, in skb->cb
 * @len: bytes on the wire, without the outer tag
 * @frames: frames on the wire
 */
struct vsw_shaper_cb {
	u32 len;
	u32 frames;
};

static struct vsw_shaper_cb *shaper_cb(struct sk_buff *skb)
{
	return (struct vsw_shaper_cb *)skb->cb;
}

/* The headers that each segment of an aggregate has, from Ethernet on. */
static unsigned int headers_len(const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	int off = skb->encapsulation ? skb_inner_transport_offset(skb) :
				       skb_transport_offset(skb);
	const struct tcphdr *th;
	struct tcphdr buf;

	if (type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) {
		th = skb_header_pointer(skb, off, sizeof(buf), &buf);
		off += th ? __tcp_hdrlen(th) : sizeof(buf);
	} else if (type & SKB_GSO_UDP_L4) {
		off += sizeof(struct udphdr);
	} else if (type & SKB_GSO_SCTP) {
		off += sizeof(struct sctphdr);
	}
	return ETH_HLEN + clamp_t(int, off, 0, skb->len);
}

static void measure(struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	struct vsw_shaper_cb *cb = shaper_cb(skb);
	unsigned int headers, payload;

	cb->len = skb->len + ETH_HLEN;
	cb->frames = 1;
	if (!skb_is_gso(skb))
		return;
	headers = headers_len(skb);
	payload = cb->len - headers;
	/* A guest that has it cut here does not count the segments. */
	if (shinfo->gso_size == GSO_BY_FRAGS)
		cb->frames = shinfo->gso_segs;
	else
		cb->frames = DIV_ROUND_UP(payload, shinfo->gso_size);
	cb->frames = max(cb->frames, 1);
	cb->len = min(cb->len + (u64)(cb->frames - 1) * headers,
		      VSW_BUCKET_FRAME_MAX);
}

/*
 * Cut an aggregate into a list of its segments, or say NULL. Offloads other
 * than segmentation stay what they are (F9).
 */
static struct sk_buff *cut(struct sk_buff *skb)
{
	struct sk_buff *segs, *seg, *next;
	int depth = ETH_HLEN;

	skb_push(skb, ETH_HLEN);
	/* A second tag is payload to us, but here it is a header. */
	if (eth_type_vlan(skb->protocol) &&
	    !vlan_get_protocol_and_depth(skb, skb->protocol, &depth))
		return NULL;
	skb_set_network_header(skb, depth);
	segs = skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	if (IS_ERR_OR_NULL(segs))
		return NULL;
	skb_list_walk_safe(segs, seg, next) {
		skb_pull(seg, ETH_HLEN);
		skb_reset_network_header(seg);
		seg->mac_len = ETH_HLEN;
		measure(seg);
	}
	consume_skb(skb);
	return segs;
}

/* Put the segments of the first frame in its place, all or none of them. */
static void cut_head(struct vsw_shaper *sh, struct sk_buff *skb)
	__must_hold(&sh->lock)
{
	unsigned int frames = shaper_cb(skb)->frames;
	struct sk_buff *segs, *seg, *next;
	struct sk_buff_head list;

	__skb_unlink(skb, &sh->queue);
	spin_unlock(&sh->lock);
	segs = cut(skb);
	if (!segs)
		vsw_drop(sh->port, skb, VSW_DROP_SHAPER);
	__skb_queue_head_init(&list);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		__skb_queue_tail(&list, seg);
	}
	spin_lock(&sh->lock);
	if (sh->closed) {
		__skb_queue_purge(&list);
		return;
	}
	sh->frames += skb_queue_len(&list) - frames;
	skb_queue_splice(&list, &sh->queue);
}

static void take_head(struct vsw_shaper *sh, struct sk_buff *skb)
	__must_hold(&sh->lock)
{
	__skb_unlink(skb, &sh->queue);
	sh->frames -= shaper_cb(skb)->frames;
}

/*
 * Deal with the first frame. Return false if there is none or it has to wait,
 * and then @until is when it may pass.
 */
static bool step(struct vsw_shaper *sh, u64 *until)
	__must_hold(&sh->lock)
{
	const struct vsw_shape *shape;
	struct vsw_shaper_cb *cb;
	u64 now = ktime_get_ns();
	struct sk_buff *skb;
	bool cuts;
	u64 wait;

	shape = &vsw_port_snap(sh->port)->shape[sh->dir];
	vsw_meter_set(&sh->meter, shape, now);
	skb = skb_peek(&sh->queue);
	if (!skb)
		return false;
	cb = shaper_cb(skb);
	cuts = skb_is_gso(skb) && vsw_shape_cuts(shape, cb->len);
	wait = vsw_meter_wait(&sh->meter, cb->len, now);
	*until = now + wait;

	if (!cuts && !wait) {
		take_head(sh, skb);
		vsw_meter_take(&sh->meter, cb->len);
		spin_unlock(&sh->lock);
		sh->emit(sh->port, skb);
		spin_lock(&sh->lock);
		return true;
	}
	if (cb->frames > VSW_SHAPER_LIMIT) {
		/* It came to an empty queue, but it cannot stay. */
		take_head(sh, skb);
		spin_unlock(&sh->lock);
		vsw_drop(sh->port, skb, VSW_DROP_SHAPER);
		spin_lock(&sh->lock);
		return true;
	}
	if (cuts)
		cut_head(sh, skb);
	return cuts;
}

/*
 * The timer stays on the CPU of the frame that found the shaper idle. Behind a
 * veth is a queue for each CPU, so a flow had better not change between them.
 */
static void start_timer(struct vsw_shaper *sh, u64 at)
{
	hrtimer_start(&sh->timer, ns_to_ktime(at),
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/* Pass on what may pass, unless somebody is at it. */
static void run(struct vsw_shaper *sh)
	__must_hold(&sh->lock)
{
	unsigned int quota = VSW_SHAPER_QUOTA;
	u64 until = 0;

	if (sh->running)
		return;
	sh->running = true;
	while (step(sh, &until)) {
		if (--quota)
			continue;
		until = 0;
		break;
	}
	sh->running = false;
	if (!skb_queue_empty(&sh->queue)) {
		sh->cpu = smp_processor_id();
		start_timer(sh, until);
		return;
	}
	/* Pairs with vsw_shaper_active(): the last one is on its way. */
	smp_store_release(&sh->busy, false);
}

static enum hrtimer_restart go_on(struct hrtimer *timer)
{
	struct vsw_shaper *sh = container_of(timer, struct vsw_shaper, timer);

	rcu_read_lock();
	spin_lock(&sh->lock);
	run(sh);
	spin_unlock(&sh->lock);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/**
 * vsw_shaper_prepare() - see that a port has the shapers that it needs
 * @port: the port
 * @snap: what frames are going to read of its portgroup
 * @emit: what passes frames on, by direction
 *
 * A shaper that is there and not needed does no harm.
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM.
 */
int vsw_shaper_prepare(struct vsw_port *port, const struct vsw_snap *snap,
		       const vsw_shaper_emit_fn emit[VSW_DIRECTIONS])
{
	struct vsw_shaper *sh;
	int dir;

	for (dir = 0; dir < VSW_DIRECTIONS; dir++) {
		if (!snap->shape[dir].average || port->shaper[dir])
			continue;
		sh = kzalloc(sizeof(*sh), GFP_KERNEL_ACCOUNT);
		if (!sh)
			return -ENOMEM;
		spin_lock_init(&sh->lock);
		__skb_queue_head_init(&sh->queue);
		hrtimer_setup(&sh->timer, go_on, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_PINNED_SOFT);
		sh->dir = dir;
		sh->port = port;
		sh->emit = emit[dir];
		/* Frames that see it see it complete. */
		smp_store_release(&port->shaper[dir], sh);
	}
	return 0;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_shaper_prepare);

/*
 * Let a frame keep nothing of its sender while it waits: no device, no
 * conntrack, no page of a process. The socket that sent it is an exception,
 * since a sender on this host slows down for what it has under way. But one of
 * the kernel's own can outlive its netns then, and one that the frame was only
 * steered to need not be held at all.
 */
static bool detach(struct vsw_port *port, struct sk_buff *skb)
{
	if (unlikely(skb_orphan_frags(skb, GFP_ATOMIC)))
		return false;
	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(port->dev)));
	skb->dev = port->dev;
	if (skb->sk && (skb_sk_is_prefetched(skb) || !sk_fullsock(skb->sk) ||
			!skb->sk->sk_net_refcnt))
		skb_orphan(skb);
	return true;
}

/**
 * vsw_shaper_put() - pass a frame on when the shaper lets it
 * @port: the port
 * @dir: the direction of the frame; the port has a shaper in it
 * @skb: the frame, which is consumed
 *
 * Context: RCU read side, BH off.
 */
void vsw_shaper_put(struct vsw_port *port, enum vsw_direction dir,
		    struct sk_buff *skb)
{
	struct vsw_shaper *sh = READ_ONCE(port->shaper[dir]);
	unsigned int frames;

	if (!detach(port, skb)) {
		vsw_drop(port, skb, VSW_DROP_NO_MEMORY);
		return;
	}
	measure(skb);
	frames = shaper_cb(skb)->frames;

	spin_lock(&sh->lock);
	if (unlikely(sh->closed)) {
		spin_unlock(&sh->lock);
		kfree_skb(skb);
		return;
	}
	if (sh->busy && sh->frames + frames > VSW_SHAPER_LIMIT) {
		spin_unlock(&sh->lock);
		vsw_drop(port, skb, VSW_DROP_SHAPER);
		return;
	}
	__skb_queue_tail(&sh->queue, skb);
	sh->frames += frames;
	if (!sh->busy) {
		WRITE_ONCE(sh->busy, true);
		run(sh);
	}
	spin_unlock(&sh->lock);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_shaper_put);

static void fire(void *sh)
{
	start_timer(sh, 0);
}

/**
 * vsw_shaper_kick() - look anew at what waits, after a change of settings
 * @port: the port
 *
 * Where frames wait, they go on in a moment, on the CPU that they wait on.
 * They would not stay before those that come there next if they went on here.
 *
 * Context: RTNL, may sleep.
 */
void vsw_shaper_kick(struct vsw_port *port)
{
	struct vsw_shaper *sh;
	int dir, cpu;

	for (dir = 0; dir < VSW_DIRECTIONS; dir++) {
		sh = port->shaper[dir];
		if (!sh)
			continue;
		cpu = -1;
		rcu_read_lock();
		spin_lock_bh(&sh->lock);
		if (skb_queue_empty(&sh->queue))
			run(sh);
		else
			cpu = sh->cpu;
		spin_unlock_bh(&sh->lock);
		rcu_read_unlock();
		/* A CPU that has gone has left its timers to others. */
		if (cpu >= 0 && smp_call_function_single(cpu, fire, sh, true))
			fire(sh);
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_shaper_kick);

/**
 * vsw_shaper_purge() - free what waits, because the port leaves
 * @port: the port
 *
 * No frame is passed on from the next grace period on. What comes later is
 * freed at once.
 *
 * Context: RTNL.
 */
void vsw_shaper_purge(struct vsw_port *port)
{
	struct sk_buff_head list;
	struct vsw_shaper *sh;
	int dir;

	__skb_queue_head_init(&list);
	for (dir = 0; dir < VSW_DIRECTIONS; dir++) {
		sh = port->shaper[dir];
		if (!sh)
			continue;
		spin_lock_bh(&sh->lock);
		sh->closed = true;
		sh->frames = 0;
		skb_queue_splice_tail_init(&sh->queue, &list);
		spin_unlock_bh(&sh->lock);
		/* An empty queue does not start it again. */
		hrtimer_cancel(&sh->timer);
	}
	__skb_queue_purge(&list);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_shaper_purge);

/**
 * vsw_shaper_free() - free the shapers of a port
 * @port: the port, a grace period after vsw_shaper_purge()
 *
 * Context: RTNL.
 */
void vsw_shaper_free(struct vsw_port *port)
{
	int dir;

	for (dir = 0; dir < VSW_DIRECTIONS; dir++) {
		kfree(port->shaper[dir]);
		port->shaper[dir] = NULL;
	}
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_shaper_free);
