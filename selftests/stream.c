// SPDX-License-Identifier: GPL-2.0-only
/*
 * stream: send numbered frames both ways between two packet sockets that are
 * inherited, and count what became of them.
 *
 * stream FD/MAC FD/MAC TAP
 *
 * The first end is the guest's; what it sends is "out", what the second one
 * sends is "in". Every second frame of a way is to broadcast. TAP is a packet
 * socket on a device whose outgoing RARPs, tagged or not, are noted.
 *
 * It does what stdin says, a line each, and answers each with a line of JSON:
 *
 *	start PERIOD		forget all; send each way a frame every PERIOD
 *	stop			cease; wait for what is still on its way
 *	count FROM TO DEAD	what became of the frames that were sent from FROM
 *				to TO, and of those of them sent after DEAD
 *
 * Times are nanoseconds of CLOCK_MONOTONIC. A frame's is taken before it is
 * sent, so it came after DEAD for whoever looks at it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))
#define NSEC		1000000000ULL
#define ETHERTYPE	0x88b5	/* local experimental */
#define FRAMES_MAX	200000
#define RARPS_MAX	4096
#define BATCH		64
#define BUFFER		(128 << 20)
/* What is made up for, so that the rate holds; not the pause of a whole machine. */
#define LAG_MAX		(10 * NSEC / 1000)
/* How long nothing has to come until nothing is on its way any more. */
#define QUIET_MS	30

struct frame {
	struct ethhdr eth;
	uint32_t run;
	uint32_t number;
	unsigned char pad[38];
} __attribute__((packed));

struct way {
	const char *name;
	int from;
	int to;
	int cpu;
	pthread_t thread;
	struct frame frame;
	unsigned char unicast[ETH_ALEN];
	/* Of each frame by its number. */
	uint32_t sent;
	uint64_t when[FRAMES_MAX];
	unsigned char copies[FRAMES_MAX];
	bool late[FRAMES_MAX];
	/* Unicast and broadcast are two flows (F11). */
	uint32_t next[2];
};

struct rarp {
	uint64_t when;
	unsigned char source[ETH_ALEN];
};

static struct way ways[2] = { { .name = "out" }, { .name = "in" } };
static struct rarp rarps[RARPS_MAX];
static unsigned int n_rarps;
static int tap;
static uint64_t period;
static uint32_t run;
static bool sending;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint64_t now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

/* A NIC may not have sent what it was given before. */
static void send_frame(const struct way *way)
{
	struct pollfd room = { .fd = way->from, .events = POLLOUT };

	while (send(way->from, &way->frame, sizeof(way->frame), 0) < 0) {
		if (errno == ENOBUFS)
			return;
		if (errno != EAGAIN || poll(&room, 1, -1) < 0)
			die("send");
	}
}

