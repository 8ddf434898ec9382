// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network devices as rtnetlink and their drivers describe them.  Both answer
 * for the network namespace of the socket, which sysfs does not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "link.h"
#include "nl.h"
#include "text.h"
#include "vswctl.h"

/* Words in each of the bit maps of link modes, at most. */
#define MASK_WORDS 127

/**
 * link_ask - begin to ask for network devices
 * @ctl: the run, which gets its socket
 * @req: set to the request, which may be a dump or get the name of one
 *
 * Return: an exit status.
 */
int link_ask(struct ctl *ctl, struct req *req)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };

	req_start(req, RTM_GETLINK, 0, &header, sizeof(header));
	return nl_start_route(ctl);
}

static void copy_text(char *to, size_t size, const struct nlattr *nla)
{
	snprintf(to, size, "%.*s", (int)mnl_attr_get_payload_len(nla),
		 (const char *)mnl_attr_get_payload(nla));
}

static __u32 number(const struct nlattr *nla)
{
	return mnl_attr_get_payload_len(nla) == sizeof(__u32) ?
	       mnl_attr_get_u32(nla) : 0;
}

static void read_kind(const struct nlattr *info, struct link *link)
{
	const struct nlattr *nla;

	mnl_attr_for_each_nested(nla, info)
		if (mnl_attr_get_type(nla) == IFLA_INFO_KIND)
			copy_text(link->kind, sizeof(link->kind), nla);
}

static void read_ipv6(const struct nlattr *spec, struct link *link)
{
	const struct nlattr *family, *nla;

	mnl_attr_for_each_nested(family, spec) {
		if (mnl_attr_get_type(family) != AF_INET6)
			continue;
		mnl_attr_for_each_nested(nla, family)
			if (mnl_attr_get_type(nla) == IFLA_INET6_ADDR_GEN_MODE &&
			    mnl_attr_get_payload_len(nla) == sizeof(__u8))
				link->gen_mode = mnl_attr_get_u8(nla);
	}
}

static void read_link(const struct nlmsghdr *nlh, struct link *link)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *nla;
	bool elsewhere = false;

	*link = (struct link){
		.ifindex = header->ifi_index,
		.type = header->ifi_type,
		.flags = header->ifi_flags,
		.gen_mode = -1,
	};
	mnl_attr_for_each(nla, nlh, sizeof(*header)) {
		switch (mnl_attr_get_type(nla)) {
		case IFLA_IFNAME:
			copy_text(link->name, sizeof(link->name), nla);
			break;
		case IFLA_MTU:
			link->mtu = number(nla);
			break;
		case IFLA_MASTER:
			link->master = number(nla);
			break;
		case IFLA_LINK:
			link->lower = number(nla);
			break;
		case IFLA_LINK_NETNSID:
			elsewhere = true;
			break;
		case IFLA_LINKINFO:
			read_kind(nla, link);
			break;
		case IFLA_AF_SPEC:
			read_ipv6(nla, link);
			break;
		case IFLA_PARENT_DEV_NAME:
			copy_text(link->parent, sizeof(link->parent), nla);
			break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(nla) != ETH_ALEN)
				break;
			memcpy(link->mac, mnl_attr_get_payload(nla), ETH_ALEN);
			link->has_mac = true;
			break;
		}
	}
	if (elsewhere)
		link->lower = 0;
}

static void collect(const struct nlmsghdr *nlh, void *data)
{
	struct link_list *list = data;

	if (!nlh) {
		list->count = 0;
		return;
	}
	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct ifinfomsg))
		return;
	list->link = must(reallocarray(list->link, list->count + 1,
				       sizeof(*list->link)));
	read_link(nlh, &list->link[list->count++]);
}

/**
 * link_dump - list the network devices
 * @ctl: the run
 * @list: set to the devices; @list->link is to be freed, also on failure
 *
 * Return: an exit status.
 */
