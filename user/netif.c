// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif.c - network devices by rtnetlink; the one module that knows libnl
 *
 * Every request is one message, answered before the call returns; nothing is cached. Messages
 * are built attribute by attribute: libnl-route reads a device back before it changes it, and
 * has no call that makes both ends of a veth pair with all their attributes.
 *
 * A request is begun, filled and sent. What goes wrong on the way waits in nl->err, so that
 * only netif_transact() has an error to return, and nothing is sent after one.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "netif_int.h"
#include "netns.h"

enum {
	/* The kernel fills the buffers of a dump up to this size and no further. */
	BUF_SIZE = 32768,
	/* A dump during which a device came or went is asked for again. */
	DUMP_TRIES = 10,
	OPER_UP_MS = 1000,
	LIST_FIRST = 16,
};

/* Only what can go wrong on this side of the socket: the kernel's answers are errno already. */
static int nle_errno(int nle)
{
	switch (-nle) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_NOACCESS:
	case NLE_PERM:
		return -EPERM;
	default:
		return nle < 0 ? -EIO : 0;
	}
}

/* --- answers ------------------------------------------------------------------------- */

static void read_string(struct nlattr *attr, char *to, size_t size)
{
	if (attr)
		nla_strlcpy(to, attr, size);
}

static void read_xdp(struct nlattr *attr, bool *on)
{
	struct nlattr *mode = nla_find(nla_data(attr), nla_len(attr), IFLA_XDP_ATTACHED);

	*on = mode && nla_get_u8(mode) != XDP_ATTACHED_NONE;
}

int netif_read_link(struct nlmsghdr *hdr, struct netif_link *link)
{
	struct nlattr *attrs[IFLA_MAX + 1], *info;
	struct ifinfomsg *head = nlmsg_data(hdr);

	if (nlmsg_parse(hdr, sizeof(*head), attrs, IFLA_MAX, NULL))
		return -EPROTO;
	*link = (struct netif_link){
		.ifindex = head->ifi_index,
		.up = head->ifi_flags & IFF_UP,
		.loopback = head->ifi_flags & IFF_LOOPBACK,
		.promisc = head->ifi_flags & IFF_PROMISC,
		.peer_nsid = -1,
		.carrier = head->ifi_flags & IFF_LOWER_UP,
	};
	read_string(attrs[IFLA_IFNAME], link->name, sizeof(link->name));
	read_string(attrs[IFLA_IFALIAS], link->alias, sizeof(link->alias));
	/* Not every device has an Ethernet address. */
	if (attrs[IFLA_ADDRESS] && nla_len(attrs[IFLA_ADDRESS]) == sizeof(link->mac))
		memcpy(link->mac, nla_data(attrs[IFLA_ADDRESS]), sizeof(link->mac));
	if (attrs[IFLA_MTU])
		link->mtu = nla_get_u32(attrs[IFLA_MTU]);
	if (attrs[IFLA_OPERSTATE])
		link->oper_up = nla_get_u8(attrs[IFLA_OPERSTATE]) == IF_OPER_UP;
	if (attrs[IFLA_CARRIER_DOWN_COUNT])
		link->downs = nla_get_u32(attrs[IFLA_CARRIER_DOWN_COUNT]);
	if (attrs[IFLA_LINK])
		link->peer_ifindex = nla_get_s32(attrs[IFLA_LINK]);
	if (attrs[IFLA_LINK_NETNSID])
		link->peer_nsid = nla_get_s32(attrs[IFLA_LINK_NETNSID]);
	if (attrs[IFLA_MASTER])
		link->master = nla_get_s32(attrs[IFLA_MASTER]);
	link->type = head->ifi_type;
	if (attrs[IFLA_XDP])
		read_xdp(attrs[IFLA_XDP], &link->xdp);
	info = attrs[IFLA_LINKINFO];
	if (info)
		read_string(nla_find(nla_data(info), nla_len(info), IFLA_INFO_KIND), link->kind,
			    sizeof(link->kind));
	return 0;
}

static int grow_links(struct netif *nl)
{
	size_t room = nl->room ? 2 * nl->room : LIST_FIRST;
	struct netif_link *links = reallocarray(nl->links, room, sizeof(*links));

	if (!links)
		return -ENOMEM;
	nl->links = links;
	nl->room = room;
	return 0;
}

