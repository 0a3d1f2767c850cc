/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netif_int.h - a request to rtnetlink, for the files of netif
 *
 *	netif.c		the socket, requests, looking at devices
 *	netif_change.c	making, changing and removing them
 *	netif_dev.c	what must be known of a device somebody else made
 *	netif_tunnel.c	tunnel devices, routes
 *	netif_watch.c	changes as they happen: netif_watch.h
 *
 * netif_begin(), netif_put*(), netif_transact(): what goes wrong on the way waits in nl->err.
 */
#ifndef XSWITCH_NETIF_INT_H
#define XSWITCH_NETIF_INT_H

#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "netif.h"

struct netif {
	struct nl_sock *sock;
	struct nl_cb *cb;
	char ext[256];

	/* The request under way. */
	struct nl_msg *msg;
	uint32_t seq;
	bool done, interrupted;
	int err; /* 0 or -errno */

	/* Devices it has answered with; the array stays for the next. */
	struct netif_link *links;
	size_t nlinks, room;

	/* For other answers than devices; NULL: none are expected. */
	void (*other)(const struct nlmsghdr *hdr, void *arg);
	void *other_arg;
};

void netif_begin(struct netif *nl, int type, int flags, const void *head, size_t len);
void netif_begin_link(struct netif *nl, int type, int flags, int ifindex);
void netif_put_head(struct netif *nl, const void *head, size_t len);
void netif_put(struct netif *nl, int attr, const void *data, size_t len);
void netif_put_u32(struct netif *nl, int attr, uint32_t value);
void netif_put_string(struct netif *nl, int attr, const char *value);
struct nlattr *netif_nest(struct netif *nl, int attr);
void netif_nest_end(struct netif *nl, struct nlattr *start);

/* A socket for rtnetlink in `netns` (descriptor; -1: where the caller lives). */
int netif_connect(struct nl_sock *sock, int netns);

/* What a message of the kernel says of a device; -EPROTO. */
int netif_read_link(struct nlmsghdr *hdr, struct netif_link *link);

/* Sends what was begun and reads until the kernel has said how it went. */
int netif_transact(struct netif *nl);

/* The same for a request whose answers are no devices: each goes to `other`. */
int netif_ask(struct netif *nl, void (*other)(const struct nlmsghdr *hdr, void *arg), void *arg);

#endif
