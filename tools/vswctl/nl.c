// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: requests, answers and what the kernel says about them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>

#include "args.h"
#include "nl.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"

/* No message of the kernel is longer, and no dump skb either. */
#define ANSWER_SIZE 65536

/* The longest attribute that there can be. */
#define ATTR_SIZE 65535

/* How often a dump is begun again while things change under it. */
#define DUMP_TRIES 20

/**
 * struct nl_sock - a netlink socket
 * @mnl: the socket
 * @seq: number of the last request
 * @answer: room for a datagram
 */
struct nl_sock {
	struct mnl_socket *mnl;
	__u32 seq;
	char answer[ANSWER_SIZE];
};

/**
 * req_start - begin a request
 * @req: the request
 * @type: type of the message
 * @flags: NLM_F_* flags
 * @header: what comes before the attributes
 * @len: its bytes
 */
void req_start(struct req *req, __u16 type, __u16 flags,
	       const void *header, size_t len)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(req->bytes);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(nlh, len), header, len);
	req->header = nlh->nlmsg_len;
	req->full = false;
	req->set = NULL;
}

/**
 * req_bytes - add an attribute
 * @req: the request
 * @type: its type
 * @value: its value
 * @len: bytes of the value
 */
void req_bytes(struct req *req, __u16 type, const void *value, size_t len)
{
	if (len > ATTR_SIZE - MNL_ATTR_HDRLEN ||
	    !mnl_attr_put_check(&req->nlh, REQ_SIZE, type, len, value))
		req->full = true;
}

/**
 * req_u32 - add a number
 * @req: the request
 * @type: type of the attribute
 * @value: its value
 */
void req_u32(struct req *req, __u16 type, __u32 value)
{
	req_bytes(req, type, &value, sizeof(value));
}

/**
 * req_uint - add a number that may be large
 * @req: the request
 * @type: type of the attribute
 * @value: its value
 */
void req_uint(struct req *req, __u16 type, __u64 value)
{
	req_bytes(req, type, &value, sizeof(value));
}

/**
 * req_text - add text
 * @req: the request
 * @type: type of the attribute
 * @value: its value
 */
void req_text(struct req *req, __u16 type, const char *value)
{
	req_bytes(req, type, value, strlen(value) + 1);
}

/**
 * req_flag - add a flag
 * @req: the request
 * @type: type of the attribute
 */
void req_flag(struct req *req, __u16 type)
{
	req_bytes(req, type, "", 0);
}

/**
 * req_nest - begin a nest
 * @req: the request
 * @type: type of the attribute
 *
 * Return: for req_nest_end().
 */
struct nlattr *req_nest(struct req *req, __u16 type)
{
	struct nlattr *nest = mnl_attr_nest_start_check(&req->nlh, REQ_SIZE, type);

	if (!nest)
		req->full = true;
	return nest;
}

/**
 * req_nest_end - end a nest
 * @req: the request
 * @nest: what req_nest() returned
 */
void req_nest_end(struct req *req, struct nlattr *nest)
{
	if (nest)
		mnl_attr_nest_end(&req->nlh, nest);
}

/**
 * req_opt_u32 - add a number if there is one
 * @req: the request
 * @type: type of the attribute
 * @value: its value
 */
void req_opt_u32(struct req *req, __u16 type, const struct opt_u32 *value)
{
	if (value->given)
		req_u32(req, type, value->value);
}

/**
 * req_opt_text - add text if there is some
 * @req: the request
 * @type: type of the attribute
 * @value: its value, or NULL
 */
void req_opt_text(struct req *req, __u16 type, const char *value)
{
	if (value)
		req_text(req, type, value);
}

/**
 * req_opt_mac - add an Ethernet address if there is one
 * @req: the request
 * @type: type of the attribute
 * @value: its value
 */
void req_opt_mac(struct req *req, __u16 type, const struct opt_mac *value)
{
	if (value->given)
		req_bytes(req, type, value->value, sizeof(value->value));
}

/**
 * nl_open - open a netlink socket
 * @protocol: NETLINK_GENERIC or NETLINK_ROUTE
 *
 * Return: the socket, NULL with errno set on failure.
 */
struct nl_sock *nl_open(int protocol)
{
	static const int options[] = {
		NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK,
	};
	struct nl_sock *sock = must(calloc(1, sizeof(*sock)));
	int on = 1, saved;
	size_t i;

