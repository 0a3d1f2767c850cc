/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * http_int.h - what the two processes of http.h say to each other: an ask, a reply and the page
 */
#ifndef XSWITCH_HTTP_INT_H
#define XSWITCH_HTTP_INT_H

#include <stdint.h>

#include "http.h"

struct http_ask {
	bool has_accept;
	char accept[511]; /* what is longer is cut */
};

#define HTTP_NO_PAGE UINT64_MAX

struct http_reply {
	uint64_t size; /* of the page that follows; HTTP_NO_PAGE: it cannot be made now */
	char type[120];
};

/* All of it, or false: the other side has gone. */
bool http_put(int fd, const void *data, size_t size);
bool http_get(int fd, void *data, size_t size);

/* Serve until `fd` ends; of a process that does nothing else. An exit status of the process. */
int http_child(int listener, int fd, const char *path);

#endif