int link_dump(struct ctl *ctl, struct link_list *list)
{
	struct nl_error error;
	struct req req;
	int status;

	*list = (struct link_list){ .count = 0 };
	status = link_ask(ctl, &req);
	if (status)
		return status;
	nl_dump(ctl->route, &req, collect, list, &error);
	return nl_report(ctl, &error);
}

static void read_one(const struct nlmsghdr *nlh, void *data)
{
	read_link(nlh, data);
}

/**
 * link_get - find a network device by its name
 * @ctl: the run
 * @name: its name, or an alternative one
 * @link: set to the device
 *
 * Return: an exit status.
 */
int link_get(struct ctl *ctl, const char *name, struct link *link)
{
	struct nl_error error;
	struct req req;
	int status;

	status = link_ask(ctl, &req);
	if (status)
		return status;
	req_text(&req, IFLA_ALT_IFNAME, name);
	nl_request(ctl->route, &req, read_one, link, &error);
	if (error.code == ENODEV)
		return ctl_fail(ctl, STATUS_ABSENT, "there is no such device");
	return nl_report(ctl, &error);
}

/**
 * link_find - find a network device
 * @list: where to look
 * @ifindex: its index
 *
 * Return: the device, NULL if it is not there.
 */
const struct link *link_find(const struct link_list *list, __u32 ifindex)
{
	size_t i;

	for (i = 0; ifindex && i < list->count; i++)
		if (list->link[i].ifindex == ifindex)
			return &list->link[i];
	return NULL;
}

static int ethtool(int sock, const char *name, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	return ioctl(sock, SIOCETHTOOL, &ifr);
}

static void read_driver(int sock, const char *name,
			struct link_details *details)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (ethtool(sock, name, &info))
		return;
	snprintf(details->driver, sizeof(details->driver), "%.*s",
		 (int)sizeof(info.driver), info.driver);
	if (strncmp(info.bus_info, "N/A", sizeof(info.bus_info)))
		snprintf(details->bus, sizeof(details->bus), "%.*s",
			 (int)sizeof(info.bus_info), info.bus_info);
}

static void read_speed(int sock, const char *name, struct link_details *details)
{
	/* The bit maps come after the structure; first the kernel says how long. */
	union {
		struct ethtool_link_settings settings;
		char room[sizeof(struct ethtool_link_settings) +
			  3 * MASK_WORDS * sizeof(__u32)];
	} link;
	int words;

	memset(&link, 0, sizeof(link));
	link.settings.cmd = ETHTOOL_GLINKSETTINGS;
	if (ethtool(sock, name, &link.settings))
		return;
	words = -link.settings.link_mode_masks_nwords;
	if (words <= 0)
		return;
	memset(&link, 0, sizeof(link));
	link.settings.cmd = ETHTOOL_GLINKSETTINGS;
	link.settings.link_mode_masks_nwords = words;
	if (ethtool(sock, name, &link.settings))
		return;
	if (link.settings.speed != (__u32)SPEED_UNKNOWN)
		details->speed = link.settings.speed;
	if (link.settings.duplex == DUPLEX_FULL)
		details->duplex = "full";
	else if (link.settings.duplex == DUPLEX_HALF)
		details->duplex = "half";
}

/**
 * link_read_details - ask the driver of a device about it
 * @name: the device
 * @details: what it says; it need not say anything
 */
void link_read_details(const char *name, struct link_details *details)
{
	int sock;

	*details = (struct link_details){ .duplex = "" };
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return;
	read_driver(sock, name, details);
	read_speed(sock, name, details);
	close(sock);
}

/**
 * link_speed_text - a speed as one says it
 * @speed: in Mb/s, 0 if it is not known
 *
 * Return: text to be freed, empty if it is not known.
 */
char *link_speed_text(__u32 speed)
{
	if (!speed)
		return must(strdup(""));
	if (speed < 1000)
		return text_format("%u Mb/s", speed);
	if (speed % 1000)
		return text_format("%u.%u Gb/s", speed / 1000,
				   speed % 1000 / 100);
	return text_format("%u Gb/s", speed / 1000);
}