	sock->mnl = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	if (!sock->mnl)
		goto err_free;
	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (mnl_socket_setsockopt(sock->mnl, options[i], &on, sizeof(on)))
			goto err_close;
	if (mnl_socket_bind(sock->mnl, 0, MNL_SOCKET_AUTOPID))
		goto err_close;
	return sock;

err_close:
	saved = errno;
	mnl_socket_close(sock->mnl);
	errno = saved;
err_free:
	free(sock);
	return NULL;
}

/**
 * nl_close - close a netlink socket
 * @sock: the socket, or NULL
 */
void nl_close(struct nl_sock *sock)
{
	if (!sock)
		return;
	mnl_socket_close(sock->mnl);
	free(sock);
}

static void set_code(struct nl_error *error, int code)
{
	memset(error, 0, sizeof(*error));
	error->code = code;
}

/* What the kernel says besides the code of an error. */
static void read_extack(const struct req *req, const char *data, size_t len,
			struct nl_error *error)
{
	const char *attrs = req->bytes + req->header;
	size_t attrs_len = req->nlh.nlmsg_len - req->header;
	const struct nlattr *nla = (const struct nlattr *)data;
	const struct attr_set *set = req->set;
	__u32 number, missing = 0;
	int left = len;

	for (; mnl_attr_ok(nla, left);
	     left -= MNL_ALIGN(nla->nla_len), nla = mnl_attr_next(nla)) {
		size_t size = mnl_attr_get_payload_len(nla);
		const char *value = mnl_attr_get_payload(nla);

		if (mnl_attr_get_type(nla) == NLMSGERR_ATTR_MSG) {
			snprintf(error->text, sizeof(error->text), "%.*s",
				 (int)strnlen(value, size), value);
			continue;
		}
		if (size != sizeof(number))
			continue;
		memcpy(&number, value, sizeof(number));
		switch (mnl_attr_get_type(nla)) {
		case NLMSGERR_ATTR_OFFS:
			if (number >= req->header)
				schema_path(req->set, attrs, attrs_len,
					    number - req->header, error->attr,
					    sizeof(error->attr));
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			missing = number;
			break;
		case NLMSGERR_ATTR_MISS_NEST:
			if (number >= req->header)
				set = schema_nest(req->set, attrs, attrs_len,
						  number - req->header);
			break;
		}
	}
	if (set && missing && missing < set->count && set->attr[missing].name)
		snprintf(error->absent, sizeof(error->absent), "%s",
			 set->attr[missing].name);
}

/* NLMSG_ERROR: done or refused. */
static void read_ack(const struct req *req, const struct nlmsghdr *nlh,
		     struct nl_error *error)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*ack);

	if (len < sizeof(*ack)) {
		set_code(error, EBADMSG);
		return;
	}
	set_code(error, -ack->error);
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    ack->msg.nlmsg_len >= NLMSG_HDRLEN)
		skip += MNL_ALIGN((size_t)ack->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (skip < len)
		read_extack(req, (const char *)ack + skip, len - skip, error);
}

/* NLMSG_DONE: the end of a dump, which may have failed half way. */
static void read_done(const struct req *req, const struct nlmsghdr *nlh,
		      struct nl_error *error)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const char *payload = mnl_nlmsg_get_payload(nlh);
	int code = 0;

	if (len >= sizeof(code))
		memcpy(&code, payload, sizeof(code));
	set_code(error, -code);
	if ((nlh->nlmsg_flags & NLM_F_ACK_TLVS) && len > sizeof(code))
		read_extack(req, payload + sizeof(code), len - sizeof(code), error);
}

/* Reads one datagram.  Return: true when the answer is complete. */
static bool read_answer(struct nl_sock *sock, const struct req *req,
			nl_answer_fn *answer, void *data,
			struct nl_error *error, bool *torn)
{
	unsigned int port = mnl_socket_get_portid(sock->mnl);
	const struct nlmsghdr *nlh;
	int left;

	left = mnl_socket_recvfrom(sock->mnl, sock->answer, sizeof(sock->answer));
	if (left < 0) {
		set_code(error, errno);
		return errno != EINTR;
	}
	for (nlh = (const struct nlmsghdr *)sock->answer; mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left)) {
		if (!mnl_nlmsg_seq_ok(nlh, sock->seq) ||
		    !mnl_nlmsg_portid_ok(nlh, port))
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			*torn = true;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			read_ack(req, nlh, error);
			return true;
		}
		if (nlh->nlmsg_type == NLMSG_DONE) {
			read_done(req, nlh, error);
			return true;
		}
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && answer)
			answer(nlh, data);
	}
	return false;
}

/**
 * nl_request - send a request and read its answer
 * @sock: the socket
 * @req: the request
 * @answer: called with every message of the answer, or NULL
 * @data: for @answer
 * @error: what the kernel says about it
 *
 * Return: whether the answer holds together; if not, things changed while
 * they were being listed.
 */
