/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet.h - packet sockets for the tools of the tests
 *
 * A tool says in PACKET_TOOL what it is called, then includes this.
 */
#ifndef XSWITCH_TEST_PACKET_H
#define XSWITCH_TEST_PACKET_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>

#define FRAME_MAX 65600
#define RCVBUF	  (16 << 20)

static void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, PACKET_TOOL ": ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

static unsigned long number(const char *word, unsigned long max)
{
	unsigned long v;
	char *end;

	if (!word)
		die("a number is missing");
	errno = 0;
	v = strtoul(word, &end, 0);
	if (errno || *end || end == word || v > max)
		die("\"%s\" is no number up to %lu", word, max);
	return v;
}

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* splitmix64 */
static inline uint32_t rnd(uint64_t *state, uint32_t below)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)(((z ^ z >> 31) >> 32) * below >> 32);
}

static int packet_socket(const char *ifname, int proto)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(proto) };
	/* protocol 0 until bound: nothing of another device is queued meanwhile */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), size = RCVBUF;

	if (fd < 0)
		die("packet socket: %m");
	sll.sll_ifindex = if_nametoindex(ifname);
	if (!sll.sll_ifindex)
		die("%s: %m", ifname);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (proto) {
		int one = 1;

		if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)))
			die("PACKET_AUXDATA: %m");
		/* 4.20; older kernels: sll_pkttype below */
		setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	}
	if (bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		die("bind to %s: %m", ifname);
	return fd;
}

static void one_cpu(void)
{
	cpu_set_t all, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(all), &all))
		return;
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &all))
			continue;
		CPU_SET(i, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/*
 * A frame as it was on the wire, into FRAME_MAX bytes; 0: of another direction, -1: the socket
 * does not block and there is none.
 */
static inline ssize_t receive(int fd, uint8_t *frame)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct sockaddr_ll from;
	struct iovec iov = { frame + 4, FRAME_MAX - 4 };
	struct msghdr msg = { .msg_name = &from,
			      .msg_namelen = sizeof(from),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t len = recvmsg(fd, &msg, 0);
	struct tpacket_auxdata aux = {};

	if (len < 0 && errno == ENETDOWN)
		return 0;
	if (len < 0 && errno == EAGAIN)
		return -1;
	if (len < 0)
		die("recvmsg: %m");
	if (from.sll_pkttype == PACKET_OUTGOING)
		return 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA)
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || len < 12) {
		memmove(frame, frame + 4, len);
		return len;
	}
	memmove(frame, frame + 4, 12);
	put16(frame + 12, aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : 0x8100);
	put16(frame + 14, aux.tp_vlan_tci);
	return len + 4;
}

static inline void enter(const char *netns)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s%s", strchr(netns, '/') ? "" : "/run/netns/", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("namespace %s: %m", netns);
	close(fd);
}

#endif