static void *send_all(void *data)
{
	struct way *way = data;
	uint64_t next = now(CLOCK_MONOTONIC), time;
	struct timespec ts;
	cpu_set_t cpus;

	/* One CPU's backlog keeps the order of what it is given. */
	CPU_ZERO(&cpus);
	CPU_SET(way->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	prctl(PR_SET_TIMERSLACK, 1);

	way->frame.run = htonl(run);
	while (__atomic_load_n(&sending, __ATOMIC_RELAXED) && way->sent < FRAMES_MAX) {
		if (way->sent % 2)
			memset(way->frame.eth.h_dest, 0xff, ETH_ALEN);
		else
			memcpy(way->frame.eth.h_dest, way->unicast, ETH_ALEN);
		way->frame.number = htonl(way->sent);
		time = now(CLOCK_MONOTONIC);
		way->when[way->sent++] = time;
		send_frame(way);
		time = now(CLOCK_MONOTONIC);
		next += period;
		if (next + LAG_MAX < time)
			next = time;
		ts.tv_sec = next / NSEC;
		ts.tv_nsec = next % NSEC;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	}
	return NULL;
}

/* Take what has come; returns how many frames that were. */
static unsigned int receive(struct way *way)
{
	static struct frame got[BATCH];
	static struct mmsghdr msgs[BATCH];
	static struct iovec vecs[BATCH];
	unsigned int sum = 0;
	uint32_t number;
	int i, n;

	for (i = 0; i < BATCH; i++) {
		vecs[i] = (struct iovec){ &got[i], sizeof(got[i]) };
		msgs[i].msg_hdr = (struct msghdr){ .msg_iov = &vecs[i], .msg_iovlen = 1 };
	}
	while ((n = recvmmsg(way->to, msgs, BATCH, MSG_DONTWAIT, NULL)) > 0) {
		for (i = 0; i < n; i++) {
			number = ntohl(got[i].number);
			if (msgs[i].msg_len != sizeof(got[i]) || ntohl(got[i].run) != run ||
			    memcmp(got[i].eth.h_source, way->frame.eth.h_source, ETH_ALEN) ||
			    number >= FRAMES_MAX)
				continue;
			if (!way->copies[number])
				way->late[number] = number < way->next[number % 2];
			if (number >= way->next[number % 2])
				way->next[number % 2] = number + 1;
			if (way->copies[number] < 255)
				way->copies[number]++;
			sum++;
		}
	}
	return sum;
}

/* Note the RARPs; their stamps are the kernel's, of when they left. */
static void receive_rarps(void)
{
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct ethhdr eth;
	struct iovec vec = { &eth, sizeof(eth) };
	struct msghdr msg = { .msg_iov = &vec, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	struct timespec ts;
	uint64_t ahead = now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);

	for (;;) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		if (recvmsg(tap, &msg, MSG_DONTWAIT) < 0)
			return;
		cmsg = CMSG_FIRSTHDR(&msg);
		if (!cmsg || cmsg->cmsg_type != SO_TIMESTAMPNS || n_rarps == RARPS_MAX)
			continue;
		memcpy(&ts, CMSG_DATA(cmsg), sizeof(ts));
		rarps[n_rarps].when = ts.tv_sec * NSEC + ts.tv_nsec - ahead;
		memcpy(rarps[n_rarps++].source, eth.h_source, ETH_ALEN);
	}
}

static unsigned int receive_all(void)
{
	receive_rarps();
	return receive(&ways[0]) + receive(&ways[1]);
}

/* Nobody waits on the sockets: waking a reader by each frame costs too much. */
static void *receive_ever(void *unused)
{
	(void)unused;
	while (__atomic_load_n(&sending, __ATOMIC_RELAXED)) {
		receive_all();
		usleep(5000);
	}
	return NULL;
}

static pthread_t reader;

static void start(void)
{
	struct way *way;

	receive_all();
	run++;
	n_rarps = 0;
	for (way = ways; way < ways + ARRAY_SIZE(ways); way++) {
		way->sent = 0;
		memset(way->next, 0, sizeof(way->next));
		memset(way->copies, 0, sizeof(way->copies));
		memset(way->late, 0, sizeof(way->late));
	}
	sending = true;
	if (pthread_create(&reader, NULL, receive_ever, NULL))
		die("pthread_create");
	for (way = ways; way < ways + ARRAY_SIZE(ways); way++) {
		if (pthread_create(&way->thread, NULL, send_all, way))
			die("pthread_create");
	}
	printf("{}\n");
}

/* Frames that our own sockets had no room for. */
static unsigned int overflow(int fd)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
		die("PACKET_STATISTICS");
	return stats.tp_drops;
}

static void stop(void)
{
	int quiet = 0;

	__atomic_store_n(&sending, false, __ATOMIC_RELAXED);
	pthread_join(ways[0].thread, NULL);
	pthread_join(ways[1].thread, NULL);
	pthread_join(reader, NULL);
	while (quiet < QUIET_MS) {
		quiet = receive_all() ? 0 : quiet + 1;
		usleep(1000);
	}
	printf("{\"overflow\": %u, \"full\": %s}\n",
	       overflow(ways[0].to) + overflow(ways[1].to) + overflow(tap),
	       ways[0].sent == FRAMES_MAX || ways[1].sent == FRAMES_MAX ||
	       n_rarps == RARPS_MAX ? "true" : "false");
}

