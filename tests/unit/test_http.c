// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_http.c - addresses to listen at, and a page served in the event loop of this test
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http.h"

static void addresses(void **state)
{
	static const struct {
		const char *text, *host;
		uint16_t port;
	} good[] = {
		{ "9000", "127.0.0.1", 9000 },
		{ ":9000", "127.0.0.1", 9000 },
		{ "192.0.2.1:1", "192.0.2.1", 1 },
		{ "0.0.0.0:0", "0.0.0.0", 0 },
		{ "[::]:65535", "::", 65535 },
		{ "[2001:db8::1]:80", "2001:db8::1", 80 },
		{ "[::ffff:192.0.2.1]:80", "::ffff:192.0.2.1", 80 },
	};
	static const char *const bad[] = {
		"",
		":",
		"x",
		"-1",
		"65536",
		"1.2.3.4",
		"::1",
		"[::1]",
		"[::1]x:1",
		"[]:1",
		"[:1",
		"]:1",
		"[1.2.3.4]:1",
		"1.2.3:1",
		"1.2.3.4:",
		"1.2.3.4:1 ",
		" 1.2.3.4:1",
		"localhost:1",
		"1.2.3.4:0x1",
		"1.2.3.4:0000001",
		"[fe80::1%lo]:1",
		"[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:1",
	};
	char host[INET6_ADDRSTRLEN];
	union http_addr addr;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		bool six = *good[i].text == '[';

		assert_true(http_addr_parse(good[i].text, &addr));
		assert_int_equal(addr.any.sa_family, six ? AF_INET6 : AF_INET);
		inet_ntop(addr.any.sa_family,
			  six ? (void *)&addr.in6.sin6_addr : (void *)&addr.in.sin_addr, host,
			  sizeof(host));
		assert_string_equal(host, good[i].host);
		assert_int_equal(ntohs(six ? addr.in6.sin6_port : addr.in.sin_port), good[i].port);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (http_addr_parse(bad[i], &addr))
			fail_msg("\"%s\" was taken for an address", bad[i]);
}

static const char *write_page(FILE *to, const char *accept, void *arg)
{
	int *times = arg;

	fprintf(to, "page %d for %s\n", ++*times, accept ? accept : "anybody");
	return *times < 3 ? "text/x-test" : NULL;
}

/* What a request is answered with; the page is made by this thread. */
static void ask(struct http *h, const union http_addr *addr, const char *request, char *text,
		size_t size)
{
	struct pollfd p[2] = { { .fd = http_fd(h), .events = POLLIN }, { .events = POLLIN } };
	size_t len = 0;
	ssize_t n = 1;

	p[1].fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(p[1].fd, &addr->any, sizeof(addr->in)), 0);
	assert_int_equal(write(p[1].fd, request, strlen(request)), strlen(request));
	while (n > 0) {
		assert_true(poll(p, 2, HTTP_LIFE_MS) > 0);
		assert_true(http_run(h));
		if (!p[1].revents)
			continue;
		n = read(p[1].fd, text + len, size - 1 - len);
		assert_true(n >= 0);
		len += (size_t)n;
	}
	text[len] = '\0';
	close(p[1].fd);
}

static void serves(void **state)
{
	int times = 0;
	const struct http_page page = { "/page", write_page, &times };
	char text[4096], url[HTTP_URL_MAX];
	struct http *h, *second = NULL;
	union http_addr addr;

	(void)state;
	assert_true(http_addr_parse("0", &addr));
	assert_int_equal(http_open(&h, &addr, &page), 0);
	http_url(h, url);
	assert_true(!strncmp(url, "http://127.0.0.1:", 17));
	assert_true(http_addr_parse(url + 7, &addr));
	assert_int_equal(http_open(&second, &addr, &page), -EADDRINUSE);
	assert_null(second);
	ask(h, &addr, "GET /page HTTP/1.0\r\n\r\n", text, sizeof(text));
	assert_non_null(strstr(text, " 200 OK\r\n"));
	assert_non_null(strstr(text, "Content-Type: text/x-test\r\n"));
	assert_non_null(strstr(text, "\r\n\r\npage 1 for anybody\n"));
	ask(h, &addr, "GET /page HTTP/1.1\r\nHost: x\r\naccept: me\r\n\r\n", text, sizeof(text));
	assert_non_null(strstr(text, "\r\n\r\npage 2 for me\n"));
	/* one that cannot be made */
	ask(h, &addr, "GET /page HTTP/1.0\r\n\r\n", text, sizeof(text));
	assert_non_null(strstr(text, " 500 "));
	assert_null(strstr(text, "page 3"));
	ask(h, &addr, "GET / HTTP/1.0\r\n\r\n", text, sizeof(text));
	assert_non_null(strstr(text, " 404 "));
	ask(h, &addr, "POST /page HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", text, sizeof(text));
	assert_non_null(strstr(text, " 405 "));
	assert_int_equal(times, 3);
	http_close(h);
	http_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(serves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
