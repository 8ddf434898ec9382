// SPDX-License-Identifier: GPL-2.0-only
/*
 * nlfuzz: send requests of generic netlink that are right, nearly right and
 * wrong, and look at the answers.
 *
 * nlfuzz [-s SEED] [-n MESSAGES] [-c] [-u] FAMILY GROUP < GRAMMAR
 *
 * FAMILY and GROUP are the numbers that the kernel gave the family and its
 * multicast group. -u: whoever runs this may change nothing. -c: nothing else
 * goes on, so that dumps can be compared. The grammar is what a spec says, in
 * lines:
 *
 *	op CMD SET WEIGHT WAYS ATTR...	WAYS: 1 do, 2 dump, 3 both
 *	attr SET ATTR TYPE MIN MAX NEST	TYPE: s string, n nest, f flag, b six
 *					bytes, u 32 bits, i 32 or 64 bits
 *	word SET ATTR TEXT		a value of a string
 *	bytes SET ATTR HEX		a value of six bytes
 *	skip SET ATTR			it may change by itself
 *	need SET ATTR			it is not left out
 *	either SET			just one of its attributes
 *
 * Each request that is whole has to be answered. One that is refused must have
 * changed nothing: with -c the dumps before and after some are compared, unless
 * the kernel told of something else meanwhile. A line on stderr for each fault,
 * and exit status 1; sums as JSON on stdout.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "random.h"

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))
#define SETS		32
#define ATTRS		40
#define OPS		64
#define VALUES		64
#define MESSAGE_MAX	16384
#define DUMP_MAX	(4 << 20)
#define DEPTH_MAX	40
#define ERRORS		256
#define FAULTS_MAX	10
#define NO_ANSWER	-1

struct value {
	unsigned char data[256];
	unsigned int len;
};

struct attr {
	char type;			/* 0: there is no such attribute */
	unsigned long long min;
	unsigned long long max;
	unsigned int nest;
	bool skip;
	bool need;
	struct value values[VALUES];
	unsigned int value_count;
};

struct op {
	unsigned int cmd;
	unsigned int set;
	unsigned int weight;
	unsigned int ways;
	unsigned int attrs[ATTRS];
	unsigned int attr_count;
};

struct buffer {
	unsigned char data[MESSAGE_MAX];
	unsigned int len;
};

static struct attr sets[SETS][ATTRS];
static bool either[SETS];
static struct op ops[OPS];
static unsigned int op_count;
static unsigned int weight_sum;
static unsigned int family;
static unsigned int group;
static int door;
static int ear;
static unsigned int seq;
static unsigned int faults;
/* How wrong a message is to be: one in so many choices is a wrong one. */
static unsigned int wrong;

static unsigned long answers[ERRORS];
static unsigned long unanswered;
static unsigned long compared;
static unsigned long in_doubt;
static unsigned long told;

static bool is_wrong(void)
{
	return wrong && one_in(wrong);
}

static void fault(const char *what, const struct buffer *msg)
{
	unsigned int i;

	if (faults++ >= FAULTS_MAX)
		return;
	fprintf(stderr, "%s:", what);
	for (i = 0; i < msg->len && i < 512; i++)
		fprintf(stderr, "%s%02x", i % 4 ? "" : " ", msg->data[i]);
	fprintf(stderr, "\n");
}

/* Making messages */

static void put(struct buffer *msg, const void *data, unsigned int len)
{
	if (msg->len + len > MESSAGE_MAX)
		return;
	memcpy(msg->data + msg->len, data, len);
	msg->len += len;
}

static void put_noise(struct buffer *msg, unsigned int len)
{
	unsigned char byte;

	while (len--) {
		byte = one_in(3) ? below(4) : below(256);
		put(msg, &byte, 1);
	}
}

