// SPDX-License-Identifier: GPL-2.0-only
/*
 * IP addresses of a vmk, by rtnetlink as every other tool does it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "addr.h"
#include "args.h"
#include "nl.h"
#include "text.h"
#include "vswctl.h"

static size_t addr_len(__u8 family)
{
	return family == AF_INET ? 4 : 16;
}

/* What is in front of the length of the prefix. */
static bool read_host(const char *value, struct addr *addr)
{
	char *host = must(strndup(value, strcspn(value, "/")));
	bool valid;

	addr->family = strchr(host, ':') ? AF_INET6 : AF_INET;
	valid = inet_pton(addr->family, host, addr->bytes) == 1;
	free(host);
	return valid;
}

/**
 * parse_addr - an IP address with the length of its prefix
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_addrs to add it to
 *
 * Return: an exit status.
 */
int parse_addr(struct args *args, const struct key *key, const char *value,
	       void *field)
{
	static const __u8 zero[sizeof(struct in6_addr)];
	struct opt_addrs *addrs = field;
	struct addr *addr = &addrs->addr[addrs->count];
	const char *slash = strchr(value, '/');
	unsigned long prefix;

	if (addrs->count == ADDR_MAX)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"more than %d addresses (%s)", ADDR_MAX, key->word);
	if (!read_host(value, addr))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" is not an IP address (%s)", value, key->word);
	if (!memcmp(addr->bytes, zero, addr_len(addr->family)))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"%s is nobody's address (%s)", value, key->word);
	if (!slash)
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" has no prefix length, such as %s/%d (%s)",
				value, value, addr->family == AF_INET ? 24 : 64,
				key->word);
	prefix = strtoul(slash + 1, NULL, 10);
	if (!slash[1] || slash[1 + strspn(slash + 1, "0123456789")] ||
	    prefix > 8 * addr_len(addr->family))
		return ctl_fail(args->ctl, STATUS_USAGE,
				"\"%s\" has a wrong prefix length, it is 0 to %zu (%s)",
				value, 8 * addr_len(addr->family), key->word);
	addr->prefix = prefix;
	addrs->count++;
	return STATUS_OK;
}

/**
 * parse_addr_none - an IP address with the length of its prefix, or none
 * @args: the command
 * @key: the keyword
 * @value: its value
 * @field: a struct opt_addrs to add it to
 *
 * Return: an exit status.
 */
int parse_addr_none(struct args *args, const struct key *key, const char *value,
		    void *field)
{
	struct opt_addrs *addrs = field;

	if (strcmp(value, "none") || addrs->count)
		return parse_addr(args, key, value, field);
	addrs->none = true;
	return STATUS_OK;
}

/**
 * addr_text - an address as text
 * @addr: the address
 *
 * Return: text to be freed.
 */
char *addr_text(const struct addr *addr)
{
	char host[INET6_ADDRSTRLEN] = "";

	inet_ntop(addr->family, addr->bytes, host, sizeof(host));
	return text_format("%s/%u", host, addr->prefix);
}

/**
 * addr_canon - an address as the kernel would give it
 * @text: the address, with the length of its prefix
 *
 * Return: text to be freed.
 */
char *addr_canon(const char *text)
{
	const char *slash = strchr(text, '/');
	struct addr addr;

	if (!slash || !read_host(text, &addr))
		return must(strdup(text));
	addr.prefix = strtoul(slash + 1, NULL, 10);
	return addr_text(&addr);
}

/**
 * addr_is_link_local - whether an address is one that every device gets
 * @addr: the address
 *
 * Return: true for a link-local one of IPv6.
 */
bool addr_is_link_local(const struct addr *addr)
{
	return addr->family == AF_INET6 && addr->scope == RT_SCOPE_LINK;
}

/**
 * addr_is_kept - whether an address belongs to the configuration
 * @addr: the address
 *
 * Return: true for a global one that does not expire.
 */
bool addr_is_kept(const struct addr *addr)
{
	return addr->permanent && addr->scope == RT_SCOPE_UNIVERSE;
}

