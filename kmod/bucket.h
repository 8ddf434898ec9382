/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arithmetic of shaping (Q1): what passes when. Time is a parameter.
 *
 * Buckets count in billionths of a bit, which is what one bit/s brings in one
 * nanosecond, so that nothing is ever rounded away. 1 GiB, the largest burst,
 * just fits into 63 bits.
 */
#ifndef _VSW_BUCKET_H
#define _VSW_BUCKET_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/time64.h>

#include "types.h"

#define VSW_BUCKET_BYTE		(8LL * NSEC_PER_SEC)

/* The longest frame that buckets can count: the room between 1 GiB and 2^63. */
#define VSW_BUCKET_FRAME_MAX	(64U << 20)

/**
 * struct vsw_bucket - a token bucket
 * @rate: bit/s that fill it, 0 if it has not been set up
 * @size: what it holds when it is full
 * @level: what it holds, negative if it is in debt
 * @updated: when it held that, in ns
 */
struct vsw_bucket {
	u64 rate;
	s64 size;
	s64 level;
	u64 updated;
};

/**
 * struct vsw_meter - the buckets of a shaper
 * @average: the bucket that the average rate fills
 * @peak: one of no size, so that each frame makes a debt that the peak rate
 *        has to pay before the next one
 */
struct vsw_meter {
	struct vsw_bucket average;
	struct vsw_bucket peak;
};

/**
 * vsw_bucket_fill() - let a bucket have what time has brought
 * @b: the bucket
 * @now: the time
 */
static inline void vsw_bucket_fill(struct vsw_bucket *b, u64 now)
{
	u64 room = b->size - b->level;
	u64 gain;

	if (now <= b->updated)
		return;
	if (check_mul_overflow(b->rate, now - b->updated, &gain) ||
	    gain >= room)
		b->level = b->size;
	else
		b->level += gain;
	b->updated = now;
}

/**
 * vsw_bucket_set() - give a bucket its rate and size
 * @b: the bucket
 * @rate: bit/s, 0 for not in use
 * @size: bytes
 * @now: the time
 *
 * A bucket that was not in use is full. Otherwise it has been filled at the
 * old rate until now, and keeps as much of that as the new size holds.
 */
static inline void vsw_bucket_set(struct vsw_bucket *b, u64 rate, u32 size,
				  u64 now)
{
	s64 full = size * VSW_BUCKET_BYTE;

	if (likely(b->rate == rate && b->size == full))
		return;
	if (b->rate) {
		vsw_bucket_fill(b, now);
		b->level = min(b->level, full);
	} else {
		b->level = full;
	}
	b->rate = rate;
	b->size = full;
	b->updated = now;
}

/**
 * vsw_bucket_wait() - how long until a frame may pass a bucket
 * @b: the bucket
 * @len: the length of the frame
 * @now: the time
 *
 * A frame passes when the bucket holds its length, or is full.
 *
 * Return: ns, 0 for at once.
 */
static inline u64 vsw_bucket_wait(struct vsw_bucket *b, u32 len, u64 now)
{
	s64 missing;

	if (!b->rate)
		return 0;
	vsw_bucket_fill(b, now);
	missing = min(len * VSW_BUCKET_BYTE, b->size) - b->level;
	return missing > 0 ? DIV64_U64_ROUND_UP(missing, b->rate) : 0;
}

/**
 * vsw_bucket_take() - let a frame pass a bucket
 * @b: the bucket
 * @len: the length of the frame
 */
static inline void vsw_bucket_take(struct vsw_bucket *b, u32 len)
{
	if (b->rate)
		b->level -= len * VSW_BUCKET_BYTE;
}

/**
 * vsw_meter_set() - give the buckets of a shaper its setting
 * @m: the buckets
 * @shape: the setting
 * @now: the time
 */
static inline void vsw_meter_set(struct vsw_meter *m,
				 const struct vsw_shape *shape, u64 now)
{
	vsw_bucket_set(&m->average, shape->average, shape->burst, now);
	vsw_bucket_set(&m->peak, shape->average ? shape->peak : 0, 0, now);
}

/**
 * vsw_meter_wait() - how long until a frame may pass a shaper
 * @m: its buckets
 * @len: the length of the frame, at most VSW_BUCKET_FRAME_MAX
 * @now: the time
 *
 * Return: ns, 0 for at once.
 */
static inline u64 vsw_meter_wait(struct vsw_meter *m, u32 len, u64 now)
{
	return max(vsw_bucket_wait(&m->average, len, now),
		   vsw_bucket_wait(&m->peak, len, now));
}

/**
 * vsw_meter_take() - let a frame pass a shaper that need not wait
 * @m: its buckets
 * @len: the length of the frame, at most VSW_BUCKET_FRAME_MAX
 */
static inline void vsw_meter_take(struct vsw_meter *m, u32 len)
{
	vsw_bucket_take(&m->average, len);
	vsw_bucket_take(&m->peak, len);
}

/**
 * vsw_shape_cuts() - whether an aggregate is too long to pass as a whole
 * @shape: the setting
 * @len: the length of all its segments
 *
 * Return: true if it is longer than the burst, or than what the peak passes
 * in a millisecond.
 */
static inline bool vsw_shape_cuts(const struct vsw_shape *shape, u32 len)
{
	if (!shape->average)
		return false;
	return len > shape->burst ||
	       (shape->peak && len > div_u64(shape->peak, 8 * MSEC_PER_SEC));
}

#endif /* _VSW_BUCKET_H */
