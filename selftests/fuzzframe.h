/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hostile frames: what fuzzer.c sends. Most tell by their source address who has
 * sent them, in which VLAN they are, and how long they are.
 */
#ifndef FUZZFRAME_H
#define FUZZFRAME_H

#include <linux/if_ether.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "random.h"

/* Headers of Linux 6.1 do not have it yet. */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4	5
#endif

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))
#define MOUTHS		32
#define HDR		sizeof(struct virtio_net_hdr)
#define FRAME_MAX	9000
#define GSO_MAX		65000
#define POOL		(2 * GSO_MAX)

/* The source address of a frame that tells about itself. */
#define TELLS		0x06
#define NOWHERE		0x8000
#define STAG		0x4000
#define VLAN		0x0fff
#define ANY_LENGTH	0xffff

struct mouth {
	const char *name;
	int fd;
	bool tap;
	bool vnet;
	bool uplink;
	bool trunk;
	unsigned int vid;
	unsigned char vlans[4096];
	unsigned char mac[ETH_ALEN];
	/* What became of the frames sent, and what came. */
	unsigned long sent;
	unsigned long refused;
	unsigned long cut;
	unsigned long local;
	unsigned long segmented;
	unsigned long got;
	unsigned long checked;
};

struct frame {
	unsigned char *data;
	unsigned int len;
	/* Where the transport header is, 0 if nobody knows. */
	unsigned int l4;
	unsigned char proto;
	bool v6;
	struct virtio_net_hdr hdr;
};

static struct mouth mouths[MOUTHS];
static unsigned int mouth_count;
static unsigned char addrs[MOUTHS * 4][ETH_ALEN];
static unsigned int addr_count;
static unsigned char past[64][ETH_ALEN];
static unsigned int past_count;
static unsigned char pool[POOL];

static void put16(unsigned char *at, unsigned int val)
{
	at[0] = val >> 8;
	at[1] = val;
}

static unsigned int get16(const unsigned char *at)
{
	return at[0] << 8 | at[1];
}

static bool is_tag(unsigned int type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

static bool is_link_local(const unsigned char *dst)
{
	static const unsigned char ieee[] = { 1, 0x80, 0xc2, 0, 0 };
	static const unsigned char cisco[] = { 1, 0, 0x0c, 0xcc, 0xcc };

	if (!memcmp(dst, ieee, sizeof(ieee)))
		return dst[5] < 16;
	return !memcmp(dst, cisco, sizeof(cisco)) &&
	       (dst[5] == 0xcc || dst[5] == 0xcd);
}

static void pick_dst(unsigned char *to)
{
	static const unsigned char group[][ETH_ALEN] = {
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 },
		{ 0x33, 0x33, 0x00, 0x00, 0x00, 0x16 },
		{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x10 },
	};
	static const unsigned char link_local[][ETH_ALEN] = {
		{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 },
		{ 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc },
	};
	unsigned long long any = random64();
	unsigned int i;

	switch (below(16)) {
	case 0 ... 7:
		memcpy(to, addrs[below(addr_count)], ETH_ALEN);
		break;
	case 8 ... 9:
		memcpy(to, group[below(4)], ETH_ALEN);
		break;
	case 10:
		i = below(2);
		memcpy(to, link_local[i], ETH_ALEN);
		to[5] += below(i ? 2 : 16);
		break;
	case 11 ... 13:
		if (past_count)
			memcpy(to, past[below(past_count)], ETH_ALEN);
		else
			memset(to, 0, ETH_ALEN);
		break;
	default:
		memcpy(to, &any, ETH_ALEN);
		/* Most of them unicast: a copy for everyone takes long. */
		if (below(4))
			to[0] &= ~1;
	}
}

static unsigned int pick_type(void)
{
	static const unsigned int types[] = {
		ETH_P_IP, ETH_P_IP, ETH_P_IP, ETH_P_IPV6, ETH_P_IPV6, ETH_P_ARP,
		ETH_P_8021Q, ETH_P_8021AD, ETH_P_QINQ1, ETH_P_MPLS_UC,
		ETH_P_PPP_SES, ETH_P_LLDP, ETH_P_SLOW, ETH_P_LOOP, 0, 46, 1500,
		ETH_P_802_3_MIN - 1,
	};

	if (one_in(8))
		return below(65536);
	return types[below(ARRAY_SIZE(types))];
}