static void put_number(struct buffer *msg, const struct attr *about)
{
	unsigned long long value;
	unsigned int small, span;

	span = about->max - about->min < 1 << 30 ? about->max - about->min + 1 :
						   1 << 30;
	switch (is_wrong() ? below(4) + 4 : below(4)) {
	case 0:
		value = about->min;
		break;
	case 1:
		value = about->max;
		break;
	case 2:
	case 3:
		value = about->min + below(span);
		break;
	case 4:
		value = about->max + 1;
		break;
	case 5:
		value = about->min - 1;
		break;
	case 6:
		value = random64();
		break;
	default:
		value = 1ULL << below(64);
	}
	small = value;
	if (about->type == 'i' && (value >> 32 || one_in(4)))
		put(msg, &value, sizeof(value));
	else
		put(msg, &small, sizeof(small));
}

static void put_value(struct buffer *msg, const struct attr *about)
{
	const struct value *value;

	if (!about->value_count || is_wrong()) {
		put_noise(msg, one_in(4) ? below(300) : below(20));
		return;
	}
	value = &about->values[below(about->value_count)];
	put(msg, value->data, value->len);
	/* With its zero, without it, and with more behind it. */
	if (about->type == 's' && !is_wrong())
		put(msg, "", 1);
	if (is_wrong())
		put_noise(msg, below(8));
}

static void put_attr(struct buffer *msg, unsigned int set, unsigned int number,
		     unsigned int depth);
static void put_attrs(struct buffer *msg, unsigned int set,
		      const unsigned int *list, unsigned int count,
		      unsigned int depth);

static void put_nest(struct buffer *msg, unsigned int set, unsigned int depth)
{
	unsigned int list[ATTRS], count = 0, i;

	for (i = 0; i < ATTRS; i++) {
		if (sets[set][i].type)
			list[count++] = i;
	}
	if (either[set] && !is_wrong())
		put_attr(msg, set, list[below(count)], depth);
	else
		put_attrs(msg, set, list, count, depth);
}

static void put_payload(struct buffer *msg, const struct attr *about,
			unsigned int depth)
{
	if (is_wrong()) {
		/* A nest of another kind, or one in itself, or no nest. */
		if (one_in(2) && depth < DEPTH_MAX)
			put_nest(msg, below(SETS), depth + 1);
		else
			put_noise(msg, below(24));
		return;
	}
	switch (about->type) {
	case 'n':
		put_nest(msg, about->nest, depth + 1);
		break;
	case 'u':
	case 'i':
		put_number(msg, about);
		break;
	case 's':
	case 'b':
		put_value(msg, about);
		break;
	}
}

static void put_attr(struct buffer *msg, unsigned int set, unsigned int number,
		     unsigned int depth)
{
	const struct attr *about = &sets[set][number];
	struct nlattr head = { .nla_type = number };
	unsigned int at = msg->len;

	if (about->type == 'n' && !one_in(4))
		head.nla_type |= NLA_F_NESTED;
	if (is_wrong())
		head.nla_type = one_in(2) ? below(ATTRS) : below(65536);
	put(msg, &head, sizeof(head));
	put_payload(msg, about, depth);
	head.nla_len = msg->len - at;
	if (is_wrong())
		head.nla_len = one_in(2) ? below(12) : below(65536);
	if (at + sizeof(head) <= MESSAGE_MAX)
		memcpy(msg->data + at, &head, sizeof(head));
	if (!is_wrong())
		put(msg, "\0\0\0", -msg->len & 3);
}

/* What a message is about is always there, of a large nest a few. */
static bool leave_out(const struct attr *about, unsigned int i,
		      unsigned int count, unsigned int depth)
{
	if ((!depth && !i) || (about->need && !is_wrong()))
		return false;
	return depth && count > 4 ? !one_in(5) : one_in(3);
}

/* Most of a list, in its order or in none; some of it several times. */
static void put_attrs(struct buffer *msg, unsigned int set,
		      const unsigned int *list, unsigned int count,
		      unsigned int depth)
{
	unsigned int i, n;

	for (i = 0; i < count; i++) {
		if (leave_out(&sets[set][list[i]], i, count, depth))
			continue;
		n = list[one_in(16) || is_wrong() ? below(count) : i];
		put_attr(msg, set, n, depth);
		while (sets[set][n].type && one_in(depth ? 3 : 24))
			put_attr(msg, set, n, depth);
	}
}

