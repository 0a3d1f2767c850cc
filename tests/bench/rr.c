// SPDX-License-Identifier: GPL-2.0-only
/*
 * rr.c - request and response over UDP, one at a time: the spread of the round trips
 *
 * Both sides poll, for the reason given in udp64.c.
 */
#define _GNU_SOURCE
#include "udp.h"

#define SAMPLES_MAX 4000000
#define WARMUP	    1000 /* round trips */
#define LOST	    NSEC_PER_SEC
#define LIMIT	    (60 * NSEC_PER_SEC) /* of a server nobody kills */

/* One datagram, or 0 bytes after `patience` ns. */
static ssize_t get(int fd, struct sockaddr_in *from, uint64_t patience)
{
	socklen_t len = sizeof(*from);
	uint64_t start = now_ns();
	char buf[64];
	ssize_t n;

	do {
		n = recvfrom(fd, buf, sizeof(buf), MSG_DONTWAIT, (void *)from, &len);
		if (n >= 0)
			return n;
		if (errno != EAGAIN && errno != ECONNREFUSED)
			must(n, "recvfrom");
	} while (now_ns() - start < patience);
	return 0;
}

/* Until it is killed. */
static void serve(const char *addr)
{
	int fd = udp_socket(addr, 1);
	struct sockaddr_in from;

	ready();
	for (;;)
		if (get(fd, &from, LOST) > 0)
			sendto(fd, "", 1, 0, (void *)&from, sizeof(from));
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint64_t round_trip(int fd)
{
	struct sockaddr_in from;
	uint64_t start = now_ns();

	must(send(fd, "", 1, 0), "send");
	if (!get(fd, &from, LOST)) {
		fprintf(stderr, "no answer\n");
		exit(1);
	}
	return now_ns() - start;
}

static void request(const char *addr, uint64_t ns)
{
	static uint32_t sample[SAMPLES_MAX];
	int fd = udp_socket(addr, 0);
	uint64_t start;
	size_t n, i;

	for (i = 0; i < WARMUP; i++)
		round_trip(fd);
	start = now_ns();
	for (n = 0; n < SAMPLES_MAX && now_ns() - start < ns; n++)
		sample[n] = round_trip(fd);
	qsort(sample, n, sizeof(*sample), ascending);
	printf("{\"n\": %zu, \"p50\": %u, \"p99\": %u, \"p999\": %u}\n", n, sample[n / 2],
	       sample[n * 99 / 100], sample[n * 999 / 1000]);
}

int main(int argc, char **argv)
{
	const char *usage = "rr serve ADDRESS | request ADDRESS SECONDS";
	uint64_t ns;

	usage_if(argc < 3, usage);
	if (argc == 3 && !strcmp(argv[1], "serve")) {
		bench_limit(LIMIT);
		serve(argv[2]);
	}
	usage_if(argc != 4 || strcmp(argv[1], "request"), usage);
	ns = seconds_arg(argv[3]);
	bench_limit(ns);
	request(argv[2], ns);
	return 0;
}
