// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif.c - network devices by rtnetlink; the one module that knows libnl
 *
 * Every request is one message, answered before the call returns; nothing is cached. Messages
 * are built here, attribute by attribute: libnl-route reads a device back before it changes
 * it, and has no call that makes both ends of a veth pair with all their attributes.
 *
 * A request is begun, filled and sent. What goes wrong on the way waits in nl->err, so that
 * only transact() has an error to return, and nothing is sent after one.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "netif.h"
#include "netns.h"

enum {
	/* The kernel fills the buffers of a dump up to this size and no further. */
	BUF_SIZE = 32768,
	/* A dump during which a device came or went is asked for again. */
	DUMP_TRIES = 10,
	LIST_FIRST = 16,
};

struct netif {
	struct nl_sock *sock;
	struct nl_cb *cb;
	char ext[256];

	/* The request under way. */
	struct nl_msg *msg;
	bool done, interrupted;
	int err; /* 0 or -errno */

	/* Devices it has answered with; the array stays for the next. */
	struct netif_link *links;
	size_t nlinks, room;
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

static int read_link(struct nlmsghdr *hdr, struct netif_link *link)
{
	struct nlattr *attrs[IFLA_MAX + 1], *info;
	struct ifinfomsg *head = nlmsg_data(hdr);

	if (nlmsg_parse(hdr, sizeof(*head), attrs, IFLA_MAX, NULL))
		return -EPROTO;
	*link = (struct netif_link){
		.ifindex = head->ifi_index,
		.up = head->ifi_flags & IFF_UP,
		.carrier = head->ifi_flags & IFF_LOWER_UP,
	};
	read_string(attrs[IFLA_IFNAME], link->name, sizeof(link->name));
	read_string(attrs[IFLA_IFALIAS], link->alias, sizeof(link->alias));
	/* Not every device has an Ethernet address. */
	if (attrs[IFLA_ADDRESS] && nla_len(attrs[IFLA_ADDRESS]) == sizeof(link->mac))
		memcpy(link->mac, nla_data(attrs[IFLA_ADDRESS]), sizeof(link->mac));
	if (attrs[IFLA_MTU])
		link->mtu = nla_get_u32(attrs[IFLA_MTU]);
	if (attrs[IFLA_LINK])
		link->peer_ifindex = nla_get_s32(attrs[IFLA_LINK]);
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

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK || nl->err)
		return NL_OK;
	if (nl->nlinks == nl->room)
		nl->err = grow_links(nl);
	if (!nl->err)
		nl->err = read_link(nlmsg_hdr(msg), &nl->links[nl->nlinks]);
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

/* --- requests ------------------------------------------------------------------------ */

static void put_head(struct netif *nl, const void *head, size_t len)
{
	if (!nl->err && nlmsg_append(nl->msg, (void *)head, len, NLMSG_ALIGNTO))
		nl->err = -EMSGSIZE;
}

static void begin(struct netif *nl, int type, int flags, const void *head, size_t len)
{
	nl->msg = nlmsg_alloc_simple(type, flags);
	nl->err = nl->msg ? 0 : -ENOMEM;
	nl->nlinks = 0;
	put_head(nl, head, len);
}

static void begin_link(struct netif *nl, int type, int flags, int ifindex)
{
	const struct ifinfomsg info = { .ifi_index = ifindex };

	begin(nl, type, flags, &info, sizeof(info));
}

static void put(struct netif *nl, int attr, const void *data, size_t len)
{
	if (!nl->err && nla_put(nl->msg, attr, len, data))
		nl->err = -EMSGSIZE;
}

static void put_u32(struct netif *nl, int attr, uint32_t value)
{
	put(nl, attr, &value, sizeof(value));
}

static void put_string(struct netif *nl, int attr, const char *value)
{
	put(nl, attr, value, strlen(value) + 1);
}

static struct nlattr *nest(struct netif *nl, int attr)
{
	struct nlattr *start = nl->err ? NULL : nla_nest_start(nl->msg, attr);