/* An error here does not stop the reading: what is left in the socket would answer the next. */
static int on_link(struct nl_msg *msg, void *arg)
{
	struct netif *nl = arg;

	if (nl->other)
		nl->other(nlmsg_hdr(msg), nl->other_arg);
	if (nl->other || nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK || nl->err)
		return NL_OK;
	if (nl->nlinks == nl->room)
		nl->err = grow_links(nl);
	if (!nl->err)
		nl->err = netif_read_link(nlmsg_hdr(msg), &nl->links[nl->nlinks]);
	if (!nl->err)
		nl->nlinks++;
	return NL_OK;
}

/* `skip` bytes of the payload come before the attributes. */
static void read_ext_ack(struct netif *nl, struct nlmsghdr *hdr, int skip)
{
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS && nlmsg_valid_hdr(hdr, skip))
		read_string(nlmsg_find_attr(hdr, skip, NLMSGERR_ATTR_MSG), nl->ext,
			    sizeof(nl->ext));
}

/* libnl hands over the payload of the message; its header, with the flags, is before it. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)((char *)error - NLMSG_HDRLEN);
	int skip = sizeof(*error);
	struct netif *nl = arg;

	(void)from;
	nl->err = error->error;
	nl->done = true;
	/* The request is echoed after its header unless the kernel caps it. */
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	read_ext_ack(nl, hdr, skip);
	return NL_STOP;
}

/* The ack, or the end of a dump; both begin with an error, of a dump that failed half way. */
static int on_end(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct netif *nl = arg;
	int err = 0;

	nl->done = true;
	if (nlmsg_valid_hdr(hdr, sizeof(err)))
		memcpy(&err, nlmsg_data(hdr), sizeof(err));
	if (err < 0) {
		nl->err = err;
		read_ext_ack(nl, hdr, sizeof(err));
	}
	return NL_OK;
}

/*
 * An answer that could not be received (ENOBUFS, ENOMEM) may wait in the socket: it is none to the
 * requests that follow, which undo what was begun.
 */
static int on_seq(struct nl_msg *msg, void *arg)
{
	const struct netif *nl = arg;

	return nlmsg_hdr(msg)->nlmsg_seq == nl->seq ? NL_OK : NL_SKIP;
}

/* --- requests ------------------------------------------------------------------------ */

void netif_put_head(struct netif *nl, const void *head, size_t len)
{
	if (!nl->err && nlmsg_append(nl->msg, (void *)head, len, NLMSG_ALIGNTO))
		nl->err = -EMSGSIZE;
}

void netif_begin(struct netif *nl, int type, int flags, const void *head, size_t len)
{
	nl->msg = nlmsg_alloc_simple(type, flags);
	nl->err = nl->msg ? 0 : -ENOMEM;
	nl->nlinks = 0;
	netif_put_head(nl, head, len);
}

void netif_begin_link(struct netif *nl, int type, int flags, int ifindex)
{
	const struct ifinfomsg info = { .ifi_index = ifindex };

	netif_begin(nl, type, flags, &info, sizeof(info));
}

void netif_put(struct netif *nl, int attr, const void *data, size_t len)
{
	if (!nl->err && nla_put(nl->msg, attr, len, data))
		nl->err = -EMSGSIZE;
}

void netif_put_u32(struct netif *nl, int attr, uint32_t value)
{
	netif_put(nl, attr, &value, sizeof(value));
}

void netif_put_string(struct netif *nl, int attr, const char *value)
{
	netif_put(nl, attr, value, strlen(value) + 1);
}

struct nlattr *netif_nest(struct netif *nl, int attr)
{
	struct nlattr *start = nl->err ? NULL : nla_nest_start(nl->msg, attr);

	if (!start && !nl->err)
		nl->err = -EMSGSIZE;
	return start;
}

void netif_nest_end(struct netif *nl, struct nlattr *start)
{
	if (!nl->err)
		nla_nest_end(nl->msg, start);
}

/* Sends what was begun and reads until the kernel has said how it went. */
int netif_transact(struct netif *nl)
{
	int err;

	nl->ext[0] = '\0';
	nl->done = nl->interrupted = false;
	/* Adds NLM_F_REQUEST and NLM_F_ACK. */
	if (!nl->err) {
		nl_complete_msg(nl->sock, nl->msg);
		nl->seq = nlmsg_hdr(nl->msg)->nlmsg_seq;
		do
			err = nl_send(nl->sock, nl->msg);
		while (err == -NLE_INTR);
		nl->err = nle_errno(err);
	}
	nlmsg_free(nl->msg);
	nl->msg = NULL;
	if (nl->err)
		return nl->err;
	while (!nl->done) {
		err = nl_recvmsgs(nl->sock, nl->cb);
		nl->interrupted |= err == -NLE_DUMP_INTR;
		/* Once done it only repeats what on_error() has kept. */
		if (err < 0 && err != -NLE_DUMP_INTR && !nl->done)
			return nle_errno(err);
	}
	return nl->err;
}

