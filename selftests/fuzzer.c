// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzzer: send hostile frames by sockets and taps that are inherited, and look
 * at all that comes out of them.
 *
 * fuzzer [-s SEED] [-n FRAMES] [-t SECONDS] [-a MAC]... MOUTH...
 *
 * It goes on until so many frames were taken by the kernel and so many seconds
 * are over. -a is one more address to send to and from. A mouth is
 *
 *	NAME/FD/KIND/MAC/VLAN
 *
 * KIND is "raw" (a packet socket), "tap" (the file of one), or either with a
 * "v" before it if a struct virtio_net_hdr goes before each frame. MAC is the
 * address of the guest there. VLAN is as for vswctl: "none", a number, "all",
 * a trunk's list ("trunk 0,10-12"); or "uplink".
 *
 * Most frames tell by their source address who sent them, in which VLAN they
 * are, and how long they are. Who gets such a frame finds out whether it is
 * one that it may see (F5, the VLAN table, L1, L3, L4). A line on stderr for
 * each that it may not, and exit status 1; the sums as JSON on stdout.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fuzzframe.h"

#define BURST		32
#define SEEN		128
#define FAULTS_MAX	10

static unsigned char space[BURST][HDR + GSO_MAX + 1024];
static unsigned int faults;

/* Sending */

static void account(struct mouth *m, const struct frame *f)
{
	bool cut, tagged;

	m->sent++;
	classify(m, f, &cut, &tagged);
	m->cut += cut;
	m->local += !cut && is_link_local(f->data);
	/* No device takes these; the core cuts them for us. */
	m->segmented += (f->hdr.gso_type & ~0x80) == VIRTIO_NET_HDR_GSO_UDP;
}

static void send_to_tap(struct mouth *m, struct frame *frames)
{
	unsigned int i, skip = m->vnet ? HDR : 0;

	for (i = 0; i < BURST; i++) {
		struct frame *f = &frames[i];

		memcpy(f->data - HDR, &f->hdr, HDR);
		if (write(m->fd, f->data - skip, f->len + skip) < 0)
			m->refused++;
		else
			account(m, f);
	}
}