static unsigned int pick_vlan(const struct mouth *m)
{
	static const unsigned int vlans[] = {
		0, 0, 1, 10, 10, 10, 11, 12, 20, 20, 30, 4094, 4095
	};

	/* Something that it may send, more often than not. */
	if (m->trunk && below(4)) {
		unsigned int vlan = below(4096), i;

		for (i = 0; i < 4096; i++)
			if (m->vlans[(vlan + i) & 4095])
				return (vlan + i) & 4095;
	}
	if (one_in(8))
		return below(4096);
	return vlans[below(ARRAY_SIZE(vlans))];
}

static unsigned int pick_length(void)
{
	static const unsigned int edges[] = {
		14, 15, 17, 18, 19, 20, 21, 22, 60, 64, 1513, 1514, 1515, 1518,
		1519, 8999, 9000,
	};

	switch (below(8)) {
	case 0:
		return edges[below(ARRAY_SIZE(edges))];
	case 1:
		return below(64);
	case 2:
		return below(FRAME_MAX + 1);
	default:
		return below(1600);
	}
}

static unsigned int add_tags(const struct mouth *m, unsigned char *data)
{
	unsigned int count = 0, i, len = 2 * ETH_ALEN;

	switch (below(16)) {
	case 0 ... 6:
		/* An uplink and a trunk want one, to get anywhere. */
		count = m->trunk || m->uplink;
		break;
	case 7 ... 11:
		count = 1;
		break;
	case 12 ... 13:
		count = 2;
		break;
	case 14:
		count = below(8);
		break;
	case 15:
		count = below(200);
	}
	for (i = 0; i < count; i++) {
		put16(data + len, one_in(8) ? ETH_P_8021AD : ETH_P_8021Q);
		put16(data + len + 2, pick_vlan(m) |
		      (one_in(2) ? below(16) << 12 : 0));
		len += 4;
	}
	return len;
}

static void add_transport(struct frame *f, unsigned int at, unsigned int len)
{
	unsigned char *l4 = f->data + at;

	f->l4 = at;
	memcpy(l4, pool + below(1024), 20);
	if (f->proto == IPPROTO_TCP) {
		l4[12] = one_in(8) ? below(256) : 0x50;
		l4[13] = one_in(4) ? below(256) : 0x10;
	} else if (f->proto == IPPROTO_UDP) {
		put16(l4 + 4, one_in(8) ? below(65536) : len);
	}
}

static void add_ipv4(struct frame *f, unsigned int at, unsigned int len)
{
	static const unsigned char protos[] = {
		6, 6, 6, 6, 17, 17, 17, 1, 2, 4, 41, 47, 50, 51, 112, 132, 255
	};
	unsigned int words = one_in(8) ? below(16) : 5, sum = 0, i;
	unsigned char *ip = f->data + at;

	memcpy(ip, pool + below(1024), 60);
	ip[0] = 0x40 | words;
	put16(ip + 2, one_in(8) ? below(65536) : len);
	put16(ip + 6, one_in(8) ? below(65536) : 0x4000);
	f->proto = protos[below(sizeof(protos))];
	ip[9] = f->proto;
	put16(ip + 10, 0);
	if (words < 5)
		words = 5;
	for (i = 0; i < words * 4; i += 2)
		sum += get16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)));
	add_transport(f, at + words * 4, len - words * 4);
}

static void add_ipv6(struct frame *f, unsigned int at, unsigned int len)
{
	static const unsigned char extensions[] = { 0, 43, 44, 60, 51, 59, 135 };
	static const unsigned char protos[] = { 6, 6, 17, 17, 58, 59, 4, 41, 132 };
	unsigned int count = one_in(4) ? below(8) : 0, i;
	unsigned char *ip = f->data + at, *next = ip + 6;

	f->v6 = true;
	memcpy(ip, pool + below(1024), 40);
	put16(ip, 0x6000);
	put16(ip + 4, one_in(8) ? below(65536) : len - 40);
	ip += 40;
	for (i = 0; i < count; i++) {
		memcpy(ip, pool + below(1024), 24);
		*next = extensions[below(sizeof(extensions))];
		next = ip;
		ip[1] = one_in(8) ? below(256) : 0;
		ip += 8;
	}
	f->proto = protos[below(sizeof(protos))];
	*next = f->proto;
	add_transport(f, ip - f->data, len - 40 - 8 * count);
}

