// SPDX-License-Identifier: GPL-2.0-only
/*
 * udp64.c - 64-byte frames through UDP sockets: how many arrive a second
 *
 * 18 bytes of payload make a frame of 64 bytes with its FCS. The receiver leaves out the first
 * WARMUP (ARP, learning, caches), then counts for the seconds asked for. It polls: how soon a
 * sleeping receiver wakes up is a property of the scheduler and hides the path.
 */
#define _GNU_SOURCE
#include "udp.h"

#define BATCH	64
#define PAYLOAD 18
#define WARMUP	(NSEC_PER_SEC / 5)

static struct mmsghdr *messages(size_t size)
{
	static struct mmsghdr msgs[BATCH];
	static struct iovec iov[BATCH];
	static char data[BATCH][2048];
	int i;

	for (i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ data[i], size };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	return msgs;
}

/* Counts datagrams for `ns`; `elapsed` is what it really took. */
static uint64_t count(int fd, struct mmsghdr *msgs, uint64_t ns, uint64_t *elapsed)
{
	uint64_t start = now_ns(), now, n = 0;

	do {
		int got = recvmmsg(fd, msgs, BATCH, MSG_DONTWAIT, NULL);

		if (got > 0)
			n += got;
		else if (errno != EAGAIN && errno != EINTR)
			must(got, "recvmmsg");
		now = now_ns();
	} while (now - start < ns);
	*elapsed = now - start;
	return n;
}

static void receive(const char *addr, uint64_t ns)
{
	struct mmsghdr *msgs = messages(2048);
	int fd = udp_socket(addr, 1);
	uint64_t n, elapsed;

	ready();
	must(recvmmsg(fd, msgs, BATCH, MSG_WAITFORONE, NULL), "recvmmsg");
	count(fd, msgs, WARMUP, &elapsed);
	n = count(fd, msgs, ns, &elapsed);
	printf("{\"datagrams\": %llu, \"ns\": %llu}\n", (unsigned long long)n,
	       (unsigned long long)elapsed);
}

static void transmit(const char *addr, uint64_t ns)
{
	struct mmsghdr *msgs = messages(PAYLOAD);
	uint64_t start = now_ns(), n = 0;
	int fd = udp_socket(addr, 0);

	/* the receiver is done first, so that it never counts silence */
	ns += 2 * WARMUP;
	while (now_ns() - start < ns) {
		int sent = sendmmsg(fd, msgs, BATCH, 0);

		if (sent > 0)
			n += sent;
		else if (errno != ECONNREFUSED) /* the receiver has left */
			must(sent, "sendmmsg");
	}
	printf("{\"datagrams\": %llu, \"ns\": %llu}\n", (unsigned long long)n,
	       (unsigned long long)(now_ns() - start));
}

int main(int argc, char **argv)
{
	const char *usage = "udp64 recv|send ADDRESS SECONDS";
	uint64_t ns;

	usage_if(argc != 4, usage);
	ns = seconds_arg(argv[3]);
	bench_limit(ns);
	if (!strcmp(argv[1], "recv"))
		receive(argv[2], ns);
	else if (!strcmp(argv[1], "send"))
		transmit(argv[2], ns);
	else
		usage_if(1, usage);
	return 0;
}
