// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_traffic.c - senders and receivers on sockets
 *
 * UDP: 18 bytes of payload make a frame of 64 bytes with its FCS, 64 datagrams a system call.
 * TCP: 128 KiB a system call, as copied by ordinary programs. Requests: one byte at a time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench_lab.h"
#include "netns.h"

#define UDP_PORT    7007
#define BATCH	    64
#define PAYLOAD	    18
#define CHUNK	    (128 * 1024)
#define SAMPLES_MAX 4000000
#define WARM_UP	    1000	  /* round trips, datagrams */
#define LOST	    1000000000ULL /* ns after which an answer does not come any more */
#define CONNECT_NS  5000000000ULL /* a namespace may still learn where its peer is */

static struct sockaddr_in address(uint32_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(UDP_PORT),
		.sin_addr.s_addr = htonl(lab_address(port)),
	};
}

/* Bound to the address of the port, or connected to its partner's. */
static int udp_socket(struct lab_peer *peer, bool bound)
{
	struct sockaddr_in sin = address(bound ? peer->port : peer->to);
	int fd = (int)lab_must(peer, socket(AF_INET, SOCK_DGRAM, 0), "socket");

	if (bound)
		lab_must(peer, bind(fd, (void *)&sin, sizeof(sin)), "bind");
	else
		lab_must(peer, connect(fd, (void *)&sin, sizeof(sin)), "connect");
	return fd;
}

static struct mmsghdr *messages(size_t size)
{
	static struct mmsghdr msgs[BATCH];
	static struct iovec iov[BATCH];
	static char data[BATCH][2048];

	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ data[i], size };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	return msgs;
}

void traffic_udp_receive(struct lab_peer *peer)
{
	int fd = udp_socket(peer, true), flags = peer->polls ? MSG_DONTWAIT : MSG_WAITFORONE;
	struct mmsghdr *msgs = messages(2048);

	atomic_store(&peer->ready, 1);
	for (;;) {
		int got = recvmmsg(fd, msgs, BATCH, flags, NULL);

		if (got > 0)
			atomic_fetch_add(&peer->count, (uint64_t)got);
		else if (errno != EAGAIN && errno != EINTR)
			lab_must(peer, got, "recvmmsg");
	}
}

void traffic_udp_send(struct lab_peer *peer)
{
	struct mmsghdr *msgs = messages(PAYLOAD);
	int fd = udp_socket(peer, false);

	atomic_store(&peer->ready, 1);
	for (;;) {
		int sent = sendmmsg(fd, msgs, BATCH, 0);

		if (sent > 0)
			atomic_fetch_add(&peer->count, (uint64_t)sent);
		else if (errno != EHOSTUNREACH && errno != EINTR && errno != ENOBUFS)
			lab_must(peer, sent, "sendmmsg");
	}
}

static void enter_partner(struct lab_peer *peer)
{
	char name[LAB_NS];
	int fd, err;

	lab_netns(name, peer->to);
	fd = netns_open(name);
	err = fd < 0 ? fd : netns_enter(fd);
	errno = -err;
	lab_must(peer, err, name);
	close(fd);
}

/* A batch there, then taken. */
static void step(struct lab_peer *peer, int from, int to, struct mmsghdr *msgs)
{
	int sent = (int)lab_must(peer, sendmmsg(from, msgs, BATCH, 0), "sendmmsg"), got = 0;
	uint64_t end = 0;

	while (got < sent) {
		int n = recvmmsg(to, msgs, (unsigned int)(sent - got), MSG_DONTWAIT, NULL);

		if (n > 0) {
			got += n;
			continue;
		}
		if (errno != EAGAIN)
			lab_must(peer, n, "recvmmsg");
		end = end ? end : lab_now() + LOST;
		if (lab_now() < end)
			continue;
		snprintf(peer->error, sizeof(peer->error), "port %u: %d of %d datagrams arrive",
			 peer->to, got, sent);
		_exit(1);
	}
}

/* `count` of the peer is how many to send, and p50 becomes the time of one. */
void traffic_udp_step(struct lab_peer *peer)
{
	struct mmsghdr *msgs = messages(PAYLOAD);
	int from = udp_socket(peer, false), to;
	uint64_t start, batches = peer->count / BATCH;

	enter_partner(peer);
	peer->port = peer->to;
	to = udp_socket(peer, true);
	for (int i = 0; i < WARM_UP / BATCH; i++)
		step(peer, from, to, msgs);
	start = lab_now();
	for (uint64_t i = 0; i < batches; i++)
		step(peer, from, to, msgs);
	peer->p50 = (double)(lab_now() - start) / (double)(batches * BATCH);
}