static bool same_addr(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->prefix == b->prefix &&
	       !memcmp(a->bytes, b->bytes, addr_len(a->family));
}

/* Adds or deletes an address. */
static void change(const struct addr_dev *dev, const struct addr *addr,
		   __u16 type, __u16 flags, struct nl_error *error)
{
	const struct ifaddrmsg header = {
		.ifa_family = addr->family,
		.ifa_prefixlen = addr->prefix,
		.ifa_index = dev->ifindex,
	};
	size_t len = addr_len(addr->family);
	struct req req;

	req_start(&req, type, flags, &header, sizeof(header));
	req_bytes(&req, IFA_LOCAL, addr->bytes, len);
	req_bytes(&req, IFA_ADDRESS, addr->bytes, len);
	if (addr->family == AF_INET && addr->prefix < 31 &&
	    type == RTM_NEWADDR) {
		__u32 broadcast;

		memcpy(&broadcast, addr->bytes, len);
		broadcast |= htonl(~0U >> addr->prefix);
		req_u32(&req, IFA_BROADCAST, broadcast);
	}
	nl_request(dev->sock, &req, NULL, NULL, error);
}

static int report(struct ctl *ctl, const struct addr *addr,
		  const struct nl_error *error)
{
	char *text = nl_error_text(error);
	char *name = addr_text(addr);

	ctl_fail(ctl, STATUS_SYSTEM, "%s (address %s)", text, name);
	free(name);
	free(text);
	return STATUS_SYSTEM;
}

/**
 * addr_fail - say that addresses cannot be listed
 * @ctl: the run
 * @whose: whose they are
 * @code: what addr_dump() has returned
 *
 * Return: an exit status.
 */
int addr_fail(const struct ctl *ctl, const char *whose, int code)
{
	return ctl_fail(ctl, STATUS_SYSTEM, "the addresses of %s cannot be read: %s",
			whose, strerror(code));
}

/**
 * addr_add - add addresses to a device, all or none
 * @ctl: the run
 * @dev: the device
 * @addrs: the addresses; those that were not there before are marked as added
 *
 * Return: an exit status.
 */
int addr_add(struct ctl *ctl, const struct addr_dev *dev,
	     struct opt_addrs *addrs)
{
	struct nl_error error;
	size_t i;

	addrs->added = 0;
	for (i = 0; i < addrs->count; i++) {
		change(dev, &addrs->addr[i], RTM_NEWADDR,
		       NLM_F_CREATE | NLM_F_EXCL, &error);
		if (error.code == EEXIST)
			continue;
		if (error.code) {
			addr_take_back(dev, addrs);
			return report(ctl, &addrs->addr[i], &error);
		}
		addrs->added |= 1U << i;
	}
	return STATUS_OK;
}

/**
 * addr_take_back - delete the addresses that were added
 * @dev: the device
 * @addrs: the addresses
 */
void addr_take_back(const struct addr_dev *dev, const struct opt_addrs *addrs)
{
	struct nl_error error;
	size_t i;

	for (i = 0; i < addrs->count; i++)
		if (addrs->added & 1U << i)
			change(dev, &addrs->addr[i], RTM_DELADDR, 0, &error);
}

/* Whether an address gives way to those of a command. */
static bool is_replaced(const struct addr *old, const struct opt_addrs *addrs)
{
	bool family = false;
	size_t i;

	for (i = 0; i < addrs->count; i++) {
		if (same_addr(old, &addrs->addr[i]))
			return false;
		family |= old->family == addrs->addr[i].family;
	}
	return (family || addrs->none) && addr_is_kept(old);
}

/**
 * addr_replace - delete the addresses in whose place others have come
 * @ctl: the run
 * @dev: the device
 * @addrs: the addresses that have come
 *
 * What goes is permanent, global and of a family that is among @addrs.
 *
 * Return: an exit status.
 */
