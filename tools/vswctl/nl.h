/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_NL_H
#define VSWCTL_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/netlink.h>

struct attr_set;
struct ctl;
struct nl_sock;
struct nlattr;
struct opt_mac;
struct opt_u32;

/* Holds the longest lists that the kernel takes, with room to spare. */
#define REQ_SIZE 32768

/**
 * struct req - a request that is being written
 * @set: what its attributes are; NULL if they have no names here
 * @header: bytes before the first attribute
 * @full: something did not fit, so it cannot be sent
 * @nlh: the message
 * @bytes: the message
 */
struct req {
	const struct attr_set *set;
	size_t header;
	bool full;
	union {
		struct nlmsghdr nlh;
		char bytes[REQ_SIZE];
	};
};

/**
 * struct nl_error - what the kernel answered to a request
 * @code: errno, 0 if it did what was asked
 * @absent: the name of an attribute that it missed, or empty
 * @attr: the name of the attribute that it did not like, or empty
 * @text: its own words, or empty
 */
struct nl_error {
	int code;
	char absent[64];
	char attr[128];
	char text[512];
};

/* Called with every message of an answer; NULL to forget those before. */
typedef void nl_answer_fn(const struct nlmsghdr *nlh, void *data);

void req_start(struct req *req, __u16 type, __u16 flags,
	       const void *header, size_t len);
void req_u32(struct req *req, __u16 type, __u32 value);
void req_uint(struct req *req, __u16 type, __u64 value);
void req_text(struct req *req, __u16 type, const char *value);
void req_bytes(struct req *req, __u16 type, const void *value, size_t len);
void req_flag(struct req *req, __u16 type);
struct nlattr *req_nest(struct req *req, __u16 type);
void req_nest_end(struct req *req, struct nlattr *nest);
void req_opt_u32(struct req *req, __u16 type, const struct opt_u32 *value);
void req_opt_text(struct req *req, __u16 type, const char *value);
void req_opt_mac(struct req *req, __u16 type, const struct opt_mac *value);

struct nl_sock *nl_open(int protocol);
void nl_close(struct nl_sock *sock);
bool nl_request(struct nl_sock *sock, struct req *req, nl_answer_fn *answer,
		void *data, struct nl_error *error);
int nl_report(const struct ctl *ctl, const struct nl_error *error);
void nl_dump(struct nl_sock *sock, struct req *req, nl_answer_fn *answer,
	     void *data, struct nl_error *error);
char *nl_error_text(const struct nl_error *error);
bool nl_join(struct nl_sock *sock, __u32 group);
int nl_listen(struct nl_sock *sock, bool wait, nl_answer_fn *answer, void *data);
int nl_start_route(struct ctl *ctl);

#endif /* VSWCTL_NL_H */
