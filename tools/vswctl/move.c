// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving the IP configuration of one device to another.
 *
 * What the kernel lists is sent back to it with the other device in it, so
 * that nothing has to be known of most attributes to keep them.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include "move.h"
#include "nl.h"
#include "text.h"
#include "undo.h"
#include "vswctl.h"

/* The kernel counts the lifetime of a route in hundredths of a second. */
#define TICKS 100

/* Writes the request that adds something to a device or deletes it there. */
typedef void build_fn(const struct move *move, const struct nlmsghdr *msg,
		      const struct move_dev *dev, bool add, struct req *req);

static void keep(const struct nlmsghdr *nlh, void *data)
{
	struct msgs *msgs = data;
	struct nlmsghdr *copy;

	if (!nlh) {
		while (msgs->count)
			free(msgs->msg[--msgs->count]);
		return;
	}
	copy = must(malloc(nlh->nlmsg_len));
	memcpy(copy, nlh, nlh->nlmsg_len);
	msgs->msg = must(reallocarray(msgs->msg, msgs->count + 1,
				      sizeof(*msgs->msg)));
	msgs->msg[msgs->count++] = copy;
}

static void forget(struct msgs *msgs)
{
	keep(NULL, msgs);
	free(msgs->msg);
	msgs->msg = NULL;
}

static __u8 family_of(const struct nlmsghdr *nlh)
{
	return ((const struct rtgenmsg *)mnl_nlmsg_get_payload(nlh))->rtgen_family;
}

/* Lists things, behind those that are there; of one family if it names one. */
static int dump(const struct move *move, struct req *req, struct msgs *to)
{
	struct ctl *ctl = move->undo->ctl;
	__u8 family = family_of(&req->nlh);
	struct msgs msgs = { .count = 0 };
	struct nl_error error;
	size_t i;

	nl_dump(ctl->route, req, keep, &msgs, &error);
	for (i = 0; !error.code && i < msgs.count; i++)
		if (!family || family_of(msgs.msg[i]) == family)
			keep(msgs.msg[i], to);
	forget(&msgs);
	/* A kernel need not have IPv6. */
	if (error.code == EOPNOTSUPP || error.code == EAFNOSUPPORT)
		return STATUS_OK;
	return nl_report(ctl, &error);
}

static const void *find(const struct nlmsghdr *msg, size_t header,
			unsigned int type, size_t len)
{
	const struct nlattr *nla;

	mnl_attr_for_each(nla, msg, header)
		if (mnl_attr_get_type(nla) == type &&
		    mnl_attr_get_payload_len(nla) >= len)
			return mnl_attr_get_payload(nla);
	return NULL;
}

static void copy_attr(struct req *req, const struct nlattr *nla)
{
	req_bytes(req, nla->nla_type, mnl_attr_get_payload(nla),
		  mnl_attr_get_payload_len(nla));
}

/* Addresses */

static __u32 addr_flags(const struct nlmsghdr *msg)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(msg);
	const __u32 *flags = find(msg, sizeof(*header), IFA_FLAGS, sizeof(*flags));

	return flags ? *flags : header->ifa_flags;
}

/*
 * Whether an address of IPv6 was found to be nobody else's, and is so on the
 * other device: it is the same host.
 */
static bool is_proven(const struct nlmsghdr *msg)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(msg);

	return header->ifa_family == AF_INET6 &&
	       !(addr_flags(msg) & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
}

/* A label begins with the name of the device. */
static void put_label(const struct move *move, const char *label,
		      const struct move_dev *dev, struct req *req)
{
	size_t len = strlen(move->from.name);
	char *text;

	if (strncmp(label, move->from.name, len) ||
	    (label[len] && label[len] != ':'))
		text = must(strdup(label));
	else
		text = text_format("%s%s", dev->name, label + len);
	if (strlen(text) < IFNAMSIZ)
		req_text(req, IFA_LABEL, text);
	free(text);
}