bool nl_request(struct nl_sock *sock, struct req *req, nl_answer_fn *answer,
		void *data, struct nl_error *error)
{
	bool torn = false;

	set_code(error, 0);
	if (req->full) {
		set_code(error, EMSGSIZE);
		return true;
	}
	req->nlh.nlmsg_seq = ++sock->seq;
	/* One of the two bits of a dump alone means something else. */
	if ((req->nlh.nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		req->nlh.nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(sock->mnl, &req->nlh, req->nlh.nlmsg_len) < 0) {
		set_code(error, errno);
		return true;
	}
	while (!read_answer(sock, req, answer, data, error, &torn))
		;
	return !torn;
}

/**
 * nl_error_text - what the kernel answered, in words
 * @error: what it answered
 *
 * Return: text to be freed.
 */
char *nl_error_text(const struct nl_error *error)
{
	const char *attr = *error->attr ? error->attr : error->absent;
	const char *text = error->text, *code = "";

	if (!*text && *error->absent)
		return text_format("\"%s\" is missing", error->absent);
	if (!*text && error->code == EPERM)
		text = "this needs root or CAP_NET_ADMIN";
	if (!*text && error->code) {
		text = "the kernel says only: ";
		code = strerror(error->code);
	}
	return text_format(*attr ? "%s%s (%s)" : "%s%s", text, code, attr);
}

/**
 * nl_report - say what the kernel answered, if it is worth a line
 * @ctl: the run
 * @error: what it answered
 *
 * Return: an exit status.
 */
int nl_report(const struct ctl *ctl, const struct nl_error *error)
{
	int status = STATUS_OK;
	char *text;

	if (!error->code && !*error->text)
		return STATUS_OK;
	text = nl_error_text(error);
	if (!error->code)
		ctl_warn(ctl, "%s", text);
	else if (error->code == ENOENT || error->code == ENODEV)
		status = ctl_fail(ctl, STATUS_ABSENT, "%s", text);
	else
		status = ctl_fail(ctl, STATUS_SYSTEM, "%s", text);
	free(text);
	return status;
}

/**
 * nl_join - hear what is told to a multicast group
 * @sock: the socket
 * @group: number of the group
 *
 * Return: false with errno set on failure.
 */
bool nl_join(struct nl_sock *sock, __u32 group)
{
	return !mnl_socket_setsockopt(sock->mnl, NETLINK_ADD_MEMBERSHIP, &group,
				      sizeof(group));
}

/**
 * nl_listen - read what was told to a multicast group
 * @sock: the socket, which has no request under way
 * @wait: wait for something if there is nothing yet
 * @answer: called with every message
 * @data: for @answer
 *
 * Return: 0 or errno; ENOBUFS if messages were lost, EAGAIN if there are none.
 */
int nl_listen(struct nl_sock *sock, bool wait, nl_answer_fn *answer, void *data)
{
	const struct nlmsghdr *nlh;
	ssize_t got;
	int left;

	do {
		got = recv(mnl_socket_get_fd(sock->mnl), sock->answer,
			   sizeof(sock->answer), wait ? 0 : MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno;
	left = got;
	for (nlh = (const struct nlmsghdr *)sock->answer; mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			answer(nlh, data);
	return 0;
}

/**
 * nl_start_route - open the rtnetlink socket of a run, if it is not yet open
 * @ctl: the run
 *
 * Return: an exit status.
 */
int nl_start_route(struct ctl *ctl)
{
	if (!ctl->route)
		ctl->route = nl_open(NETLINK_ROUTE);
	if (!ctl->route)
		return ctl_fail(ctl, STATUS_SYSTEM, "rtnetlink: %s",
				strerror(errno));
	return STATUS_OK;
}

/**
 * nl_dump - list things, again if they change meanwhile
 * @sock: the socket
 * @req: the request
 * @answer: called with every message, and with NULL to forget them all
 * @data: for @answer
 * @error: what the kernel says about it
 */
void nl_dump(struct nl_sock *sock, struct req *req, nl_answer_fn *answer,
	     void *data, struct nl_error *error)
{
	int tries;

	req->nlh.nlmsg_flags |= NLM_F_DUMP;
	for (tries = 0; tries < DUMP_TRIES; tries++) {
		if (nl_request(sock, req, answer, data, error) || error->code)
			return;
		answer(NULL, data);
	}
	set_code(error, EAGAIN);
	snprintf(error->text, sizeof(error->text), "%s",
		 "the configuration changes too fast to be listed");
}