static const struct op *pick_op(void)
{
	unsigned int at = below(weight_sum), i;

	for (i = 0; at >= ops[i].weight; i++)
		at -= ops[i].weight;
	return &ops[i];
}

/* Wrong in a way that no grammar knows. */
static void spoil(struct buffer *msg)
{
	struct nlmsghdr *head = (struct nlmsghdr *)msg->data;
	unsigned int body = NLMSG_HDRLEN + GENL_HDRLEN, i;

	switch (below(6)) {
	case 0:
		head->nlmsg_len = one_in(2) ? below(64) : random64();
		break;
	case 1:
		head->nlmsg_flags = random64();
		break;
	case 2:
		msg->len = NLMSG_HDRLEN + below(msg->len - NLMSG_HDRLEN + 1);
		head->nlmsg_len = msg->len;
		break;
	case 3:
		msg->len = body;
		put_noise(msg, below(one_in(8) ? 4096 : 128));
		head->nlmsg_len = msg->len;
		break;
	case 4:
		msg->data[NLMSG_HDRLEN] = below(256);
		msg->data[NLMSG_HDRLEN + 1] = below(256);
		break;
	default:
		for (i = below(8); i && msg->len > body; i--)
			msg->data[body + below(msg->len - body)] = below(256);
	}
}

static void make(struct buffer *msg)
{
	struct genlmsghdr genl = { .version = 1 };
	struct nlmsghdr head = {
		.nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = ++seq,
	};
	const struct op *op = pick_op();

	/* Half of them are right, and the others more or less wrong. */
	wrong = one_in(2) ? 0 : 4 << below(5);
	genl.cmd = op->cmd;
	if (op->ways == 2 || (op->ways == 3 && one_in(3)))
		head.nlmsg_flags |= NLM_F_DUMP;
	msg->len = 0;
	put(msg, &head, sizeof(head));
	put(msg, &genl, sizeof(genl));
	put_attrs(msg, op->set, op->attrs, op->attr_count, 0);
	((struct nlmsghdr *)msg->data)->nlmsg_len = msg->len;
	if (one_in(10))
		spoil(msg);
}

/* Sending and hearing */

static int open_door(void)
{
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int yes = 1, room = 8 << 20;

	if (fd < 0) {
		perror("nlfuzz");
		exit(2);
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(yes));
	return fd;
}

/* Whether the kernel owes an answer to it, and will go on after it. */
static bool is_whole(const struct buffer *msg)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)msg->data;

	return msg->len >= NLMSG_HDRLEN && head->nlmsg_len >= NLMSG_HDRLEN &&
	       head->nlmsg_len <= msg->len &&
	       (head->nlmsg_flags & NLM_F_REQUEST) &&
	       (head->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP));
}

/* Keep what a dump tells of one object, but for what changes by itself. */
static void keep(unsigned char *out, unsigned int *len, unsigned int set,
		 const struct nlmsghdr *head)
{
	const unsigned char *at = NLMSG_DATA(head);
	unsigned int left = head->nlmsg_len - NLMSG_HDRLEN, size;
	const struct nlattr *attr;

	for (size = GENL_HDRLEN; left >= size + NLA_HDRLEN;) {
		at += size;
		left -= size;
		attr = (const struct nlattr *)at;
		size = NLA_ALIGN(attr->nla_len);
		if (size < NLA_HDRLEN || size > left || *len + size > DUMP_MAX)
			return;
		if (sets[set][(attr->nla_type & NLA_TYPE_MASK) % ATTRS].skip)
			continue;
		memcpy(out + *len, at, size);
		*len += size;
	}
}

/*
 * The answer to the request with the number @want: its error. The objects of
 * @set that come before it go to @out, unless that is NULL.
 */
