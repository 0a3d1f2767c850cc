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

#include <linux/if_packet.h>

#include "bench_lab.h"

#define FRAME	   60
#define ETHER_TYPE 0x88b5
#define BATCH	   64
#define FRAMES_NS  60000000000ULL /* for a number of frames, at most */

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

static void head(uint8_t *frame, const uint8_t dst[6], const uint8_t src[6])
{
	memcpy(frame, dst, 6);
	memcpy(frame + 6, src, 6);
	frame[12] = ETHER_TYPE >> 8;
	frame[13] = ETHER_TYPE & 0xff;
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
	for (uint64_t n = peer->count; n; n--)
		lab_must(peer, send(fd, frame, sizeof(frame), 0), "send");
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

static void sweep(struct lab_peer *peer)
{
	static struct mmsghdr msgs[BATCH];
	static struct iovec iov[BATCH];
	static uint8_t data[BATCH][FRAME];
	struct traffic_sweep *s = &peer->sweep;
	int fd = packet_socket(peer);
	uint64_t start = lab_now();
	uint32_t next = 0;
	bool again = true;

	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ data[i], FRAME };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
		head(data[i], s->other, s->other);
	}
	while (again) {
		unsigned int n;

		for (n = 0; n < BATCH && again; n++) {
			address(s->from ? data[n] + 6 : data[n], next);
			next = next + 1 == s->addresses ? 0 : next + 1;
			again = s->ns || next;
		}
		s->sent += (uint64_t)send_all(peer, fd, msgs, n);
		s->elapsed = lab_now() - start;
		again = again && (!s->ns || s->elapsed < s->ns);
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
	ret = lab_peer_start(lab, peer, sweep) || lab_peer_wait(lab, peer) ? -1 : 0;
	*words = peer->sweep;
	lab_peers_free(peer, 1);
	return ret;
}