/* --- TCP --------------------------------------------------------------------------------- */

void traffic_tcp_receive(struct lab_peer *peer)
{
	int one = 1, fd = (int)lab_must(peer, socket(AF_INET, SOCK_STREAM, 0), "socket");
	struct sockaddr_in sin = address(peer->port);
	static char data[CHUNK];
	ssize_t n;

	lab_must(peer, setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), "setsockopt");
	lab_must(peer, bind(fd, (void *)&sin, sizeof(sin)), "bind");
	lab_must(peer, listen(fd, 1), "listen");
	atomic_store(&peer->ready, 1);
	fd = (int)lab_must(peer, accept(fd, NULL, NULL), "accept");
	while ((n = lab_must(peer, recv(fd, data, sizeof(data), 0), "recv")))
		atomic_fetch_add(&peer->count, (uint64_t)n);
}

void traffic_tcp_send(struct lab_peer *peer)
{
	uint64_t end = lab_now() + CONNECT_NS;
	struct sockaddr_in sin = address(peer->to);
	static char data[CHUNK];
	int fd, ret;

	do {
		fd = (int)lab_must(peer, socket(AF_INET, SOCK_STREAM, 0), "socket");
		ret = connect(fd, (void *)&sin, sizeof(sin));
		if (ret)
			close(fd);
	} while (ret && errno == EHOSTUNREACH && lab_now() < end);
	lab_must(peer, ret, "connect");
	atomic_store(&peer->ready, 1);
	for (;;)
		atomic_fetch_add(&peer->count,
				 (uint64_t)lab_must(peer, send(fd, data, sizeof(data), 0), "send"));
}

/* --- request and response ---------------------------------------------------------------- */

/* A datagram's length, or -1 after `patience` ns. */
static ssize_t get(struct lab_peer *peer, int fd, struct sockaddr_in *from, uint64_t patience)
{
	uint64_t start = lab_now();
	socklen_t len = sizeof(*from);
	char data[64];
	ssize_t n;

	do {
		n = recvfrom(fd, data, sizeof(data), peer->polls ? MSG_DONTWAIT : 0, (void *)from,
			     &len);
		if (n >= 0)
			return n;
		if (errno != EAGAIN && errno != ECONNREFUSED && errno != EHOSTUNREACH)
			lab_must(peer, n, "recvfrom");
	} while (lab_now() - start < patience);
	return -1;
}

void traffic_rr_serve(struct lab_peer *peer)
{
	int fd = udp_socket(peer, true);
	struct sockaddr_in from;

	atomic_store(&peer->ready, 1);
	for (;;)
		if (get(peer, fd, &from, LOST) >= 0)
			sendto(fd, "", 1, 0, (void *)&from, sizeof(from));
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t round_trip(struct lab_peer *peer, int fd)
{
	struct sockaddr_in from;
	uint64_t start = lab_now();

	lab_must(peer, send(fd, "", 1, 0), "send");
	if (get(peer, fd, &from, LOST) < 0) {
		snprintf(peer->error, sizeof(peer->error), "port %u: no answer from port %u",
			 peer->port, peer->to);
		_exit(1);
	}
	return (uint32_t)(lab_now() - start);
}

/* For its length; 0: one round trip, with some patience for a switch that is only starting. */
void traffic_rr_request(struct lab_peer *peer)
{
	const struct timeval patience = { 0, 200000 };
	uint32_t *sample = calloc(SAMPLES_MAX, sizeof(*sample));
	int fd = udp_socket(peer, false);
	struct sockaddr_in from;
	uint64_t start, end = lab_now() + CONNECT_NS;
	size_t n;

	lab_must(peer, sample ? 0 : -1, "memory");
	lab_must(peer, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)),
		 "setsockopt");
	do
		send(fd, "", 1, 0);
	while (get(peer, fd, &from, LOST / 5) < 0 && lab_now() < end);
	for (n = 0; n < (peer->length ? WARM_UP : 1); n++)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): lab_must() */
		sample[0] = round_trip(peer, fd);
	start = lab_now();
	for (n = 0; n < SAMPLES_MAX && lab_now() - start < peer->length; n++)
		sample[n] = round_trip(peer, fd);
	n += !n;
	qsort(sample, n, sizeof(*sample), ascending);
	peer->p50 = sample[n / 2];
	peer->p99 = sample[n * 99 / 100];
	peer->p999 = sample[n * 999 / 1000];
}
