// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_frames.c - frames from a packet socket: floods, and many addresses
 *
 * A veth delivers in the softirq of the CPU that sends, so the time of a loop is that of the
 * whole path, up to the receivers' stacks. EtherType 0x88b5 (IEEE local experimental) ends
 * there, and no br_netfilter looks at it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "bench_lab.h"

#define FRAME	   60
#define ETHER_TYPE 0x88b5
#define BATCH	   64
#define FRAMES_NS  60000000000ULL /* for a number of frames, at most */
#define TAG_LEN	   4
#define RING_NS	   1000 /* for its NAPI to go on */
#define TAGS_MAX   2
#define WORK_NS	   400000000ULL /* without a pause: below the 0.95 s of a real-time process */
#define PAUSE_NS   40000000ULL

static int packet_socket(struct lab_peer *peer)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	int fd = (int)lab_must(peer, socket(AF_PACKET, SOCK_RAW, 0), "socket"), on = 1;

	sll.sll_ifindex = (int)if_nametoindex("eth0");
	lab_must(peer, sll.sll_ifindex ? 0 : -1, "eth0");
	lab_must(peer, bind(fd, (void *)&sll, sizeof(sll)), "bind");
	lab_must(peer, setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)),
		 "setsockopt");
	return fd;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void head(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6])
{
	memcpy(frame, dst, 6);
	memcpy(frame + 6, src, 6);
	put16(frame + 12, ETHER_TYPE);
}

/* `count` of the peer is how many to send, and p50 becomes how long it took. */
static void flood(struct lab_peer *peer)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t me[6] = { 0x02, 0x78, 0x73, 0x77, 0x00, 0x01 };
	int fd = packet_socket(peer);
	uint8_t frame[FRAME] = { 0 };
	uint64_t start;

	head(frame, all, me);
	start = lab_now();
	for (uint64_t n = peer->count; n;) {
		ssize_t sent = send(fd, frame, sizeof(frame), 0);

		if (sent >= 0)
			n--;
		else if (errno == ENOBUFS) /* the ring at the other end is full */
			lab_sleep(RING_NS);
		else
			lab_must(peer, sent, "send");
	}
	peer->p50 = (double)(lab_now() - start);
}

int traffic_flood(struct bench_lab *lab, uint32_t frames, uint64_t *ns)
{
	struct lab_peer *peer = lab_peers(lab, 1);
	int ret;

	if (!peer)
		return -1;
	*peer = (struct lab_peer){ .port = 1, .polls = true, .length = FRAMES_NS };
	atomic_store(&peer->count, frames);
	ret = lab_peer_start(lab, peer, flood) || lab_peer_wait(lab, peer) ? -1 : 0;
	*ns = (uint64_t)peer->p50;
	lab_peers_free(peer, 1);
	return ret;
}

/* --- many addresses ---------------------------------------------------------------------- */