static void count_way(const struct way *way, uint64_t from, uint64_t to, uint64_t dead)
{
	unsigned int sent = 0, lost = 0, after = 0, lost_after = 0, late = 0;
	unsigned int twice[2] = { 0 };
	uint32_t i;

	for (i = 0; i < way->sent; i++) {
		if (way->when[i] < from || way->when[i] >= to)
			continue;
		sent++;
		after += way->when[i] > dead;
		if (!way->copies[i]) {
			lost++;
			lost_after += way->when[i] > dead;
			continue;
		}
		twice[i % 2] += way->copies[i] - 1;
		late += way->late[i];
	}
	printf("\"%s\": {\"sent\": %u, \"lost\": %u, \"after\": %u, \"lost-after\": %u, ",
	       way->name, sent, lost, after, lost_after);
	printf("\"twice\": %u, \"group-twice\": %u, \"late\": %u}, ",
	       twice[0], twice[1], late);
}

static bool known(unsigned int first, unsigned int at)
{
	for (; first < at; first++) {
		if (!memcmp(rarps[first].source, rarps[at].source, ETH_ALEN))
			return true;
	}
	return false;
}

/* RARPs from FROM to TO: how many sources, and when the first and the last was new. */
static void count_rarps(uint64_t from, uint64_t to)
{
	uint64_t first = 0, last = 0;
	unsigned int begin, i, n = 0;

	for (begin = 0; begin < n_rarps && rarps[begin].when < from; begin++)
		;
	for (i = begin; i < n_rarps && rarps[i].when < to; i++) {
		if (known(begin, i))
			continue;
		if (!n++)
			first = rarps[i].when;
		last = rarps[i].when;
	}
	printf("\"rarp\": {\"sources\": %u, \"first\": %llu, \"last\": %llu}",
	       n, (unsigned long long)first, (unsigned long long)last);
}

static void parse_end(const char *text, struct way *sends, struct way *gets)
{
	unsigned char *mac = sends->frame.eth.h_source;
	int size = BUFFER;

	if (sscanf(text, "%d/%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &sends->from, mac, mac + 1,
		   mac + 2, mac + 3, mac + 4, mac + 5) != 7) {
		fprintf(stderr, "%s is not FD/MAC\n", text);
		exit(2);
	}
	sends->frame.eth.h_proto = htons(ETHERTYPE);
	memcpy(gets->unicast, mac, ETH_ALEN);
	gets->to = sends->from;
	if (setsockopt(gets->to, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		die("SO_RCVBUFFORCE");
}

static void set_up_tap(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct ethhdr, h_proto)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_RARP, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_8021Q, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct ethhdr, h_proto) + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_RARP, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, sizeof(struct ethhdr)),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };
	int on = 1, size = BUFFER;

	if (setsockopt(tap, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ||
	    setsockopt(tap, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    setsockopt(tap, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		die("the tap");
}

int main(int argc, char **argv)
{
	unsigned long long from, to, dead;
	char line[256];

	if (argc != 4) {
		fprintf(stderr, "usage: stream FD/MAC FD/MAC TAP\n");
		return 2;
	}
	parse_end(argv[1], &ways[0], &ways[1]);
	parse_end(argv[2], &ways[1], &ways[0]);
	ways[0].cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	tap = atoi(argv[3]);
	set_up_tap();

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "start %llu", &from) == 1) {
			period = from;
			start();
		} else if (!strcmp(line, "stop\n")) {
			stop();
		} else if (sscanf(line, "count %llu %llu %llu", &from, &to, &dead) == 3) {
			printf("{");
			count_way(&ways[0], from, to, dead);
			count_way(&ways[1], from, to, dead);
			count_rarps(from, to);
			printf("}\n");
		} else {
			fprintf(stderr, "what is: %s", line);
			return 2;
		}
		fflush(stdout);
	}
	return 0;
}