static void write_addr(const struct move *move, const struct nlmsghdr *msg,
		       const struct move_dev *dev, struct req *req)
{
	struct ifaddrmsg header = *(struct ifaddrmsg *)mnl_nlmsg_get_payload(msg);
	const struct nlattr *nla;

	header.ifa_index = dev->ifindex;
	req_start(req, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &header,
		  sizeof(header));
	mnl_attr_for_each(nla, msg, sizeof(header)) {
		if (mnl_attr_get_type(nla) == IFA_LABEL)
			put_label(move, mnl_attr_get_payload(nla), dev, req);
		else if (mnl_attr_get_type(nla) != IFA_FLAGS)
			copy_attr(req, nla);
	}
}

/* An address as it is, to take the place of what build_addr() has added. */
static void build_final_addr(const struct move *move, const struct nlmsghdr *msg,
			     const struct move_dev *dev, struct req *req)
{
	write_addr(move, msg, dev, req);
	req_u32(req, IFA_FLAGS, addr_flags(msg));
}

static void build_addr(const struct move *move, const struct nlmsghdr *msg,
		       const struct move_dev *dev, bool add, struct req *req)
{
	__u32 flags = addr_flags(msg);

	/* It is to serve at once, not when nobody has objected for a second. */
	if (is_proven(msg))
		flags = (flags | IFA_F_NODAD) & ~IFA_F_OPTIMISTIC;
	write_addr(move, msg, dev, req);
	req_u32(req, IFA_FLAGS, flags);
	req->nlh.nlmsg_type = add ? RTM_NEWADDR : RTM_DELADDR;
	req->nlh.nlmsg_flags = NLM_F_REQUEST;
	if (add)
		req->nlh.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
}

/* Nexthop objects: there is one, so it changes its device. */

static void build_hop(const struct move *move, const struct nlmsghdr *msg,
		      const struct move_dev *dev, bool add, struct req *req)
{
	struct nhmsg header = *(struct nhmsg *)mnl_nlmsg_get_payload(msg);
	const struct nlattr *nla;

	(void)move;
	(void)add;
	header.nh_scope = 0;
	header.nh_flags &= RTNH_F_ONLINK;
	req_start(req, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE, &header,
		  sizeof(header));
	mnl_attr_for_each(nla, msg, sizeof(header)) {
		if (mnl_attr_get_type(nla) == NHA_OIF)
			req_u32(req, NHA_OIF, dev->ifindex);
		else
			copy_attr(req, nla);
	}
}

/* Routes */

/* Local and group addresses come and go with the device. */
static bool is_own_route(const struct nlmsghdr *msg)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(msg);

	if (find(msg, sizeof(*header), RTA_NH_ID, 0))
		return false;
	return header->rtm_table != RT_TABLE_LOCAL ||
	       header->rtm_protocol != RTPROT_KERNEL;
}

static bool has_gateway(const struct nlmsghdr *msg)
{
	size_t header = sizeof(struct rtmsg);

	return find(msg, header, RTA_GATEWAY, 0) || find(msg, header, RTA_VIA, 0) ||
	       find(msg, header, RTA_MULTIPATH, 0);
}

/*
 * To IPv6, nexthops are routes that stand one behind the other. They keep their
 * order, by which flows find them, only if they are replaced all at once.
 */
static bool is_replaced(const struct nlmsghdr *msg)
{
	return family_of(msg) == AF_INET6 &&
	       find(msg, sizeof(struct rtmsg), RTA_MULTIPATH, 0);
}

/* All nexthops, the device in those that had the other one. */
static void put_hops(const struct move *move, const struct nlattr *nla,
		     const struct move_dev *dev, struct req *req)
{
	size_t left = mnl_attr_get_payload_len(nla), size = left;
	char *hops = must(malloc(size + 1)), *at = hops;
	struct rtnexthop hop;
	size_t step;

	memcpy(hops, mnl_attr_get_payload(nla), size);
	while (left >= sizeof(hop)) {
		memcpy(&hop, at, sizeof(hop));
		step = RTNH_ALIGN((size_t)hop.rtnh_len);
		if (step < sizeof(hop) || step > left)
			break;
		if (hop.rtnh_ifindex == (int)move->from.ifindex)
			hop.rtnh_ifindex = dev->ifindex;
		hop.rtnh_flags &= RTNH_F_ONLINK;
		memcpy(at, &hop, sizeof(hop));
		at += step;
		left -= step;
	}
	req_bytes(req, RTA_MULTIPATH, hops, size);
	free(hops);
}

