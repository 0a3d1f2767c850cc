// SPDX-License-Identifier: GPL-2.0-only
/*
 * xstream.c - bytes through a socket, for tests
 *
 *   xstream listen [-u] ADDR PORT   one TCP connection, or datagrams, to stdout
 *   xstream connect [-u] ADDR PORT  stdin to there
 *
 * With -u a stream is cut into datagrams; an empty one ends it. `listen` says "# ready" on
 * stderr once it listens.
 */
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM 1000
#define RCVBUF	 (16 << 20)

#ifndef SO_RCVBUFFORCE
#define SO_RCVBUFFORCE 33
#endif

static int fail(const char *what)
{
	fprintf(stderr, "xstream: %s: %s\n", what, strerror(errno));
	return 2;
}

static int copy(int in, int out, bool udp, bool sender)
{
	static char buf[1 << 17];
	size_t size = udp && sender ? DATAGRAM : sizeof(buf);
	ssize_t n;

	while ((n = read(in, buf, size)) > 0) {
		for (ssize_t done = 0, w; done < n; done += w) {
			w = write(out, buf + done, n - done);
			if (w < 0)
				return fail("write");
		}
	}
	if (n < 0)
		return fail("read");
	if (udp && sender && send(out, buf, 0, 0) < 0)
		return fail("send");
	return 0;
}

static int server(int fd, const struct addrinfo *ai, bool udp)
{
	if (bind(fd, ai->ai_addr, ai->ai_addrlen))
		return fail("bind");
	if (!udp && listen(fd, 1))
		return fail("listen");
	fprintf(stderr, "# ready\n");
	if (!udp)
		fd = accept(fd, NULL, NULL);
	if (fd < 0)
		return fail("accept");
	return copy(fd, STDOUT_FILENO, udp, false);
}

int main(int argc, char **argv)
{
	bool udp = argc > 2 && !strcmp(argv[2], "-u");
	struct addrinfo hints = { .ai_socktype = udp ? SOCK_DGRAM : SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	int fd, one = 1, size = RCVBUF;
	struct addrinfo *ai;

	if (argc != 4 + udp || getaddrinfo(argv[2 + udp], argv[3 + udp], &hints, &ai)) {
		fprintf(stderr, "usage: xstream listen|connect [-u] ADDR PORT\n");
		return 1;
	}
	fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (udp)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (!strcmp(argv[1], "listen"))
		return server(fd, ai, udp);
	if (connect(fd, ai->ai_addr, ai->ai_addrlen))
		return fail("connect");
	return copy(STDIN_FILENO, fd, udp, true);
}