static void address(uint8_t mac[6], uint32_t n)
{
	const uint8_t text[6] = { 0x02, 0x78, 0, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	memcpy(mac, text, sizeof(text));
}

static int send_all(struct lab_peer *peer, int fd, struct mmsghdr *msgs, unsigned int n)
{
	for (unsigned int done = 0; done < n;) {
		int sent = sendmmsg(fd, msgs + done, n - done, 0);

		/* a full queue at the other end; what is lost is not received */
		if (sent < 0 && errno == ENOBUFS)
			sent = 1;
		done += (unsigned int)lab_must(peer, sent, "sendmmsg");
	}
	return (int)n;
}

struct batch {
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	uint8_t data[BATCH][FRAME + TAGS_MAX * TAG_LEN];
};

static size_t put_tags(uint8_t *frame, const struct traffic_sweep *s)
{
	size_t at = 12;

	if (s->tpid) {
		put16(frame + at, s->tpid);
		put16(frame + at + 2, s->vid);
		at += TAG_LEN;
	}
	if (s->tpid && s->cvid) {
		put16(frame + at, ETH_P_8021Q);
		put16(frame + at + 2, s->cvid);
		at += TAG_LEN;
	}
	put16(frame + at, ETHER_TYPE);
	return FRAME + at - 12;
}

static struct batch *batch_of(const struct traffic_sweep *s)
{
	static struct batch b;

	for (int i = 0; i < BATCH; i++) {
		head(b.data[i], s->other, s->other);
		b.iov[i] = (struct iovec){ b.data[i], put_tags(b.data[i], s) };
		b.msgs[i].msg_hdr.msg_iov = &b.iov[i];
		b.msgs[i].msg_hdr.msg_iovlen = 1;
	}
	return &b;
}

/* Where the walk stands: the next address, or the state of xorshift64* for any at random. */
struct walk {
	uint32_t next;
	uint64_t x;
};

static bool step(struct walk *w, const struct traffic_sweep *s, uint8_t mac[6])
{
	if (!s->addresses) {
		w->x ^= w->x >> 12;
		w->x ^= w->x << 25;
		w->x ^= w->x >> 27;
		memcpy(mac, &w->x, 6);
		mac[0] = 0x06; /* one station's, and none of ours */
		return true;
	}
	address(mac, w->next);
	w->next = w->next + 1 == s->addresses ? 0 : w->next + 1;
	return s->ns || w->next;
}

void traffic_sweep_send(struct lab_peer *peer)
{
	struct traffic_sweep *s = &peer->sweep;
	struct walk walk = { .x = 88172645463325252ULL };
	struct batch *b = batch_of(s);
	int fd = packet_socket(peer);
	uint64_t start = lab_now(), since = start, pauses = 0;
	bool again = true;

	atomic_store(&peer->ready, 1);
	while (again && !atomic_load(&peer->stop)) {
		unsigned int n;

		for (n = 0; n < BATCH && again; n++)
			again = step(&walk, s, b->data[n] + (s->from ? 6 : 0));
		s->sent += (uint64_t)send_all(peer, fd, b->msgs, n);
		s->elapsed = lab_now() - start - pauses;
		again = again && (!s->ns || s->elapsed < s->ns);
		while (s->rate && lab_now() - start < s->sent * 1000000000ULL / s->rate)
			lab_sleep(100000);
		if (s->rate || lab_now() - since < WORK_NS)
			continue;
		lab_sleep(PAUSE_NS);
		since = lab_now();
		pauses = since - start - s->elapsed;
	}
}

int traffic_sweep(struct bench_lab *lab, struct traffic_sweep *words)
{
	struct lab_peer *peer = lab_peers(lab, 1);
	int ret;

	if (!peer)
		return -1;
	*peer = (struct lab_peer){
		.port = words->port,
		.polls = true,
		.length = words->ns ? words->ns : FRAMES_NS,
		.sweep = *words,
	};
	ret = lab_peer_start(lab, peer, traffic_sweep_send) || lab_peer_wait(lab, peer) ? -1 : 0;
	*words = peer->sweep;
	lab_peers_free(peer, 1);
	return ret;
}

/* RFC 2889 5.8: every address once, as a source behind port 2; thousand a second. */
int lab_sweep_learn(struct bench_lab *lab, const struct traffic_sweep *words, double *rate)
{
	struct traffic_sweep s = *words;

	s.port = 2;
	s.from = true;
	if (lab_mac(lab, 1, s.other) || traffic_sweep(lab, &s))
		return -1;
	*rate = s.elapsed ? (double)s.sent * 1e6 / (double)s.elapsed : 0;
	return 0;
}

/*
 * And as a destination, from port 1; k/s that arrive at port 2. What port 3 sees was flooded.
 * RFC 2889 5.7 asks how many are kept: those are not flooded.
 */
int lab_sweep_forward(struct bench_lab *lab, const struct traffic_sweep *words, double *rate,
		      double *flooded)
{
	uint64_t to, to_after, by = 0, by_after = 0;
	struct traffic_sweep s = *words;

	s.port = 1;
	s.ns = lab_length(lab);
	if (lab_mac(lab, 1, s.other) || lab_received(lab, 2, &to) ||
	    (lab->ports > 2 && lab_received(lab, 3, &by)) || traffic_sweep(lab, &s) ||
	    lab_received(lab, 2, &to_after) || (lab->ports > 2 && lab_received(lab, 3, &by_after)))
		return -1;
	if (to_after <= to || !s.elapsed || !s.sent)
		return lab_error(lab, "nothing arrives");
	*rate = (double)(to_after - to) * 1e6 / (double)s.elapsed;
	*flooded = 100 * (double)(by_after - by) / (double)s.sent;
	return 0;
}