	if (!start && !nl->err)
		nl->err = -EMSGSIZE;
	return start;
}

static void nest_end(struct netif *nl, struct nlattr *start)
{
	if (!nl->err)
		nla_nest_end(nl->msg, start);
}

/* Sends what was begun and reads until the kernel has said how it went. */
static int transact(struct netif *nl)
{
	int err;

	nl->ext[0] = '\0';
	nl->done = nl->interrupted = false;
	/* Adds NLM_F_REQUEST and NLM_F_ACK. */
	if (!nl->err)
		nl->err = nle_errno(nl_send_auto(nl->sock, nl->msg));
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
static int connect_in(struct nl_sock *sock, int netns)
{
	int home, err, back;

	if (netns < 0)
		return nle_errno(nl_connect(sock, NETLINK_ROUTE));
	home = netns_open_self();
	if (home < 0)
		return home;
	err = netns_enter(netns);
	if (!err) {
		err = nle_errno(nl_connect(sock, NETLINK_ROUTE));
		back = netns_enter(home);
		if (back)
			err = back;
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
		err = connect_in(nl->sock, netns);
	if (err) {
		netif_close(nl);
		return err;
	}
	nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_link, nl);
	nl_cb_set(nl->cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, nl);
	nl_cb_set(nl->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, nl);
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
	begin_link(nl, RTM_GETLINK, flags, ifindex);
	/* The statistics of IPv6 are half of what the kernel says of a device. */
	put_u32(nl, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

static int get(struct netif *nl, int ifindex, const char *name, struct netif_link *link)
{
	int err;

	begin_get(nl, 0, ifindex);
	if (name)
		put_string(nl, IFLA_IFNAME, name);
	/* No device can have it; the kernel would say ERANGE or EINVAL. */
	if (name ? !*name || strlen(name) >= IFNAMSIZ : ifindex <= 0)
		nl->err = -ENODEV;
	err = transact(nl);
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

int netif_list(struct netif *nl, struct netif_link **links, size_t *n)
{
	int tries = DUMP_TRIES, err;

	do {
		begin_get(nl, NLM_F_DUMP, 0);
		err = transact(nl);
	} while (!err && nl->interrupted && --tries);
	if (err || nl->interrupted)
		return err ? err : -EAGAIN;
	*links = nl->links;
	*n = nl->nlinks;
	nl->links = NULL;
	nl->room = 0;
	return 0;
}

/* --- changing ------------------------------------------------------------------------ */

static void put_end(struct netif *nl, const char *name, const uint8_t *mac, uint32_t mtu)
{
	/* The kernel reads a '%' as a pattern and chooses a name: not what was asked for. */
	if (!*name || strlen(name) >= IFNAMSIZ || strchr(name, '%'))
		nl->err = -EINVAL;
	put_string(nl, IFLA_IFNAME, name);
	if (mac)
		put(nl, IFLA_ADDRESS, mac, 6);
	if (mtu)
		put_u32(nl, IFLA_MTU, mtu);
}

int netif_veth_add(struct netif *nl, const struct netif_veth *veth)
{
	const struct ifinfomsg info = { 0 };
	struct nlattr *linkinfo, *data, *peer;

	begin(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	put_end(nl, veth->name, veth->mac, veth->mtu);
	linkinfo = nest(nl, IFLA_LINKINFO);
	put_string(nl, IFLA_INFO_KIND, "veth");
	data = nest(nl, IFLA_INFO_DATA);
	peer = nest(nl, VETH_INFO_PEER);
	put_head(nl, &info, sizeof(info));
	put_end(nl, veth->peer_name, veth->peer_mac, veth->mtu);
	put_u32(nl, IFLA_NET_NS_FD, veth->peer_netns);
	nest_end(nl, peer);
	nest_end(nl, data);
	nest_end(nl, linkinfo);
	return transact(nl);
}

static int describe(struct netif *nl, int ifindex, const char *alias, bool inet6)
{
	const uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
	struct nlattr *spec, *family;

	begin_link(nl, RTM_SETLINK, 0, ifindex);
	/* Without its NUL: the kernel takes the length as it is, and none as no alias. */
	put(nl, IFLA_IFALIAS, alias, strlen(alias));
	if (inet6) {
		spec = nest(nl, IFLA_AF_SPEC);
		family = nest(nl, AF_INET6);
		put(nl, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
		nest_end(nl, family);
		nest_end(nl, spec);
	}
	return transact(nl);
}

int netif_describe(struct netif *nl, int ifindex, const char *alias)
{
	int err = describe(nl, ifindex, alias, true);

	/* A kernel without IPv6, or a device without (an MTU below 1280). Nothing was set. */
	if (err == -EAFNOSUPPORT)
		err = describe(nl, ifindex, alias, false);
	return err;
}

int netif_set_up(struct netif *nl, int ifindex, bool up)
{
	const struct ifinfomsg info = {
		.ifi_index = ifindex,
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = IFF_UP,
	};

	begin(nl, RTM_SETLINK, 0, &info, sizeof(info));
	return transact(nl);
}

static int set_u32(struct netif *nl, int ifindex, int attr, uint32_t value)
{
	begin_link(nl, RTM_SETLINK, 0, ifindex);
	put_u32(nl, attr, value);
	return transact(nl);
}

int netif_set_mtu(struct netif *nl, int ifindex, uint32_t mtu)
{
	return set_u32(nl, ifindex, IFLA_MTU, mtu);
}

int netif_set_group(struct netif *nl, int ifindex, uint32_t group)
{
	return set_u32(nl, ifindex, IFLA_GROUP, group);
}

int netif_del(struct netif *nl, int ifindex)
{
	begin_link(nl, RTM_DELLINK, 0, ifindex);
	return transact(nl);
}

int netif_del_group(struct netif *nl, uint32_t group)
{
	begin_link(nl, RTM_DELLINK, 0, 0);
	put_u32(nl, IFLA_GROUP, group);
	return transact(nl);
}

int netif_addr_add(struct netif *nl, int ifindex, const struct netif_addr *addr)
{
	const struct ifaddrmsg info = {
		.ifa_family = addr->family,
		.ifa_prefixlen = addr->plen,
		.ifa_index = ifindex,
	};
	size_t len = addr->family == AF_INET ? 4 : sizeof(addr->addr);

	begin(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	put(nl, IFA_LOCAL, addr->addr, len);
	put(nl, IFA_ADDRESS, addr->addr, len);
	return transact(nl);
}
