// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_http.c - any bytes as a request to the server of /metrics
 *
 * Each on a connection of its own, which is reset at its end: one that waits would hold its port.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "http.h"

static union http_addr where;
static struct http *http;

static const char *page(FILE *to, const char *accept, void *arg)
{
	(void)arg;
	fprintf(to, "%s\n", accept ? accept : "none");
	return accept && strstr(accept, "500") ? NULL : "text/plain";
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct http_page pages = { .path = "/metrics", .write = page };
	char url[HTTP_URL_MAX];

	(void)argc;
	(void)argv;
	if (!http_addr_parse("127.0.0.1:0", &where) || http_open(&http, &where, &pages))
		abort();
	http_url(http, url);
	if (!http_addr_parse(url + strlen("http://"), &where))
		abort();
	return 0;
}

/* Whatever comes back is an answer. */
static void look(int fd)
{
	char answer[4096];
	ssize_t n = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);

	if (n > 0 && (n < 9 || memcmp(answer, "HTTP/1.", 7)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct linger now = { .l_onoff = 1 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) ||
	    connect(fd, &where.any, sizeof(where.in)))
		abort();
	if (send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		for (int i = 0; i < 4; i++)
			http_run(http);
	look(fd);
	close(fd);
	http_run(http);
	return 0;
}
