// SPDX-License-Identifier: GPL-2.0-only
/*
 * http.c - one page over HTTP, by libmicrohttpd in the mode without threads
 *
 * MHD's own time-out begins anew with each byte, so a reader that takes one now and then could
 * stay for ever; the lifetime of a connection is therefore kept here.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "http.h"

struct connection {
	int fd;
	uint64_t until; /* ms; 0: a free slot, UINT64_MAX: it was told to end */
};

struct http {
	struct MHD_Daemon *daemon;
	struct http_page page;
	union http_addr addr;
	struct connection connections[HTTP_CONNECTIONS];
};

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

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

/* --- requests ---------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *c, unsigned int status, const char *type,
			      char *body, size_t len, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(len, body, mode);
	enum MHD_Result ok;

	if (!r) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(body);
		return MHD_NO;
	}
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	ok = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned int status, const char *why)
{
	return answer(c, status, "text/plain; charset=utf-8", (char *)(uintptr_t)why, strlen(why),
		      MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result give_page(struct MHD_Connection *c, const struct http_page *page)
{
	const char *accept =
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	const char *type = NULL;
	char *body = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&body, &len);

	if (to)
		type = page->write(to, accept, page->arg);
	if ((to && fclose(to)) || !type) {
		free(body);
		return refuse(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "it cannot be read now\n");
	}
	return answer(c, MHD_HTTP_OK, type, body, len, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **request)
{
	static char begun;
	struct http *h = arg;

	(void)version;
	(void)upload;
	(void)upload_size;
	if (strcmp(url, h->page.path))
		return refuse(c, MHD_HTTP_NOT_FOUND, "no such page\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "GET it\n");
	/* the first call is with the headers alone: the next one answers */
	if (!*request) {
		*request = &begun;
		return MHD_YES;
	}
	return give_page(c, &h->page);
}

/* --- connections ------------------------------------------------------------------------- */

static void on_connection(void *arg, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct connection *slot = *context;
	struct http *h = arg;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (slot)
			slot->until = 0;
		return;
	}
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	for (slot = h->connections; slot < h->connections + HTTP_CONNECTIONS; slot++) {
		if (slot->until || !info)
			continue;
		*slot = (struct connection){ info->connect_fd, now_ms() + HTTP_LIFE_MS };
		*context = slot;
		return;
	}
}

static void end_old_ones(struct http *h)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < HTTP_CONNECTIONS; i++) {
		struct connection *c = &h->connections[i];

		if (!c->until || c->until > now)
			continue;
		shutdown(c->fd, SHUT_RDWR);
		c->until = UINT64_MAX;
	}
}

static void no_log(void *arg, const char *fmt, va_list ap)
{
	(void)arg;
	(void)fmt;
	(void)ap;
}

/* --- the server -------------------------------------------------------------------------- */

int http_open(struct http **out, const union http_addr *addr, const struct http_page *page)
{
	struct http *h = calloc(1, sizeof(*h));
	int fd;

	*out = NULL;
	if (!h)
		return -ENOMEM;
	h->page = *page;
	h->addr = *addr;
	fd = listen_on(&h->addr);
	if (fd < 0) {
		free(h);
		return fd;
	}
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request,
				     h, MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
				     MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned int)HTTP_CONNECTIONS, MHD_OPTION_NOTIFY_CONNECTION,
				     on_connection, h, MHD_OPTION_END);
	if (!h->daemon) {
		close(fd);
		free(h);
		return -ENOMEM;
	}
	*out = h;
	return 0;
}

int http_fd(const struct http *h)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	return info ? info->epoll_fd : -1;
}

int http_timeout(const struct http *h)
{
	uint64_t now = now_ms(), wait = UINT64_MAX;
	MHD_UNSIGNED_LONG_LONG own;

	if (MHD_get_timeout(h->daemon, &own) == MHD_YES)
		wait = own;
	for (size_t i = 0; i < HTTP_CONNECTIONS; i++) {
		uint64_t until = h->connections[i].until, left = until > now ? until - now : 0;

		if (until && until != UINT64_MAX && left < wait)
			wait = left;
	}
	return wait == UINT64_MAX ? -1 : wait > HTTP_LIFE_MS ? HTTP_LIFE_MS : (int)wait;
}

void http_run(struct http *h)
{
	end_old_ones(h);
	MHD_run(h->daemon);
}

void http_close(struct http *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->daemon); /* closes the socket */
	free(h);
}
