// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_dev.c - what must be known of a device that somebody else made
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/net_namespace.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "netif_int.h"
#include "netns.h"

int netif_ask(struct netif *nl, void (*other)(const struct nlmsghdr *hdr, void *arg), void *arg)
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
	err = netif_ask(nl, on_addr, &a);
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

static int nsid_of(struct netif *nl, int netns)
{
	const struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };
	int nsid = -1;

	netif_begin(nl, RTM_GETNSID, 0, &head, sizeof(head));
	netif_put_u32(nl, NETNSA_FD, (uint32_t)netns);
	return netif_ask(nl, on_nsid, &nsid) ? -1 : nsid;
}

int netif_find_nsid(struct netif *nl, int nsid, char *path, size_t size)
{
	DIR *dir = opendir(NETNS_DIR);
	const struct dirent *entry;
	bool found = false;
	int fd;

	if (!dir)
		return -ENOENT;
	while (!found && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    (size_t)snprintf(path, size, "%s/%s", NETNS_DIR, entry->d_name) >= size)
			continue;
		fd = netns_open(path);
		if (fd < 0)
			continue;
		found = nsid_of(nl, fd) == nsid;
		close(fd);
	}
	closedir(dir);
	return found ? 0 : -ENOENT;
}

struct tc {
	int ifindex;
	int type;	 /* of the answers looked for */
	uint32_t parent; /* 0: any */
	bool found;
};

static void on_tc(const struct nlmsghdr *hdr, void *arg)
{
	const struct tcmsg *head = nlmsg_data(hdr);
	struct tc *tc = arg;

	if (hdr->nlmsg_type == tc->type && head->tcm_ifindex == tc->ifindex &&
	    (!tc->parent || head->tcm_parent == tc->parent))
		tc->found = true;
}

int netif_clsact(struct netif *nl, int ifindex, bool *has)
{
	const struct tcmsg head = { .tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex };
	struct tc tc = { .ifindex = ifindex, .type = RTM_NEWQDISC, .parent = TC_H_CLSACT };
	int err;

	netif_begin(nl, RTM_GETQDISC, NLM_F_DUMP, &head, sizeof(head));
	err = netif_ask(nl, on_tc, &tc);
	*has = tc.found;
	return err;
}

int netif_clsact_used(struct netif *nl, int ifindex, bool *used)
{
	static const uint32_t parents[] = { TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
					    TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS) };
	struct tc tc = { .ifindex = ifindex, .type = RTM_NEWTFILTER };
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		const struct tcmsg head = {
			.tcm_family = AF_UNSPEC,
			.tcm_ifindex = ifindex,
			.tcm_parent = parents[i],
		};

		netif_begin(nl, RTM_GETTFILTER, NLM_F_DUMP, &head, sizeof(head));
		err = netif_ask(nl, on_tc, &tc);
	}
	*used = tc.found;
	return err;
}

int netif_clsact_del(struct netif *nl, int ifindex)
{
	const struct tcmsg head = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
		.tcm_parent = TC_H_CLSACT,
	};

	netif_begin(nl, RTM_DELQDISC, 0, &head, sizeof(head));
	return netif_transact(nl);
}
