/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_LINK_H
#define VSWCTL_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/if.h>
#include <linux/if_ether.h>

struct ctl;
struct req;

/* Longest text kept of a kind, a driver or a bus address. */
#define LINK_TEXT 64

/**
 * struct link - a network device
 * @ifindex: its index
 * @type: ARPHRD_*
 * @flags: IFF_*
 * @mtu: its MTU
 * @master: index of the device that it belongs to, 0 if there is none
 * @lower: index of the device that it is made on, 0 if there is none here
 * @gen_mode: how it makes its link-local address, -1 if it does not do IPv6
 * @has_mac: whether it has an Ethernet address
 * @mac: its Ethernet address
 * @name: its name
 * @kind: what made it, empty for hardware
 * @parent: the hardware device behind it, empty if there is none
 */
struct link {
	__u32 ifindex;
	__u16 type;
	__u32 flags;
	__u32 mtu;
	__u32 master;
	__u32 lower;
	int gen_mode;
	bool has_mac;
	__u8 mac[ETH_ALEN];
	char name[IFNAMSIZ];
	char kind[LINK_TEXT];
	char parent[LINK_TEXT];
};

/**
 * struct link_list - network devices
 * @count: how many there are
 * @link: the devices
 */
struct link_list {
	size_t count;
	struct link *link;
};

/**
 * struct link_details - what a driver says about its device
 * @driver: its name, or empty
 * @bus: where the device is, or empty
 * @speed: in Mb/s, 0 if it is not known
 * @duplex: "full", "half", or empty
 */
struct link_details {
	char driver[LINK_TEXT];
	char bus[LINK_TEXT];
	__u32 speed;
	const char *duplex;
};

int link_ask(struct ctl *ctl, struct req *req);
int link_dump(struct ctl *ctl, struct link_list *list);
int link_get(struct ctl *ctl, const char *name, struct link *link);
const struct link *link_find(const struct link_list *list, __u32 ifindex);
void link_read_details(const char *name, struct link_details *details);
char *link_speed_text(__u32 speed);

#endif /* VSWCTL_LINK_H */
