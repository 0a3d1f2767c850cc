/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * http.h - one page over HTTP; the one module that knows libmicrohttpd
 *
 * A server is a process without rights that speaks HTTP, and here a descriptor to wait for and a
 * function that makes the page whenever that process asks for it, in whose event loop ever. The page
 * is made whole, then sent as fast as its reader takes it, so that a slow one makes nobody else wait. HTTP_CONNECTIONS at a time; one answers a request, then it is closed, and after
 * HTTP_LIFE_MS in any case, so that those who hold one do not hold it long.
 *
 * The socket belongs to the namespace in which http_open() was called.
 */
#ifndef XSWITCH_HTTP_H
#define XSWITCH_HTTP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>

#define HTTP_CONNECTIONS 16
#define HTTP_LIFE_MS	 10000

struct http;

union http_addr {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* "127.0.0.1:9000", "[::1]:9000"; ":9000" and "9000" are on 127.0.0.1. Port 0: any free one. */
bool http_addr_parse(const char *text, union http_addr *addr);

/* "http://127.0.0.1:9000", of where it listens */
#define HTTP_URL_MAX (INET6_ADDRSTRLEN + sizeof("http://[]:65535"))
void http_url(const struct http *h, char text[HTTP_URL_MAX]);

struct http_page {
	const char *path; /* "/metrics" */
	/*
	 * Write it; `accept` is the request's header or NULL. Returns its Content-Type, or NULL: it
	 * cannot be made now, the answer is 500.
	 */
	const char *(*write)(FILE *to, const char *accept, void *arg);
	void *arg;
};

/* Forks: whatever is open or mapped then is the server's too. -EADDRINUSE, -EADDRNOTAVAIL, ... */
int http_open(struct http **out, const union http_addr *addr, const struct http_page *page);

/* Readable when there is something to do. */
int http_fd(const struct http *h);

/* Do it; waits only for what it sends to be taken. false: the server has ended. */
bool http_run(struct http *h);

/* NULL is fine. */
void http_close(struct http *h);

#endif
