/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_ADDR_H
#define VSWCTL_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct args;
struct ctl;
struct key;
struct nl_sock;

/* As many addresses as one command takes. */
#define ADDR_MAX 32

/**
 * struct addr - an IP address with the length of its prefix
 * @ifindex: the device that has it
 * @family: AF_INET or AF_INET6
 * @prefix: length of the prefix in bits
 * @scope: RT_SCOPE_*
 * @permanent: it does not expire
 * @bytes: the address, in network order
 */
struct addr {
	__u32 ifindex;
	__u8 family;
	__u8 prefix;
	__u8 scope;
	bool permanent;
	__u8 bytes[16];
};

/**
 * struct addr_list - addresses
 * @count: how many there are
 * @addr: the addresses
 */
struct addr_list {
	size_t count;
	struct addr *addr;
};

/**
 * struct opt_addrs - the addresses of a command
 * @none: whether all others are to go, whatever their family
 * @count: how many were given
 * @added: those that were added and not there before, as bits
 * @addr: the addresses
 */
struct opt_addrs {
	bool none;
	size_t count;
	__u32 added;
	struct addr addr[ADDR_MAX];
};

/**
 * struct addr_dev - a device in some network namespace
 * @sock: rtnetlink socket in that namespace
 * @ifindex: its index there
 */
struct addr_dev {
	struct nl_sock *sock;
	__u32 ifindex;
};

int parse_addr(struct args *args, const struct key *key, const char *value,
	       void *field);
int parse_addr_none(struct args *args, const struct key *key, const char *value,
		    void *field);
char *addr_text(const struct addr *addr);
char *addr_canon(const char *text);
bool addr_is_link_local(const struct addr *addr);
bool addr_is_kept(const struct addr *addr);
int addr_fail(const struct ctl *ctl, const char *whose, int code);
int addr_add(struct ctl *ctl, const struct addr_dev *dev,
	     struct opt_addrs *addrs);
void addr_take_back(const struct addr_dev *dev, const struct opt_addrs *addrs);
int addr_replace(struct ctl *ctl, const struct addr_dev *dev,
		 const struct opt_addrs *addrs);
int addr_set_up(struct ctl *ctl, const struct addr_dev *dev);
int addr_dump(struct nl_sock *sock, const __s32 *netns_id, __u32 ifindex,
	      struct addr_list *list);

#endif /* VSWCTL_ADDR_H */