static int answer(unsigned int want, unsigned char *out, unsigned int *len,
		  unsigned int set, int flags)
{
	static unsigned char data[1 << 17];
	const struct nlmsghdr *head;
	int error;
	ssize_t got;
	long left;

	while (true) {
		got = recv(door, data, sizeof(data), flags);
		if (got < 0 && (errno == ENOBUFS || errno == EINTR))
			continue;
		if (got < 0)
			return NO_ANSWER;
		head = (const struct nlmsghdr *)data;
		for (left = got; NLMSG_OK(head, left);
		     head = NLMSG_NEXT(head, left)) {
			if (head->nlmsg_seq != want)
				continue;
			error = *(int *)NLMSG_DATA(head);
			if (head->nlmsg_type == NLMSG_ERROR ||
			    head->nlmsg_type == NLMSG_DONE)
				return -error;
			if (out)
				keep(out, len, set, head);
		}
	}
}

/* All that there is to see. */
static unsigned int dump_all(unsigned char *out)
{
	struct {
		struct nlmsghdr head;
		struct genlmsghdr genl;
	} request = {
		.head = {
			.nlmsg_len = sizeof(request), .nlmsg_type = family,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.genl.version = 1,
	};
	unsigned int len = 0, i;

	for (i = 0; i < op_count; i++) {
		if (!(ops[i].ways & 2))
			continue;
		request.head.nlmsg_seq = ++seq;
		request.genl.cmd = ops[i].cmd;
		if (send(door, &request, sizeof(request), 0) < 0 ||
		    answer(request.head.nlmsg_seq, out, &len, ops[i].set, 0))
			return 0;
	}
	return len;
}

/* How many notifications have come. */
static unsigned int listen_all(void)
{
	static unsigned char data[1 << 16];
	unsigned int count = 0;
	ssize_t got;

	while (true) {
		got = recv(ear, data, sizeof(data), MSG_DONTWAIT);
		if (got < 0 && errno == EAGAIN)
			break;
		count++;
	}
	told += count;
	return count;
}

static void judge(const struct buffer *msg, int error, bool may_change)
{
	if (error == NO_ANSWER) {
		if (is_whole(msg))
			fault("no answer", msg);
		unanswered++;
		return;
	}
	answers[error > 0 && error < ERRORS ? error : 0]++;
	if (!may_change && listen_all())
		fault("changed by who may not", msg);
}

static void try_one(bool may_change, bool compares)
{
	static unsigned char before[DUMP_MAX], after[DUMP_MAX];
	unsigned int before_len = 0, after_len;
	static struct buffer msg;
	bool look = compares && one_in(8);
	int error;

	make(&msg);
	listen_all();
	/* What a spoiled one has begun goes on at each call. */
	while (recv(door, after, sizeof(after), MSG_DONTWAIT) >= 0)
		;
	if (look)
		before_len = dump_all(before);
	if (send(door, msg.data, msg.len, 0) < 0) {
		unanswered++;
		return;
	}
	error = answer(((struct nlmsghdr *)msg.data)->nlmsg_seq, NULL, NULL, 0,
		       is_whole(&msg) ? 0 : MSG_DONTWAIT);
	judge(&msg, error, may_change);
	if (!look || error <= 0)
		return;
	after_len = dump_all(after);
	if (!before_len || !after_len || (may_change && listen_all())) {
		in_doubt++;
		return;
	}
	compared++;
	if (before_len != after_len || memcmp(before, after, after_len))
		fault("refused, and yet something has changed", &msg);
}

/* The grammar */

static void bad_line(const char *line)
{
	fprintf(stderr, "nlfuzz: cannot use \"%s\"\n", line);
	exit(2);
}

static void read_op(char *line)
{
	struct op *op = &ops[op_count++];
	char *word;
	int used;

	if (op_count > OPS ||
	    sscanf(line, "op %u %u %u %u%n", &op->cmd, &op->set, &op->weight,
		   &op->ways, &used) != 4 || op->set >= SETS)
		bad_line(line);
	line += used;
	while ((word = strsep(&line, " "))) {
		if (*word > ' ' && op->attr_count < ATTRS)
			op->attrs[op->attr_count++] = atoi(word);
	}
	weight_sum += op->weight;
}

static void read_attr(const char *line)
{
	unsigned long long min, max;
	unsigned int set, number, nest;
	char type;

	if (sscanf(line, "attr %u %u %c %llu %llu %u", &set, &number, &type,
		   &min, &max, &nest) != 6 || set >= SETS || number >= ATTRS)
		bad_line(line);
	sets[set][number].type = type;
	sets[set][number].min = min;
	sets[set][number].max = max;
	sets[set][number].nest = nest;
}

static void read_mark(const char *line)
{
	unsigned int set, number = 0;
	char mark[8];

	if (sscanf(line, "%7s %u %u", mark, &set, &number) < 2 || set >= SETS ||
	    number >= ATTRS)
		bad_line(line);
	if (!strcmp(mark, "skip"))
		sets[set][number].skip = true;
	else if (!strcmp(mark, "need"))
		sets[set][number].need = true;
	else if (!strcmp(mark, "either"))
		either[set] = true;
	else
		bad_line(line);
}

static void read_value(char *line, bool hex)
{
	unsigned int set, number, i;
	struct value *value;
	struct attr *about;
	int used;

	if (sscanf(line, hex ? "bytes %u %u %n" : "word %u %u %n", &set,
		   &number, &used) != 2 || set >= SETS || number >= ATTRS)
		bad_line(line);
	about = &sets[set][number];
	if (about->value_count == VALUES)
		return;
	value = &about->values[about->value_count++];
	line += used;
	line[strlen(line) - 1] = 0;
	if (!hex) {
		value->len = strnlen(line, sizeof(value->data));
		memcpy(value->data, line, value->len);
		return;
	}
	for (i = 0; sscanf(line + 2 * i, "%2hhx", value->data + i) == 1; i++)
		value->len++;
}

static void read_grammar(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strncmp(line, "op ", 3))
			read_op(line);
		else if (!strncmp(line, "attr ", 5))
			read_attr(line);
		else if (!strncmp(line, "word ", 5))
			read_value(line, false);
		else if (!strncmp(line, "bytes ", 6))
			read_value(line, true);
		else
			read_mark(line);
	}
	if (!weight_sum)
		bad_line("a grammar without operations");
}