static void build_route(const struct move *move, const struct nlmsghdr *msg,
			const struct move_dev *dev, bool add, struct req *req)
{
	struct rtmsg header = *(struct rtmsg *)mnl_nlmsg_get_payload(msg);
	const struct rta_cacheinfo *info;
	const struct nlattr *nla;

	header.rtm_flags &= RTNH_F_ONLINK;
	req_start(req, add ? RTM_NEWROUTE : RTM_DELROUTE, 0, &header,
		  sizeof(header));
	/* Behind what is there, since routes can be equal but for the device. */
	if (add)
		req->nlh.nlmsg_flags |= NLM_F_CREATE |
			(is_replaced(msg) ? NLM_F_REPLACE : NLM_F_APPEND);
	mnl_attr_for_each(nla, msg, sizeof(header)) {
		switch (mnl_attr_get_type(nla)) {
		case RTA_OIF:
			req_u32(req, RTA_OIF, dev->ifindex);
			break;
		case RTA_MULTIPATH:
			put_hops(move, nla, dev, req);
			break;
		case RTA_CACHEINFO:
			info = mnl_attr_get_payload(nla);
			if (add && header.rtm_family == AF_INET6 &&
			    info->rta_expires > 0)
				req_u32(req, RTA_EXPIRES,
					(info->rta_expires + TICKS - 1) / TICKS);
			break;
		default:
			copy_attr(req, nla);
		}
	}
}

/* Neighbours */

/* Set by the administrator, to stay. */
static bool is_permanent(const struct ndmsg *neigh)
{
	return neigh->ndm_state & NUD_PERMANENT || neigh->ndm_flags & NTF_PROXY;
}

/* What was learned is given on, but goes by itself. */
static bool is_neigh(const struct nlmsghdr *msg, bool add)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(msg);

	return is_permanent(header) ||
	       (add && header->ndm_state & (NUD_REACHABLE | NUD_STALE |
					    NUD_DELAY | NUD_PROBE));
}

static void build_neigh(const struct move *move, const struct nlmsghdr *msg,
			const struct move_dev *dev, bool add, struct req *req)
{
	struct ndmsg header = *(struct ndmsg *)mnl_nlmsg_get_payload(msg);
	const struct nlattr *nla;

	(void)move;
	header.ndm_ifindex = dev->ifindex;
	header.ndm_flags &= NTF_PROXY | NTF_ROUTER;
	if (!is_permanent(&header))
		header.ndm_state = NUD_STALE;
	/* The kernel may be looking for it on the new device by now. */
	req_start(req, add ? RTM_NEWNEIGH : RTM_DELNEIGH,
		  add ? NLM_F_CREATE | NLM_F_REPLACE : 0, &header, sizeof(header));
	mnl_attr_for_each(nla, msg, sizeof(header)) {
		unsigned int type = mnl_attr_get_type(nla);

		if (type != NDA_CACHEINFO && type != NDA_PROBES)
			copy_attr(req, nla);
	}
}

/* One step */

/* Says what could not be moved, with its address if it has one. */
static int report(const struct move *move, const struct req *req,
		  const struct nl_error *error)
{
	char host[INET6_ADDRSTRLEN] = "";
	const char *what = "nexthop";
	const void *bytes = NULL;
	char *text;

	switch (req->nlh.nlmsg_type) {
	case RTM_NEWADDR:
	case RTM_DELADDR:
		what = "address";
		bytes = find(&req->nlh, sizeof(struct ifaddrmsg), IFA_ADDRESS, 4);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		what = "route";
		bytes = find(&req->nlh, sizeof(struct rtmsg), RTA_DST, 4);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		what = "neighbour";
		bytes = find(&req->nlh, sizeof(struct ndmsg), NDA_DST, 4);
		break;
	}
	if (bytes)
		inet_ntop(family_of(&req->nlh), bytes, host, sizeof(host));
	else if (!strcmp(what, "route"))
		strcpy(host, "default");
	text = nl_error_text(error);
	ctl_fail(move->undo->ctl, STATUS_SYSTEM, *host ? "%s (%s %s)" : "%s (%s)",
		 text, what, host);
	free(text);
	return STATUS_SYSTEM;
}