static void send_to_socket(struct mouth *m, struct frame *frames)
{
	unsigned int i, skip = m->vnet ? HDR : 0;
	struct mmsghdr msgs[BURST] = {};
	struct iovec iov[BURST];
	int done;

	for (i = 0; i < BURST; i++) {
		struct frame *f = &frames[i];

		memcpy(f->data - HDR, &f->hdr, HDR);
		iov[i].iov_base = f->data - skip;
		iov[i].iov_len = f->len + skip;
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	for (i = 0; i < BURST;) {
		done = sendmmsg(m->fd, msgs + i, BURST - i, 0);
		if (done <= 0) {
			m->refused++;
			i++;
			continue;
		}
		while (done--)
			account(m, &frames[i++]);
	}
}

static void send_burst(struct mouth *m)
{
	struct frame frames[BURST];
	unsigned int i;

	for (i = 0; i < BURST; i++) {
		frames[i].data = space[i] + HDR;
		make_frame(m, &frames[i]);
	}
	if (m->tap)
		send_to_tap(m, frames);
	else
		send_to_socket(m, frames);
}

/* Receiving */

/* The tag that the receiver finds in front, type 0 for none. */
struct outer {
	unsigned int type;
	unsigned int tci;
	bool in_skb;
};

static void fault(const struct mouth *m, const unsigned char *data,
		  unsigned int len, const struct outer *outer, const char *what)
{
	unsigned int i;

	if (faults++ >= FAULTS_MAX)
		return;
	fprintf(stderr, "%s: %s: %u bytes, tag %04x:%04x, ", m->name, what, len,
		outer->type, outer->tci);
	for (i = 0; i < len && i < 48; i++)
		fprintf(stderr, "%02x", data[i]);
	fprintf(stderr, "\n");
}

static const char *judge(const struct mouth *m, const unsigned char *src,
			 unsigned int len, const struct outer *outer)
{
	const struct mouth *from = &mouths[src[1]];
	unsigned int flags = get16(src + 2), vlan = flags & VLAN;
	unsigned int want = get16(src + 4);
	bool sees = m->uplink || m->trunk;

	if (m == from)
		return "has got its own frame back";
	if (m->uplink && from->uplink)
		return "has got what another uplink received (F5)";
	if (flags & NOWHERE)
		return "has got a frame that is in no VLAN";
	if (!sees && (flags & STAG || vlan != m->vid))
		return "has got a frame of another VLAN";
	if (m->trunk && !m->vlans[vlan])
		return "has got a frame of a VLAN that is not in its list";
	if (sees && (flags & STAG) && outer->type != ETH_P_8021AD)
		return "misses the 802.1ad tag";
	if (sees && vlan && (outer->type != ETH_P_8021Q ||
			     (outer->tci & VLAN) != vlan))
		return "misses the tag of the VLAN";
	if (sees && !flags && outer->type)
		return "has a tag on a frame of no VLAN";
	if (outer->in_skb)
		len += 4;
	if (sees && flags)
		len -= 4;
	if (want != ANY_LENGTH && len != want)
		return "has got a frame of another length";
	return NULL;
}

static void check(struct mouth *m, const unsigned char *data, unsigned int len,
		  struct outer *outer)
{
	const char *what;

	m->got++;
	if (len < ETH_HLEN || data[6] != TELLS || data[7] >= mouth_count)
		return;
	if (!outer->type && len >= ETH_HLEN + 4 && is_tag(get16(data + 12))) {
		outer->type = get16(data + 12);
		outer->tci = get16(data + 14);
	}
	m->checked++;
	what = judge(m, data + ETH_ALEN, len, outer);
	if (what)
		fault(m, data, len, outer, what);
}

static void receive_from_tap(struct mouth *m)
{
	unsigned char *data = space[0];
	unsigned int skip = m->vnet ? HDR : 0;
	ssize_t len;

	while ((len = read(m->fd, data, sizeof(space[0]))) >= (ssize_t)skip) {
		struct outer outer = {};

		check(m, data + skip, len - skip, &outer);
	}
}

static void read_outer(struct msghdr *msg, struct outer *outer)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_PACKET ||
		    cmsg->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
		if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
			continue;
		outer->in_skb = true;
		outer->type = ETH_P_8021Q;
		outer->tci = aux.tp_vlan_tci;
		if (aux.tp_status & TP_STATUS_VLAN_TPID_VALID)
			outer->type = aux.tp_vlan_tpid;
	}
}

static void receive_from_socket(struct mouth *m)
{
	static unsigned char data[BURST][SEEN], control[BURST][128];
	unsigned int skip = m->vnet ? HDR : 0;
	struct mmsghdr msgs[BURST];
	struct iovec iov[BURST];
	int count, i;

	do {
		memset(msgs, 0, sizeof(msgs));
		for (i = 0; i < BURST; i++) {
			iov[i].iov_base = data[i];
			iov[i].iov_len = SEEN;
			msgs[i].msg_hdr.msg_iov = &iov[i];
			msgs[i].msg_hdr.msg_iovlen = 1;
			msgs[i].msg_hdr.msg_control = control[i];
			msgs[i].msg_hdr.msg_controllen = sizeof(control[i]);
		}
		count = recvmmsg(m->fd, msgs, BURST, MSG_DONTWAIT | MSG_TRUNC,
				 NULL);
		for (i = 0; i < count; i++) {
			struct outer outer = {};

			if (msgs[i].msg_len < skip)
				continue;
			read_outer(&msgs[i].msg_hdr, &outer);
			check(m, data[i] + skip, msgs[i].msg_len - skip, &outer);
		}
	} while (count == BURST);
}

static void receive(void)
{
	unsigned int i;

	for (i = 0; i < mouth_count; i++) {
		if (mouths[i].tap)
			receive_from_tap(&mouths[i]);
		else
			receive_from_socket(&mouths[i]);
	}
}

