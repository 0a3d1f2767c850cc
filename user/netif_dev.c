// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_dev.c - what must be known of a device that somebody else made
 */
#include <errno.h>
#include <sys/socket.h>

#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "netif_int.h"

/* RTM_GETNSID: an attribute that is an answer, not an id, when there is none. */
#define NSID_NONE (-1)

static int ask(struct netif *nl, void (*other)(const struct nlmsghdr *hdr, void *arg), void *arg)
{
	int err;

	nl->other = other;
	nl->other_arg = arg;
	err = netif_transact(nl);
	nl->other = NULL;
	return err;
}

struct addrs {
	uint32_t ifindex;
	bool found;
};

/* An IPv6 device that is up has a link-local address by itself: nobody gave it. */
static void on_addr(const struct nlmsghdr *hdr, void *arg)
{
	const struct ifaddrmsg *head = nlmsg_data(hdr);
	struct addrs *a = arg;

	if (hdr->nlmsg_type == RTM_NEWADDR && head->ifa_index == a->ifindex &&
	    !(head->ifa_family == AF_INET6 && head->ifa_scope == RT_SCOPE_LINK))
		a->found = true;
}

int netif_has_addr(struct netif *nl, int ifindex, bool *has)
{
	const struct ifaddrmsg info = { .ifa_family = AF_UNSPEC };
	struct addrs a = { .ifindex = (uint32_t)ifindex };
	int err;

	netif_begin(nl, RTM_GETADDR, NLM_F_DUMP, &info, sizeof(info));
	err = ask(nl, on_addr, &a);
	*has = a.found;
	return err;
}

static void on_nsid(const struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *attr;
	int *nsid = arg;

	if (hdr->nlmsg_type != RTM_NEWNSID)
		return;
	attr = nlmsg_find_attr((struct nlmsghdr *)hdr, sizeof(struct rtgenmsg), NETNSA_NSID);
	if (attr)
		*nsid = nla_get_s32(attr);
}

int netif_nsid(struct netif *nl, int netns, int *nsid)
{
	const struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };

	*nsid = NSID_NONE;
	netif_begin(nl, RTM_GETNSID, 0, &head, sizeof(head));
	netif_put_u32(nl, NETNSA_FD, (uint32_t)netns);
	return ask(nl, on_nsid, nsid);
}

static void on_filter(const struct nlmsghdr *hdr, void *arg)
{
	bool *has = arg;

	if (hdr->nlmsg_type == RTM_NEWTFILTER)
		*has = true;
}

int netif_has_filter(struct netif *nl, int ifindex, uint32_t parent, bool *has)
{
	const struct tcmsg head = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = parent,
	};

	*has = false;
	netif_begin(nl, RTM_GETTFILTER, NLM_F_DUMP, &head, sizeof(head));
	return ask(nl, on_filter, has);
}