/* Adds something that was on @from to @dev, or deletes it there. */
static int change(struct move *move, build_fn *build,
		  const struct nlmsghdr *msg, const struct move_dev *dev,
		  bool add)
{
	struct nl_sock *sock = move->undo->ctl->route;
	struct nl_error error;
	struct req req, back;

	build(move, msg, dev, add, &req);
	build(move, msg, dev, !add, &back);
	undo_do(move->undo, sock, &req, &back, &error);
	if (!error.code)
		return STATUS_OK;
	/* Routes of a subnet come and go with the addresses in it. */
	if (add && error.code == EEXIST)
		return STATUS_OK;
	if (!add && (error.code == ESRCH || error.code == ENOENT ||
		     error.code == EADDRNOTAVAIL)) {
		undo_note(move->undo, sock, &back);
		return STATUS_OK;
	}
	return report(move, &req, &error);
}

static int give_addr(struct move *move, const struct nlmsghdr *msg)
{
	struct nl_error error;
	struct req req;
	int status;

	status = change(move, build_addr, msg, &move->to, true);
	if (status || !is_proven(msg))
		return status;
	build_final_addr(move, msg, &move->to, &req);
	nl_request(move->undo->ctl->route, &req, NULL, NULL, &error);
	return error.code ? report(move, &req, &error) : STATUS_OK;
}

static int take_addr(struct move *move, const struct nlmsghdr *msg)
{
	struct req final;

	if (is_proven(msg)) {
		build_final_addr(move, msg, &move->from, &final);
		undo_note(move->undo, move->undo->ctl->route, &final);
	}
	return change(move, build_addr, msg, &move->from, false);
}

/* Puts the other device into something that is there once. */
static int replace(struct move *move, build_fn *build,
		   const struct nlmsghdr *msg)
{
	struct nl_error error;
	struct req req, back;

	build(move, msg, &move->to, true, &req);
	build(move, msg, &move->from, true, &back);
	undo_do(move->undo, move->undo->ctl->route, &req, &back, &error);
	return error.code ? report(move, &req, &error) : STATUS_OK;
}

static int change_routes(struct move *move, const struct move_dev *dev,
			 bool add, bool gateway)
{
	int status = STATUS_OK;
	size_t i;

	for (i = 0; !status && i < move->routes.count; i++) {
		const struct nlmsghdr *msg = move->routes.msg[i];

		if (!is_own_route(msg) || has_gateway(msg) != gateway)
			continue;
		if (!is_replaced(msg))
			status = change(move, build_route, msg, dev, add);
		else if (add)
			status = replace(move, build_route, msg);
	}
	return status;
}

static int change_neighs(struct move *move, const struct move_dev *dev, bool add)
{
	int status = STATUS_OK;
	size_t i;

	for (i = 0; !status && i < move->neighs.count; i++)
		if (is_neigh(move->neighs.msg[i], add))
			status = change(move, build_neigh, move->neighs.msg[i],
					dev, add);
	return status;
}

/* All at once */

static int read_addrs(const struct move *move, __u8 family, __u32 ifindex,
		      struct msgs *to)
{
	const struct ifaddrmsg header = {
		.ifa_family = family, .ifa_index = ifindex,
	};
	struct req req;

	req_start(&req, RTM_GETADDR, 0, &header, sizeof(header));
	return dump(move, &req, to);
}

static int read_routes(struct move *move, __u8 family)
{
	const struct rtmsg header = { .rtm_family = family };
	struct req req;

	req_start(&req, RTM_GETROUTE, 0, &header, sizeof(header));
	req_u32(&req, RTA_OIF, move->from.ifindex);
	return dump(move, &req, &move->routes);
}

