// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frames that uplinks brought a moment ago, see sighting.h.
 *
 * Each CPU keeps the last ones that it saw in a ring of its own, so noting one
 * shares nothing; only in the moment after a move all rings are read. A reader
 * on another CPU may see an entry half written. Then it misses a frame that
 * comes at this very moment, as it would if that came a little later. What was
 * never written has no print, which is written last.
 */
#include <linux/jhash.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>

#include "kunit.h"
#include "sighting.h"

#define RING		256	/* frames a CPU remembers */
#define PRINT_BYTES	128	/* behind the Ethernet header, to tell them apart */

/**
 * struct vsw_sighting - a frame that an uplink brought
 * @print: what it is known by, 0 for none
 * @at: jiffies of that, the low bits
 * @move: which moves the switch had made
 * @number: that of the uplink
 */
struct vsw_sighting {
	u32 print;
	u32 at;
	u32 move;
	u32 number;
};

/**
 * struct vsw_sightings - the frames that a CPU saw last
 * @next: where the next one goes, modulo the size of the ring
 * @ring: the frames
 */
struct vsw_sightings {
	unsigned int next;
	struct vsw_sighting ring[RING];
};

/**
 * vsw_sighting_init() - make the rings of a switch
 * @sw: the switch
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int vsw_sighting_init(struct vsw_switch *sw)
{
	sw->sightings = alloc_percpu_gfp(struct vsw_sightings,
					 GFP_KERNEL_ACCOUNT);
	sw->expected = jiffies - VSW_SIGHTING_TIME - 1;
	return sw->sightings ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_sighting_init);

/**
 * vsw_sighting_exit() - free the rings of a switch
 * @sw: the switch; no frame is in it any more
 */
void vsw_sighting_exit(struct vsw_switch *sw)
{
	free_percpu(sw->sightings);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_sighting_exit);

/* What tells a frame from others, never 0. */
static u32 fingerprint(const struct sk_buff *skb, const struct vsw_frame *f)
{
	unsigned int len = min_t(unsigned int, skb->len, PRINT_BYTES);
	u8 buf[PRINT_BYTES];
	const void *data = skb_header_pointer(skb, 0, len, buf);
	u32 head[] = { f->dst, f->dst >> 32, f->src, f->src >> 32, f->vlan,
		       skb->len };

	/* @len bytes are there, so there is @data. */
	return jhash(data, len, jhash2(head, ARRAY_SIZE(head), 0)) ?: 1;
}

/* Takes note of a frame, on this CPU. */
static void note(const struct vsw_uplink *uplink, u32 print)
{
	const struct vsw_switch *sw = uplink->port.sw;
	struct vsw_sightings *own = this_cpu_ptr(sw->sightings);
	struct vsw_sighting *place = &own->ring[own->next++ % RING];

	WRITE_ONCE(place->at, jiffies);
	WRITE_ONCE(place->move, READ_ONCE(sw->move));
	WRITE_ONCE(place->number, uplink->port.number);
	smp_store_release(&place->print, print);	/* pairs with look_at() */
}

/**
 * vsw_sighting_note() - take note of a frame that is flooded from outside
 * @uplink: the uplink by which it came
 * @skb: the frame, its data behind the Ethernet header
 * @f: the frame, in its VLAN
 *
 * What comes by an uplink that is dead by now reaches no port that uses it.
 * To be called before the frame is judged: whoever sees the uplink dead after
 * that finds the frame here.
 *
 * Context: RCU read side, BH off.
 * Return: what it is known by; 0 with a single uplink, where nothing moves.
 */
u32 vsw_sighting_note(const struct vsw_uplink *uplink,
		      const struct sk_buff *skb, const struct vsw_frame *f)
{
	u32 print;

	if (READ_ONCE(uplink->port.sw->n_uplinks) < 2)
		return 0;
	print = fingerprint(skb, f);
	if (vsw_dev_live(uplink->port.dev))
		note(uplink, print);
	return print;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_sighting_note);

