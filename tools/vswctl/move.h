/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_MOVE_H
#define VSWCTL_MOVE_H

#include <stddef.h>
#include <linux/types.h>

struct nlmsghdr;
struct undo;

/**
 * struct move_dev - one of the two devices
 * @ifindex: its index
 * @name: its name
 */
struct move_dev {
	__u32 ifindex;
	const char *name;
};

/**
 * struct msgs - messages of the kernel, as they came
 * @count: how many there are
 * @msg: the messages
 */
struct msgs {
	size_t count;
	struct nlmsghdr **msg;
};

/**
 * struct move - what makes a device a host's, on its way to another device
 * @undo: takes note of each step
 * @from: the device that has it
 * @to: the device that gets it
 * @addrs: IP addresses, those of IPv4 first
 * @addrs4: how many of them are of IPv4
 * @hops: nexthop objects
 * @routes: routes of all tables
 * @neighs: neighbours, proxied ones too
 */
struct move {
	struct undo *undo;
	struct move_dev from;
	struct move_dev to;
	struct msgs addrs;
	size_t addrs4;
	struct msgs hops;
	struct msgs routes;
	struct msgs neighs;
};

int move_read(struct move *move);
int move_give(struct move *move);
int move_take(struct move *move);
void move_end(struct move *move);

#endif /* VSWCTL_MOVE_H */
