// SPDX-License-Identifier: GPL-2.0-only
/*
 * macs.c - frames of many stations from a packet socket, after RFC 2889 5.7 and 5.8
 *
 *	macs learn IFNAME DST N		each of N stations says something to DST, once
 *	macs forward IFNAME SRC N S	SRC speaks to the N stations in scattered order, S seconds
 *	macs attack IFNAME DST RATE S	sources at random, RATE frames a second (0: as it can)
 *
 * Station number i is 02:78 and i in four bytes. 60-byte frames of type 0x88b5, in batches of
 * 64, past the queueing discipline; pinned by the caller, so the time is that of the whole path.
 * The caller is real-time and may not keep its CPU for 0.95 s: pauses are taken and not counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>

#include "bench.h"

#define BATCH	  64
#define FRAME_LEN 60
#define WORK	  (400 * 1000000ULL) /* ns between two pauses */
#define PAUSE	  40000		     /* us */

struct sender {
	int fd;
	uint8_t frame[BATCH][FRAME_LEN];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
	uint64_t sent, ns, since;
};

static void mac_arg(const char *text, uint8_t mac[6])
{
	unsigned int b[6];

	usage_if(sscanf(text, "%x:%x:%x:%x:%x:%x", b, b + 1, b + 2, b + 3, b + 4, b + 5) != 6,
		 "a MAC address");
	for (int i = 0; i < 6; i++)
		mac[i] = b[i];
}

static void station(uint8_t mac[6], uint32_t id)
{
	const uint8_t m[6] = { 0x02, 0x78, id >> 24, id >> 16, id >> 8, id };

	memcpy(mac, m, 6);
}

/* xorshift64*: quick, and the same in every run */
static uint64_t scatter(uint64_t *x)
{
	*x ^= *x >> 12;
	*x ^= *x << 25;
	*x ^= *x >> 27;
	return *x * 0x2545f4914f6cdd1dULL;
}

static void sender_open(struct sender *s, const char *ifname, int at, const char *fixed)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int one = 1;

	to.sll_ifindex = if_nametoindex(ifname);
	s->fd = must(socket(AF_PACKET, SOCK_RAW, 0), "packet socket");
	must(setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)), "bypass");
	must(bind(s->fd, (struct sockaddr *)&to, sizeof(to)), ifname);
	for (int i = 0; i < BATCH; i++) {
		mac_arg(fixed, s->frame[i] + at);
		s->frame[i][12] = 0x88;
		s->frame[i][13] = 0xb5;
		s->iov[i] = (struct iovec){ s->frame[i], FRAME_LEN };
		s->msg[i].msg_hdr = (struct msghdr){ .msg_iov = &s->iov[i], .msg_iovlen = 1 };
	}
	s->since = now_ns();
}

/* The first n of the batch. */
static void sender_send(struct sender *s, unsigned int n)
{
	unsigned int done = 0;
	uint64_t now;
	int ret;

	while (done < n) {
		ret = sendmmsg(s->fd, s->msg + done, n - done, 0);
		if (ret < 0 && errno != ENOBUFS && errno != EAGAIN)
			must(ret, "sendmmsg");
		done += ret > 0 ? ret : 0;
	}
	s->sent += n;
	now = now_ns();
	if (now - s->since < WORK)
		return;
	s->ns += now - s->since;
	usleep(PAUSE);
	s->since = now_ns();
}

static uint64_t busy(const struct sender *s)
{
	return s->ns + now_ns() - s->since;
}

static void learn(struct sender *s, uint32_t n)
{
	uint32_t id = 0, i;

	while (id < n) {
		for (i = 0; i < BATCH && id < n; i++)
			station(s->frame[i] + 6, id++);
		sender_send(s, i);
	}
}

static void forward(struct sender *s, uint32_t n, uint64_t ns)
{
	uint64_t x = 88172645463325252ULL;

	while (busy(s) < ns) {
		for (int i = 0; i < BATCH; i++)
			station(s->frame[i], (scatter(&x) >> 32) * n >> 32);
		sender_send(s, BATCH);
	}
}

static void attack(struct sender *s, uint64_t rate, uint64_t ns)
{
	uint64_t x = 88172645463325252ULL, start = now_ns();

	while (now_ns() - start < ns) {
		for (int i = 0; i < BATCH; i++) {
			uint64_t r = scatter(&x);

			memcpy(s->frame[i] + 6, &r, 6);
			s->frame[i][6] = 0x06; /* one station's, and none of ours */
		}
		sender_send(s, BATCH);
		while (rate && now_ns() - start < s->sent * NSEC_PER_SEC / rate)
			usleep(100);
	}
}

int main(int argc, char **argv)
{
	static struct sender s;
	uint64_t n;
	int learns = argc == 5 && !strcmp(argv[1], "learn");
	int forwards = argc == 6 && !strcmp(argv[1], "forward");

	usage_if(!learns && !forwards && !(argc == 6 && !strcmp(argv[1], "attack")),
		 "macs learn IFNAME DST N | forward IFNAME SRC N SECONDS | "
		 "attack IFNAME DST RATE SECONDS");
	n = strtoull(argv[4], NULL, 10);
	bench_limit(learns ? 60 * NSEC_PER_SEC : 2 * seconds_arg(argv[5]));
	sender_open(&s, argv[2], forwards ? 6 : 0, argv[3]);
	ready();
	if (learns)
		learn(&s, n);
	else if (forwards)
		forward(&s, n, seconds_arg(argv[5]));
	else
		attack(&s, n, seconds_arg(argv[5]));
	printf("{\"frames\": %llu, \"ns\": %llu}\n", (unsigned long long)s.sent,
	       (unsigned long long)busy(&s));
	return 0;
}
