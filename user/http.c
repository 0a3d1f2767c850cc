// SPDX-License-Identifier: GPL-2.0-only
/*
 * http.c - one page over HTTP: the side that makes the page
 *
 * What strangers send is read by a process without rights (http_child.c). It asks over a pair of
 * sockets for each page and gets it whole; what it says is a request that may be refused, no more.
 * It is forked before anything of a switch is open, and ends when its socket does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "http_int.h"

#define SEND_S	   10 /* a child that does not take its page is given up */
#define END_TRIES  50
#define END_TRY_MS 20

struct http {
	struct http_page page;
	union http_addr addr;
	int fd; /* to the child */
	pid_t pid;
};

/* --- addresses --------------------------------------------------------------------------- */

static bool parse_port(const char *text, in_port_t *port)
{
	unsigned long n = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 6; i++)
		n = n * 10 + (unsigned long)(text[i] - '0');
	*port = htons((uint16_t)n);
	return i && !text[i] && n <= 65535;
}

bool http_addr_parse(const char *text, union http_addr *addr)
{
	const char *colon = strrchr(text, ':'), *port = colon ? colon + 1 : text;
	char host[INET6_ADDRSTRLEN + 2] = "127.0.0.1";
	size_t len = colon ? (size_t)(colon - text) : 0;

	*addr = (union http_addr){};
	if (len >= sizeof(host))
		return false;
	if (len) {
		memcpy(host, text, len);
		host[len] = '\0';
	}
	if (host[0] != '[') {
		addr->in.sin_family = AF_INET;
		return parse_port(port, &addr->in.sin_port) &&
		       inet_pton(AF_INET, host, &addr->in.sin_addr) == 1;
	}
	if (host[len - 1] != ']')
		return false;
	host[len - 1] = '\0';
	addr->in6.sin6_family = AF_INET6;
	return parse_port(port, &addr->in6.sin6_port) &&
	       inet_pton(AF_INET6, host + 1, &addr->in6.sin6_addr) == 1;
}

void http_url(const struct http *h, char text[HTTP_URL_MAX])
{
	bool six = h->addr.any.sa_family == AF_INET6;
	const void *host = six ? (const void *)&h->addr.in6.sin6_addr : &h->addr.in.sin_addr;
	char name[INET6_ADDRSTRLEN];

	inet_ntop(h->addr.any.sa_family, host, name, sizeof(name));
	snprintf(text, HTTP_URL_MAX, "http://%s%s%s:%u", six ? "[" : "", name, six ? "]" : "",
		 ntohs(six ? h->addr.in6.sin6_port : h->addr.in.sin_port));
}

/* A listening socket, or -errno; *addr is where. */
static int listen_on(union http_addr *addr)
{
	bool six = addr->any.sa_family == AF_INET6;
	socklen_t len = six ? sizeof(addr->in6) : sizeof(addr->in);
	int fd = socket(addr->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1, err;

	if (fd < 0)
		return -errno;
	/* what the last server left in TIME_WAIT is in nobody's way */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (six)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (!bind(fd, &addr->any, len) && !listen(fd, HTTP_CONNECTIONS) &&
	    !getsockname(fd, &addr->any, &len))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* --- the child --------------------------------------------------------------------------- */

static int spawn(struct http *h, int listener)
{
	int pair[2], err = 0;
	char ready;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	h->pid = fork();
	if (!h->pid)
		_exit(http_child(listener, pair[1], h->page.path));
	if (h->pid < 0)
		err = -errno;
	close(pair[1]);
	h->fd = pair[0];
	/* a byte when it can serve, an end when it cannot */
	if (!err && !http_get(h->fd, &ready, sizeof(ready)))
		err = -ENOMEM;
	return err;
}

/* The end of its socket is what it waits for; it may have another user, whom one cannot kill. */
static void end(struct http *h)
{
	const struct timespec pause = { .tv_nsec = END_TRY_MS * 1000000L };

	if (h->fd >= 0)
		close(h->fd);
	for (int i = 0; h->pid > 0 && i < END_TRIES; i++) {
		if (waitpid(h->pid, NULL, WNOHANG))
			return;
		nanosleep(&pause, NULL);
	}
	if (h->pid > 0)
		kill(h->pid, SIGKILL);
}

int http_open(struct http **out, const union http_addr *addr, const struct http_page *page)
{
	const struct timeval limit = { .tv_sec = SEND_S };
	struct http *h = calloc(1, sizeof(*h));
	int listener, err;

	*out = NULL;
	if (!h)
		return -ENOMEM;
	*h = (struct http){ .page = *page, .addr = *addr, .fd = -1 };
	listener = listen_on(&h->addr);
	err = listener < 0 ? listener : spawn(h, listener);
	if (listener >= 0)
		close(listener);
	if (err) {
		http_close(h);
		return err;
	}
	setsockopt(h->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	*out = h;
	return 0;
}

int http_fd(const struct http *h)
{
	return h->fd;
}

static bool give_page(const struct http *h, const char *accept)
{
	struct http_reply reply = { .size = HTTP_NO_PAGE };
	const char *type = NULL;
	char *body = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&body, &size);
	bool ok;

	if (to)
		type = h->page.write(to, accept, h->page.arg);
	if ((to && fclose(to)) || !type)
		size = 0;
	else
		reply.size = size;
	snprintf(reply.type, sizeof(reply.type), "%s", type ?: "");
	ok = http_put(h->fd, &reply, sizeof(reply)) && http_put(h->fd, body, size);
	free(body);
	return ok;
}

bool http_run(struct http *h)
{
	struct http_ask ask;
	ssize_t n = recv(h->fd, &ask, sizeof(ask), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n != sizeof(ask))
		return false;
	ask.accept[sizeof(ask.accept) - 1] = '\0';
	return give_page(h, ask.has_accept ? ask.accept : NULL);
}

void http_close(struct http *h)
{
	if (!h)
		return;
	end(h);
	free(h);
}