/* --- the socket ---------------------------------------------------------------------- */

/*
 * A netlink socket belongs for good to the namespace it was made in: the caller is there only
 * for this call. libnl opens it with SOCK_CLOEXEC.
 */
int netif_connect(struct nl_sock *sock, int netns)
{
	int home, err;

	if (netns < 0)
		return nle_errno(nl_connect(sock, NETLINK_ROUTE));
	home = netns_open_self();
	if (home < 0)
		return home;
	err = netns_enter(netns);
	if (!err) {
		err = nle_errno(nl_connect(sock, NETLINK_ROUTE));
		netns_return(home);
	}
	close(home);
	return err;
}

int netif_open(struct netif **out, int netns)
{
	struct netif *nl;
	int fd, on = 1, err = -ENOMEM;

	nl = calloc(1, sizeof(*nl));
	if (!nl)
		return -ENOMEM;
	nl->sock = nl_socket_alloc();
	nl->cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (nl->sock && nl->cb)
		err = netif_connect(nl->sock, netns);
	if (err) {
		netif_close(nl);
		return err;
	}
	nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_link, nl);
	nl_cb_set(nl->cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, nl);
	nl_cb_set(nl->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, nl);
	nl_cb_set(nl->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_seq, nl);
	nl_cb_err(nl->cb, NL_CB_CUSTOM, on_error, nl);
	/* One recvmsg(2) an answer, instead of a look at its size first. */
	nl_socket_disable_msg_peek(nl->sock);
	nl_socket_set_msg_buf_size(nl->sock, BUF_SIZE);
	/* Since 4.12 and 4.3. Without them errors have no words, which is no reason to fail. */
	fd = nl_socket_get_fd(nl->sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	*out = nl;
	return 0;
}

void netif_close(struct netif *nl)
{
	if (!nl)
		return;
	nl_cb_put(nl->cb);
	nl_socket_free(nl->sock);
	free(nl->links);
	free(nl);
}

const char *netif_error(const struct netif *nl)
{
	return nl->ext;
}

/* --- looking ------------------------------------------------------------------------- */

static void begin_get(struct netif *nl, int flags, int ifindex)
{
	netif_begin_link(nl, RTM_GETLINK, flags, ifindex);
	/* The statistics of IPv6 are half of what the kernel says of a device. */
	netif_put_u32(nl, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

static int get(struct netif *nl, int ifindex, const char *name, struct netif_link *link)
{
	int err;

	begin_get(nl, 0, ifindex);
	if (name)
		netif_put_string(nl, IFLA_IFNAME, name);
	/* No device can have it; the kernel would say ERANGE or EINVAL. */
	if (name ? !*name || strlen(name) >= IFNAMSIZ : ifindex <= 0)
		nl->err = -ENODEV;
	err = netif_transact(nl);
	if (!err && !nl->nlinks)
		err = -ENODEV;
	if (!err)
		*link = nl->links[0];
	return err;
}

int netif_get(struct netif *nl, const char *name, struct netif_link *link)
{
	return get(nl, 0, name, link);
}

int netif_get_index(struct netif *nl, int ifindex, struct netif_link *link)
{
	return get(nl, ifindex, NULL, link);
}

void netif_wait_oper_up(struct netif *nl, int ifindex)
{
	struct netif_link link;

	for (int ms = 0; ms < OPER_UP_MS; ms++) {
		if (netif_get_index(nl, ifindex, &link) || link.oper_up)
			return;
		poll(NULL, 0, 1);
	}
}

int netif_list(struct netif *nl, struct netif_link **links, size_t *n)
{
	int tries = DUMP_TRIES, err;

	do {
		begin_get(nl, NLM_F_DUMP, 0);
		err = netif_transact(nl);
	} while (!err && nl->interrupted && --tries);
	if (err || nl->interrupted)
		return err ? err : -EAGAIN;
	*links = nl->links;
	*n = nl->nlinks;
	nl->links = NULL;
	nl->room = 0;
	return 0;
}