/* What an offload asks for: as it should be, or nonsense. */
static void add_offload(struct frame *f)
{
	static const unsigned char types[] = { 0, 1, 3, 4, 5, 0x81, 0x84, 0x80 };
	struct virtio_net_hdr *hdr = &f->hdr;
	bool tcp = f->proto == IPPROTO_TCP;

	memset(hdr, 0, sizeof(*hdr));
	switch (below(4)) {
	case 0 ... 1:
		return;
	case 2:
		hdr->flags = below(8);
		hdr->gso_type = types[below(sizeof(types))];
		/* Those that go to the host are counted one by one. */
		if (is_link_local(f->data))
			hdr->gso_type = 0;
		hdr->hdr_len = one_in(2) ? below(256) : below(65536);
		hdr->gso_size = one_in(2) ? below(2000) : below(65536);
		hdr->csum_start = one_in(2) ? below(256) : below(65536);
		hdr->csum_offset = one_in(2) ? below(32) : below(65536);
		return;
	}
	if (!f->l4 || (!tcp && f->proto != IPPROTO_UDP))
		return;
	hdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	hdr->csum_start = f->l4;
	hdr->csum_offset = tcp ? 16 : 6;
	if (one_in(3))
		return;
	hdr->gso_type = tcp ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_UDP_L4;
	if (tcp && f->v6)
		hdr->gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
	hdr->hdr_len = f->l4 + (tcp ? 20 : 8);
	hdr->gso_size = one_in(2) ? 1 + below(1448) : 1448;
}

/*
 * What the switch has to make of the frame: its VLAN, with STAG if it has an
 * 802.1ad tag, or NOWHERE. Cut tags do not even reach it.
 */
static unsigned int classify(const struct mouth *m, const struct frame *f,
			     bool *cut, bool *tagged)
{
	unsigned int type, id;

	*cut = false;
	*tagged = false;
	if (f->len < ETH_HLEN)
		return NOWHERE;
	type = get16(f->data + 12);
	if (!is_tag(type))
		return m->uplink ? 0 : m->trunk && !m->vlans[0] ? NOWHERE : m->vid;
	if (f->len < ETH_HLEN + 6) {
		*cut = true;
		return NOWHERE;
	}
	*tagged = true;
	id = get16(f->data + 14) & VLAN;
	if (type == ETH_P_8021AD) {
		if (m->uplink || (m->trunk && m->vlans[0]))
			return STAG;
		return NOWHERE;
	}
	if (id == VLAN || (!id && is_tag(get16(f->data + 16))))
		return NOWHERE;
	if (m->uplink)
		return id;
	if (m->trunk)
		return m->vlans[id] ? id : NOWHERE;
	return id ? NOWHERE : m->vid;
}

static void set_src(const struct mouth *m, struct frame *f, unsigned int vlan,
		    bool tagged)
{
	unsigned long long any = random64();
	unsigned char *src = f->data + ETH_ALEN;
	unsigned int len = f->len - (tagged ? 4 : 0);

	switch (below(16)) {
	case 0:
		memcpy(src, m->mac, ETH_ALEN);
		return;
	case 1:
		memcpy(src, addrs[below(addr_count)], ETH_ALEN);
		return;
	case 2:
		memcpy(src, &any, ETH_ALEN);
		if (src[0] == TELLS)
			src[0]++;
		if (one_in(4))
			memset(src, 0, ETH_ALEN);
		return;
	}
	src[0] = TELLS;
	src[1] = m - mouths;
	put16(src + 2, vlan);
	put16(src + 4, f->hdr.gso_type ? ANY_LENGTH : len);
	memcpy(past[below(64)], src, ETH_ALEN);
	if (past_count < 64)
		past_count++;
}

static void make_frame(const struct mouth *m, struct frame *f)
{
	unsigned int want = pick_length(), type = pick_type(), at, i;
	bool cut, tagged;

	f->l4 = 0;
	f->proto = 0;
	f->v6 = false;
	/* One that is to be segmented may be longer than any MTU. */
	if (m->vnet && one_in(16))
		want = 1500 + below(GSO_MAX - 1500);
	memcpy(f->data, pool + below(POOL - want), want);
	pick_dst(f->data);
	at = add_tags(m, f->data);
	put16(f->data + at, type);
	at += 2;
	if (want > at + 60) {
		if (type == ETH_P_IP)
			add_ipv4(f, at, want - at);
		else if (type == ETH_P_IPV6)
			add_ipv6(f, at, want - at);
	}
	f->len = want;
	if (want > 2 * ETH_ALEN && one_in(3))
		for (i = below(8); i; i--)
			f->data[2 * ETH_ALEN +
				below(want - 2 * ETH_ALEN) % 256] = below(256);
	add_offload(f);
	if (!m->vnet)
		memset(&f->hdr, 0, sizeof(f->hdr));
	if (want >= 2 * ETH_ALEN) {
		i = classify(m, f, &cut, &tagged);
		set_src(m, f, i, tagged);
	}
}

#endif /* FUZZFRAME_H */