static void print_sums(unsigned long sent)
{
	const char *comma = "";
	unsigned int i;

	printf("{\"sent\": %lu, \"unanswered\": %lu, \"compared\": %lu, ", sent,
	       unanswered, compared);
	printf("\"in-doubt\": %lu, \"told\": %lu, \"answers\": {", in_doubt,
	       told);
	for (i = 0; i < ERRORS; i++) {
		if (!answers[i])
			continue;
		printf("%s\"%s\": %lu", comma, i ? strerrorname_np(i) : "done",
		       answers[i]);
		comma = ", ";
	}
	printf("}}\n");
}

int main(int argc, char **argv)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK };
	unsigned long count = 1000, i;
	bool may_change = true, compares = false;
	int opt;

	while ((opt = getopt(argc, argv, "s:n:cu")) >= 0) {
		switch (opt) {
		case 's':
			state = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			count = strtoul(optarg, NULL, 0);
			break;
		case 'c':
			compares = true;
			break;
		case 'u':
			may_change = false;
			break;
		default:
			return 2;
		}
	}
	if (optind + 2 != argc)
		bad_line("the arguments");
	family = atoi(argv[optind]);
	group = atoi(argv[optind + 1]);
	read_grammar();
	door = open_door();
	ear = open_door();
	/* Who has no number of his own yet is told nothing. */
	bind(ear, (struct sockaddr *)&own, sizeof(own));
	if (setsockopt(ear, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group))) {
		perror("nlfuzz: the group");
		return 2;
	}
	for (i = 0; i < count && faults < FAULTS_MAX; i++)
		try_one(may_change, compares);
	print_sums(i);
	return faults ? 1 : 0;
}
