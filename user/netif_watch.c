// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_watch.c - changes of devices: see netif_watch.h
 *
 * Messages are read by recvmsg(2), for libnl says ENOBUFS and ENOMEM by one code.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "clock.h"
#include "netif_int.h"
#include "netif_watch.h"

enum {
	PLENTY = 4 << 20, /* bytes: 3000 messages, for each takes a page and its head */
	/* The most a message of one device has: without statistics of VFs, which nobody asked for. */
	MESSAGE_SIZE = 32768,
	READS = 1024, /* datagrams a call: what else the caller waits for has its turn */
};

struct netif_watch {
	struct nl_sock *sock;
	struct netif *dump;
	char buf[MESSAGE_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

int netif_watch_open(struct netif_watch **out, int netns, int rcvbuf)
{
	struct netif_watch *w = calloc(1, sizeof(*w));
	int size = rcvbuf ? rcvbuf : PLENTY, group = RTNLGRP_LINK, err, fd;

	if (!w)
		return -ENOMEM;
	w->sock = nl_socket_alloc();
	err = w->sock ? netif_connect(w->sock, netns) : -ENOMEM;
	if (!err)
		err = netif_open(&w->dump, netns);
	fd = err ? -1 : nl_socket_get_fd(w->sock);
	if (!err && setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		err = -errno;
	if (err) {
		netif_watch_close(w);
		return err;
	}
	/* Beyond the limit of the system where that is allowed, else up to it. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	*out = w;
	return 0;
}

void netif_watch_close(struct netif_watch *w)
{
	if (!w)
		return;
	nl_socket_free(w->sock);
	netif_close(w->dump);
	free(w);
}

int netif_watch_fd(const struct netif_watch *w)
{
	return nl_socket_get_fd(w->sock);
}

/*
 * Bridges tell of their ports in the same group, by messages of family AF_BRIDGE: an RTM_DELLINK
 * of these is no device that went. Wireless drivers send messages of a device without its name.
 */
static void tell(struct nlmsghdr *hdr, netif_event_fn fn, void *arg)
{
	const struct ifinfomsg *head = nlmsg_data(hdr);
	struct netif_event e = { .deleted = hdr->nlmsg_type == RTM_DELLINK };

	if ((hdr->nlmsg_type != RTM_NEWLINK && !e.deleted) ||
	    !nlmsg_valid_hdr(hdr, sizeof(*head)) || head->ifi_family != AF_UNSPEC ||
	    netif_read_link(hdr, &e.link) || !e.link.name[0])
		return;
	e.time = clock_kernel(CLOCK_MONOTONIC);
	fn(&e, arg);
}

/* One datagram; its length, or -errno. -ENOBUFS, -ENOMEM: some were lost, or may be. */
static int receive(struct netif_watch *w)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { w->buf, sizeof(w->buf) };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t len = recvmsg(netif_watch_fd(w), &msg, MSG_DONTWAIT);

	if (len < 0)
		return -errno;
	/* Cut short: as good as lost. Only the kernel, which is 0, is believed. */
	if (msg.msg_flags & MSG_TRUNC)
		return -ENOBUFS;
	return from.nl_pid ? 0 : (int)len;
}

static bool is_loss(int err)
{
	return err == -ENOBUFS || err == -ENOMEM;
}

int netif_watch_read(struct netif_watch *w, netif_event_fn fn, void *arg)
{
	struct nlmsghdr *hdr;
	bool lost = false;
	int i, len = 0;

	for (i = 0; i < READS && len != -EAGAIN; i++) {
		len = receive(w);
		lost |= is_loss(len);
		if (len < 0 && !is_loss(len) && len != -EINTR && len != -EAGAIN)
			return len;
		for (hdr = (struct nlmsghdr *)w->buf; len > 0 && nlmsg_ok(hdr, len);
		     hdr = nlmsg_next(hdr, &len))
			tell(hdr, fn, arg);
	}
	if (lost)
		fn(&(struct netif_event){ .time = clock_kernel(CLOCK_MONOTONIC), .resync = true },
		   arg);
	return 0;
}

int netif_watch_dump(struct netif_watch *w, netif_event_fn fn, void *arg)
{
	struct netif_link *links;
	struct netif_event e;
	size_t i, n;
	int err = netif_list(w->dump, &links, &n);

	if (err)
		return err;
	e = (struct netif_event){ .time = clock_kernel(CLOCK_MONOTONIC) };
	for (i = 0; i < n; i++) {
		e.link = links[i];
		fn(&e, arg);
	}
	free(links);
	return 0;
}