static int read_hops(struct move *move)
{
	const struct nhmsg header = { .nh_family = AF_UNSPEC };
	struct req req;

	req_start(&req, RTM_GETNEXTHOP, 0, &header, sizeof(header));
	req_u32(&req, NHA_OIF, move->from.ifindex);
	return dump(move, &req, &move->hops);
}

static int read_neighs(struct move *move, __u8 flags)
{
	const struct ndmsg header = { .ndm_flags = flags };
	struct req req;

	req_start(&req, RTM_GETNEIGH, 0, &header, sizeof(header));
	req_u32(&req, NDA_IFINDEX, move->from.ifindex);
	return dump(move, &req, &move->neighs);
}

/**
 * move_read - read what is to be moved
 * @move: the move; @from and @undo are set
 *
 * Return: an exit status.
 */
int move_read(struct move *move)
{
	int status;

	status = nl_start_route(move->undo->ctl);
	if (!status)
		status = read_addrs(move, AF_INET, move->from.ifindex, &move->addrs);
	move->addrs4 = move->addrs.count;
	if (!status)
		status = read_addrs(move, AF_INET6, move->from.ifindex, &move->addrs);
	if (!status)
		status = read_hops(move);
	if (!status)
		status = read_routes(move, AF_INET);
	if (!status)
		status = read_routes(move, AF_INET6);
	if (!status)
		status = read_neighs(move, 0);
	return status ? status : read_neighs(move, NTF_PROXY);
}

/* What the new device has given itself is not what it is to have. */
static int flush(struct move *move)
{
	struct msgs old = { .count = 0 };
	struct nl_error error;
	struct req req;
	int status;
	size_t i;

	status = read_addrs(move, AF_INET6, move->to.ifindex, &old);
	for (i = 0; !status && i < old.count; i++) {
		build_addr(move, old.msg[i], &move->to, false, &req);
		nl_request(move->undo->ctl->route, &req, NULL, NULL, &error);
		if (error.code && error.code != EADDRNOTAVAIL)
			status = report(move, &req, &error);
	}
	forget(&old);
	return status;
}

/**
 * move_give - give everything to the device that is to have it
 * @move: the move; it was read, and @to is set
 *
 * The other one still has it, and what both have goes by that one.
 *
 * Return: an exit status.
 */
int move_give(struct move *move)
{
	int status;
	size_t i;

	status = flush(move);
	for (i = 0; !status && i < move->addrs4; i++)
		status = give_addr(move, move->addrs.msg[i]);
	/* The kernel lists the youngest of IPv6 first, and prefers it. */
	for (i = move->addrs.count; !status && i > move->addrs4; i--)
		status = give_addr(move, move->addrs.msg[i - 1]);
	for (i = 0; !status && i < move->hops.count; i++)
		status = replace(move, build_hop, move->hops.msg[i]);
	/* A gateway must be in reach. */
	if (!status)
		status = change_routes(move, &move->to, true, false);
	if (!status)
		status = change_routes(move, &move->to, true, true);
	return status ? status : change_neighs(move, &move->to, true);
}

/**
 * move_take - take everything from the device that had it
 * @move: the move
 *
 * Return: an exit status.
 */
int move_take(struct move *move)
{
	int status;
	size_t i;

	status = change_neighs(move, &move->from, false);
	if (!status)
		status = change_routes(move, &move->from, false, true);
	if (!status)
		status = change_routes(move, &move->from, false, false);
	for (i = move->addrs4; !status && i < move->addrs.count; i++)
		status = take_addr(move, move->addrs.msg[i]);
	/* With the first address of a subnet, the others would go. */
	for (i = move->addrs4; !status && i > 0; i--)
		status = take_addr(move, move->addrs.msg[i - 1]);
	return status;
}

/**
 * move_end - let go of what was read
 * @move: the move
 */
void move_end(struct move *move)
{
	forget(&move->addrs);
	forget(&move->hops);
	forget(&move->routes);
	forget(&move->neighs);
}