/* The command line */

static void usage(const char *what)
{
	fprintf(stderr, "fuzzer: cannot use \"%s\"\n", what);
	exit(2);
}

static void parse_mac(const char *text, unsigned char *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2,
		   mac + 3, mac + 4, mac + 5) != ETH_ALEN)
		usage(text);
	if (addr_count == ARRAY_SIZE(addrs))
		usage(text);
	memcpy(addrs[addr_count++], mac, ETH_ALEN);
}

static void parse_list(struct mouth *m, char *list)
{
	char *part;

	m->trunk = true;
	while ((part = strsep(&list, ","))) {
		unsigned int first, last;
		int count = sscanf(part, "%u-%u", &first, &last);

		if (count == 1)
			last = first;
		if (count < 1 || first > last || last > 4094)
			usage(part);
		memset(m->vlans + first, 1, last + 1 - first);
	}
}

static void parse_vlan(struct mouth *m, char *text)
{
	char all[] = "0-4094";

	if (!strcmp(text, "uplink"))
		m->uplink = true;
	else if (!strcmp(text, "all"))
		parse_list(m, all);
	else if (!strncmp(text, "trunk ", 6))
		parse_list(m, text + 6);
	else if (strcmp(text, "none"))
		m->vid = atoi(text);
}

static void parse_mouth(char *text)
{
	struct mouth *m = &mouths[mouth_count++];
	char *fields[5];
	int i;

	if (mouth_count > MOUTHS)
		usage(text);
	for (i = 0; i < 5; i++) {
		fields[i] = strsep(&text, "/");
		if (!fields[i])
			usage("a mouth with less than five fields");
	}
	m->name = fields[0];
	m->fd = atoi(fields[1]);
	m->vnet = fields[2][0] == 'v';
	m->tap = !strcmp(fields[2] + m->vnet, "tap");
	if (!m->tap && strcmp(fields[2] + m->vnet, "raw"))
		usage(fields[2]);
	parse_mac(fields[3], m->mac);
	parse_vlan(m, fields[4]);
}

static void print_sums(void)
{
	unsigned int i;

	printf("{");
	for (i = 0; i < mouth_count; i++) {
		const struct mouth *m = &mouths[i];

		printf("%s\"%s\": {\"sent\": %lu, \"refused\": %lu, ",
		       i ? ", " : "", m->name, m->sent, m->refused);
		printf("\"cut\": %lu, \"local\": %lu, \"segmented\": %lu, ",
		       m->cut, m->local, m->segmented);
		printf("\"got\": %lu, \"checked\": %lu}", m->got, m->checked);
	}
	printf("}\n");
}

static unsigned long all_sent(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < mouth_count; i++)
		sum += mouths[i].sent;
	return sum;
}

int main(int argc, char **argv)
{
	unsigned long frames = 100000, seconds = 0;
	unsigned char mac[ETH_ALEN];
	struct timespec start, now;
	int opt;
	size_t i;

	while ((opt = getopt(argc, argv, "s:n:t:a:")) >= 0) {
		switch (opt) {
		case 's':
			state = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			frames = strtoul(optarg, NULL, 0);
			break;
		case 't':
			seconds = strtoul(optarg, NULL, 0);
			break;
		case 'a':
			parse_mac(optarg, mac);
			break;
		default:
			return 2;
		}
	}
	while (optind < argc)
		parse_mouth(argv[optind++]);
	if (!mouth_count)
		usage("no mouth");
	for (i = 0; i < POOL; i++)
		pool[i] = below(256);

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		send_burst(&mouths[below(mouth_count)]);
		receive();
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (!faults && (all_sent() < frames ||
			     now.tv_sec - start.tv_sec < (long)seconds));
	/* What is still on its way, in a queue of the switch or of a CPU. */
	usleep(200000);
	receive();
	print_sums();
	if (faults)
		fprintf(stderr, "%u faults\n", faults);
	return faults ? 1 : 0;
}