int addr_replace(struct ctl *ctl, const struct addr_dev *dev,
		 const struct opt_addrs *addrs)
{
	struct addr_list old;
	struct nl_error error;
	int status;
	size_t i;

	status = addr_dump(dev->sock, NULL, dev->ifindex, &old);
	if (status)
		return addr_fail(ctl, ctl->name, status);
	for (i = 0; i < old.count; i++)
		if (is_replaced(&old.addr[i], addrs))
			change(dev, &old.addr[i], RTM_DELADDR, 0, &error);
	free(old.addr);

	/* With an IPv4 address, the others of its subnet may have gone. */
	for (i = 0; i < addrs->count; i++) {
		change(dev, &addrs->addr[i], RTM_NEWADDR,
		       NLM_F_CREATE | NLM_F_REPLACE, &error);
		if (error.code)
			status = report(ctl, &addrs->addr[i], &error);
	}
	return status;
}

/**
 * addr_set_up - set a device up
 * @ctl: the run
 * @dev: the device
 *
 * Return: an exit status.
 */
int addr_set_up(struct ctl *ctl, const struct addr_dev *dev)
{
	const struct ifinfomsg header = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = dev->ifindex,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nl_error error;
	struct req req;

	req_start(&req, RTM_NEWLINK, 0, &header, sizeof(header));
	nl_request(dev->sock, &req, NULL, NULL, &error);
	return nl_report(ctl, &error);
}

/* What addr_dump() collects. */
struct dump {
	struct addr_list *list;
	size_t start;
	__u32 ifindex;
	__u8 family;
};

static bool read_addr(const struct nlmsghdr *nlh, struct addr *addr)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *nla;
	__u32 flags = header->ifa_flags;
	bool found = false;

	*addr = (struct addr){
		.ifindex = header->ifa_index,
		.family = header->ifa_family,
		.prefix = header->ifa_prefixlen,
		.scope = header->ifa_scope,
	};
	mnl_attr_for_each(nla, nlh, sizeof(*header)) {
		unsigned int type = mnl_attr_get_type(nla);
		size_t len = mnl_attr_get_payload_len(nla);

		if (type == IFA_FLAGS && len == sizeof(flags)) {
			flags = mnl_attr_get_u32(nla);
		} else if ((type == IFA_LOCAL || (type == IFA_ADDRESS && !found)) &&
			   len == addr_len(addr->family)) {
			memcpy(addr->bytes, mnl_attr_get_payload(nla), len);
			found = true;
		}
	}
	addr->permanent = flags & IFA_F_PERMANENT;
	return found;
}

static void collect(const struct nlmsghdr *nlh, void *data)
{
	struct dump *dump = data;
	struct addr_list *list = dump->list;
	const struct ifaddrmsg *header;
	struct addr addr;

	if (!nlh) {
		list->count = dump->start;
		return;
	}
	header = mnl_nlmsg_get_payload(nlh);
	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*header) ||
	    header->ifa_family != dump->family ||
	    (dump->ifindex && header->ifa_index != dump->ifindex) ||
	    !read_addr(nlh, &addr))
		return;
	list->addr = must(reallocarray(list->addr, list->count + 1,
				       sizeof(addr)));
	list->addr[list->count++] = addr;
}

/**
 * addr_dump - list addresses
 * @sock: rtnetlink socket
 * @netns_id: the network namespace, NULL for that of @sock
 * @ifindex: the device, 0 for all
 * @list: set to the addresses; those are to be freed
 *
 * Return: 0 or an errno.
 */
int addr_dump(struct nl_sock *sock, const __s32 *netns_id, __u32 ifindex,
	      struct addr_list *list)
{
	static const __u8 families[] = { AF_INET, AF_INET6 };
	size_t i;

	*list = (struct addr_list){ .count = 0 };
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		const struct ifaddrmsg header = {
			.ifa_family = families[i], .ifa_index = ifindex,
		};
		struct dump dump = { list, list->count, ifindex, families[i] };
		struct nl_error error;
		struct req req;

		req_start(&req, RTM_GETADDR, 0, &header, sizeof(header));
		if (netns_id)
			req_u32(&req, IFA_TARGET_NETNSID, *netns_id);
		nl_dump(sock, &req, collect, &dump, &error);
		if (!error.code)
			continue;
		free(list->addr);
		*list = (struct addr_list){ .count = 0 };
		return error.code;
	}
	return 0;
}
