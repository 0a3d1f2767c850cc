/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udp.h - a bound or connected IPv4 UDP socket from words of the command line
 */
#ifndef XSW_BENCH_UDP_H
#define XSW_BENCH_UDP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bench.h"

#define UDP_PORT 7007

static inline int udp_socket(const char *addr, int bound)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(UDP_PORT) };
	int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1) {
		fprintf(stderr, "%s: not an IPv4 address\n", addr);
		exit(1);
	}
	if (bound)
		must(bind(fd, (void *)&sin, sizeof(sin)), "bind");
	else
		must(connect(fd, (void *)&sin, sizeof(sin)), "connect");
	return fd;
}

#endif