static void look_at(const struct vsw_sightings *own, u32 print,
		    struct vsw_sighted *seen)
{
	const struct vsw_sighting *pos;
	u32 n;

	for (pos = own->ring; pos < own->ring + RING; pos++) {
		/* Pairs with note(): a slot with a print has a number. */
		if (smp_load_acquire(&pos->print) != print ||
		    (u32)jiffies - READ_ONCE(pos->at) > VSW_SIGHTING_TIME)
			continue;
		n = READ_ONCE(pos->number) - 1;
		seen->by |= BIT(n);
		seen->move[n] = READ_ONCE(pos->move);
	}
}

/**
 * vsw_sighting_look() - find out which uplinks brought a frame a moment ago
 * @sw: the switch
 * @print: what the frame is known by
 * @seen: the answer
 *
 * Context: RCU read side.
 */
void vsw_sighting_look(const struct vsw_switch *sw, u32 print,
		       struct vsw_sighted *seen)
{
	int cpu;

	seen->looked = true;
	seen->by = 0;
	for_each_possible_cpu(cpu)
		look_at(per_cpu_ptr(sw->sightings, cpu), print, seen);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_sighting_look);

/* Other frames read what is beside it: once a jiffy will do. */
static void note_unicast(const struct vsw_uplink *uplink, u32 print)
{
	struct vsw_switch *sw = uplink->port.sw;

	if (time_before(READ_ONCE(sw->noted), jiffies))
		WRITE_ONCE(sw->noted, jiffies);
	note(uplink, print);
}

/* Whether ports are about to move, or have just done so, as was foreseen (T3). */
static bool expecting(const struct vsw_switch *sw)
{
	smp_rmb();	/* pairs with vsw_port_expect_all() */
	return time_before_eq(jiffies,
			      READ_ONCE(sw->expected) + VSW_SIGHTING_TIME);
}

/*
 * The new uplink works, so the one before the move is history. Return whether
 * copies of what that brought may still come.
 */
static bool settle(struct vsw_path *path, const struct vsw_uplink *uplink,
		   bool expected)
{
	if (READ_ONCE(path->now) != uplink) {
		if (READ_ONCE(path->proven) != uplink)
			WRITE_ONCE(path->proven, uplink);
		return true;
	}
	if (!READ_ONCE(path->heard))
		WRITE_ONCE(path->heard, true);
	if (READ_ONCE(path->prev) &&
	    time_before_eq(jiffies, READ_ONCE(path->moved) + VSW_SIGHTING_TIME))
		return true;
	if (!expected)
		WRITE_ONCE(path->settled, true);
	return false;
}

/**
 * vsw_sighting_unicast() - unicast that its owner takes while it may be moving
 * @uplink: the uplink by which it came
 * @skb: the frame, its data behind the Ethernet header
 * @f: the frame, with the path of its owner
 *
 * A NIC may bring several frames at once by the old uplink, and then the new one
 * their copies.
 *
 * Context: RCU read side, BH off.
 * Return: false if it is a copy of one that the owner has had.
 */
bool vsw_sighting_unicast(const struct vsw_uplink *uplink,
			  const struct sk_buff *skb, const struct vsw_frame *f)
{
	const struct vsw_switch *sw = uplink->port.sw;
	const bool expected = expecting(sw);
	const struct vsw_uplink *old;
	struct vsw_sighted seen;

	if (f->by_old || expected)
		note_unicast(uplink, fingerprint(skb, f));
	if (f->by_old)
		return true;
	if (!settle(f->path, uplink, expected) ||
	    time_after(jiffies, READ_ONCE(sw->noted) + VSW_SIGHTING_TIME))
		return true;
	old = READ_ONCE(f->path->now);
	if (old == uplink)
		old = READ_ONCE(f->path->prev);
	/* The slow path may take an uplink away at any moment. */
	if (!old)
		return true;
	vsw_sighting_look(sw, fingerprint(skb, f), &seen);
	return !(seen.by & BIT(old->port.number - 1));
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_sighting_unicast);
