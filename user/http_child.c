// SPDX-License-Identifier: GPL-2.0-only
/*
 * http_child.c - one page over HTTP: the process that reads what strangers send, by libmicrohttpd
 *
 * It has no capability, nobody's user ID where it may choose, and no descriptor but the listener and
 * the socket by which it asks for pages. While it waits for one nobody else is served, as it would
 * be in one process.
 *
 * MHD's own time-out begins anew with each byte, so a reader that takes one now and then could
 * stay for ever; the lifetime of a connection is therefore kept here.
 */
#define _GNU_SOURCE 1 /* close_range() */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "http_int.h"
#include "rights.h"

struct connection {
	int fd;
	uint64_t until; /* ms; 0: a free slot, UINT64_MAX: it was told to end */
};

struct server {
	struct MHD_Daemon *daemon;
	const char *path;
	int fd; /* to whoever makes pages */
	struct connection connections[HTTP_CONNECTIONS];
};

/* --- the pair of sockets ----------------------------------------------------------------- */

/* All of it, out or in. */
static bool pass(int fd, char *at, size_t size, bool out)
{
	while (size) {
		ssize_t n = out ? send(fd, at, size, MSG_NOSIGNAL) : recv(fd, at, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

bool http_put(int fd, const void *data, size_t size)
{
	return pass(fd, (char *)(uintptr_t)data, size, true);
}

bool http_get(int fd, void *data, size_t size)
{
	return pass(fd, data, size, false);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
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

static enum MHD_Result give_page(struct MHD_Connection *c, const struct server *h)
{
	const char *accept =
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	struct http_ask ask = { .has_accept = accept };
	struct http_reply reply;
	char *body;

	snprintf(ask.accept, sizeof(ask.accept), "%s", accept ?: "");
	if (!http_put(h->fd, &ask, sizeof(ask)) || !http_get(h->fd, &reply, sizeof(reply)))
		_exit(1); /* whoever made the pages is gone */
	if (reply.size == HTTP_NO_PAGE)
		return refuse(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "it cannot be read now\n");
	body = malloc(reply.size + 1);
	if (!body || !http_get(h->fd, body, reply.size))
		_exit(1);
	return answer(c, MHD_HTTP_OK, reply.type, body, reply.size, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **request)
{
	static char begun;
	struct server *h = arg;

	(void)version;
	(void)upload;
	(void)upload_size;
	if (strcmp(url, h->path))
		return refuse(c, MHD_HTTP_NOT_FOUND, "no such page\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "GET it\n");
	/* the first call is with the headers alone: the next one answers */
	if (!*request) {
		*request = &begun;
		return MHD_YES;
	}
	return give_page(c, h);
}

/* --- connections ------------------------------------------------------------------------- */

static void on_connection(void *arg, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct connection *slot = *context;
	struct server *h = arg;

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

static void end_old_ones(struct server *h)
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

/* --- the process ------------------------------------------------------------------------- */

static int wait_ms(const struct server *h)
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

static void close_others(int listener, int fd)
{
	unsigned int low = (unsigned int)(listener < fd ? listener : fd);
	unsigned int high = (unsigned int)(listener < fd ? fd : listener);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; i <= STDERR_FILENO; i++)
		dup2(null, i);
	if (low > STDERR_FILENO + 1)
		close_range(STDERR_FILENO + 1, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
}

static int serve(struct server *h)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd p[2] = { { .fd = info ? info->epoll_fd : -1, .events = POLLIN },
			       { .fd = h->fd, .events = POLLIN } };

	if (!info || !http_put(h->fd, "", 1))
		return 1;
	/* nothing comes unasked, but the end */
	while (!p[1].revents) {
		poll(p, 2, wait_ms(h));
		end_old_ones(h);
		MHD_run(h->daemon);
	}
	return 0;
}

int http_child(int listener, int fd, const char *path)
{
	static struct server server;

	server = (struct server){ .path = path, .fd = fd };
	close_others(listener, fd);
	rights_none();
	server.daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, &server,
		MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL, MHD_OPTION_LISTEN_SOCKET, listener,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)HTTP_CONNECTIONS,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, &server, MHD_OPTION_END);
	return server.daemon ? serve(&server) : 1;
}
